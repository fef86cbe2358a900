"""How lists of people and projects are narrowed."""

from uuid import UUID

import django_filters
from django.db.models import QuerySet

from apps.kernel.api.filters import Filters
from apps.tenancy.models import Invitation, Membership, Principal, Project, Team
from apps.tenancy.queries import teams_of_principal


class ProjectFilters(Filters):
    status = django_filters.ChoiceFilter(choices=Project.Status.choices, label="Projects in this status.")


class PrincipalFilters(Filters):
    kind = django_filters.ChoiceFilter(choices=Principal.Kind.choices, label="Principals of this kind.")
    active = django_filters.BooleanFilter(field_name="is_active", label="Principals that may act, or may not.")


class MemberFilters(Filters):
    status = django_filters.ChoiceFilter(choices=Membership.Status.choices, label="Memberships in this status.")
    principal = django_filters.UUIDFilter(field_name="principal_id", label="The membership of this principal.")


class InvitationFilters(Filters):
    status = django_filters.ChoiceFilter(choices=Invitation.Status.choices, label="Invitations in this status.")


class TeamFilters(Filters):
    status = django_filters.ChoiceFilter(choices=Team.Status.choices, label="Teams in this status.")
    key = django_filters.CharFilter(label="The team with this key.")
    member = django_filters.UUIDFilter(method="with_member", label="Teams this principal is in.")

    def with_member(self, teams: QuerySet[Team], _name: str, principal_id: UUID) -> QuerySet[Team]:
        return teams.filter(pk__in=teams_of_principal(principal_id))
