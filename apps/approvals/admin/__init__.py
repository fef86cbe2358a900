from apps.approvals.admin import delegation, home, notice, picks, request

__all__ = ["delegation", "home", "notice", "picks", "request"]
