"""What happened in the demo tenants before anybody signed in: changes at every stage of their life."""

import json
from pathlib import Path
from typing import Any

from django.conf import settings

from apps.approvals.queries import requests_of
from apps.changes.core.lifecycle import State
from apps.changes.models import Change
from apps.changes.queries import SUBJECT
from apps.console.demo.cast import Cast, acting
from apps.events.services import sweeping
from apps.kernel.dispatch import dispatch
from apps.kernel.scope import scope_transaction, scoped
from apps.policies.models import PolicyVersion
from apps.tenancy.models import Principal, Project, Team
from apps.tenancy.queries import tenant_scope

ITSM = Path(settings.BASE_DIR) / "fixtures" / "demo" / "itsm.json"
DRAFT = "Ask for the business impact of an incident"
DISAGREES = "Say what a critical incident is"
OVERTOOK = "Number priorities as the service desk does"
GOVERNS = "Platform agrees to shared lists"
WAITS = "Incidents reported at the counter"
POLICY = "shared_lists"

Operation = dict[str, Any]


def is_told() -> bool:
    """Whether people were ever asked about the change that waits for them: the last thing of :func:`tell`."""
    with scoped(tenant_scope("acme")), scope_transaction():
        change = Change.objects.filter(title=WAITS).first()
        return change is not None and requests_of(SUBJECT, change.pk).exists()


def tell(cast: Cast, team: Team) -> None:
    """Whatever is missing of it.

    What `dev` runs, a draft, a draft that was overtaken, a policy, and a change that waits for a vote because of it.
    """
    document = json.loads(ITSM.read_text())
    _project(cast["gil"], "globex", name="Facilities", key="facilities")
    _project(cast["ada"], "acme", **document["project"])
    lists = [_define("choice_list", one) for one in document["choice_lists"]]
    task, *derived = (_define("record_type", _with_fields(one)) for one in document["record_types"])
    for title, operations in (
        ("Choice lists of IT service management", lists),
        ("Task, the base of all work", [task]),
        ("Problem, change request and incident", derived),
    ):
        _merged(cast, cast["eve"], title, operations)
    _draft(cast["eve"], DRAFT, [_business_impact()], why="The service desk wants to know what stands still.")
    _draft(
        cast["eve"],
        DISAGREES,
        [_priority_one("1 - Work stands still")],
        why="Everybody means something else by “critical”.",
    )
    _merged(cast, cast["ada"], OVERTOOK, [_priority_one("P1 - Critical")])
    _merged(cast, cast["ada"], GOVERNS, [_policy(team)])
    _put_in_force(cast["ada"])
    _checked_in(cast, _draft(cast["eve"], WAITS, [_walk_in()], why="A quarter of all incidents is reported there."))


def _define(kind: str, payload: dict[str, Any]) -> Operation:
    return {"op_type": "define", "payload": payload, "target": _target(kind, payload["key"])}


def _target(kind: str, key: str) -> dict[str, Any]:
    return {"type": kind, "selector": {f"{kind}_key": key}}


def _with_fields(record_type: dict[str, Any]) -> dict[str, Any]:
    fields = [{"name": field["name"], **field["definition"]} for field in record_type["fields"]]
    return {**record_type, "fields": fields, "status": "active"}


def _business_impact() -> Operation:
    payload = {"field": "business_impact", "definition": {"type": "text", "label": "Business impact"}}
    return {"op_type": "add_field", "payload": payload, "target": _target("record_type", "incident")}


def _priority_one(label: str) -> Operation:
    payload = {"value": "1", "label": label}
    return {"op_type": "set_choice", "payload": payload, "target": _target("choice_list", "priority")}


def _walk_in() -> Operation:
    payload = {"value": "walk_in", "label": "Walk-in"}
    return {"op_type": "add_choice", "payload": payload, "target": _target("choice_list", "contact_type")}


def _policy(team: Team) -> Operation:
    rule = {
        "rule_id": "platform-agrees",
        "description": "One of the platform team agrees to each change of a choice list",
        "match": {"action": "change.merge", "resource_type": "choice_list"},
        "effect": "require_approval",
        "requirements": {"approvals": [{"min": 1, "from_any_of": [f"team:{team.pk}"]}]},
    }
    why = "Every form offers what a choice list says, so the platform team agrees to each change of one."
    return _define("policy", {"key": POLICY, "name": "Shared choice lists", "description": why, "rules": [rule]})


def _project(maker: Principal, slug: str, **inputs: Any) -> None:
    with acting(maker, slug):
        with scope_transaction():
            known = Project.objects.filter(key=inputs["key"]).exists()
        if not known:
            dispatch("project.create", **inputs)


def _draft(author: Principal, title: str, operations: list[Operation], *, why: str = "") -> Change:
    """The change of that title, with its operations staged."""
    with acting(author):
        with scope_transaction():
            change: Change | None = Change.objects.filter(title=title).first()
        change = change or dispatch("change.create", title=title, description=why)
        if change.last_sequence == 0:
            dispatch("change.stage_operations", change.pk, operations=operations)
    return change


def _checked_in(cast: Cast, change: Change) -> str:
    """Check it in as Ada and do the workers' part; the state it ends in."""
    if _status(change) == State.DRAFT:
        with acting(cast["ada"]):
            dispatch("change.check_in", change.pk)
    while _status(change) == State.VALIDATING:
        sweeping.sweep(stopping=lambda: False)
    return _status(change)


def _merged(cast: Cast, author: Principal, title: str, operations: list[Operation]) -> None:
    """Ada checks it in and merges it: `dev` asks for no vote."""
    change = _draft(author, title, operations)
    if _checked_in(cast, change) == State.READY:
        with acting(cast["ada"]):
            dispatch("change.merge", change.pk)


def _status(change: Change) -> str:
    with scoped(tenant_scope("acme")), scope_transaction():
        return str(Change.objects.one(change.pk).status)


def _put_in_force(author: Principal) -> None:
    """The first version of the policy: simulated by a worker, then activated."""
    version = _version()
    if version.status == PolicyVersion.Status.DRAFT:
        with acting(author):
            dispatch("policy.simulate", version.pk)
        while _version().status == PolicyVersion.Status.DRAFT:
            sweeping.sweep(stopping=lambda: False)
    if _version().status in (PolicyVersion.Status.SIMULATED, PolicyVersion.Status.APPROVED):
        with acting(author):
            dispatch("policy.activate", version.pk)


def _version() -> PolicyVersion:
    with scoped(tenant_scope("acme")), scope_transaction():
        found: PolicyVersion = PolicyVersion.objects.get(key=POLICY, number=1)
    return found
