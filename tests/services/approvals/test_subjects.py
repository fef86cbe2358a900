"""The registry of what can be approved."""

from dataclasses import replace

import pytest

from apps.approvals.core.subjects import register_subject, subject_type, subject_types


def test_changes_can_be_approved() -> None:
    known = subject_type("changes.change")

    assert (known.permission, known.approve) == ("change.approve", "change.approve")
    assert known in subject_types()


def test_a_type_is_registered_once() -> None:
    known = subject_type("changes.change")
    register_subject(known)

    with pytest.raises(RuntimeError):
        register_subject(replace(known, deny="change.approve"))
    assert subject_type("changes.change") == known


def test_an_unknown_type_is_an_error() -> None:
    with pytest.raises(LookupError):
        subject_type("nothing.here")
