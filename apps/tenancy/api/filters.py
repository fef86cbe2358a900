"""How lists of people and projects are narrowed."""

import django_filters

from apps.kernel.api.filters import Filters
from apps.tenancy.models import Invitation, Membership, Principal, Project


class ProjectFilters(Filters):
    status = django_filters.ChoiceFilter(choices=Project.Status.choices, label="Projects in this status.")

    class Meta:
        model = Project
        fields: list[str] = []


class PrincipalFilters(Filters):
    kind = django_filters.ChoiceFilter(choices=Principal.Kind.choices, label="Principals of this kind.")
    active = django_filters.BooleanFilter(field_name="is_active", label="Principals that may act, or may not.")

    class Meta:
        model = Principal
        fields: list[str] = []


class MemberFilters(Filters):
    status = django_filters.ChoiceFilter(choices=Membership.Status.choices, label="Memberships in this status.")
    principal = django_filters.UUIDFilter(field_name="principal_id", label="The membership of this principal.")

    class Meta:
        model = Membership
        fields: list[str] = []


class InvitationFilters(Filters):
    status = django_filters.ChoiceFilter(choices=Invitation.Status.choices, label="Invitations in this status.")

    class Meta:
        model = Invitation
        fields: list[str] = []
