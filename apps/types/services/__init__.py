from apps.types.services.choice_lists import add_item, create_choice_list
from apps.types.services.direct import Written
from apps.types.services.record_types import (
    activate_record_type,
    add_field,
    create_record_type,
    retire_record_type,
)

__all__ = [
    "Written",
    "activate_record_type",
    "add_field",
    "add_item",
    "create_choice_list",
    "create_record_type",
    "retire_record_type",
]
