"""What voids votes: an edit, drift that tells, another policy. Each with an event, and a notice to whoever voted."""

from typing import Any

import pytest

from apps.approvals.models import Notice, Request
from apps.changes.errors import ApprovalMissing
from apps.changes.models import Change
from apps.events.models import Event
from tests.services.approvals.conftest import Desk
from tests.services.events.sweeps import drain
from tests.services.policies.governing import Government


def texts(desk: Desk, person: Any) -> list[str]:
    with desk.reading():
        found = Notice.objects.filter(recipient=person.pk, kind="approval.votes_voided")
        return list(found.order_by("created_at").values_list("text", flat=True))


def told(desk: Desk, request: Request) -> list[tuple[str, list[str]]]:
    """(reason, voters) of the events that say that votes fell, oldest first."""
    with desk.reading():
        found = Event.objects.filter(event_type="approval.votes_voided", resource_id=str(request.pk))
        return [(event.payload["reason"], event.payload["voters"]) for event in found.order_by("occurred_at")]


def merged(desk: Desk, change: Change) -> None:
    ready = desk.check_in(change)
    desk.approve(ready, by=desk.cleo)
    desk.merge(ready)


def test_an_edit_after_approval_loses_the_approval(desk: Desk) -> None:
    """metadata.md section 8: an edit after approval kept the approval (Flagsmith #7056; netbox-branching #408)."""
    change = desk.ready("prod")
    desk.approve(change, by=desk.ada)
    desk.approve(change, by=desk.ben)
    request = desk.request(change)

    desk.give("change.withdraw", change.pk, by=desk.ada)
    desk.add_field(change, "number", on="task")
    again = desk.check_in(change)

    assert again.approval_digest != change.approval_digest
    assert desk.said(change) == [(desk.ada.pk, "approve", False), (desk.ben.pk, "approve", False)]
    assert told(desk, request) == [("withdrawn", sorted(str(voter.pk) for voter in (desk.ada, desk.ben)))]
    expected = f"Your approval of {change.number} {change.title} does not count any more: it was taken back into work."
    assert texts(desk, desk.ben) == [expected]
    assert texts(desk, desk.ada) == [], "Whoever did it knows."
    with pytest.raises(ApprovalMissing):
        desk.merge(again)


def test_drift_that_tells_voids_the_votes_and_drift_that_does_not_keeps_them(desk: Desk) -> None:
    task = desk.open("Task", by=desk.eve, environment="test")
    desk.stage(task, "define", {"key": "task", "name": "Task"}, on="task", by=desk.eve)
    desk.stage(task, "add_field", {"field": "one", "definition": {"type": "string"}}, on="task", by=desk.eve)
    merged(desk, task)
    mine, beside, over = (desk.open(title, by=desk.eve, environment="test") for title in ("Mine", "Beside", "Over"))
    label = {"field": "one", "definition": {"label": "Mine"}}
    desk.stage(mine, "set_field", label, on="task", by=desk.eve)
    desk.stage(beside, "set_attribute", {"attribute": "description", "value": "All work"}, on="task", by=desk.eve)
    desk.stage(over, "set_field", {"field": "one", "definition": {"label": "Theirs"}}, on="task", by=desk.eve)
    desk.approve(desk.check_in(mine), by=desk.ada)
    request = desk.request(mine)

    merged(desk, beside)
    drain()
    assert desk.said(mine) == [(desk.ada.pk, "approve", True)]
    merged(desk, over)
    drain()

    assert desk.said(mine) == [(desk.ada.pk, "approve", False)]
    assert told(desk, request) == [("head_moved", [str(desk.ada.pk)])]
    assert texts(desk, desk.ada) == [
        f"Your approval of {mine.number} Mine does not count any more: what it builds on has moved."
    ]


def test_another_policy_voids_the_votes_given_under_the_one_before(desk: Desk) -> None:
    """A vote is for a requirement too: whoever agreed to one of two agreed to something else."""
    government = Government(desk.world)
    change = desk.ready("test")
    desk.approve(change, by=desk.ada)
    request = desk.request(change)
    two = {
        "rule_id": "two",
        "effect": "require_approval",
        "match": {"action": "change.merge"},
        "requirements": {"approvals": [{"min": 2}]},
    }

    government.activate(government.write("releases", two, environment="test"), desk.ben)
    drain()

    assert desk.said(change) == [(desk.ada.pk, "approve", False)]
    assert told(desk, request) == [("policy_changed", [str(desk.ada.pk)])]
    assert texts(desk, desk.ada) == [
        f"Your approval of {change.number} {change.title} does not count any more: a policy has changed."
    ]
    asked = desk.request(change)
    assert (asked.pk, asked.status, asked.seats.votes) == (request.pk, "open", 2)
    assert {reason["policy_key"] for reason in asked.reasons} >= {"releases"}


def test_votes_for_what_was_granted_are_called_by_its_name_when_they_fall(desk: Desk) -> None:
    """Nobody can tell what an id is."""
    government = Government(desk.world)
    rule = {
        "rule_id": "one",
        "effect": "require_approval",
        "match": {"action": "pack.promote"},
        "requirements": {"approvals": [{"min": 1}]},
    }
    version = government.activate(government.write("packs", rule, environment="test"), desk.ben)

    desk.give("policy.request_deprecation", version.pk, by=desk.ada, reason="Not needed.")

    (text,) = texts(desk, desk.ben)
    assert "packs v1" in text
    assert str(version.pk) not in text
