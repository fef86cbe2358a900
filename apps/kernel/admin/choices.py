"""What may be picked where a command's input asks for an id: filled by the apps that own the objects."""

from collections.abc import Callable, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest

Option = tuple[str, str]
Provider = Callable[[HttpRequest], Sequence[Option]]
Initial = Callable[[HttpRequest, str], dict[str, Any]]

_providers: dict[str, Provider] = {}
_initials: dict[str, Initial] = {}


def choices_for(*names: str) -> Callable[[Provider], Provider]:
    """Offer these options for an input called ``project_id``, or for ``change.create:project_id`` only."""

    def register(provider: Provider) -> Provider:
        for name in names:
            _providers[name] = provider
        return provider

    return register


def options(request: HttpRequest, command: str, field: str) -> Sequence[Option] | None:
    """The options for an input, or None when it is free text."""
    provider = _providers.get(f"{command}:{field}") or _providers.get(field)
    return provider(request) if provider else None


def initial_for(*commands: str) -> Callable[[Initial], Initial]:
    """Fill a command's form with the object's present values: ``function(request, target)``."""

    def register(function: Initial) -> Initial:
        for name in commands:
            _initials[name] = function
        return function

    return register


def initial(request: HttpRequest, command: str, target: str | None) -> dict[str, Any]:
    function = _initials.get(command)
    try:
        return function(request, target or "") if function else {}
    except ValidationError:  # an id that is none: the command itself will say so
        return {}
