import pytest

from apps.access.queries import forget_permissions


@pytest.fixture(autouse=True)
def _nothing_remembered() -> None:
    """Rolled back tests take versions back, and with them the key of what was remembered."""
    forget_permissions()
