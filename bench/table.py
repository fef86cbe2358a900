"""What a run says: rows of figures, as one table that reads the same on every machine."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from bench.measure import Ratio

HEAD = ("Work", "Figure", "Ratio", "Middle half", "Against", "Goal", "")


@dataclass(frozen=True, slots=True)
class Row:
    """One figure. ``speed`` is better when higher; ``time`` and ``memory`` when lower."""

    work: str
    figure: Literal["speed", "time", "memory"]
    ratio: Ratio
    against: str
    goal: float | None = None
    note: str = ""
    flat: bool = False

    @property
    def verdict(self) -> str:
        """Whether the goal is met; nothing without a goal."""
        if self.goal is None:
            return ""
        value = round(self.ratio.middle, 2)
        met = value >= self.goal if self.figure == "speed" else value <= self.goal
        return "met" if met else "missed"

    def grossly_off(self, limit: float) -> bool:
        """Whether something that has to stay flat grew beyond ``limit``: more than noise can explain."""
        return self.flat and self.ratio.middle > limit

    def cells(self) -> tuple[str, ...]:
        sign = "at least" if self.figure == "speed" else "at most"
        return (
            f"{self.work} ({self.note})" if self.note else self.work,
            self.figure,
            _number(self.ratio.middle),
            f"{_number(self.ratio.low)} to {_number(self.ratio.high)}",
            self.against,
            f"{sign} {self.goal:g}" if self.goal is not None else "",
            self.verdict,
        )


def rendered(rows: Sequence[Row]) -> str:
    """The rows as a Markdown table with aligned columns."""
    lines = [HEAD, *(row.cells() for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(HEAD))]
    text = [
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) + " |" for line in lines
    ]
    text.insert(1, "|" + "|".join("-" * (width + 2) for width in widths) + "|")
    return "\n".join(text)


def _number(value: float) -> str:
    return f"{value:.2f}" if value < 10 else f"{value:.0f}"
