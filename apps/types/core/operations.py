"""The operations each kind accepts, by type."""

from collections.abc import Mapping

from apps.metadata.core.operations import Define, Operation, Restore, Retire, SetAttribute
from apps.types.core.choice_operations import AddChoice, RemoveChoice, SetChoice
from apps.types.core.field_operations import AddField, RemoveField, RenameField, RestoreField, SetField

RECORD_TYPE_OPERATIONS: Mapping[str, type[Operation]] = {
    operation.type: operation
    for operation in (
        Define,
        SetAttribute,
        AddField,
        SetField,
        RemoveField,
        RestoreField,
        RenameField,
        Retire,
        Restore,
    )
}

CHOICE_LIST_OPERATIONS: Mapping[str, type[Operation]] = {
    operation.type: operation
    for operation in (Define, SetAttribute, AddChoice, SetChoice, RemoveChoice, Retire, Restore)
}
