"""Reading heads, and the one mover of them."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from apps.kernel.canonical import digest
from apps.kernel.scope import current_scope, scope_transaction
from apps.kernel.unit import Unit, collecting
from apps.metadata.adapters import ContentMemory, contents
from apps.metadata.errors import HeadMovedMeanwhile
from apps.metadata.models import Definition, Head, Revision
from apps.metadata.queries import content_of, contents_of, heads_by_key, root_digest
from apps.metadata.services import Move, lock_environment, move_heads
from tests.changing import World

CONTENT = {"name": "Task", "status": "draft", "fields": {}}


def moved(world: World, *moves: Move) -> list[str]:
    """Move heads inside a command's transaction; the names of the events it told."""
    environment = world.environment()
    with world.acting(world.ada), scope_transaction(), collecting(Unit()) as unit:
        move_heads(
            lock_environment(environment.pk), moves, change_id=environment.pk, actor=current_scope().actor,
            at=timezone.now(),
        )  # fmt: skip
    return [event.name for event in unit.events]


def test_move_heads_refuses_a_head_that_is_elsewhere(acme: World) -> None:
    """Compare and set: nobody moves a head that is not where they read it."""
    acme.define("task")
    before = acme.head("task")

    for claimed in (None, "0" * 64):
        with pytest.raises(HeadMovedMeanwhile):
            moved(acme, Move("record_type", "task", CONTENT, digest(CONTENT), claimed))

    assert acme.head("task") == before


def test_move_heads_tells_each_move(acme: World) -> None:
    told = moved(acme, *(Move("record_type", key, dict(CONTENT, name=key), "0" * 64, None) for key in ("a", "b")))

    assert told == ["metadata.head_moved"] * 2
    with acme.reading():
        assert (Definition.objects.count(), Revision.objects.count(), Head.objects.count()) == (2, 2, 2)


def test_moving_a_hundred_heads_takes_as_many_statements_as_moving_one(acme: World) -> None:
    def statements(prefix: str, count: int) -> int:
        moves = [
            Move("record_type", f"{prefix}{number}", dict(CONTENT, name=f"{prefix}{number}"), "0" * 64, None)
            for number in range(count)
        ]
        with CaptureQueriesContext(connection) as captured:
            moved(acme, *moves)
        return len(captured)

    assert statements("many", 100) == statements("one", 1)


def test_contents_are_read_once_and_remembered(acme: World) -> None:
    acme.define("task", "number")
    head = acme.head("task")
    assert head is not None
    contents.forget_all()

    with acme.reading():
        with CaptureQueriesContext(connection) as first:
            content_of(head)
        with CaptureQueriesContext(connection) as second:
            assert content_of(head)["name"] == "Task"

    assert (len(first), len(second)) == (1, 0)


def test_the_memory_of_contents_is_bounded() -> None:
    memory = ContentMemory(capacity=30)
    for number in range(100):
        memory.keep(str(number), {"list": list(range(8))})

    assert len(memory) == 3
    assert memory.recall(["0", "99"]) == {"99": {"list": list(range(8))}}
    memory.keep("huge", {"list": list(range(100))})
    assert memory.recall(["huge"]) == {}


def test_heads_are_read_in_one_query(acme: World) -> None:
    for key in ("task", "incident", "problem"):
        acme.define(key)
    wanted = [("record_type", key) for key in ("task", "incident", "problem", "absent")] + [("choice_list", "none")]
    where = acme.environment().pk

    with acme.reading():
        with CaptureQueriesContext(connection) as captured:
            found = heads_by_key(where, wanted)
        assert len(contents_of(found.values())) == 3

    assert len(captured) == 1
    assert sorted(key for _, key in found) == ["incident", "problem", "task"]


def test_the_root_digest_tells_environments_apart_by_content_alone(acme: World) -> None:
    """Two environments are equal exactly when their roots are."""
    dev, test = acme.environment("dev").pk, acme.environment("test").pk
    with acme.reading():
        assert root_digest(dev) == root_digest(test)
    acme.define("task")
    with acme.reading():
        assert root_digest(dev) != root_digest(test)

    there = acme.open("There", by=acme.eve, environment="test")
    acme.stage(there, "define", {"key": "task", "name": "Task"}, on="task", by=acme.eve)
    ready = acme.check_in(there)
    acme.give("change.approve", there.pk, digest=ready.approval_digest)
    acme.merge(there)

    with acme.reading():
        assert root_digest(dev) == root_digest(test)
