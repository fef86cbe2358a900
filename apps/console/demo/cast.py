"""Who is in the demo, and how they act: by commands, in a scope of their own."""

import hashlib
import hmac
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.conf import settings
from pydantic import SecretStr

from apps.access.queries import roles_of_principal, roles_of_tenant
from apps.kernel.dispatch import dispatch
from apps.kernel.scope import Scope, scope_transaction, scoped
from apps.tenancy.core.built_in import PLATFORM_SLUG
from apps.tenancy.models import Principal, Team, Tenant
from apps.tenancy.queries import members_of_team, session_scope, teams_of_tenant, tenant_scope

DOMAIN = "example.com"
TEAM = "platform"


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
BEN = Person("ben", "Ben Approver", "acme", ("Admin", "Owner"))
CLEO = Person("cleo", "Cleo Approver", "acme", ("Admin",))
EVE = Person("eve", "Eve Editor", "acme", ("Editor",))
VIC = Person("vic", "Vic Viewer", "acme", ("Viewer",))
GIL = Person("gil", "Gil of Globex", "globex", ("Admin",))
IN_TEAM = (BEN, CLEO)
PEOPLE = (ADA, BEN, CLEO, EVE, VIC, GIL, OPERATOR)
#: Handle -> the person who owns it. An agent and a service, both with the Editor's role.
AGENTS = {"scribe": EVE}
SERVICES = {"pipeline": ADA}

Cast = dict[str, Principal]
"""The people by handle."""


@contextmanager
def acting(principal: Principal, slug: str = "acme") -> Iterator[Scope]:
    tenant = Tenant.objects.get(slug=slug)
    with scoped(session_scope(principal, tenant.pk, correlation_id=f"demo-{slug}")) as scope:
        yield scope


def make_person(person: Person) -> Principal:
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


def make_machines(cast: Cast) -> None:
    with acting(cast["ada"]):
        for kind, machines in (("agent", AGENTS), ("service", SERVICES)):
            for handle, owner in machines.items():
                machine = Principal.objects.filter(handle=handle, home_tenant__slug="acme").first() or dispatch(
                    f"principal.create_{kind}", handle=handle, name=handle.title(), owner_id=cast[owner.handle].pk
                )
                dispatch("role.assign", machine.pk, role_id=_role("Editor"))


def make_team(cast: Cast) -> Team:
    """Ben and Cleo run the platform. Who was made by an earlier release gets the roles this one gives."""
    with acting(cast["ada"]):
        with scope_transaction():
            held = {person: {role.name for role in roles_of_principal(cast[person.handle].pk)} for person in IN_TEAM}
            known = teams_of_tenant().filter(key=TEAM).first()
            seated = set(members_of_team(known.pk).values_list("principal_id", flat=True)) if known else set()
        team: Team = known or dispatch("team.create", name="Platform", key=TEAM)
        for person in IN_TEAM:
            principal = cast[person.handle]
            for role in set(person.roles) - held[person]:
                with acting(make_person(OPERATOR)):  # made the tenant, and so names its Owners
                    dispatch("role.assign", principal.pk, role_id=_role(role))
            if principal.pk not in seated:
                dispatch("team.add_member", team.pk, principal_id=principal.pk)
    return team


def _role(name: str) -> UUID:
    with scope_transaction():
        role_id: UUID = roles_of_tenant().get(name=name).pk
    return role_id


def signing_in() -> list[dict[str, Any]]:
    """How each person signs in to the admin."""
    return [
        {"name": p.name, "email": p.email, "password": p.password, "tenant": p.tenant, "roles": list(p.roles)}
        for p in PEOPLE
    ]


def make_tokens(cast: Cast) -> dict[str, str]:
    """A token for everybody but the operator, and for the machines: made anew, since their secrets are not kept."""
    people = {person.handle: person for person in PEOPLE if person is not OPERATOR and person is not GIL}
    tokens = {handle: _token(cast, person, cast[handle]) for handle, person in people.items()}
    for handle, owner in (AGENTS | SERVICES).items():
        tokens[handle] = _token(cast, owner, Principal.objects.get(handle=handle, home_tenant__slug="acme"))
    return {**tokens, GIL.handle: _token(cast, GIL, cast[GIL.handle])}


def _token(cast: Cast, maker: Person, acts: Principal) -> str:
    with acting(cast[maker.handle], maker.tenant):
        secret: str = dispatch("token.create", name="demo", principal_id=acts.pk).secret
    return secret
