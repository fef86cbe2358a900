"""Reading changes."""

import re
from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import QuerySet

from apps.approvals.core.requirement import Requirement, Tally
from apps.approvals.models import Vote
from apps.approvals.queries import standing_tally, votes_on, waiting_for
from apps.changes.core.impact import Impact
from apps.changes.core.lifecycle import State
from apps.changes.core.resolution import Choice, Resolution
from apps.changes.core.staged import StagedOperation
from apps.changes.models import (
    Change,
    ChangeImpact,
    ChangeOperation,
    ChangeRead,
    ChangeTarget,
    Comment,
    ConflictResolution,
    Snapshot,
)
from apps.events.models import Event
from apps.events.queries import story_of
from apps.kernel.errors import NotFound
from apps.kernel.models import TenantQuerySet
from apps.kernel.scope import Actor
from apps.metadata.core.content import MISSING
from apps.metadata.core.kinds import operation_from
from apps.metadata.models import HeadMove, Revision

SUBJECT = "changes.change"
#: What a vote on a change takes.
PERMISSION = "change.approve"
#: As the kind of what a change reads: whatever moves.
EVERYTHING = "*"
#: How much of what happened since is listed.
SINCE_LIMIT = 50
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


def changes_awaiting(voter: Actor) -> QuerySet[Change]:
    """Ready changes that still need a vote which this person may give."""
    asked = waiting_for(voter).filter(subject_type=SUBJECT).order_by().values("subject_id")
    return changes_visible().filter(status=State.READY, archived_at__isnull=True, pk__in=asked)


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


def reversal_of(change_id: UUID) -> Change | None:
    """The change that reverts this one and was not put away; merged or on its way."""
    found: Change | None = Change.objects.filter(reverts_id=change_id, archived_at__isnull=True).defer("plan").first()
    return found


class MovedSince(NamedTuple):
    """A later merge into a definition that a change had moved."""

    kind: str
    key: str
    revision: int
    change_id: UUID
    number: str
    title: str
    by_id: UUID | None
    by_name: str
    at: datetime


def moved_since(change: Change) -> list[MovedSince]:
    """What other changes did since to the definitions that a merged change moved, newest first and fifty at most."""
    moves = HeadMove.objects.filter(
        environment_id=change.environment_id,
        definition_id__in=list(revisions_written_by(change.pk).values_list("definition_id", flat=True)),
    )
    own = moves.filter(change_id=change.pk).values_list("moved_at", flat=True).first()
    if own is None:
        return []
    later = moves.filter(moved_at__gt=own).select_related("moved_by").order_by("-moved_at", "-id")[:SINCE_LIMIT]
    changes = Change.objects.defer("plan").in_bulk([move.change_id for move in later])
    return [
        MovedSince(
            move.kind,
            move.key,
            move.number,
            move.change_id,
            changes[move.change_id].number,
            changes[move.change_id].title,
            move.moved_by_id,
            move.moved_by.name if move.moved_by else "",
            move.moved_at,
        )
        for move in later
        if move.change_id in changes
    ]


def impact_of(change_id: UUID) -> ChangeImpact | None:
    """What a worker counts, or has counted, of a change that reaches more than a request measures."""
    found: ChangeImpact | None = ChangeImpact.objects.filter(change_id=change_id).first()
    return found


def measured_impact(change: Change) -> dict[str, Any] | None:
    """What a change reaches, as far as it is known: as its last validation stored it, or as a worker counted on.

    None before the first validation, and when the operations are others since.
    """
    impact: dict[str, Any] | None = (change.plan or {}).get("impact")
    if impact is None:
        return None
    row = None if impact["complete"] else impact_of(change.pk)
    if row is not None:
        return row.shown
    status, progress = ("complete", 1.0) if impact["complete"] else ("cut_off", 0.0)
    measured_at = change.validated_at or change.updated_at
    return {**impact, "status": status, "progress": progress, "measured_at": measured_at}


def counted_on(change: Change, impact: Impact | None) -> tuple[Impact | None, ChangeImpact | None]:
    """An impact that was cut off as a worker counted on with it, if one did for these operations, and its row."""
    if impact is None or impact.complete or change.plan is None:
        return impact, None
    row = impact_of(change.pk)
    counted = Impact.from_dict(row.result) if row else impact
    return (counted if counted.dependants >= impact.dependants else impact), row


def comments_of(change_id: UUID) -> QuerySet[Comment]:
    """What was said about a change and its operations, oldest first; deleted comments keep their place."""
    return (
        Comment.objects.filter(change_id=change_id).select_related("author", "deleted_by").order_by("created_at", "id")
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


def resolutions_of(change_id: UUID) -> QuerySet[ConflictResolution]:
    """What was decided about the conflicts of a change, by place."""
    return ConflictResolution.objects.filter(change_id=change_id).order_by("kind", "key", "path", "id")


def decisions(rows: Iterable[ConflictResolution]) -> list[Resolution]:
    """Stored resolutions as the plan takes them."""
    return [
        Resolution(
            kind=row.kind,
            key=row.key,
            path=tuple(row.path),
            choice=Choice(row.choice),
            value=row.value if row.has_value else MISSING,
            theirs_digest=row.theirs_digest,
            mine_digest=row.mine_digest,
            operation_ids=frozenset(row.operations),
        )
        for row in rows
    ]


def authors_of(change: Change) -> frozenset[UUID]:
    """The people who answer for a change: who created it, staged or altered an operation or resolved a conflict, also
    where others have gone over it since. None of them may approve it."""
    return frozenset({change.author_id, *change.former_authors, *_writers([change.pk])})


def authors_of_changes(change_ids: Collection[UUID]) -> frozenset[UUID]:
    """The people who answer for any of these changes. Two queries."""
    rows = Change.objects.filter(pk__in=change_ids).values_list("author_id", "former_authors")
    opened = {person for author_id, former in rows for person in (author_id, *former)}
    return frozenset(opened | _writers(change_ids))


def _writers(change_ids: Collection[UUID]) -> set[UUID]:
    staged_by = ChangeOperation.objects.filter(change_id__in=change_ids).order_by().values_list("author_id")
    resolved_by = ConflictResolution.objects.filter(change_id__in=change_ids).order_by().values_list("author_id")
    return {author_id for (author_id,) in staged_by.union(resolved_by)}


def requirement_of(change: Change) -> Requirement:
    """Whose agreement the change needs, as its last plan found it; nobody's before the first."""
    stored = (change.plan or {}).get("requirement", {})
    return Requirement.from_dict({"seats": stored.get("seats", ())})


def tally_of(change: Change, requirement: Requirement | None = None) -> Tally:
    """Whose votes for the change's digest count now, the seats they fill, and what is missing."""
    return standing_tally(
        SUBJECT,
        change.pk,
        digest=change.approval_digest,
        requirement=requirement_of(change) if requirement is None else requirement,
        authors=authors_of(change),
        permission=PERMISSION,
    )


def waiting_in(environment_id: UUID) -> QuerySet[Change]:
    """Ready changes of an environment, and those that a validation may just make ready."""
    return Change.objects.filter(
        environment_id=environment_id, status__in=[State.READY, State.VALIDATING], archived_at__isnull=True
    ).order_by("pk")


def waiting_on(environment_id: UUID, kind: str, key: str) -> QuerySet[Change, UUID]:
    """The ids of those that a move of this definition concerns: that were judged by it, what they touch included.

    What a validation reads is known when it is over, so every change under validation is among them.
    """
    # Lists and not pairs of kind and key: an index finds them, where pairs read all that a tenant's changes read.
    reading = ChangeRead.objects.filter(kind__in=[kind, EVERYTHING], key__in=[key, EVERYTHING])
    waiting = waiting_in(environment_id).order_by().values_list("pk", flat=True)
    return waiting.filter(pk__in=reading.values("change_id")).union(waiting.filter(status=State.VALIDATING))
