"""The places where a change met what was merged meanwhile, as groups of choices, and what a person chose there.

A form names a place by its digest, and what it showed there by another one. So a side that moved while somebody was
looking is noticed, and what they typed stays theirs.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.http import QueryDict
from django.utils.translation import gettext as _

from apps.changes.admin.sides import Names, Sides, sides_of
from apps.changes.core.resolution import Choice, Resolution
from apps.changes.services.conflicts import Met
from apps.kernel.admin.linking import address
from apps.kernel.admin.parts import Link
from apps.kernel.body import parse_value
from apps.kernel.canonical import digest
from apps.kernel.errors import DomainError
from apps.metadata.core.content import MISSING, pointer

LONG = 60


class Answer(NamedTuple):
    """What a form says about a place: what it showed there, the choice, and the text for another value."""

    seen: str
    choice: str
    text: str


Answers = Mapping[str, Answer]


@dataclass(frozen=True, slots=True)
class Place:
    """One conflict as a group of choices. ``moved`` says that a side moved since the form was drawn."""

    name: str
    seen: str
    sides: Sides
    mover: Link | None
    moved_by: str
    moved_at: Any
    choice: str
    text: str
    long: bool
    as_json: bool
    settled: bool
    earlier: str
    moved: bool


def name_of(one: Met) -> str:
    """What a form calls the place of a conflict."""
    return digest([one.conflict.kind, one.conflict.key, pointer(one.conflict.path)])


def seen_at(one: Met) -> str:
    """What is to be seen there: both sides, and the decision in force. Another one is another sight."""
    return digest([one.conflict.seen, one.decision.as_dict() if one.decision else None])


def answers_in(posted: QueryDict) -> dict[str, Answer]:
    """The answers of a form by the name of their place. Browsers send line ends of their own."""
    names = [name.removeprefix("seen-") for name in posted if name.startswith("seen-")]
    return {
        name: Answer(
            str(posted[f"seen-{name}"]),
            str(posted.get(f"choice-{name}", "")),
            str(posted.get(f"value-{name}", "")).replace("\r\n", "\n"),
        )
        for name in names
    }


def looked_at(met: Sequence[Met], answers: Answers) -> tuple[dict[str, Answer], set[str]]:
    """The answers as they may count now, and the places that moved since the form was drawn.

    There one's own words stay chosen; a choice between the sides has to be made again.
    """
    now = {name_of(one): seen_at(one) for one in met}
    moved = {name for name, answer in answers.items() if name in now and now[name] != answer.seen}
    counting = {
        name: answer._replace(choice="") if name in moved and answer.choice != Choice.EDITED else answer
        for name, answer in answers.items()
    }
    return counting, moved


def place_of(one: Met, names: Names, answer: Answer | None, *, moved: bool = False) -> Place:
    """The place as it is now, with what was answered there."""
    held, mover = one.decision, one.mover
    written = _written(held.value if held and held.choice is Choice.EDITED else one.conflict.mine)
    text = answer.text if answer else written
    earlier = ""
    if one.is_open and one.stored is not None:
        earlier = _("Earlier it was decided otherwise (%(choice)s), when the sides were others.") % {
            "choice": one.stored.get_choice_display()
        }
    return Place(
        name=name_of(one),
        seen=seen_at(one),
        sides=sides_of(one.conflict, names, held),
        mover=Link(f"{mover.number} {mover.title}", address("changes.change", mover.change_id) or "")
        if mover
        else None,
        moved_by=mover.by_name if mover else "",
        moved_at=mover.at if mover else None,
        choice=(answer.choice if answer else "") or (str(held.choice) if held else ""),
        text=text,
        long=len(text) > LONG or "\n" in text,
        as_json=not _is_text(one),
        settled=not one.is_open,
        earlier=earlier,
        moved=moved,
    )


def typed_elsewhere(met: Sequence[Met], answers: Answers) -> list[str]:
    """What was typed for places that are in conflict no more."""
    now = {name_of(one) for one in met}
    return [answer.text for name, answer in answers.items() if name not in now and answer.choice == Choice.EDITED]


def resolution(one: Met, answers: Answers) -> Resolution | None:
    """The decision that was chosen at a place and is not in force yet."""
    answer = answers.get(name_of(one))
    if answer is None or answer.choice not in set(Choice):
        return None
    value = _value(one, answer.text) if answer.choice == Choice.EDITED else MISSING
    made = Resolution.of(one.conflict, Choice(answer.choice), value)
    return None if one.decision and digest(made.as_dict()) == digest(one.decision.as_dict()) else made


def decision(one: Met, made: Resolution) -> dict[str, Any]:
    """A resolution as the command takes it."""
    asked = {**made.as_dict(), "seen": one.conflict.seen}
    if made.choice is not Choice.EDITED:
        asked.pop("value", None)
    return asked


def _is_text(one: Met) -> bool:
    """Whether what stands there is text, so that another value is taken as it is typed."""
    return any(isinstance(value, str) for value in (one.conflict.base, one.conflict.theirs, one.conflict.mine))


def _written(value: Any) -> str:
    if value is MISSING:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, indent=1)


def _value(one: Met, text: str) -> Any:
    """What was typed, as the kind of value that stands there; text where it is no JSON, for its kind to refuse."""
    if _is_text(one):
        return text
    try:
        return parse_value(text)
    except DomainError:
        return text
