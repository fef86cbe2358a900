"""The migration that keeps moves, run on a database as it stood before: heads that have been moving for long."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID, uuid4

import psycopg
import pytest
from django.conf import settings
from django.db import connection, connections
from django.db.migrations.executor import MigrationExecutor
from psycopg import sql

from tests.database import RIGHTS

EARLIER = [("metadata", "0001_initial"), ("events", "0002_epoch"), ("tenancy", "0003_tables_of_django")]
MIGRATION = [("metadata", "0002_history")]
ALIAS = "earlier"
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
INSTANT = timedelta(microseconds=1)
KEPT = """
select e.name, m.kind, m.key, m.name, m.status, m.number, m.digest, m.digest_before, m.change_id, m.moved_by_id,
       m.moved_at
from metadata_headmove m
join tenancy_environment e on e.id = m.environment_id
join metadata_revision r on r.id = m.revision_id and r.definition_id = m.definition_id and r.number = m.number
order by m.kind, m.key, e.name, m.moved_at
"""


class Kept(NamedTuple):
    """A move as the migration keeps it."""

    environment: str
    kind: str
    key: str
    name: str
    status: str
    number: int
    digest: str
    digest_before: str
    change_id: UUID
    moved_by_id: UUID | None
    moved_at: datetime


class Earlier:
    """A database of its own, at the migration before, written to as its owner."""

    def __init__(self) -> None:
        executor = MigrationExecutor(connections[ALIAS])
        executor.migrate(EARLIER)
        self._models = executor.loader.project_state(EARLIER).apps

    def migrate(self) -> None:
        MigrationExecutor(connections[ALIAS]).migrate(MIGRATION)

    def make(self, model: str, **columns: Any) -> Any:
        return self._models.get_model(model).objects.using(ALIAS).create(**columns)

    @contextmanager
    def inside(self, tenant_id: UUID) -> Iterator[None]:
        """Row-level security is forced on the owner too."""
        with connections[ALIAS].cursor() as cursor:
            cursor.execute("select set_config('app.tenant_id', %s, false)", [str(tenant_id)])
            yield
            cursor.execute("select set_config('app.tenant_id', '', false)")

    def kept(self, tenant_id: UUID) -> list[Kept]:
        with self.inside(tenant_id), connections[ALIAS].cursor() as cursor:
            cursor.execute(KEPT)
            return [Kept(*row) for row in cursor.fetchall()]


class Past:
    """A tenant of before, with one project of two environments."""

    def __init__(self, database: Earlier, slug: str) -> None:
        self.database = database
        self.tenant_id = database.make("tenancy.Tenant", slug=slug, name=slug, created_at=NOON).pk
        project = self._make("tenancy.Project", name=slug, key=slug, created_at=NOON)
        self.project_id = project.pk
        self.stages = {
            name: self._make(
                "tenancy.Environment", project=project, name=name, position=place, required_votes=0, created_at=NOON
            ).pk
            for place, name in enumerate(("dev", "test"))
        }

    def define(self, kind: str, key: str) -> Any:
        return self._make("metadata.Definition", project_id=self.project_id, kind=kind, key=key, created_at=NOON)

    def revise(self, definition: Any, number: int, content: dict[str, Any]) -> Any:
        return self._make(
            "metadata.Revision",
            definition=definition,
            number=number,
            content=content,
            digest=f"{number}{definition.pk.hex}",
            change_id=uuid4(),
            created_at=NOON,
        )

    def point(self, environment: str, revision: Any, *, at: datetime, name: str, status: str = "active") -> None:
        definition = revision.definition
        self._make(
            "metadata.Head",
            environment_id=self.stages[environment],
            definition=definition,
            revision=revision,
            kind=definition.kind,
            key=definition.key,
            name=name,
            status=status,
            number=revision.number,
            digest=revision.digest,
            moved_at=at,
        )

    def log(self, environment: str, revision: Any, *, at: datetime, by: UUID, before: Any = None) -> None:
        """The event that the mover wrote in those days."""
        definition = revision.definition
        self._make(
            "events.Event",
            id=uuid4(),
            event_type="metadata.head_moved",
            payload={
                "kind": definition.kind,
                "key": definition.key,
                "environment_id": str(self.stages[environment]),
                "revision_id": str(revision.pk),
                "number": revision.number,
                "digest_before": before.digest if before else None,
                "digest": revision.digest,
                "change_id": str(revision.change_id),
            },
            payload_hash="0" * 64,
            payload_schema_version=1,
            envelope_version=1,
            occurred_at=at,
            ingested_at=at,
            correlation_id="c",
            causation_type="command_id",
            causation_id="c",
            source_ref="ec3l",
            source_native_id=str(uuid4()),
            actor_type="human",
            actor_id=by,
            permission="change.approve",
            permission_ref="role",
            privileged=False,
            transaction_id=1,
        )

    def _make(self, model: str, **columns: Any) -> Any:
        with self.database.inside(self.tenant_id):
            return self.database.make(model, tenant_id=self.tenant_id, **columns)


@pytest.fixture
def earlier(django_db_setup: None, django_db_blocker: Any) -> Iterator[Earlier]:
    here = connection.settings_dict
    name = f"{here['NAME']}_earlier"
    owner = {"host": here["HOST"], "port": here["PORT"], "user": settings.DATABASE_OWNER["USER"]}
    owner["password"] = settings.DATABASE_OWNER["PASSWORD"]
    dropping = sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(name))
    options = {key: value for key, value in here["OPTIONS"].items() if key != "pool"}
    with psycopg.connect(**owner, dbname=here["NAME"], autocommit=True) as beside:
        beside.execute(dropping)
        beside.execute(sql.SQL("create database {}").format(sql.Identifier(name)))
        connections.settings[ALIAS] = {**here, **settings.DATABASE_OWNER, "NAME": name, "OPTIONS": options}
        try:
            with psycopg.connect(**owner, dbname=name, autocommit=True) as made:
                made.execute(RIGHTS.read_bytes())
            with django_db_blocker.unblock():
                yield Earlier()
        finally:
            connections[ALIAS].close()
            del connections[ALIAS], connections.settings[ALIAS]
            beside.execute(dropping)


def test_the_moves_of_before_are_kept_when_the_table_comes(earlier: Earlier) -> None:
    """EC-INV-O12: who moved what, when and by which change, of each tenant, from before moves were kept.

    A merge that began earlier than the one it followed comes right behind it; a head whose event was lost is kept as it
    stands; a person who is no more is named nobody; a revision that no environment ran is no move.
    """
    ada = earlier.make(
        "tenancy.Principal",
        kind="human",
        handle="ada",
        name="Ada",
        email="ada@acme.test",
        password="!",
        created_at=NOON,
    ).pk
    acme, globex = Past(earlier, "acme"), Past(earlier, "globex")
    incident = acme.define("record_type", "incident")
    first, second, third, fourth = (
        acme.revise(incident, number, {"name": name, "status": "active"})
        for number, name in enumerate(("Incident", "Ticket", "Case", "Issue"), 1)
    )
    acme.log("dev", first, at=NOON, by=ada)
    acme.log("dev", second, at=NOON - timedelta(seconds=9), by=ada, before=first)
    acme.log("dev", fourth, at=NOON - timedelta(seconds=8), by=uuid4(), before=second)
    acme.point("dev", fourth, at=NOON - timedelta(seconds=8), name="Issue")
    acme.log("test", third, at=NOON, by=ada)
    acme.point("test", third, at=NOON, name="Case")
    readme = acme.define("file", "readme")
    text = acme.revise(readme, 1, {"path": "docs/readme.md", "content": "Hello"})
    acme.point("dev", text, at=NOON, name="docs/readme.md")
    unused = acme.define("choice_list", "unused")
    acme.revise(unused, 1, {"name": "Unused", "status": "active"})
    task = globex.define("record_type", "task")
    retired = globex.revise(task, 1, {"name": "Task", "status": "retired"})
    globex.log("test", retired, at=NOON, by=ada)
    globex.point("test", retired, at=NOON, name="Task", status="retired")

    earlier.migrate()

    ticket = Kept("dev", "record_type", "incident", "Ticket", "active", 2, second.digest, first.digest,
                  second.change_id, ada, NOON + INSTANT)  # fmt: skip
    assert earlier.kept(acme.tenant_id) == [
        Kept("dev", "file", "readme", "docs/readme.md", "active", 1, text.digest, "", text.change_id, None, NOON),
        ticket._replace(name="Incident", number=1, digest=first.digest, digest_before="", change_id=first.change_id,
                        moved_at=NOON),
        ticket,
        ticket._replace(name="Issue", number=4, digest=fourth.digest, digest_before=second.digest,
                        change_id=fourth.change_id, moved_by_id=None, moved_at=NOON + 2 * INSTANT),
        ticket._replace(environment="test", name="Case", number=3, digest=third.digest, digest_before="",
                        change_id=third.change_id, moved_at=NOON),
    ]  # fmt: skip
    assert earlier.kept(globex.tenant_id) == [
        Kept("test", "record_type", "task", "Task", "retired", 1, retired.digest, "", retired.change_id, ada, NOON)
    ]
    assert earlier.kept(uuid4()) == []


def test_a_database_without_heads_gets_an_empty_table(earlier: Earlier) -> None:
    """A new installation runs the same migration."""
    acme = Past(earlier, "acme")

    earlier.migrate()

    assert earlier.kept(acme.tenant_id) == []
