"""Readable words for the names of commands, fields and events."""

import re
from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.kernel import commands

Text = str | Promise
_titles: dict[str, Text] = {}
_answers: dict[str, Text] = {}

_SMALL = {"id": "ID", "url": "URL", "github": "GitHub", "sla": "SLA", "api": "API"}


def words(name: str) -> str:
    """``base_sha`` as ``Base sha``; a trailing ``_id`` says nothing to a reader and goes."""
    parts = name.removesuffix("_ids").removesuffix("_id").replace("-", "_").split("_")
    text = " ".join(_SMALL.get(part, part) for part in parts if part)
    return text[:1].upper() + text[1:]


def called(titles: Mapping[str, Text]) -> None:
    """Say what people call these commands, where the name of the command says it badly."""
    _titles.update(titles)


def answers(sentences: Mapping[str, Text]) -> None:
    """What is said after these commands; ``%(number)s`` is the number of what they returned."""
    _answers.update(sentences)


def answer_of(name: str, result: Any) -> str:
    """The sentence after a command; without one of its own, its title and that it is done."""
    number = getattr(getattr(result, "change", result), "number", "")
    if name in _answers:
        return str(_answers[name]) % {"number": number}
    return str(_("%(title)s: done.")) % {"title": title_of(name)}


def title_of(name: str) -> str:
    """``change.check_in`` as ``Check in change``, unless people call it otherwise."""
    if name in _titles:
        return str(_titles[name])
    noun, _, verb = name.rpartition(".")
    return words(f"{verb}_{noun.replace('.', '_')}") if noun else words(verb)


def summary_of(name: str) -> str:
    """The first sentence of the command's documentation."""
    return commands.get(name).summary.replace("`", "")


def description_of(name: str) -> str:
    """The rest of it as one paragraph, without markup."""
    text = commands.get(name).description.split("\n\n")[0].replace(":class:", "").replace("`", "")
    sentences = re.split(r"(?<=[.!?])\s+", " ".join(text.split()))
    return " ".join(sentence for sentence in sentences if not sentence.startswith("Raises "))
