"""Record types and choice lists as Hypothesis draws them, and operations that fit them."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from hypothesis import strategies as st

from apps.kernel.canonical import lineage_id
from apps.metadata.core.content import Content
from apps.metadata.core.operations import Context, Operation, Restore, Retire, SetAttribute
from apps.metadata.core.ordering import spread
from apps.types.core.choice_operations import AddChoice, RemoveChoice, SetChoice
from apps.types.core.field_operations import AddField, RemoveField, RenameField, RestoreField, SetField
from apps.types.core.fields import FITS, NEEDED, sparse

NAMES = tuple(f"f{number}" for number in range(12))
ORDERS = spread(12)

json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.floats(-9, 9) | st.text(max_size=3),
    lambda children: st.lists(children, max_size=3) | st.dictionaries(st.text(max_size=3), children, max_size=3),
    max_leaves=8,
)

ATTRIBUTE_VALUES: dict[str, st.SearchStrategy[Any]] = {
    "label": st.sampled_from(["Label", "Étiquette"]),
    "description": st.just("What it is for."),
    "required": st.booleans(),
    "max_length": st.integers(1, 90),
    "pattern": st.sampled_from(["[A-Z]+", r"\d{3}"]),
    "min": st.integers(-9, 0),
    "max": st.integers(1, 9),
    "scale": st.integers(0, 4),
    "unique": st.booleans(),
    "indexed": st.booleans(),
    "personal_data": st.sampled_from([None, "personal", "sensitive"]),
}


def identity(number: int) -> str:
    """The lineage id of the field with that number."""
    return lineage_id(UUID(int=7), 1, number)


def lineages(start: int = 0) -> Callable[[int], str]:
    return lambda index: identity(100 + start + index)


@st.composite
def definitions(draw: st.DrawFn, number: int) -> dict[str, Any]:
    """A valid field whose name and place are those of its number."""
    kind = draw(st.sampled_from(["string", "text", "number", "boolean", "date", "choice", "reference"]))
    fitting = [name for name in sorted(ATTRIBUTE_VALUES) if kind in FITS[name]]
    chosen = draw(st.lists(st.sampled_from(fitting), unique=True, max_size=4))
    definition = {name: draw(ATTRIBUTE_VALUES[name]) for name in chosen}
    if kind in NEEDED:
        definition[NEEDED[kind]] = "priority"
    return sparse({"name": NAMES[number], "type": kind, "order": ORDERS[number], **definition})


@st.composite
def record_types(draw: st.DrawFn, numbers: range = range(8), *, base: str | None = None) -> Content:
    """A record type with fields, some of them removed."""
    present = draw(st.lists(st.sampled_from(list(numbers)), unique=True, min_size=1, max_size=6))
    fields = {identity(number): draw(definitions(number)) for number in present}
    gone = [identity(number) for number in present if draw(st.integers(0, 4)) == 0]
    content: Content = {"name": "Thing", "status": draw(st.sampled_from(["draft", "active"])), "fields": fields}
    if gone:
        content["removed"] = {field_id: fields.pop(field_id) for field_id in gone}
    if base:
        content["base_type"] = base
    return content


@st.composite
def tightenings(draw: st.DrawFn, definition: dict[str, Any]) -> dict[str, Any]:
    """Changes that promise at least what the inherited definition promises."""
    changes: dict[str, Any] = {"label": "Nearer to us"}
    if draw(st.booleans()):
        changes["required"] = True
    if definition["type"] in ("string", "text"):
        changes["max_length"] = draw(st.integers(1, definition.get("max_length", 90)))
    if definition["type"] == "number":
        changes["min"] = draw(st.integers(definition.get("min", -9), 9))
    return changes


def _setting(draw: st.DrawFn, field_id: str, definition: dict[str, Any]) -> SetField:
    fitting = [name for name in sorted(ATTRIBUTE_VALUES) if definition["type"] in FITS[name]]
    chosen = draw(st.lists(st.sampled_from(fitting), unique=True, max_size=3))
    changes = {name: draw(st.none() | ATTRIBUTE_VALUES[name]) for name in chosen}
    return SetField(field=field_id, name=definition["name"], definition=changes)


def _on_field(draw: st.DrawFn, field_id: str, definition: dict[str, Any]) -> Operation:
    name = definition["name"]
    choice = draw(st.integers(0, 3))
    if choice == 0:
        return RemoveField(field=field_id, name=name)
    if choice == 1:
        return RenameField(field=field_id, old_name=name, new_name=name + "Renamed")
    if choice == 2:
        return RemoveField(field=field_id, name=name, forget=True)
    return _setting(draw, field_id, definition)


@st.composite
def disjoint_operations(draw: st.DrawFn, content: Content, context: Context) -> list[Operation]:
    """Operations of every kind that fit the content and claim nothing twice."""
    own = [_on_field(draw, *item) for item in content["fields"].items() if draw(st.booleans())]
    restored = [
        RestoreField(field=field_id, name=definition["name"])
        for field_id, definition in content.get("removed", {}).items()
        if draw(st.booleans())
    ]
    tightened = [
        SetField(field=field_id, name=definition["name"], definition=draw(tightenings(definition)))
        for base in context.chain
        for field_id, definition in base["fields"].items()
        if draw(st.booleans())
    ]
    created = {name: value for name, value in draw(definitions(11)).items() if name not in ("name", "order")}
    others = (
        AddField(field=identity(10), name=NAMES[10], definition=draw(definitions(10))),
        SetField(field=identity(11), name=NAMES[11], definition=created, order=ORDERS[11]),
        SetAttribute(path=("name",), value="Other"),
        Retire(),
    )
    return [*own, *restored, *tightened, *(operation for operation in others if draw(st.booleans()))]


@st.composite
def choice_lists(draw: st.DrawFn) -> Content:
    values = draw(st.lists(st.sampled_from(NAMES[:8]), unique=True, max_size=6))
    items = {
        value: {"order": ORDERS[number], "label": value.upper(), "active": draw(st.booleans())}
        for number, value in enumerate(values)
    }
    return {"name": "List", "status": draw(st.sampled_from(["active", "disabled", "retired"])), "items": items}


@st.composite
def choice_operations(draw: st.DrawFn, content: Content) -> list[Operation]:
    """Operations of every kind that fit the list and claim nothing twice."""
    operations: list[Operation] = []
    for value in content["items"]:
        choice = draw(st.integers(0, 2))
        if choice == 0:
            operations.append(RemoveChoice(value=value))
        elif choice == 1:
            changes = draw(st.sampled_from([{"label": "New"}, {"active": False}, {"label": "B", "order": "a5"}]))
            operations.append(SetChoice(value=value, item=changes))
    if draw(st.booleans()):
        operations.append(AddChoice(value="added", item={"order": "a9", "label": "Added", "active": True}))
    if draw(st.booleans()):
        operations.append(Restore(status="disabled") if content["status"] == "retired" else Retire())
    return operations
