"""The one condition language: a JSON tree over the fields of a flat mapping, compiled to a predicate.

A leaf is ``{"field": name, "operator": word, "value": any}``; groups are ``{"all": [..]}``, ``{"any": [..]}`` and
``{"not": tree}``. What was compiled never raises on data: a comparison that does not fit its value (text against a
number, an absent field) is false, and with it ``not_equals`` and ``not_in`` are true.

Stored contents name fields by lineage id; ``fields_of`` and ``with_fields`` translate between ids and names.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final, TypeAlias

Condition: TypeAlias = Mapping[str, Any]
Predicate: TypeAlias = Callable[[Mapping[str, Any]], bool]
Where: TypeAlias = tuple[str | int, ...]

MAX_DEPTH: Final = 16
MAX_CONDITIONS: Final = 500
MAX_CHOICES: Final = 1_000
MAX_TEXT: Final = 10_000


class ConditionError(ValueError):
    """A tree that is no condition: a sentence, and the path of the part that is wrong."""

    code: Final = "INVALID_CONDITION"

    def __init__(self, message: str, path: Where = ()) -> None:
        super().__init__(message)
        self.message = message
        self.path = path

    @property
    def pointer(self) -> str:
        """The path as ``/all/0/value``."""
        return "".join(f"/{step}" for step in self.path)


def compile_condition(tree: Any) -> Predicate:
    """The predicate of a condition. Raises ``ConditionError`` for anything that is none, or beyond the limits."""
    return _compile(tree, (), _Budget(), 1)


def fields_of(tree: Condition) -> frozenset[str]:
    """The names of all fields that a valid condition reads."""
    return frozenset(leaf["field"] for leaf in _leaves(tree))


def with_fields(tree: Condition, rename: Callable[[str], str]) -> dict[str, Any]:
    """The same condition with every field renamed: names to ids when staged, ids to names when shown."""
    if "field" in tree:
        return {**tree, "field": rename(tree["field"])}
    if "not" in tree:
        return {"not": with_fields(tree["not"], rename)}
    word = "all" if "all" in tree else "any"
    return {word: [with_fields(child, rename) for child in tree[word]]}


class _Budget:
    """How many conditions are left, shared by a whole tree."""

    def __init__(self) -> None:
        self.left = MAX_CONDITIONS

    def spend(self, path: Where) -> None:
        self.left -= 1
        if self.left < 0:
            raise ConditionError(f"A condition has at most {MAX_CONDITIONS} parts.", path)


def _compile(tree: Any, path: Where, budget: _Budget, depth: int) -> Predicate:
    budget.spend(path)
    if depth > MAX_DEPTH:
        raise ConditionError(f"A condition is at most {MAX_DEPTH} levels deep.", path)
    if not isinstance(tree, Mapping):
        raise ConditionError("A condition is an object.", path)
    keys = set(tree)
    if "field" in keys or "operator" in keys:
        return _compile_leaf(tree, path)
    if keys == {"not"}:
        inner = _compile(tree["not"], (*path, "not"), budget, depth + 1)
        return lambda values: not inner(values)
    if keys in ({"all"}, {"any"}):
        (word,) = keys
        children = _compile_children(tree[word], (*path, word), budget, depth)
        if word == "all":
            return lambda values: all(child(values) for child in children)
        return lambda values: any(child(values) for child in children)
    raise ConditionError("A condition has a field and an operator, or exactly one of all, any and not.", path)


def _compile_children(trees: Any, path: Where, budget: _Budget, depth: int) -> list[Predicate]:
    if not isinstance(trees, list | tuple) or not trees:
        raise ConditionError("A group is a list with at least one condition.", path)
    return [_compile(tree, (*path, index), budget, depth + 1) for index, tree in enumerate(trees)]


def _compile_leaf(tree: Condition, path: Where) -> Predicate:
    unknown = set(tree) - {"field", "operator", "value"}
    if unknown:
        raise ConditionError(f"A condition has no {min(map(str, unknown))!r}.", path)
    field, operator = tree.get("field"), tree.get("operator")
    if not isinstance(field, str) or not field or len(field) > MAX_TEXT:
        raise ConditionError("A condition names a field.", (*path, "field"))
    if not isinstance(operator, str) or operator not in OPERATORS:
        raise ConditionError(f"The operator is one of {', '.join(OPERATORS)}.", (*path, "operator"))
    takes, test = _OPERATORS[operator]
    if takes is None:
        if tree.get("value") is not None:
            raise ConditionError(f"{operator} takes no value.", (*path, "value"))
    elif "value" not in tree:
        raise ConditionError(f"{operator} needs a value.", (*path, "value"))
    else:
        takes(tree["value"], (*path, "value"))
    value = tree.get("value")
    return lambda values: test(values.get(field), value)


def _leaves(tree: Condition) -> Iterator[Condition]:
    if "field" in tree:
        yield tree
    else:
        for children in tree.values():
            for child in [children] if isinstance(children, Mapping) else children:
                yield from _leaves(child)


# What an operator takes


def _takes_scalar(value: Any, path: Where) -> None:
    if isinstance(value, str):
        if len(value) > MAX_TEXT:
            raise ConditionError(f"A text is at most {MAX_TEXT} characters long.", path)
    elif value is not None and not isinstance(value, bool | int | float):
        raise ConditionError("The value is a text, a number, a boolean or null.", path)
    elif isinstance(value, float) and value - value != 0:
        raise ConditionError("The value is a finite number.", path)


def _takes_list(value: Any, path: Where) -> None:
    if not isinstance(value, list | tuple) or len(value) > MAX_CHOICES:
        raise ConditionError(f"The value is a list of at most {MAX_CHOICES} values.", path)
    for index, item in enumerate(value):
        _takes_scalar(item, (*path, index))


def _takes_ordered(value: Any, path: Where) -> None:
    _takes_scalar(value, path)
    if value is None or isinstance(value, bool):
        raise ConditionError("The value is a number or a text that can be compared.", path)


def _takes_text(value: Any, path: Where) -> None:
    _takes_scalar(value, path)
    if not isinstance(value, str) or not value:
        raise ConditionError("The value is a text.", path)


# What an operator tells


def _same(actual: Any, value: Any) -> bool:
    return isinstance(actual, bool) == isinstance(value, bool) and bool(actual == value)


def _one_of(actual: Any, value: Sequence[Any]) -> bool:
    return any(_same(actual, item) for item in value)


def _order(actual: Any, value: Any) -> int | None:
    """-1, 0 or 1; ``None`` where the two have no common order. Dates and times compare as their ISO text."""
    numbers = isinstance(actual, int | float) and isinstance(value, int | float) and not isinstance(actual, bool)
    if not numbers and not (isinstance(actual, str) and isinstance(value, str)):
        return None
    if actual == value:
        return 0
    return -1 if actual < value else 1


def _empty(actual: Any, _: Any) -> bool:
    return actual is None or (isinstance(actual, str | list | tuple | dict) and not actual)


def _contains(actual: Any, value: Any) -> bool:
    if isinstance(actual, str):
        return isinstance(value, str) and value in actual
    return isinstance(actual, list | tuple) and _one_of(value, actual)


_Test: TypeAlias = Callable[[Any, Any], bool]
_Check: TypeAlias = Callable[[Any, Where], None]

_OPERATORS: Final[Mapping[str, tuple[_Check | None, _Test]]] = {
    "equals": (_takes_scalar, _same),
    "not_equals": (_takes_scalar, lambda actual, value: not _same(actual, value)),
    "in": (_takes_list, _one_of),
    "not_in": (_takes_list, lambda actual, value: not _one_of(actual, value)),
    "gt": (_takes_ordered, lambda actual, value: _order(actual, value) == 1),
    "gte": (_takes_ordered, lambda actual, value: _order(actual, value) in (0, 1)),
    "lt": (_takes_ordered, lambda actual, value: _order(actual, value) == -1),
    "lte": (_takes_ordered, lambda actual, value: _order(actual, value) in (-1, 0)),
    "empty": (None, _empty),
    "not_empty": (None, lambda actual, value: not _empty(actual, value)),
    "contains": (_takes_scalar, _contains),
    "starts_with": (_takes_text, lambda actual, value: isinstance(actual, str) and actual.startswith(value)),
}
OPERATORS: Final = tuple(_OPERATORS)
