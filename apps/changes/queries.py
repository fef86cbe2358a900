"""Reading changes."""

import re
from collections.abc import Iterable
from uuid import UUID

from django.db.models import QuerySet

from apps.approvals.models import Vote
from apps.approvals.queries import standing_votes, votes_on
from apps.changes.core.lifecycle import State
from apps.changes.core.requirement import CastVote, Requirement, Tally, tally
from apps.changes.core.staged import StagedOperation
from apps.changes.models import Change, ChangeOperation, ChangeTarget, Snapshot
from apps.events.models import Event
from apps.events.queries import story_of
from apps.kernel.errors import NotFound
from apps.kernel.models import TenantQuerySet
from apps.metadata.core.kinds import operation_from
from apps.metadata.models import Revision
from apps.tenancy.models import Environment
from apps.tenancy.queries import standing_memberships

SUBJECT = "changes.change"
NUMBER = re.compile(r"^CHG\d{7,}$")


def changes_visible() -> TenantQuerySet[Change]:
    """The changes of the tenant, newest first, with what a list shows."""
    found: TenantQuerySet[Change] = Change.objects.select_related(
        "project", "environment", "author", "created_by"
    ).order_by("-created_at", "-id")
    return found


def change_id_of(reference: str) -> UUID:
    """The id behind a UUID or a number such as CHG0000012; ``NotFound`` when it is neither, or nobody's."""
    number = reference.upper()
    if NUMBER.match(number):
        found: UUID | None = Change.objects.filter(number=number).values_list("pk", flat=True).first()
        if found is None:
            raise NotFound(number=number)
        return found
    try:
        return UUID(reference)
    except ValueError:
        raise NotFound(id=reference) from None


def changes_of_author(author_id: UUID) -> QuerySet[Change]:
    """What a person is working on: unmerged and not archived."""
    return changes_visible().filter(author_id=author_id, archived_at__isnull=True).exclude(status=State.MERGED)


def changes_awaiting(voter_id: UUID) -> QuerySet[Change]:
    """Ready changes that still need a vote which this person may give."""
    voted = Vote.objects.filter(
        subject_type=SUBJECT, voter_id=voter_id, withdrawn_at__isnull=True, voided_at__isnull=True
    ).values("subject_id")
    return (
        changes_visible()
        .filter(status=State.READY, archived_at__isnull=True, environment__required_votes__gt=0)
        .exclude(author_id=voter_id)
        .exclude(pk__in=voted)
        .exclude(pk__in=ChangeOperation.objects.filter(author_id=voter_id).values("change_id"))
    )


def failed_validations(author_id: UUID) -> QuerySet[Change]:
    return changes_of_author(author_id).filter(status=State.VALIDATION_FAILED)


def targets_of(change_id: UUID) -> QuerySet[ChangeTarget]:
    return ChangeTarget.objects.filter(change_id=change_id).order_by("kind", "key", "id")


def operations_of(change_id: UUID) -> QuerySet[ChangeOperation]:
    """The operations in sequence, with their targets and what they were stamped with."""
    return (
        ChangeOperation.objects.filter(change_id=change_id)
        .select_related("target", "author", "previous_snapshot", "previous_snapshot__revision_before")
        .defer("previous_snapshot__revision_before__content")
        .order_by("sequence", "id")
    )


def snapshots_of(change_id: UUID) -> QuerySet[Snapshot]:
    return (
        Snapshot.objects.filter(change_id=change_id)
        .select_related("definition", "revision_before")
        .order_by("definition__kind", "definition__key", "id")
    )


def revisions_written_by(change_id: UUID) -> QuerySet[Revision]:
    return (
        Revision.objects.filter(change_id=change_id)
        .select_related("definition")
        .order_by("definition__kind", "definition__key", "number")
    )


def timeline_of(change_id: UUID) -> QuerySet[Event]:
    """Everything that happened to a change, oldest first."""
    return story_of((SUBJECT, change_id))


def votes_of(change_id: UUID) -> QuerySet[Vote]:
    """Every vote on a change, withdrawn and voided ones too, oldest first."""
    return votes_on(SUBJECT, change_id)


def staged(operations: Iterable[ChangeOperation]) -> list[StagedOperation]:
    """Stored operations as the plan takes them. Needs their targets loaded."""
    return [
        StagedOperation(
            id=row.pk,
            sequence=row.sequence,
            kind=row.target.kind,
            key=row.target.key,
            operation=operation_from(row.target.kind, row.operation, row.payload),
        )
        for row in operations
    ]


def authors_of(change: Change) -> frozenset[UUID]:
    """The people who answer for a change: who created it and who staged an operation. None of them may approve it."""
    staged_by = ChangeOperation.objects.filter(change_id=change.pk).order_by().values_list("author_id", flat=True)
    return frozenset({change.author_id, *staged_by.distinct()})


def requirement_of(environment: Environment) -> Requirement:
    return Requirement(environment.required_votes)


def tally_of(change: Change, environment: Environment, digest: str) -> Tally:
    """Whose votes count for a digest of a change, and how many are missing. Who left the tenant counts no more."""
    requirement = requirement_of(environment)
    if requirement.votes == 0:
        return Tally((), 0)
    members = standing_memberships().filter(tenant=change.tenant_id).values("principal_id")
    votes = [
        CastVote(vote.voter_id, vote.voter_kind, vote.digest)
        for vote in standing_votes(SUBJECT, change.pk).filter(voter_id__in=members)
    ]
    return tally(requirement, votes, digest=digest, authors=authors_of(change))


def waiting_on(environment_id: UUID, kind: str, key: str) -> QuerySet[Change]:
    """Ready changes of an environment that touch a definition, and those that a validation may just make ready."""
    touching = ChangeTarget.objects.filter(kind=kind, key=key).values("change_id")
    return Change.objects.filter(
        environment_id=environment_id,
        status__in=[State.READY, State.VALIDATING],
        archived_at__isnull=True,
        pk__in=touching,
    ).order_by("pk")
