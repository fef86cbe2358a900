"""Tokens: made, rotated and revoked by the person they act for, or by the owner of the machine they act for."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated
from uuid import UUID

from django.conf import settings
from django.db.models.functions import Now
from django.utils.translation import gettext as _
from pydantic import Field

from apps.kernel import hooks, ports
from apps.kernel.commands import Agents, Safety, command
from apps.kernel.errors import InvalidInput, NotFound
from apps.kernel.scope import Actor, current_scope
from apps.kernel.unit import emit
from apps.tenancy.core import tokens
from apps.tenancy.core.built_in import SYSTEM_ID
from apps.tenancy.core.inputs import TOKEN_DAYS, PermissionNames, ShortName, TokenDays
from apps.tenancy.errors import NotYourToken, TokenSettled, TokenTooWide
from apps.tenancy.models import Principal, Token
from apps.tenancy.queries import tokens_of_tenant_members
from apps.tenancy.queries.scopes import standing_memberships

GraceMinutes = Annotated[int, Field(ge=0, le=1440, description="minutes for which the old one goes on working")]


@dataclass(frozen=True, slots=True)
class IssuedToken:
    """A token and its secret, which is shown this once and stored nowhere."""

    token: Token
    secret: str


@command(
    "token.create",
    permission="token.create",
    agents=Agents.NEVER,
    safety=Safety.WRITE_INTERNAL,
    secret_output=True,
    status=201,
)
def create_token(
    *,
    name: ShortName,
    principal_id: UUID | None = None,
    permissions: PermissionNames | None = None,
    expires_in_days: TokenDays = TOKEN_DAYS,
    all_my_tenants: bool = False,
    actor: Actor,
    at: datetime,
) -> IssuedToken:
    """Make a token for oneself, or for an agent or service one owns. The secret is in this answer only.

    ``permissions`` narrows what the token may do; none named means all its principal may. It works in the current
    tenant; ``all_my_tenants`` makes one's own work wherever one is a member.
    Raises ``NotYourToken``, ``TokenTooWide``.
    """
    principal = _principal_for(principal_id or actor.id, actor)
    if all_my_tenants and principal.pk != actor.id:
        raise NotYourToken
    if all_my_tenants and current_scope().token_permissions is not None:
        raise TokenTooWide
    tenant_id = None if all_my_tenants else current_scope().tenant_id
    return _issue(
        principal,
        name=name,
        permissions=permissions,
        expires_at=at + timedelta(days=expires_in_days),
        tenant_id=tenant_id,
        actor=actor,
        at=at,
    )


@command(
    "token.create_gateway",
    permission="token.create_gateway",
    agents=Agents.NEVER,
    safety=Safety.WRITE_INTERNAL,
    secret_output=True,
    status=201,
)
def create_gateway_token(
    *,
    name: ShortName,
    principal_id: UUID,
    permissions: PermissionNames | None = None,
    expires_in_days: TokenDays = TOKEN_DAYS,
    actor: Actor,
    at: datetime,
) -> IssuedToken:
    """Make a token with which a service acts for any member it names in ``x-user-id`` or ``x-agent-id``.

    For gateways that sign people in themselves. It works in this tenant only.
    """
    principal = _principal_for(principal_id, actor)
    if principal.kind != Principal.Kind.SERVICE:
        raise InvalidInput(errors=[{"path": "/principal_id", "message": _("Only a service can act for others.")}])
    ends = at + timedelta(days=expires_in_days)
    return _issue(
        principal,
        name=name,
        permissions=permissions,
        expires_at=ends,
        tenant_id=current_scope().tenant_id,
        actor=actor,
        at=at,
        may_act_for_others=True,
    )


@command(
    "token.rotate",
    permission="token.create",
    agents=Agents.NEVER,
    safety=Safety.WRITE_INTERNAL,
    secret_output=True,
    status=201,
)
def rotate_token(token_id: UUID, *, grace_minutes: GraceMinutes = 0, actor: Actor, at: datetime) -> IssuedToken:
    """Replace a token by one with the same rights and as long a life; the old one ends after the grace time.

    Raises ``NotYourToken``, or ``TokenSettled`` when it was revoked, rotated or has expired.
    """
    old = _lock(token_id)
    principal = _principal_for(old.principal_id, actor)
    _refuse_settled(old, at)
    if old.may_act_for_others:
        ports.guard().require("token.create_gateway", current_scope())
    if Token.objects.filter(rotated_from=old).exists():
        raise TokenSettled
    life = (old.expires_at or at + timedelta(days=TOKEN_DAYS)) - old.created_at
    issued = _issue(
        principal,
        name=old.name,
        permissions=old.permissions,
        expires_at=at + life,
        tenant_id=old.tenant_id,
        actor=actor,
        at=at,
        may_act_for_others=old.may_act_for_others,
        rotated_from=old,
    )
    if grace_minutes:
        old.expires_at = min(filter(None, [old.expires_at, at + timedelta(minutes=grace_minutes)]))
    else:
        old.revoked_at = at
    old.save(update_fields=["expires_at", "revoked_at"])
    return issued


@command("token.revoke", permission="token.create", agents=Agents.NEVER, safety=Safety.WRITE_INTERNAL)
def revoke_token(token_id: UUID, *, actor: Actor, at: datetime) -> Token:
    """End a token at once: one's own, one of a machine one owns, or, as an administrator, any of this tenant.

    Raises ``TokenSettled`` when it was revoked before.
    """
    token = _lock(token_id)
    if not _is_theirs(token.principal, actor):
        ports.guard().require("principal.deactivate", current_scope())
    if token.revoked_at is not None:
        raise TokenSettled
    token.revoked_at = at
    token.save(update_fields=["revoked_at"])
    payload = {"principal_id": token.principal_id, "name": token.name}
    emit("token.revoked", subject=token, actor=actor, at=at, payload=payload)
    return token


def end_tokens_of(principal_id: UUID) -> None:
    """End every token of a person in all tenants, when a link in their mailbox gave them the account anew."""
    Token.objects.filter(principal=principal_id, revoked_at=None).update(revoked_at=Now())


def _issue(
    principal: Principal,
    *,
    name: str,
    permissions: list[str] | None,
    expires_at: datetime,
    tenant_id: UUID | None,
    actor: Actor,
    at: datetime,
    may_act_for_others: bool = False,
    rotated_from: Token | None = None,
) -> IssuedToken:
    wanted = None if permissions is None else sorted(set(permissions))
    _refuse_unknown(wanted)
    _refuse_wider(wanted, tenant_id)
    made = tokens.mint(principal.kind, secrets.token_bytes(tokens.RANDOM_BYTES))
    token = Token(
        principal=principal,
        tenant_id=tenant_id,
        name=name,
        hint=made.hint,
        keyed_hash=tokens.keyed_hash(made, settings.TOKEN_KEY),
        permissions=wanted,
        may_act_for_others=may_act_for_others,
        expires_at=expires_at,
        rotated_from=rotated_from,
        created_by_id=actor.id,
        created_at=at,
    )
    token.save(force_insert=True)
    payload = {
        "principal_id": principal.pk,
        "name": name,
        "hint": made.hint,
        "permissions": wanted,
        "expires_at": expires_at,
        "may_act_for_others": may_act_for_others,
        "rotated_from": rotated_from.pk if rotated_from else None,
    }
    emit("token.rotated" if rotated_from else "token.created", subject=token, actor=actor, at=at, payload=payload)
    return IssuedToken(token, made.text)


def _principal_for(principal_id: UUID, actor: Actor) -> Principal:
    """The principal a token is to act for, when the actor may decide that."""
    standing = (
        standing_memberships()
        .filter(tenant=current_scope().tenant_id, principal=principal_id)
        .select_related("principal")
        .first()
    )
    if standing is None:
        raise NotFound(id=str(principal_id))
    # Nobody may come in from outside as the system.
    if standing.principal_id == SYSTEM_ID or not _is_theirs(standing.principal, actor):
        raise NotYourToken
    return standing.principal


def _is_theirs(principal: Principal, actor: Actor) -> bool:
    return actor.id in (principal.pk, principal.owner_id)


def _refuse_unknown(permissions: list[str] | None) -> None:
    for unknown in hooks.run("tenancy.permissions_named", names=permissions or []):
        if unknown:
            errors = [{"path": "/permissions", "message": f"There is no permission {name}."} for name in unknown]
            raise InvalidInput(errors=errors)


def _refuse_wider(permissions: list[str] | None, tenant_id: UUID | None) -> None:
    """A narrowed token must not make a wide one, nor one of this tenant one that opens others, nor a gateway's one that
    acts for a person without the gateway."""
    scope = current_scope()
    if scope.voucher_id is not None:
        raise TokenTooWide
    own = scope.token_permissions
    if own is not None and (permissions is None or not own.issuperset(permissions)):
        raise TokenTooWide
    if tenant_id is None and scope.token_is_bound:
        raise TokenTooWide


def _lock(token_id: UUID) -> Token:
    token = (
        tokens_of_tenant_members().select_related("principal").select_for_update(no_key=True, of=("self",))
        .filter(pk=token_id).first()
    )  # fmt: skip
    if token is None:
        raise NotFound(id=str(token_id))
    return token


def _refuse_settled(token: Token, at: datetime) -> None:
    if token.revoked_at is not None or (token.expires_at is not None and token.expires_at <= at):
        raise TokenSettled
