"""Adopting a difference as a change: what another environment, or another time, says, through the one pipe."""

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from apps.changes.errors import MergeConflict, NothingDiffers, SelfApproval
from apps.changes.models import Change, ChangeOperation
from apps.changes.queries import authors_of
from apps.kernel.errors import InvalidInput, NotFound
from apps.metadata.errors import OtherProject
from apps.metadata.models import HeadMove
from apps.metadata.queries import Side, differing, root_as_of, root_digest
from tests import people
from tests.changing import World, world
from tests.services.changes.adopted import adopt, carry_through, definition, last_move, operations, roots, set_name


def test_adopting_everything_makes_two_environments_equal(acme: World) -> None:
    """Merging hides drift (Bytebase #14536): here it is shown, adopted, and gone."""
    acme.define("task", "number")
    acme.define("incident", "summary", base="task")

    change = adopt(acme)
    assert (change.status, change.origin, change.title) == ("Draft", "adoption", "Adopt 2 definitions from dev")
    assert operations(acme, change) == [("adopt", "record_type", "incident"), ("adopt", "record_type", "task")]
    carry_through(acme, change)

    dev, test = roots(acme)
    assert dev == test


def test_adopting_the_past_brings_it_back(acme: World) -> None:
    """An environment as it was then, as a change like any other."""
    acme.define("incident", "summary")
    then = last_move(acme)
    set_name(acme, "Ticket")
    change = adopt(acme, "dev", source=None, from_at=then)
    carry_through(acme, change)

    dev = acme.environment().pk
    with acme.reading():
        assert root_digest(dev) == root_as_of(dev, then)
    assert change.title.startswith("Adopt 1 definition from dev as of 20")


def test_what_the_other_side_has_not_is_retired(acme: World) -> None:
    acme.define("incident")
    carry_through(acme, adopt(acme))
    only = acme.open("Only there", environment="test")
    acme.stage(only, "define", {"key": "extra", "name": "Extra"}, on="extra")
    carry_through(acme, only)

    change = adopt(acme)

    assert operations(acme, change) == [("retire", "record_type", "extra")]
    carry_through(acme, change)
    head = acme.head("extra", environment="test")
    assert head is not None
    assert head.status == "retired"
    with pytest.raises(NothingDiffers):
        adopt(acme)


def test_chosen_definitions_come_with_what_they_need(acme: World) -> None:
    """Directus #23984: no field arrives without its list, no type without its base. What nobody needs stays."""
    acme.define("unrelated")
    acme.define("task", "number")
    urgency = acme.open("A list")
    acme.stage(
        urgency, "define", {"key": "urgency", "name": "Urgency", "items": [{"value": "1"}]}, on="urgency",
        kind="choice_list",
    )  # fmt: skip
    acme.carry_through(urgency)
    acme.define("incident", "summary", base="task")
    change = acme.open("Use it")
    acme.add_field(change, "urgency", type="choice", choice_list="urgency")
    acme.carry_through(change)

    adopted = adopt(acme, definitions=[definition(acme, "incident")])

    assert operations(acme, adopted) == [
        ("adopt", "choice_list", "urgency"),
        ("adopt", "record_type", "incident"),
        ("adopt", "record_type", "task"),
    ]
    assert "- choice_list urgency\n- record_type task" in adopted.description
    carry_through(acme, adopted)
    assert acme.head("unrelated", environment="test") is None


def test_a_base_that_differs_comes_along_and_a_list_that_is_there_does_not(acme: World) -> None:
    acme.define("task")
    acme.define("incident", base="task")
    carry_through(acme, adopt(acme))
    set_name(acme, "Work", on="task")
    set_name(acme, "Ticket")

    adopted = adopt(acme, definitions=[definition(acme, "incident")])

    assert operations(acme, adopted) == [("adopt", "record_type", "incident"), ("adopt", "record_type", "task")]


def test_an_adoption_conflicts_with_what_was_merged_at_the_same_path_meanwhile(acme: World) -> None:
    acme.define("incident", "summary")
    carry_through(acme, adopt(acme))
    set_name(acme, "Ticket")
    change = adopt(acme)
    set_name(acme, "Case", environment="test")

    acme.check_in(change)
    after = acme.again(change)
    assert after.status == "ValidationFailed"
    assert after.plan is not None
    assert [(one["path"], one["mine"], one["theirs"]) for one in after.plan["conflicts"]] == [
        ("/name", "Ticket", "Case")
    ]


def test_an_adoption_is_replayed_on_what_was_merged_elsewhere(acme: World) -> None:
    acme.define("incident", "summary")
    carry_through(acme, adopt(acme))
    set_name(acme, "Ticket")
    change = adopt(acme)
    more = acme.open("More", environment="test")
    acme.add_field(more, "urgency")
    carry_through(acme, more)

    carry_through(acme, change)

    head = acme.head(environment="test")
    assert head is not None
    assert head.name == "Ticket"
    here, there = acme.environment("test").pk, acme.environment("dev").pk
    with acme.reading():
        (left,) = differing(acme.project.pk, Side(here), Side(there))
    assert left.key == "incident"


def test_adopting_nothing_is_refused_and_leaves_nothing(acme: World) -> None:
    acme.define("incident")
    carry_through(acme, adopt(acme))
    with acme.reading():
        before = Change.objects.count()

    with pytest.raises(NothingDiffers):
        adopt(acme)
    with pytest.raises(NothingDiffers):
        adopt(acme, definitions=[definition(acme, "incident")])

    with acme.reading():
        assert Change.objects.count() == before


def test_adopting_twice_makes_two_drafts_and_the_second_has_nothing_left_to_do(acme: World) -> None:
    """Given twice, each is a proposal of its own; merging both moves the head once."""
    acme.define("incident")
    one, other = adopt(acme), adopt(acme)
    carry_through(acme, one)
    carry_through(acme, other)

    head = acme.head(environment="test")
    assert head is not None
    with acme.reading():
        assert HeadMove.objects.filter(environment_id=head.environment_id).count() == 1


def test_what_cannot_be_adopted(acme: World) -> None:
    """Another tenant's or project's environment, a definition of another, oneself, the future."""
    acme.define("incident")
    into = acme.environment("test").pk
    foreign = world("globex")
    other = acme.give("project.create", name="Other", key="other")
    with acme.reading():
        others = other.environments.get(name="dev").pk
    before = acme.events()

    refused: list[tuple[type[Exception], dict[str, Any]]] = [
        (NotFound, {"from_environment_id": foreign.environment().pk}),
        (OtherProject, {"from_environment_id": others}),
        (InvalidInput, {}),
        (InvalidInput, {"from_at": last_move(acme) + timedelta(days=9)}),
        (InvalidInput, {"from_at": datetime(2026, 1, 1)}),  # noqa: DTZ001  without a zone it names no instant
        (NotFound, {"from_environment_id": acme.environment().pk, "definitions": [uuid4()]}),
    ]
    for error, inputs in refused:
        with pytest.raises(error):
            acme.give("change.adopt", into, **inputs)
    with pytest.raises(NotFound):
        acme.give("change.adopt", foreign.environment().pk, from_environment_id=into)

    assert acme.events() == before


def test_an_editor_and_an_agent_may_propose_an_adoption_and_answer_for_it(acme: World) -> None:
    """Any member may stage; the person behind an agent is the author and cannot approve."""
    acme.define("incident")
    agent = people.agent(acme.tenant, acme.eve, roles=["Editor"])
    change: Change = acme.give(
        "change.adopt", acme.environment("test").pk, from_environment_id=acme.environment().pk, by=agent
    )

    assert (change.author_id, change.created_by_kind) == (acme.eve.pk, "agent")
    with acme.reading():
        assert set(ChangeOperation.objects.values_list("author_id", flat=True)) >= {acme.eve.pk}
    assert "change.adopted" in acme.events(change)


def test_nobody_stages_an_adoption_by_writing_one(acme: World) -> None:
    """Raw values would go past what each kind checks when its operations are written."""
    acme.define("incident")
    change = acme.open()

    with pytest.raises(InvalidInput):
        acme.stage(change, "adopt", {"values": [{"path": ["name"], "value": "Ticket"}]})


def test_an_adoption_can_be_cloned_and_reverted(acme: World) -> None:
    acme.define("incident", "summary")
    carry_through(acme, adopt(acme))
    before = roots(acme)[1]
    set_name(acme, "Ticket")
    change = adopt(acme)
    clone = acme.give("change.clone", change.pk)
    assert operations(acme, clone) == operations(acme, change)
    carry_through(acme, change)
    assert roots(acme)[1] == roots(acme)[0]

    carry_through(acme, acme.give("change.revert", change.pk))

    assert roots(acme)[1] == before


def test_merging_an_adoption_that_went_stale_is_refused(acme: World) -> None:
    """A head that moved at the same path after the vote: no vote stands for what it would write now."""
    acme.define("incident", "summary")
    carry_through(acme, adopt(acme))
    set_name(acme, "Ticket")
    change = adopt(acme)
    ready = acme.check_in(change)
    acme.give("change.approve", change.pk, digest=ready.approval_digest, by=acme.ben)
    set_name(acme, "Case", environment="test")

    with pytest.raises(MergeConflict):
        acme.merge(change)

    head = acme.head(environment="test")
    assert head is not None
    assert head.name == "Case"


def test_who_wrote_what_is_adopted_does_not_approve_it(acme: World) -> None:
    """Nobody has their own work approved by themselves for having somebody else adopt it."""
    acme.define("incident", "summary")
    carry_through(acme, adopt(acme))
    named = acme.open("Name it", by=acme.eve)
    acme.stage(named, "set_attribute", {"attribute": "name", "value": "Ticket"}, on="incident", by=acme.eve)
    added = acme.open("Add to it", by=acme.cleo)
    acme.give("change.stage_operation", added.pk, by=acme.cleo, op_type="add_field",
              payload={"field": "urgency", "definition": {"type": "string"}},
              target={"type": "record_type", "selector": {"record_type_key": "incident"}})  # fmt: skip
    for change in (named, added):
        acme.carry_through(change)

    adopted = adopt(acme)
    ready = acme.check_in(adopted)

    # Whoever wrote what test has had since its last difference does; Ada's definition was adopted before.
    with acme.reading():
        assert authors_of(ready) == {acme.ada.pk, acme.eve.pk, acme.cleo.pk}
    with pytest.raises(SelfApproval):
        acme.give("change.approve", adopted.pk, by=acme.cleo, digest=ready.approval_digest)
    acme.give("change.approve", adopted.pk, by=acme.ben, digest=ready.approval_digest)
    assert acme.merge(adopted).change.status == "Merged"


def test_what_an_environment_said_before_has_no_author_but_who_brings_it_back(acme: World) -> None:
    """It was agreed to when it came; to return to it is the work of whoever does."""
    acme.define("incident", "summary")
    then = last_move(acme)
    renamed = acme.open("Name it", by=acme.eve)
    acme.stage(renamed, "set_attribute", {"attribute": "name", "value": "Ticket"}, on="incident", by=acme.eve)
    acme.carry_through(renamed)

    back = acme.give("change.adopt", acme.environment().pk, by=acme.cleo, from_at=then)

    with acme.reading():
        assert authors_of(back) == {acme.cleo.pk}
