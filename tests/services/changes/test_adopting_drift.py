"""Drift stays in sight until somebody adopts it, and adopting gives nobody more than a draft."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.changes.errors import SelfApproval
from apps.changes.models import Change
from apps.kernel.errors import AgentNotAllowed
from apps.metadata.queries import Side, differing, drift
from tests import people
from tests.changing import World
from tests.services.changes.adopted import adopt, carry_through, definition, operations, roots, set_name
from tests.services.policies.governing import DENY_ALL, Government


def drifted(acme: World) -> dict[str, str]:
    """What dev would have to do to say what test says, by definition: as any reader may ask at any time."""
    here, there = Side(acme.environment("dev").pk), Side(acme.environment("test").pk)
    with acme.reading():
        return {row.key: row.kind for row in differing(acme.project.pk, here, there)}


def test_merging_hides_no_drift(acme: World) -> None:
    """Bytebase #14536: a merge took what it found for the new normal, and the drift was never seen again.

    Here a merge touches what it says and the rest stays listed: other attributes of the same definition too.
    """
    acme.define("task", "number")
    acme.define("incident", "summary")
    carry_through(acme, adopt(acme))
    set_name(acme, "Work", on="task", environment="test")
    more = acme.open("Behind the back of dev", environment="test")
    acme.add_field(more, "urgency")
    carry_through(acme, more)
    before = drifted(acme)

    set_name(acme, "Ticket", environment="test")
    set_name(acme, "Ticket")
    merged = drifted(acme)
    carry_through(acme, adopt(acme, "dev", source="test", definitions=[definition(acme, "incident")]))
    adopted = drifted(acme)

    assert before == merged == {"incident": "record_type", "task": "record_type"}
    assert adopted == {"task": "record_type"}


def test_equal_content_has_an_equal_root_whatever_the_way_to_it(acme: World) -> None:
    """Definition by definition, in any order, by detours: where everything is the same, so is the one number."""
    for key in ("task", "incident", "note"):
        acme.define(key, "summary")
    seen = {roots(acme)[1]}
    for key in ("note", "task"):
        carry_through(acme, adopt(acme, definitions=[definition(acme, key)]))
        seen.add(roots(acme)[1])
    set_name(acme, "Elsewhere", on="task", environment="test")
    seen.add(roots(acme)[1])
    carry_through(acme, adopt(acme))
    dev, test = roots(acme)

    assert dev == test
    assert test not in seen
    assert len(seen) == 4
    here, there = Side(acme.environment("dev").pk), Side(acme.environment("test").pk)
    with acme.reading():
        counted = drift(here, there)
    assert (counted.equal, counted.unchanged) == (True, 3)


def test_an_agent_may_adopt_into_a_draft_and_no_further(acme: World) -> None:
    """A proposal is all an agent can make of a difference: the person behind it answers, others decide."""
    acme.define("incident", "summary")
    agent = people.agent(acme.tenant, acme.ada, roles=["Admin"])
    change: Change = acme.give(
        "change.adopt", acme.environment("test").pk, from_environment_id=acme.environment().pk, by=agent
    )
    refusals: list[tuple[str, dict[str, Any]]] = [
        ("change.check_in", {}),
        ("change.approve", {"digest": "0" * 64}),
        ("change.merge", {}),
    ]

    for command, inputs in refusals:
        with pytest.raises(AgentNotAllowed):
            acme.give(command, change.pk, by=agent, **inputs)

    assert acme.again(change).status == "Draft"
    ready = acme.check_in(change)
    with pytest.raises(SelfApproval):
        acme.give("change.approve", change.pk, digest=ready.approval_digest)
    assert acme.head(environment="test") is None


def test_a_definition_that_came_meanwhile_is_not_overwritten(acme: World) -> None:
    """The preview said that it is new here. Somebody else made one of the same key: that is a conflict, not a blend."""
    acme.define("incident", "summary")
    change = adopt(acme)
    other = acme.open("The same key", environment="test")
    acme.stage(other, "define", {"key": "incident", "name": "Mine"})
    carry_through(acme, other)
    theirs = acme.head(environment="test")

    acme.check_in(change)
    after = acme.again(change)

    assert after.status == "ValidationFailed"
    assert after.plan is not None
    assert after.plan["conflicts"] or after.plan["findings"]
    assert acme.head(environment="test") == theirs


def test_adopting_another_type_of_a_field_is_called_lossy(acme: World) -> None:
    """By its effect and not by its name: the values of records would be converted, so the risk is that of a retype."""
    acme.define("incident", "summary")
    carry_through(acme, adopt(acme))
    retyping = acme.open("Retype")
    acme.stage(retyping, "set_field", {"field": "summary", "definition": {"type": "text"}})
    acme.carry_through(retyping)
    set_name(acme, "Ticket")

    change = acme.check_in(adopt(acme))

    assert change.plan is not None
    assert set(change.plan["reversibility"].values()) == {"lossy"}
    assert change.plan["risk"]["inputs"]["reversibility"] == "lossy"


def test_a_field_that_was_removed_there_keeps_its_values_here(acme: World) -> None:
    """A removal arrives as one: the field is put away under its id and can be restored."""
    acme.define("incident", "summary", "urgency")
    carry_through(acme, adopt(acme))
    removing = acme.open("Remove")
    acme.stage(removing, "remove_field", {"field": "urgency"})
    acme.carry_through(removing)
    carry_through(acme, adopt(acme))
    restoring = acme.open("Restore", environment="test")
    acme.stage(restoring, "restore_field", {"field": "urgency"})
    carry_through(acme, restoring)

    assert drifted(acme) == {"incident": "record_type"}


def test_every_kind_is_adopted_by_the_same_operation(acme: World) -> None:
    """Directus #20439: what travels is not only fields. A policy arrives as a draft of its own, in force nowhere."""
    government = Government(acme)
    written = government.write("releases", DENY_ALL)
    note = acme.open("A file")
    acme.stage(note, "edit_file", {"content": "A"}, on="docs/a.md", kind="file")
    acme.carry_through(note)

    change = adopt(acme)
    staged = operations(acme, change)
    carry_through(acme, change)
    arrived = government.newest("releases", "test")

    assert staged == [("adopt", "file", "docs/a.md"), ("adopt", "policy", "releases")]
    assert (arrived.status, arrived.digest) == ("draft", written.digest)
    assert roots(acme)[0] == roots(acme)[1]


def test_adopting_costs_the_same_statements_for_one_and_for_three(acme: World) -> None:
    acme.define("one", "summary")

    def statements() -> int:
        with CaptureQueriesContext(connection) as captured:
            adopt(acme)
        return len(captured)

    statements()
    before = statements()
    acme.define("two", "summary")
    acme.define("three", "summary")

    assert statements() == before
    with acme.reading():
        newest = Change.objects.filter(origin="adoption").latest("created_at")
    assert len(operations(acme, newest)) == 3
