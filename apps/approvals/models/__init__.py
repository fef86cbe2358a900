from apps.approvals.models.delegation import Delegation
from apps.approvals.models.notice import Notice
from apps.approvals.models.request import Request
from apps.approvals.models.vote import Vote

__all__ = ["Delegation", "Notice", "Request", "Vote"]
