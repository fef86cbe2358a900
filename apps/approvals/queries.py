"""Who is asked, who voted for what, and what counts now. Inside a scope transaction."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from apps.access.core.subjects import (
    mentioned,
    named_subjects,
    principal_subject,
    reworded,
    role_subject,
    team_subject,
)
from apps.access.queries import standing_of
from apps.approvals.core.places import Present, ballots
from apps.approvals.core.requirement import ANYBODY, Kept, Requirement, Tally, tally
from apps.approvals.core.subjects import subject_types
from apps.approvals.models import Delegation, Notice, Request, Vote
from apps.kernel.models import TenantQuerySet
from apps.kernel.scope import Actor
from apps.tenancy.models import Team
from apps.tenancy.queries import members_of_tenant

# Votes.


def votes_on(subject_type: str, subject_id: UUID) -> QuerySet[Vote]:
    """Everything people ever said to a subject, oldest first, withdrawn and voided votes and refusals included."""
    return (
        Vote.objects.filter(subject_type=subject_type, subject_id=subject_id)
        .select_related("voter")
        .order_by("cast_at", "id")
    )


def standing_votes(subject_type: str, subject_id: UUID) -> QuerySet[Vote]:
    """The approvals that were neither withdrawn nor voided, oldest first."""
    return votes_on(subject_type, subject_id).filter(_STANDING)


_STANDING = Q(withdrawn_at__isnull=True, voided_at__isnull=True, decision=Vote.Decision.APPROVE)


# Requests.


def requests_visible() -> TenantQuerySet[Request]:
    """Every request of the tenant, newest first, with what a list shows."""
    found: TenantQuerySet[Request] = Request.objects.select_related("environment", "opened_by", "closed_by").order_by(
        "-opened_at", "-id"
    )
    return found


def open_request_of(subject_type: str, subject_id: UUID) -> Request | None:
    """What the subject waits for now: its request that is not closed."""
    found: Request | None = (
        requests_visible()
        .filter(subject_type=subject_type, subject_id=subject_id)
        .exclude(status=Request.Status.CLOSED)
        .order_by()
        .first()
    )
    return found


def requests_of(subject_type: str, subject_id: UUID) -> QuerySet[Request]:
    """All that people were ever asked about a subject, oldest first."""
    return requests_visible().filter(subject_type=subject_type, subject_id=subject_id).order_by("opened_at", "id")


def waiting_for(actor: Actor) -> TenantQuerySet[Request]:
    """The requests in which a vote of this person would fill a further seat, the oldest first.

    Decided by the database: what the person is and may, and whose places they were lent, are asked for once. Nobody's
    own work, and nothing they voted for already. The queries before the list do not grow with the requests.
    """
    asked: TenantQuerySet[Request] = Request.objects.filter(status=Request.Status.OPEN).select_related(
        "environment", "opened_by"
    )
    asked = asked.order_by("opened_at", "id")
    if actor.kind != Vote.HUMAN:
        return asked.none()
    present = present_now([actor.id], [subject.permission for subject in subject_types()])
    permissions = sorted(name for name in present.allowed if present.may(actor.id, name))
    if not permissions:
        return asked.none()
    own = present.subjects.get(actor.id, frozenset())
    helps = Q(permission__in=permissions, wanted__overlap=sorted({ANYBODY, *own}))
    for lender in present.lenders_to(actor.id):
        usable = [name for name in permissions if present.may(lender, name)]
        lent = Q(permission__in=usable, wanted__overlap=sorted(present.subjects.get(lender, frozenset())))
        helps |= lent & ~Q(authors__contains=[lender]) & ~Q(_voted(lender))
    return asked.filter(helps).exclude(authors__contains=[actor.id]).exclude(_voted(actor.id))


def requests_voted_by(principal_ids: Collection[UUID]) -> QuerySet[Request]:
    """Requests that are not closed and stand on a vote of any of these people, by id."""
    votes = Vote.objects.filter(_STANDING, voter__in=principal_ids, request=OuterRef("pk"))
    return _not_closed().filter(Exists(votes))


def requests_with_votes() -> QuerySet[Request]:
    """Requests that are not closed and have a standing vote, by id."""
    return _not_closed().filter(Exists(Vote.objects.filter(_STANDING, request=OuterRef("pk"))))


def _not_closed() -> TenantQuerySet[Request]:
    found: TenantQuerySet[Request] = Request.objects.filter(
        status__in=[Request.Status.OPEN, Request.Status.MET]
    ).order_by("id")
    return found


def _voted(principal_id: UUID) -> Exists:
    return Exists(
        Vote.objects.filter(
            _STANDING,
            subject_type=OuterRef("subject_type"),
            subject_id=OuterRef("subject_id"),
            voter=principal_id,
        )
    )


def kept_of(subject_type: str, subject_id: UUID) -> Kept | None:
    """Who had agreed when the subject last got what it asked for; None where nobody was asked or it was not kept."""
    granted = requests_of(subject_type, subject_id).filter(outcome__in=Request.GRANTED, seated__isnull=False)
    request: Request | None = granted.order_by("-opened_at", "-id").first()
    return request.kept if request else None


# What counts now.


def present_now(principal_ids: Iterable[UUID], permissions: Iterable[str]) -> Present:
    """What these people, and those who lend them their places today, are and may at this moment.

    Four SQL, however many people are asked about.
    """
    people = set(principal_ids)
    lent = {
        delegator: delegate for delegator, delegate in _places_lent_by_lenders_to(people).items() if delegate in people
    }
    return Present(*standing_of(people | lent.keys(), sorted(set(permissions))), lent=lent)


def _places_lent_by_lenders_to(people: Collection[UUID]) -> dict[UUID, UUID]:
    """Delegator -> the one delegate that counts today, of everyone who lends to any of these people.

    Of several at a time the newest counts: one place is one seat.
    """
    lenders = delegations_today().filter(delegate__in=people).values("delegator_id")
    rows = (
        delegations_today()
        .filter(delegator__in=lenders)
        .order_by("delegator_id", "-created_at", "-id")
        .distinct("delegator_id")
        .values_list("delegator_id", "delegate_id")
    )
    return dict(rows)


def standing_tally(
    subject_type: str,
    subject_id: UUID,
    *,
    digest: str,
    requirement: Requirement,
    authors: Collection[UUID],
    permission: str,
) -> Tally:
    """Whose votes for this digest count now, the seats they fill, and what is missing.

    A vote counts while its voter is a member, holds the permission and is no author. Seats are filled by what the
    voters are now and by places lent to them today.
    """
    if requirement.votes == 0:
        return Tally((), ())
    voters = list(
        standing_votes(subject_type, subject_id).filter(digest=digest).order_by().values_list("voter_id", flat=True)
    )
    if not voters:
        return tally(requirement, ())
    return tally(
        requirement, ballots(voters, present_now(voters, [permission]), permission=permission, authors=authors)
    )


def tally_of_request(request: Request) -> Tally:
    """The standing tally of what the request asks for."""
    return tallies_of([request])[request.pk]


def tallies_of(requests: Sequence[Request]) -> dict[UUID, Tally]:
    """The standing tallies of a page of requests, in a number of queries that does not grow with them."""
    voters: dict[UUID, list[UUID]] = {request.pk: [] for request in requests}
    digests = {request.pk: request.digest for request in requests}
    for request_id, voter_id, digest in (
        Vote.objects.filter(_STANDING, request__in=list(voters))
        .order_by()
        .values_list("request_id", "voter_id", "digest")
    ):
        if digest == digests[request_id]:
            voters[request_id].append(voter_id)
    everyone = {voter for of_one in voters.values() for voter in of_one}
    present = present_now(everyone, {request.permission for request in requests}) if everyone else Present()
    return {
        request.pk: tally(
            request.seats,
            ballots(voters[request.pk], present, permission=request.permission, authors=request.authors),
        )
        for request in requests
    }


def stood_in_for(found: Tally) -> dict[UUID, list[UUID]]:
    """Voter -> for whom they sit on their seat, of those who do not sit there by themselves."""
    present = present_now([place.voter_id for place in found.seated], ())
    return {
        place.voter_id: [
            lender
            for lender in present.lenders_to(place.voter_id)
            if not present.subjects[lender].isdisjoint(place.any_of)
        ]
        for place in found.seated
        if place.any_of and present.subjects[place.voter_id].isdisjoint(place.any_of)
    }


# Delegations and notices.


def delegations_visible() -> TenantQuerySet[Delegation]:
    """Who stands in for whom, and did: newest first."""
    found: TenantQuerySet[Delegation] = Delegation.objects.select_related(
        "delegator", "delegate", "revoked_by"
    ).order_by("-created_at", "-id")
    return found


def delegations_today() -> TenantQuerySet[Delegation]:
    """The delegations that count at this moment, by the database's clock."""
    found: TenantQuerySet[Delegation] = Delegation.objects.filter(
        revoked_at__isnull=True, starts_at__lte=Now(), ends_at__gt=Now()
    )
    return found


def delegates_of(principal_ids: Collection[UUID]) -> set[UUID]:
    """Who stands in today for any of these people."""
    return set(delegations_today().filter(delegator__in=principal_ids).values_list("delegate_id", flat=True))


def notices_of(actor: Actor) -> TenantQuerySet[Notice]:
    """What a person was told, newest first. Nobody reads another's."""
    found: TenantQuerySet[Notice] = (
        Notice.objects.filter(recipient=actor.id).select_related("told_by").order_by("-created_at", "-id")
    )
    return found


def unread_notices(actor: Actor) -> TenantQuerySet[Notice]:
    return notices_of(actor).filter(read_at__isnull=True)


def vote_rows(requests: Sequence[Request]) -> Mapping[UUID, list[Any]]:
    """Everything people said to each of these requests, oldest first, in one query."""
    said: dict[UUID, list[Any]] = {request.pk: [] for request in requests}
    for vote in Vote.objects.filter(request__in=list(said)).select_related("voter").order_by("cast_at", "id"):
        said[vote.request_id].append(vote)
    return said


# Names.


def subject_labels(subjects: Iterable[str]) -> dict[str, str]:
    """How people call approver subjects: the name of a role, a team or a person. Two SQL at most.

    One that is not understood, or nobody any more, is called by itself.
    """
    asked = list(subjects)
    named = named_subjects(asked)
    labels = {subject: subject for subject in asked} | {ANYBODY: str(_("anybody who may approve"))}
    labels |= {role_subject(role): role for role in named.roles}
    if named.teams:
        teams = Team.objects.filter(pk__in=named.teams).values_list("pk", "name")
        labels |= {team_subject(team_id): name for team_id, name in teams}
    if named.principals:
        members = members_of_tenant().filter(principal__in=named.principals).order_by()
        people = members.values_list("principal_id", "principal__name")
        labels |= {principal_subject(person): name for person, name in people}
    return labels


def in_names(texts: Iterable[str]) -> dict[str, str]:
    """Sentences of rules as people read them: teams and people by name, not by id. Two SQL at most."""
    asked = set(texts)
    labels = subject_labels({subject for text in asked for subject in mentioned(text)})
    return {text: reworded(text, labels) for text in asked}
