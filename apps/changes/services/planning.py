"""The engine's first two phases: load what a change touches, then decide, without writing anything.

One function serves the dry run, the check-in's validation, the replay below a ready change and the merge.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from apps.changes.core.approval import approval_digest
from apps.changes.core.graph import graph_findings
from apps.changes.core.plan import Plan, plan
from apps.changes.core.requirement import Requirement
from apps.changes.core.staged import DefinitionState, StagedOperation
from apps.changes.errors import MergeConflict, NoOperations, OperationExecuted, PlanRefused
from apps.changes.models import Change, ChangeOperation, ChangeTarget
from apps.changes.queries import requirement_of, staged
from apps.changes.services.chains import contexts_of
from apps.kernel.kinds import Projected
from apps.metadata.core.content import Content
from apps.metadata.core.findings import Finding, NodeId
from apps.metadata.core.kinds import kind_named
from apps.metadata.models import Head, Revision
from apps.metadata.queries import contents_by_digest, heads_by_key, heads_named, neighbourhood
from apps.tenancy.models import Environment

RECORD_TYPE = "record_type"


@dataclass(frozen=True, slots=True)
class Loaded:
    """A change as the engine sees it: its targets, its operations, and the heads below them."""

    change: Change
    targets: Mapping[NodeId, ChangeTarget]
    operations: tuple[StagedOperation, ...]
    heads: Mapping[NodeId, Head]
    executed: bool


@dataclass(frozen=True, slots=True)
class Planned:
    """The outcome: what would be written, what is wrong with it, and the digest a vote is for."""

    loaded: Loaded
    plan: Plan
    graph: tuple[Finding, ...]
    requirement: Requirement
    digest: str

    @property
    def findings(self) -> tuple[Finding, ...]:
        return (*self.plan.findings, *self.graph)

    @property
    def errors(self) -> list[Finding]:
        return [finding for finding in self.findings if finding.is_error]

    @property
    def warnings(self) -> list[Finding]:
        return [finding for finding in self.findings if not finding.is_error]

    @property
    def is_clean(self) -> bool:
        return not self.errors and not self.plan.conflicts

    def as_dict(self) -> dict[str, Any]:
        """The JSON form that is stored with the change and shown."""
        return {
            **self.plan.as_dict(),
            "findings": [finding.as_dict() for finding in self.findings],
            "requirement": self.requirement.as_dict(),
            "digest": self.digest,
            "is_clean": self.is_clean,
        }

    def refuse(self) -> None:
        """Raise ``MergeConflict`` or ``PlanRefused`` unless the plan is clean."""
        if self.plan.conflicts:
            raise MergeConflict(conflicts=[conflict.as_dict() for conflict in self.plan.conflicts])
        if self.errors:
            first = next((error for error in self.errors if error.operation_id is not None), self.errors[0])
            ordered = [first, *(error for error in self.errors if error is not first)]
            raise PlanRefused([error.as_dict() for error in ordered])


def load(change: Change, *, lock: bool = False) -> Loaded:
    """The targets, operations and heads of a change; the heads locked when a merge asks."""
    targets = list(
        ChangeTarget.objects.filter(change_id=change.pk).select_related("base_revision").defer("base_revision__content")
    )
    rows = list(ChangeOperation.objects.filter(change_id=change.pk).order_by("sequence", "id"))
    by_id = {target.pk: target for target in targets}
    for row in rows:
        row.target = by_id[row.target_id]
    keyed = {(target.kind, target.key): target for target in targets}
    return Loaded(
        change=change,
        targets=keyed,
        operations=tuple(staged(rows)),
        heads=heads_by_key(change.environment_id, keyed.keys(), lock=lock),
        executed=any(row.executed_at is not None for row in rows),
    )


def refuse_unexecutable(loaded: Loaded) -> None:
    """Raise ``NoOperations`` or ``OperationExecuted``.

    A change without operations is only fine when it has targets and none of them is a record type.
    """
    if not loaded.operations and (not loaded.targets or any(identity[0] == RECORD_TYPE for identity in loaded.targets)):
        raise NoOperations
    if loaded.executed:
        raise OperationExecuted


def decide(loaded: Loaded, environment: Environment) -> Planned:
    """What the change would do to the heads as they are now."""
    contents = contents_by_digest({head.digest: head.revision_id for head in loaded.heads.values()})
    heads = {identity: _state(head, contents[head.digest]) for identity, head in loaded.heads.items()}
    outcome = plan(
        _bases(loaded, heads), loaded.operations, heads, contexts_of(environment.pk, loaded.operations, heads)
    )
    after = {planned.target: planned.after for planned in outcome.definitions if planned.after is not None}
    graph: list[Finding] = []
    if after:
        around = neighbourhood(environment.pk, environment.project_id, after, after.keys())
        graph = graph_findings(around, outcome)
    graph += _foreign_targets(loaded) + _taken_names(environment.pk, loaded.heads, after)
    requirement = requirement_of(environment)
    return Planned(loaded, outcome, tuple(graph), requirement, approval_digest(outcome, graph, requirement))


def plan_change(change: Change) -> Planned:
    """Load and decide, without a lock."""
    return decide(load(change), change.environment)


def _state(head: Head, content: Content) -> DefinitionState:
    return DefinitionState(head.kind, head.key, content, head.digest, head.number)


def _bases(loaded: Loaded, heads: Mapping[NodeId, DefinitionState]) -> dict[NodeId, DefinitionState]:
    """The definitions as the change remembers them."""
    remembered: dict[NodeId, Revision] = {
        identity: target.base_revision for identity, target in loaded.targets.items() if target.base_revision
    }
    contents = contents_by_digest({revision.digest: revision.pk for revision in remembered.values()})
    return {
        (kind, key): DefinitionState(kind, key, contents[revision.digest], revision.digest, revision.number)
        for (kind, key), revision in remembered.items()
    }


def _foreign_targets(loaded: Loaded) -> list[Finding]:
    """A target of another project can only have been forged; it is refused all the same."""
    return [
        Finding.error("PROJECT_MISMATCH", _("The target belongs to another project than the change.")).at(*identity)
        for identity, target in sorted(loaded.targets.items())
        if target.project_id != loaded.change.project_id
    ]


def _taken_names(environment_id: UUID, heads: Mapping[NodeId, Head], after: Mapping[NodeId, Content]) -> list[Finding]:
    """Names are unique by kind in an environment. Only new names are asked for, in one query."""
    projected: dict[NodeId, Projected] = {
        identity: kind_named(identity[0]).project(after[identity]) for identity in after
    }
    wanted: dict[str, set[str]] = {}
    owners: dict[tuple[str, str], NodeId] = {}
    findings: list[Finding] = []
    for identity in sorted(projected):
        name = (identity[0], projected[identity].name)
        if name in owners:
            findings.append(_name_taken(identity, name[1], owners[name][1]))
        owners.setdefault(name, identity)
        head = heads.get(identity)
        if head is None or head.name != name[1]:
            wanted.setdefault(identity[0], set()).add(name[1])
    if not wanted:
        return findings
    for other in heads_named(environment_id, wanted):
        bearer = owners[(other.kind, other.name)]
        if (other.kind, other.key) not in projected:
            findings.append(_name_taken(bearer, other.name, other.key))
    return findings


def _name_taken(identity: NodeId, name: str, other: str) -> Finding:
    message = _("The name “%(name)s” is taken by %(other)s.") % {"name": name, "other": other}
    return Finding.error("NAME_TAKEN", message, ("name",), details={"name": name, "other": other}).at(*identity)
