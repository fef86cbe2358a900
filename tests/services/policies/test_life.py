"""The life of a version: made by a merge, simulated, approved, active, deprecated (AT-062..064, XY-097)."""

import pytest

from apps.changes.errors import PlanRefused
from apps.kernel.dispatch import dispatch
from apps.kernel.errors import IllegalTransition, InvalidInput
from apps.policies.errors import (
    NewerVersionActive,
    NothingToRollBack,
    NotSimulated,
    PolicyApprovalMissing,
    PolicyRetired,
    PolicyTypeNotServed,
)
from apps.policies.models import PolicyVersion
from apps.policies.services.simulating import PATIENCE
from tests.changing import World
from tests.services.policies.governing import DENY_ALL, THREE, Government


def test_a_merge_makes_a_draft_version_and_puts_nothing_in_force(acme: World, government: Government) -> None:
    """AT-063: what is installed or merged is never active without approval."""
    version = government.write("releases", DENY_ALL)

    assert (version.number, version.status, version.authors) == (1, "draft", [acme.ada.pk])
    assert government.events(version) == ["policy.created"]
    assert government.merged().status == "Merged"


def test_a_changed_policy_makes_the_next_version_and_leaves_the_active_one_alone(government: Government) -> None:
    """XY-097: editing an active policy opens a draft."""
    first = government.activate(government.write("releases", THREE, environment="dev"))
    second = government.change("releases", "set_attribute", {"attribute": "name", "value": "Other"})

    assert (second.number, second.status) == (2, "draft")
    assert government.events(second) == ["policy.updated"]
    assert government.again(first).status == "active"


def test_a_version_is_made_once_however_often_its_content_arrives(acme: World, government: Government) -> None:
    """A promotion that is repeated, or a policy that is retired and restored, makes no second version."""
    first = government.write("releases", DENY_ALL)
    government.change("releases", "retire", {})
    restored = government.change("releases", "restore", {})

    assert restored.pk == first.pk


def test_the_whole_life_in_dev_takes_nobody_else(acme: World, government: Government) -> None:
    version = government.simulate(government.write("releases", DENY_ALL))
    assert version.status == "approved"

    acme.give("policy.activate", version.pk)
    acme.give("policy.deprecate", version.pk, reason="Not needed")

    done = government.again(version)
    assert (done.status, done.activated_by_id, done.deprecation_reason) == ("deprecated", acme.ada.pk, "Not needed")
    assert government.events(version) == [
        "policy.created",
        "policy.simulated",
        "policy.approved",
        "policy.activated",
        "policy.deprecated",
    ]


def test_activate_policy_refuses_what_was_not_simulated(acme: World, government: Government) -> None:
    """AT-062."""
    version = government.write("releases", DENY_ALL)

    with pytest.raises(NotSimulated):
        acme.give("policy.activate", version.pk)
    with pytest.raises(NotSimulated):
        acme.give("policy.approve", version.pk, by=acme.ben, digest="0" * 64)

    assert government.again(version).status == "draft"
    assert government.events(version) == ["policy.created"]


def test_activate_policy_refuses_without_the_votes_the_policies_in_force_ask_for(
    acme: World, government: Government
) -> None:
    """AT-062; built-in: two in production, of whom one is an Owner."""
    version = government.simulate(government.write("releases", THREE, environment="prod"))
    assert version.status == "simulated"

    with pytest.raises(PolicyApprovalMissing) as refused:
        acme.give("policy.activate", version.pk)
    assert refused.value.details["required"] == 2

    government.approve(version, acme.cleo)
    with pytest.raises(PolicyApprovalMissing) as refused:
        acme.give("policy.activate", version.pk)
    assert refused.value.details["missing"] == [{"count": 1, "any_of": ["role:Owner"]}]

    assert government.approve(version, acme.ben).status == "approved"
    acme.give("policy.activate", version.pk)
    assert government.again(version).status == "active"


def test_activation_ends_the_version_before(acme: World, government: Government) -> None:
    first = government.activate(government.write("releases", THREE))
    second = government.activate(government.change("releases", "set_rule", {"rule": "three", "priority": 1}))

    assert (government.again(first).status, second.status) == ("deprecated", "active")
    assert government.again(first).deprecation_reason == "replaced by version 2"
    assert government.events(first)[-1] == "policy.deprecated"


def test_an_older_version_does_not_come_back_by_activation(acme: World, government: Government) -> None:
    first = government.simulate(government.write("releases", THREE))
    government.activate(government.change("releases", "set_rule", {"rule": "three", "priority": 1}))

    with pytest.raises(NewerVersionActive):
        acme.give("policy.activate", first.pk)


def test_roll_back_makes_an_older_body_the_newest_version_for_a_reason(acme: World, government: Government) -> None:
    """AT-064: the number rises, the digest is the old one."""
    first = government.activate(government.write("releases", THREE))
    decided = government.decisions(subject_id=first.pk)
    government.activate(government.change("releases", "set_rule", {"rule": "three", "priority": 1}))
    third = acme.give("policy.roll_back", first.pk, by=acme.ben, reason="Version 2 stopped releases")

    assert (third.number, third.digest, third.status) == (3, first.digest, "draft")
    assert (third.reason, third.rolls_back_to_id) == ("Version 2 stopped releases", first.pk)
    assert third.authors == [acme.ben.pk]
    assert government.events(third) == ["policy.updated"]
    assert government.activate(third).status == "active"
    assert government.decisions(subject_id=first.pk) == decided


def test_roll_back_refuses_without_a_reason_or_to_what_never_was_in_force(acme: World, government: Government) -> None:
    first = government.write("releases", THREE)
    with pytest.raises(NothingToRollBack):
        acme.give("policy.roll_back", first.pk, reason="Please")
    with pytest.raises(InvalidInput):
        acme.give("policy.roll_back", first.pk, reason=" ")
    government.activate(first)
    with pytest.raises(NothingToRollBack):
        acme.give("policy.roll_back", first.pk, reason="It is in force already")


def test_a_retired_policy_is_not_activated(acme: World, government: Government) -> None:
    version = government.simulate(government.write("releases", THREE))
    government.change("releases", "retire", {})

    with pytest.raises(PolicyRetired):
        acme.give("policy.activate", version.pk)


def test_a_policy_of_a_type_that_is_not_served_is_refused_when_staged(acme: World, government: Government) -> None:
    """XY-093."""
    change = acme.open("Treasury")
    with pytest.raises(PolicyTypeNotServed):
        acme.stage(change, "define", {"key": "money", "name": "Money", "policy_type": "treasury"},
                   on="money", kind="policy")  # fmt: skip


def test_activating_twice_is_refused_and_changes_nothing(acme: World, government: Government) -> None:
    version = government.activate(government.write("releases", THREE))
    before = government.events(version)

    with pytest.raises(IllegalTransition) as refused:
        acme.give("policy.activate", version.pk)
    assert refused.value.message == (
        "releases v1 is active. Only a version that is approved can become active. Possible now: deprecated."
    )
    assert government.events(version) == before


def test_a_simulation_delivered_twice_makes_one_report(acme: World, government: Government) -> None:
    version = government.simulate(government.write("releases", THREE))
    before = government.events(version)
    with acme.as_system():
        dispatch("policy.run_simulation", version.pk)

    assert government.events(version) == before


def test_two_requests_for_a_simulation_make_one_job(acme: World, government: Government) -> None:
    version = government.write("releases", THREE)
    acme.give("policy.simulate", version.pk)
    acme.give("policy.simulate", version.pk, by=acme.eve)
    assert acme.jobs("policy.run_simulation") == [str(version.pk)]


def test_a_simulation_that_gave_no_answer_can_be_asked_for_anew(acme: World, government: Government) -> None:
    """Its job may have been given up after three attempts."""
    version = government.write("releases", THREE)
    acme.give("policy.simulate", version.pk)
    with acme.reading():
        long_ago = version.created_at - PATIENCE
        PolicyVersion.objects.filter(pk=version.pk).update(simulation_requested_at=long_ago)
    acme.give("policy.simulate", version.pk)
    assert acme.jobs("policy.run_simulation") == [str(version.pk)] * 2


def test_a_simulation_that_comes_after_the_activation_leaves_the_version_as_it_is(
    acme: World, government: Government
) -> None:
    version = government.simulate(government.write("releases", THREE))
    acme.give("policy.simulate", version.pk)
    acme.give("policy.activate", version.pk)
    with acme.as_system():
        dispatch("policy.run_simulation", version.pk)

    done = government.again(version)
    assert (done.status, done.simulation_requested_at, done.report) == ("active", None, version.report)


def test_a_change_that_two_rules_of_one_name_would_meet_in_is_refused(acme: World, government: Government) -> None:
    government.write("releases", THREE)
    change = acme.open("Add")
    acme.stage(change, "add_rule", DENY_ALL, on="releases", kind="policy")
    other = acme.open("Add as well")
    acme.stage(other, "add_rule", {**DENY_ALL, "priority": 3}, on="releases", kind="policy")
    acme.carry_through(change)

    done = acme.check_in(other)
    assert done.status == "ValidationFailed"
    with pytest.raises(PlanRefused):
        acme.give("change.execute", other.pk)
