"""The neighbourhood as it would be after a change, and what the kinds' graph rules say about it.

An error that was there before, on a definition the change does not touch, warns: a broken type elsewhere blocks
nobody's merge.
"""

from collections.abc import Iterable
from dataclasses import replace
from typing import TypeAlias

from apps.changes.core.plan import Plan
from apps.kernel import kinds
from apps.kernel.kinds import AnyKind
from apps.metadata.core.content import Path
from apps.metadata.core.findings import Finding, Neighbourhood, Node, NodeId

Identity: TypeAlias = tuple[str, str, str, Path]


def projected(stored: Neighbourhood, plan: Plan) -> Neighbourhood:
    """The stored neighbourhood with the planned contents in it; what the plan touches is marked."""
    nodes = dict(stored.nodes)
    for planned in plan.definitions:
        if planned.after is not None:
            nodes[planned.target] = Node(*planned.target, stored.project_id, planned.after, touched=True)
    return replace(
        stored,
        nodes={identity: nodes[identity] for identity in sorted(nodes)},
        missing=stored.missing - nodes.keys(),
        elsewhere=stored.elsewhere - nodes.keys(),
    )


def graph_findings(stored: Neighbourhood, plan: Plan, *, rules: Iterable[AnyKind] | None = None) -> list[Finding]:
    """What every kind's graph rules say about the projected neighbourhood, in a fixed order."""
    chosen = kinds.all() if rules is None else tuple(rules)
    future = projected(stored, plan)
    after = [finding for kind in chosen for finding in kind.check_graph(future)]
    before = [finding for kind in chosen for finding in kind.check_graph(stored)]
    return weighed(after, before, frozenset(planned.target for planned in plan.definitions))


def weighed(after: Iterable[Finding], before: Iterable[Finding], touched: frozenset[NodeId]) -> list[Finding]:
    """The findings, with errors that were there before and sit on untouched definitions turned into warnings."""
    known = {_identity(finding) for finding in before}
    return [
        finding.as_warning()
        if finding.is_error and _identity(finding) in known and (finding.kind, finding.key) not in touched
        else finding
        for finding in after
    ]


def _identity(finding: Finding) -> Identity:
    return (finding.code, finding.kind, finding.key, finding.path)
