"""Votes: for one digest, by other people, and void when the change becomes another."""

import pytest

from apps.approvals.errors import AlreadyVoted, NoStandingVote
from apps.approvals.models import Vote
from apps.changes.errors import ApprovalMissing, SelfApproval, StaleDigest
from apps.changes.models import Change
from apps.changes.queries import authors_of
from apps.events.models import Event
from apps.kernel import hooks
from apps.kernel.dispatch import dispatch
from apps.kernel.errors import AgentNotAllowed, IllegalTransition
from apps.kernel.scope import current_scope, scope_transaction
from apps.kernel.unit import Unit, collecting
from tests import people
from tests.changing import World


@pytest.fixture
def ready(acme: World) -> Change:
    """A change of Eve's for the test environment, which asks for one vote; checked in by Ada."""
    change = acme.open("Define task", by=acme.eve, environment="test")
    acme.stage(change, "define", {"key": "task", "name": "Task"}, on="task", by=acme.eve)
    return acme.check_in(change)


def votes(world: World, change: Change) -> list[tuple[object, bool]]:
    with world.reading():
        return [(vote.voter_id, vote.stands) for vote in Vote.objects.filter(subject_id=change.pk).order_by("cast_at")]


def test_approve_change_binds_a_vote_to_the_digest(acme: World, ready: Change) -> None:
    acme.give("change.approve", ready.pk, digest=ready.approval_digest)

    assert votes(acme, ready) == [(acme.ada.pk, True)]
    assert acme.events(ready)[-1] == "change.approved"
    assert acme.merge(ready).change.status == "Merged"


def test_approve_change_refuses_another_digest(acme: World, ready: Change) -> None:
    with pytest.raises(StaleDigest) as refused:
        acme.give("change.approve", ready.pk, digest="0" * 64)

    assert refused.value.details["current"] == ready.approval_digest
    assert votes(acme, ready) == []


def test_a_change_is_not_merged_without_its_votes(acme: World, ready: Change) -> None:
    """Checking in is not a vote."""
    with pytest.raises(ApprovalMissing) as refused:
        acme.merge(ready)

    assert refused.value.details == {"required": 1, "given": 0, "missing": [{"count": 1, "any_of": []}]}
    assert acme.again(ready).status == "Ready"


def test_a_clone_does_not_launder_who_wrote_the_operations(acme: World) -> None:
    """metadata.md section 6: the author never approves, on any path; another person's clone is one."""
    change = acme.open("Define task", by=acme.ben, environment="test")
    acme.stage(change, "define", {"key": "task", "name": "Task"}, on="task", by=acme.ben)
    clone = acme.give("change.clone", change.pk, by=acme.eve)
    ready = acme.check_in(clone)

    people.assign(acme.tenant, acme.eve, "Admin")
    for author in (acme.ben, acme.eve):
        with pytest.raises(SelfApproval):
            acme.give("change.approve", ready.pk, by=author, digest=ready.approval_digest)
    assert votes(acme, ready) == []

    acme.give("change.approve", ready.pk, by=acme.ada, digest=ready.approval_digest)
    assert acme.merge(ready).change.status == "Merged"


def test_an_edit_takes_no_operation_from_who_answers_for_it(acme: World) -> None:
    """metadata.md section 6: the author never approves, on any path, also not after others went over it."""
    change = acme.open("Define task", by=acme.eve, environment="test")
    row = acme.stage(change, "define", {"key": "task", "name": "Task"}, on="task", by=acme.ben)
    same = {"operation_id": row.pk, "payload": {"key": "task", "name": "Task"}}
    acme.give("change.edit_operation", change.pk, by=acme.eve, **same)
    ready = acme.check_in(change)

    with pytest.raises(SelfApproval):
        acme.give("change.approve", ready.pk, by=acme.ben, digest=ready.approval_digest)

    acme.give("change.withdraw", change.pk)
    altered = {"operation_id": row.pk, "payload": {"key": "task", "name": "Work"}}
    acme.give("change.edit_operation", change.pk, by=acme.eve, **altered)
    ready = acme.check_in(change)
    with pytest.raises(SelfApproval):
        acme.give("change.approve", ready.pk, by=acme.ben, digest=ready.approval_digest)

    acme.give("change.withdraw", change.pk)
    acme.give("change.delete_operation", change.pk, by=acme.eve, operation_id=row.pk)
    acme.stage(change, "define", {"key": "task", "name": "Work"}, on="task", by=acme.eve)
    ready = acme.check_in(change)
    with pytest.raises(SelfApproval):
        acme.give("change.approve", ready.pk, by=acme.ben, digest=ready.approval_digest)
    acme.give("change.approve", ready.pk, by=acme.cleo, digest=ready.approval_digest)


def test_who_takes_out_anothers_operation_answers_for_what_is_left(acme: World) -> None:
    """A change made smaller is another one: who made it so does not approve it. Taking back one's own is no work."""
    change = acme.open("Define both", by=acme.eve, environment="test")
    acme.stage(change, "define", {"key": "task", "name": "Task"}, on="task", by=acme.eve)
    for who in (acme.ada, acme.ben):
        mine = acme.stage(change, "define", {"key": "work", "name": "Work"}, on="work", by=who)
        if who == acme.ada:
            acme.give("change.delete_operation", change.pk, by=acme.ada, operation_id=mine.pk)
    acme.give("change.delete_operation", change.pk, by=acme.cleo, operation_id=mine.pk)
    ready = acme.check_in(change)

    with acme.reading():
        assert authors_of(ready) == {acme.eve.pk, acme.ben.pk, acme.cleo.pk}
    with pytest.raises(SelfApproval):
        acme.give("change.approve", ready.pk, by=acme.cleo, digest=ready.approval_digest)
    acme.give("change.approve", ready.pk, by=acme.ada, digest=ready.approval_digest)


def test_a_service_checks_in_merges_and_withdraws_nothing_whatever_its_roles(acme: World, ready: Change) -> None:
    """metadata.md section 6: it takes a person, also by way of the status."""
    service = people.service(acme.tenant, acme.ada, roles=["Admin"])
    draft = acme.open("Define work")
    acme.stage(draft, "define", {"key": "work", "name": "Work"}, on="work")
    tried = [
        ("change.check_in", draft, {}),
        ("change.set_status", draft, {"status": "Ready"}),
        ("change.merge", ready, {}),
        ("change.set_status", ready, {"status": "Merged"}),
        ("change.withdraw", ready, {}),
        ("change.set_status", ready, {"status": "Implementing"}),
    ]
    acme.give("change.approve", ready.pk, digest=ready.approval_digest)

    for name, change, inputs in tried:
        with pytest.raises(AgentNotAllowed):
            acme.give(name, change.pk, by=service, **inputs)

    assert (acme.again(draft).status, acme.again(ready).status) == ("Draft", "Ready")


def test_a_change_under_validation_is_planned_anew_when_a_head_below_it_moves(acme: World) -> None:
    """Its validation may have read the head just before it moved: nobody else would look again."""
    acme.define("task", "one")
    mine, theirs = acme.open("Mine"), acme.open("Theirs")
    acme.add_field(mine, "two", on="task")
    acme.add_field(theirs, "three", on="task")
    acme.give("change.check_in", mine.pk)
    acme.carry_through(theirs)

    with acme.as_system(), scope_transaction() as at, collecting(Unit()) as unit:
        moved = Event.objects.filter(event_type="metadata.head_moved").order_by("-occurred_at", "-pk")[0]
        hooks.get_subscriber("changes.replan_waiting").function(moved, actor=current_scope().actor, at=at)

    assert [(job.command, job.target) for job in unit.jobs] == [("change.replan", str(mine.pk))]


def test_a_person_votes_once_and_can_take_it_back(acme: World, ready: Change) -> None:
    acme.give("change.approve", ready.pk, digest=ready.approval_digest)

    with pytest.raises(AlreadyVoted):
        acme.give("change.approve", ready.pk, digest=ready.approval_digest)
    acme.give("change.withdraw_approval", ready.pk)
    with pytest.raises(ApprovalMissing):
        acme.merge(ready)
    with pytest.raises(NoStandingVote):
        acme.give("change.withdraw_approval", ready.pk)
    acme.give("change.approve", ready.pk, digest=ready.approval_digest)

    assert votes(acme, ready) == [(acme.ada.pk, False), (acme.ada.pk, True)]


def test_withdrawing_a_change_voids_its_votes_and_tells_the_voters(acme: World, ready: Change) -> None:
    """An edit never keeps an approval."""
    acme.give("change.approve", ready.pk, digest=ready.approval_digest)

    acme.give("change.withdraw", ready.pk)
    acme.add_field(ready, "number", on="task")
    again = acme.check_in(ready)

    assert again.approval_digest != ready.approval_digest
    assert votes(acme, ready) == [(acme.ada.pk, False)]
    assert "change.votes_voided" in acme.events(ready)
    with pytest.raises(ApprovalMissing):
        acme.merge(again)


def test_only_a_ready_change_is_voted_on(acme: World) -> None:
    change = acme.open(by=acme.eve, environment="test")

    with pytest.raises(IllegalTransition) as refused:
        acme.give("change.approve", change.pk, digest="0" * 64)
    assert refused.value.message == (
        f"{change.number} is Draft. People decide about a change while it is Ready. "
        "Possible now: Implementing, Validating."
    )


def test_prod_needs_two_people(acme: World) -> None:
    change = acme.open(by=acme.eve, environment="prod")
    acme.stage(change, "define", {"key": "task", "name": "Task"}, on="task", by=acme.eve)
    ready = acme.check_in(change)

    acme.give("change.approve", ready.pk, digest=ready.approval_digest)
    with pytest.raises(ApprovalMissing):
        acme.merge(ready)
    acme.give("change.approve", ready.pk, by=acme.ben, digest=ready.approval_digest)

    assert acme.merge(ready).change.status == "Merged"


def test_a_head_that_moves_elsewhere_keeps_the_votes(acme: World) -> None:
    """The digest covers what would be written, not what it is written on."""
    first = acme.open("Task", by=acme.eve, environment="test")
    acme.stage(first, "define", {"key": "task", "name": "Task"}, on="task", by=acme.eve)
    _approved(acme, first)
    mine, theirs = (acme.open(title, by=acme.eve, environment="test") for title in ("Mine", "Theirs"))
    acme.stage(mine, "add_field", {"field": "one", "definition": {"type": "string"}}, on="task", by=acme.eve)
    acme.stage(theirs, "set_attribute", {"attribute": "description", "value": "All work"}, on="task", by=acme.eve)
    ready = acme.check_in(mine)
    acme.give("change.approve", mine.pk, digest=ready.approval_digest)

    _approved(acme, theirs)
    with acme.as_system():
        replanned = dispatch("change.replan", mine.pk)

    assert replanned.approval_digest == ready.approval_digest
    assert votes(acme, mine) == [(acme.ada.pk, True)]
    assert acme.merge(mine).planned.plan.definitions[0].replayed


def test_a_head_that_alters_the_change_voids_the_votes(acme: World) -> None:
    """metadata.md section 6: and the voter is told."""
    first = acme.open("Task", by=acme.eve, environment="test")
    acme.stage(first, "define", {"key": "task", "name": "Task"}, on="task", by=acme.eve)
    acme.stage(
        first, "add_field", {"field": "one", "definition": {"type": "string", "label": "Old"}}, on="task", by=acme.eve
    )
    _approved(acme, first)
    mine, theirs = (acme.open(title, by=acme.eve, environment="test") for title in ("Mine", "Theirs"))
    acme.stage(mine, "set_field", {"field": "one", "definition": {"label": "Mine"}}, on="task", by=acme.eve)
    acme.stage(theirs, "set_field", {"field": "one", "definition": {"label": "Theirs"}}, on="task", by=acme.eve)
    ready = acme.check_in(mine)
    acme.give("change.approve", mine.pk, digest=ready.approval_digest)

    _approved(acme, theirs)
    with acme.as_system():
        replanned = dispatch("change.replan", mine.pk)

    assert replanned.status == "Ready"
    assert replanned.approval_digest != ready.approval_digest
    assert votes(acme, mine) == [(acme.ada.pk, False)]
    assert acme.events(mine)[-2:] == ["change.replanned", "change.votes_voided"]


def _approved(world: World, change: Change) -> None:
    ready = world.check_in(change)
    world.give("change.approve", change.pk, digest=ready.approval_digest)
    world.merge(change)
