"""Approve, edit, vote, withdraw, deny, merge, time-out and retry in every order a machine can think of.

A small oracle decides what has to be true, from what people did and never from the tables under test: a merge has two
people besides the author behind exactly the digest that is merged, one of them an Owner; what was denied never merges.
``INTERLEAVINGS`` sets how many sequences are tried (200 unless set).
"""

import json
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import timedelta
from itertools import count
from typing import Any, NamedTuple
from uuid import UUID, uuid4

import pytest
from django.db.models import F
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from apps.approvals.models import Request
from apps.changes.models import Change
from apps.kernel.dispatch import answer, dispatch
from apps.kernel.errors import DomainError, PermissionDenied
from apps.kernel.ports import Answer
from config.env import process
from tests.changing import World

SEQUENCES = int(process().get("INTERLEAVINGS", "") or 200)
PEOPLE = ("ada", "ben", "cleo", "eve")
MAY_APPROVE = {"ada", "ben", "cleo"}
OWNERS = {"ben"}
AUTHOR = "ada"
OPEN = {"Draft", "Implementing", "ValidationFailed"}
_numbers = count(1)


class Step(NamedTuple):
    """What somebody does. ``which`` picks among earlier things: a digest, a request, an answer."""

    verb: str
    by: str
    which: int


class Sent(NamedTuple):
    name: str
    by: str
    body: bytes
    key: str


class Status:
    """All a client of this test reads of an answer."""

    def result(self, _result: object) -> tuple[int, bytes]:
        return 200, b"{}"

    def error(self, refusal: DomainError) -> tuple[int, bytes]:
        return refusal.status, b"{}"


@dataclass
class Oracle:
    """What people did to one change, as they would remember it."""

    digest: str = ""
    votes: set[str] = field(default_factory=set)
    denied: bool = False
    merged: bool = False

    @property
    def agreed(self) -> bool:
        return bool(self.digest) and len(self.votes) >= 2 and bool(self.votes & OWNERS)


class Story:
    """One change in prod, and everything that happens to it."""

    def __init__(self, world: World, reached: Counter[str]) -> None:
        number = next(_numbers)
        project = world.give("project.create", name=f"Interleaved {number}", key=f"interleaved_{number}")
        self.of = replace(world, project=project)
        self.change = self.of.open("A change", environment="prod")
        self.oracle = Oracle()
        self.reached = reached
        self.names = count(1)
        self.digests: list[str] = []
        self.sent: list[tuple[Sent, Answer]] = []
        self.requests: list[UUID] = []
        self.edit(Step("edit", AUTHOR, 0))

    def take(self, step: Step) -> None:
        getattr(self, step.verb)(step)
        now = self.look()
        if now.status != "Ready":
            self.oracle.digest, self.oracle.votes = "", set()
        elif now.approval_digest != self.oracle.digest:
            self.oracle.digest, self.oracle.votes = now.approval_digest, set()
            self.digests.append(now.approval_digest)
        with self.of.reading():
            found = Request.objects.filter(subject_id=self.change.pk).exclude(pk__in=self.requests)
            self.requests += list(found.values_list("pk", flat=True))
        assert (now.status == "Merged") == self.oracle.merged
        assert not (self.oracle.denied and (self.oracle.merged or now.archived_at is None))

    def attempt(self, name: str, by: str, **inputs: Any) -> bool:
        """Whether it was carried out. An answer that is kept is remembered with its key, for a retry."""
        sent = Sent(name, by, json.dumps(inputs).encode(), uuid4().hex)
        answered = self.send(sent)
        if answered is not None:
            self.sent.append((sent, answered))
        return answered is not None and answered.status < 300

    def send(self, sent: Sent) -> Answer | None:
        """As the API does; None for a refusal that is not kept (a missing right)."""
        try:
            with self.of.acting(getattr(self.of, sent.by)):
                return answer(sent.name, self.change.pk, body=sent.body, idempotency_key=sent.key, render=Status())
        except PermissionDenied:
            return None

    def look(self) -> Change:
        return self.of.again(self.change)

    def state(self) -> tuple[Any, ...]:
        now = self.look()
        return now.status, now.approval_digest, now.archived_at, self.of.events(self.change)

    def edit(self, _step: Step) -> None:
        payload = {"key": f"thing_{next(self.names)}", "name": f"Thing {uuid4().hex[:8]}"}
        before = self.look()
        target = {"type": "record_type", "selector": {"record_type_key": payload["key"]}}
        done = self.attempt("change.stage_operation", AUTHOR, op_type="define", payload=payload, target=target)
        assert done == (before.status == "Draft" and before.archived_at is None)

    def reopen(self, step: Step) -> None:
        before = self.look()
        assert self.attempt("change.reopen", step.by) == (
            before.status == "Implementing" and before.archived_at is None
        )

    def check_in(self, step: Step) -> None:
        before = self.look()
        possible = before.status in OPEN and before.archived_at is None and step.by in MAY_APPROVE
        assert self.attempt("change.check_in", step.by) == possible

    def validate(self, step: Step) -> None:
        """By a worker: once, or delivered twice."""
        for _ in range(1 + step.which % 2):
            self.of.validate(self.change)

    def vote(self, step: Step) -> None:
        """For what is asked now, or for what was asked once."""
        digest = self.digests[-1 - step.which % len(self.digests)] if self.digests else "0" * 64
        possible = (
            step.by in MAY_APPROVE - {AUTHOR} - self.oracle.votes
            and digest == self.oracle.digest
        )  # fmt: skip
        assert self.attempt("change.approve", step.by, digest=digest) == possible
        if possible:
            self.oracle.votes.add(step.by)

    def take_vote_back(self, step: Step) -> None:
        assert self.attempt("change.withdraw_approval", step.by) == (step.by in self.oracle.votes)
        self.oracle.votes.discard(step.by)

    def withdraw(self, step: Step) -> None:
        possible = bool(self.oracle.digest) and step.by in MAY_APPROVE
        assert self.attempt("change.withdraw", step.by) == possible

    def request_changes(self, step: Step) -> None:
        possible = bool(self.oracle.digest) and step.by in MAY_APPROVE - {AUTHOR}
        assert self.attempt("change.request_changes", step.by, comment="Not like this.") == possible

    def deny(self, step: Step) -> None:
        possible = bool(self.oracle.digest) and step.by in MAY_APPROVE - {AUTHOR}
        assert self.attempt("change.deny", step.by, comment="Never.") == possible
        self.oracle.denied |= possible
        self.reached["denied"] += possible

    def time_out(self, step: Step) -> None:
        """A clock strikes: of the last request when its days have passed, or one that is left over from an old one."""
        if not self.requests:
            return
        before = self.look().status
        if step.which:
            request = self.requests[-1]
            with self.of.reading():
                long_ago = F("opened_at") - timedelta(days=9)
                Request.objects.filter(pk=request).update(asked_at=long_ago, due_at=long_ago + timedelta(days=7))
        else:
            request = self.requests[0]
        with self.of.as_system():
            dispatch("approval.expire", request)
        self.reached["timed out"] += before == "Ready" and self.look().status != "Ready"

    def merge(self, step: Step) -> None:
        possible = self.oracle.agreed and step.by in MAY_APPROVE
        assert self.attempt("change.merge", step.by) == possible
        self.oracle.merged |= possible
        self.reached["merged"] += possible

    def retry(self, step: Step) -> None:
        """A client sends an earlier request again under its own key: it gets its answer, and nothing happens twice."""
        sent, answered = self.sent[step.which % len(self.sent)]
        before = self.state()
        again = self.send(sent)
        assert again is not None
        assert (again.status, again.replayed) == (answered.status, True)
        assert self.state() == before


VERBS = (
    "edit", "reopen", "check_in", "check_in", "validate", "validate", "vote", "vote", "vote", "vote", "take_vote_back",
    "withdraw", "request_changes", "deny", "time_out", "merge", "merge", "merge", "retry",
)  # fmt: skip
STEPS = st.builds(Step, st.sampled_from(VERBS), st.sampled_from(PEOPLE), st.integers(0, 3))
#: How far the usual way has gone before anything gets in its way.
BEGINNINGS = st.sampled_from([(), ("validate",), ("validate", "ben"), ("validate", "cleo", "ben")])


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_no_order_of_events_merges_what_was_not_agreed(committed: World) -> None:
    """Nautobot #8623, Windmill #2639, Kestra #18507, Flagsmith #7056: whoever does what, in whatever order."""
    reached: Counter[str] = Counter()

    @settings(
        max_examples=SEQUENCES,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        phases=(Phase.explicit, Phase.generate, Phase.shrink),
        derandomize=True,
    )
    @given(beginning=BEGINNINGS, steps=st.lists(STEPS, min_size=4, max_size=14))
    def tell(beginning: tuple[str, ...], steps: list[Step]) -> None:
        story = Story(committed, reached)
        if beginning:
            story.take(Step("check_in", AUTHOR, 0))
            story.take(Step("validate", AUTHOR, 0))
        for voter in beginning[1:]:
            story.take(Step("vote", voter, 0))
        for step in steps:
            story.take(step)

    tell()
    # A run that reaches none of the endings proves nothing.
    assert set(+reached) == {"merged", "denied", "timed out"}, reached
