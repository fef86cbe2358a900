"""What would be lost: a diff that people can read. Contents in, sentences out; no database."""

from typing import Any

from apps.metadata.admin.diffing import deltas_of, said, subject_of
from apps.metadata.core.diff import diff

PRIORITY = {"name": "priority", "type": "choice", "label": "Priority", "order": "a0"}
NOTES = {"name": "notes", "type": "text", "order": "a1"}
BEFORE: dict[str, Any] = {"name": "Incident", "status": "draft", "fields": {"p1": PRIORITY, "n1": NOTES}}


def told(before: dict[str, Any] | None, after: dict[str, Any] | None, **names: str) -> list[tuple[str, str, list[Any]]]:
    return [
        (delta.verb, delta.subject, [(line.label, line.before, line.after) for line in delta.lines])
        for delta in deltas_of(before, after, diff(before, after), names)
    ]


def after(**fields: Any) -> dict[str, Any]:
    return {**BEFORE, "fields": {**BEFORE["fields"], **fields}}


def test_a_rename_is_a_rename_and_not_a_removal_and_an_addition() -> None:
    renamed = after(n1={**NOTES, "name": "close_notes", "label": "Close notes"})

    assert told(BEFORE, renamed) == [("renamed", "field notes → close_notes", [("Label", None, "Close notes")])]


def test_an_altered_attribute_has_both_sides() -> None:
    assert told(BEFORE, after(p1={**PRIORITY, "label": "Weight", "required": True})) == [
        ("changed", "field priority", [("Label", "Priority", "Weight"), ("Required", None, "yes")])
    ]


def test_an_added_field_says_what_it_is() -> None:
    added = after(x1={"name": "impact", "type": "choice", "choice_list": "priority", "order": "a2", "default": "2"})

    assert told(BEFORE, added) == [
        ("added", "field impact", [("Type", None, "choice"), ("Choice list", None, "priority"), ("Default", None, "2")])
    ]


def test_a_removed_field_that_is_kept_says_so_once() -> None:
    removed = {**BEFORE, "fields": {"p1": PRIORITY}, "removed": {"n1": NOTES}}

    assert told(BEFORE, removed) == [("removed, kept for restoring", "field notes", [])]
    assert [verb for verb, _subject, _lines in told(removed, BEFORE)] == ["restored"]


def test_a_moved_field_is_not_shown_as_an_order_key() -> None:
    assert told(BEFORE, after(p1={**PRIORITY, "order": "a5"})) == [("moved", "field priority", [])]


def test_a_tightened_inherited_field_is_named() -> None:
    tightened = {**BEFORE, "overrides": {"base1": {"required": True}}}

    assert told(BEFORE, tightened, base1="number") == [
        ("tightened", "inherited field number", [("Required", None, "yes")])
    ]


def test_a_new_definition_is_told_part_by_part() -> None:
    verbs = [(verb, subject) for verb, subject, _lines in told(None, BEFORE)]

    assert verbs == [("new", "The definition itself"), ("added", "field priority"), ("added", "field notes")]


def test_choices_are_named_by_label_and_value() -> None:
    one = {"name": "Priority", "items": {"1": {"order": "a0", "label": "Critical", "active": True}}}
    other = {"name": "Priority", "items": {"1": {"order": "a0", "label": "Critical", "active": False}}}

    assert told(one, other) == [("changed", "choice Critical (1)", [("Active", "yes", "no")])]


def test_rules_are_called_by_their_own_ids() -> None:
    rule = {"rule_id": "two", "priority": 10, "match": {"action": "change.*"}, "effect": "deny"}
    one = {"name": "Releases", "rules": {"f3sa": rule}}
    other = {"name": "Releases", "rules": {"f3sa": {**rule, "priority": 20}}}

    assert told(one, other) == [("changed", "rule two", [("Priority", "10", "20")])]
    assert [(verb, subject) for verb, subject, _lines in told(None, one)][1:] == [("added", "rule two")]
    assert subject_of(("rules", "f3sa", "priority"), one) == "rule two, priority"


def test_ids_inside_values_are_read_as_names() -> None:
    assigned = {**BEFORE, "assignment": {"type": "field_match", "field": "p1"}}
    lines = told(BEFORE, assigned)[0][2]

    assert ("Assignment field", None, "priority") in lines or "priority" in str(lines)


def test_values_read_as_people_say_them() -> None:
    assert [said(value) for value in (None, True, "", [], ["a", "b"], {}, 3)] == [
        "nothing", "yes", "empty", "none", "a, b", "none", "3",
    ]  # fmt: skip
    assert said({"type": "text", "order": "a5", "label": "Sign", "name": "symptom"}) == (
        "Name: symptom, Label: Sign, Type: text"
    )


def test_a_path_is_read_as_its_subject() -> None:
    assert subject_of(("fields", "p1", "label"), BEFORE) == "field priority, label"
    assert subject_of(("base_type",), BEFORE) == "base type"
