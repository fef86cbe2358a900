"""Composes the settings from their parts, one concern a file, for one typed environment."""

from __future__ import annotations

from types import ModuleType
from typing import Any

from config.env import Env
from config.settings.parts import (
    api,
    apps,
    auth,
    cache,
    console,
    database,
    email,
    language,
    logging,
    static,
    tasks,
    web,
)

PARTS = (apps, auth, database, cache, tasks, web, static, language, email, api, logging, console)


def compose(env: Env) -> dict[str, Any]:
    """All settings; two parts that set the same name are a mistake and refuse to start."""
    composed: dict[str, Any] = {}
    for part in PARTS:
        for name, value in _named_by(part, env).items():
            if name in composed:
                raise RuntimeError(f"{name} is set by two parts; the second is {part.__name__}.")
            composed[name] = value
    return composed


def _named_by(part: ModuleType, env: Env) -> dict[str, Any]:
    """A part that depends on the environment has a function ``settings``; any other is its constants."""
    if hasattr(part, "settings"):
        return dict(part.settings(env))
    return {name: value for name, value in vars(part).items() if name.isupper()}
