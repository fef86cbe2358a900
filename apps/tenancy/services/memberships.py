"""Who belongs to the tenant."""

from datetime import datetime
from uuid import UUID

from django.db.models import F
from django.utils.translation import gettext as _

from apps.kernel import hooks, ports
from apps.kernel.commands import Agents, Safety, command
from apps.kernel.errors import Conflict, NotFound
from apps.kernel.scope import Actor, current_scope
from apps.kernel.unit import emit
from apps.tenancy.core.built_in import SYSTEM_ID
from apps.tenancy.core.inputs import RoleNames
from apps.tenancy.errors import PlatformIsPermanent
from apps.tenancy.models import Membership
from apps.tenancy.services.founding import join, lock_access
from apps.tenancy.services.teams import leave_teams


@command(
    "membership.add",
    permission="membership.add",
    agents=Agents.NEVER,
    safety=Safety.WRITE_INTERNAL,
    status=201,
)
def add_membership(
    principal_id: UUID,
    *,
    roles: RoleNames = (),
    actor: Actor,
    at: datetime,
) -> Membership:
    """Take a former member back. New people come by invitation, new agents and services by making them.

    Roles held before do not come back by themselves; naming roles needs the right to assign them.
    Raises ``AlreadyMember``.
    """
    if roles:
        ports.guard().require("role.assign", current_scope())
    former = (
        Membership.objects.filter(tenant=current_scope().tenant_id, principal=principal_id)
        .select_related("principal")
        .first()
    )
    if former is None:
        raise NotFound(id=str(principal_id))
    return join(former.principal, roles=roles, actor=actor, at=at)


@command("membership.remove", permission="membership.remove", agents=Agents.NEVER, safety=Safety.WRITE_INTERNAL)
def remove_membership(membership_id: UUID, *, actor: Actor, at: datetime) -> Membership:
    """End a membership: its tokens stop working here at once, and so do the agents and services of that person.
    It ends every place in a team too.

    Another member can take those over.

    Raises ``LastAdmin`` when nobody would be left who can give rights, ``LastOwner`` when no Owner.
    """
    lock_access()
    membership = (
        Membership.objects.select_for_update(no_key=True)
        .filter(tenant=current_scope().tenant_id, pk=membership_id)
        .first()
    )
    if membership is None:
        raise NotFound(id=str(membership_id))
    if membership.principal_id == SYSTEM_ID:
        raise PlatformIsPermanent
    if membership.status != Membership.Status.ACTIVE:
        raise Conflict(_("The membership has ended already."))
    membership.remove(at=at)
    membership.save()
    refuse_without_administrator()
    leave_teams(membership, actor, at)
    emit(
        "membership.removed", subject=membership, actor=actor, at=at, payload={"principal_id": membership.principal_id}
    )
    return membership


def refuse_without_administrator() -> None:
    """Have the access app refuse a state in which nobody in the tenant can give rights."""
    list(hooks.run("tenancy.administrators_changed"))


def mark_access_changed(membership_ids: list[UUID]) -> None:
    """Raise the access version of memberships: what is cached about their rights counts no more."""
    Membership.objects.filter(pk__in=membership_ids).update(access_version=F("access_version") + 1)
