from apps.policies.models.body import PolicyBody
from apps.policies.models.decision import Decision
from apps.policies.models.policy import Policy
from apps.policies.models.version import PolicyVersion

__all__ = ["Decision", "Policy", "PolicyBody", "PolicyVersion"]
