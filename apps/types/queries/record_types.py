"""Reading record types as an environment runs them."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from apps.kernel.errors import NotFound
from apps.kernel.models import TenantQuerySet
from apps.kernel.scope import Actor
from apps.metadata.core.content import Content
from apps.metadata.models import Head, Reference
from apps.metadata.queries import chains_of, running, with_heads
from apps.types.core.content_checks import base_of
from apps.types.core.record_type import KIND
from apps.types.core.views import RecordTypeView
from apps.types.errors import AmbiguousKey
from apps.types.models import RecordType
from apps.types.queries.rows import views_of


def record_types_visible(_actor: Actor | None = None) -> TenantQuerySet[RecordType]:
    """The record types that the request's environment runs, by key. Every member may read them."""
    return record_types_of(None)


def record_types_of(environment_id: UUID | None) -> TenantQuerySet[RecordType]:
    """The record types that one environment runs, by key."""
    return with_heads(RecordType.objects.all(), environment_id=environment_id).order_by("key", "id")


def record_type(record_type_id: UUID, *, environment_id: UUID | None = None) -> RecordTypeView:
    """One record type with its base chain; ``NotFound`` where the environment does not run it."""
    found = running(KIND, record_type_id, environment_id=environment_id)
    if found is None:
        raise NotFound(id=str(record_type_id))
    return RecordTypeView(
        id=record_type_id,
        project_id=found.project_id,
        environment_id=found.environment_id,
        environment=found.environment,
        key=found.key,
        version=found.number,
        digest=found.digest,
        content=found.content,
        chain=found.chain,
    )


def record_type_by_key(key: str, *, project_id: UUID | None = None) -> RecordTypeView:
    """The record type of that key. ``AmbiguousKey`` when several projects have one and none is named."""
    found = record_types_visible().filter(key=key)
    if project_id is not None:
        found = found.filter(project_id=project_id)
    rows = list(found[:50])
    if not rows:
        raise NotFound(key=key)
    if len(rows) > 1:
        raise AmbiguousKey(projects=sorted(str(row.project_id) for row in rows))
    return whole(rows[0])


def whole(row: Any) -> RecordTypeView:
    """An annotated row with its content and base chain: at most three queries."""
    (view,) = listed([row])
    return view.based_on(chain_of(row.environment_id, view.content))


def chain_of(environment_id: UUID, content: Content) -> tuple[Content, ...]:
    """The contents of the base types as the environment runs them, nearest first."""
    base = base_of(content)
    return () if base is None else chains_of(environment_id, KIND, [base])[base]


def listed(rows: Iterable[Any]) -> list[RecordTypeView]:
    """Annotated rows with their contents, in one query; without base chains."""
    return views_of(rows, RecordTypeView)


def active_types_derived_from(environment_id: UUID, key: str) -> list[str]:
    """The keys of the active types whose base this is."""
    derived = Reference.objects.filter(
        environment_id=environment_id, target_kind=KIND, target_key=key, edge="inherits"
    ).values("source_id")
    heads = Head.objects.filter(environment_id=environment_id, definition_id__in=derived, status="active")
    return list(heads.order_by("key", "id").values_list("key", flat=True))
