"""Keys and ids in the event path come from what they identify, never from chance (AT-014)."""

import ast
from pathlib import Path

ROOT = Path(__file__).parents[2]
PATH = [
    *sorted((ROOT / "apps/events").rglob("*.py")),
    *(ROOT / "apps/kernel" / f"{name}.py" for name in ("dispatch", "unit", "ports", "commands", "hooks")),
]


def random_ids(source: str) -> list[int]:
    """Lines that import or call a random id."""
    return [
        node.lineno
        for node in ast.walk(ast.parse(source))
        if (isinstance(node, ast.ImportFrom) and any(alias.name in {"uuid1", "uuid4"} for alias in node.names))
        or (isinstance(node, ast.Attribute) and node.attr in {"uuid1", "uuid4"})
    ]


def test_the_lint_finds_a_random_key() -> None:
    assert random_ids("from uuid import uuid4\nkey = uuid4()") == [1]
    assert random_ids("import uuid\nkey = uuid.uuid4()") == [2]


def test_nothing_in_the_event_path_draws_an_id() -> None:
    found = {
        str(file.relative_to(ROOT)): lines
        for file in PATH
        if "migrations" not in file.parts and (lines := random_ids(file.read_text()))
    }

    assert found == {}
