"""The graph of a project as an environment runs it: computed from heads and references, never stored."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias
from uuid import UUID

from django.db.models import Count

from apps.changes.models import Change
from apps.changes.queries import revisions_written_by, snapshots_of
from apps.changes.services import plan_change
from apps.kernel.kinds import get as kind_named
from apps.kernel.scope import open_tenant_id
from apps.metadata.core.content import Content, pointer
from apps.metadata.core.findings import Finding, Neighbourhood, Node, NodeId
from apps.metadata.models import Head, Reference
from apps.metadata.queries import contents_of, heads_of, keys_elsewhere, root_digest
from apps.tenancy.models import Environment
from apps.tenancy.queries import environment_in_scope, project_named
from apps.types.core.content_checks import base_of
from apps.types.core.graph_diff import graph_diff
from apps.types.core.record_type import KIND
from apps.types.core.views import RecordTypeView
from apps.types.errors import GraphTooLarge

Sides: TypeAlias = dict[str, Content | None]

#: A whole graph is read for people and tools that ask for it by name; beyond this they read it piece by piece.
MAX_DEFINITIONS = 5_000


@dataclass(frozen=True, slots=True)
class GraphNode:
    """A definition in the graph. ``fields`` are a record type's own."""

    kind: str
    id: UUID
    key: str
    project_id: UUID
    tenant_id: UUID
    name: str
    status: str
    version: int
    digest: str
    base_type: str | None
    fields: list[Any] | None


@dataclass(frozen=True, slots=True)
class GraphEdge:
    type: str
    source_kind: str
    source_key: str
    target_kind: str
    target_key: str
    path: str


@dataclass(frozen=True, slots=True)
class GraphSnapshot:
    """Counts, and in full mode everything; sorted throughout, so that equal graphs are equal bytes."""

    tenant_id: UUID
    project_id: UUID
    environment: str
    mode: str
    root_digest: str
    counts: dict[str, int]
    edge_counts: dict[str, int]
    nodes: list[GraphNode] | None = None
    edges: list[GraphEdge] | None = None
    bindings: dict[str, list[dict[str, str]]] | None = None


@dataclass(frozen=True, slots=True)
class GraphValidation:
    """What every kind's rules say about a whole project."""

    project_id: UUID
    environment: str
    errors: list[dict[str, Any]]
    warnings: list[dict[str, Any]]

    @property
    def valid(self) -> bool:
        return not self.errors


def graph_snapshot(project_id: UUID | None, *, full: bool) -> GraphSnapshot:
    """The graph of the project in the request's environment; counts alone unless ``full``."""
    environment = _environment(project_id)
    counted = Head.objects.filter(environment_id=environment.pk).values_list("kind").annotate(Count("pk"))
    edges = Reference.objects.filter(environment_id=environment.pk).values_list("edge").annotate(Count("pk"))
    summary: dict[str, Any] = {
        "tenant_id": open_tenant_id(),
        "project_id": environment.project_id,
        "environment": environment.name,
        "root_digest": root_digest(environment.pk),
        "counts": dict(sorted(counted.order_by("kind"))),
        "edge_counts": dict(sorted(edges.order_by("edge"))),
    }
    if not full:
        return GraphSnapshot(mode="summary", **summary)
    heads = _heads(environment)
    contents = contents_of(heads)
    nodes = [_node(head, environment, contents[head.digest]) for head in heads]
    bindings = _bindings({(head.kind, head.key): contents[head.digest] for head in heads})
    return GraphSnapshot(mode="full", nodes=nodes, edges=list(_edges(environment)), bindings=bindings, **summary)


def graph_validation(project_id: UUID) -> GraphValidation:
    """Check a whole project. Broken data gives findings, never an error."""
    environment = _environment(project_id)
    heads = _heads(environment)
    contents = contents_of(heads)
    nodes = {
        (head.kind, head.key): Node(head.kind, head.key, environment.project_id, contents[head.digest])
        for head in heads
    }
    targets = {(edge.kind, edge.key) for node in nodes.values() for edge in kind_named(node.kind).edges(node.content)}
    absent = frozenset(targets - nodes.keys())
    elsewhere = keys_elsewhere(environment.project_id, absent)
    graph = Neighbourhood(environment.project_id, nodes, absent - elsewhere, elsewhere)
    found = list(_findings(graph))
    return GraphValidation(
        project_id=environment.project_id,
        environment=environment.name,
        errors=[finding.as_dict() for finding in found if finding.is_error],
        warnings=[finding.as_dict() for finding in found if not finding.is_error],
    )


def change_graph_diff(change_id: UUID) -> dict[str, Any]:
    """What a change does to the graph as it is now, fields by name and renames told as such. Writes nothing."""
    change: Change = Change.objects.select_related("environment", "project").one(change_id)
    before, after = _merged_sides(change) if change.status == Change.Status.MERGED else _planned_sides(change)
    return {"change_id": change.pk, "change_number": change.number, **graph_diff(before, after)}


def _planned_sides(change: Change) -> tuple[Sides, Sides]:
    types = [definition for definition in plan_change(change).plan.definitions if definition.kind == KIND]
    return {one.key: one.before for one in types}, {one.key: one.after for one in types}


def _merged_sides(change: Change) -> tuple[Sides, Sides]:
    """What was before and what was written, from the snapshots and revisions of the merge."""
    before = {
        snapshot.definition.key: snapshot.revision_before.content if snapshot.revision_before else None
        for snapshot in snapshots_of(change.pk).filter(definition__kind=KIND)
    }
    written = revisions_written_by(change.pk).filter(definition__kind=KIND)
    return before, before | {revision.definition.key: revision.content for revision in written}


def _environment(project_id: UUID | None) -> Environment:
    return environment_in_scope(project_named(project_id))


def _heads(environment: Environment) -> list[Head]:
    heads = list(heads_of(environment.pk)[: MAX_DEFINITIONS + 1])
    if len(heads) > MAX_DEFINITIONS:
        raise GraphTooLarge(limit=MAX_DEFINITIONS)
    return heads


def _node(head: Head, environment: Environment, content: Content) -> GraphNode:
    fields = None
    if head.kind == KIND:
        view = RecordTypeView(
            head.definition_id,
            environment.project_id,
            environment.pk,
            environment.name,
            head.key,
            head.number,
            head.digest,
            content,
        )
        fields = view.fields
    return GraphNode(
        kind=head.kind,
        id=head.definition_id,
        key=head.key,
        project_id=environment.project_id,
        tenant_id=head.tenant_id,
        name=head.name,
        status=head.status,
        version=head.number,
        digest=head.digest,
        base_type=base_of(content) if head.kind == KIND else None,
        fields=fields,
    )


def _edges(environment: Environment) -> Iterator[GraphEdge]:
    found = (
        Reference.objects.filter(environment_id=environment.pk)
        .order_by("source__kind", "source__key", "edge", "target_kind", "target_key", "path", "id")
        .values_list("edge", "source__kind", "source__key", "target_kind", "target_key", "path")
    )
    for edge, source_kind, source_key, target_kind, target_key, path in found:
        yield GraphEdge(edge, source_kind, source_key, target_kind, target_key, pointer(tuple(path)))


def _bindings(contents: dict[NodeId, Content]) -> dict[str, list[dict[str, str]]]:
    """Which record types have a clock or an assignment. Kinds that bind from outside show as edges."""
    return {
        name: [
            {"record_type_key": key}
            for (kind, key), content in sorted(contents.items())
            if kind == KIND and content.get(name)
        ]
        for name in ("assignment", "sla")
    }


def _findings(graph: Neighbourhood) -> Iterator[Finding]:
    kinds = sorted({node.kind for node in graph.nodes.values()})
    for identity in sorted(graph.nodes):
        node = graph.nodes[identity]
        yield from (finding.at(*identity) for finding in kind_named(node.kind).check(node.content))
    for kind in kinds:
        yield from kind_named(kind).check_graph(graph)
