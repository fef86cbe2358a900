"""What the policies ask for besides a clean plan: votes, a time, tests, and hands other than the author's."""

from datetime import datetime

from apps.changes.errors import ApprovalMissing, AuthorMerges, OutsideWindow, PassedTestsMissing
from apps.changes.models import Change
from apps.changes.queries import authors_of, tally_of
from apps.changes.services.planning import Planned
from apps.kernel import hooks
from apps.kernel.scope import Actor, people_behind

#: Answers whether the tests of what a digest stands for have passed. While nobody joins, no rule may ask for tests.
TESTS_PASSED = "changes.tests_passed"


def refuse_unmet(change: Change, planned: Planned, *, actor: Actor, at: datetime) -> None:
    """Raise ``ApprovalMissing``, ``AuthorMerges``, ``PassedTestsMissing`` or ``OutsideWindow``, in this order."""
    judgement = planned.judgement
    votes = tally_of(change, planned.requirement)
    if not votes.is_met:
        raise ApprovalMissing(
            required=planned.requirement.votes,
            given=len(votes.voters),
            missing=[seat.as_dict() for seat in votes.missing_seats],
        )
    if judgement.separation_of_duties and not people_behind(actor).isdisjoint(authors_of(change)):
        raise AuthorMerges
    if judgement.tests_required and not any(hooks.run(TESTS_PASSED, change=change, digest=planned.digest)):
        raise PassedTestsMissing
    if not judgement.is_open(at):
        opens = judgement.next_opening(at)
        windows = [window.as_dict() for window in judgement.windows]
        raise OutsideWindow(windows=windows, opens_at=opens.isoformat() if opens else None)


def asks_nothing(planned: Planned, *, at: datetime) -> bool:
    """Whether the author may merge it as it is, without anybody else and now."""
    judgement = planned.judgement
    return (
        planned.requirement.votes == 0
        and not judgement.separation_of_duties
        and not judgement.tests_required
        and judgement.is_open(at)
    )
