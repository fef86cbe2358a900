"""Record types and choice lists as people read them: names where the content holds ids, members in order."""

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any
from uuid import UUID

from apps.metadata.core.content import Content
from apps.types.core.content_checks import base_of, status_of
from apps.types.core.fields import IDENTITY
from apps.types.core.inheritance import EffectiveField, effective_fields, mapping, members
from apps.types.core.pointers import with_names


@dataclass(frozen=True, slots=True)
class FieldView:
    """A field of a record type. ``owner`` is the key of the type that defines it."""

    id: str
    position: int
    owner: str
    inherited: bool
    overridden: tuple[str, ...]
    definition: dict[str, Any]

    @property
    def name(self) -> str:
        return str(self.definition.get("name", ""))

    @property
    def type(self) -> str:
        return str(self.definition.get("type", ""))

    @property
    def label(self) -> str:
        """The label, or the name made readable."""
        return str(self.definition.get("label") or self.name.replace("_", " ").capitalize())

    @property
    def attributes(self) -> dict[str, Any]:
        """Everything the field says beyond its name, type and place."""
        return {name: value for name, value in self.definition.items() if name not in (*IDENTITY, "label")}

    def as_dict(self) -> dict[str, Any]:
        """The field in one mapping; attributes that say nothing are left out."""
        return {
            **self.attributes,
            "id": self.id,
            "name": self.name,
            "label": self.label,
            "type": self.type,
            "position": self.position,
            "owner": self.owner,
            "inherited": self.inherited,
            "overridden": list(self.overridden),
        }


@dataclass(frozen=True)
class DefinitionView:
    """What both kinds show. ``id`` is None for a definition that is only staged.

    Views are told apart by all they hold, and counted (hashed) by what is short: the digest stands for the content.
    """

    id: UUID | None
    project_id: UUID
    environment_id: UUID
    environment: str
    key: str
    version: int
    digest: str
    content: Content = field(hash=False)

    @property
    def name(self) -> str:
        return str(self.content.get("name", ""))

    @property
    def status(self) -> str:
        return status_of(self.content)

    @property
    def description(self) -> str:
        return str(self.content.get("description", ""))


@dataclass(frozen=True)
class RecordTypeView(DefinitionView):
    """A record type; ``chain`` holds the contents of its base types, nearest first, where they were asked for."""

    chain: tuple[Content, ...] = field(default=(), hash=False)

    def based_on(self, chain: tuple[Content, ...]) -> "RecordTypeView":
        return replace(self, chain=chain)

    @property
    def base_type(self) -> str | None:
        return base_of(self.content)

    @property
    def base_chain(self) -> list[str]:
        """The keys of the base types, nearest first."""
        keys = [base_of(content) for content in (self.content, *self.chain)]
        return [key for key in keys[: max(len(self.chain), 1)] if key is not None]

    @cached_property
    def fields(self) -> list[FieldView]:
        """The effective fields: the furthest base type's first, each type's in order."""
        owners = [self.key, *self.base_chain]
        found = effective_fields(self.content, self.chain).values()
        return [_field(field, position, owners) for position, field in enumerate(found)]

    @property
    def own_fields(self) -> list[FieldView]:
        return [field for field in self.fields if not field.inherited]

    @property
    def removed_fields(self) -> list[FieldView]:
        """What waits in quarantine and can be restored."""
        removed = members(self.content, "removed").items()
        return [
            FieldView(field_id, position, self.key, inherited=False, overridden=(), definition=dict(definition))
            for position, (field_id, definition) in enumerate(removed)
        ]

    @property
    def field_count(self) -> int:
        """How many fields the type has of its own."""
        return len(mapping(self.content.get("fields")))

    @property
    def numbering(self) -> Any:
        return self.content.get("numbering")

    @property
    def assignment(self) -> Any:
        return self._named("assignment")

    @property
    def sla(self) -> Any:
        return self._named("sla")

    def _named(self, attribute: str) -> Any:
        return with_names(attribute, self.content.get(attribute), {field.id: field.name for field in self.fields})


def _field(field: EffectiveField, position: int, owners: list[str]) -> FieldView:
    owner = owners[field.depth] if field.depth < len(owners) else ""
    overridden = tuple(sorted(field.overridden))
    return FieldView(field.id, position, owner, field.inherited, overridden, dict(field.definition))


@dataclass(frozen=True, slots=True)
class ChoiceView:
    """One value of a choice list."""

    value: str
    label: str
    active: bool
    position: int


@dataclass(frozen=True)
class ChoiceListView(DefinitionView):
    """A choice list with its items in order."""

    @cached_property
    def items(self) -> list[ChoiceView]:
        return [
            ChoiceView(value, str(item.get("label", value)), item.get("active") is not False, position)
            for position, (value, item) in enumerate(members(self.content, "items").items())
        ]

    @property
    def item_count(self) -> int:
        return len(mapping(self.content.get("items")))
