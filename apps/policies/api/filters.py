"""How policies, versions and decisions are narrowed."""

import django_filters

from apps.kernel.api.filters import Filters
from apps.policies.models import Decision, PolicyVersion


class PolicyFilters(Filters):
    project_id = django_filters.UUIDFilter(label="Policies of this project.")
    key = django_filters.CharFilter(label="Policies of exactly this key.")
    status = django_filters.ChoiceFilter(
        choices=[("active", "active"), ("retired", "retired")], label="Policies whose definition is in this status."
    )


class VersionFilters(Filters):
    policy_id = django_filters.UUIDFilter(field_name="definition_id", label="Versions of this policy.")
    environment_id = django_filters.UUIDFilter(field_name="environment_id", label="Versions of this environment.")
    key = django_filters.CharFilter(label="Versions of policies of exactly this key.")
    status = django_filters.ChoiceFilter(choices=PolicyVersion.Status.choices, label="Versions in this status.")


class DecisionFilters(Filters):
    environment_id = django_filters.UUIDFilter(field_name="environment_id", label="Decisions of this environment.")
    subject_type = django_filters.CharFilter(max_length=60, label="Decisions about this type of subject.")
    subject_id = django_filters.UUIDFilter(label="Decisions about this subject.")
    action = django_filters.CharFilter(max_length=100, label="Decisions about this action.")
    effect = django_filters.ChoiceFilter(choices=Decision.Outcome.choices, label="Decisions with this effect.")
