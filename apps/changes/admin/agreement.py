"""Who has to agree and why: the seats with those who fill them, the rules that ask for them, and what was said."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.access.queries import may, people_who_are
from apps.approvals.admin.seats import Reason, Seat
from apps.approvals.core.requirement import Kept, Requirement, Seats, Tally
from apps.approvals.models import Request, Vote
from apps.approvals.queries import in_names, stood_in_for, subject_labels
from apps.changes.core.lifecycle import State
from apps.changes.models import Change
from apps.changes.queries import PERMISSION
from apps.kernel.admin.linking import address, named
from apps.kernel.admin.parts import Badge, Badges, Card, Code, Fact, Link, Row, Stack, Table, Who, table
from apps.policies.core.windows import Window
from apps.policies.models import Decision

DIGITS = 12
#: More people than this who could fill a seat are counted, not named.
NAMED = 4


@dataclass(frozen=True, slots=True)
class AgreementBody:
    seats: Sequence[Seat]
    nobody: str
    denied: bool
    reasons: Sequence[Reason]
    decision: Link | None
    facts: Sequence[Fact]


def agreement_card(
    change: Change,
    *,
    requirement: Requirement,
    policy: Mapping[str, Any] | None,
    tally: Tally,
    kept: Kept | None,
    authors: frozenset[UUID],
    request: Request | None,
    decision: Decision | None,
) -> Card:
    """``policy`` is the judgement as JSON: the one the plan was made under. ``kept``: who had agreed to what merged."""
    shown = policy or {}
    put_away = change.archived_at is not None and change.status != State.MERGED
    body = AgreementBody(
        seats=() if put_away else _seats(change, requirement, tally, kept, authors),
        nobody=_nobody(change, policy),
        denied=shown.get("effect") == "deny",
        reasons=_reasons(shown),
        decision=_decision(decision),
        facts=_facts(change, shown, request),
    )
    over = put_away or change.status == State.MERGED
    title = _("Who had to agree") if over else _("Who has to agree")
    return Card(title, "components/agreement.html", body, None if put_away else requirement.votes or None)


def _seats(
    change: Change, requirement: Requirement, tally: Tally, kept: Kept | None, authors: frozenset[UUID]
) -> list[Seat]:
    """The filled seats first. Before a change is ready nobody sits anywhere."""
    missing = tally.missing_seats if change.status in (State.READY, State.MERGED) else requirement.seats
    subjects = {subject for seat in requirement.seats for subject in seat.any_of}
    if not requirement.votes:
        return []
    labels = subject_labels(subjects)
    could = _could(missing, authors | {*tally.voters})
    lenders = kept.lenders if kept else stood_in_for(tally) if tally.seated else {}
    people = named(
        [
            *(seat.voter_id for seat in tally.seated),
            *(one for lent in lenders.values() for one in lent),
            *(one for who in could.values() for one in who[:NAMED]),
        ]
    )
    filled = []
    for seat in tally.seated:
        of = _called(seat.any_of, labels)
        if lent := lenders.get(seat.voter_id):
            names = ", ".join(people[one].name for one in lent)
            of = _("%(seat)s, standing in for %(names)s") % {"seat": of, "names": names}
        filled.append(Seat(of, people[seat.voter_id]))
    return filled + [
        Seat(_called(seat.any_of, labels), None, *_candidates(could.get(seat.any_of), people))
        for seat in missing
        for _place in range(seat.count)
    ]


def _called(any_of: Sequence[str], labels: Mapping[str, str]) -> str:
    return _(" or ").join(labels[subject] for subject in any_of) or _("anybody who may approve")


def _could(missing: Sequence[Seats], besides: frozenset[UUID]) -> dict[tuple[str, ...], list[UUID]]:
    """Who could fill the empty seats that are for somebody in particular: people who may vote and have not."""
    found = {seat.any_of: people_who_are(seat.any_of) - besides for seat in missing if seat.any_of}
    allowed = may({one for people in found.values() for one in people}, PERMISSION) if found else set()
    return {any_of: sorted(people & allowed) for any_of, people in found.items()}


def _candidates(could: Sequence[UUID] | None, people: Mapping[UUID, Who]) -> tuple[Sequence[Who], str]:
    """Who could fill it, by name where they are few. A seat for anybody names nobody."""
    if could is None:
        return (), ""
    if not could:
        return (), _("nobody could fill it now")
    shown = [people[one] for one in could[:NAMED]]
    left = len(could) - len(shown)
    return shown, (ngettext("and %(count)s more", "and %(count)s more", left) % {"count": left}) if left else ""


def _nobody(change: Change, policy: Mapping[str, Any] | None) -> str:
    if change.status == State.MERGED:
        return _("Nobody had to agree.")
    if change.denied_by is not None:
        return _("%(name)s denied it: nobody is asked any more.") % {"name": change.denied_by.name}
    if change.archived_at is not None:
        return _("It was put away: nobody is asked.")
    if policy is None:
        return _("The policies are asked as soon as there is an operation.")
    return _("Nobody has to agree before it is merged.")


def _reasons(policy: Mapping[str, Any]) -> list[Reason]:
    """The rules of the effect that won; with none of them, that no rule named it."""
    matches = [match for match in policy.get("matches", ()) if match["effect"] == policy.get("effect")]
    texts = in_names(match["text"] for match in matches)
    return [
        Reason(texts[match["text"]], f"{match['policy_key']} v{match['version']} · {match['rule_id']}")
        for match in matches
    ]


def _decision(decision: Decision | None) -> Link | None:
    url = address("policies.decision", decision.pk) if decision else None
    return Link(_("The decision, with its inputs"), url) if url else None


def _facts(change: Change, policy: Mapping[str, Any], request: Request | None) -> list[Fact]:
    shown = [
        Fact(_("Answer until"), request.due_at if request and request.status == Request.Status.OPEN else None),
        Fact(_("Hours"), "; ".join(Window.from_dict(window).text() for window in policy.get("windows", ()))),
        Fact(_("Tests"), _("have to have passed") if policy.get("tests_required") else ""),
        Fact(_("Merged by"), _("somebody who did not work on it") if policy.get("separation_of_duties") else ""),
        Fact(_("Approval digest"), Code(change.approval_digest[:DIGITS]) if change.approval_digest else ""),
        Fact(_("Validated"), change.validated_at),
    ]
    return [fact for fact in shown if fact.value not in (None, "")]


DECISIONS = {
    Vote.Decision.APPROVE: (_("approved"), "good"),
    Vote.Decision.REQUEST_CHANGES: (_("asked for changes"), "warn"),
    Vote.Decision.DENY: (_("denied"), "bad"),
}


def votes_card(votes: Sequence[Vote]) -> Card | None:
    """What people said when they were asked, with what became of it."""
    if not votes:
        return None
    rows = [
        Row(
            [
                Who(vote.voter.name, vote.voter.kind),
                Stack(_said(vote), vote.comment) if vote.comment else _said(vote),
                Code(vote.digest[:DIGITS]),
                vote.cast_at,
            ],
            muted=not vote.stands,
        )
        for vote in votes
    ]
    return table(_("Votes"), Table([_("By"), _("Said"), _("For digest"), _("When")], rows))


def _said(vote: Vote) -> Badges:
    text, tone = DECISIONS[Vote.Decision(vote.decision)]
    said = Badge(text, tone if vote.stands or vote.decision != Vote.Decision.APPROVE else "")  # type: ignore[arg-type]
    if vote.withdrawn_at is not None:
        return Badges([said, Badge(_("withdrawn"))])
    if vote.voided_at is not None and vote.decision == Vote.Decision.APPROVE:
        reason = vote.void_reason.replace("_", " ")
        return Badges([said, Badge(_("void: %(reason)s") % {"reason": reason}, "warn")])
    return Badges([said])
