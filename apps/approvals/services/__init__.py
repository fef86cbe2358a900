from apps.approvals.services.voting import cast_vote, void_votes, withdraw_vote

__all__ = ["cast_vote", "void_votes", "withdraw_vote"]
