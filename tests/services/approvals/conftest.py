from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from apps.approvals.models import Notice, Request, Vote
from apps.approvals.queries import open_request_of, tally_of_request, waiting_for
from apps.changes.models import Change
from apps.changes.queries import SUBJECT
from apps.events.models import Timer
from apps.kernel.dispatch import dispatch
from apps.kernel.scope import Actor, current_scope, scope_transaction
from apps.kernel.unit import Unit, collecting
from apps.tenancy.models import Principal
from tests.changing import World, world


@dataclass(frozen=True)
class Desk:
    """A tenant, and what its people are asked."""

    world: World

    def __getattr__(self, name: str) -> Any:
        return getattr(self.world, name)

    def ready(self, environment: str = "test", *, key: str = "task", by: Principal | None = None) -> Change:
        """A change of Eve's that waits for approval; checked in by Ada."""
        author = by or self.world.eve
        change = self.world.open(f"Define {key}", by=author, environment=environment)
        self.world.stage(change, "define", {"key": key, "name": key.title()}, on=key, by=author)
        done = self.world.check_in(change)
        assert done.status == "Ready", done.plan
        return done

    def approve(self, change: Change, *, by: Principal | None = None, **inputs: Any) -> Change:
        done: Change = self.world.give(
            "change.approve", change.pk, by=by, **{"digest": change.approval_digest} | inputs
        )
        return done

    def request(self, change: Change) -> Request | None:
        with self.world.reading():
            return open_request_of(SUBJECT, change.pk)

    def latest(self, change: Change) -> Request:
        with self.world.reading():
            found: Request = Request.objects.filter(subject_id=change.pk).order_by("-opened_at")[0]
        return found

    def said(self, change: Change) -> list[tuple[UUID, str, bool]]:
        """Who said what, and whether it stands, oldest first."""
        with self.world.reading():
            votes = Vote.objects.filter(subject_id=change.pk).order_by("cast_at")
            return [(vote.voter_id, vote.decision, vote.stands) for vote in votes]

    def missing(self, change: Change) -> int:
        """How many places nobody fills at this moment."""
        with self.world.reading():
            request = open_request_of(SUBJECT, change.pk)
            assert request is not None
            return tally_of_request(request).missing

    def told(self, person: Principal) -> list[str]:
        """Kinds of the notices a person has, oldest first."""
        with self.world.reading():
            return list(
                Notice.objects.filter(recipient=person.pk).order_by("created_at", "id").values_list("kind", flat=True)
            )

    def waiting(self, person: Principal) -> list[UUID]:
        """What waits for a person, by subject, the oldest first."""
        with self.world.reading():
            return list(waiting_for(person.actor).values_list("subject_id", flat=True))

    def timers(self, subject_id: UUID) -> list[str]:
        with self.world.reading():
            return sorted(
                Timer.objects.filter(subject_id=str(subject_id), status="pending").values_list("kind", flat=True)
            )

    def recount(self, person: Principal | None = None) -> int:
        """What a worker does when rights have changed."""
        with self.world.as_system():
            counted: int = dispatch("approval.recount", principal_id=person.pk if person else None)
        return counted

    def lend(self, giver: Principal, taker: Principal, **inputs: Any) -> Any:
        inputs = {"ends_at": self.now() + timedelta(days=3)} | inputs
        return self.world.give("delegation.create", by=giver, delegate_id=taker.pk, **inputs)

    def now(self) -> datetime:
        with self.world.as_system(), scope_transaction() as at:
            return at

    @contextmanager
    def working(self, actor: Principal | None = None) -> Iterator[tuple[Actor, datetime, Unit]]:
        """The inside of a command, for services that are not commands."""
        acting = self.world.acting(actor) if actor else self.world.as_system()
        with acting, scope_transaction() as at, collecting(Unit()) as unit:
            yield current_scope().actor, at, unit


@pytest.fixture
def desk(db: Any) -> Desk:
    return Desk(world())
