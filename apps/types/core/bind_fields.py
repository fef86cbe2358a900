"""From what callers send about fields to operations: names become ids, places become order keys, once."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from pydantic import ValidationError

from apps.metadata.core.content import Content
from apps.metadata.core.faults import Fault, InvalidPayload
from apps.metadata.core.operations import Context, Operation, Refusal
from apps.types.core.field_operations import AddField, RemoveField, RenameField, RestoreField, SetField, own_fields
from apps.types.core.fields import FieldContent, merged, problems_of, sparse, unfit_attributes
from apps.types.core.inheritance import EffectiveField, by_name, effective_fields, mapping, members
from apps.types.core.payloads import (
    AddFieldPayload,
    FieldPayload,
    NewField,
    RenameFieldPayload,
    SetFieldPayload,
    from_validation,
    read,
)
from apps.types.core.placing import place
from apps.types.core.weakening import weakened

Lineage = Callable[[int], str]
Binder = Callable[[Mapping[str, Any], Content, Context, Lineage], Operation]


def find_field(reference: str, content: Content, chain: Sequence[Content]) -> EffectiveField | None:
    """The field of that name, own or inherited; failing that, the one of that id."""
    fields = effective_fields(content, chain)
    return by_name(fields.values()).get(reference) or fields.get(reference)


def field_named(reference: str, content: Content, chain: Sequence[Content]) -> EffectiveField:
    """The field, or the refusal that there is none."""
    field = find_field(reference, content, chain)
    if field is None:
        raise Refusal("FIELD_NOT_FOUND", f"There is no field named “{reference}”.", ("fields",), name=reference)
    return field


def judged(definition: Mapping[str, Any], *prefix: str) -> dict[str, Any]:
    """The complete definition if it is a valid field. Raises ``InvalidPayload`` with every fault."""
    problems = problems_of(definition)
    if problems:
        faults = [Fault(".".join((*prefix, problem.attribute)), problem.message) for problem in problems]
        raise InvalidPayload(problems[0].code, problems[0].message, *faults)
    try:
        FieldContent.model_validate(definition)
    except ValidationError as error:
        raise from_validation(error, *prefix) from error
    return dict(definition)


def _add_field(payload: Mapping[str, Any], content: Content, _context: Context, lineage: Lineage) -> AddField:
    wanted = read(AddFieldPayload, payload)
    given = wanted.definition.given()
    order = given.pop("order", None) or place(own_fields(content), wanted.position)
    definition = judged(sparse({"name": wanted.field, "order": order, **given}), "definition")
    return AddField(field=lineage(0), name=wanted.field, definition=definition)


def _set_field(payload: Mapping[str, Any], content: Content, context: Context, lineage: Lineage) -> SetField:
    wanted = read(SetFieldPayload, payload)
    given = wanted.definition.given()
    field = find_field(wanted.field, content, context.chain)
    if field is None:
        added = _add_field(payload, content, context, lineage)
        definition = {name: value for name, value in added.definition.items() if name not in ("name", "order")}
        order = str(added.definition["order"])
        return SetField(field=added.field, name=added.name, definition=definition, order=order)
    if wanted.position is not None:
        given["order"] = place(own_fields(content), wanted.position, but=field.id)
    if field.inherited:
        # A weakening is for the plan to refuse, where the base is the one of that moment.
        if not weakened(field.definition, given):
            judged(merged(field.definition, given), "definition")
    else:
        for attribute in ("type", "order"):
            if given.get(attribute, "") is None:
                message = f"{attribute} cannot be cleared."
                raise InvalidPayload("INVALID_INPUT", message, Fault(f"definition.{attribute}", message))
        if "type" in given:
            kept = merged(field.definition, given)
            given |= {attribute: None for attribute in unfit_attributes(kept) if attribute not in given}
        judged(merged(field.definition, given), "definition")
    return SetField(field=field.id, name=field.name, definition=given)


def _remove_field(payload: Mapping[str, Any], content: Content, context: Context, _lineage: Lineage) -> RemoveField:
    field = field_named(read(FieldPayload, payload).field, content, context.chain)
    return RemoveField(field=field.id, name=field.name)


def _restore_field(payload: Mapping[str, Any], content: Content, _context: Context, _lineage: Lineage) -> RestoreField:
    reference = read(FieldPayload, payload).field
    removed = members(content, "removed")
    matching = [field_id for field_id in removed if reference in (field_id, removed[field_id].get("name"))]
    if not matching:
        raise Refusal("FIELD_NOT_FOUND", f"There is no removed field “{reference}”.", ("removed",), name=reference)
    if len(matching) > 1:
        message = f"Several removed fields were named “{reference}”. Name one by its id: {', '.join(sorted(matching))}."
        raise InvalidPayload("AMBIGUOUS_FIELD", message, Fault("field", message))
    return RestoreField(field=matching[0], name=str(removed[matching[0]].get("name", reference)))


def _rename_field(payload: Mapping[str, Any], content: Content, context: Context, _lineage: Lineage) -> RenameField:
    wanted = read(RenameFieldPayload, payload)
    if wanted.old_name == wanted.new_name:
        message = "The new name is the old one."
        raise InvalidPayload("INVALID_INPUT", message, Fault("new_name", message))
    field = field_named(wanted.old_name, content, context.chain)
    return RenameField(field=field.id, old_name=field.name, new_name=wanted.new_name)


BINDERS: Mapping[str, Binder] = {
    AddField.type: _add_field,
    SetField.type: _set_field,
    RemoveField.type: _remove_field,
    RestoreField.type: _restore_field,
    RenameField.type: _rename_field,
}


def first_fields(wanted: Sequence[NewField], lineage: Lineage) -> dict[str, dict[str, Any]]:
    """The fields a type is defined with, by their new ids, in the order given."""
    fields: dict[str, dict[str, Any]] = {}
    for index, field in enumerate(wanted):
        given = field.given()
        order = given.pop("order", None) or place(fields)
        fields[lineage(index)] = judged(sparse({**given, "order": order}), "fields", str(index))
    names = [mapping(field).get("name") for field in fields.values()]
    repeated = sorted({str(name) for name in names if names.count(name) > 1})
    if repeated:
        message = f"A field name is given twice: {', '.join(repeated)}."
        raise InvalidPayload("DUPLICATE_FIELD", message, Fault("fields", message))
    return fields
