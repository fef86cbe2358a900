"""What a change does to the graph, in the words of people: types and fields by name.

Law: ``diff(a, a)`` is empty, and ``diff(b, a)`` is ``diff(a, b)`` with its sides exchanged.
"""

from collections.abc import Mapping
from typing import Any

from apps.metadata.core.content import Content, same
from apps.types.core.inheritance import mapping, members
from apps.types.core.pointers import with_names

Contents = Mapping[str, Content | None]

_SETTINGS = ("name", "base_type", "status", "description", "numbering", "sla", "assignment")
_UNNAMED = ("name", "order")


def graph_diff(before: Contents, after: Contents) -> dict[str, Any]:
    """The difference between record types by key; None stands for a type that does not exist. Sorted throughout."""
    keys = sorted(before.keys() | after.keys())
    added = [key for key in keys if before.get(key) is None and after.get(key) is not None]
    removed = [key for key in keys if before.get(key) is not None and after.get(key) is None]
    modified = []
    for key in keys:
        old, new = before.get(key), after.get(key)
        if old is not None and new is not None and (change := _modified(old, new)):
            modified.append({"key": key, **change})
    summary = {"added": len(added), "removed": len(removed), "modified": len(modified)}
    return {
        "record_types": {"added": added, "removed": removed, "modified": modified},
        "workflows": {"added": [], "removed": [], "modified": []},
        "bindings": _bindings(before, after),
        "summary": summary,
        "empty": not any(summary.values()),
    }


def _modified(old: Content, new: Content) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for setting in _SETTINGS:
        sides = (_setting(old, setting), _setting(new, setting))
        if not same(*sides):
            found[setting] = {"from": sides[0], "to": sides[1]}
    fields = _fields(old, new)
    if any(fields.values()):
        found["fields"] = fields
    overrides = _overrides(old, new)
    if overrides:
        found["overrides"] = overrides
    return found


def _setting(content: Content, setting: str) -> Any:
    names = {field_id: str(field.get("name")) for field_id, field in members(content, "fields").items()}
    return with_names(setting, content.get(setting), names)


def _fields(old: Content, new: Content) -> dict[str, list[Any]]:
    before, after = members(old, "fields"), members(new, "fields")
    renamed, modified = [], []
    for field_id in before.keys() & after.keys():
        one, other = before[field_id], after[field_id]
        if one.get("name") != other.get("name"):
            renamed.append({"from": str(one.get("name")), "to": str(other.get("name"))})
        sides = [{name: value for name, value in side.items() if name not in _UNNAMED} for side in (one, other)]
        if not same(*sides) or one.get("order") != other.get("order"):
            moved = {"moved": True} if one.get("order") != other.get("order") else {}
            modified.append({"name": str(other.get("name")), "from": sides[0], "to": sides[1], **moved})
    return {
        "added": sorted(str(after[field_id].get("name")) for field_id in after.keys() - before.keys()),
        "removed": sorted(str(before[field_id].get("name")) for field_id in before.keys() - after.keys()),
        "modified": sorted(modified, key=lambda item: str(item["name"])),
        "renamed": sorted(renamed, key=lambda item: (item["from"], item["to"])),
    }


def _overrides(old: Content, new: Content) -> list[dict[str, Any]]:
    before, after = mapping(old.get("overrides")), mapping(new.get("overrides"))
    return [
        {"field": field_id, "from": before.get(field_id, {}), "to": after.get(field_id, {})}
        for field_id in sorted(before.keys() | after.keys())
        if not same(before.get(field_id, {}), after.get(field_id, {}))
    ]


def _bindings(before: Contents, after: Contents) -> dict[str, list[dict[str, str]]]:
    sides = [
        {
            (kind, key)
            for key, content in side.items()
            for kind in ("assignment", "sla")
            if content and content.get(kind)
        }
        for side in (before, after)
    ]
    added, removed = sides[1] - sides[0], sides[0] - sides[1]
    return {
        "added": [{"type": kind, "record_type_key": key} for kind, key in sorted(added)],
        "removed": [{"type": kind, "record_type_key": key} for kind, key in sorted(removed)],
    }
