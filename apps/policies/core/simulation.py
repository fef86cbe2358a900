"""What a version would have decided: past decisions made again with it in its place (AT-062)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from apps.policies.core.evaluate import evaluate
from apps.policies.core.inputs import Inputs
from apps.policies.core.judgement import ActivePolicy

#: How many flips a report lists; it counts all of them.
LISTED: Final = 200
#: What of an outcome people and machines act on. Which rule said it is not among it.
_TELLING: Final = ("effect", "requirement", "windows", "tests_required", "separation_of_duties", "deadline_hours")


@dataclass(frozen=True, slots=True)
class Past:
    """A decision as it was kept."""

    id: str
    action: str
    subject_type: str
    subject_id: str
    decided_at: str
    inputs: Mapping[str, Any]
    policies: tuple[ActivePolicy, ...]
    outcome: Mapping[str, Any]


def with_candidate(policies: Iterable[ActivePolicy], candidate: ActivePolicy) -> tuple[ActivePolicy, ...]:
    """The policies with the candidate in force instead of its key's. Built-in ones step back where it speaks."""
    asked = tuple(policies)
    own = [one for one in asked if one.version != 0 and one.key != candidate.key] + [candidate]
    keys = {one.key for one in own}
    return (*own, *(replace(one, fallback=one.key in keys) for one in asked if one.version == 0))


def simulate(candidate: ActivePolicy, decisions: Iterable[Past]) -> dict[str, Any]:
    """The report: how many past decisions were made again, and those that would be others.

    Each is made with the policies that were in force then, so that the candidate alone makes the difference.
    """
    replayed = flipped = 0
    flips: list[dict[str, Any]] = []
    for past in decisions:
        replayed += 1
        judgement = evaluate(with_candidate(past.policies, candidate), Inputs.from_dict(past.inputs))
        before = {name: past.outcome[name] for name in _TELLING}
        after = {name: value for name, value in judgement.digest_material().items() if name in _TELLING}
        if before == after:
            continue
        flipped += 1
        if len(flips) < LISTED:
            flips.append(
                {
                    "decision_id": past.id,
                    "action": past.action,
                    "subject_type": past.subject_type,
                    "subject_id": past.subject_id,
                    "decided_at": past.decided_at,
                    "before": before,
                    "after": after,
                    "reason": judgement.reason,
                }
            )
    return {"digest": candidate.digest, "replayed": replayed, "flipped": flipped, "flips": flips}
