"""What other systems get wrong about changes (metadata.md section 8), each failure a test named after it."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from apps.approvals.models import Request
from apps.changes.errors import ApprovalMissing, ChangeArchived, MergeConflict, PlanRefused, StaleDigest
from apps.changes.models import Change, Snapshot
from apps.kernel.dispatch import dispatch
from apps.kernel.errors import DomainError
from apps.tenancy.models import Principal
from tests import people
from tests.changing import World
from tests.services.changes.meeting import conflicts, decide, labelled, met, planned, stored


@pytest.fixture
def ready(acme: World) -> Change:
    """A change by Eve that waits for one vote."""
    change = acme.open("Define task", by=acme.eve, environment="test")
    acme.stage(change, "define", {"key": "task", "name": "Task"}, on="task", by=acme.eve)
    return acme.check_in(change)


def approve(of: World, change: Change, *, by: Principal | None = None) -> None:
    of.give("change.approve", change.pk, by=by or of.ben, digest=of.again(change).approval_digest)


def list_of_priorities(of: World) -> None:
    change = of.open("Define priority")
    payload = {"key": "priority", "name": "Priority", "items": [{"value": "1", "label": "Low"}]}
    of.stage(change, "define", payload, on="priority", kind="choice_list")
    of.carry_through(change)


def add_choice(of: World, value: str) -> Change:
    change = of.open(f"Add {value}")
    of.stage(change, "add_choice", {"value": value, "label": value}, on="priority", kind="choice_list")
    return change


# An edit after approval kept the approval: Flagsmith 7056 and 4465, Bytebase until 2026, netbox-branching 408.


def test_an_edit_after_approval_loses_the_approval(acme: World, ready: Change) -> None:
    """On every way there is to alter what was approved."""
    approve(acme, ready)
    with pytest.raises(DomainError):
        acme.add_field(ready, "number", on="task")  # frozen: nobody edits below a vote

    acme.give("change.withdraw", ready.pk)
    acme.add_field(ready, "number", on="task")
    again = acme.check_in(ready)

    assert again.approval_digest != ready.approval_digest
    with pytest.raises(ApprovalMissing):
        acme.merge(again)
    with pytest.raises(StaleDigest):
        acme.give("change.merge", again.pk, digest=ready.approval_digest)


def test_a_conflict_decided_after_approval_loses_the_approval(acme: World) -> None:
    first = acme.open("Task", by=acme.eve, environment="test")
    acme.stage(first, "define", {"key": "task", "name": "Task"}, on="task", by=acme.eve)
    mine, theirs = (acme.open(title, by=acme.eve, environment="test") for title in ("Mine", "Theirs"))
    merged(acme, first)
    for change in (mine, theirs):
        payload = {"attribute": "description", "value": change.title}
        acme.stage(change, "set_attribute", payload, on="task", by=acme.eve)
    acme.check_in(mine)
    approve(acme, mine)
    merged(acme, theirs)

    with pytest.raises(MergeConflict):
        acme.merge(mine)  # before anybody planned it anew
    with acme.as_system():
        dispatch("change.replan", mine.pk)
    acme.give("change.withdraw", mine.pk)
    decide(acme, mine, "mine", by=acme.eve)
    acme.check_in(mine)

    with pytest.raises(ApprovalMissing):
        acme.merge(mine)
    approve(acme, mine)
    assert acme.merge(mine).change.status == "Merged"


def merged(of: World, change: Change) -> None:
    of.check_in(change)
    approve(of, change)
    of.merge(change)


# A denied job ran anyway: Nautobot 8623. Approval skipped on a side path: Windmill 2639. A leftover timer resumed an
# approved pause twice: Kestra 18507.


def test_a_denied_change_never_merges_whatever_was_already_on_its_way(acme: World, ready: Change) -> None:
    acme.give("change.deny", ready.pk, by=acme.ben, comment="We have one.")
    for name in ("change.validate", "change.replan"):  # jobs that were deferred before, delivered now
        with acme.as_system():
            dispatch(name, ready.pk)

    for name, inputs in _ways_to_merge(ready):
        with pytest.raises(ChangeArchived):
            acme.give(name, ready.pk, **inputs)
    assert acme.head("task", environment="test") is None
    clone = acme.check_in(acme.give("change.clone", ready.pk))
    with pytest.raises(ApprovalMissing):
        acme.merge(clone)


def test_approval_is_skipped_on_no_path(acme: World, ready: Change) -> None:
    for name, inputs in _ways_to_merge(ready)[:2]:
        with pytest.raises(ApprovalMissing):
            acme.give(name, ready.pk, **inputs)

    with acme.acting(acme.ada, "test"):
        direct = dispatch("record_type.create", key="work", name="Work")

    assert not direct.is_merged
    assert acme.head("work", environment="test") is None


def _ways_to_merge(change: Change) -> list[tuple[str, dict[str, Any]]]:
    return [
        ("change.merge", {"digest": change.approval_digest}),
        ("change.set_status", {"status": "Merged"}),
        ("change.approve", {"digest": change.approval_digest}),
    ]


def test_a_leftover_timer_takes_no_later_request_back(acme: World, ready: Change) -> None:
    """The deadline of the first question strikes after the second one was asked and answered."""
    with acme.reading():
        first = Request.objects.get(subject_id=ready.pk)
        Request.objects.filter(pk=first.pk).update(
            asked_at=timezone.now() - timedelta(days=9), due_at=timezone.now() - timedelta(days=1)
        )
    acme.give("change.withdraw", ready.pk)
    acme.check_in(ready)
    approve(acme, ready)

    for _twice in range(2):
        with acme.as_system():
            dispatch("approval.expire", first.pk)

    assert acme.again(ready).status == "Ready"
    assert acme.merge(ready).change.status == "Merged"


# Self-approval refused in the page, allowed by the API: Bytebase 19142.


def test_self_approval_is_refused_by_the_api_too(acme: World) -> None:
    """Also by the token of the author, and of the person behind an agent."""
    agent = people.agent(acme.tenant, acme.ben)
    change = acme.open("Define task", environment="test")
    acme.stage(change, "define", {"key": "task", "name": "Task"}, on="task", by=agent)
    digest = acme.check_in(change).approval_digest

    answers = [
        _post(acme, person, f"/changes/{change.number}/{path}", body)
        for person in (acme.ada, acme.ben)
        for path, body in (("approve", {"digest": digest}), ("status", {"status": "Merged"}), ("merge", {}))
    ]

    assert [(answer.status_code, answer.json()["error"]["code"]) for answer in answers] == [
        (403, "SELF_APPROVAL"), (409, "APPROVAL_MISSING"), (409, "APPROVAL_MISSING"),
    ] * 2  # fmt: skip


def _post(of: World, person: Principal, path: str, body: dict[str, Any]) -> Any:
    headers = people.headers(people.token(person, of.tenant), of.tenant)
    return Client().post(f"/api/v1{path}", body, content_type="application/json", headers=headers)


# Two additions to one choice list conflict, and the recorded resolution is forgotten on rebase: Infrahub 9764 and 28.


def test_two_additions_to_one_choice_list_never_conflict(acme: World) -> None:
    list_of_priorities(acme)
    one, two = add_choice(acme, "2"), add_choice(acme, "3")

    acme.carry_through(one)

    assert conflicts(acme, two) == []
    acme.carry_through(two)
    assert sorted(acme.content("priority", kind="choice_list")["items"]) == ["1", "2", "3"]


def test_a_recorded_resolution_survives_every_rebase(itsm: World) -> None:
    change, _ = met(itsm)
    decide(itsm, change, "theirs")
    digest = planned(itsm, change).digest

    for number in range(3):
        elsewhere = itsm.open(f"Elsewhere {number}")
        itsm.add_field(elsewhere, f"field_{number}")
        itsm.carry_through(elsewhere)
        itsm.give("change.rebase", change.pk)
        itsm.give("change.rebase", change.pk)

        assert planned(itsm, change).digest == digest
        assert conflicts(itsm, change)[0].decision is not None

    assert len(stored(itsm, change)) == 1
    itsm.carry_through(change)
    assert "Theirs" in [field.get("label") for field in itsm.content()["fields"].values()]


# "No conflicts", then the merge fails on a constraint: netbox-branching 564.


def test_no_conflict_is_only_said_of_what_was_validated_again(acme: World) -> None:
    """Nothing meets at any path, and together they break: a name taken twice, a circle of base types."""
    acme.define("alpha")
    acme.define("beta")
    names = [acme.open(title) for title in ("One", "Two")]
    for number, change in enumerate(names):
        acme.stage(change, "define", {"key": f"type_{number}", "name": "Task"}, on=f"type_{number}")
    circle = [acme.open(title) for title in ("Up", "Down")]
    for change, on, base in zip(circle, ("alpha", "beta"), ("beta", "alpha"), strict=True):
        acme.stage(change, "set_attribute", {"attribute": "base_type", "value": base}, on=on)

    for (first, second), code in ((names, "NAME_TAKEN"), (circle, "BASE_TYPE_CYCLE")):
        acme.carry_through(first)
        answer = _get(acme, acme.ada, f"/changes/{second.number}/conflicts")

        assert (answer["open"], answer["is_clean"]) == (0, False)
        assert code in [finding["code"] for finding in answer["findings"]]
        with pytest.raises(PlanRefused) as refused:
            acme.give("change.execute", second.pk)
        assert refused.value.code == code


def _get(of: World, person: Principal, path: str) -> dict[str, Any]:
    headers = people.headers(people.token(person, of.tenant), of.tenant)
    answer = Client().get(f"/api/v1{path}", headers=headers)
    assert answer.status_code == 200, answer.content
    shown: dict[str, Any] = answer.json()
    return shown


# A deleted field's column stays and its name cannot be used again: Frappe 17443, Infrahub 4727.


def test_the_name_of_a_removed_field_can_be_used_again(itsm: World) -> None:
    """By another field, under an id of its own; the removed one stays in quarantine with what it was."""
    before = {field["name"]: identity for identity, field in itsm.content()["fields"].items()}
    removal = itsm.open("Remove it")
    itsm.stage(removal, "remove_field", {"field": "summary"})
    itsm.carry_through(removal)
    again = itsm.open("Another")
    itsm.add_field(again, "summary", type="number")
    itsm.carry_through(again)

    content = itsm.content()
    after = {field["name"]: identity for identity, field in content["fields"].items()}
    assert after.keys() == before.keys()
    assert after["summary"] != before["summary"]
    assert content["removed"][before["summary"]]["type"] == "string"


# A deployment cannot be rolled back: change sets of Salesforce, Bytebase 10765.


def test_a_merge_can_be_taken_back_although_others_merged_since(itsm: World) -> None:
    """What it did is undone, what others did stays; and the taking back can be taken back."""
    change = labelled(itsm, "Mine")
    itsm.carry_through(change)
    elsewhere = itsm.open("Elsewhere")
    itsm.add_field(elsewhere, "urgency")
    itsm.carry_through(elsewhere)
    with_it = itsm.content()

    back = itsm.give("change.revert", change.pk)
    itsm.carry_through(back)

    assert itsm.field_names() == ["priority", "summary", "urgency"]
    assert "Mine" not in [field.get("label") for field in itsm.content()["fields"].values()]
    itsm.carry_through(itsm.give("change.revert", back.pk))
    assert itsm.content() == with_it


# Merging hides drift: Bytebase 14536.


def test_merging_does_not_hide_what_moved_meanwhile(itsm: World) -> None:
    """What moved elsewhere stays and is shown; what moved here is never written over unseen; the past is kept."""
    change = labelled(itsm, "Mine")
    other = itsm.open("Theirs")
    itsm.stage(other, "set_field", {"field": "priority", "definition": {"label": "Rank"}})
    itsm.carry_through(other)
    moved = itsm.head()
    assert moved is not None

    shown = planned(itsm, change).plan.definitions[0]
    itsm.carry_through(change)

    assert (shown.replayed, shown.number_before) == (True, moved.number)
    labels = {field["name"]: field.get("label") for field in itsm.content()["fields"].values()}
    assert labels == {"summary": "Mine", "priority": "Rank"}
    with itsm.reading():
        assert Snapshot.objects.get(change_id=change.pk).revision_before_id == moved.revision_id


# A scheduled change that conflicts is dropped with a mail saying "create it again": Flagsmith.


def test_a_ready_change_that_comes_into_conflict_is_kept_and_can_go_on(itsm: World) -> None:
    change = labelled(itsm, "Mine")
    itsm.check_in(change)
    itsm.carry_through(labelled(itsm, "Theirs"))
    with itsm.as_system():
        kept = dispatch("change.replan", change.pk)

    assert (kept.status, kept.archived_at, len(kept.plan["conflicts"])) == ("Ready", None, 1)
    with pytest.raises(MergeConflict):
        itsm.merge(change)
    itsm.give("change.withdraw", change.pk)
    decide(itsm, change, "mine")
    itsm.carry_through(change)
    assert "Mine" in [field.get("label") for field in itsm.content()["fields"].values()]


# Scripts that bypass the views disable conflict detection silently: the documents of netbox-branching.


def test_a_script_that_never_saw_a_view_meets_the_same_conflicts(itsm: World) -> None:
    """Detection is in the one write path and in the plan, not in a form or a signal."""
    change, other = met(itsm)  # both by commands given from Python

    with itsm.acting(itsm.ada), pytest.raises(MergeConflict):
        dispatch("change.execute", change.pk)
    assert itsm.check_in(change).status == "ValidationFailed"
    (one,) = conflicts(itsm, change)
    assert one.mover is not None
    assert one.mover.change_id == other.pk
