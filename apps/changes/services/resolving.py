"""Deciding conflicts, and taking a decision back. Whoever decides answers for the change like its other authors."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from django.utils.translation import gettext as _
from pydantic import BaseModel, ConfigDict, Field, JsonValue

from apps.changes.core.conflicts import Conflict
from apps.changes.core.resolution import Choice, Resolution
from apps.changes.errors import ConflictMoved, NoSuchConflict, ResolutionRefused
from apps.changes.models import Change, ChangeTarget, ConflictResolution
from apps.changes.queries import decisions, resolutions_of
from apps.changes.services.guards import lock_change, refuse_frozen_operations
from apps.changes.services.loading import Loaded, load
from apps.changes.services.planning import Planned, decide
from apps.changes.services.staging import succeed, touch
from apps.kernel.commands import Safety, command
from apps.kernel.errors import InvalidInput, NotFound
from apps.kernel.scope import Actor
from apps.kernel.unit import emit
from apps.metadata.core.content import MISSING, Path, from_pointer, pointer
from apps.metadata.core.findings import Finding

Place = tuple[str, str, Path]

BATCH = 1_000
#: What another decision about the same place replaces.
DECIDED = (
    "choice",
    "value",
    "has_value",
    "theirs_digest",
    "mine_digest",
    "operations",
    "author",
    "resolved_by",
    "resolved_at",
)

KindName = Annotated[str, Field(min_length=1, max_length=40, examples=["record_type"])]
Key = Annotated[str, Field(min_length=1, max_length=200, examples=["incident"])]
Pointer = Annotated[str, Field(max_length=2_000, pattern=r"^(/[^\x00]*)?$", examples=["/fields/b4m2q8x0c1r7t/label"])]
ChoiceName = Annotated[Literal["mine", "theirs", "edited"], Field(description="Whose value stands.")]
Seen = Annotated[
    str, Field(pattern=r"^[0-9a-f]{64}$", description="`seen` of the conflict as it was shown.", examples=["0" * 64])
]
Value = Annotated[JsonValue, Field(description="What shall stand there, for `edited`.")]


class ConflictDecision(BaseModel):
    """What to do about one conflict, while both sides are what was shown: `seen` says which they were."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: KindName
    key: Key
    path: Pointer
    choice: ChoiceName
    value: Value = None
    seen: Seen

    @property
    def place(self) -> Place:
        return (self.kind, self.key, from_pointer(self.path))


@dataclass(frozen=True, slots=True)
class Resolved:
    """The change after its conflicts were decided or its bases moved, and what it would do now."""

    change: Change
    planned: Planned


@command("change.resolve_conflicts", safety=Safety.WRITE_INTERNAL)
def resolve_conflicts(
    change_id: UUID,
    *,
    decisions: Annotated[list[ConflictDecision], Field(min_length=1, max_length=2_000)],
    actor: Actor,
    at: datetime,
) -> Resolved:
    """Decide conflicts with what was merged meanwhile: all of those named, or none.

    `mine` gives what the change wants, also where the environment has taken it away; `theirs` keeps what is there;
    `edited` puts `value`. A decision is kept, and holds on later rebases while both sides are what was seen. A place
    that is not in conflict is refused with `NO_SUCH_CONFLICT`, a side that moved meanwhile with `CONFLICT_MOVED`, a
    value that does not fit with `RESOLUTION_REFUSED`.
    """
    change = lock_change(change_id)
    refuse_frozen_operations(change)
    loaded = load(change)
    before = decide(loaded, change.environment)
    met = _conflicts(before)
    made = {decision.place: _decided(met, decision) for decision in decisions}
    known = {resolution.place: resolution for resolution in loaded.resolutions}
    after = decide(loaded, change.environment, resolutions=[*(known | made).values()])
    _refuse_unfit(before, after, made)

    fresh = {place: resolution for place, resolution in made.items() if known.get(place) != resolution}
    if fresh:
        _store(loaded, fresh, actor=actor, at=at)
        touch(change, actor=actor, at=at)
    for resolution in fresh.values():
        emit("change.conflict_resolved", subject=change, actor=actor, at=at, payload=_told(resolution))
    return Resolved(change=change, planned=after)


@command("change.clear_resolution", safety=Safety.WRITE_INTERNAL)
def clear_resolution(
    change_id: UUID, *, kind: KindName, key: Key, path: Pointer, actor: Actor, at: datetime
) -> Resolved:
    """Take a decision back: the conflict is open again, on what the change remembered when it was decided."""
    change = lock_change(change_id)
    refuse_frozen_operations(change)
    row = resolutions_of(change.pk).filter(kind=kind, key=key, path=list(from_pointer(path))).first()
    if row is None:
        raise NotFound(kind=kind, key=key, path=path)

    ChangeTarget.objects.filter(change_id=change.pk, kind=kind, key=key).update(base_revision=row.base_revision_id)
    succeed(change, {row.author_id}, actor)
    row.delete()
    touch(change, actor=actor, at=at)
    emit("change.resolution_cleared", subject=change, actor=actor, at=at, payload=_told(decisions([row])[0]))
    return Resolved(change=change, planned=decide(load(change), change.environment))


def _conflicts(planned: Planned) -> dict[Place, Conflict]:
    """Every conflict, decided ones too: a decision can be replaced."""
    found = (*planned.plan.conflicts, *(one.conflict for one in planned.plan.settled))
    return {conflict.place: conflict for conflict in found}


def _decided(met: dict[Place, Conflict], decision: ConflictDecision) -> Resolution:
    conflict = met.get(decision.place)
    if conflict is None:
        raise NoSuchConflict(kind=decision.kind, key=decision.key, path=decision.path)
    if decision.seen != conflict.seen:
        raise ConflictMoved(conflicts=[conflict.as_dict()])
    choice = Choice(decision.choice)
    if decision.value is not None and choice is not Choice.EDITED:
        message = _("Only an edited conflict takes a value.")
        raise InvalidInput(errors=[{"path": "/value", "message": message}])
    return Resolution.of(conflict, choice, decision.value)


def _refuse_unfit(before: Planned, after: Planned, made: dict[Place, Resolution]) -> None:
    """An edited value is judged by its kind and by the graph, like what operations write."""
    known = {_identity(finding) for finding in before.errors}
    edited = [place for place, resolution in made.items() if resolution.choice is Choice.EDITED]
    wrong = [
        finding.as_dict()
        for finding in after.errors
        if _identity(finding) not in known and any(_is_about(finding, place) for place in edited)
    ]
    if wrong:
        raise ResolutionRefused(wrong[0]["message"], findings=wrong)


def _identity(finding: Finding) -> tuple[Any, ...]:
    return (finding.code, finding.kind, finding.key, finding.path, finding.message)


def _is_about(finding: Finding, place: Place) -> bool:
    kind, key, path = place
    shared = min(len(path), len(finding.path))
    return (finding.kind, finding.key) == (kind, key) and finding.path[:shared] == path[:shared]


def _store(loaded: Loaded, made: dict[Place, Resolution], *, actor: Actor, at: datetime) -> None:
    """Write the rows; one that replaces another keeps the older base, on which the conflict can still be seen."""
    stored = {(row.kind, row.key, tuple(row.path)): row for row in resolutions_of(loaded.change.pk)}
    succeed(loaded.change, {stored[place].author_id for place in made if place in stored}, actor)
    rows = [
        ConflictResolution(
            change=loaded.change,
            kind=resolution.kind,
            key=resolution.key,
            path=list(resolution.path),
            choice=str(resolution.choice),
            value=None if resolution.value is MISSING else resolution.value,
            has_value=resolution.value is not MISSING,
            theirs_digest=resolution.theirs_digest,
            mine_digest=resolution.mine_digest,
            operations=sorted(resolution.operation_ids),
            base_revision_id=(stored.get(place) or loaded.targets[place[:2]]).base_revision_id,
            author_id=actor.responsible_id,
            resolved_by_id=actor.id,
            resolved_at=at,
        )
        for place, resolution in made.items()
    ]
    ConflictResolution.objects.bulk_create(
        rows,
        batch_size=BATCH,
        update_conflicts=True,
        unique_fields=["tenant_id", "change", "kind", "key", "path"],
        update_fields=DECIDED,
    )


def _told(resolution: Resolution) -> dict[str, Any]:
    return {
        "kind": resolution.kind,
        "key": resolution.key,
        "path": pointer(resolution.path),
        "choice": str(resolution.choice),
    }
