"""Rounds and ratios. Nothing here knows what is measured."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median, quantiles


@dataclass(frozen=True, slots=True)
class Contender:
    """``run(count)`` does the work so many times and returns the seconds it took."""

    name: str
    run: Callable[[int], float]


@dataclass(frozen=True, slots=True)
class Ratio:
    """The median of the rounds' ratios, and their middle half."""

    middle: float
    low: float
    high: float

    @classmethod
    def of(cls, values: Sequence[float]) -> Ratio:
        """Of one value or more."""
        if len(values) < 2:
            return cls(values[0], values[0], values[0])
        low, _, high = quantiles(values, n=4, method="inclusive")
        return cls(median(values), low, high)

    def times(self, factor: float) -> Ratio:
        """The same ratio in other units."""
        return Ratio(self.middle * factor, self.low * factor, self.high * factor)


class Rounds:
    """Seconds for one call, by contender and round."""

    def __init__(self, contenders: Sequence[Contender], *, rounds: int, count: int, warm: int = 1) -> None:
        """Every contender works once in every round; who begins changes from round to round."""
        self.seconds: dict[str, list[float]] = {contender.name: [] for contender in contenders}
        for contender in contenders:
            if warm:
                contender.run(warm)
        for number in range(rounds):
            first = number % len(contenders)
            for contender in (*contenders[first:], *contenders[:first]):
                self.seconds[contender.name].append(contender.run(count) / count)

    def speed(self, name: str, against: str) -> Ratio:
        """How much of the baseline's speed ``name`` reaches: 1 is as fast, 0.5 is half as fast."""
        return Ratio.of([base / own for own, base in self._pairs(name, against)])

    def time(self, name: str, against: str) -> Ratio:
        """How much longer ``name`` takes than the baseline: 1 is the same."""
        return Ratio.of([own / base for own, base in self._pairs(name, against)])

    def _pairs(self, name: str, against: str) -> list[tuple[float, float]]:
        return list(zip(self.seconds[name], self.seconds[against], strict=True))
