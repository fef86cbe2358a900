"""What a change does: planned anew while it is open, read from what it wrote once it is merged."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from apps.changes.core.conflicts import Conflict
from apps.changes.core.lifecycle import State
from apps.changes.models import Change, ChangeOperation, Snapshot
from apps.changes.queries import revisions_written_by, snapshots_of
from apps.changes.services.planning import Planned, plan_change
from apps.kernel.admin.parts import Code, Link
from apps.metadata.admin.diffing import Group, group_of, said, subject_of
from apps.metadata.admin.listing import definition_page, label_of
from apps.metadata.core.content import MISSING, Content
from apps.metadata.core.diff import diff
from apps.metadata.core.findings import Finding, NodeId


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the page shows of it."""

    groups: Sequence[Group] = ()
    findings: Sequence[dict[str, Any]] = ()
    conflicts: Sequence[dict[str, Any]] = ()
    reversibility: Mapping[UUID, str] = field(default_factory=dict)
    errors: int = 0
    replayed: Sequence[str] = ()


def outcome_of(change: Change, operations: Sequence[ChangeOperation], snapshots: Sequence[Snapshot]) -> Outcome:
    """``operations`` lend the names of fields that a base type owns."""
    named = [row.payload for row in operations if {"field", "name"} <= set(row.payload)]
    names = {payload["field"]: str(payload["name"]) for payload in named}
    if State(change.status) == State.MERGED:
        return _written(change, snapshots, names)
    return _planned(plan_change(change), names)


def _written(change: Change, snapshots: Sequence[Snapshot], names: Mapping[str, str]) -> Outcome:
    before = {snapshot.definition_id: snapshot.revision_before for snapshot in snapshots}
    groups = []
    for revision in revisions_written_by(change.pk):
        old = before.get(revision.definition_id)
        content = old.content if old else None
        kind = label_of(revision.definition.kind)
        differences = diff(content, revision.content)
        title = _title(revision.definition.key, content, revision.content)
        groups.append(group_of(title, kind, content, revision.content, differences, names))
    return Outcome(groups)


def _planned(planned: Planned, names: Mapping[str, str]) -> Outcome:
    definitions = planned.plan.definitions
    contents = {one.target: (one.before, one.after) for one in definitions}
    return Outcome(
        groups=[
            group_of(
                _title(one.key, one.before, one.after),
                label_of(one.kind),
                one.before,
                one.after,
                one.differences,
                names,
            )
            for one in definitions
            if one.is_changed or one.after is None
        ],
        findings=[_finding(finding, contents) for finding in planned.findings],
        conflicts=[_conflict(conflict, contents) for conflict in planned.plan.conflicts],
        reversibility={identity: str(kind) for identity, kind in planned.plan.reversibility.items()},
        errors=len(planned.errors) + len(planned.plan.conflicts),
        replayed=[one.key for one in definitions if one.replayed],
    )


def _title(key: str, before: Content | None, after: Content | None) -> str:
    name = (after or before or {}).get("name", "")
    return f"{name} ({key})" if name and name != key else key


def _finding(finding: Finding, contents: Mapping[NodeId, tuple[Content | None, Content | None]]) -> dict[str, Any]:
    place = f"{label_of(finding.kind)} {finding.key}" if finding.kind else ""
    about = subject_of(finding.path, *contents.get((finding.kind, finding.key), ()))
    return {
        "severity": str(finding.severity),
        "code": finding.code,
        "message": finding.message,
        "where": ", ".join(part for part in (place, about) if part),
    }


def _conflict(conflict: Conflict, contents: Mapping[NodeId, tuple[Content | None, Content | None]]) -> dict[str, Any]:
    def side(value: Any) -> str:
        return _("nothing") if value is MISSING else said(value)

    sides = contents.get((conflict.kind, conflict.key), ())
    return {
        "subject": subject_of(conflict.path, *sides) or conflict.key,
        "where": f"{label_of(conflict.kind)} {conflict.key}",
        "base": side(conflict.base),
        "theirs": side(conflict.theirs),
        "mine": side(conflict.mine),
    }


def snapshot_cells(snapshot: Snapshot) -> list[Any]:
    """One row of the table of snapshots."""
    definition, before = snapshot.definition, snapshot.revision_before
    return [
        Link(definition.key, definition_page(definition.kind, definition.pk)),
        label_of(definition.kind),
        f"#{before.number}" if before else _("did not exist"),
        Code(before.digest[:12]) if before else "",
        snapshot.taken_at,
    ]


__all__ = ["Outcome", "outcome_of", "snapshot_cells", "snapshots_of"]
