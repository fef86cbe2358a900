"""Teams and who is in them."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from apps.kernel.commands import Agents, Safety, command
from apps.kernel.errors import NotFound
from apps.kernel.scope import Actor, current_scope
from apps.kernel.unit import emit
from apps.tenancy.core.built_in import SYSTEM_ID
from apps.tenancy.core.inputs import Key, Name
from apps.tenancy.core.names import team_key
from apps.tenancy.errors import NameTaken, PlatformIsPermanent, TeamArchived, VisitorInTeam
from apps.tenancy.models import Membership, Team, TeamMember, Tenant
from apps.tenancy.queries import standing_memberships
from apps.tenancy.services.archiving import put_away, take_out


@dataclass(frozen=True, slots=True)
class Seated:
    """A member of a team; ``created`` is false when it was in the team already."""

    team: Team
    member: TeamMember
    created: bool


@command("team.create", permission="team.create", agents=Agents.NEVER, safety=Safety.WRITE_INTERNAL, status=201)
def create_team(*, name: Name, key: Key | None = None, actor: Actor, at: datetime) -> Team:
    """Make a team without members. The key is made from the name unless it is given, and never changes.

    Raises ``NameTaken``, also for the name or key of an archived team.
    """
    # Two teams of one name at once: the second waits and is told so.
    Tenant.objects.select_for_update(no_key=True).get(pk=current_scope().tenant_id)
    key = key or team_key(name)
    _refuse_taken(name=name)
    _refuse_taken(key=key)
    team = Team(name=name, key=key, created_at=at)
    team.save(force_insert=True)
    _tell("team.created", team, actor, at)
    return team


@command("team.rename", permission="team.create", agents=Agents.NEVER, safety=Safety.WRITE_INTERNAL)
def rename_team(team_id: UUID, *, name: Name, actor: Actor, at: datetime) -> Team:
    """Give a team another name; its key stays.

    Raises ``NameTaken``, or ``TeamArchived``.
    """
    Tenant.objects.select_for_update(no_key=True).get(pk=current_scope().tenant_id)
    team = _lock_active(team_id)
    if name != team.name:
        _refuse_taken(name=name)
        team.name = name
        team.save(update_fields=["name"])
    _tell("team.renamed", team, actor, at)
    return team


@command("team.archive", permission="team.archive", agents=Agents.NEVER, safety=Safety.WRITE_INTERNAL)
def archive_team(team_id: UUID, *, actor: Actor, at: datetime) -> Team:
    """Put a team away: from now on its members fill no seat that asks for it. Who was in it stays recorded."""
    team: Team = Team.objects.lock(team_id)
    put_away(team, at)
    _tell("team.archived", team, actor, at)
    return team


@command("team.restore", permission="team.archive", agents=Agents.NEVER, safety=Safety.WRITE_INTERNAL)
def restore_team(team_id: UUID, *, actor: Actor, at: datetime) -> Team:
    """Take an archived team out again, with the members it had and who are still members of the tenant."""
    team: Team = Team.objects.lock(team_id)
    take_out(team)
    _tell("team.restored", team, actor, at)
    return team


@command("team.add_member", permission="team.add_member", agents=Agents.NEVER, safety=Safety.WRITE_INTERNAL, status=201)
def add_member(team_id: UUID, *, principal_id: UUID, actor: Actor, at: datetime) -> Seated:
    """Put a member of the tenant into a team. Doing it twice leaves one (200 instead of 201).

    Agents and services may be in a team; where an approval asks for the team, only its people count. Raises
    ``TeamArchived``, ``VisitorInTeam``, or ``PlatformIsPermanent`` for the system.
    """
    membership = _lock_membership(principal_id)
    team = _lock_active(team_id)
    if principal_id == SYSTEM_ID:
        raise PlatformIsPermanent
    if membership.expires_at is not None:
        raise VisitorInTeam
    known = TeamMember.objects.filter(team=team, membership=membership).first()
    if known is not None:
        return Seated(team, known, created=False)
    member = TeamMember(team=team, membership=membership, added_by_id=actor.id, added_at=at)
    member.save(force_insert=True)
    _tell_of_member("team.member_added", team, principal_id, actor, at)
    return Seated(team, member, created=True)


@command(
    "team.remove_member", permission="team.add_member", agents=Agents.NEVER, safety=Safety.WRITE_INTERNAL, status=204
)
def remove_member(team_id: UUID, *, principal_id: UUID, actor: Actor, at: datetime) -> Team:
    """Take somebody out of a team, an archived one too. Their votes fill none of its seats from then on."""
    team: Team = Team.objects.lock(team_id)
    seat = TeamMember.objects.filter(team=team, membership__principal=principal_id)
    if not seat.delete()[0]:
        raise NotFound(id=str(principal_id))
    _tell_of_member("team.member_removed", team, principal_id, actor, at)
    return team


def leave_teams(membership: Membership, actor: Actor, at: datetime) -> None:
    """End the member's places in every team. Whoever is taken back later begins without."""
    seats = list(TeamMember.objects.filter(membership=membership).select_related("team").order_by("team__name", "pk"))
    TeamMember.objects.filter(pk__in=[seat.pk for seat in seats]).delete()
    for seat in seats:
        _tell_of_member("team.member_removed", seat.team, membership.principal_id, actor, at)


def _lock_membership(principal_id: UUID) -> Membership:
    """The membership, locked: who is being removed cannot be put into a team at the same time."""
    here = {"tenant": current_scope().tenant_id, "principal": principal_id}
    locked = Membership.objects.select_for_update(no_key=True).filter(**here).first()
    if locked is None or not standing_memberships().filter(pk=locked.pk).exists():
        raise NotFound(id=str(principal_id))
    return locked


def _lock_active(team_id: UUID) -> Team:
    team: Team = Team.objects.lock(team_id)
    if team.status == Team.Status.ARCHIVED:
        raise TeamArchived
    return team


def _refuse_taken(**fields: str) -> None:
    if Team.objects.filter(**fields).exists():
        raise NameTaken(**fields)


def _tell(event: str, team: Team, actor: Actor, at: datetime) -> None:
    emit(event, subject=team, actor=actor, at=at, payload={"key": team.key, "name": team.name})


def _tell_of_member(event: str, team: Team, principal_id: UUID, actor: Actor, at: datetime) -> None:
    payload = {"key": team.key, "name": team.name, "principal_id": principal_id}
    emit(event, subject=team, actor=actor, at=at, payload=payload)
