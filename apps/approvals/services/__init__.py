from apps.approvals.services.deciding import approve_request, deny_request, request_changes, withdraw_approval
from apps.approvals.services.delegating import create_delegation, revoke_delegation, turn_delegation
from apps.approvals.services.reading import read_all_notices, read_notice
from apps.approvals.services.recounting import recount_after_visit, recount_requests
from apps.approvals.services.requests import close_request, open_request
from apps.approvals.services.telling import notify
from apps.approvals.services.timing import escalate_request, expire_request, remind_of_request
from apps.approvals.services.voting import cast_vote, keep_refusal, lock_requests, void_votes, withdraw_vote

__all__ = [
    "approve_request",
    "cast_vote",
    "close_request",
    "create_delegation",
    "deny_request",
    "escalate_request",
    "expire_request",
    "keep_refusal",
    "lock_requests",
    "notify",
    "open_request",
    "read_all_notices",
    "read_notice",
    "recount_after_visit",
    "recount_requests",
    "remind_of_request",
    "request_changes",
    "revoke_delegation",
    "turn_delegation",
    "void_votes",
    "withdraw_approval",
    "withdraw_vote",
]
