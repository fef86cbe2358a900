"""The engine's second phase: decide, without writing anything.

One function serves the dry run, the check-in's validation, the replay below a ready change and the merge. In this
order: the plan, the graph around it, what it reaches, how risky that is, and what the policies say of it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from apps.access.queries import approver_subjects
from apps.approvals.core.requirement import Requirement
from apps.changes.core.approval import approval_digest
from apps.changes.core.graph import graph_findings
from apps.changes.core.impact import Impact
from apps.changes.core.plan import Plan, plan
from apps.changes.core.resolution import Resolution
from apps.changes.core.risk import Risk, inputs_of, risk_of
from apps.changes.errors import MergeConflict, PlanRefused
from apps.changes.models import Change
from apps.changes.queries import EVERYTHING
from apps.changes.services.chains import contexts_of
from apps.changes.services.loading import Loaded, base_states, head_states, load
from apps.changes.services.measuring import measure
from apps.changes.services.standing import empty_seats, foreign_targets, read_only_module, taken_names
from apps.metadata.core.findings import Finding, Neighbourhood, NodeId
from apps.metadata.queries import neighbourhood
from apps.policies.core.judgement import Judgement
from apps.policies.services import judge
from apps.tenancy.models import Environment

#: What policies are asked about.
ACTION = "change.merge"
#: A change that reads more definitions than this is planned anew whatever moves.
MOST_READ = 1_000


@dataclass(frozen=True, slots=True)
class Planned:
    """The outcome: what would be written, what is wrong with it, what it takes, and the digest a vote is for."""

    loaded: Loaded
    plan: Plan
    graph: tuple[Finding, ...]
    impact: Impact
    risk: Risk
    judgement: Judgement
    digest: str
    reads: tuple[NodeId, ...] = ()
    """The definitions it was judged by; ``*`` alone where they are too many to list."""
    today: tuple[Finding, ...] = ()
    """What is true today and no part of what people agree to: the digest does not cover it."""

    @property
    def requirement(self) -> Requirement:
        """Whose agreement it takes."""
        return self.judgement.requirement

    @property
    def findings(self) -> tuple[Finding, ...]:
        return (*self.plan.findings, *self.graph, *self.today, *self._denial)

    @property
    def _denial(self) -> tuple[Finding, ...]:
        if not self.judgement.is_denied:
            return ()
        rules = [match.as_dict() for match in self.judgement.deciding]
        return (Finding.error("POLICY_DENIED", self.judgement.reason, details={"rules": rules}),)

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
            "impact": self.impact.as_dict(),
            "risk": self.risk.as_dict(),
            "policy": self.judgement.as_dict(),
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


def decide(loaded: Loaded, environment: Environment, *, resolutions: Sequence[Resolution] | None = None) -> Planned:
    """What the change would do to the heads as they are now, with other resolutions than the stored ones if given."""
    heads = head_states(loaded)
    outcome = plan(
        base_states(loaded),
        loaded.operations,
        heads,
        contexts_of(environment.pk, loaded.operations, heads),
        resolutions=loaded.resolutions if resolutions is None else resolutions,
    )
    after = {planned.target: planned.after for planned in outcome.definitions if planned.after is not None}
    graph: list[Finding] = []
    reads: tuple[NodeId, ...] = ()
    if after:
        around = neighbourhood(environment.pk, environment.project_id, after, after.keys())
        graph = graph_findings(around, outcome)
        reads = _read(loaded, around)
    graph += foreign_targets(loaded) + taken_names(environment.pk, loaded.heads, after)
    impact = measure(environment.pk, outcome)
    risk = risk_of(inputs_of(environment.name, outcome.reversibility.values(), impact))
    judgement = _judged(loaded, environment, risk)
    digest = approval_digest(outcome, graph, tier=risk.tier, policy=judgement.digest_material())
    today = (*read_only_module(loaded), *empty_seats(after))
    return Planned(loaded, outcome, tuple(graph), impact, risk, judgement, digest, reads, today)


def plan_change(change: Change, *, resolutions: Sequence[Resolution] | None = None) -> Planned:
    """Load and decide, without a lock. ``resolutions`` are tried in place of the stored ones."""
    return decide(load(change), change.environment, resolutions=resolutions)


def _judged(loaded: Loaded, environment: Environment, risk: Risk) -> Judgement:
    """What the policies say of merging this, whoever does it: of the change as that of each of its authors."""
    change = loaded.change
    return judge(
        ACTION,
        environment=environment,
        resource_types={operation.kind for operation in loaded.operations},
        risk=risk.tier,
        reversibility=risk.inputs.reversibility,
        actor_kind=change.written_by_kind,
        actors=approver_subjects(loaded.authors).values(),
    )


def _read(loaded: Loaded, around: Neighbourhood) -> tuple[NodeId, ...]:
    identities = {*loaded.targets, *around.nodes, *around.missing, *around.elsewhere}
    if len(identities) > MOST_READ:
        return ((EVERYTHING, EVERYTHING),)
    return tuple(sorted(identities))
