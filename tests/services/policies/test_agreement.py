"""Whose agreement a version takes: the policies in force before it say so (AT-062, XY-090, XY-091)."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from apps.approvals.queries import open_request_of, waiting_for
from apps.approvals.services import close_request
from apps.kernel import hooks
from apps.kernel.errors import IllegalTransition
from apps.kernel.scope import current_scope, scope_transaction
from apps.kernel.unit import Unit, collecting
from apps.policies.core.vocabulary import DAYS
from apps.policies.errors import (
    EndAskedFor,
    NothingToApprove,
    OutsideTimeWindow,
    PolicyActDenied,
    PolicyApprovalMissing,
    PolicyLocksOut,
    SelfApproval,
    SeparationOfDuties,
    StalePolicyDigest,
)
from apps.policies.queries import SUBJECT
from apps.tenancy.models import Membership
from tests import people
from tests.changing import World
from tests.services.policies.governing import THREE, Government


def test_a_policy_is_judged_by_the_version_active_before_it(acme: World, government: Government) -> None:
    """A policy that asks for nobody does not let itself in, and one that asks for three does not ask them yet."""
    lax = government.write("approvals", {"rule_id": "lax", "effect": "allow"}, environment="test")
    lax = government.simulate(lax)
    with pytest.raises(PolicyApprovalMissing):
        acme.give("policy.activate", lax.pk)

    government.approve(lax, acme.ben)
    acme.give("policy.activate", lax.pk)

    strict = government.change("approvals", "set_rule", {
        "rule": "lax", "effect": "require_approval", "requirements": {"approvals": [{"min": 2}]},
    }, environment="test")  # fmt: skip
    assert government.simulate(strict).status == "approved"


def test_a_policy_in_force_denies_the_activation_of_another(acme: World, government: Government) -> None:
    stop = {"rule_id": "stop", "effect": "deny", "match": {"action": "policy.activate"}}
    government.activate(government.write("stop", stop))
    other = government.simulate(government.write("releases", THREE))

    with pytest.raises(PolicyActDenied) as refused:
        acme.give("policy.activate", other.pk)

    assert refused.value.details["matches"][0]["rule_id"] == "stop"
    assert government.again(other).status == "simulated"


def test_nobody_is_asked_for_what_a_policy_denies_and_the_denial_is_kept(acme: World, government: Government) -> None:
    """XY-098: “why?” for a deny as well; and an inbox holds nothing that nobody could decide."""
    stop = {"rule_id": "stop", "effect": "deny", "match": {"action": "policy.activate"}}
    waiting = government.simulate(government.write("waiting", THREE, environment="test"))
    government.activate(government.write("stop", stop, environment="test"), acme.ben)
    other = government.simulate(government.write("releases", THREE, environment="test"))

    for version in (waiting, other):
        with acme.reading():
            assert open_request_of(SUBJECT, version.pk) is None
        (decision,) = government.decisions(subject_id=version.pk)
        assert (decision.action, decision.effect) == ("policy.activate", "deny")
        assert decision.outcome["matches"][0]["rule_id"] == "stop"
        with pytest.raises(PolicyActDenied):
            acme.give("policy.approve", version.pk, by=acme.ben, digest=government.digest(version))


@pytest.mark.parametrize(
    "rule",
    [
        {"rule_id": "freeze", "effect": "deny"},
        {"rule_id": "freeze", "effect": "deny", "match": {"action": "policy.depr*"}},
        {"rule_id": "never", "effect": "allow", "requirements": {
            "time_window": {"opens": "08:00", "closes": "09:00", "days": ["mon"]}}},
    ],
)  # fmt: skip
def test_a_policy_that_could_never_be_ended_is_not_put_in_force(
    acme: World, government: Government, rule: dict[str, Any]
) -> None:
    """A freeze of everything would hold for ever: it would deny its own end."""
    tuesdays = {"time_window": {"opens": "08:00", "closes": "09:00", "days": ["tue"]}}
    only_ends = {"rule_id": "tue", "effect": "allow", "match": {"action": "policy.deprecate"}, "requirements": tuesdays}
    government.activate(government.write("tuesdays", only_ends))
    version = government.simulate(government.write("freeze", rule))

    with pytest.raises(PolicyLocksOut) as refused:
        acme.give("policy.activate", version.pk)
    assert rule["rule_id"] in [match["rule_id"] for match in refused.value.details["matches"]]
    assert government.again(version).status == "approved"

    way_out = {"rule_id": "way-out", "priority": 1, "effect": "allow", "match": {"action": "policy.*"}}
    government.activate(government.change("freeze", "add_rule", way_out))


def test_separation_of_duties_keeps_the_author_from_activating(acme: World, government: Government) -> None:
    """XY-090."""
    rule = {"rule_id": "four-eyes", "effect": "allow", "match": {"action": "policy.*"},
            "requirements": {"separation_of_duties": True}}  # fmt: skip
    government.activate(government.write("duties", rule))
    other = government.simulate(government.write("releases", THREE))

    with pytest.raises(SeparationOfDuties):
        acme.give("policy.activate", other.pk)
    acme.give("policy.activate", other.pk, by=acme.ben)
    assert government.again(other).status == "active"


def test_outside_its_hours_an_activation_waits_until_they_open(acme: World, government: Government) -> None:
    """XY-090."""
    far = datetime.now(UTC) + timedelta(days=3)
    rule = {"rule_id": "far", "effect": "allow", "match": {"action": "policy.activate"}, "requirements": {
        "time_window": {"days": [DAYS[far.weekday()]], "opens": "00:00", "closes": "00:00"}}}  # fmt: skip
    government.activate(government.write("hours", rule))
    other = government.simulate(government.write("releases", THREE))

    with pytest.raises(OutsideTimeWindow) as refused:
        acme.give("policy.activate", other.pk)
    assert refused.value.details["opens_at"].startswith(far.date().isoformat())
    assert government.again(other).status == "approved"


def test_approve_policy_by_its_author_changes_nothing(acme: World, government: Government) -> None:
    version = government.simulate(government.write("releases", THREE, environment="test"))

    with pytest.raises(SelfApproval):
        acme.give("policy.approve", version.pk, digest=government.digest(version))

    assert government.again(version).status == "simulated"
    assert "policy.approved" not in government.events(version)


def test_approve_policy_refuses_another_digest(acme: World, government: Government) -> None:
    version = government.simulate(government.write("releases", THREE, environment="test"))

    with pytest.raises(StalePolicyDigest) as refused:
        acme.give("policy.approve", version.pk, by=acme.ben, digest="0" * 64)
    assert refused.value.details["current"] == government.digest(version)


def test_a_withdrawn_vote_takes_the_approval_with_it(acme: World, government: Government) -> None:
    version = government.simulate(government.write("releases", THREE, environment="test"))
    government.approve(version, acme.ben)
    acme.give("policy.withdraw_approval", version.pk, by=acme.ben)

    assert government.again(version).status == "simulated"
    with pytest.raises(PolicyApprovalMissing):
        acme.give("policy.activate", version.pk)
    assert government.events(version)[-1] == "policy.approval_withdrawn"


def test_a_voter_who_lost_the_role_before_the_activation_does_not_count(acme: World, government: Government) -> None:
    """XY-091: subjects are what people are now."""
    version = government.simulate(government.write("releases", THREE, environment="test"))
    government.approve(version, acme.ben)
    with acme.reading():
        membership = Membership.objects.get(principal=acme.ben, tenant=acme.tenant)
    acme.give("membership.remove", membership.pk)

    with pytest.raises(PolicyApprovalMissing):
        acme.give("policy.activate", version.pk)


def test_another_policy_in_force_voids_votes_given_under_the_one_before(acme: World, government: Government) -> None:
    """metadata.md section 6: a new policy version voids votes."""
    waiting = government.simulate(government.write("releases", THREE, environment="test"))
    government.approve(waiting, acme.ben)
    other = government.write("more", {"rule_id": "more", "effect": "require_approval",
                                      "match": {"action": "policy.*"},
                                      "requirements": {"approvals": [{"min": 2}]}}, environment="test")  # fmt: skip
    government.activate(other, acme.ben)

    assert government.again(waiting).status == "simulated"
    with pytest.raises(PolicyApprovalMissing) as refused:
        acme.give("policy.activate", waiting.pk)
    assert refused.value.details["required"] == 2


def test_request_policy_changes_ends_the_question_until_it_is_simulated_again(
    acme: World, government: Government
) -> None:
    version = government.simulate(government.write("releases", THREE, environment="test"))
    government.approve(version, acme.ben)
    acme.give("policy.request_changes", version.pk, by=acme.cleo, comment="Too strict")

    assert government.again(version).status == "simulated"
    assert government.events(version)[-1] == "policy.changes_requested"
    government.simulate(version)
    assert government.approve(version, acme.ben).status == "approved"


def test_another_policy_in_force_asks_nobody_for_what_was_sent_back(acme: World, government: Government) -> None:
    """Otherwise an activation elsewhere would overrule whoever asked for changes."""
    version = government.simulate(government.write("releases", THREE, environment="test"))
    other = government.write("others", {**THREE, "rule_id": "four"}, environment="test")
    acme.give("policy.request_changes", version.pk, by=acme.cleo, comment="Too strict")

    government.activate(other, acme.ben)

    with acme.reading():
        assert open_request_of(SUBJECT, version.pk) is None
    government.simulate(version)
    assert government.approve(version, acme.ben).status == "approved"


def test_deny_policy_ends_the_version_for_good(acme: World, government: Government) -> None:
    version = government.simulate(government.write("releases", THREE, environment="test"))
    acme.give("policy.deny", version.pk, by=acme.ben, comment="No")

    assert government.again(version).status == "deprecated"
    assert government.events(version)[-2:] == ["policy.denied", "policy.deprecated"]
    with pytest.raises(IllegalTransition):
        acme.give("policy.activate", version.pk)


def test_a_policy_in_force_is_not_ended_by_one_person_where_its_activation_took_several(
    acme: World, government: Government
) -> None:
    """What several people put in force, one does not take away."""
    version = government.activate(government.write("releases", THREE, environment="test"), acme.ben)

    with pytest.raises(PolicyApprovalMissing):
        acme.give("policy.deprecate", version.pk, reason="Alone")
    acme.give("policy.request_deprecation", version.pk, reason="Too strict")
    with acme.reading():
        request = open_request_of(SUBJECT, version.pk)
    assert request is not None
    assert request.title == "End releases v1: Too strict"
    with pytest.raises(EndAskedFor):
        acme.give("policy.request_deprecation", version.pk, by=acme.cleo, reason="For another reason")
    with pytest.raises(SelfApproval):
        acme.give("policy.approve", version.pk, digest=government.digest(version))
    government.approve(version, acme.ben)
    acme.give("policy.deprecate", version.pk, reason="Too strict")

    assert government.again(version).status == "deprecated"
    assert government.events(version)[-3:] == ["policy.deprecation_requested", "policy.approved", "policy.deprecated"]


def test_a_refused_deprecation_leaves_the_version_in_force(acme: World, government: Government) -> None:
    version = government.activate(government.write("releases", THREE, environment="test"), acme.ben)
    acme.give("policy.request_deprecation", version.pk, reason="Too strict")
    acme.give("policy.deny", version.pk, by=acme.ben, comment="It stays")

    assert government.again(version).status == "active"
    with pytest.raises(NothingToApprove):
        acme.give("policy.approve", version.pk, by=acme.cleo, digest="0" * 64)


def test_nobody_is_asked_about_a_deprecation_that_takes_nobody(acme: World, government: Government) -> None:
    version = government.activate(government.write("releases", THREE))
    with pytest.raises(NothingToApprove):
        acme.give("policy.request_deprecation", version.pk, reason="Not needed")


def test_a_question_nobody_answers_in_time_takes_the_approval_with_it(acme: World, government: Government) -> None:
    """Expired, it is asked anew by simulating again."""
    version = government.simulate(government.write("releases", THREE, environment="test"))
    with acme.reading():
        request = open_request_of(SUBJECT, version.pk)
    assert request is not None
    with acme.as_system(), scope_transaction() as at, collecting(Unit()):
        list(hooks.run("approvals.expired", subject_type=SUBJECT, subject_id=version.pk,
                       actor=current_scope().actor, at=at))  # fmt: skip
        close_request(SUBJECT, version.pk, outcome="expired", actor=current_scope().actor, at=at)

    assert government.again(version).status == "simulated"
    with pytest.raises(PolicyApprovalMissing):
        acme.give("policy.activate", version.pk)
    government.simulate(version)
    assert government.approve(version, acme.ben).status == "approved"


def test_a_policy_with_the_longest_key_can_be_asked_about(acme: World, government: Government) -> None:
    version = government.simulate(government.write("k" * 63, THREE, environment="test"))
    assert government.approve(version, acme.ben).status == "approved"


def test_the_inbox_shows_a_version_with_the_rule_that_asks(acme: World, government: Government) -> None:
    """One approvals inbox with “why”."""
    version = government.simulate(government.write("releases", THREE, environment="prod"))
    with acme.acting(acme.ben), scope_transaction():
        (request,) = waiting_for(current_scope().actor)
    assert (request.subject_id, request.number) == (version.pk, "releases v1")
    assert request.title == "Put Releases v1 in force"
    assert [(one["policy_key"], one["version"], one["rule_id"]) for one in request.reasons] == [
        ("approvals", 0, "prod")
    ]
    with acme.acting(acme.ada), scope_transaction():
        assert list(waiting_for(current_scope().actor)) == []


def test_a_version_whose_author_gets_a_role_can_still_be_agreed_to(acme: World, government: Government) -> None:
    """A role decides too, and is no policy: nobody is left with a digest that is neither asked about nor the current
    one."""
    match = {"action": "policy.activate"}
    owners = {"rule_id": "owners", "priority": 10, "match": {**match, "actor": ["role:Owner"]}}
    others = {"rule_id": "others", "priority": 20, "match": match}
    asked = [
        {**one, "effect": "require_approval", "requirements": {"approvals": [{"min": count}]}}
        for one, count in ((owners, 2), (others, 1))
    ]
    government.activate(government.write("governing", *asked))
    version = government.simulate(government.write("releases", THREE))
    people.assign(acme.tenant, acme.ada, "Owner")

    assert government.approve(version, acme.ben).status == "simulated"
    assert government.approve(version, acme.cleo).status == "approved"
    acme.give("policy.activate", version.pk)
