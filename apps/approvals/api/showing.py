"""Requests with what counts now: a page of them in a number of queries that does not grow with it."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from apps.approvals.core.requirement import Tally
from apps.approvals.models import Request
from apps.approvals.queries import subject_labels, tallies_of, vote_rows

NOTHING = Tally((), ())
COLUMNS = (
    "id",
    "subject_type",
    "subject_id",
    "number",
    "title",
    "environment_id",
    "permission",
    "digest",
    "status",
    "outcome",
    "close_reason",
    "reasons",
    "opened_by_id",
    "opened_at",
    "asked_at",
    "due_at",
    "met_at",
    "reminded_at",
    "escalated_at",
    "closed_by_id",
    "closed_at",
)


def shown(requests: Sequence[Request]) -> list[dict[str, Any]]:
    """What a list shows of each request."""
    return _shown(requests, _tallies(requests))


def in_detail(request: Request) -> dict[str, Any]:
    """The same of one, with who fills which place and everything people said."""
    tallies = _tallies([request])
    return {
        **_shown([request], tallies)[0],
        "seated": tallies[request.pk].seated,
        "said": vote_rows([request])[request.pk],
    }


def _shown(requests: Sequence[Request], tallies: Mapping[UUID, Tally]) -> list[dict[str, Any]]:
    labels = subject_labels(
        {subject for tally in tallies.values() for seats in tally.missing_seats for subject in seats.any_of}
    )
    return [
        {
            **{name: getattr(request, name) for name in COLUMNS},
            "author_ids": request.authors,
            "votes_needed": request.seats.votes,
            "votes_given": len(tallies[request.pk].voters),
            "missing": [
                {
                    "any_of": seats.any_of,
                    "count": seats.count,
                    "labels": [labels[subject] for subject in seats.any_of],
                }
                for seats in tallies[request.pk].missing_seats
            ],
        }
        for request in requests
    ]


def _tallies(requests: Sequence[Request]) -> dict[UUID, Tally]:
    """Of closed requests nothing is counted any more: of what was granted it is told who had agreed."""
    counted = tallies_of([request for request in requests if not request.is_closed])
    return {
        request.pk: counted.get(request.pk) or (kept.tally if (kept := request.kept) else NOTHING)
        for request in requests
    }
