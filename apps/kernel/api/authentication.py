"""Who calls: the raw identity of a request, for the ``principals`` port. Sessions and cookies count for nothing."""

import re
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import gettext as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication

from apps.kernel import ports
from apps.kernel.api.correlation import correlation_id_of
from apps.kernel.errors import InvalidInput, Unauthenticated
from apps.kernel.scope import Actor, Scope

_ENVIRONMENT = re.compile(r"[a-z][a-z0-9_-]{0,62}")
_MAX_TOKEN = 512


class ActorHeadersConflict(InvalidInput):
    """A request names a person and an agent at once."""

    code = "ACTOR_HEADERS_CONFLICT"


@dataclass(frozen=True, slots=True)
class Identity:
    """What a request says about who is calling; nothing here is verified yet."""

    token: str | None = field(repr=False)  # never in a log
    tenant_slug: str | None
    user_id: UUID | None
    agent_id: UUID | None
    environment: str | None
    correlation_id: str


def identity_of(request: HttpRequest) -> Identity:
    """Read the headers. Refuses what is malformed (400) and another scheme than Bearer (401)."""
    sent = request.META
    if sent.get("HTTP_X_USER_ID") and sent.get("HTTP_X_AGENT_ID"):
        raise ActorHeadersConflict(_("Send x-user-id or x-agent-id, not both."))
    return Identity(
        token=_token(sent.get("HTTP_AUTHORIZATION")),
        tenant_slug=sent.get("HTTP_X_TENANT_ID") or None,
        user_id=_uuid("x-user-id", sent.get("HTTP_X_USER_ID")),
        agent_id=_uuid("x-agent-id", sent.get("HTTP_X_AGENT_ID")),
        environment=_environment(sent.get("HTTP_X_ENVIRONMENT")),
        correlation_id=correlation_id_of(request),
    )


def scope_of(identity: Identity) -> Scope:
    """The scope of a request in a tenant. Raises 401, 403 or 404 as the identity contract says."""
    return ports.principals().identify(
        token=identity.token,
        tenant_slug=identity.tenant_slug,
        user_id=identity.user_id,
        agent_id=identity.agent_id,
        environment_name=identity.environment,
        correlation_id=identity.correlation_id,
    )


def actor_of(identity: Identity) -> Actor:
    """Who calls where no tenant is asked for."""
    return ports.principals().actor(token=identity.token, user_id=identity.user_id, agent_id=identity.agent_id)


def _token(header: str | None) -> str | None:
    if not header:
        return None
    scheme, _space, token = header.partition(" ")
    token = token.strip()
    if scheme.lower() != "bearer" or not token or len(token) > _MAX_TOKEN or not token.isascii():
        raise Unauthenticated
    return token


def _uuid(header: str, value: str | None) -> UUID | None:
    if not value:
        return None
    try:
        return UUID(value)
    except ValueError:
        raise InvalidInput(errors=[{"path": header, "message": _("This is not a UUID.")}]) from None


def _environment(value: str | None) -> str | None:
    if value is None:
        return None
    if not _ENVIRONMENT.fullmatch(value):
        raise InvalidInput(errors=[{"path": "x-environment", "message": _("This is not the name of an environment.")}])
    return value


class TokenAuthentication(BaseAuthentication):
    """Stands for the token in the schema; the views identify the caller themselves, with the tenant, in one query."""

    def authenticate_header(self, request: Any) -> str:
        return "Bearer"


class TokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    target_class = TokenAuthentication
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {
            "type": "http",
            "scheme": "bearer",
            "description": "A token of a person, an agent or a service. It is shown once, when it is made.",
        }
