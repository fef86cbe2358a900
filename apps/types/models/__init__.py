from apps.types.models.choice_list import ChoiceList
from apps.types.models.record_type import RecordType

__all__ = ["ChoiceList", "RecordType"]
