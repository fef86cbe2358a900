"""Teams over REST."""

from typing import Any

from apps.kernel import commands as registry
from apps.kernel.api.declarations import Write, reads
from apps.kernel.api.viewsets import ScopedViewSet
from apps.kernel.scope import Actor
from apps.tenancy import queries
from apps.tenancy.api.filters import TeamFilters
from apps.tenancy.api.representations import TeamMemberOut, TeamOut
from apps.tenancy.models import Team
from apps.tenancy.services.teams import Seated


def teams(_actor: Actor) -> Any:
    return queries.teams_of_tenant()


class TeamViewSet(ScopedViewSet):
    """Teams of the tenant, archived ones too. Any member may read them; an approval may ask for one of a team."""

    queryset_from = teams
    serializer_class = TeamOut
    ordering = ("name", "id")
    filterset_class = TeamFilters
    create_command = "team.create"
    update_command = "team.rename"
    commands = {
        "archive": "team.archive",
        "restore": "team.restore",
        "members": Write("team.add_member", shows=TeamMemberOut, also=(200,)),
        "DELETE members/<str:principal_id>": "team.remove_member",
    }

    @reads("members", TeamMemberOut, many=True, ordering=("principal_name", "id"))
    def members(self, team: Team) -> Any:
        """List who is in a team, by name."""
        return queries.members_of_team(team.pk)

    def present(self, write: Write, result: Any) -> Any:
        if isinstance(result, Seated):
            return queries.members_of_team(result.team.pk).get(pk=result.member.pk)
        return queries.teams_of_tenant().get(pk=result.pk)

    def status_of(self, write: Write, result: Any) -> int:
        there = isinstance(result, Seated) and not result.created
        return 200 if there else registry.get(write.command).status
