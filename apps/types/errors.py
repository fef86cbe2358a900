"""What the types app refuses, each named for the fact."""

from django.utils.translation import gettext_lazy as _

from apps.kernel.errors import Conflict, DomainError, InvalidInput


class InvalidDefinition(InvalidInput):
    """A payload that is wrong in itself. ``details``: ``reason`` (a stable code) and ``errors`` (path, message)."""

    code = "INVALID_INPUT"


class InvalidFieldType(InvalidDefinition):
    code = "INVALID_FIELD_TYPE"
    message_default = _("A field's type is one of the eight known ones.")


class BaseTypeElsewhere(InvalidInput):
    """The base belongs to another project, or to none."""

    code = "BASE_TYPE_CROSS_PROJECT"
    message_default = _("The base type belongs to another project.")


class BaseTypeMissing(InvalidInput):
    code = "ORPHAN_BASE_TYPE"
    message_default = _("The base type does not exist.")


class AmbiguousKey(Conflict):
    """Several projects have a type of this key. ``details["projects"]`` lists them."""

    code = "AMBIGUOUS_KEY"
    message_default = _("Several projects have a record type of this key. Name the project.")


class KeyTaken(Conflict):
    code = "KEY_EXISTS"
    message_default = _("The key is taken in this project. What was retired is restored, not created again.")


class NameTaken(Conflict):
    code = "NAME_EXISTS"
    message_default = _("The name is taken in this environment.")


class FieldTaken(Conflict):
    code = "FIELD_EXISTS"
    message_default = _("There is a field of this name already.")


class ChoiceTaken(Conflict):
    code = "CHOICE_EXISTS"
    message_default = _("The list has a choice of this value already.")


class ChoiceListClosed(Conflict):
    code = "CHOICE_LIST_DISABLED"
    message_default = _("The choice list takes no new choices.")


class NotDraft(Conflict):
    code = "NOT_DRAFT"
    message_default = _("Only a draft can be activated.")


class AlreadyRetired(Conflict):
    code = "ALREADY_RETIRED"
    message_default = _("It is retired already.")


class HasActiveDerivedTypes(Conflict):
    """``details["derived"]`` lists the keys."""

    code = "HAS_ACTIVE_DERIVED_TYPES"
    message_default = _("Active record types are derived from it.")


class GraphTooLarge(DomainError):
    """``details["limit"]`` is the number of definitions a whole graph may have."""

    code = "GRAPH_TOO_LARGE"
    status = 422
    message_default = _("The project is too large to show at once. Read its record types one by one.")
