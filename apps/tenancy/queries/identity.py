"""Who calls: the kernel's port for principals, answered with one SQL statement a request.

Order of refusals: no or bad token (401), no tenant (401), unknown tenant or no member (404), wrong actor (403).
"""

import json
from typing import Any
from uuid import UUID

from django.conf import settings

from apps.kernel.errors import Unauthenticated
from apps.kernel.prepared import prepared_cursor
from apps.kernel.scope import Actor, Scope
from apps.tenancy.core import tokens
from apps.tenancy.core.built_in import SYSTEM_ID
from apps.tenancy.errors import ActorMismatch, TenantHeaderMissing, TenantNotFound, TokenExpired, TokenInvalid
from apps.tenancy.queries.scopes import scope_as, system_scope

__all__ = ["actor", "identify", "scope_as", "system_scope"]

#: Last use is written at most this often, so that reading costs no write.
LAST_USE_HOURS = 1

_ACTOR = "a.id, a.kind, a.handle, a.name, a.owner_id"
_MAY_ACT = "{0}.is_active and ({0}.owner_id is null or {0}_owner.is_active)"
_STANDS = "{0}.status = 'active' and ({0}.expires_at is null or {0}.expires_at > now())"


def _member(seat: str, principal: str) -> str:
    """The seat stands, and with it that of the person behind a machine: who left keeps no way in through one."""
    return f"""{_STANDS.format(seat)} and ({principal}.owner_id is null or exists (
    select from tenancy_membership o
    where o.tenant_id = {seat}.tenant_id and o.principal_id = {principal}.owner_id and {_STANDS.format("o")}))"""


# Parameters: hours, acting principal or null, slug or null, keyed hash.
_BY_TOKEN = f"""
select t.id, t.revoked_at is not null or not ({_MAY_ACT.format("p")}), t.expires_at <= now(),
       t.permissions, t.tenant_id is not null, t.may_act_for_others, p.id, p.owner_id,
       t.last_used_at is null or t.last_used_at < now() - make_interval(hours => %s), t.keyed_hash,
       n.id, n.slug, pm.id, m.id, m.access_version, {_ACTOR},
       {_MAY_ACT.format("a")}
from tenancy_token t
join tenancy_principal p on p.id = t.principal_id
left join tenancy_principal p_owner on p_owner.id = p.owner_id
left join tenancy_principal a on a.id = coalesce(%s, p.id)
left join tenancy_principal a_owner on a_owner.id = a.owner_id
left join tenancy_tenant n on n.slug = %s and n.status = 'active' and (t.tenant_id is null or t.tenant_id = n.id)
left join tenancy_membership pm on pm.tenant_id = n.id and pm.principal_id = p.id and {_member("pm", "p")}
left join tenancy_membership m on m.tenant_id = n.id and m.principal_id = a.id and {_member("m", "a")}
where t.keyed_hash = %s
"""  # noqa: S608  made of constants
# The last parameter is a list. Apart, because the planner expects ten rows of it and joins them in another way.
_BY_TOKEN_OF_ANY_KEY = _BY_TOKEN.replace("t.keyed_hash = %s", "t.keyed_hash = any(%s)")

# Parameters: acting principal, slug or null. For demos only.
_BY_HEADER = f"""
select n.id, n.slug, m.id, m.access_version, {_ACTOR}
from tenancy_principal a
left join tenancy_principal a_owner on a_owner.id = a.owner_id
left join tenancy_tenant n on n.slug = %s and n.status = 'active'
left join tenancy_membership m on m.tenant_id = n.id and m.principal_id = a.id and {_member("m", "a")}
where a.id = %s and {_MAY_ACT.format("a")}
"""  # noqa: S608  made of constants

_TOUCH = "update tenancy_token set last_used_at = now(), keyed_hash = %s where id = %s"


def identify(
    *,
    token: str | None,
    tenant_slug: str | None,
    user_id: UUID | None,
    agent_id: UUID | None,
    environment_name: str | None,
    correlation_id: str,
) -> Scope:
    """The scope of a request. At most one of ``user_id`` and ``agent_id`` is given (the edge refuses both)."""
    if token is None and not (settings.HEADER_IDENTITY and (user_id or agent_id)):
        raise Unauthenticated
    if not tenant_slug:
        # The token is looked at first: an unknown caller learns nothing about headers.
        actor(token=token, user_id=user_id, agent_id=agent_id)
        raise TenantHeaderMissing
    if token is None:
        tenant_id, slug, membership_id, version, *named = _by_header(user_id, agent_id, tenant_slug)
        permissions, bound, voucher_id = None, False, None
    else:
        row = _by_token(token, user_id, agent_id, tenant_slug)
        permissions, bound, voucher_id = row["permissions"], row["bound"], row["voucher_id"]
        tenant_id, slug, membership_id, version, named = (
            row["tenant_id"], row["slug"], row["membership_id"], row["version"], row["actor"],
        )  # fmt: skip
    if membership_id is None:
        raise TenantNotFound
    return Scope(
        tenant_id=tenant_id,
        tenant_slug=slug,
        actor=Actor(*named),
        correlation_id=correlation_id,
        membership_id=membership_id,
        access_version=version,
        environment=environment_name,
        token_permissions=permissions,
        token_is_bound=bound,
        voucher_id=voucher_id,
    )


def actor(*, token: str | None, user_id: UUID | None, agent_id: UUID | None) -> Actor:
    """Who calls, where no tenant is asked for."""
    if token is not None:
        return Actor(*_by_token(token, user_id, agent_id, None)["actor"])
    if settings.HEADER_IDENTITY and (user_id or agent_id):
        return Actor(*_by_header(user_id, agent_id, None)[4:])
    raise Unauthenticated


def _by_token(text: str, user_id: UUID | None, agent_id: UUID | None, slug: str | None) -> dict[str, Any]:
    parsed = tokens.parse(text)
    if parsed is None:
        raise TokenInvalid
    keyed, *former = (tokens.keyed_hash(parsed, key) for key in (settings.TOKEN_KEY, *settings.TOKEN_KEY_FALLBACKS))
    with prepared_cursor() as cursor:
        given = [LAST_USE_HOURS, user_id or agent_id, slug]
        if former:
            cursor.execute(_BY_TOKEN_OF_ANY_KEY, [*given, [keyed, *former]])
        else:
            cursor.execute(_BY_TOKEN, [*given, keyed])
        row = cursor.fetchone()
        if row is None:
            raise TokenInvalid
        (token_id, settled, expired, permissions, bound, gateway, own_id, owner_id, stale, stored, tenant_id, found,
         own_membership, membership_id, version, *named, acting) = row  # fmt: skip
        if settled:
            raise TokenInvalid
        if expired:
            raise TokenExpired
        # Unknown tenant and no member are answered alike, before anything about the actor is said.
        if slug is not None and own_membership is None:
            raise TenantNotFound
        acts_for_another = user_id or agent_id
        if acts_for_another and acts_for_another != own_id:
            known = gateway and slug is not None and acting and membership_id is not None
            # Nobody comes in from outside as the system, behind a gateway neither.
            if not known or acts_for_another == SYSTEM_ID:
                raise ActorMismatch
        _refuse_wrong_header(named[1], user_id, agent_id)
        if stale or stored != keyed:
            # What was stored under a former key moves to the present one with its first use.
            cursor.execute(_TOUCH, [keyed, token_id])
    return {
        "permissions": None if permissions is None else frozenset(json.loads(permissions)),
        "bound": bound,
        "tenant_id": tenant_id,
        "slug": found,
        "membership_id": membership_id,
        "version": version,
        "actor": named,
        "voucher_id": (owner_id or own_id) if named[0] != own_id else None,
    }


def _by_header(user_id: UUID | None, agent_id: UUID | None, slug: str | None) -> tuple[Any, ...]:
    with prepared_cursor() as cursor:
        cursor.execute(_BY_HEADER, [slug, user_id or agent_id])
        row: tuple[Any, ...] | None = cursor.fetchone()
    if row is None:
        raise Unauthenticated
    _refuse_wrong_header(row[5], user_id, agent_id)
    return row


def _refuse_wrong_header(kind: str, user_id: UUID | None, agent_id: UUID | None) -> None:
    """An agent that comes as a user would slip past the agent guard's audit; it has a header of its own."""
    if (user_id and kind == "agent") or (agent_id and kind != "agent"):
        raise ActorMismatch
