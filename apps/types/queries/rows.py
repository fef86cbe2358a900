"""Rows of definitions with what the environment runs, as the views that people read."""

from collections.abc import Iterable
from typing import Any, TypeVar
from uuid import UUID

from django.db.models import QuerySet

from apps.kernel.errors import NotFound
from apps.metadata.queries import contents_by_digest
from apps.types.core.views import DefinitionView

View = TypeVar("View", bound=DefinitionView)


def views_of(rows: Iterable[Any], view: type[View]) -> list[View]:
    """Annotated rows with their contents, in one query."""
    found = list(rows)
    contents = contents_by_digest({row.digest: row.revision_id for row in found})
    return [
        view(
            id=row.pk,
            project_id=row.project_id,
            environment_id=row.environment_id,
            environment=row.environment_name,
            key=row.key,
            version=row.number,
            digest=row.digest,
            content=contents[row.digest],
        )
        for row in found
    ]


def row_of(rows: QuerySet[Any], definition_id: UUID) -> Any:
    """One of the rows; ``NotFound`` where the environment does not run it."""
    found = rows.filter(pk=definition_id).first()
    if found is None:
        raise NotFound(id=str(definition_id))
    return found
