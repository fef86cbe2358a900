"""``python -m config.reference``: the environment's variables as a document, made from the model that reads them."""

from __future__ import annotations

import typing
from types import NoneType, UnionType

from pydantic.fields import FieldInfo

from config.env import VARIABLES, Env

HEAD = """# Environment

Every variable the product reads; a bad or missing one stops the start, and all of them are named at once.
This document is made by `make docs`.

| Variable | Default | Values | Meaning |
|---|---|---|---|
"""
PROGRAMS = (
    ("DJANGO_SETTINGS_MODULE", "config.settings.prod", "module", "`manage.py` and `make up` use config.settings.dev"),
    ("WEB_ADDRESS", "127.0.0.1", "address", "where the web process listens; the image says 0.0.0.0"),
    ("PORT", "8000", "number", "port of the web process; `make up` takes the first free one from 8000"),
    ("WEB_PROCESSES", "2", "number", "web processes"),
    ("WEB_THREADS", "64", "number", "threads of each web process"),
    ("PG_BIN", "", "directory", "local only: PostgreSQL programs to use instead of the wheel's"),
    ("VALKEY_SERVER", "", "file", "local only: Valkey or Redis program to use instead of the wheel's"),
    ("EC3L_OS_USER", "ec3l", "account", "local only: whom root lets run PostgreSQL"),
    ("TEST_DATABASE", "test_ec3l", "name", "tests only: database and key prefix, so that two runs do not meet"),
    ("DATABASE_SUPERUSER_URL", "", "URL", "tests on a server of your own: empties tables between tests"),
)


def document() -> str:
    """The whole Markdown text."""
    rows = [
        (name.upper(), _default(field), _values(field.annotation), field.description or "")
        for name, field in ((name, Env.model_fields[name]) for name in VARIABLES)
    ]
    return (
        HEAD
        + "".join(f"| `{name}` | {default} | {values} | {text} |\n" for name, default, values, text in rows)
        + (
            "\nRead by the programs around it:\n\n| Variable | Default | Values | Meaning |\n|---|---|---|---|\n"
            + "".join(f"| `{n}` | {f'`{d}`' if d else 'unset'} | {v} | {t} |\n" for n, d, v, t in PROGRAMS)
        )
    )


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "**required**"
    if field.default in (None, ()):
        return "unset"
    return f"`{str(field.default).lower() if isinstance(field.default, bool) else field.default}`"


def _values(annotation: object) -> str:
    if typing.get_origin(annotation) is typing.Literal:
        return ", ".join(f"`{value}`" for value in typing.get_args(annotation))
    if typing.get_origin(annotation) in (UnionType, typing.Union):
        return " or ".join(_values(item) for item in typing.get_args(annotation) if item is not NoneType)
    if typing.get_origin(annotation) is tuple:
        return "list, by comma"
    name = getattr(annotation, "__name__", "text")
    return {"bool": "`0` or `1`", "int": "number", "str": "text", "ServerUrl": "URL"}.get(name, name)


if __name__ == "__main__":
    print(document(), end="")
