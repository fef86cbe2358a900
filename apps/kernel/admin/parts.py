"""Plain values that the templates of the pages draw: facts, badges, life lines, tables, buttons."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from django.utils.functional import Promise

Text = str | Promise
Tone = Literal["", "good", "bad", "warn", "info", "accent"]
StepState = Literal["done", "now", "busy", "failed", "todo"]


@dataclass(frozen=True, slots=True)
class Badge:
    text: Text
    tone: Tone = ""
    icon: str = ""


@dataclass(frozen=True, slots=True)
class Who:
    """A person, an agent or a service, marked as such."""

    name: str
    kind: str = "human"


def who(principal: Any) -> Who:
    """Anyone with a name and a kind."""
    return Who(principal.name, principal.kind)


@dataclass(frozen=True, slots=True)
class Link:
    text: Text
    url: str
    note: Text = ""


@dataclass(frozen=True, slots=True)
class Code:
    """Identifiers, digests and paths: shown in a fixed-width face."""

    text: str


@dataclass(frozen=True, slots=True)
class Words:
    """Text of any length: it wraps wherever it must, rather than push its table sideways."""

    text: str


@dataclass(frozen=True, slots=True)
class Badges:
    items: Sequence[Badge]


@dataclass(frozen=True, slots=True)
class Stack:
    """A value with a quieter line below it."""

    first: Any
    below: Any


@dataclass(frozen=True, slots=True)
class Fact:
    """One line of a description. ``value`` is text, a time, or one of the parts above."""

    label: Text
    value: Any


@dataclass(frozen=True, slots=True)
class Step:
    """One station of a life line."""

    label: Text
    state: StepState
    at: datetime | None = None
    note: Text = ""


@dataclass(frozen=True, slots=True)
class Button:
    """A command offered on a page. ``blocked`` says why it cannot be given now; ``asks`` leads to its form first."""

    command: str
    label: Text
    url: str
    inputs: Mapping[str, Any] = field(default_factory=dict)
    blocked: Text = ""
    asks: bool = False
    look: Literal["", "primary", "danger", "quiet"] = ""
    icon: str = ""
    size: Literal["", "small"] = ""


@dataclass(frozen=True, slots=True)
class Empty:
    """What an empty list says, and what to do about it."""

    title: Text
    text: Text = ""
    icon: str = "inbox"
    button: Button | None = None
    link: Link | None = None


@dataclass(frozen=True, slots=True)
class Row:
    cells: Sequence[Any]
    staged: Literal["", "add", "change", "remove"] = ""
    muted: bool = False
    buttons: Sequence[Button | Link] = ()


@dataclass(frozen=True, slots=True)
class Table:
    columns: Sequence[Text]
    rows: Sequence[Row]
    empty: Empty | None = None

    @property
    def has_buttons(self) -> bool:
        return any(row.buttons for row in self.rows)


@dataclass(frozen=True, slots=True)
class Card:
    """A titled box. ``template`` draws its body with ``body`` as ``body``; ``wide`` ones stand above the columns."""

    title: Text
    template: str
    body: Any
    count: int | None = None
    buttons: Sequence[Button | Link] = ()
    wide: bool = False


def facts(title: Text, *items: Fact | None, buttons: Sequence[Button | Link] = ()) -> Card:
    """A card of labelled facts; facts without a value are left out."""
    shown = [item for item in items if item is not None and item.value not in (None, "")]
    return Card(title, "components/facts.html", shown, buttons=buttons)


def table(title: Text, content: Table, *, buttons: Sequence[Button | Link] = (), wide: bool = False) -> Card:
    return Card(title, "components/table.html", content, len(content.rows), buttons, wide)
