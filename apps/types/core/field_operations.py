"""The operations on the fields of a record type. Each carries ids to act by and names to read by.

A removed field stays in the content under ``removed``: restoring it brings back the same id, and with it the values
that records kept. A name used again gets a new id.
"""

from collections.abc import Mapping
from typing import Any, ClassVar

from pydantic import JsonValue

from apps.metadata.core.content import Content, Path, put, remove, same
from apps.metadata.core.operations import Context, Inverse, Operation, Refusal, Reversibility, existing
from apps.types.core.fields import merged, says_nothing
from apps.types.core.inheritance import EffectiveField, inherited_fields, inherited_named, mapping
from apps.types.core.weakening import OVERRIDABLE, allows

#: Characters of a value that a summary quotes.
SHOWN = 80


def own_fields(content: Content) -> Mapping[str, Mapping[str, Any]]:
    """The type's own fields by id."""
    return mapping(content.get("fields"))


def refuse_taken(name: str, content: Content, context: Context) -> None:
    """Refuse a name that the type or its base chain uses already."""
    for field_id, field in own_fields(content).items():
        if field.get("name") == name:
            raise Refusal("FIELD_EXISTS", f"There is a field named “{name}” already.", ("fields", field_id), name=name)
    if inherited_named(name, context.chain) is not None:
        raise Refusal("PROTECTED_FIELD", f"“{name}” is inherited and cannot be shadowed.", ("fields",), name=name)


def own_field(field_id: str, name: str, content: Content, context: Context) -> Mapping[str, Any]:
    """The type's own field, or the refusal: protected where it is inherited, not found otherwise."""
    field = own_fields(content).get(field_id)
    if field is not None:
        return field
    inherited = inherited_fields(context.chain).get(field_id) or inherited_named(name, context.chain)
    if inherited is not None:
        message = f"“{inherited.name}” is inherited. Only the type that owns it can do this."
        raise Refusal("PROTECTED_FIELD", message, ("fields", inherited.id), name=inherited.name)
    raise Refusal("FIELD_NOT_FOUND", f"There is no field named “{name}”.", ("fields", field_id), name=name)


def _without(content: Content, collection: str, member: str) -> Content:
    """The content without the member, and without a collection that is empty then."""
    content = remove(content, (collection, member))
    return content if content.get(collection) else remove(content, (collection,))


class FieldOperation(Operation):
    """What all operations on one field share."""

    field: str
    name: str

    def claims(self) -> frozenset[str]:
        return frozenset({"#" + self.field, self.name})


class AddField(FieldOperation):
    """Add a field of the type's own. Its id and place are fixed when this is staged."""

    type: ClassVar[str] = "add_field"

    definition: dict[str, JsonValue]

    def apply(self, content: Content | None, context: Context) -> Content:
        content = existing(content)
        refuse_taken(self.name, content, context)
        if self.field in own_fields(content) or self.field in mapping(content.get("removed")):
            raise Refusal("FIELD_EXISTS", f"“{self.name}” was added before.", ("fields", self.field), name=self.name)
        return put(content, ("fields", self.field), self.definition)

    def touches(self, content: Content | None, context: Context) -> frozenset[Path]:
        return frozenset({("fields", self.field)})

    def invert(self, content: Content | None, context: Context) -> Inverse:
        self.apply(content, context)
        undo = RemoveField(field=self.field, name=self.name, forget=True)
        return Inverse(undo, Reversibility.LOSSLESS)

    def written(self) -> dict[str, Any]:
        return {"field": self.name, "definition": _without_name(self.definition)}

    def summary(self) -> str:
        return f"Add {described(self.name, self.definition)}"


class SetField(FieldOperation):
    """Change attributes of a field: given ones replace, null clears, omitted ones stay.

    On an inherited field this writes an override and refuses to weaken. With ``order`` it creates the field where
    there is none.
    """

    type: ClassVar[str] = "set_field"

    definition: dict[str, JsonValue]
    order: str | None = None

    def apply(self, content: Content | None, context: Context) -> Content:
        content = existing(content)
        field = own_fields(content).get(self.field)
        if field is not None:
            return put(content, ("fields", self.field), merged(field, self.definition))
        inherited = self._inherited(context)
        if inherited is not None:
            return self._override(content, inherited)
        if self.order is None:
            own_field(self.field, self.name, content, context)
        return self._creation().apply(content, context)

    def _creation(self) -> AddField:
        created = merged({"name": self.name, "order": self.order}, self.definition)
        return AddField(field=self.field, name=self.name, definition=created)

    def _inherited(self, context: Context) -> EffectiveField | None:
        return inherited_fields(context.chain).get(self.field)

    def _override(self, content: Content, inherited: EffectiveField) -> Content:
        path = ("overrides", self.field)
        for attribute, wanted in self.definition.items():
            base = inherited.definition.get(attribute)
            if not allows(attribute, base, wanted):
                message = f"“{inherited.name}” is inherited; {attribute} may not be weakened or changed here."
                raise Refusal("PROTECTED_FIELD", message, (*path, attribute), name=inherited.name, attribute=attribute)
            if attribute not in OVERRIDABLE or says_nothing(attribute, wanted) or same(base, wanted):
                content = remove(content, (*path, attribute))
            else:
                content = put(content, (*path, attribute), wanted)
        return content if mapping(content.get("overrides")).get(self.field) else _without(content, *path)

    def touches(self, content: Content | None, context: Context) -> frozenset[Path]:
        if content is not None and self.field not in own_fields(content):
            if self._inherited(context) is None:
                return frozenset({("fields", self.field)})
            return frozenset(("overrides", self.field, attribute) for attribute in self.definition)
        return frozenset(("fields", self.field, attribute) for attribute in self.definition)

    def invert(self, content: Content | None, context: Context) -> Inverse:
        content = existing(content)
        self.apply(content, context)
        field = own_fields(content).get(self.field)
        inherited = self._inherited(context)
        if field is None and inherited is None:
            return self._creation().invert(content, context)
        if field is None and inherited is not None:
            field = {**inherited.definition, **mapping(mapping(content.get("overrides")).get(self.field))}
        before = {attribute: (field or {}).get(attribute) for attribute in self.definition}
        retyped = "type" in before and before["type"] != self.definition["type"]
        undo = SetField(field=self.field, name=self.name, definition=before)
        # Values converted to another type need not come back as they were.
        return Inverse(undo, Reversibility.LOSSY if retyped else Reversibility.LOSSLESS)

    def written(self) -> dict[str, Any]:
        return {"field": self.name, "definition": _without_name(self.definition)}

    def summary(self) -> str:
        if self.order is not None:
            return f"Add {described(self.name, self.definition)}"
        parts = ", ".join(_told(attribute, value) for attribute, value in sorted(self.definition.items()))
        return f"Change field “{self.name}”: {parts or 'nothing'}"


class RemoveField(FieldOperation):
    """Take a field out of use and keep it in quarantine. ``forget`` undoes an addition without a trace."""

    type: ClassVar[str] = "remove_field"

    forget: bool = False

    def apply(self, content: Content | None, context: Context) -> Content:
        content = existing(content)
        field = own_field(self.field, self.name, content, context)
        content = remove(content, ("fields", self.field))
        return content if self.forget else put(content, ("removed", self.field), field)

    def touches(self, content: Content | None, context: Context) -> frozenset[Path]:
        field = ("fields", self.field)
        return frozenset({field} if self.forget else {field, ("removed", self.field)})

    def invert(self, content: Content | None, context: Context) -> Inverse:
        content = existing(content)
        self.apply(content, context)
        field = dict(own_fields(content)[self.field])
        name = str(field.get("name", self.name))
        undo = (
            AddField(field=self.field, name=name, definition=field)
            if self.forget
            else RestoreField(field=self.field, name=name)
        )
        return Inverse(undo, Reversibility.LOSSLESS)

    def written(self) -> dict[str, Any]:
        return {"field": self.name}

    def summary(self) -> str:
        return f"Remove field “{self.name}”"


class RestoreField(FieldOperation):
    """Bring a removed field back under its id; values that records kept are seen again."""

    type: ClassVar[str] = "restore_field"

    def apply(self, content: Content | None, context: Context) -> Content:
        content = existing(content)
        field = mapping(content.get("removed")).get(self.field)
        if field is None:
            message = f"There is no removed field “{self.name}”."
            raise Refusal("FIELD_NOT_FOUND", message, ("removed", self.field), name=self.name)
        refuse_taken(str(field.get("name")), content, context)
        return put(_without(content, "removed", self.field), ("fields", self.field), field)

    def touches(self, content: Content | None, context: Context) -> frozenset[Path]:
        return frozenset({("fields", self.field), ("removed", self.field)})

    def invert(self, content: Content | None, context: Context) -> Inverse:
        self.apply(content, context)
        return Inverse(RemoveField(field=self.field, name=self.name), Reversibility.LOSSLESS)

    def written(self) -> dict[str, Any]:
        return {"field": self.field}

    def summary(self) -> str:
        return f"Restore field “{self.name}”"


class RenameField(Operation):
    """Change a field's name and nothing else: everything that points at it points at its id."""

    type: ClassVar[str] = "rename_field"

    field: str
    old_name: str
    new_name: str

    def apply(self, content: Content | None, context: Context) -> Content:
        content = existing(content)
        field = own_field(self.field, self.old_name, content, context)
        if field.get("name") == self.new_name:
            return content
        refuse_taken(self.new_name, content, context)
        return put(content, ("fields", self.field, "name"), self.new_name)

    def touches(self, content: Content | None, context: Context) -> frozenset[Path]:
        return frozenset({("fields", self.field, "name")})

    def claims(self) -> frozenset[str]:
        return frozenset({"#" + self.field, self.old_name, self.new_name})

    def invert(self, content: Content | None, context: Context) -> Inverse:
        content = existing(content)
        self.apply(content, context)
        before = str(own_fields(content)[self.field].get("name"))
        undo = RenameField(field=self.field, old_name=self.new_name, new_name=before)
        return Inverse(undo, Reversibility.LOSSLESS)

    def written(self) -> dict[str, Any]:
        return {"old_name": self.old_name, "new_name": self.new_name}

    def summary(self) -> str:
        return f"Rename field “{self.old_name}” to “{self.new_name}”"


def described(name: str, definition: Mapping[str, Any]) -> str:
    """A field in a few words: ``required string field “title”``."""
    adjectives = [word for word in ("required", "unique") if definition.get(word)]
    points_at = definition.get("choice_list") or definition.get("references")
    words = [*adjectives, str(definition.get("type", "")), f"field “{name}”"]
    return " ".join(filter(None, words)) + (f" ({points_at})" if points_at else "")


def _without_name(definition: Mapping[str, Any]) -> dict[str, Any]:
    return {attribute: value for attribute, value in definition.items() if attribute != "name"}


def _told(attribute: str, value: Any) -> str:
    if says_nothing(attribute, value):
        return f"no {attribute}"
    if value is True:
        return attribute
    if isinstance(value, str):
        return f"{attribute} “{value if len(value) <= SHOWN else value[: SHOWN - 1] + '…'}”"
    return f"{attribute} {value}"
