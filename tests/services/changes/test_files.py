"""Files and scripts: staged, stamped and handed out, never executed."""

import pytest

from apps.changes.errors import ConflictingOperation, DuplicateOperation, TargetTypeMismatch
from apps.kernel.errors import InvalidInput
from tests.changing import World

PATH = {"type": "file", "selector": {"path": "docs/readme.md"}}


def write(world: World, change: object, content: str, **target: object) -> object:
    return world.give(
        "change.stage_operation", change.pk, op_type="edit_file",  # type: ignore[attr-defined]
        payload={"content": content}, target=target or PATH,
    )  # fmt: skip


def test_a_file_is_written_by_a_merge(acme: World) -> None:
    """EC-EXE-022, EC-AMB-13."""
    change = acme.open()
    write(acme, change, "# Hello")

    acme.carry_through(change)

    assert acme.content("docs/readme.md", kind="file")["text"] == "# Hello"
    again = acme.open()
    write(acme, again, "# Hello again")
    acme.carry_through(again)
    assert acme.head("docs/readme.md", kind="file").number == 2  # type: ignore[union-attr]


@pytest.mark.parametrize("path", ["/etc/passwd", "../secret", "a/../../b", "a\\b", "."])
def test_a_path_stays_below_the_root_of_its_module(acme: World, path: str) -> None:
    change = acme.open()

    with pytest.raises(InvalidInput):
        write(acme, change, "x", type="file", selector={"path": path})

    assert acme.events(change) == ["change.created"]


def test_one_spelling_of_a_path_is_one_target(acme: World) -> None:
    change = acme.open()
    write(acme, change, "one")

    with pytest.raises((ConflictingOperation, DuplicateOperation)):
        write(acme, change, "two", type="file", selector={"path": "docs/./readme.md"})


def test_a_file_takes_no_fields_and_a_type_no_text(itsm: World) -> None:
    """EC-EXE-023."""
    change = itsm.open()

    with pytest.raises(TargetTypeMismatch):
        itsm.stage(change, "edit_file", {"path": "incident", "content": "x"})
    with pytest.raises(TargetTypeMismatch):
        itsm.give(
            "change.stage_operation", change.pk, op_type="add_field",
            payload={"field": "x", "definition": {"type": "string"}}, target=PATH,
        )  # fmt: skip


def test_a_change_of_files_without_operations_merges(acme: World) -> None:
    """EC-AMB-45: nothing moves, the change is done."""
    change = acme.open()
    acme.give("change.add_target", change.pk, **PATH)

    merged = acme.carry_through(change)

    assert (merged.change.status, merged.moved, merged.snapshots) == ("Merged", (), 0)
