"""From a pending operation to the form it was made with: registered by the app that brings the kind."""

from collections.abc import Callable, Mapping
from typing import Any

Form = Callable[[str, str, Mapping[str, Any]], str | None]
_forms: dict[str, Form] = {}


def edited_by(kind: str) -> Callable[[Form], Form]:
    """Register ``function(key, operation, payload)`` for a kind: the address of the operation's form, None without one.

    The form works on the change in hand.
    """

    def register(function: Form) -> Form:
        _forms[kind] = function
        return function

    return register


def has_forms(kind: str) -> bool:
    """Whether the kind has forms at all. What none of them asks for can only be taken out of the change."""
    return kind in _forms


def form_of(kind: str, key: str, operation: str, payload: Mapping[str, Any]) -> str | None:
    function = _forms.get(kind)
    return function(key, operation, payload) if function else None
