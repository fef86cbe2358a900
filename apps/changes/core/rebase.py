"""Remembering the heads as they are: what a change is based on afterwards, decided without a database.

Law: what a rebased change would do is what it would have done before, and rebasing again alters nothing.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import NamedTuple

from apps.changes.core.conflicts import side_digest
from apps.changes.core.plan import Plan
from apps.changes.core.resolution import Resolution
from apps.changes.core.staged import DefinitionState
from apps.metadata.core.findings import NodeId


class Rebased(NamedTuple):
    """The bases from now on, and the resolutions with what will be seen on them."""

    bases: Mapping[NodeId, DefinitionState]
    resolutions: tuple[Resolution, ...]


def rebased(plan: Plan, bases: Mapping[NodeId, DefinitionState], heads: Mapping[NodeId, DefinitionState]) -> Rebased:
    """A change on the heads it was just planned on.

    A definition keeps its base while a conflict there is open, and while an operation fits nothing but that base (what
    it alters was taken away and is brought back). Resolutions that decide nothing any more are left out.
    """
    follow = {planned.target for planned in plan.definitions if not planned.needs_base}
    kept = {target: base for target, base in bases.items() if target not in follow}
    moved = {target: heads[target] for target in sorted(follow) if target in heads}
    resolutions = [
        replace(one.resolution, mine_digest=side_digest(one.replayed))
        if one.conflict.target in follow
        else one.resolution
        for one in plan.settled
    ]
    return Rebased({**kept, **moved}, tuple(resolutions))
