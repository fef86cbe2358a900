"""Adoptions for tests, and what they are made of."""

from datetime import datetime
from typing import Any

from apps.changes.models import Change, ChangeOperation
from apps.metadata.models import Definition, HeadMove
from apps.metadata.queries import root_digest
from tests.changing import World


def adopt(acme: World, into: str = "test", *, source: str | None = "dev", **inputs: Any) -> Change:
    if source is not None:
        inputs["from_environment_id"] = acme.environment(source).pk
    made: Change = acme.give("change.adopt", acme.environment(into).pk, **inputs)
    return made


def carry_through(acme: World, change: Change) -> None:
    """Merge into an environment that needs a vote."""
    ready = acme.check_in(change)
    assert ready.status == "Ready", ready.plan
    if change.environment.name != "dev":
        acme.give("change.approve", change.pk, digest=ready.approval_digest, by=acme.ben)
    acme.merge(change)


def operations(acme: World, change: Change) -> list[tuple[str, str, str]]:
    with acme.reading():
        rows = ChangeOperation.objects.filter(change_id=change.pk).select_related("target").order_by("sequence")
        return [(row.operation, row.kind, row.key) for row in rows]


def definition(acme: World, key: str) -> Any:
    with acme.reading():
        return Definition.objects.get(key=key).pk


def set_name(acme: World, name: str, *, on: str = "incident", environment: str = "dev") -> Change:
    change = acme.open(f"Name it {name}", environment=environment)
    acme.stage(change, "set_attribute", {"attribute": "name", "value": name}, on=on)
    carry_through(acme, change)
    return change


def last_move(acme: World) -> datetime:
    with acme.reading():
        at: datetime = HeadMove.objects.latest("moved_at").moved_at
    return at


def roots(acme: World) -> tuple[str, str]:
    dev, test = acme.environment("dev").pk, acme.environment("test").pk
    with acme.reading():
        return root_digest(dev), root_digest(test)
