"""The simulation: past decisions of the environment made again with a version that is not in force."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from uuid import UUID

from apps.kernel.commands import Safety, command
from apps.kernel.scope import Actor
from apps.kernel.unit import defer, emit
from apps.policies.core.acts import Act
from apps.policies.core.lifecycle import State, sources_of
from apps.policies.core.simulation import Past, simulate
from apps.policies.models import Decision, PolicyVersion
from apps.policies.queries import policy_of, remembered_policies
from apps.policies.services.asking import ask, asked_for, refuse_move, settle

#: The newest decisions of an environment that a simulation makes again.
REPLAYED = 2_000
#: When a simulation that gave no answer is asked for anew: its job may have been given up.
PATIENCE = timedelta(minutes=5)


@command("policy.simulate", permission="policy.simulate", safety=Safety.WRITE_INTERNAL, status=202)
def simulate_policy(version_id: UUID, *, actor: Actor, at: datetime) -> PolicyVersion:
    """Have a worker make the past decisions of the environment again with this version, and list those that flip.

    Answers at once; the version becomes simulated. Votes given under an earlier report are void when the new one is
    another.
    """
    version: PolicyVersion = PolicyVersion.objects.lock(version_id)
    if version.status not in sources_of("simulate"):
        raise refuse_move(version, State.SIMULATED)
    asked = version.simulation_requested_at
    if asked is None or at - asked >= PATIENCE:
        version.simulation_requested_at = at
        version.save(update_fields=["simulation_requested_at"])
        defer("policy.run_simulation", version.pk)
    return version


@command("policy.run_simulation", safety=Safety.WRITE_INTERNAL, internal=True)
def run_simulation(version_id: UUID, *, actor: Actor, at: datetime) -> PolicyVersion:
    """Make the report, and ask people for what the version takes. Delivered twice, or too late, it does nothing."""
    version: PolicyVersion = PolicyVersion.objects.select_related("environment").lock(version_id)
    if version.simulation_requested_at is None or version.status not in sources_of("simulate"):
        return version
    report = simulate(policy_of(version), _past(version.environment_id))
    version.simulate(report=report, at=at)
    version.save()
    told = {
        "key": version.key,
        "number": version.number,
        "replayed": report["replayed"],
        "flipped": report["flipped"],
    }
    emit("policy.simulated", subject=version, actor=actor, at=at, payload=told)
    ask(asked_for(version, Act.ACTIVATE, version.authors), actor=actor, at=at)
    settle(version, actor=actor, at=at)
    return version


def _past(environment_id: UUID) -> Iterator[Past]:
    rows = Decision.objects.filter(environment_id=environment_id).order_by("-decided_at", "-id")[:REPLAYED]
    for row in rows.iterator(chunk_size=500):
        yield Past(
            id=str(row.pk),
            action=row.action,
            subject_type=row.subject_type,
            subject_id=str(row.subject_id),
            decided_at=row.decided_at.isoformat(),
            inputs=row.inputs,
            policies=remembered_policies(row.policies),
            outcome=row.outcome,
        )
