"""What can be done with policies."""

from apps.policies.services.activating import activate_policy, deprecate_policy, request_deprecation
from apps.policies.services.evaluating import Tried, evaluate_policies
from apps.policies.services.judging import judge, keep_decision
from apps.policies.services.reviewing import (
    approve_policy,
    deny_policy,
    request_policy_changes,
    withdraw_policy_approval,
)
from apps.policies.services.simulating import run_simulation, simulate_policy
from apps.policies.services.versioning import roll_back_policy

__all__ = [
    "Tried",
    "activate_policy",
    "approve_policy",
    "deny_policy",
    "deprecate_policy",
    "evaluate_policies",
    "judge",
    "keep_decision",
    "request_deprecation",
    "request_policy_changes",
    "roll_back_policy",
    "run_simulation",
    "simulate_policy",
    "withdraw_policy_approval",
]
