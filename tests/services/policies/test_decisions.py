"""Decisions: kept once, explained by the rule that decided, made again byte for byte (XY-096, XY-098)."""

from typing import Any
from uuid import UUID

import pytest

from apps.changes.errors import ApprovalMissing, PlanRefused, StaleDigest
from apps.changes.models import Change
from apps.events.models import Event
from apps.kernel.scope import current_scope, scope_transaction
from apps.kernel.unit import Unit, collecting
from apps.policies.adapters import bodies
from apps.policies.core.built_in import BUILT_IN
from apps.policies.core.judgement import Judgement
from apps.policies.core.vocabulary import Effect
from apps.policies.models import Decision, PolicyBody
from apps.policies.queries import active_policies, decisions_on, replayed, why
from apps.policies.services import judge, keep_decision
from tests import changing
from tests.changing import World
from tests.services.policies.governing import DENY_ALL, Government

CHANGE = "changes.change"
TWO: dict[str, Any] = {
    "rule_id": "two",
    "effect": "require_approval",
    "match": {"action": "change.*", "stage": "test"},
    "requirements": {"approvals": [{"min": 2}]},
}


def decisions_about(world: World, subject_id: UUID, subject_type: str = CHANGE) -> list[Decision]:
    with world.reading():
        return list(decisions_on(subject_type, subject_id))


def keep(world: World, subject: tuple[str, UUID], environment: str = "prod") -> tuple[Decision, Unit]:
    """A judgement kept as a command would."""
    where = world.environment(environment)
    unit = Unit()
    with world.acting(world.ada), scope_transaction() as at, collecting(unit):
        judgement: Judgement = judge("change.merge", environment=where, resource_types=["record_type"])
        return keep_decision(judgement, subject, actor=current_scope().actor, at=at), unit


def test_a_merge_keeps_what_decided_it_and_with_which_rule(acme: World, government: Government) -> None:
    """XY-098."""
    change = government.merged("prod")

    (decision,) = decisions_about(acme, change.pk)
    with acme.reading():
        reasons = why(decision)
    assert (decision.action, decision.effect) == ("change.merge", "require_approval")
    assert [(one.policy_key, one.version, one.rule_id) for one in reasons] == [("approvals", 0, "prod")]
    assert reasons[0].rule["match"] == {"action": "*", "stage": "prod"}
    assert "1 of Owner" in reasons[0].text


def test_the_same_decision_on_the_same_subject_is_kept_once(acme: World, government: Government) -> None:
    subject = (CHANGE, government.merged().pk)
    first, told = keep(acme, subject)
    second, silent = keep(acme, subject)

    assert first.pk == second.pk
    assert [event.name for event in told.events] == ["policy.evaluated"]
    assert silent.events == []


def test_a_decision_tells_that_the_policies_were_asked(acme: World, government: Government) -> None:
    """XY-097: ``evaluated`` for what is decided for real, not for every look."""
    change = acme.open("Define task", environment="test")
    acme.stage(change, "define", {"key": "task", "name": "Task"}, on="task")
    with acme.reading():
        before = Event.objects.filter(event_type="policy.evaluated").count()
    acme.give("change.execute", change.pk)

    with acme.reading():
        assert Event.objects.filter(event_type="policy.evaluated").count() == before == 0


def test_a_decision_is_made_again_byte_for_byte_after_the_policy_has_changed(
    acme: World, government: Government
) -> None:
    """XY-096: from what was kept of it, whatever is in force now and whatever a process remembers."""
    government.activate(government.write("own", TWO, environment="test"), acme.ben)
    decided = government.merged("test")
    changed = {"rule": "two", "effect": "deny", "requirements": None}
    government.activate(government.change("own", "set_rule", changed, environment="test"), acme.ben, acme.cleo)
    acme.give("change.create", title="Another", environment_id=acme.environment("test").pk)
    bodies.forget_all()

    (decision,) = decisions_about(acme, decided.pk)
    with acme.reading():
        again = replayed(decision)
        assert [one.rule_id for one in why(decision)] == ["test", "two"]
    assert again.same
    assert again.digest == decision.digest
    assert again.judgement.requirement.votes == 2


def test_a_decision_that_was_tampered_with_does_not_replay(acme: World, government: Government) -> None:
    (decision,) = decisions_about(acme, government.merged("prod").pk)
    decision.inputs = {**decision.inputs, "stage": "dev"}
    with acme.reading():
        assert not replayed(decision).same


def test_a_release_that_words_rules_differently_still_meets_the_decision(acme: World, government: Government) -> None:
    """XY-096: what decides is compared, not the sentence about it; and no vote is lost over it."""
    (decision,) = decisions_about(acme, government.merged("prod").pk)
    (match,) = decision.outcome["matches"]
    decision.outcome = {**decision.outcome, "matches": [{**match, "text": "As an older release said it"}]}
    with acme.reading():
        again = replayed(decision)
    assert (again.same, again.digest) == (True, decision.digest)
    assert "text" not in again.judgement.digest_material()["matches"][0]


def test_what_the_built_in_policy_said_is_kept_with_the_tenant(acme: World, government: Government) -> None:
    """A later release may bring another one."""
    government.merged("prod")
    with acme.reading():
        assert PolicyBody.objects.get(digest=BUILT_IN.digest).content == BUILT_IN.content


def test_judge_asks_the_policies_in_force_in_that_environment_only(acme: World, government: Government) -> None:
    government.activate(government.write("freeze", DENY_ALL))
    dev, test = acme.environment("dev"), acme.environment("test")
    with acme.reading():
        denied = judge("change.merge", environment=dev)
        allowed = judge("change.merge", environment=test)
    assert (denied.is_denied, allowed.is_denied) == (True, False)


def test_a_policy_that_denies_stops_the_merge_and_names_the_rule(acme: World, government: Government) -> None:
    government.activate(government.write("freeze", DENY_ALL))
    change = acme.open("Define task")
    acme.stage(change, "define", {"key": "task", "name": "Task"}, on="task")

    with pytest.raises(PlanRefused) as refused:
        acme.give("change.execute", change.pk)
    assert "POLICY_DENIED" in str(refused.value.details)
    assert acme.check_in(change).status == "ValidationFailed"
    assert acme.head("task") is None


def test_an_activation_makes_votes_given_under_the_policies_before_void(acme: World, government: Government) -> None:
    """metadata.md section 6."""
    change = acme.open("Define task", environment="test")
    acme.stage(change, "define", {"key": "task", "name": "Task"}, on="task")
    ready: Change = acme.check_in(change)
    acme.give("change.approve", ready.pk, by=acme.ben, digest=ready.approval_digest)
    government.activate(government.write("own", TWO, environment="test"), acme.ben)

    with pytest.raises(StaleDigest):
        acme.merge(ready)


def test_a_change_that_the_new_policy_says_nothing_about_keeps_its_votes(acme: World, government: Government) -> None:
    change = acme.open("Define task", environment="test")
    acme.stage(change, "define", {"key": "task", "name": "Task"}, on="task")
    ready: Change = acme.check_in(change)
    acme.give("change.approve", ready.pk, by=acme.ben, digest=ready.approval_digest)
    about_releases = {"rule_id": "none", "effect": "deny", "match": {"action": "pack.promote"}}
    government.activate(government.write("own", about_releases, environment="test"), acme.ben)

    assert acme.merge(ready).change.status == "Merged"


def test_policy_evaluate_tries_a_decision_and_keeps_none(acme: World, government: Government) -> None:
    """XY-096: “Try a decision”."""
    version = government.simulate(government.write("freeze", DENY_ALL))
    where = acme.environment().pk
    given = {"environment_id": where, "action": "change.merge"}

    now = acme.give("policy.evaluate", by=acme.eve, **given)
    then = acme.give("policy.evaluate", by=acme.eve, version_id=version.pk, **given)

    assert (now.judgement.effect, then.judgement.effect) == (Effect.ALLOW, Effect.DENY)
    assert government.decisions(action="change.merge", effect="deny") == []


def test_a_simulation_lists_the_past_merges_the_version_would_have_stopped(acme: World, government: Government) -> None:
    """AT-062."""
    stopped = government.merged(key="incident")
    version = government.simulate(government.write("freeze", DENY_ALL))

    assert version.report is not None
    assert str(stopped.pk) in [flip["subject_id"] for flip in version.report["flips"]]
    assert version.report["flipped"] == version.report["replayed"] == 2


def test_judging_takes_two_queries_and_one_when_the_contents_are_remembered(
    acme: World, government: Government, django_assert_num_queries: Any
) -> None:
    for key in ("one", "two", "three"):
        government.activate(government.write(key, {**TWO, "rule_id": key}))
    where = acme.environment()
    bodies.forget_all()
    with acme.reading():
        with django_assert_num_queries(2):
            read = active_policies(where.pk)
        with django_assert_num_queries(1):
            assert active_policies(where.pk) == read
    assert {"one", "two", "three"} <= {policy.key for policy in read}


def test_another_tenant_sees_no_decision(acme: World, government: Government) -> None:
    change = government.merged("prod")
    assert decisions_about(acme, change.pk)
    assert decisions_about(changing.world("globex"), change.pk) == []


def test_a_change_in_production_takes_an_owner(acme: World) -> None:
    """The seeded policy: two people in production, of whom one is an Owner."""
    change = acme.open("Define task", by=acme.eve, environment="prod")
    acme.stage(change, "define", {"key": "task", "name": "Task"}, on="task", by=acme.eve)
    ready = acme.check_in(change)
    for voter in (acme.ada, acme.cleo):
        acme.give("change.approve", ready.pk, by=voter, digest=ready.approval_digest)

    with pytest.raises(ApprovalMissing):
        acme.merge(ready)
    acme.give("change.approve", ready.pk, by=acme.ben, digest=ready.approval_digest)
    assert acme.merge(ready).change.status == "Merged"
