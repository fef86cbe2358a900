from apps.approvals.models.vote import Vote

__all__ = ["Vote"]
