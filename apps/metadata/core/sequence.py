"""Several operations on one content: applied in order, and undone in reverse order."""

from collections.abc import Sequence
from typing import NamedTuple

from apps.metadata.core.content import Content
from apps.metadata.core.operations import NO_CONTEXT, Context, Operation, Reversibility

_FROM_BEST_TO_WORST = (Reversibility.LOSSLESS, Reversibility.LOSSY, Reversibility.IRREVERSIBLE)


class Undo(NamedTuple):
    """The operations that undo others, in the order to apply them, and how well they do together."""

    operations: tuple[Operation, ...]
    reversibility: Reversibility


def apply_all(
    operations: Sequence[Operation], content: Content | None, context: Context = NO_CONTEXT
) -> Content | None:
    """The content after every operation. Raises the ``Refusal`` of the first that does not fit."""
    for operation in operations:
        content = operation.apply(content, context)
    return content


def invert_all(operations: Sequence[Operation], content: Content | None, context: Context = NO_CONTEXT) -> Undo:
    """What undoes all of them, given the content before the first.

    An irreversible operation has no inverse and is left out; the class tells. Raises ``Refusal`` as ``apply_all``.
    """
    inverses = []
    worst = 0
    for operation in operations:
        inverse = operation.invert(content, context)
        content = operation.apply(content, context)
        worst = max(worst, _FROM_BEST_TO_WORST.index(inverse.reversibility))
        if inverse.operation is not None:
            inverses.append(inverse.operation)
    return Undo(tuple(reversed(inverses)), _FROM_BEST_TO_WORST[worst])
