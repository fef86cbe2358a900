"""When a derived type weakens a field it inherits: one row per attribute.

Whoever reads records of the base type may rely on what the base says of a field. A derived type may promise more, never
less. Law: ``allows`` is reflexive and transitive, so a chain of tightenings is a tightening.
"""

from collections.abc import Callable, Mapping
from typing import Any

Rule = Callable[[Any, Any], bool]


def _anything(_inherited: Any, _wanted: Any) -> bool:
    return True


def _the_same(inherited: Any, wanted: Any) -> bool:
    return type(inherited) is type(wanted) and bool(inherited == wanted)


def _never_dropped(inherited: Any, wanted: Any) -> bool:
    return not inherited or bool(wanted)


def _kept_once_set(inherited: Any, wanted: Any) -> bool:
    return inherited is None or _the_same(inherited, wanted)


def _never_higher(inherited: Any, wanted: Any) -> bool:
    return inherited is None or (_is_number(inherited) and _is_number(wanted) and wanted <= inherited)


def _never_lower(inherited: Any, wanted: Any) -> bool:
    return inherited is None or (_is_number(inherited) and _is_number(wanted) and wanted >= inherited)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


_PERSONAL = {None: 0, "personal": 1, "sensitive": 2}


def _never_less_personal(inherited: Any, wanted: Any) -> bool:
    if not all(value is None or isinstance(value, str) for value in (inherited, wanted)):
        return False
    return _PERSONAL.get(wanted, -1) >= _PERSONAL.get(inherited, 0)


#: Attribute -> whether ``wanted`` promises at least what ``inherited`` promises. Null stands for an absent attribute.
TABLE: Mapping[str, Rule] = {
    "name": _the_same,  # the name is the base's to change
    "type": _the_same,
    "order": _the_same,  # inherited fields keep their place
    "label": _anything,
    "description": _anything,
    "default": _anything,
    "required": _never_dropped,
    "max_length": _never_higher,
    "pattern": _kept_once_set,  # whether one pattern implies another cannot be told
    "min": _never_lower,
    "max": _never_higher,
    "scale": _never_higher,
    "multiple": lambda inherited, wanted: (
        bool(inherited) == bool(wanted)
    ),  # one value and a list differ for every reader
    "unique": _never_dropped,
    "indexed": _never_dropped,
    "choice_list": _kept_once_set,
    "references": _kept_once_set,
    "personal_data": _never_less_personal,
}

#: What an override may name at all; the rest is identity and belongs to the base.
OVERRIDABLE: frozenset[str] = frozenset(TABLE) - {"name", "type", "order", "multiple", "choice_list", "references"}


def allows(attribute: str, inherited: Any, wanted: Any) -> bool:
    """Whether a derived type may say ``wanted`` where it inherits ``inherited``."""
    rule = TABLE.get(attribute)
    return rule is not None and rule(inherited, wanted)


def weakened(inherited: Mapping[str, Any], wanted: Mapping[str, Any]) -> tuple[str, ...]:
    """The attributes of ``wanted`` that promise less than ``inherited`` does, sorted. Omitted ones promise the same."""
    return tuple(
        sorted(
            attribute for attribute, value in wanted.items() if not allows(attribute, inherited.get(attribute), value)
        )
    )
