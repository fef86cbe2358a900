"""What environments ran: every move is kept with the head, and can be read at any time since."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from apps.kernel import hooks
from apps.kernel.canonical import digest
from apps.kernel.errors import IllegalTransition, InvalidInput, NotFound
from apps.kernel.scope import current_scope, scope_transaction
from apps.kernel.unit import Unit, collecting
from apps.metadata.errors import OtherProject
from apps.metadata.migrations import _past_moves
from apps.metadata.models import Definition, Head, HeadMove
from apps.metadata.queries import (
    Side,
    blame_of,
    content_as_of,
    differing,
    drift,
    move_as_of,
    moves_as_of,
    moves_by_key,
    moves_in,
    moves_of,
    other_side,
    root_as_of,
    root_digest,
    root_of,
    side_of,
    with_moves,
)
from apps.metadata.services import Move, lock_environment, move_heads
from tests.changing import World, world

INSTANT = timedelta(microseconds=1)
LONG_AGO = datetime(2001, 1, 1, tzinfo=UTC)


def moves(world: World, key: str = "incident", environment: str = "dev") -> list[HeadMove]:
    """The moves of a record type, oldest first."""
    where = world.environment(environment).pk
    with world.reading():
        return list(HeadMove.objects.filter(environment_id=where, key=key).order_by("moved_at"))


def add_field(world: World, name: str, *, on: str = "incident") -> Any:
    change = world.open(f"Add {name}")
    world.add_field(change, name, on=on)
    return world.carry_through(change)


def set_name(world: World, name: str, *, on: str = "incident") -> Any:
    change = world.open(f"Name it {name}")
    world.stage(change, "set_attribute", {"attribute": "name", "value": name}, on=on)
    return world.carry_through(change)


def move(world: World, key: str, content: dict[str, Any], *, at: datetime, environment: str = "dev") -> None:
    """Move one head as a merge does, at a time of the test's choosing."""
    where = world.environment(environment)
    head = world.head(key, environment=environment)
    moving = Move("record_type", key, content, digest(content), head.digest if head else None)
    with world.acting(world.ada), scope_transaction(), collecting(Unit()):
        environment_row = lock_environment(where.pk)
        move_heads(environment_row, [moving], change_id=where.pk, actor=current_scope().actor, at=at)


def test_every_move_is_kept_with_its_head(acme: World) -> None:
    """EC-INV-O12: who moved what from where to where, when, and by which change."""
    first = acme.define()
    second = add_field(acme, "urgency")
    head = acme.head()
    assert head is not None

    one, two = moves(acme)

    assert (one.number, one.digest_before, one.change_id) == (1, "", first.change.pk)
    assert (two.number, two.digest_before, two.change_id) == (2, one.digest, second.change.pk)
    assert (two.revision_id, two.digest, two.moved_at) == (head.revision_id, head.digest, head.moved_at)
    assert (two.name, two.status, two.moved_by_id) == (head.name, head.status, acme.ada.pk)


def test_a_refused_move_keeps_nothing(acme: World) -> None:
    acme.define()
    before = moves(acme)
    change = acme.open()
    acme.add_field(change, "summary")

    with pytest.raises(IllegalTransition):
        acme.merge(change)

    assert moves(acme) == before


def test_a_move_never_changes(acme: World) -> None:
    """The history is append-only in the database itself."""
    acme.define()

    for statement in ("update metadata_headmove set number = 7", "delete from metadata_headmove"):
        with acme.reading(), pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


def test_a_definition_as_of_the_exact_time_of_its_moves(acme: World) -> None:
    acme.define("incident", "summary")
    set_name(acme, "Ticket")
    one, two = moves(acme)
    dev = acme.environment().pk

    def name(at: datetime | None) -> str | None:
        content = content_as_of(one.definition_id, Side(dev, at))
        return None if content is None else str(content["name"])

    with acme.reading():
        asked = [one.moved_at - INSTANT, one.moved_at, two.moved_at - INSTANT, two.moved_at, None]
        assert [name(at) for at in asked] == [None, "Incident", "Incident", "Ticket", "Ticket"]


def test_an_environment_as_of_the_exact_time_of_its_moves(acme: World) -> None:
    acme.define("task")
    acme.define("incident", base="task")
    set_name(acme, "Ticket")
    (task,), (incident, renamed) = moves(acme, "task"), moves(acme)
    dev = acme.environment().pk

    def names(at: datetime | None) -> list[tuple[str, str, int]]:
        return [(row.key, row.name, row.number) for row in moves_as_of(Side(dev, at))]

    with acme.reading():
        assert names(task.moved_at - INSTANT) == []
        assert names(task.moved_at) == [("task", "Task", 1)]
        assert names(incident.moved_at) == [("incident", "Incident", 1), ("task", "Task", 1)]
        assert names(renamed.moved_at) == [("incident", "Ticket", 2), ("task", "Task", 1)]
        assert names(None) == names(renamed.moved_at)
        assert moves_by_key(Side(dev, incident.moved_at), [("record_type", "incident"), ("record_type", "none")]) == {
            ("record_type", "incident"): incident
        }


def test_the_root_as_of_a_time_is_the_root_of_that_time(acme: World) -> None:
    """Two states are equal exactly when their roots are, across time too."""
    dev = acme.environment().pk
    with acme.reading():
        seen = [(LONG_AGO, root_digest(dev))]
    for step in (lambda: acme.define("task"), lambda: add_field(acme, "a", on="task"), lambda: acme.define("note")):
        step()
        with acme.reading():
            seen.append((HeadMove.objects.latest("moved_at").moved_at, root_digest(dev)))

    with acme.reading():
        assert [root_as_of(dev, at) for at, _ in seen] == [root for _, root in seen]
        assert root_of(Side(dev)) == seen[-1][1]
    assert len({root for _, root in seen}) == 4


def test_after_a_revert_the_root_is_that_of_before(acme: World) -> None:
    """Going back is a move of its own: the time between stays readable, and the root is the old one again."""
    acme.define("incident", "summary")
    merged = set_name(acme, "Ticket")
    back = acme.give("change.revert", merged.change.pk)
    acme.carry_through(back)
    one, two, three = moves(acme)
    dev = acme.environment().pk

    with acme.reading():
        assert (one.digest, two.digest) == (three.digest, three.digest_before)
        assert root_as_of(dev, one.moved_at) == root_digest(dev) != root_as_of(dev, two.moved_at)
        blamed = {".".join(found.path): found.mark.number for found in blame_of(one.definition_id, Side(dev))}
        assert blamed["name"] == 3
        assert blamed["status"] == 1


def test_times_rise_in_the_order_of_the_lock_whatever_the_clock_said(acme: World) -> None:
    """A merge that began first and came second is later, so that the newest move is always what the head says."""
    now = HeadMove._meta.get_field("moved_at").to_python("2026-05-01T12:00:00Z")
    content = {"name": "Task", "status": "draft", "fields": {}}
    move(acme, "task", content, at=now)
    move(acme, "task", {**content, "name": "Late"}, at=now - timedelta(seconds=9))
    move(acme, "other", content | {"name": "Other"}, at=now)
    where = acme.environment().pk

    with acme.reading():
        told = list(moves_in(where).values_list("key", "name", "moved_at"))
        assert told == [("other", "Other", now + 2 * INSTANT), ("task", "Late", now + INSTANT), ("task", "Task", now)]
        assert Head.objects.get(key="task").moved_at == now + INSTANT
        assert root_as_of(where, now + 2 * INSTANT) == root_digest(where)


def test_whoever_joined_the_hook_acts_with_the_move(acme: World, monkeypatch: pytest.MonkeyPatch) -> None:
    heard: list[Any] = []

    def listen(**told: Any) -> None:
        heard.append((told["environment"].name, [one.key for one in told["moved"]], [one.key for one in told["moves"]]))

    monkeypatch.setitem(hooks._hooks, "metadata.heads_moved", [listen])
    acme.define("task")

    assert heard == [("dev", ["task"], ["task"])]


def test_blame_names_the_change_behind_each_attribute(acme: World) -> None:
    defined = acme.define("incident", "summary")
    added = add_field(acme, "urgency")
    renamed = set_name(acme, "Ticket")
    (first, *_) = moves(acme)
    dev = acme.environment().pk

    def blamed(at: datetime | None = None) -> dict[str, Any]:
        found = blame_of(first.definition_id, Side(dev, at))
        return {one.path[0] if len(one.path) == 1 else one.value: one.mark.change_id for one in found}

    with acme.reading():
        now, then = blamed(), blamed(first.moved_at)
    assert (now["name"], now["status"]) == (renamed.change.pk, defined.change.pk)
    assert (now["summary"], now["urgency"]) == (defined.change.pk, added.change.pk)
    assert then["name"] == defined.change.pk
    assert "urgency" not in then


def test_blame_is_of_one_environment(acme: World) -> None:
    """What was merged into dev is not to blame for what test runs."""
    acme.define()
    (one,) = moves(acme)
    test = acme.environment("test").pk

    with acme.reading():
        assert blame_of(one.definition_id, Side(test)) == ()


def test_the_moves_of_a_definition_across_environments(acme: World) -> None:
    acme.define()
    copy = acme.give("change.adopt", acme.environment("test").pk, from_environment_id=acme.environment().pk)
    ready = acme.check_in(copy)
    acme.give("change.approve", copy.pk, digest=ready.approval_digest, by=acme.ben)
    acme.merge(copy)
    (here,), (there,) = moves(acme), moves(acme, environment="test")

    with acme.reading():
        assert list(moves_of(here.definition_id)) == [there, here]
        assert list(moves_of(here.definition_id, here.environment_id)) == [here]
        assert move_as_of(here.definition_id, Side(there.environment_id, here.moved_at)) is None


def test_the_difference_of_two_environments_names_what_differs_and_nothing_else(acme: World) -> None:
    acme.define("same")
    acme.define("changed")
    dev, test = acme.environment(), acme.environment("test")
    adopted = acme.give("change.adopt", test.pk, from_environment_id=dev.pk)
    ready = acme.check_in(adopted)
    acme.give("change.approve", adopted.pk, digest=ready.approval_digest, by=acme.ben)
    acme.merge(adopted)
    since = moves(acme, "changed")[0].moved_at
    add_field(acme, "urgency", on="changed")
    acme.define("only_here")

    with acme.reading():
        here, there = Side(dev.pk), Side(test.pk)
        found = [(one.definition.key, one.change) for one in with_moves(differing(acme.project.pk, here, there))]
        back = [(one.definition.key, one.change) for one in with_moves(differing(acme.project.pk, there, here))]
        earlier = list(differing(acme.project.pk, Side(dev.pk, since), there).values_list("key", flat=True))
        none = list(differing(acme.project.pk, here, here))
        counted = drift(here, there)
        then = drift(Side(dev.pk, since), there)
    assert found == [("changed", "changed"), ("only_here", "removed")]
    assert back == [("changed", "changed"), ("only_here", "added")]
    assert (earlier, none) == ([], [])
    assert (counted.equal, counted.added, counted.removed, counted.changed, counted.unchanged) == (False, 0, 1, 1, 1)
    assert (then.equal, then.added, then.removed, then.changed, then.unchanged) == (True, 0, 0, 0, 2)


def test_the_difference_has_both_sides_in_two_queries(acme: World) -> None:
    """Constant at any number of rows."""
    acme.define("one")
    here, there = Side(acme.environment().pk), Side(acme.environment("test").pk)

    def queries() -> int:
        with acme.reading(), CaptureQueriesContext(connection) as captured:
            assert all(row.here and not row.there for row in with_moves(differing(acme.project.pk, here, there)))
        return len(captured)

    before = queries()
    acme.define("two")
    acme.define("three")

    assert before == queries() == 2


def test_what_can_be_compared_and_what_not(acme: World) -> None:
    dev, test = acme.environment(), acme.environment("test")
    now = datetime(2026, 1, 1, tzinfo=UTC)
    other = acme.give("project.create", name="Other", key="other")
    with acme.reading():
        foreign = other.environments.get(name="dev").pk

        assert other_side(dev, test.pk, None, now=now) == Side(test.pk, None)
        assert other_side(dev, None, LONG_AGO, now=now) == Side(dev.pk, LONG_AGO)
        assert side_of(dev.pk, now, now=now) == Side(dev.pk, now)
        with pytest.raises(OtherProject):
            other_side(dev, foreign, None, now=now)
        with pytest.raises(NotFound):
            other_side(dev, acme.tenant.pk, None, now=now)
        for at in (None, now + INSTANT):
            with pytest.raises(InvalidInput):
                other_side(dev, None, at, now=now)


def test_the_moves_of_before_are_found_in_the_log(acme: World) -> None:
    """The migration's backfill: from the events alone it makes the rows that the mover wrote."""
    acme.define("incident", "summary")
    set_name(acme, "Ticket")
    acme.define("task")
    note = acme.open("A file")
    acme.stage(note, "edit_file", {"content": "A"}, on="docs/a.md", kind="file")
    acme.carry_through(note)

    with acme.reading(), connection.cursor() as cursor:
        cursor.execute(_past_moves.PAST_MOVES + " order by moved_at, key")
        found = cursor.fetchall()
        columns = _past_moves.COLUMNS.split(", ")
        written = list(HeadMove.objects.order_by("moved_at", "key").values_list(*columns))

    assert len(written) == 4
    assert found == written


def test_another_tenant_has_a_history_of_its_own(acme: World) -> None:
    acme.define()
    (one,) = moves(acme)

    globex = world("globex")
    empty = globex.environment().pk
    with globex.reading():
        assert HeadMove.objects.count() == 0
        assert Definition.objects.filter(pk=one.definition_id).first() is None
        assert move_as_of(one.definition_id, Side(one.environment_id)) is None
        assert root_as_of(one.environment_id, one.moved_at) == root_digest(empty)
