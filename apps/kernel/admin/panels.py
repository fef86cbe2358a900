"""What apps add to pages they do not own: panels of the home page, cards on other apps' objects and above forms."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest

from apps.kernel.admin.parts import Card, Text, Tone

COUNTED = 1000


@dataclass(frozen=True, slots=True)
class Stat:
    """A number that leads to its list. Counted to a bound."""

    label: Text
    count: int
    url: str
    tone: Tone = ""

    @property
    def shown(self) -> str:
        return f"{COUNTED}+" if self.count >= COUNTED else str(self.count)


@dataclass(frozen=True, slots=True)
class Panel:
    """A box of the home page, with the number above it. ``wide`` ones take the whole width, below the others."""

    card: Card
    stat: Stat | None = None
    wide: bool = False


Panels = Callable[[HttpRequest], Sequence[Panel]]
Cards = Callable[[HttpRequest, Any], Sequence[Card]]
_panels: dict[int, Panels] = {}
_cards: dict[str, list[Cards]] = {}
_previews: dict[str, Cards] = {}


def home_panels(position: int) -> Callable[[Panels], Panels]:
    """Add panels to the home page at this position."""

    def register(function: Panels) -> Panels:
        _panels[position] = function
        return function

    return register


def panels_of(request: HttpRequest) -> Iterator[Panel]:
    for position in sorted(_panels):
        yield from _panels[position](request)


def cards_on(resource_type: str) -> Callable[[Cards], Cards]:
    """Add cards to the page of another app's objects, such as ``tenancy.membership``."""

    def register(function: Cards) -> Cards:
        known = _cards.setdefault(resource_type, [])
        if function not in known:
            known.append(function)
        return function

    return register


def added_cards(resource_type: str, request: HttpRequest, obj: Any) -> list[Card]:
    return [card for function in _cards.get(resource_type, ()) for card in function(request, obj)]


def previews(name: str) -> Callable[[Cards], Cards]:
    """Show cards above a command's form: ``function(request, target)`` says what the command would meet."""

    def register(function: Cards) -> Cards:
        _previews[name] = function
        return function

    return register


def preview_of(name: str, request: HttpRequest, target: str | None) -> list[Card]:
    return list(_previews[name](request, target)) if name in _previews else []
