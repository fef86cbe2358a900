"""Lending one's place among the approvers, and taking it back."""

from datetime import datetime, timedelta
from typing import Annotated
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from pydantic import AfterValidator, Field

from apps.access.core.catalogue import ADMINISTERS
from apps.access.queries import holds
from apps.approvals.core.subjects import subject_types
from apps.approvals.errors import DelegationOver, DelegationOverlaps, NotADelegate, OnlyPeopleVote
from apps.approvals.models import Delegation
from apps.approvals.services.telling import notify
from apps.kernel import hooks
from apps.kernel.commands import Agents, Gateways, Safety, command
from apps.kernel.errors import InvalidInput, PermissionDenied
from apps.kernel.models import TenantQuerySet
from apps.kernel.scope import Actor, current_scope
from apps.kernel.unit import defer, emit, start_timer, stop_timer
from apps.tenancy.models import Membership, Principal
from apps.tenancy.queries import standing_memberships

BEGIN = "delegation.begin"
END = "delegation.end"
#: Somebody who is away for longer gives the place up.
LONGEST = timedelta(days=366)
MOMENT = "%Y-%m-%d %H:%M UTC"
SENTENCES = {
    "delegation.created": _("%(delegate)s stands in for %(name)s from %(from)s until %(until)s."),
    "delegation.revoked": _("%(delegate)s does not stand in for %(name)s from %(from)s until %(until)s any more."),
}


def _with_zone(value: datetime) -> datetime:
    if value.tzinfo is None:
        raise ValueError("The time needs its zone, such as Z.")
    return value


Moment = Annotated[datetime, AfterValidator(_with_zone), Field(examples=["2030-01-31T17:00:00Z"])]
Explanation = Annotated[str, Field(max_length=500, examples=["On holiday."])]


@command("delegation.create", agents=Agents.NEVER, gateways=Gateways.NEVER, safety=Safety.WRITE_INTERNAL, status=201)
def create_delegation(
    *,
    delegate_id: UUID,
    starts_at: Moment | None = None,
    ends_at: Moment,
    reason: Explanation = "",
    actor: Actor,
    at: datetime,
) -> Delegation:
    """Lend your own place among the approvers to another person of the tenant, from now or later until a time.

    A place in a role or a team, not a permission: who stands in needs the permission too. It does not count where
    either of you is an author, it is not passed on, and your own vote takes the place back for that request. A token
    that may not vote may not lend the place either.
    """
    if actor.kind != Delegation.HUMAN:
        raise OnlyPeopleVote
    _refuse_narrowed()
    _refuse_stranger(delegate_id, actor)
    begins = starts_at if starts_at is not None and starts_at > at else at
    if ends_at <= begins:
        raise InvalidInput(_("A delegation ends after it begins, and in the future."))
    if max(begins - at, ends_at - begins) > LONGEST:
        raise InvalidInput(_("A delegation begins within a year and lasts a year at most."))
    # One person's delegations are made one after the other.
    Membership.objects.select_for_update(no_key=True).get(tenant=current_scope().tenant_id, principal=actor.id)
    if _standing(actor.id).filter(starts_at__lt=ends_at, ends_at__gt=begins).exists():
        raise DelegationOverlaps

    made: Delegation = Delegation.objects.create(
        delegator_id=actor.id,
        delegate_id=delegate_id,
        starts_at=begins,
        ends_at=ends_at,
        reason=reason,
        created_at=at,
    )
    if begins > at:
        start_timer(BEGIN, made, begins)
    start_timer(END, made, ends_at)
    _tell("delegation.created", made, actor=actor, at=at)
    return made


@command("delegation.revoke", agents=Agents.NEVER, gateways=Gateways.NEVER, safety=Safety.WRITE_INTERNAL)
def revoke_delegation(delegation_id: UUID, *, actor: Actor, at: datetime) -> Delegation:
    """End a delegation before its time: your own, one that was given to you, or any as an administrator of rights."""
    delegation: Delegation = Delegation.objects.lock(delegation_id)
    if actor.id not in (delegation.delegator_id, delegation.delegate_id) and not holds(ADMINISTERS, current_scope()):
        raise PermissionDenied(permission=ADMINISTERS)
    if delegation.revoked_at is not None or delegation.ends_at <= at:
        raise DelegationOver

    delegation.revoked_at, delegation.revoked_by_id = at, actor.id
    delegation.save(update_fields=["revoked_at", "revoked_by"])
    stop_timer(BEGIN, delegation)
    stop_timer(END, delegation)
    _tell("delegation.revoked", delegation, actor=actor, at=at)
    return delegation


@command("delegation.turn", safety=Safety.WRITE_INTERNAL, internal=True)
def turn_delegation(delegation_id: UUID) -> Delegation:
    """A delegation began or ended by the clock: what stands on the votes of the two is counted anew."""
    delegation: Delegation = Delegation.objects.one(delegation_id)
    _recount(delegation)
    return delegation


def _refuse_narrowed() -> None:
    """A place lent votes for everything: whose token is made for less gives away more than it has."""
    allowed = current_scope().token_permissions
    if allowed is not None and not allowed.issuperset(subject.permission for subject in subject_types()):
        raise PermissionDenied(_("The token is not made for this."))


def _refuse_stranger(delegate_id: UUID, actor: Actor) -> None:
    """Only another human who is a member now can stand in."""
    here = standing_memberships().filter(tenant=current_scope().tenant_id, principal=delegate_id)
    if delegate_id == actor.id or not here.filter(principal__kind=Principal.Kind.HUMAN).exists():
        raise NotADelegate(errors=[{"path": "/delegate_id", "message": str(NotADelegate.message_default)}])


def _tell(name: str, delegation: Delegation, *, actor: Actor, at: datetime) -> None:
    """The event, the notice to the other person, and the new count of what their votes are for."""
    told = {field: getattr(delegation, field) for field in ("delegator_id", "delegate_id", "starts_at", "ends_at")}
    emit(name, subject=delegation, actor=actor, at=at, payload=told)
    times = {
        "name": delegation.delegator.name,
        "delegate": delegation.delegate.name,
        "from": delegation.starts_at.strftime(MOMENT),
        "until": delegation.ends_at.strftime(MOMENT),
    }
    sentence = SENTENCES[name] % times
    people = (delegation.delegate_id, delegation.delegator_id)
    notify(people, kind=name, text=sentence, subject=delegation, actor=actor, at=at)
    _recount(delegation)


def _recount(delegation: Delegation) -> None:
    for person in (delegation.delegator_id, delegation.delegate_id):
        defer("approval.recount", principal_id=str(person))


def _standing(delegator_id: UUID) -> TenantQuerySet[Delegation]:
    found: TenantQuerySet[Delegation] = Delegation.objects.filter(delegator=delegator_id, revoked_at__isnull=True)
    return found


hooks.timer_kind(BEGIN, "delegation.turn")
hooks.timer_kind(END, "delegation.turn")
