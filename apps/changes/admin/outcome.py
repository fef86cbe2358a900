"""What a change does: planned anew while it is open, read from what it wrote once it is merged."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from apps.approvals.core.requirement import Requirement
from apps.changes.core.impact import Impact
from apps.changes.core.lifecycle import State
from apps.changes.models import Change, ChangeOperation, Snapshot
from apps.changes.queries import requirement_of, revisions_written_by
from apps.changes.services.planning import Planned, plan_change
from apps.kernel.admin.parts import Code, Link
from apps.metadata.admin.diffing import Group, group_of, subject_of
from apps.metadata.admin.listing import definition_page, label_of
from apps.metadata.core.content import Content
from apps.metadata.core.diff import diff
from apps.metadata.core.findings import Finding, NodeId

#: Findings drawn.
FINDINGS = 100


@dataclass(frozen=True, slots=True)
class Findings:
    """Errors first; ``left_out`` is how many are not shown."""

    shown: Sequence[dict[str, Any]]
    left_out: int

    @property
    def count(self) -> int:
        return len(self.shown) + self.left_out


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the page shows of it. ``findings`` and ``planned`` are there while the change is open."""

    groups: Mapping[NodeId, Group] = field(default_factory=dict)
    findings: Findings | None = None
    reversibility: Mapping[UUID, str] = field(default_factory=dict)
    replayed: Sequence[str] = ()
    requirement: Requirement = field(default_factory=Requirement)
    policy: Mapping[str, Any] | None = None
    risk: Mapping[str, Any] | None = None
    impact: Impact | None = None
    planned: Planned | None = None

    @property
    def conflicts(self) -> int:
        """How many nobody has decided."""
        return len(self.planned.plan.conflicts) if self.planned else 0


def outcome_of(change: Change, operations: Sequence[ChangeOperation], snapshots: Sequence[Snapshot]) -> Outcome:
    """``operations`` lend the names of fields that a base type owns."""
    named = [row.payload for row in operations if {"field", "name"} <= set(row.payload)]
    names = {payload["field"]: str(payload["name"]) for payload in named}
    if State(change.status) == State.MERGED:
        return _written(change, snapshots, names)
    return _planned(change, plan_change(change), names)


def _written(change: Change, snapshots: Sequence[Snapshot], names: Mapping[str, str]) -> Outcome:
    """What the merge wrote, with what its last plan said of it."""
    before = {snapshot.definition_id: snapshot.revision_before for snapshot in snapshots}
    groups: dict[NodeId, Group] = {}
    for revision in revisions_written_by(change.pk):
        old = before.get(revision.definition_id)
        content = old.content if old else None
        kind = label_of(revision.definition.kind)
        differences = diff(content, revision.content)
        title = _title(revision.definition.key, content, revision.content)
        group = group_of(title, kind, content, revision.content, differences, names)
        groups[(revision.definition.kind, revision.definition.key)] = group
    plan: Mapping[str, Any] = change.plan or {}
    impact = plan.get("impact")
    return Outcome(
        groups,
        reversibility={UUID(identity): kind for identity, kind in plan.get("reversibility", {}).items()},
        requirement=requirement_of(change),
        policy=plan.get("policy"),
        risk=plan.get("risk"),
        impact=Impact.from_dict(impact) if impact else None,
    )


def _planned(change: Change, planned: Planned, names: Mapping[str, str]) -> Outcome:
    """A ready change is approved for what its plan said when it became so; otherwise what holds now counts."""
    definitions = planned.plan.definitions
    requirement = requirement_of(change) if change.status == State.READY else planned.requirement
    return Outcome(
        groups=groups_of(planned, names),
        findings=findings_of(planned),
        reversibility={identity: str(kind) for identity, kind in planned.plan.reversibility.items()},
        replayed=[one.key for one in definitions if one.replayed],
        requirement=requirement,
        policy=planned.judgement.as_dict() if planned.loaded.operations else None,
        risk=planned.risk.as_dict() if planned.loaded.operations else None,
        impact=planned.impact,
        planned=planned,
    )


def groups_of(planned: Planned, names: Mapping[str, str] = {}) -> dict[NodeId, Group]:
    """What becomes of each definition, for readers."""
    return {
        one.target: group_of(
            _title(one.key, one.before, one.after), label_of(one.kind), one.before, one.after, one.differences, names
        )
        for one in planned.plan.definitions
        if one.is_changed or one.after is None
    }


def _title(key: str, before: Content | None, after: Content | None) -> str:
    name = (after or before or {}).get("name", "")
    return f"{name} ({key})" if name and name != key else key


def findings_of(planned: Planned) -> Findings:
    """What was found, each with its place in words."""
    contents = {one.target: (one.before, one.after) for one in planned.plan.definitions}
    ordered = sorted(planned.findings, key=lambda finding: not finding.is_error)
    shown = [_finding(finding, contents) for finding in ordered[:FINDINGS]]
    return Findings(shown, len(ordered) - len(shown))


def _finding(finding: Finding, contents: Mapping[NodeId, tuple[Content | None, Content | None]]) -> dict[str, Any]:
    place = f"{label_of(finding.kind)} {finding.key}" if finding.kind else ""
    about = subject_of(finding.path, *contents.get((finding.kind, finding.key), ()))
    return {
        "severity": str(finding.severity),
        "code": finding.code,
        "message": finding.message,
        "where": ", ".join(part for part in (place, about) if part),
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
