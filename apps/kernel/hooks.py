"""Registries that higher apps fill, so that lower ones never import them: subscribers, timer kinds, hooks."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, TypeVar

Handler = TypeVar("Handler", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Subscriber:
    """Runs in a worker after the commit, once for each event, in a transaction of its own."""

    name: str
    events: frozenset[str]
    function: Callable[..., Any]


_subscribers: dict[str, Subscriber] = {}
_timer_commands: dict[str, str] = {}
_hooks: dict[str, list[Callable[..., Any]]] = {}


def subscriber(name: str, *events: str) -> Callable[[Handler], Handler]:
    """Register ``function(event, *, actor, at)`` for these events. It may be called twice for one event."""

    def register(function: Handler) -> Handler:
        _subscribers[name] = Subscriber(name, frozenset(events), function)
        return function

    return register


def get_subscriber(name: str) -> Subscriber:
    return _subscribers[name]


def subscribers_of(event: str) -> list[str]:
    """Names of the subscribers of an event, sorted."""
    return sorted(s.name for s in _subscribers.values() if event in s.events)


def timer_kind(kind: str, command: str) -> None:
    """When a timer of this kind is due, a worker gives this command with the timer's subject as its target."""
    _timer_commands[kind] = command


def timer_command(kind: str) -> str:
    return _timer_commands[kind]


def on(hook: str) -> Callable[[Handler], Handler]:
    """Join a named hook. Hooks run inside the caller's transaction, in the order of registration."""

    def register(function: Handler) -> Handler:
        if function not in _hooks.setdefault(hook, []):
            _hooks[hook].append(function)
        return function

    return register


def is_joined(hook: str) -> bool:
    """Whether anybody answers the hook."""
    return bool(_hooks.get(hook))


def run(hook: str, **values: Any) -> Iterator[Any]:
    """Call everyone who joined the hook, and yield what they answer."""
    for function in _hooks.get(hook, []):
        yield function(**values)
