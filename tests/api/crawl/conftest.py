"""Two tenants furnished alike through the API, so that whatever leaks would be seen."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.http import HttpResponse

from apps.events.models import Event, Job, Outbox
from apps.events.services import sweeping
from apps.kernel.scope import scope_transaction
from tests import database, people
from tests.api.conftest import Caller, World, caller, make_world
from tests.feed import wait_for_the_feed


@dataclass(frozen=True, slots=True)
class Furnished:
    world: World
    acme: Caller
    globex: Caller
    agent: Caller


@pytest.fixture(scope="module")
def furnished(django_db_setup: None, django_db_blocker: Any) -> Iterator[Furnished]:
    try:
        with django_db_blocker.unblock():
            world = make_world()
            for admin in (world.admin, world.stranger):
                furnish(admin)
            wait_for_the_feed()
            connection.close()
        yield Furnished(world, world.admin, world.stranger, world.agent)
    finally:
        with django_db_blocker.unblock():
            database.empty()


def furnish(admin: Caller) -> None:
    """At least three rows in every list."""
    for name in ("ITSM", "HR", "Finance"):
        made = done(admin.post("/projects", {"name": name, "key": name.lower()}))
        for module in ("forms", "flows"):
            done(admin.post(f"/projects/{made['id']}/modules", {"name": module, "type": "code", "root_path": module}))
    project = admin.get("/projects?limit=200").json()["items"]
    first = next(found for found in project if found["is_default"])
    for number in range(3):
        done(admin.post("/invitations", {"email": f"guest{number}@{admin.tenant.slug}.example"}))
        done(admin.post("/tokens", {"name": f"token {number}"}))
        people.person(admin.tenant, f"Member {number}", roles=["Editor"])
    for name in ("Platform", "Security", "Night shift"):
        team = done(admin.post("/teams", {"name": name}))
        for principal in admin.get("/principals?kind=human&limit=4").json()["items"]:
            done(admin.post(f"/teams/{team['id']}/members", {"principal_id": principal["id"]}))
    # Natural keys are the same in both tenants but for this one.
    only_here = f"{admin.tenant.slug}_asset"
    merge(admin, first["id"], [_define(only_here), _define_choices(only_here)])
    _quarantined(admin)
    _changes(admin, first["id"])
    _policies(admin, first["id"])
    _approvals(admin, first["id"])
    _conflict(admin, first["id"])


def _quarantined(admin: Caller) -> None:
    aside = {"status": Job.Status.QUARANTINED, "attempts": 3}
    work()
    with people.acting(admin.principal, admin.tenant), scope_transaction():
        Job.objects.bulk_create(
            Job(
                command="change.validate", target=str(uuid4()), inputs={}, correlation_id="nightly-import",
                caused_by=uuid4(), **aside,
            )
            for _ in range(3)
        )  # fmt: skip
        told = Event.objects.order_by("id")[:3]
        Outbox.objects.bulk_create(Outbox(id=event.pk, event_type=event.event_type, **aside) for event in told)


def _changes(admin: Caller, project_id: str) -> None:
    """Three merged changes, one with votes, three that wait for them, and a draft with three targets and operations."""
    keys = ("task", "incident", "problem")
    merge(admin, project_id, [_define(key) for key in keys] + [_define_choices(key) for key in keys])
    for label in ("One", "Two"):
        merge(admin, project_id, [_add_field(key, label) for key in keys])
    merge(admin, project_id, [_add_field("task", "Three"), *(_add_choice("task", label) for label in "ABC")])
    discussed = draft(admin, project_id, [_add_field(key, "Four") for key in keys])
    for words in ("Why?", "Because.", "Fine."):
        done(admin.post(f"/changes/{discussed}/comments", {"body": words}))


def _approvals(admin: Caller, project_id: str) -> None:
    """In `test`, by somebody else: three changes that wait for the Admin's vote, and one that has three votes."""
    author = caller(people.person(admin.tenant, "Author", roles=["Admin"]), admin.tenant)
    for number in range(4):
        change = draft(author, project_id, [_define(f"asked_{number}")], environment="test")
        done(author.post(f"/changes/{change}/checkin", {}))
        work()
    digest = author.get(f"/changes/{change}").json()["approval_digest"]
    for number in range(3):
        voter = people.person(admin.tenant, f"Voter {number}", roles=["Admin"])
        voting = caller(voter, admin.tenant)
        done(voting.post(f"/changes/{change}/approve", {"digest": digest}))
        # The Admin gets a notice of each.
        lent = {"delegate_id": str(admin.principal.pk), "starts_at": _in_days(30), "ends_at": _in_days(37)}
        done(voting.post("/delegations", lent))
    done(author.post(f"/changes/{change}/merge", {}))
    work()


def _in_days(days: int) -> str:
    return (datetime.now(UTC) + timedelta(days=days)).isoformat()


def _policies(admin: Caller, project_id: str) -> None:
    """Three policies in force in `dev`, one of which has three versions, and a decision that four rules made."""
    keys = ("releases", "reviews", "windows")
    merge(admin, project_id, [_define_policy(key) for key in keys])
    for label in ("Second", "Third"):
        merge(admin, project_id, [_describe_policy(keys[0], label)])
    newest = {found["key"]: found["newest_version_id"] for found in admin.get("/policies").json()["items"]}
    for key in keys:
        done(admin.post(f"/policy-versions/{newest[key]}/simulate", {}))
        work()
        done(admin.post(f"/policy-versions/{newest[key]}/activate", {}))
    merge(admin, project_id, [_add_field("task", "Judged")])


def _conflict(admin: Caller, project_id: str) -> None:
    """A draft that disagrees with what was merged meanwhile, in three places of which one is settled."""
    keys = ("task", "incident", "problem")
    waiting = draft(admin, project_id, [_relabel(key, "Mine") for key in keys])
    merge(admin, project_id, [_relabel(key, "Theirs") for key in keys])
    first = admin.get(f"/changes/{waiting}/conflicts").json()["conflicts"][0]
    decision = {name: first[name] for name in ("kind", "key", "path", "seen")} | {"choice": "mine"}
    done(admin.post(f"/changes/{waiting}/resolve", {"decisions": [decision]}))


def _define(key: str) -> dict[str, Any]:
    target = {"type": "record_type", "selector": {"record_type_key": key}}
    return {"op_type": "define", "payload": {"key": key, "name": key.title()}, "target": target}


def _define_choices(key: str) -> dict[str, Any]:
    target = {"type": "choice_list", "selector": {"choice_list_key": f"{key}_state"}}
    payload = {"key": f"{key}_state", "name": f"{key.title()} state"}
    return {"op_type": "define", "payload": payload, "target": target}


def _add_field(key: str, label: str) -> dict[str, Any]:
    target = {"type": "record_type", "selector": {"record_type_key": key}}
    definition = {"type": "string", "label": label}
    return {
        "op_type": "add_field",
        "payload": {"field": f"field_{label.lower()}", "definition": definition},
        "target": target,
    }


def _add_choice(key: str, label: str) -> dict[str, Any]:
    target = {"type": "choice_list", "selector": {"choice_list_key": f"{key}_state"}}
    return {"op_type": "add_choice", "payload": {"value": label.lower(), "label": label}, "target": target}


def _relabel(key: str, label: str) -> dict[str, Any]:
    target = {"type": "record_type", "selector": {"record_type_key": key}}
    return {"op_type": "set_field", "payload": {"field": "field_one", "definition": {"label": label}}, "target": target}


def _define_policy(key: str) -> dict[str, Any]:
    rule = {"rule_id": key, "effect": "allow", "match": {"action": "change.*"}}
    target = {"type": "policy", "selector": {"policy_key": key}}
    return {"op_type": "define", "payload": {"key": key, "name": key.title(), "rules": [rule]}, "target": target}


def _describe_policy(key: str, description: str) -> dict[str, Any]:
    target = {"type": "policy", "selector": {"policy_key": key}}
    return {"op_type": "set_attribute", "payload": {"attribute": "description", "value": description}, "target": target}


def draft(admin: Caller, project_id: str, operations: list[dict[str, Any]], *, environment: str = "dev") -> str:
    opened = admin.post("/changes", {"title": "Furnish", "project_id": project_id}, x_environment=environment)
    change = done(opened)["id"]
    done(admin.post(f"/changes/{change}/patch-ops/batch", {"operations": operations}))
    return str(change)


def merge(admin: Caller, project_id: str, operations: list[dict[str, Any]]) -> None:
    change = draft(admin, project_id, operations)
    done(admin.post(f"/changes/{change}/checkin", {}))
    work()
    ready = admin.get(f"/changes/{change}").json()
    assert ready["status"] == "Ready", admin.get(f"/changes/{change}/plan").content
    done(admin.post(f"/changes/{change}/merge", {}))
    work()


def work() -> None:
    """Let the worker do what is due."""
    while any(sweeping.sweep(stopping=lambda: False).values()):
        pass


def done(response: HttpResponse) -> dict[str, Any]:
    assert 200 <= response.status_code < 300, response.content
    body: dict[str, Any] = response.json() if response.content else {}  # type: ignore[attr-defined]
    return body
