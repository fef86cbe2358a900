"""Who has to agree, as the pages draw it: the places, who fills them, and why it takes them."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from apps.access.core.subjects import mentioned, reworded
from apps.approvals.core.requirement import Seats, Tally
from apps.approvals.models import Request
from apps.approvals.queries import stood_in_for, subject_labels
from apps.kernel.admin.linking import named
from apps.kernel.admin.parts import Card, Fact, Who


@dataclass(frozen=True, slots=True)
class Seat:
    """One place: for whom, who fills it, and who could where nobody does."""

    of: str
    by: Who | None = None
    could: Sequence[Who] = ()
    more: str = ""


@dataclass(frozen=True, slots=True)
class Reason:
    """One rule that asks for it, and where the rule is from."""

    text: str
    source: str


@dataclass(frozen=True, slots=True)
class Body:
    """What ``components/agreement.html`` draws."""

    seats: Sequence[Seat]
    reasons: Sequence[Reason]
    facts: Sequence[Fact] = ()
    nobody: str = ""
    denied: bool = False
    decision: None = None


def seats_card(request: Request, tally: Tally) -> Card:
    """The filled places first."""
    labels = labels_of([request], [tally])
    kept = request.kept
    lenders = kept.lenders if kept else stood_in_for(tally)
    people = named(chain([place.voter_id for place in tally.seated], *lenders.values()))
    filled = []
    for place in tally.seated:
        of = called(place.any_of, labels)
        if away := lenders.get(place.voter_id):
            of = _("%(seat)s, standing in for %(names)s") % {
                "seat": of,
                "names": ", ".join(people[person].name for person in away),
            }
        filled.append(Seat(of, people[place.voter_id]))
    empty = [Seat(called(seats.any_of, labels)) for seats in tally.missing_seats for _place in range(seats.count)]
    body = Body([*filled, *empty], reasons_of(request, labels), nobody=_("Nobody is asked any more."))
    title = _("Who had to agree") if request.is_closed else _("Who has to agree")
    return Card(title, "components/agreement.html", body, request.seats.votes)


def authors_of(requests: Sequence[Request]) -> dict[UUID, list[Who]]:
    """Who answers for what each of these asks about, in one query."""
    people = named(author for request in requests for author in request.authors)
    return {request.pk: [people[author] for author in request.authors] for request in requests}


def reasons_of(request: Request, labels: Mapping[str, str]) -> list[Reason]:
    """The rules that were said to ask for it, with names for ids; a subject may say less than everything."""
    return [
        Reason(
            reworded(_sentence(reason), labels),
            " · ".join(
                part
                for part in (
                    str(reason.get("policy_key", "")),
                    f"v{reason['version']}" if reason.get("version") else "",
                    str(reason.get("rule_id", "")),
                )
                if part
            ),
        )
        for reason in request.reasons
    ]


def _sentence(reason: Mapping[str, Any]) -> str:
    return str(reason.get("text") or reason.get("rule_id") or "")


def waits_for(tally: Tally, labels: Mapping[str, str]) -> str:
    """The places nobody fills, in words: ``Owner; 2 of: anybody who may approve``."""
    return "; ".join(
        _("%(count)s of: %(who)s") % {"count": seats.count, "who": called(seats.any_of, labels)}
        if seats.count > 1
        else called(seats.any_of, labels)
        for seats in tally.missing_seats
    )


def called(any_of: Sequence[str], labels: Mapping[str, str]) -> str:
    """A place by the names of those who may fill it."""
    return _(" or ").join(labels.get(subject, subject) for subject in any_of) or _("anybody who may approve")


def labels_of(requests: Collection[Request], tallies: Iterable[Tally]) -> dict[str, str]:
    """The names of all that is asked for, and of all that the rules name, in two queries at most."""
    places: list[Seats] = [seats for request in requests for seats in request.seats.seats]
    places += [seats for tally in tallies for seats in tally.missing_seats]
    subjects: set[str] = {subject for seats in places for subject in seats.any_of}
    subjects |= {one for request in requests for reason in request.reasons for one in mentioned(_sentence(reason))}
    return subject_labels(subjects)


def shortened(reasons: Sequence[Reason]) -> Any:
    """The first reason, and how many more there are."""
    if not reasons:
        return ""
    return reasons[0].text + (f" (+{len(reasons) - 1})" if len(reasons) > 1 else "")
