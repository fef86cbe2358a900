"""How much a run measures."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sizes:
    """``rounds`` of ``calls`` each for requests; ``merges`` rounds of one merge; ``rows`` in the lists;
    ``intervening`` changes to rebase over; ``references`` to one definition; ``gross``: beyond this a flat figure
    fails the run."""

    name: str
    rounds: int
    calls: int
    merge_rounds: int
    merges: int
    definitions: tuple[int, ...]
    operations: int
    operation_rounds: int
    rows: int
    intervening: int
    references: int
    clients: tuple[int, ...]
    starts: int
    gross: float

    def described(self) -> str:
        """One line for above the table."""
        counts = ", ".join(f"{count:,}" for count in self.definitions)
        return (
            f"Sizes: {self.name}. Requests: {self.rounds} interleaved rounds of {self.calls} calls."
            f" Merges: {self.merge_rounds} rounds of {self.merges}, with {counts} definitions."
            f" Large changes: {self.operation_rounds} rounds of {self.operations:,} operations."
            f" Lists: {self.rows:,} rows. Rebase: {self.intervening:,} changes. Impact: {self.references:,} references."
        )


FULL = Sizes("full", 21, 20, 15, 4, (10, 1_000, 10_000), 1_000, 5, 10_000, 1_000, 100_000, (1, 8), 3, 1.5)
SMALL = Sizes("small", 5, 8, 5, 1, (10, 1_000), 100, 2, 1_000, 100, 10_000, (1,), 0, 4.0)
SMALLEST = Sizes("smallest", 1, 2, 1, 1, (10, 50), 20, 1, 100, 10, 2_000, (), 0, 100.0)
ALL = {sizes.name: sizes for sizes in (FULL, SMALL, SMALLEST)}
