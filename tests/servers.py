"""A pytest plugin, loaded before the settings: the embedded test servers, unless DATABASE_URL names others.

``pytest tests/core -p no:django`` needs neither, and gets neither.
"""

from __future__ import annotations

import pytest

from config.env import process, select_settings
from config.local.servers import Servers
from config.local.state import Profile

_servers = Servers(Profile("test"))
select_settings("config.settings.test")


def _wanted(config: pytest.Config) -> bool:
    """The workers of xdist use what their controller started."""
    given = process()
    return not (
        given.get("DATABASE_URL") or "PYTEST_XDIST_WORKER" in given or config.pluginmanager.is_blocked("django")
    )


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> None:
    """Start or reuse."""
    if _wanted(early_config):
        _servers.start()


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop, unless another run uses them or they were started by hand."""
    if _wanted(config):
        _servers.release()
