"""What the routes of record types and choice lists answer."""

from typing import Annotated, Any
from uuid import UUID

from pydantic import Field, JsonValue, model_validator

from apps.kernel.api.representation import Output
from apps.types.core.views import FieldView

Key = Annotated[str, Field(examples=["incident"])]
Status = Annotated[str, Field(examples=["active"])]


class FieldOut(Output):
    """A field as records of the type have it. What does not apply to the field's type is null or false."""

    id: Annotated[str, Field(description="The lineage id: it survives a rename.", examples=["0q2r7m4c8k1v5"])]
    name: Annotated[str, Field(examples=["short_description"])]
    label: Annotated[str, Field(examples=["Short description"])]
    type: Annotated[str, Field(examples=["string"])]
    position: Annotated[int, Field(description="0 is the first.", examples=[0])]
    owner: Annotated[str, Field(description="The key of the type that defines it.", examples=["task"])]
    inherited: bool
    overridden: Annotated[list[str], Field(description="Attributes a derived type has tightened.", examples=[[]])]
    description: str = ""
    required: bool = False
    default: Annotated[JsonValue, Field(examples=[None])] = None
    max_length: int | None = None
    pattern: str | None = None
    min: float | int | None = None
    max: float | int | None = None
    scale: int | None = None
    multiple: bool = False
    unique: bool = False
    indexed: bool = False
    choice_list: Annotated[str | None, Field(description="The key of the choice list.")] = None
    references: Annotated[str | None, Field(description="The key of the record type.")] = None
    personal_data: Annotated[str | None, Field(description="personal or sensitive.")] = None

    @model_validator(mode="before")
    @classmethod
    def _of_a_view(cls, value: Any) -> Any:
        return value.as_dict() if isinstance(value, FieldView) else value


class RecordTypeOut(Output):
    """A record type as the environment runs it."""

    id: UUID
    project_id: UUID
    environment: Annotated[str, Field(examples=["dev"])]
    key: Key
    name: Annotated[str, Field(examples=["Incident"])]
    base_type: Annotated[str | None, Field(description="The key of the base type.", examples=["task"])]
    status: Status
    description: str
    version: Annotated[int, Field(description="Rises by one with each merged change that alters it.", examples=[3])]
    digest: Annotated[str, Field(description="SHA-256 of the canonical content.", examples=["9f" * 32])]
    field_count: Annotated[int, Field(description="Fields of its own.", examples=[12])]


class RecordTypeDetailOut(RecordTypeOut):
    """A record type with its effective fields: the base chain's first, then its own."""

    base_chain: Annotated[list[str], Field(description="Nearest first.", examples=[["task"]])]
    fields: list[FieldOut]
    numbering: Annotated[dict[str, JsonValue] | None, Field(examples=[{"prefix": "INC", "digits": 7}])]
    assignment: Annotated[
        dict[str, JsonValue] | None,
        Field(examples=[{"type": "static_group", "value": "service-desk"}]),
    ]
    sla: Annotated[dict[str, JsonValue] | None, Field(examples=[{"duration_minutes": 240}])]


class StagedOut(Output):
    """Where a direct write went. ``merged`` false (202): the change holds it and the environment does not run it."""

    change_id: UUID
    change_number: Annotated[str, Field(examples=["CHG0000012"])]
    change_status: Annotated[str, Field(examples=["Merged"])]
    operation_id: UUID
    merged: bool


class RecordTypeWrittenOut(RecordTypeDetailOut, StagedOut):
    """The record type as merged or, with 202, as the change would make it. ``id`` is null until it is first merged."""

    id: UUID | None  # type: ignore[assignment]  # wider than in the list on purpose


class FieldWrittenOut(FieldOut, StagedOut):
    """The new field, and the change it is in."""


class ChoiceItemOut(Output):
    """One value of a choice list."""

    value: Annotated[str, Field(examples=["1"])]
    label: Annotated[str, Field(examples=["High"])]
    active: Annotated[bool, Field(description="Inactive ones stay in old records and are refused in new ones.")]
    position: Annotated[int, Field(examples=[0])]


class ChoiceListOut(Output):
    """A choice list as the environment runs it."""

    id: UUID
    project_id: UUID
    environment: Annotated[str, Field(examples=["dev"])]
    key: Annotated[str, Field(examples=["urgency"])]
    name: Annotated[str, Field(examples=["Urgency"])]
    status: Status
    description: str
    version: Annotated[int, Field(examples=[1])]
    digest: Annotated[str, Field(examples=["9f" * 32])]
    item_count: Annotated[int, Field(examples=[3])]


class ChoiceListDetailOut(ChoiceListOut):
    """A choice list with its items in order."""

    items: list[ChoiceItemOut]


class ChoiceListWrittenOut(ChoiceListDetailOut, StagedOut):
    """The list as merged or, with 202, as the change would make it. ``id`` is null until it is first merged."""

    id: UUID | None  # type: ignore[assignment]  # wider than in the list on purpose


class ChoiceItemWrittenOut(ChoiceItemOut, StagedOut):
    """The new item, and the change it is in."""


class GraphNodeOut(Output):
    """A definition in the graph. Record types carry their fields."""

    kind: Annotated[str, Field(examples=["record_type"])]
    id: UUID
    key: Key
    project_id: UUID
    tenant_id: UUID
    name: Annotated[str, Field(examples=["Incident"])]
    status: Status
    version: int
    digest: str
    base_type: str | None = None
    fields: list[FieldOut] | None = None


class GraphEdgeOut(Output):
    """``inherits``, ``references``, ``uses`` or ``binds``, from one definition to another."""

    type: Annotated[str, Field(examples=["inherits"])]
    source_kind: Annotated[str, Field(examples=["record_type"])]
    source_key: Annotated[str, Field(examples=["incident"])]
    target_kind: Annotated[str, Field(examples=["record_type"])]
    target_key: Annotated[str, Field(examples=["task"])]
    path: Annotated[str, Field(description="Where the source's content says so.", examples=["/base_type"])]


class GraphSnapshotOut(Output):
    """The graph of a project as an environment runs it, computed from its heads; sorted, so equal graphs are equal
    bytes."""

    tenant_id: UUID
    project_id: UUID
    environment: Annotated[str, Field(examples=["dev"])]
    mode: Annotated[str, Field(examples=["summary"])]
    root_digest: Annotated[str, Field(examples=["9f" * 32])]
    counts: Annotated[dict[str, int], Field(description="Definitions by kind.", examples=[{"record_type": 4}])]
    edge_counts: Annotated[dict[str, int], Field(description="Edges by type.", examples=[{"inherits": 3}])]
    nodes: list[GraphNodeOut] | None = None
    edges: list[GraphEdgeOut] | None = None
    bindings: Annotated[
        dict[str, list[dict[str, str]]] | None, Field(examples=[{"sla": [{"record_type_key": "incident"}]}])
    ] = None


class GraphFindingOut(Output):
    """One thing wrong in the graph."""

    severity: Annotated[str, Field(examples=["error"])]
    code: Annotated[str, Field(examples=["ORPHAN_BASE_TYPE"])]
    message: str
    kind: Annotated[str, Field(examples=["record_type"])]
    key: Annotated[str, Field(examples=["incident"])]
    path: Annotated[str, Field(examples=["/base_type"])]
    details: Annotated[dict[str, Any], Field(examples=[{"base_type": "task"}])]


class GraphValidationOut(Output):
    """Whether a project's graph is sound."""

    project_id: UUID
    environment: Annotated[str, Field(examples=["dev"])]
    valid: bool
    errors: list[GraphFindingOut]
    warnings: list[GraphFindingOut]


class GraphDiffOut(Output):
    """What a change does to record types: sorted, by key and by name."""

    change_id: UUID
    change_number: Annotated[str, Field(examples=["CHG0000012"])]
    record_types: Annotated[
        dict[str, Any],
        Field(
            examples=[
                {
                    "added": ["problem"],
                    "removed": [],
                    "modified": [
                        {
                            "key": "incident",
                            "fields": {
                                "added": ["urgency"],
                                "removed": [],
                                "modified": [],
                                "renamed": [{"from": "title", "to": "short_description"}],
                            },
                        }
                    ],
                }
            ]
        ),
    ]
    workflows: Annotated[dict[str, list[Any]], Field(examples=[{"added": [], "removed": [], "modified": []}])]
    bindings: Annotated[dict[str, list[dict[str, str]]], Field(examples=[{"added": [], "removed": []}])]
    summary: Annotated[dict[str, int], Field(examples=[{"added": 1, "removed": 0, "modified": 1}])]
    empty: bool
