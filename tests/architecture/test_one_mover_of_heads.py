"""Exactly one function moves heads, and exactly one place calls it for changes: there is no side door."""

import ast
from collections.abc import Iterator
from pathlib import Path

from django.apps import apps as installed

APPS = Path(__file__).resolve().parents[2] / "apps"
HEADS = "metadata/services/heads.py"
#: What only the mover may do with these models.
WRITES = {"create", "bulk_create", "update", "bulk_update", "get_or_create", "update_or_create", "delete", "save"}
GUARDED = {
    "Head": {HEADS},
    "HeadMove": {HEADS},
    "Revision": {HEADS},
    "Definition": {HEADS},
    "Reference": {"metadata/services/references.py"},
}
TABLES = {
    "metadata_head": {HEADS},
    "metadata_headmove": set(),
    "metadata_revision": set(),
    "metadata_definition": set(),
    "metadata_reference": set(),
}


def sources() -> Iterator[tuple[str, ast.Module, str]]:
    for path in sorted(APPS.rglob("*.py")):
        name = path.relative_to(APPS).as_posix()
        if "/migrations/" not in name:
            text = path.read_text()
            yield name, ast.parse(text), text


def stands_for() -> dict[str, str]:
    """The guarded models by every name they go by: their proxies write the same tables."""
    models = [(model.__name__, model._meta.concrete_model.__name__) for model in installed.get_models()]
    return {name: concrete for name, concrete in models if concrete in GUARDED}


def model_writes(tree: ast.Module) -> Iterator[str]:
    """The models a module makes rows of, or alters through their manager."""
    names = stands_for()
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        if isinstance(node.func, ast.Name) and node.func.id in names:
            yield names[node.func.id]
        if isinstance(node.func, ast.Attribute) and node.func.attr in WRITES:
            for inner in ast.walk(node.func.value):
                if isinstance(inner, ast.Name) and inner.id in names:
                    yield names[inner.id]


def test_only_the_mover_writes_definitions_revisions_heads_their_moves_and_references() -> None:
    """EC-EXE-001, EC-INV-O12: the schema is written in one place only."""
    found = {(model, name) for name, tree, _ in sources() for model in model_writes(tree)}

    assert found == {(model, name) for model, places in GUARDED.items() for name in places}


def test_no_sql_writes_their_tables_elsewhere() -> None:
    found = {
        (table, name)
        for name, _, text in sources()
        for table in TABLES
        for verb in ("insert into", "update", "delete from", "truncate")
        if f"{verb} {table} " in text.lower().replace('"', "").replace("\n", " ")
    }

    assert found == {(table, name) for table, places in TABLES.items() for name in places}


def test_only_the_merge_calls_the_mover() -> None:
    callers = {
        name
        for name, tree, _ in sources()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "move_heads"
    }

    assert callers == {"changes/services/merging.py"}
