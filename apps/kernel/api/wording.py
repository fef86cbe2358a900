"""The documentation of a command as integrators read it: refusals by their codes, and no markup where none is drawn."""

import re
from collections.abc import Iterator

from apps.kernel.commands import Command
from apps.kernel.errors import DomainError

_NAMED = re.compile(r"(?::class:`|``)([A-Z][A-Za-z]+)`{1,2}")


def summary_of(command: Command) -> str:
    """One line; viewers show it as it is."""
    return command.summary.replace("`", "")


def description_of(command: Command) -> str:
    """The rest as Markdown. ``Raises ``NameTaken`` becomes ``Refused with `NAME_TAKEN```: answers carry codes."""
    coded = _NAMED.sub(lambda found: _coded(found, command), command.description)
    return re.sub(r"\bRaises\b", "Refused with", coded)


def _coded(found: re.Match[str], command: Command) -> str:
    """The code of the error the command's own module calls by this name, or else of the one that has it."""
    name = found.group(1)
    known = command.function.__globals__.get(name)
    if isinstance(known, type) and issubclass(known, DomainError):
        return f"`{known.code}`"
    home = command.function.__module__.partition(".services")[0]
    named = [error for error in _errors(DomainError) if error.__name__ == name]
    named.sort(key=lambda error: not error.__module__.startswith(f"{home}."))
    return f"`{named[0].code}`" if named else found.group(0)


def _errors(base: type[DomainError]) -> Iterator[type[DomainError]]:
    for error in base.__subclasses__():
        yield error
        yield from _errors(error)
