"""EC-EXE-018 to 021, EC-EDGE-01, 04, 05, 06: what each operation does and refuses."""

from typing import Any

import pytest

from apps.metadata.core.operations import NO_CONTEXT, Context, Operation, Refusal, Reversibility
from apps.types.core.field_operations import AddField, RemoveField, RenameField, RestoreField, SetField
from tests.core.types.documents import identity

TITLE, STATE, BASE_FIELD, NEW = (identity(number) for number in range(4))

TYPE = {
    "name": "Incident",
    "status": "active",
    "base_type": "task",
    "fields": {
        TITLE: {"name": "title", "type": "string", "order": "a0", "max_length": 40},
        STATE: {"name": "state", "type": "string", "order": "a1"},
    },
}
CHAIN = Context(
    chain=(
        {"name": "Task", "fields": {}},
        {"name": "Root", "fields": {BASE_FIELD: {"name": "number", "type": "string", "order": "a0"}}},
    )
)


def add(name: str, field: str = NEW) -> AddField:
    return AddField(field=field, name=name, definition={"name": name, "type": "string", "order": "a2"})


@pytest.mark.parametrize(
    ("operation", "code"),
    [
        (add("title"), "FIELD_EXISTS"),
        (add("number"), "PROTECTED_FIELD"),
        (add("fresh", TITLE), "FIELD_EXISTS"),
        (SetField(field=NEW, name="gone", definition={"label": "x"}), "FIELD_NOT_FOUND"),
        (SetField(field=NEW, name="number", definition={"type": "text"}, order="a2"), "PROTECTED_FIELD"),
        (RemoveField(field=NEW, name="gone"), "FIELD_NOT_FOUND"),
        (RemoveField(field=BASE_FIELD, name="number"), "PROTECTED_FIELD"),
        (RemoveField(field=NEW, name="number"), "PROTECTED_FIELD"),
        (RestoreField(field=NEW, name="gone"), "FIELD_NOT_FOUND"),
        (RenameField(field=NEW, old_name="gone", new_name="back"), "FIELD_NOT_FOUND"),
        (RenameField(field=TITLE, old_name="title", new_name="state"), "FIELD_EXISTS"),
        (RenameField(field=TITLE, old_name="title", new_name="number"), "PROTECTED_FIELD"),
        (RenameField(field=BASE_FIELD, old_name="number", new_name="no"), "PROTECTED_FIELD"),
    ],
)
def test_what_does_not_fit_is_refused_by_name(operation: Operation, code: str) -> None:
    for attempt in (operation.apply, operation.invert):
        with pytest.raises(Refusal) as refused:
            attempt(TYPE, CHAIN)
        assert refused.value.code == code
        assert refused.value.details["name"]


@pytest.mark.parametrize("operation", [add("x"), RemoveField(field=TITLE, name="title")])
def test_a_type_that_does_not_exist_has_no_fields_to_change(operation: Operation) -> None:
    with pytest.raises(Refusal) as refused:
        operation.apply(None, NO_CONTEXT)
    assert refused.value.code == "DEFINITION_NOT_FOUND"


def test_setting_merges_clears_and_keeps() -> None:
    """EC-EXE-018: given keys replace, null clears, omitted ones stay."""
    changes: dict[str, Any] = {"required": True, "max_length": None}
    content = SetField(field=TITLE, name="title", definition=changes).apply(TYPE, CHAIN)
    assert content["fields"][TITLE] == {"name": "title", "type": "string", "order": "a0", "required": True}


def test_setting_a_field_that_is_not_there_creates_it_at_its_place() -> None:
    """EC-EXE-018: upsert."""
    operation = SetField(field=NEW, name="cause", definition={"type": "text"}, order="a5")
    content = operation.apply(TYPE, CHAIN)
    assert content["fields"][NEW] == {"name": "cause", "order": "a5", "type": "text"}
    assert operation.touches(TYPE, CHAIN) == {("fields", NEW)}


def test_renaming_keeps_everything_but_the_name() -> None:
    """EC-EXE-021."""
    content = RenameField(field=TITLE, old_name="title", new_name="short").apply(TYPE, CHAIN)
    assert content["fields"][TITLE] == {**TYPE["fields"][TITLE], "name": "short"}
    assert list(content["fields"]) == list(TYPE["fields"])


def test_a_removed_field_waits_in_quarantine_and_comes_back_whole() -> None:
    removed = RemoveField(field=TITLE, name="title").apply(TYPE, CHAIN)
    assert removed["removed"] == {TITLE: TYPE["fields"][TITLE]}
    assert TITLE not in removed["fields"]
    assert RestoreField(field=TITLE, name="title").apply(removed, CHAIN) == TYPE


def test_a_name_used_again_is_another_field_and_blocks_the_old_one() -> None:
    removed = RemoveField(field=TITLE, name="title").apply(TYPE, CHAIN)
    reused = add("title").apply(removed, CHAIN)
    assert {TITLE, NEW} <= {*reused["fields"], *reused["removed"]}
    with pytest.raises(Refusal) as refused:
        RestoreField(field=TITLE, name="title").apply(reused, CHAIN)
    assert refused.value.code == "FIELD_EXISTS"


def test_a_name_renamed_away_is_claimed_with_the_new_one() -> None:
    """EC-EDGE-01: otherwise setting the old name would create it again in the same change."""
    renaming = RenameField(field=TITLE, old_name="title", new_name="short")
    assert renaming.claims() == {"#" + TITLE, "title", "short"}
    assert renaming.claims() & SetField(field=NEW, name="title", definition={}, order="a5").claims() == {"title"}


def test_another_type_is_marked_as_lossy() -> None:
    """Values converted to another type need not come back as they were; the person who approves is told."""
    retype = SetField(field=TITLE, name="title", definition={"type": "text"})
    undo = retype.invert(TYPE, CHAIN)
    assert undo.reversibility == Reversibility.LOSSY
    assert undo.operation is not None
    assert undo.operation.apply(retype.apply(TYPE, CHAIN), CHAIN) == TYPE


@pytest.mark.parametrize(
    ("operation", "sentence"),
    [
        (add("cause"), "Add string field “cause”"),
        (SetField(field=NEW, name="p", definition={"type": "choice", "choice_list": "priority"}, order="a5"),
         "Add choice field “p” (priority)"),
        (SetField(field=TITLE, name="title", definition={"required": True, "max_length": None, "label": "T"}),
         "Change field “title”: label “T”, no max_length, required"),
        (RemoveField(field=TITLE, name="title"), "Remove field “title”"),
        (RestoreField(field=TITLE, name="title"), "Restore field “title”"),
        (RenameField(field=TITLE, old_name="title", new_name="short"), "Rename field “title” to “short”"),
    ],
)  # fmt: skip
def test_every_operation_reads_as_a_sentence(operation: Operation, sentence: str) -> None:
    assert operation.summary() == sentence


def test_a_summary_stays_short_whatever_is_written() -> None:
    long = SetField(field=TITLE, name="title", definition={"description": "x" * 2_000})
    assert len(long.summary()) < 150
