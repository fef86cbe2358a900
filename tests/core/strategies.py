"""Values that Hypothesis draws: JSON, contents, and operations of a small kind that uses the real protocol."""

from collections.abc import Mapping
from typing import Any, ClassVar

from hypothesis import strategies as st
from pydantic import BaseModel, JsonValue

from apps.kernel.kinds import Content, Projected
from apps.metadata.core.content import Path, get, put, remove
from apps.metadata.core.findings import Finding, Neighbourhood
from apps.metadata.core.kinds import MetadataKind
from apps.metadata.core.operations import (
    Context,
    Define,
    Inverse,
    Operation,
    Refusal,
    Restore,
    Retire,
    Reversibility,
    SetAttribute,
    existing,
)

LARGEST = 2**53 - 1

text = st.text(st.characters(codec="utf-8"), max_size=8)
scalars = (
    st.none()
    | st.booleans()
    | st.integers(-LARGEST, LARGEST)
    | st.floats(-1e15, 1e15)
    | st.floats(1e21, allow_infinity=False)
    | text
)
json_values = st.recursive(
    scalars,
    lambda children: st.lists(children, max_size=3) | st.dictionaries(text, children, max_size=3),
    max_leaves=12,
)
keys = st.sampled_from(["a", "b", "c", "é", "\U0001f600", "ﬀ"])
contents = st.recursive(
    st.dictionaries(keys, scalars, max_size=4),
    lambda children: st.dictionaries(keys, children | scalars, max_size=4),
    max_leaves=10,
)

MEMBER_IDS = ("m1", "m2", "m3", "m4")
ATTRIBUTES = ("label", "size")


class Member(Operation):
    """What the operations on one member share."""

    member: str

    def claims(self) -> frozenset[str]:
        return frozenset({self.member})

    def own(self, content: Content | None) -> tuple[Content, dict[str, Any]]:
        content = existing(content)
        member = get(content, ("members", self.member), None)
        if member is None:
            raise Refusal("MEMBER_NOT_FOUND", f"There is no {self.member}.", ("members", self.member))
        return content, member


class AddMember(Member):
    type: ClassVar[str] = "add_member"
    definition: dict[str, JsonValue]

    def apply(self, content: Content | None, context: Context) -> Content:
        content = existing(content)
        if self.member in content.get("members", {}):
            raise Refusal("MEMBER_EXISTS", f"There is a {self.member}.", ("members", self.member))
        return put(content, ("members", self.member), self.definition)

    def touches(self, content: Content | None, context: Context) -> frozenset[Path]:
        return frozenset({("members", self.member)})

    def invert(self, content: Content | None, context: Context) -> Inverse:
        self.apply(content, context)
        return Inverse(DropMember(member=self.member), Reversibility.LOSSLESS)

    def summary(self) -> str:
        return f"Add {self.member}"


class SetMember(Member):
    type: ClassVar[str] = "set_member"
    attribute: str
    value: JsonValue

    def apply(self, content: Content | None, context: Context) -> Content:
        content, _ = self.own(content)
        return put(content, ("members", self.member, self.attribute), self.value)

    def touches(self, content: Content | None, context: Context) -> frozenset[Path]:
        return frozenset({("members", self.member, self.attribute)})

    def invert(self, content: Content | None, context: Context) -> Inverse:
        content, member = self.own(content)
        undo = SetAttribute(path=("members", self.member), value=member)
        return Inverse(undo, Reversibility.LOSSLESS)

    def summary(self) -> str:
        return f"Set {self.attribute} of {self.member}"


class DropMember(Member):
    type: ClassVar[str] = "drop_member"

    def apply(self, content: Content | None, context: Context) -> Content:
        content, _ = self.own(content)
        return remove(content, ("members", self.member))

    def touches(self, content: Content | None, context: Context) -> frozenset[Path]:
        return frozenset({("members", self.member)})

    def invert(self, content: Content | None, context: Context) -> Inverse:
        _, member = self.own(content)
        return Inverse(AddMember(member=self.member, definition=member), Reversibility.LOSSLESS)

    def summary(self) -> str:
        return f"Drop {self.member}"


class ToyContent(BaseModel):
    name: str
    status: str = "active"
    members: dict[str, dict[str, Any]] = {}


def check(content: Content) -> list[Finding]:
    """Sizes are not negative."""
    return [
        Finding.error("NEGATIVE_SIZE", f"The size of {member} is negative.", ("members", member, "size"))
        for member, definition in sorted(content.get("members", {}).items())
        if isinstance(definition.get("size"), int) and definition["size"] < 0
    ]


def check_graph(graph: Neighbourhood) -> list[Finding]:
    """What a toy is based on exists."""
    return [
        Finding.error("ORPHAN", f"The base of {node.key} is missing.", ("base",), kind=node.kind, key=node.key)
        for node in graph.of_kind("toy")
        if node.content.get("base") and graph.node("toy", node.content["base"]) is None
    ]


def bind(operation_type: str, payload: Mapping[str, Any], *_: object) -> Operation:
    return TOY.operations[operation_type].model_validate(payload)


TOY: MetadataKind = MetadataKind(
    name="toy",
    label="toy",
    label_plural="toys",
    content_model=ToyContent,
    operations={
        operation.type: operation
        for operation in (Define, SetAttribute, Retire, Restore, AddMember, SetMember, DropMember)
    },
    bind=bind,
    base=lambda content: content.get("base"),
    check=check,
    check_graph=check_graph,
    project=lambda content: Projected(content["name"], content["status"]),
)


def toy(_: str) -> MetadataKind:
    return TOY


members = st.dictionaries(st.sampled_from(ATTRIBUTES), st.integers(0, 3), max_size=2)
toys = st.builds(
    lambda members: {"name": "Toy", "status": "active", "members": members},
    st.dictionaries(st.sampled_from(MEMBER_IDS), members, max_size=4),
)


def _operation_on(content: Content, member: str) -> st.SearchStrategy[Operation]:
    if member in content["members"]:
        setting = st.builds(
            SetMember, member=st.just(member), attribute=st.sampled_from(ATTRIBUTES), value=st.integers(0, 3)
        )
        return setting | st.just(DropMember(member=member))
    return st.builds(AddMember, member=st.just(member), definition=members)


@st.composite
def disjoint_operations(draw: st.DrawFn, content: Content) -> list[Operation]:
    """Operations that fit the content and claim nothing twice."""
    chosen = draw(st.lists(st.sampled_from(MEMBER_IDS), unique=True, max_size=4))
    operations = [draw(_operation_on(content, member)) for member in chosen]
    if draw(st.booleans()):
        operations.append(SetAttribute(path=("name",), value=draw(st.sampled_from(["Toy", "Top"]))))
    if draw(st.booleans()):
        operations.append(Retire())
    return operations
