"""From what callers send about a record type to operations."""

from collections.abc import Mapping
from typing import Any

from pydantic import TypeAdapter, ValidationError

from apps.metadata.core.content import Content, Path
from apps.metadata.core.faults import Fault, InvalidPayload
from apps.metadata.core.operations import (
    Context,
    Define,
    Operation,
    Refusal,
    Restore,
    Retire,
    SetAttribute,
    existing,
)
from apps.types.core.bind_fields import BINDERS, Binder, Lineage, field_named, first_fields
from apps.types.core.fields import DefinitionKey, Description
from apps.types.core.payloads import (
    AttributePayload,
    DefineRecordTypePayload,
    NothingPayload,
    RestoreRecordTypePayload,
    from_validation,
    read,
)
from apps.types.core.pointers import translated
from apps.types.core.record_type import Assignment, Name, Numbering, Sla
from apps.types.core.values import misfit

_ADAPTERS: Mapping[str, TypeAdapter[Any]] = {
    "name": TypeAdapter(Name),
    "base_type": TypeAdapter(DefinitionKey),
    "description": TypeAdapter(Description),
    "numbering": TypeAdapter(Numbering),
    "assignment": TypeAdapter(Assignment),
    "sla": TypeAdapter(Sla),
}


def bind(
    operation_type: str, payload: Mapping[str, Any], content: Content | None, context: Context, lineage: Lineage
) -> Operation:
    """The operation that carries out the payload on this content.

    Raises ``InvalidPayload`` for a payload wrong in itself, ``Refusal`` for one that does not fit the content.
    """
    if operation_type == Define.type:
        return _define(payload, context, lineage)
    binder = _BINDERS.get(operation_type)
    if binder is None:
        known = ", ".join([Define.type, *sorted(_BINDERS)])
        raise InvalidPayload("INVALID_OPERATION", f"A record type knows these operations: {known}.")
    return binder(payload, existing(content), context, lineage)


def _define(payload: Mapping[str, Any], context: Context, lineage: Lineage) -> Define:
    wanted = read(DefineRecordTypePayload, payload)
    if wanted.base_type == wanted.key:
        message = "A record type cannot be its own base."
        raise InvalidPayload("BASE_TYPE_CYCLE", message, Fault("base_type", message))
    content: Content = {"name": wanted.name, "status": wanted.status, "fields": first_fields(wanted.fields, lineage)}
    if wanted.base_type:
        content["base_type"] = wanted.base_type
    if wanted.description:
        content["description"] = wanted.description
    for attribute in ("numbering", "assignment", "sla"):
        value = getattr(wanted, attribute)
        if value is not None:
            content[attribute] = _value_of(attribute, value, content, context)
    return Define(key=wanted.key, content=content)


def _set_attribute(payload: Mapping[str, Any], content: Content, context: Context, _lineage: Lineage) -> SetAttribute:
    wanted = read(AttributePayload, payload)
    attribute, value = wanted.attribute, wanted.value
    if attribute == "status":
        return _set_status(value, content)
    if attribute not in _ADAPTERS:
        message = f"A record type's attributes are status, {', '.join(_ADAPTERS)}."
        raise InvalidPayload("ATTRIBUTE_NOT_FOUND", message, Fault("attribute", message))
    if value is None or (attribute == "description" and value == ""):
        if attribute == "name":
            raise InvalidPayload("INVALID_INPUT", "A record type needs a name.", Fault("value", "A name is needed."))
        return SetAttribute(path=(attribute,), clear=True)
    return SetAttribute(path=(attribute,), value=_value_of(attribute, value, content, context))


def _set_status(value: Any, content: Content) -> SetAttribute:
    """Only activation is a plain setting; retiring and restoring are operations of their own."""
    if value != "active":
        message = "Set status to active, or use the operations retire and restore."
        raise InvalidPayload("INVALID_INPUT", message, Fault("value", message))
    if content.get("status") != "draft":
        raise Refusal("NOT_DRAFT", f"Only a draft is activated; this one is {content.get('status')}.", ("status",))
    return SetAttribute(path=("status",), value="active")


def _value_of(attribute: str, value: Any, content: Content, context: Context) -> Any:
    """The value as stored: checked, with ids for names and without what says nothing."""

    def to_id(reference: str, place: Path) -> str:
        return field_named(reference, content, context.chain).id

    adapter = _ADAPTERS[attribute]
    try:
        stored = adapter.dump_python(adapter.validate_python(translated(attribute, value, to_id)), mode="json")
    except ValidationError as error:
        raise from_validation(error, attribute) from error
    if not isinstance(stored, dict):
        return stored
    stored = {name: part for name, part in stored.items() if part is not None}
    _refuse_unfit(stored, content, context)
    return stored


def _refuse_unfit(stored: Mapping[str, Any], content: Content, context: Context) -> None:
    """Refuse a rule or a completion that waits for a value its field can never hold."""
    completion = stored.get("complete_when")
    conditions = [completion] if completion else []
    if "field" in stored:
        conditions += [{"field": stored["field"], **rule} for rule in stored["rules"]]
    for condition in conditions:
        field = field_named(condition["field"], content, context.chain)
        single = {**field.definition, "multiple": False}
        if condition["equals"] is not None and (reason := misfit(condition["equals"], single)):
            message = f"“{field.name}” never equals {condition['equals']!r}: {reason}"
            raise InvalidPayload("VALUE_NOT_FITTING", message, Fault("value", message))


def _retire(payload: Mapping[str, Any], _content: Content, _context: Context, _lineage: Lineage) -> Retire:
    read(NothingPayload, payload)
    return Retire()


def _restore(payload: Mapping[str, Any], _content: Content, _context: Context, _lineage: Lineage) -> Restore:
    return Restore(status=read(RestoreRecordTypePayload, payload).status)


_BINDERS: Mapping[str, Binder] = {
    **BINDERS,
    SetAttribute.type: _set_attribute,
    Retire.type: _retire,
    Restore.type: _restore,
}

#: Every operation type a record type understands.
OPERATION_TYPES: tuple[str, ...] = (Define.type, *sorted(_BINDERS))
