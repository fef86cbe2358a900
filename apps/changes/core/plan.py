"""What a change would do, decided without a database.

``plan`` is pure and deterministic: the same inputs give the same bytes in any process, locale and hash seed. Law:
planning on a head that moved only where the change does not touch gives the differences of planning on the base.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from apps.changes.core.conflicts import Conflict, clashes
from apps.changes.core.replay import PlannedDefinition, Replay
from apps.changes.core.resolution import Resolution, Settled, by_definition, of_pending
from apps.changes.core.staged import DefinitionState, StagedOperation, by_target, in_sequence
from apps.kernel.canonical import canonical_json
from apps.metadata.core.findings import Finding, NodeId, has_errors
from apps.metadata.core.kinds import MetadataKind, kind_named
from apps.metadata.core.operations import NO_CONTEXT, Context, Reversibility


@dataclass(frozen=True, slots=True)
class Plan:
    """What a change would do: contents, typed diff, findings, conflicts, and how each operation can be undone.

    ``conflicts`` are those that nobody has decided, ``settled`` those a resolution decides.
    """

    operations: tuple[StagedOperation, ...]
    definitions: tuple[PlannedDefinition, ...]
    findings: tuple[Finding, ...]
    conflicts: tuple[Conflict, ...]
    reversibility: Mapping[UUID, Reversibility]
    settled: tuple[Settled, ...] = ()

    @property
    def is_clean(self) -> bool:
        """Neither an error nor a conflict. The graph has its own say (``apps.changes.core.graph``)."""
        return not self.conflicts and not has_errors(self.findings)

    def definition(self, kind: str, key: str) -> PlannedDefinition | None:
        return next((planned for planned in self.definitions if planned.target == (kind, key)), None)

    def as_dict(self) -> dict[str, Any]:
        """The JSON form that is stored and shown. Whole contents are left out: the differences and digests say it."""
        return {
            "definitions": [planned.as_dict() for planned in self.definitions],
            "findings": [finding.as_dict() for finding in self.findings],
            "conflicts": [conflict.as_dict() for conflict in self.conflicts],
            "settled": [settled.as_dict() for settled in self.settled],
            "reversibility": {str(identity): str(kind) for identity, kind in self.reversibility.items()},
        }

    def as_bytes(self) -> bytes:
        """The canonical bytes of the plan."""
        return canonical_json(self.as_dict())

    def digest_material(self) -> dict[str, Any]:
        """What an approval is for: operations, resolutions, typed diff and reversibility, but no base and no row id.

        It stays the same when a head moves elsewhere, and changes when what would be written does.
        """
        return {
            "operations": [staged.as_dict() for staged in self.operations],
            "resolutions": [settled.resolution.as_dict() for settled in self.settled],
            "differences": [
                {
                    "kind": planned.kind,
                    "key": planned.key,
                    "differences": [difference.as_dict() for difference in planned.differences],
                }
                for planned in self.definitions
            ],
            "reversibility": [
                [staged.sequence, str(self.reversibility[staged.id])]
                for staged in self.operations
                if staged.id in self.reversibility
            ],
        }


def plan(
    bases: Mapping[NodeId, DefinitionState],
    operations: Sequence[StagedOperation],
    heads: Mapping[NodeId, DefinitionState],
    contexts: Mapping[NodeId, Context],
    *,
    resolutions: Iterable[Resolution] = (),
    kind: Callable[[str], MetadataKind] = kind_named,
) -> Plan:
    """Plan a change.

    ``bases`` are the definitions as the change remembers them, ``heads`` as they are now; both leave out what does not
    exist. ``contexts`` are the base chains as stored now, ``resolutions`` what was decided about conflicts; those that
    do not hold are passed over. An operation that is refused is skipped, so that every refusal is found and not only
    the first. Raises ``UnknownKind``.
    """
    findings = clashes(operations)
    conflicts: list[Conflict] = []
    settled: list[Settled] = []
    reversibility: dict[UUID, Reversibility] = {}
    definitions = []
    decisions = by_definition(of_pending(resolutions, {staged.id for staged in operations}))
    for target, group in by_target(operations).items():
        base = bases.get(target, DefinitionState(*target))
        head = heads.get(target, DefinitionState(*target))
        context = contexts.get(target, NO_CONTEXT)
        replay = Replay(base, head, context, kind(target[0]), decisions.get(target, ()))
        replay.run(group)
        findings.extend(replay.findings)
        conflicts.extend(replay.conflicts)
        settled.extend(replay.settled)
        reversibility.update(replay.reversibility)
        definitions.append(replay.outcome())
    return Plan(
        in_sequence(operations),
        tuple(definitions),
        tuple(findings),
        tuple(conflicts),
        reversibility,
        tuple(settled),
    )


__all__ = ["DefinitionState", "Plan", "PlannedDefinition", "StagedOperation", "plan"]
