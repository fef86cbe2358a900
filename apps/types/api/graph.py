"""The graph of definitions over REST, for administrators and tools."""

from typing import Any, Literal
from uuid import UUID

from pydantic import Field

from apps.kernel.api.declarations import reads
from apps.kernel.api.query import Query
from apps.kernel.api.viewsets import ScopedViewSet
from apps.types import queries
from apps.types.api.representations import GraphDiffOut, GraphSnapshotOut, GraphValidationOut

PERMISSION = "admin.view"


class SnapshotQuery(Query):
    project_id: UUID | None = Field(default=None, description="The project; the default one when left out.")
    mode: Literal["summary", "full"] = Field(default="summary", description="Counts alone, or everything.")


class ValidateQuery(Query):
    project_id: UUID = Field(description="The project to check.")


class DiffQuery(Query):
    change_id: UUID = Field(description="The change to compare with the graph as it is.")


class GraphViewSet(ScopedViewSet):
    """The definitions of a project and what points at what, computed from what the environment runs."""

    standard_reads = ()

    @reads("snapshot", GraphSnapshotOut, detail=False, query=SnapshotQuery, permission=PERMISSION, errors=(422,))
    def snapshot(self) -> Any:
        """Show the graph: its counts, or in `full` mode every node, edge and binding. Equal graphs are equal bytes."""
        return queries.graph_snapshot(self.query.project_id, full=self.query.mode == "full")

    @reads("validate", GraphValidationOut, detail=False, query=ValidateQuery, permission=PERMISSION, errors=(422,))
    def validate(self) -> Any:
        """Check a project's graph. Broken data is an answer with errors, never a failure."""
        return queries.graph_validation(self.query.project_id)

    @reads("diff", GraphDiffOut, detail=False, query=DiffQuery, permission=PERMISSION)
    def diff(self) -> Any:
        """Show what a change does to the graph, with fields by name. Nothing is written."""
        return queries.change_graph_diff(self.query.change_id)
