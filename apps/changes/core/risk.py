"""How risky a change is, from what was measured and not from what its operations are called.

The rules are asked from the top; the first that holds gives the tier, and is named. Law: more of any input never
gives a lower tier.
"""

from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from typing import Any, Final, Literal, NamedTuple

from apps.changes.core.impact import Impact
from apps.metadata.core.operations import Reversibility

Tier = Literal["low", "medium", "high"]
TIERS: Final[tuple[Tier, ...]] = ("low", "medium", "high")

_WORSE: Final = {Reversibility.LOSSLESS: 0, Reversibility.LOSSY: 1, Reversibility.IRREVERSIBLE: 2}


@dataclass(frozen=True, slots=True)
class RiskInputs:
    """What a tier is made from. ``complete`` says whether the two counts are exact or only lower bounds."""

    stage: str
    """``dev``, ``test`` or ``prod``; a word that is none of them is taken for ``prod``."""
    reversibility: Reversibility = Reversibility.LOSSLESS
    """The worst of the operations."""
    dependants: int = 0
    rows: int = 0
    complete: bool = True

    def as_dict(self) -> dict[str, Any]:
        return {**asdict(self), "reversibility": str(self.reversibility)}


class Limits(NamedTuple):
    """From how many on a stage calls it medium, and from how many on high."""

    medium: int
    high: int

    def tier(self, count: int) -> Tier:
        if count >= self.high:
            return "high"
        return "medium" if count >= self.medium else "low"


DEPENDANTS: Final = {"dev": Limits(50, 1_000), "test": Limits(20, 500), "prod": Limits(1, 100)}
ROWS: Final = {"dev": Limits(100_000, 10_000_000), "test": Limits(10_000, 1_000_000), "prod": Limits(1, 100_000)}
UNDOING: Final[dict[str, dict[Reversibility, Tier]]] = {
    "dev": {Reversibility.LOSSY: "low", Reversibility.IRREVERSIBLE: "medium"},
    "test": {Reversibility.LOSSY: "medium", Reversibility.IRREVERSIBLE: "high"},
    "prod": {Reversibility.LOSSY: "high", Reversibility.IRREVERSIBLE: "high"},
}


@dataclass(frozen=True, slots=True)
class Risk:
    """The tier, the rule that gave it with a sentence for people, and what it was made from."""

    tier: Tier
    rule: str
    sentence: str
    inputs: RiskInputs

    def as_dict(self) -> dict[str, Any]:
        return {"tier": self.tier, "rule": self.rule, "sentence": self.sentence, "inputs": self.inputs.as_dict()}


class _Rule(NamedTuple):
    name: str
    tier: Callable[[RiskInputs], Tier]
    sentence: Callable[[RiskInputs], str]


def _counted(inputs: RiskInputs, count: int, noun: str) -> str:
    number = f"{count:,}" if inputs.complete else f"at least {count:,}"
    return f"{number} {noun}" if count == 1 else f"{number} {noun}s"


def _referring(inputs: RiskInputs) -> str:
    verb = "refers" if inputs.dependants == 1 else "refer"
    said = _counted(inputs, inputs.dependants, "definition")
    return f"{said[:1].upper()}{said[1:]} {verb} to what changes in {inputs.stage}."


#: In the order in which people ask: can it be undone, whose data is it, who else stands on it, how much is unknown.
_RULES: Final = (
    _Rule(
        "reversibility",
        lambda inputs: UNDOING[_stage(inputs)].get(inputs.reversibility, "low"),
        lambda inputs: f"An operation is {inputs.reversibility}, in {inputs.stage}.",
    ),
    _Rule(
        "rows",
        lambda inputs: ROWS[_stage(inputs)].tier(inputs.rows),
        lambda inputs: f"It touches {_counted(inputs, inputs.rows, 'record')} in {inputs.stage}.",
    ),
    _Rule(
        "dependants",
        lambda inputs: DEPENDANTS[_stage(inputs)].tier(inputs.dependants),
        _referring,
    ),
    _Rule(
        "unmeasured",
        lambda inputs: "low" if inputs.complete else "high",
        lambda inputs: "More refers to what changes than could be counted at once.",
    ),
)


def risk_of(inputs: RiskInputs) -> Risk:
    """The tier: that of the rule which says the worst, the first of them where several do."""
    for tier in reversed(TIERS[1:]):
        for rule in _RULES:
            if rule.tier(inputs) == tier:
                return Risk(tier, rule.name, rule.sentence(inputs), inputs)
    return Risk("low", "nothing", "It can be undone, and little or nothing stands on what changes.", inputs)


def inputs_of(stage: str, reversibility: Iterable[Reversibility], impact: Impact) -> RiskInputs:
    """The inputs of a planned change: ``plan.reversibility.values()`` and what was measured of it."""
    return RiskInputs(
        stage=stage,
        reversibility=worst(reversibility),
        dependants=impact.dependants,
        rows=impact.rows,
        complete=impact.complete,
    )


def worst(reversibility: Iterable[Reversibility]) -> Reversibility:
    """The worst of them; lossless where there is none."""
    return max(reversibility, key=_WORSE.__getitem__, default=Reversibility.LOSSLESS)


def _stage(inputs: RiskInputs) -> str:
    return inputs.stage if inputs.stage in DEPENDANTS else "prod"
