"""From a subject to its page, and from an actor's id to a name."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any
from uuid import UUID

from django.db.models import Model
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from apps.kernel.admin.parts import Link, Who

Names = Callable[[Iterable[UUID]], Mapping[UUID, Who]]
Labels = Callable[[set[str]], Mapping[Any, str]]
_names: list[Names] = []
_labels: dict[str, Labels] = {}
_targets: dict[str, tuple[str, Labels]] = {}


def page_of(obj: Model) -> str:
    """The address of an object's page."""
    return address(obj._meta.label_lower, obj.pk) or ""


def address(resource_type: str, resource_id: Any) -> str | None:
    """The address of what an event calls ``changes.change`` and an id; None when it has no page."""
    app, _dot, model = resource_type.partition(".")
    try:
        return reverse(f"admin:{app}_{model}_change", args=[resource_id])
    except NoReverseMatch:
        return None


def list_of(resource_type: str, query: str = "") -> str:
    """The address of a list, with filters."""
    app, _dot, model = resource_type.partition(".")
    url = reverse(f"admin:{app}_{model}_changelist")
    return f"{url}?{query}" if query else url


def labels_for(*resource_types: str) -> Callable[[Labels], Labels]:
    """Register who can say in words what these ids are, in one query."""

    def register(function: Labels) -> Labels:
        for resource_type in resource_types:
            _labels[resource_type] = function
        return function

    return register


def targets(resource_type: str, *names: str) -> Callable[[Labels], Labels]:
    """Register who can say what these commands, such as ``role.assign``, or all of a noun, such as ``role``, are
    given to. Their forms show it, with the way back to its page."""

    def register(function: Labels) -> Labels:
        for name in names:
            _targets[name] = (resource_type, function)
        return function

    return register


def target_part(command: str, target: str) -> Link | str | None:
    """What a command is about to be given to; None when nobody knows it."""
    resource_type, function = _targets.get(command) or _targets.get(command.rpartition(".")[0]) or ("", None)
    if function is None:
        return None
    identity = str(UUID(target))
    text = next((said for known, said in function({identity}).items() if str(known) == identity), None)
    return None if text is None else _subject(resource_type, identity, text)


def subject_parts(subjects: Iterable[tuple[str, str]]) -> dict[tuple[str, str], Link | str]:
    """Subjects in words, as links where there is a page for them; one query for each type."""
    wanted: dict[str, set[str]] = {}
    for resource_type, resource_id in subjects:
        wanted.setdefault(resource_type, set()).add(resource_id)
    return {
        (resource_type, resource_id): _subject(resource_type, resource_id, text)
        for resource_type, ids in wanted.items()
        for resource_id, text in _said(resource_type, ids).items()
    }


def _said(resource_type: str, ids: set[str]) -> dict[str, str]:
    function = _labels.get(resource_type)
    known = {str(identity): text for identity, text in function(ids).items()} if function else {}
    words = resource_type.partition(".")[2].replace("_", " ") or resource_type
    return {identity: known.get(identity) or (f"{words} {identity[:8]}" if identity else words) for identity in ids}


def _subject(resource_type: str, resource_id: str, text: str) -> Link | str:
    url = address(resource_type, resource_id) if resource_type and resource_id else None
    return Link(text, url) if url else text


def knows_names(function: Names) -> Names:
    """Register who knows the names of principals."""
    if function not in _names:
        _names.append(function)
    return function


def named(ids: Iterable[UUID | None]) -> dict[UUID, Who]:
    """The names of these actors in one query; an unknown one is said to be so."""
    wanted = {identity for identity in ids if identity}
    found: dict[UUID, Who] = {}
    for function in _names:
        found.update(function(wanted))
    return {identity: found.get(identity) or Who(_("unknown"), "service") for identity in wanted}
