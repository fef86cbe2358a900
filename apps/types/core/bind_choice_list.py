"""From what callers send about a choice list to operations."""

from collections.abc import Callable, Mapping
from typing import Any

from pydantic import TypeAdapter, ValidationError

from apps.metadata.core.content import Content
from apps.metadata.core.faults import Fault, InvalidPayload
from apps.metadata.core.operations import Context, Define, Operation, Refusal, Restore, Retire, SetAttribute, existing
from apps.types.core.choice_operations import AddChoice, RemoveChoice, SetChoice, item_of, items_of
from apps.types.core.fields import Description
from apps.types.core.payloads import (
    AddChoicePayload,
    AttributePayload,
    ChoicePayload,
    DefineChoiceListPayload,
    NewChoice,
    NothingPayload,
    RestoreChoiceListPayload,
    SetChoicePayload,
    from_validation,
    read,
)
from apps.types.core.placing import place
from apps.types.core.record_type import Name

_ADAPTERS: Mapping[str, TypeAdapter[Any]] = {"name": TypeAdapter(Name), "description": TypeAdapter(Description)}


def bind(
    operation_type: str,
    payload: Mapping[str, Any],
    content: Content | None,
    _context: Context,
    _lineage: Callable[[int], str],
) -> Operation:
    """The operation that carries out the payload. Raises ``InvalidPayload`` and ``Refusal`` as for record types."""
    if operation_type == Define.type:
        return _define(payload)
    binder = _BINDERS.get(operation_type)
    if binder is None:
        known = ", ".join([Define.type, *sorted(_BINDERS)])
        raise InvalidPayload("INVALID_OPERATION", f"A choice list knows these operations: {known}.")
    return binder(payload, existing(content))


def _define(payload: Mapping[str, Any]) -> Define:
    wanted = read(DefineChoiceListPayload, payload)
    items: dict[str, dict[str, Any]] = {}
    for index, choice in enumerate(wanted.items):
        if choice.value in items:
            message = f"The value “{choice.value}” is given twice."
            raise InvalidPayload("CHOICE_EXISTS", message, Fault(f"items.{index}.value", message))
        items[choice.value] = _item(choice, place(items))
    content: Content = {"name": wanted.name, "status": "active", "items": items}
    if wanted.description:
        content["description"] = wanted.description
    return Define(key=wanted.key, content=content)


def _item(choice: NewChoice, order: str) -> dict[str, Any]:
    return {"order": order, "label": choice.label or choice.value, "active": choice.active}


def _add_choice(payload: Mapping[str, Any], content: Content) -> AddChoice:
    wanted = read(AddChoicePayload, payload)
    return AddChoice(value=wanted.value, item=_item(wanted, place(items_of(content), wanted.position)))


def _set_choice(payload: Mapping[str, Any], content: Content) -> SetChoice:
    wanted = read(SetChoicePayload, payload)
    item_of(wanted.value, content)
    item: dict[str, Any] = {}
    if wanted.label is not None:
        item["label"] = wanted.label
    if wanted.active is not None:
        item["active"] = wanted.active
    if wanted.position is not None:
        item["order"] = place(items_of(content), wanted.position, but=wanted.value)
    if not item:
        message = "Give a label, active or a position."
        raise InvalidPayload("INVALID_INPUT", message, Fault("label", message))
    return SetChoice(value=wanted.value, item=item)


def _remove_choice(payload: Mapping[str, Any], content: Content) -> RemoveChoice:
    value = read(ChoicePayload, payload).value
    item_of(value, content)
    return RemoveChoice(value=value)


def _set_attribute(payload: Mapping[str, Any], content: Content) -> SetAttribute:
    wanted = read(AttributePayload, payload)
    attribute, value = wanted.attribute, wanted.value
    if attribute == "status":
        return _set_status(value, content)
    if attribute not in _ADAPTERS:
        message = f"A choice list's attributes are status, {', '.join(_ADAPTERS)}."
        raise InvalidPayload("ATTRIBUTE_NOT_FOUND", message, Fault("attribute", message))
    if attribute == "description" and value in (None, ""):
        return SetAttribute(path=(attribute,), clear=True)
    try:
        return SetAttribute(path=(attribute,), value=_ADAPTERS[attribute].validate_python(value))
    except ValidationError as error:
        raise from_validation(error, "value") from error


def _set_status(value: Any, content: Content) -> SetAttribute:
    if value not in ("active", "disabled"):
        message = "Set status to active or disabled, or use the operations retire and restore."
        raise InvalidPayload("INVALID_INPUT", message, Fault("value", message))
    if content.get("status") == "retired":
        raise Refusal("RETIRED", "The choice list is retired; restore it first.", ("status",))
    return SetAttribute(path=("status",), value=value)


def _retire(payload: Mapping[str, Any], _content: Content) -> Retire:
    read(NothingPayload, payload)
    return Retire()


def _restore(payload: Mapping[str, Any], _content: Content) -> Restore:
    return Restore(status=read(RestoreChoiceListPayload, payload).status)


_BINDERS: Mapping[str, Callable[[Mapping[str, Any], Content], Operation]] = {
    AddChoice.type: _add_choice,
    SetChoice.type: _set_choice,
    RemoveChoice.type: _remove_choice,
    SetAttribute.type: _set_attribute,
    Retire.type: _retire,
    Restore.type: _restore,
}

OPERATION_TYPES: tuple[str, ...] = (Define.type, *sorted(_BINDERS))
