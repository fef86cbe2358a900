"""Direct writes are changes too: merged at once where two clicks would do, a draft otherwise."""

from typing import Any

import pytest
from django.utils import timezone

from apps.changes.errors import OperationsFrozen, PlanRefused, ProjectMismatch
from apps.changes.models import Change
from apps.changes.services import Direct, OperationInput, TargetInput, stage_or_merge
from apps.kernel.scope import current_scope, scope_transaction
from apps.kernel.unit import Unit, collecting
from apps.tenancy.models import Principal
from tests import people
from tests.changing import World


def directly(world: World, key: str, *, by: Principal, environment: str | None = None, **rest: Any) -> Direct:
    """What a direct route does, inside the transaction of its command."""
    wanted = OperationInput(
        op_type="define",
        payload={"key": key, "name": key.title()},
        target=TargetInput(type="record_type", selector={"key": key}),
    )
    with world.acting(by, environment), scope_transaction(), collecting(Unit()) as unit:
        done = stage_or_merge([wanted], title=f"Create {key}", actor=current_scope().actor, at=timezone.now(), **rest)
        seen.append([event.name for event in unit.events])
    return done


seen: list[list[str]] = []


def test_a_person_with_the_right_merges_at_once_through_the_same_transitions(acme: World) -> None:
    done = directly(acme, "task", by=acme.ada)

    assert done.is_merged
    assert (done.change.status, done.change.origin) == ("Merged", "direct")
    assert acme.head("task") is not None
    moves = [name for name in seen[-1] if name.startswith("change.") and name != "change.validated"]
    assert moves == [
        "change.created",
        "change.target_added",
        "change.operation_added",
        "change.checked_in",
        "change.validation_passed",
        "change.merged",
    ]


@pytest.mark.parametrize("who", ["editor", "agent"])
def test_anybody_else_leaves_a_draft(acme: World, who: str) -> None:
    """Never a side door: nothing runs until somebody with the right merges it."""
    actor = acme.eve if who == "editor" else people.agent(acme.tenant, acme.ada, roles=["Admin"])

    done = directly(acme, "task", by=actor)

    assert not done.is_merged
    assert done.change.status == "Draft"
    assert acme.head("task") is None


def test_an_environment_with_votes_is_never_written_directly(acme: World) -> None:
    done = directly(acme, "task", by=acme.ada, environment="prod")

    assert not done.is_merged
    assert done.change.environment_id == acme.environment("prod").pk
    assert acme.head("task", environment="prod") is None


def test_a_change_named_takes_the_operation(acme: World) -> None:
    change = acme.open()

    done = directly(acme, "task", by=acme.ada, change_id=change.pk)

    assert (done.change.pk, done.is_merged) == (change.pk, False)
    acme.carry_through(change)
    ready = acme.open()
    acme.stage(ready, "define", {"key": "problem", "name": "Problem"}, on="problem")
    acme.check_in(ready)
    with pytest.raises(OperationsFrozen):
        directly(acme, "incident", by=acme.ada, change_id=ready.pk)


def test_a_change_of_another_project_does_not_take_it(acme: World) -> None:
    other = acme.give("project.create", name="HR", key="hr")

    with pytest.raises(ProjectMismatch):
        directly(acme, "task", by=acme.ada, change_id=acme.open().pk, project_id=other.pk)


def test_a_direct_write_with_errors_leaves_nothing(acme: World) -> None:
    acme.define("task")
    with acme.reading():
        before = Change.objects.count()

    for actor in (acme.ada, acme.eve):
        with pytest.raises(PlanRefused) as refused:
            directly(acme, "task", by=actor)
        assert refused.value.code == "DEFINITION_EXISTS"

    with acme.reading():
        assert Change.objects.count() == before
