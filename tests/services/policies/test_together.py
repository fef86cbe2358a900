"""Two people at once, on real connections: one version is in force, and nobody's vote is lost."""

import threading
import time
from functools import partial
from typing import Any

import pytest
from django.db import connection

from apps.approvals.models import Request
from apps.changes.errors import PlanRefused
from apps.kernel.errors import IllegalTransition
from apps.policies.errors import NewerVersionActive, PolicyApprovalMissing
from apps.policies.models import PolicyVersion
from apps.policies.queries import decisions_on
from tests.changing import World
from tests.services.policies.governing import DENY_ALL, THREE, Government
from tests.together import together


@pytest.fixture
def acme(committed: World) -> World:
    return committed


def active(government: Government, key: str = "releases", environment: str = "dev") -> list[int]:
    where = government.world.environment(environment).pk
    with government.world.reading():
        found = PolicyVersion.objects.filter(environment_id=where, key=key, status="active")
        return list(found.values_list("number", flat=True))


def test_one_version_activated_by_two_people_is_activated_once(acme: World, government: Government) -> None:
    version = government.simulate(government.write("releases", THREE))

    outcomes = together(*(partial(acme.give, "policy.activate", version.pk, by=who) for who in (acme.ada, acme.ben)))

    assert sorted(type(one).__name__ for one in outcomes) == ["IllegalTransition", "PolicyVersion"]
    assert any(isinstance(one, IllegalTransition) for one in outcomes)
    assert government.events(version).count("policy.activated") == 1


def test_two_versions_of_one_policy_activated_at_once_leave_the_newer_one_in_force(
    acme: World, government: Government
) -> None:
    """XY-097: whichever order they come in."""
    first = government.simulate(government.write("releases", THREE))
    second = government.simulate(government.change("releases", "set_rule", {"rule": "three", "priority": 1}))

    outcomes = together(*(partial(acme.give, "policy.activate", version.pk) for version in (first, second)))

    assert active(government) == [2]
    refused = [one for one in outcomes if isinstance(one, Exception)]
    assert all(isinstance(one, NewerVersionActive) for one in refused), refused


def test_two_policies_activated_at_once_are_both_in_force(acme: World, government: Government) -> None:
    one = government.simulate(government.write("one", THREE))
    two = government.simulate(government.write("two", THREE))

    outcomes = together(*(partial(acme.give, "policy.activate", version.pk) for version in (one, two)))

    assert [type(outcome) for outcome in outcomes] == [PolicyVersion, PolicyVersion]
    assert (active(government, "one"), active(government, "two")) == ([1], [1])


def test_two_merges_that_write_one_policy_make_two_numbers(acme: World, government: Government) -> None:
    government.write("releases", THREE)
    changes = []
    for number, rule_id in enumerate(("left", "right")):
        change = acme.open(rule_id)
        acme.stage(change, "add_rule", {"rule_id": rule_id, "effect": "deny", "priority": number,
                                        "match": {"action": "pack.promote"}}, on="releases", kind="policy")  # fmt: skip
        changes.append(acme.check_in(change))

    together(*(partial(acme.merge, change) for change in changes))
    for change in changes:
        if acme.again(change).status != "Merged":
            acme.merge(change)

    assert government.newest().number == 3


def test_a_merge_beside_an_activation_is_decided_by_the_policies_before_it_or_refused(
    acme: World, government: Government
) -> None:
    """No interleaving merges under one policy with the votes of another."""
    freeze = government.simulate(government.write("freeze", DENY_ALL))
    change = acme.open("Beside")
    acme.stage(change, "define", {"key": "beside", "name": "Beside"}, on="beside")
    ready = acme.check_in(change)

    merge, activation = together(
        partial(acme.merge, ready), partial(acme.give, "policy.activate", freeze.pk, by=acme.ben)
    )

    assert isinstance(activation, PolicyVersion), activation
    with acme.reading():
        decided = [one["key"] for one in decisions_on("changes.change", change.pk)[0].policies]
    if isinstance(merge, Exception):
        assert isinstance(merge, PlanRefused), merge
        assert acme.again(change).status == "Ready"
    else:
        assert acme.again(change).status == "Merged"
    assert decided == ["approvals"]


def test_votes_and_an_activation_at_once_lose_nothing(acme: World, government: Government) -> None:
    version = government.simulate(government.write("releases", THREE, environment="prod"))
    digest = government.digest(version)
    voters = (acme.ben, acme.cleo)

    outcomes = together(
        *(partial(acme.give, "policy.approve", version.pk, by=voter, digest=digest) for voter in voters),
        partial(acme.give, "policy.activate", version.pk),
    )

    assert [type(one) for one in outcomes[:2]] == [PolicyVersion, PolicyVersion]
    if isinstance(outcomes[2], Exception):
        assert isinstance(outcomes[2], PolicyApprovalMissing), outcomes[2]
        acme.give("policy.activate", version.pk)
    assert government.events(version).count("policy.activated") == 1


def test_two_people_who_roll_back_at_once_make_two_numbers(acme: World, government: Government) -> None:
    first = government.activate(government.write("releases", THREE))
    government.activate(government.change("releases", "set_rule", {"rule": "three", "priority": 1}))

    outcomes = together(
        *(partial(acme.give, "policy.roll_back", first.pk, by=who, reason="Back") for who in (acme.ada, acme.ben))
    )

    assert sorted(one.number for one in outcomes) == [3, 4]


def test_an_activation_and_a_recount_lock_requests_in_one_order(acme: World, government: Government) -> None:
    """Both hold several: in two orders each would wait for what the other holds, until the database ends one of them.

    A recount stands on the first request, by subject. The activation of the second version has to wait for that one
    before it takes its own, so that the recount gets it.
    """
    made = [government.simulate(government.write(key, THREE, environment="test")) for key in ("one", "two")]
    first, second = sorted(made, key=lambda version: version.pk)
    government.approve(second, acme.ben)
    done: list[Any] = []
    activation = threading.Thread(
        target=lambda: done.extend(together(partial(acme.give, "policy.activate", second.pk))), daemon=True
    )
    with acme.reading():
        asked = Request.objects.select_for_update(no_key=True, of=("self",), nowait=True)
        asked.get(subject_id=first.pk)
        activation.start()
        wait_until_somebody_waits(done)
        assert asked.get(subject_id=second.pk).status == "met"
    activation.join(timeout=60)

    assert [type(one) for one in done] == [PolicyVersion]
    assert active(government, second.key, "test") == [1]


def wait_until_somebody_waits(done: list[Any]) -> None:
    """Until another connection waits for a lock of this one."""
    waiting = "select count(*) from pg_locks where not granted and pg_backend_pid() = any(pg_blocking_pids(pid))"
    for _attempt in range(600):
        with connection.cursor() as cursor:
            cursor.execute(waiting)
            if cursor.fetchone()[0]:
                return
        time.sleep(0.05)
    raise AssertionError(f"The activation never came to the lock: {done}")
