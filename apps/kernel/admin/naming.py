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
_explanations: dict[str, Text] = {}
_inputs: dict[str, tuple[Text, Text]] = {}

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


def explains(texts: Mapping[str, Text]) -> None:
    """What people read above the forms of these commands, where their documentation speaks to integrators."""
    _explanations.update(texts)


def asks(inputs: Mapping[str, tuple[Text, Text]]) -> None:
    """The label and the help of inputs such as ``token.create:principal_id``, where the model says them badly."""
    _inputs.update(inputs)


def asked_of(command: str, field: str) -> tuple[Text, Text] | None:
    """The label and the help of an input, where somebody said them."""
    return _inputs.get(f"{command}:{field}")


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
    """What the form says first: its explanation for people, or the first sentence of the command's documentation."""
    if name in _explanations:
        return str(_explanations[name])
    return _without_raises(commands.get(name).summary.replace("`", ""))


def description_of(name: str) -> str:
    """The rest of the documentation as one paragraph, without markup; nothing where there is an explanation."""
    if name in _explanations:
        return ""
    return _without_raises(commands.get(name).description.split("\n\n")[0].replace(":class:", "").replace("`", ""))


def _without_raises(text: str) -> str:
    sentences = re.split(r"(?<=[.!?])\s+", " ".join(text.split()))
    return " ".join(sentence for sentence in sentences if not sentence.startswith("Raises "))
