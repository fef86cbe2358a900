"""What is asked about changes that are governed: rebased, compared, weighed, approved."""

from __future__ import annotations

from collections import defaultdict
from functools import cache, partial
from uuid import UUID, uuid4

from apps.approvals.queries import open_request_of
from apps.changes.models import ChangeImpact
from apps.changes.queries import SUBJECT
from apps.kernel import ports
from apps.kernel.dispatch import dispatch
from apps.kernel.scope import Scope, scope_transaction, scoped
from bench.product import merges
from bench.product.contents import HUB
from bench.product.tenant import SLUG, Place, Prepared, another_person, make_place, prepared, stage_of, work_in
from bench.sides import Calls, Work
from bench.wsgi import Caller
from config.wsgi import application

#: How many definitions a change to rebase touches.
TOUCHED = 10

_places: dict[str, Place] = {}
_drafts: defaultdict[str, list[UUID]] = defaultdict(list)
_measured: dict[str, UUID] = {}
_drafted: dict[str, UUID] = {}


# Rebasing.


def wait_while_others_merge(place: str, drafts: int, intervening: int) -> None:
    """Drafts of ten operations, and so many changes that were merged meanwhile into the same definitions."""
    scope = prepared().scope
    _places[place] = make_place(scope, place, TOUCHED, 6)
    for serial in range(drafts):
        operations = [merges.relabel(number, 1, serial) for number in range(TOUCHED)]
        _drafts[place].append(merges.staged(scope, _places[place], operations))
    work_in(scope, "note.move_on", _places[place].environment_id, times=intervening, among=TOUCHED)


def rebase(count: int, *, place: str) -> Calls:
    return [partial(merges.give, prepared().scope, "change.rebase", _drafts[place].pop()) for _ in range(count)]


# Comparing.


def add_stages(place: str, definitions: int, altered_every: int) -> dict[str, str]:
    """A project whose ``test`` runs what its ``dev`` runs, but for one definition of so many; the environments."""
    scope = prepared().scope
    dev = make_place(scope, place, definitions, 6)
    test = stage_of(scope, dev, "test")
    inputs = {"definitions": definitions, "fields": 6, "altered_every": altered_every}
    work_in(scope, "note.fill_environment", test.environment_id, **inputs)
    return {"here": str(dev.environment_id), "there": str(test.environment_id)}


# Impact.


def add_hub(place: str, references: int) -> str:
    """An environment with so many references to one definition, and a validated change of that definition."""
    scope = prepared().scope
    _places[place] = make_place(scope, place, 0, 0)
    environment_id = _places[place].environment_id
    work_in(scope, "note.fill_around_a_hub", environment_id, references=references)
    _drafted[place] = merges.staged(scope, _places[place], [_hub_operation("Drafted")])
    _measured[place] = merges.ready(scope, _places[place], [_hub_operation("Measured")])
    return str(environment_id)


def _hub_operation(label: str) -> merges.Operation:
    target = {"type": "record_type", "selector": {"record_type_key": HUB}}
    return {
        "op_type": "set_field",
        "payload": {"field": "title", "definition": {"label": label}},
        "target": target,
    }


def weigh(count: int, *, place: str) -> Calls:
    """What a request measures: bounded."""
    return [partial(merges.give, prepared().scope, "change.execute", _drafted[place])] * count


def measure(count: int, *, place: str) -> Calls:
    """What a worker counts: all of it, a step at a time."""
    worker = _worker()
    change_id = _measured[place]

    def walk() -> None:
        with scoped(worker), scope_transaction():
            ChangeImpact.objects.filter(change_id=change_id).update(
                cursor=None, progress=0.0, finished_at=None, run=uuid4()
            )
        while True:
            with scoped(worker):
                row = dispatch("change.measure_impact", change_id)
            if row is None or row.finished_at is not None:
                return

    return [walk] * count


def dependants(place: str) -> int:
    """How many the worker counted."""
    with scoped(_worker()), scope_transaction():
        found: int = ChangeImpact.objects.get(change_id=_measured[place]).result["dependants"]
    return found


def _worker() -> Scope:
    made: Scope = ports.principals().system_scope(
        prepared().scope.tenant_id, correlation_id=str(uuid4()), causation=None
    )
    return made


# The inbox.


@cache
def reviewer() -> Prepared:
    return another_person("reviewer", ["Admin"])


@cache
def reviewing() -> Caller:
    return Caller(application, {"Authorization": f"Bearer {reviewer().token}", "X-Tenant-Id": SLUG})


def open_request(place: str) -> str:
    """A change that waits for one vote, written by somebody else than the reviewer; the id of its request."""
    scope = prepared().scope
    test = stage_of(scope, make_place(scope, place, 0, 0), "test")
    payload = {"key": "asked", "name": "Asked"}
    target = {"type": "record_type", "selector": {"record_type_key": "asked"}}
    change_id = merges.ready(scope, test, [{"op_type": "define", "payload": payload, "target": target}])
    reviewer()
    with scoped(scope), scope_transaction():
        request = open_request_of(SUBJECT, change_id)
    assert request is not None, "The policies ask for nobody."
    return str(request.pk)


def review(count: int, *, path: str) -> Calls:
    return [reviewing().request("GET", path)] * count


WORKS: dict[str, Work] = {"rebase": rebase, "weigh": weigh, "measure": measure, "review": review}
