"""What this app registers at start-up: the kind, its event types and commands, and versions as what can be approved."""

from django.utils.translation import gettext_lazy as _

from apps.approvals.core.subjects import SubjectType, register_subject
from apps.kernel import kinds
from apps.policies import receivers, services  # noqa: F401  registers hooks and commands
from apps.policies.core import event_types
from apps.policies.kinds import POLICY
from apps.policies.models import PolicyVersion
from apps.policies.queries import SUBJECT
from apps.policies.services.asking import PERMISSION

event_types.register()
kinds.register(POLICY)
register_subject(
    SubjectType(
        name=SUBJECT,
        label=_("policy version"),
        permission=PERMISSION,
        approve="policy.approve",
        withdraw_approval="policy.withdraw_approval",
        deny="policy.deny",
        request_changes="policy.request_changes",
        page="admin:policies_policyversion_change",
        lock=PolicyVersion.objects.lock,
    )
)
