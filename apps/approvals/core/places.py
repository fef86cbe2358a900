"""Whose votes count, and as what: the voter's own places among the approvers and those lent to them."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from uuid import UUID

from apps.approvals.core.requirement import Ballot

NOTHING: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Present:
    """What is true now of the people a tally is about.

    ``subjects``: what each is, by themselves. ``allowed``: those who hold a permission, by permission. ``lent``: who
    lent their place to whom; one place is lent to one person.
    """

    subjects: Mapping[UUID, frozenset[str]] = field(default_factory=dict)
    allowed: Mapping[str, Collection[UUID]] = field(default_factory=dict)
    lent: Mapping[UUID, UUID] = field(default_factory=dict)

    def lenders_to(self, delegate_id: UUID) -> list[UUID]:
        return sorted(delegator for delegator, delegate in self.lent.items() if delegate == delegate_id)

    def may(self, principal_id: UUID, permission: str) -> bool:
        return principal_id in self.allowed.get(permission, ())


def places_lent(
    voter_id: UUID, present: Present, *, permission: str, authors: Collection[UUID], standing: Collection[UUID]
) -> list[UUID]:
    """Whose places the voter can take besides their own.

    Nobody's who is an author, lacks the permission or votes in person. What was lent to the lender is not passed on.
    """
    return [
        lender
        for lender in present.lenders_to(voter_id)
        if lender not in authors and lender not in standing and present.may(lender, permission)
    ]


def ballots(
    voters: Iterable[UUID], present: Present, *, permission: str, authors: Collection[UUID]
) -> tuple[Ballot, ...]:
    """The votes that count now: of people who hold the permission and are no authors.

    ``voters`` are the humans whose votes stand for the digest in question.
    """
    counted = sorted(voter for voter in set(voters) if voter not in authors and present.may(voter, permission))
    return tuple(
        Ballot(voter, _all_subjects(voter, present, places_lent(
            voter, present, permission=permission, authors=authors, standing=counted
        )))
        for voter in counted
    )  # fmt: skip


def _all_subjects(voter: UUID, present: Present, lenders: Iterable[UUID]) -> frozenset[str]:
    return frozenset().union(*(present.subjects.get(person, NOTHING) for person in (voter, *lenders)))
