"""The demo tenants, built by the commands everybody uses: nothing here writes a row of its own."""

import hashlib
import hmac
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from pydantic import SecretStr

from apps.access.queries import roles_of_tenant
from apps.changes.core.lifecycle import State
from apps.changes.models import Change
from apps.events.services import sweeping
from apps.kernel.dispatch import dispatch
from apps.kernel.scope import Scope, scope_transaction, scoped
from apps.tenancy.core.built_in import PLATFORM_SLUG
from apps.tenancy.models import Principal, Project, Tenant
from apps.tenancy.queries import session_scope, tenant_scope

ITSM = Path(settings.BASE_DIR) / "fixtures" / "demo" / "itsm.json"
DOMAIN = "example.com"
DRAFT = "Ask for the business impact of an incident"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody of the demo, in the tenant ``tenant`` with ``roles``."""

    handle: str
    name: str
    tenant: str
    roles: tuple[str, ...]

    @property
    def email(self) -> str:
        return f"{self.handle}@{self.tenant}.{DOMAIN}"

    @property
    def password(self) -> str:
        """Made from the installation's own secret, so that it need not be kept."""
        return hmac.new(str(settings.SECRET_KEY).encode(), self.email.encode(), hashlib.sha256).hexdigest()[:16]


OPERATOR = Person("olga", "Olga Operator", PLATFORM_SLUG, ("Admin", "Operator"))
ADA = Person("ada", "Ada Administrator", "acme", ("Admin",))
BEN = Person("ben", "Ben Approver", "acme", ("Admin",))
EVE = Person("eve", "Eve Editor", "acme", ("Editor",))
VIC = Person("vic", "Vic Viewer", "acme", ("Viewer",))
GIL = Person("gil", "Gil of Globex", "globex", ("Admin",))
PEOPLE = (ADA, BEN, EVE, VIC, GIL, OPERATOR)


def is_loaded() -> bool:
    """Whether the last thing the demo makes is there."""
    acme = Tenant.objects.filter(slug="acme").first()
    if acme is None:
        return False
    with scoped(tenant_scope("acme")), scope_transaction():
        return Change.objects.filter(title=DRAFT, last_sequence=1).exists()


def load() -> dict[str, Any]:
    """Make what is missing of the demo and answer how to sign in.

    Killed halfway, it goes on where it was. Tokens are made anew: their secrets are not kept.
    """
    olga = _person(OPERATOR)
    for slug, name in (("globex", "Globex Corporation"), ("acme", "Acme Corporation")):
        if not Tenant.objects.filter(slug=slug).exists():
            with _acting(olga, PLATFORM_SLUG):
                dispatch("tenant.create", slug=slug, name=name)
    members = {person.handle: _person(person) for person in PEOPLE if person is not OPERATOR}
    _machines(members)
    _project(members["gil"], "globex", name="Facilities", key="facilities")
    _build_itsm(members)
    return {
        "base_url": settings.BASE_URL,
        "people": [
            {"name": p.name, "email": p.email, "password": p.password, "tenant": p.tenant, "roles": list(p.roles)}
            for p in PEOPLE
        ],
        "tokens": _tokens(),
    }


def _person(person: Person) -> Principal:
    known = Principal.objects.filter(email=person.email).first()
    if known is not None:
        return known
    with scoped(tenant_scope(person.tenant)):
        made: Principal = dispatch(
            "principal.create_human",
            email=person.email,
            name=person.name,
            password=SecretStr(person.password),
            roles=list(person.roles),
        )
    return made


def _machines(members: dict[str, Principal]) -> None:
    with _acting(members["ada"], "acme"):
        for kind, handle, owner in (("agent", "scribe", "eve"), ("service", "pipeline", "ada")):
            machine = Principal.objects.filter(handle=handle, home_tenant__slug="acme").first() or dispatch(
                f"principal.create_{kind}", handle=handle, name=handle.title(), owner_id=members[owner].pk
            )
            dispatch("role.assign", machine.pk, role_id=_role("Editor"))


def _project(maker: Principal, slug: str, **inputs: Any) -> None:
    with _acting(maker, slug):
        with scope_transaction():
            known = Project.objects.filter(key=inputs["key"]).exists()
        if not known:
            dispatch("project.create", **inputs)


def _role(name: str) -> UUID:
    with scope_transaction():
        role_id: UUID = roles_of_tenant().get(name=name).pk
    return role_id


@contextmanager
def _acting(principal: Principal, slug: str) -> Iterator[Scope]:
    tenant = Tenant.objects.get(slug=slug)
    with scoped(session_scope(principal, tenant.pk, correlation_id=f"demo-{slug}")) as scope:
        yield scope


def _tokens() -> dict[str, str]:
    owners = {name: (name, None) for name in ("ada", "ben", "eve", "vic")}
    machines = {"scribe": ("eve", "scribe"), "pipeline": ("ada", "pipeline")}
    tokens = {}
    for name, (maker, machine) in (owners | machines).items():
        tokens[name] = _token("acme", maker, machine)
    tokens["gil"] = _token("globex", "gil", None)
    return tokens


def _token(slug: str, handle: str, machine: str | None) -> str:
    person = next(p for p in PEOPLE if p.handle == handle)
    maker = Principal.objects.get(email=person.email)
    acts = Principal.objects.get(handle=machine, home_tenant__slug=slug) if machine else maker
    with _acting(maker, slug):
        issued = dispatch("token.create", name="demo", principal_id=acts.pk)
    secret: str = issued.secret
    return secret


def _build_itsm(members: dict[str, Principal]) -> None:
    document = json.loads(ITSM.read_text())
    _project(members["ada"], "acme", **document["project"])
    lists = [_define("choice_list", one) for one in document["choice_lists"]]
    task, *derived = (_define("record_type", _with_fields(one)) for one in document["record_types"])
    for title, operations in (
        ("Choice lists of IT service management", lists),
        ("Task, the base of all work", [task]),
        ("Problem, change request and incident", derived),
    ):
        _merge(members, title, operations)
    _propose(members)


def _define(kind: str, payload: dict[str, Any]) -> dict[str, Any]:
    target = {"type": kind, "selector": {f"{kind}_key": payload["key"]}}
    return {"op_type": "define", "payload": payload, "target": target}


def _with_fields(record_type: dict[str, Any]) -> dict[str, Any]:
    fields = [{"name": field["name"], **field["definition"]} for field in record_type["fields"]]
    return {**record_type, "fields": fields, "status": "active"}


def _change(author: Principal, title: str, operations: list[dict[str, Any]], **inputs: Any) -> Change:
    """The change of that title, with its operations staged."""
    with _acting(author, "acme"):
        with scope_transaction():
            change: Change | None = Change.objects.filter(title=title).first()
        change = change or dispatch("change.create", title=title, **inputs)
        if change.last_sequence == 0:
            dispatch("change.stage_operations", change.pk, operations=operations)
    return change


def _status(change: Change) -> str:
    with scoped(tenant_scope("acme")), scope_transaction():
        return str(Change.objects.one(change.pk).status)


def _merge(members: dict[str, Principal], title: str, operations: list[dict[str, Any]]) -> None:
    """Eve proposes, Ada checks in and merges: `dev` asks for no vote."""
    change = _change(members["eve"], title, operations)
    if _status(change) == State.DRAFT:
        with _acting(members["ada"], "acme"):
            dispatch("change.check_in", change.pk)
    while _status(change) == State.VALIDATING:
        sweeping.sweep(stopping=lambda: False)
    if _status(change) == State.READY:
        with _acting(members["ada"], "acme"):
            dispatch("change.merge", change.pk)


def _propose(members: dict[str, Principal]) -> None:
    """A draft to begin with."""
    operation = {
        "op_type": "add_field",
        "payload": {"field": "business_impact", "definition": {"type": "text", "label": "Business impact"}},
        "target": {"type": "record_type", "selector": {"record_type_key": "incident"}},
    }
    why = "The service desk wants to know what stands still before it sets a priority."
    _change(members["eve"], DRAFT, [operation], description=why)
