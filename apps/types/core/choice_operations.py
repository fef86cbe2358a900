"""The operations on the items of a choice list. A value is its own identity, so a removed one can be added again."""

from collections.abc import Mapping
from typing import Any, ClassVar

from pydantic import JsonValue

from apps.metadata.core.content import Content, Path, put, remove
from apps.metadata.core.operations import Context, Inverse, Operation, Refusal, Reversibility, existing
from apps.types.core.inheritance import mapping


def items_of(content: Content) -> Mapping[str, Mapping[str, Any]]:
    """The items by value."""
    return mapping(content.get("items"))


def item_of(value: str, content: Content) -> Mapping[str, Any]:
    """The item, or the refusal that there is none."""
    item = items_of(content).get(value)
    if item is None:
        raise Refusal("CHOICE_NOT_FOUND", f"There is no choice “{value}”.", ("items", value), name=value)
    return item


class ChoiceOperation(Operation):
    """What all operations on one choice share."""

    value: str

    def claims(self) -> frozenset[str]:
        return frozenset({"#" + self.value})

    def touches(self, content: Content | None, context: Context) -> frozenset[Path]:
        return frozenset({("items", self.value)})


class AddChoice(ChoiceOperation):
    type: ClassVar[str] = "add_choice"

    item: dict[str, JsonValue]

    def apply(self, content: Content | None, context: Context) -> Content:
        content = existing(content)
        if self.value in items_of(content):
            message = f"There is a choice “{self.value}” already."
            raise Refusal("CHOICE_EXISTS", message, ("items", self.value), name=self.value)
        return put(content, ("items", self.value), self.item)

    def invert(self, content: Content | None, context: Context) -> Inverse:
        self.apply(content, context)
        return Inverse(RemoveChoice(value=self.value), Reversibility.LOSSLESS)

    def written(self) -> dict[str, Any]:
        return {"value": self.value, **_without_order(self.item)}

    def summary(self) -> str:
        label = self.item.get("label")
        return f"Add choice “{label}” ({self.value})" if label != self.value else f"Add choice “{label}”"


class SetChoice(ChoiceOperation):
    """Change the label, the place or whether the choice may be taken; omitted ones stay."""

    type: ClassVar[str] = "set_choice"

    item: dict[str, JsonValue]

    def apply(self, content: Content | None, context: Context) -> Content:
        content = existing(content)
        item = item_of(self.value, content)
        return put(content, ("items", self.value), {**item, **self.item})

    def touches(self, content: Content | None, context: Context) -> frozenset[Path]:
        return frozenset(("items", self.value, attribute) for attribute in self.item)

    def invert(self, content: Content | None, context: Context) -> Inverse:
        before = item_of(self.value, existing(content))
        defaults: Mapping[str, JsonValue] = {"active": True, "label": self.value}
        item = {attribute: before.get(attribute, defaults.get(attribute)) for attribute in self.item}
        return Inverse(SetChoice(value=self.value, item=item), Reversibility.LOSSLESS)

    def written(self) -> dict[str, Any]:
        return {"value": self.value, **_without_order(self.item)}

    def summary(self) -> str:
        parts = []
        if "label" in self.item:
            parts.append(f"label “{self.item['label']}”")
        if "active" in self.item:
            parts.append("active" if self.item["active"] else "inactive")
        if "order" in self.item:
            parts.append("moved")
        return f"Change choice “{self.value}”: {', '.join(parts) or 'nothing'}"


class RemoveChoice(ChoiceOperation):
    """Take a choice off the list. Records that hold the value keep it."""

    type: ClassVar[str] = "remove_choice"

    def apply(self, content: Content | None, context: Context) -> Content:
        content = existing(content)
        item_of(self.value, content)
        return remove(content, ("items", self.value))

    def invert(self, content: Content | None, context: Context) -> Inverse:
        item = dict(item_of(self.value, existing(content)))
        return Inverse(AddChoice(value=self.value, item=item), Reversibility.LOSSLESS)

    def summary(self) -> str:
        return f"Remove choice “{self.value}”"


def _without_order(item: Mapping[str, Any]) -> dict[str, Any]:
    """A caller gives a place by its position; the key of the place is not theirs to write."""
    return {attribute: value for attribute, value in item.items() if attribute != "order"}
