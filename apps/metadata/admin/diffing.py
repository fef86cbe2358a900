"""A typed diff as sentences about named things: what was added, removed, renamed, moved or altered.

Pure: contents and differences in, parts out. Members of a collection are known by lineage id; a reader sees names.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from apps.kernel.admin.naming import words
from apps.kernel.admin.parts import Badge, Empty
from apps.metadata.core.content import MISSING, Content, Path
from apps.metadata.core.diff import Difference

#: Collections of members by id, and what one member is called.
MEMBERS = {
    "fields": "field",
    "items": "choice",
    "overrides": "inherited field",
    "removed": "removed field",
    "rules": "rule",
}
#: What a member is called by, where it is kept by another id.
CALLED = {"removed": "name", "fields": "name", "rules": "rule_id"}
HIDDEN = frozenset({"order"})


@dataclass(frozen=True, slots=True)
class Line:
    """One attribute with its two sides; None is a side that does not exist."""

    label: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class Delta:
    """What happened to one thing. ``act`` is added, removed, renamed or changed; ``verb`` says it to a reader."""

    act: str
    verb: str
    subject: str
    lines: Sequence[Line] = ()


@dataclass(frozen=True, slots=True)
class Group:
    """All that happened to one definition."""

    title: str
    kind: str
    badge: Badge
    deltas: Sequence[Delta]
    raw: str = ""


@dataclass(frozen=True, slots=True)
class DiffBody:
    groups: Sequence[Group]
    empty: Empty | None = field(default=None)


def group_of(
    title: str,
    kind: str,
    before: Content | None,
    after: Content | None,
    differences: Sequence[Difference],
    names: Mapping[str, str] = {},
) -> Group:
    """The readable form of one definition's differences. ``names`` are those of members that others own, by id."""
    raw = json.dumps([difference.as_dict() for difference in differences], indent=2, ensure_ascii=False, default=str)
    return Group(title, kind, _badge(before, after), deltas_of(before, after, differences, names), raw)


def deltas_of(
    before: Content | None,
    after: Content | None,
    differences: Iterable[Difference],
    names: Mapping[str, str] = {},
) -> list[Delta]:
    """One entry for each thing that differs, the definition itself first."""
    reader = _Reader(before or {}, after or {}, names)
    for difference in differences:
        reader.read(difference)
    return reader.deltas(created=before is None, gone=after is None)


def _badge(before: Content | None, after: Content | None) -> Badge:
    if before is None:
        return Badge(_("new"), "good")
    if after is None:
        return Badge(_("not possible"), "bad")
    if after.get("status") == "retired" != before.get("status"):
        return Badge(_("retired"), "warn")
    return Badge(_("changed"), "info")


class _Reader:
    def __init__(self, before: Content, after: Content, names: Mapping[str, str]) -> None:
        self.before, self.after = before, after
        self.own: list[Line] = []
        self.members: dict[tuple[str, str], list[Difference]] = {}
        self.names = {**names, **_names(before), **_names(after)}

    def read(self, difference: Difference) -> None:
        path = difference.path
        if len(path) >= 2 and path[0] in MEMBERS:
            self.members.setdefault((path[0], path[1]), []).append(difference)
        elif not path or path[0] in MEMBERS:
            self._expand(difference)
        else:
            self.own.append(self._line(words(" ".join(path)), difference.before, difference.after))

    def _expand(self, difference: Difference) -> None:
        """A whole document, or a whole collection, as its parts."""
        one = difference.before if isinstance(difference.before, Mapping) else {}
        other = difference.after if isinstance(difference.after, Mapping) else {}
        for key in [*one, *(key for key in other if key not in one)]:
            self.read(Difference((*difference.path, key), one.get(key, MISSING), other.get(key, MISSING)))

    def deltas(self, *, created: bool, gone: bool) -> list[Delta]:
        found: list[Delta] = []
        if self.own:
            act, verb = ("added", _("new")) if created else ("removed", _("gone")) if gone else ("changed", _("set"))
            found.append(Delta(act, verb, _("The definition itself"), self.own))
        for (collection, member), differences in self.members.items():
            delta = self._member(collection, member, differences)
            if delta is not None:
                found.append(delta)
        return found

    def _member(self, collection: str, member: str, differences: Sequence[Difference]) -> Delta | None:
        noun, name = MEMBERS[collection], self._name(collection, member)
        whole = next((difference for difference in differences if len(difference.path) == 2), None)
        if whole is not None:
            return self._whole(collection, member, f"{noun} {name}", whole)
        lines = [self._attribute(difference) for difference in differences if difference.path[2] not in HIDDEN]
        renamed = next((difference for difference in differences if difference.path[2:] == ("name",)), None)
        if renamed is not None and renamed.before is not MISSING and renamed.after is not MISSING:
            rest = [line for line in lines if line.label != words("name")]
            return Delta("renamed", _("renamed"), f"{noun} {renamed.before} → {renamed.after}", rest)
        if not lines:
            return Delta("changed", _("moved"), f"{noun} {name}")
        return Delta("changed", _("changed"), f"{noun} {name}", lines)

    def _whole(self, collection: str, member: str, subject: str, difference: Difference) -> Delta | None:
        if collection == "removed":
            # The other half of a removal or a restoration, which the field itself tells.
            return None
        if difference.is_removal:
            kept = collection == "fields" and member in self.after.get("removed", {})
            lines = [] if kept else self._attributes(difference.before, side="before")
            return Delta("removed", _("removed, kept for restoring") if kept else _("removed"), subject, lines)
        back = collection == "fields" and member in self.before.get("removed", {})
        tightened = collection == "overrides"
        verb = _("restored") if back else _("tightened") if tightened else _("added")
        return Delta(
            "changed" if tightened else "added", verb, subject, self._attributes(difference.after, side="after")
        )

    def _attributes(self, value: Any, *, side: str) -> list[Line]:
        if not isinstance(value, Mapping):
            return [self._line("", value if side == "before" else MISSING, value if side == "after" else MISSING)]
        shown = {key: held for key, held in value.items() if key not in HIDDEN and key not in CALLED.values()}
        if side == "before":
            return [self._line(words(key), held, MISSING) for key, held in shown.items()]
        return [self._line(words(key), MISSING, held) for key, held in shown.items()]

    def _attribute(self, difference: Difference) -> Line:
        return self._line(words(" ".join(difference.path[2:])), difference.before, difference.after)

    def _line(self, label: str, before: Any, after: Any) -> Line:
        return Line(label, self._said(before), self._said(after))

    def _said(self, value: Any) -> str | None:
        return None if value is MISSING else said(value, self.names)

    def _name(self, collection: str, member: str) -> str:
        if collection == "items":
            held = self.after.get("items", {}).get(member) or self.before.get("items", {}).get(member) or {}
            label = held.get("label", "")
            return f"{label} ({member})" if label and label != member else member
        return self.names.get(member, member)


def _names(content: Content) -> dict[str, str]:
    """Names of members by lineage id, those put away too."""
    return {
        member: str(held[name])
        for collection, name in CALLED.items()
        for member, held in content.get(collection, {}).items()
        if isinstance(held, Mapping) and name in held
    }


def said(value: Any, names: Mapping[str, str] = {}) -> str:
    """A value as a reader expects it."""
    if value is None:
        return _("nothing")
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, str):
        return names.get(value, value) or _("empty")
    if isinstance(value, list):
        return ", ".join(said(item, names) for item in value) or _("none")
    if isinstance(value, Mapping):
        shown = sorted(value.keys() - HIDDEN, key=lambda key: (key != "name", key))
        return ", ".join(f"{words(str(key))}: {said(value[key], names)}" for key in shown) or _("none")
    return str(value)


def subject_of(path: Path, *contents: Content | None) -> str:
    """What a path is about, for findings and conflicts: ``field priority, default``."""
    if not path:
        return ""
    names = {member: name for content in contents if content for member, name in _names(content).items()}
    if len(path) >= 2 and path[0] in MEMBERS:
        rest = words(" ".join(path[2:])).lower()
        return f"{MEMBERS[path[0]]} {names.get(path[1], path[1])}" + (f", {rest}" if rest else "")
    return words(" ".join(path)).lower()
