"""What a planned change reaches: measured at once up to a bound, and the rest by a worker (``counting.py``).

Later apps join the hook ``changes.impact``: ``function(*, environment_id, plan, limit) -> Iterable[Part]``, bounded by
``limit`` and by an index.
"""

from datetime import datetime, timedelta
from uuid import UUID, uuid4

from apps.changes.core.impact import Dependant, Impact, Part, gathered
from apps.changes.core.plan import Plan
from apps.changes.models import Change, ChangeImpact
from apps.kernel import hooks
from apps.kernel.unit import defer
from apps.metadata.core.findings import NodeId
from apps.metadata.queries import referrers

#: How many edges, and how many of anything else, are read before the rest is left to a worker.
LIMIT = 1_000
#: After how long without a step a count is taken for dead: its job was quarantined.
GIVEN_UP = timedelta(hours=1)


def measure(environment_id: UUID, plan: Plan, *, limit: int = LIMIT) -> Impact:
    """What refers to the definitions that the plan alters, and what other apps count: one query and theirs."""
    touched = altered(plan)
    reached = referrers(environment_id, touched, limit=limit)
    dependants = [Dependant(one.kind, one.key, one.edge, one.root, one.direct) for one in reached.found]
    return gathered(dependants, touched, parts=parts_of(environment_id, plan, limit), complete=reached.complete)


def altered(plan: Plan) -> frozenset[NodeId]:
    """The definitions that get a new revision."""
    return frozenset(planned.target for planned in plan.definitions if planned.is_changed)


def parts_of(environment_id: UUID, plan: Plan, limit: int) -> list[Part]:
    """What the apps that joined count."""
    answers = hooks.run("changes.impact", environment_id=environment_id, plan=plan, limit=limit)
    return [part for answer in answers for part in answer]


def keep_impact(change: Change, plan: Plan, impact: Impact, *, at: datetime) -> None:
    """Have a worker count on where the measure of a validation was cut off; a complete one is in the stored plan.

    A count of the same definitions that is under way is left to end; one that stands still is begun anew.
    """
    if impact.complete:
        return
    roots = [list(root) for root in sorted(altered(plan))]
    stored = ChangeImpact.objects.select_for_update(no_key=True).filter(change_id=change.pk).first()
    if stored is not None and stored.roots == roots and _is_under_way(stored, at):
        return
    row = stored or ChangeImpact(change_id=change.pk)
    row.roots, row.result, row.run, row.measured_at = roots, impact.as_dict(), uuid4(), at
    row.cursor, row.progress, row.finished_at = None, 0.0, None
    row.save()
    go_on(row)


def _is_under_way(row: ChangeImpact, at: datetime) -> bool:
    return row.finished_at is None and at - row.measured_at < GIVEN_UP


def go_on(row: ChangeImpact) -> None:
    """Ask a worker for the next step, once: a second asking for the same step is no other job."""
    step = row.cursor["step"] if row.cursor else 0
    defer("change.measure_impact", row.change_id, dedupe_key=f"impact:{row.run}:{step}")
