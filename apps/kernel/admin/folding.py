"""Which inputs of a command's form are folded away: those that few people ever fill in."""

_folded: dict[str, frozenset[str]] = {}


def rarely_asked(command: str, *inputs: str) -> None:
    """Fold these inputs of the command's form. They open by themselves when one holds a value or a fault."""
    _folded[command] = frozenset(inputs)


def folded(command: str) -> frozenset[str]:
    return _folded.get(command, frozenset())
