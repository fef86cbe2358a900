"""A question to the guard that expects either answer."""

from apps.kernel import ports
from apps.kernel.errors import PermissionDenied
from apps.kernel.scope import current_scope


def may(permission: str) -> bool:
    """Whether the current actor holds the permission. Decides what is shown; what is done the guard decides itself."""
    try:
        ports.guard().require(permission, current_scope())
    except PermissionDenied:
        return False
    return True
