"""Registered at start-up: event types, commands and subscribers of changes, and changes as what can be approved."""

from django.utils.translation import gettext_lazy as _

from apps.approvals.core.subjects import SubjectType, register_subject
from apps.changes import receivers, services  # noqa: F401  registers subscribers and commands
from apps.changes.core import event_types
from apps.changes.models import Change
from apps.changes.queries import SUBJECT
from apps.changes.services.obligations import TESTS_PASSED
from apps.changes.services.planning import ACTION
from apps.changes.services.review import PERMISSION
from apps.policies.core.acts import register_action

event_types.register()
register_action(ACTION, tests=TESTS_PASSED)
register_subject(
    SubjectType(
        name=SUBJECT,
        label=_("change"),
        permission=PERMISSION,
        approve="change.approve",
        withdraw_approval="change.withdraw_approval",
        deny="change.deny",
        request_changes="change.request_changes",
        page="admin:changes_change_change",
        lock=Change.objects.lock,
    )
)
