"""What the policies of an environment say of a change, from its validation to its merge."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from apps.approvals.models import Request
from apps.changes.errors import ApprovalMissing, AuthorMerges, OutsideWindow, PassedTestsMissing, StaleDigest
from apps.changes.models import Change, ChangeRead
from apps.changes.queries import tally_of, waiting_on
from apps.changes.services.obligations import TESTS_PASSED
from apps.events.models import Event
from apps.kernel import hooks
from apps.kernel.dispatch import dispatch
from apps.kernel.errors import InvalidInput
from apps.kernel.scope import current_scope, scope_transaction
from apps.kernel.unit import Unit, collecting
from apps.policies.models import Decision
from tests import people
from tests.changing import World
from tests.services.changes.meeting import labelled, planned
from tests.services.policies.governing import DENY_ALL, Government

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@pytest.fixture
def government(itsm: World) -> Government:
    return Government(itsm)


def rule(effect: str = "allow", **requirements: Any) -> dict[str, Any]:
    made: dict[str, Any] = {"rule_id": "rule", "effect": effect, "match": {"action": "change.merge"}}
    return {**made, "requirements": requirements} if requirements else made


def in_force(government: Government, *rules: dict[str, Any]) -> None:
    government.activate(government.write("releases", *rules))


def delivered(of: World, event_type: str) -> list[str]:
    """What the newest event of this type has a worker do to changes, done."""
    what = {"policy": "environment", "metadata": "waiting", "execution": "refused"}[event_type.partition(".")[0]]
    with of.as_system(), scope_transaction() as at, collecting(Unit()) as unit:
        event = Event.objects.filter(event_type=event_type).order_by("-occurred_at", "-pk")[0]
        hooks.get_subscriber(f"changes.replan_{what}").function(event, actor=current_scope().actor, at=at)
    for job in unit.jobs:
        with of.as_system():
            dispatch(job.command, job.target, **job.inputs)
    return [str(job.target) for job in unit.jobs]


def decisions(of: World, change: Change) -> int:
    with of.reading():
        return Decision.objects.filter(subject_id=change.pk).count()


def test_a_denied_change_fails_its_validation_with_the_rule_that_said_so(itsm: World, government: Government) -> None:
    in_force(government, DENY_ALL)
    change = labelled(itsm, "Mine")

    failed = itsm.check_in(change)

    assert failed.status == "ValidationFailed"
    (finding,) = failed.plan["findings"]  # type: ignore[index]
    assert (finding["code"], finding["details"]["rules"][0]["rule_id"]) == ("POLICY_DENIED", "freeze")
    assert decisions(itsm, change) == 1  # a denial can be asked why, too


def test_a_policy_decides_who_is_asked_and_why(itsm: World, government: Government) -> None:
    in_force(government, rule("require_approval", approvals=[{"min": 2}]))
    change = labelled(itsm, "Mine")

    ready = itsm.check_in(change)

    with itsm.reading():
        request = Request.objects.get(subject_id=change.pk)
    assert (request.seats.votes, request.digest) == (2, ready.approval_digest)
    assert [(one["policy_key"], one["version"], one["rule_id"]) for one in request.reasons] == [("releases", 1, "rule")]
    with pytest.raises(ApprovalMissing) as refused:
        itsm.merge(change)
    assert (refused.value.details["required"], refused.value.details["given"]) == (2, 0)
    for voter in (itsm.ben, itsm.cleo):
        itsm.give("change.approve", change.pk, by=voter, digest=ready.approval_digest)
    itsm.merge(change)
    with itsm.reading():
        assert Request.objects.get(subject_id=change.pk).outcome == "merged"
    assert decisions(itsm, change) == 1  # at the validation and at the merge it was the same


def test_a_direct_write_waits_where_a_policy_asks_for_somebody(itsm: World, government: Government) -> None:
    in_force(government, rule("require_approval", approvals=[{"min": 1}]))

    done = itsm.give("record_type.create", key="work", name="Work")

    assert not done.is_merged
    assert done.change.status == "Draft"


def test_another_policy_voids_the_votes_and_the_voters_are_told(itsm: World, government: Government) -> None:
    in_force(government, rule("require_approval", approvals=[{"min": 1}]))
    change = labelled(itsm, "Mine")
    ready = itsm.check_in(change)
    itsm.give("change.approve", change.pk, by=itsm.ben, digest=ready.approval_digest)
    version = government.write("freezes", rule("require_approval", approvals=[{"min": 2}]))

    government.activate(version)
    with pytest.raises(StaleDigest):
        itsm.merge(change)  # before anybody planned it anew
    jobs = delivered(itsm, "policy.activated")

    again = itsm.again(change)
    assert str(change.pk) in jobs
    assert again.approval_digest != ready.approval_digest
    assert itsm.events(change)[-2:] == ["change.replanned", "change.votes_voided"]
    with itsm.reading():
        assert tally_of(again).voters == ()
        told = Event.objects.filter(event_type="change.votes_voided", resource_id=str(change.pk)).latest("occurred_at")
    assert told.payload["reason"] == "policy_changed"


def test_a_policy_that_says_the_same_leaves_the_votes_alone(itsm: World, government: Government) -> None:
    in_force(government, rule("require_approval", approvals=[{"min": 1}]))
    change = labelled(itsm, "Mine")
    ready = itsm.check_in(change)
    itsm.give("change.approve", change.pk, by=itsm.ben, digest=ready.approval_digest)
    elsewhere = {"rule_id": "packs", "effect": "deny", "match": {"action": "pack.promote"}}
    version = government.write("packs", elsewhere)

    government.activate(version)
    delivered(itsm, "policy.activated")

    assert itsm.again(change).approval_digest == ready.approval_digest
    itsm.merge(change)


def test_nothing_merges_outside_the_window_of_a_policy(itsm: World, government: Government) -> None:
    today = datetime.now(UTC)
    away = [DAYS[(today + timedelta(days=days)).weekday()] for days in (3, 4)]
    in_force(government, rule(time_window={"opens": "00:00", "closes": "12:00", "timezone": "UTC", "days": away}))
    change = labelled(itsm, "Mine")
    ready = itsm.check_in(change)

    with pytest.raises(OutsideWindow) as refused:
        itsm.merge(change)

    opens = datetime.fromisoformat(refused.value.details["opens_at"])
    assert (opens.date() - today.date()).days in (2, 3)
    assert itsm.again(change).approval_digest == ready.approval_digest
    assert not itsm.give("record_type.create", key="work", name="Work").is_merged


def test_tests_are_asked_for_only_where_something_reports_them(
    itsm: World, government: Government, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing would ever meet it: the rule is refused when it is written, as those about mfa are."""
    change = itsm.open("Tests")
    wanted = {"key": "tested", "name": "Tested", "rules": [rule(tests_required=True)]}
    with pytest.raises(InvalidInput) as refused:
        itsm.stage(change, "define", wanted, on="tested", kind="policy")
    assert refused.value.details["reason"] == "REQUIREMENT_NOT_SERVED"
    assert [one["path"] for one in refused.value.details["errors"]] == ["/payload/rules/0/requirements/tests_required"]

    reported: set[str] = set()
    monkeypatch.setitem(hooks._hooks, TESTS_PASSED, [lambda *, change, digest: digest in reported])
    in_force(government, rule(tests_required=True))
    change = labelled(itsm, "Mine")
    ready = itsm.check_in(change)

    with pytest.raises(PassedTestsMissing):
        itsm.merge(change)
    reported.add(ready.approval_digest)
    assert itsm.merge(change).change.status == "Merged"


def test_duties_are_kept_apart_where_a_policy_says_so(itsm: World, government: Government) -> None:
    in_force(government, rule(separation_of_duties=True))
    change = labelled(itsm, "Mine")
    itsm.check_in(change)

    with pytest.raises(AuthorMerges):
        itsm.merge(change)
    assert itsm.merge(change, by=itsm.ben).change.status == "Merged"


def test_a_ready_change_is_planned_anew_when_a_type_it_was_judged_by_moves(itsm: World) -> None:
    """It does not touch its base type, and yet what it may do hangs on it."""
    itsm.define("task", "number")
    itsm.define("request", "wish", base="task")
    change = itsm.open("Request")
    itsm.add_field(change, "urgency", on="request")
    ready = itsm.check_in(change)
    base = itsm.open("Task")
    itsm.add_field(base, "urgency", on="task")
    itsm.carry_through(base)

    jobs = delivered(itsm, "metadata.head_moved")

    assert jobs == [str(change.pk)]
    again = itsm.again(change)
    assert again.approval_digest != ready.approval_digest
    assert [one["code"] for one in again.plan["findings"]] == ["PROTECTED_FIELD"]  # type: ignore[index]


def test_what_a_change_was_judged_by_is_kept_while_it_is_ready(itsm: World) -> None:
    itsm.define("task", "number")
    itsm.define("request", "wish", base="task")
    change = itsm.open("Request")
    itsm.add_field(change, "urgency", on="request")
    itsm.check_in(change)
    where = itsm.environment().pk

    with itsm.reading():
        read = list(ChangeRead.objects.filter(change_id=change.pk).order_by("key").values_list("kind", "key"))
        waiting = [list(waiting_on(where, "record_type", key)) for key in ("task", "request", "incident")]
    assert read == [("record_type", "request"), ("record_type", "task")]
    assert waiting == [[change.pk], [change.pk], []]

    itsm.merge(change)
    with itsm.reading():
        assert not ChangeRead.objects.filter(change_id=change.pk).exists()


def test_a_change_that_turns_out_to_be_another_one_is_asked_about_anew(itsm: World, government: Government) -> None:
    """A role decides too, and is no head and no policy: whoever merges finds out, and nobody is left with a digest
    that can neither be merged nor voted for."""
    owners = rule("require_approval", approvals=[{"min": 2}])
    owners = {**owners, "rule_id": "owners", "match": {"action": "change.merge", "actor": ["role:Owner"]}}
    in_force(government, rule("require_approval", approvals=[{"min": 1}]), owners)
    change = labelled(itsm, "Mine")
    ready = itsm.check_in(change)
    itsm.give("change.approve", change.pk, by=itsm.ben, digest=ready.approval_digest)
    people.assign(itsm.tenant, itsm.ada, "Owner")

    with pytest.raises(StaleDigest):
        itsm.merge(change)
    assert delivered(itsm, "execution.failed") == [str(change.pk)]

    again = itsm.again(change)
    with itsm.reading():
        assert (tally_of(again).voters, tally_of(again).is_met) == ((), False)
    for voter in (itsm.ben, itsm.cleo):
        itsm.give("change.approve", change.pk, by=voter, digest=again.approval_digest)
    assert itsm.merge(change).change.status == "Merged"


def test_a_plan_says_what_it_reaches_how_risky_it_is_and_what_the_policies_say(itsm: World) -> None:
    itsm.define("request", base="incident")
    change = labelled(itsm, "Mine")

    made = planned(itsm, change)

    shown = made.as_dict()
    assert (shown["impact"]["dependants"], shown["risk"]["tier"]) == (1, "low")
    assert shown["policy"]["matches"][0]["policy_key"] == "approvals"
    assert shown["requirement"] == {"votes": 0, "seats": []}


OWNERS_ALONE: dict[str, Any] = {
    "rule_id": "owners",
    "priority": 10,
    "effect": "allow",
    "match": {"action": "change.merge", "actor": ["role:Owner"]},
}


def test_what_others_stage_in_an_owners_draft_does_not_pass_as_the_owners(itsm: World, government: Government) -> None:
    """metadata.md section 6: who staged an operation answers for it. A rule that spares Owners a vote would otherwise
    spare everybody one who finds a draft of theirs."""
    others = {**rule("require_approval", approvals=[{"min": 1}]), "priority": 20}
    government.activate(government.write("approvals", OWNERS_ALONE, others, evaluation_mode="first_match"))
    own = itsm.open("Of an Owner alone", by=itsm.ben)
    itsm.stage(own, "set_field", {"field": "priority", "definition": {"label": "Weight"}}, by=itsm.ben)
    shared = itsm.open("Of an Owner, and of Ada", by=itsm.ben)
    itsm.stage(shared, "set_field", {"field": "summary", "definition": {"label": "Mine"}}, by=itsm.ada)

    itsm.check_in(own)
    assert itsm.merge(own).change.status == "Merged"
    ready = itsm.check_in(shared)
    with pytest.raises(ApprovalMissing):
        itsm.merge(shared)
    itsm.give("change.approve", shared.pk, by=itsm.cleo, digest=ready.approval_digest)
    assert itsm.merge(shared).change.status == "Merged"


def test_what_an_agent_stages_in_a_persons_draft_is_judged_as_an_agents(itsm: World, government: Government) -> None:
    """XY-089: a rule about what agents write holds whoever opened the change, and after a person went over it."""
    asked = {**rule("require_approval", approvals=[{"min": 1}]), "match": {"actor_kind": "agent"}}
    in_force(government, asked)
    robot = people.agent(itsm.tenant, itsm.ada)
    change = itsm.open("Mostly mine")
    row = itsm.stage(change, "set_field", {"field": "summary", "definition": {"label": "Its"}}, by=robot)
    itsm.give(
        "change.edit_operation",
        change.pk,
        operation_id=row.pk,
        payload={"field": "summary", "definition": {"label": "Mine"}},
    )
    ready = itsm.check_in(change)

    with pytest.raises(ApprovalMissing):
        itsm.merge(change)
    itsm.give("change.approve", change.pk, by=itsm.ben, digest=ready.approval_digest)
    assert itsm.merge(change).change.status == "Merged"
