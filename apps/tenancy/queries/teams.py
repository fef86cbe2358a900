"""Teams and who is in them. Inside a scope transaction."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from apps.kernel.models import TenantQuerySet
from apps.tenancy.models import Team, TeamMember
from apps.tenancy.queries.people import members_of_tenant
from apps.tenancy.queries.scopes import standing_memberships


def teams_of_tenant() -> TenantQuerySet[Any]:
    """Every team by name, archived ones too; ``size`` is how many members it has."""
    seats = TeamMember.objects.filter(team=OuterRef("pk")).order_by().values("team")
    sizes = Subquery(seats.annotate(size=Count("pk")).values("size"))
    return Team.objects.annotate(size=Coalesce(sizes, 0)).order_by("name", "id")


def members_of_team(team_id: UUID) -> TenantQuerySet[Any]:
    """Who is in the team, by name; ``principal_id``, ``principal_name`` and ``principal_kind`` come along."""
    member = members_of_tenant().order_by().filter(pk=OuterRef("membership_id"))
    return (
        TeamMember.objects.filter(team=team_id)
        .annotate(
            principal_id=Subquery(member.values("principal_id")[:1]),
            principal_name=Subquery(member.values("principal__name")[:1]),
            principal_kind=Subquery(member.values("principal__kind")[:1]),
        )
        .order_by("principal_name", "id")
    )


def teams_of_principal(principal_id: UUID) -> TenantQuerySet[Any]:
    """The ids of the teams a principal is in, archived ones too. Not read yet: a subquery for a list of teams."""
    return TeamMember.objects.filter(membership__principal=principal_id).order_by().values("team_id")


def teams_of_members(membership_ids: Iterable[UUID]) -> list[tuple[UUID, UUID]]:
    """(membership, team) of these memberships, archived teams left out. One SQL."""
    seats = TeamMember.objects.filter(membership__in=list(membership_ids), team__status=Team.Status.ACTIVE)
    return list(seats.order_by("membership_id", "team_id").values_list("membership_id", "team_id"))


def memberships_in_teams(team_ids: Iterable[UUID]) -> QuerySet[Any]:
    """Memberships that stand now and are in any of these teams, archived teams left out."""
    seats = TeamMember.objects.filter(team__in=list(team_ids), team__status=Team.Status.ACTIVE)
    found: QuerySet[Any] = standing_memberships().filter(pk__in=seats.values("membership_id"))
    return found
