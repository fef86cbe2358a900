"""The registry of event names: one canonical, dotted name each, with its payload type, version and aliases."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ConfigDict


class EventPayload(BaseModel):
    """What an event says. Frozen, closed and JSON-ready."""

    model_config = ConfigDict(extra="forbid", frozen=True)


@dataclass(frozen=True, slots=True)
class EventType:
    """``aliases`` are the names the ledgers use for the same fact; their views accept them."""

    name: str
    payload: type[BaseModel]
    version: int
    aliases: tuple[str, ...]


_registry: dict[str, EventType] = {}


def register_event(
    name: str, payload: type[BaseModel] = EventPayload, *, version: int = 1, aliases: tuple[str, ...] = ()
) -> None:
    known = _registry.get(name)
    made = EventType(name, payload, version, aliases)
    if known is not None and known != made:
        raise RuntimeError(f"The event {name} is registered twice.")
    _registry[name] = made


def event_type(name: str) -> EventType:
    """The registered type; ``LookupError`` for an unknown name, so that a typing error never becomes a fact."""
    return _registry[name]


def registered_events() -> Mapping[str, EventType]:
    return dict(sorted(_registry.items()))


def canonical_names(name: str) -> list[str]:
    """The canonical names behind a name or an alias; the name itself when nothing is known by it."""
    found = [known.name for known in _registry.values() if name == known.name or name in known.aliases]
    return sorted(found) or [name]


def payload_json(name: str, payload: Mapping[str, Any]) -> dict[str, Any]:
    """The payload, checked against the registered type, as plain JSON."""
    return event_type(name).payload.model_validate(payload).model_dump(mode="json")
