"""Reading definitions, revisions and heads. Nothing here loads a whole environment."""

from collections.abc import Collection, Iterable, Mapping
from uuid import UUID

from django.db import connection
from django.db.models import Q, QuerySet

from apps.metadata.adapters import contents
from apps.metadata.core.content import Content
from apps.metadata.core.findings import NodeId
from apps.metadata.models import Definition, Head, Reference, Revision


def any_of(wanted: Collection[NodeId]) -> Q:
    """The rows with one of these kinds and keys."""
    keys: dict[str, list[str]] = {}
    for kind, key in sorted(wanted):
        keys.setdefault(kind, []).append(key)
    matching = Q()
    for kind, of_kind in keys.items():
        matching |= Q(kind=kind, key__in=of_kind)
    return matching


def heads_of(environment_id: UUID) -> QuerySet[Head]:
    """The heads of an environment, by kind and key."""
    return Head.objects.filter(environment_id=environment_id).order_by("kind", "key")


def head_of(environment_id: UUID, kind: str, key: str) -> Head | None:
    """The head of one definition in an environment, or None where the environment does not run it."""
    return Head.objects.filter(environment_id=environment_id, kind=kind, key=key).first()


def heads_by_key(environment_id: UUID, wanted: Collection[NodeId], *, lock: bool = False) -> dict[NodeId, Head]:
    """The heads of these definitions, in one indexed query; locked in the order of kind and key when asked."""
    if not wanted:
        return {}
    heads = Head.objects.filter(any_of(wanted), environment_id=environment_id).order_by("kind", "key")
    if lock:
        heads = heads.select_for_update(no_key=True, of=("self",))
    return {(head.kind, head.key): head for head in heads}


def heads_named(environment_id: UUID, names: Mapping[str, Collection[str]]) -> QuerySet[Head]:
    """The heads that bear one of the names, given by kind."""
    matching = Q(pk__in=())
    for kind, of_kind in names.items():
        matching |= Q(kind=kind, name__in=of_kind)
    return Head.objects.filter(matching, environment_id=environment_id).order_by("kind", "key")


def definitions_by_key(project_id: UUID, wanted: Collection[NodeId]) -> dict[NodeId, Definition]:
    """The definitions of a project with these kinds and keys, whether or not an environment runs them."""
    if not wanted:
        return {}
    return {
        (definition.kind, definition.key): definition
        for definition in Definition.objects.filter(any_of(wanted), project_id=project_id)
    }


def keys_elsewhere(project_id: UUID, wanted: Collection[NodeId]) -> frozenset[NodeId]:
    """Those of the keys that another project of the tenant has."""
    if not wanted:
        return frozenset()
    found = Definition.objects.filter(any_of(wanted)).exclude(project_id=project_id)
    return frozenset(found.values_list("kind", "key"))


def contents_of(heads: Iterable[Head]) -> dict[str, Content]:
    """The contents of heads, by digest: remembered ones at once, the others in one query."""
    return contents_by_digest({head.digest: head.revision_id for head in heads})


def contents_by_digest(revisions: Mapping[str, UUID]) -> dict[str, Content]:
    """Contents by digest, given the revision that holds each. They are shared: never alter one."""
    found = contents.recall(revisions)
    unknown = [revision_id for digest, revision_id in revisions.items() if digest not in found]
    if unknown:
        for digest, content in Revision.objects.filter(pk__in=unknown).values_list("digest", "content"):
            contents.keep(digest, content)
            found[digest] = content
    return found


def content_of(head: Head) -> Content:
    """The content an environment runs."""
    return contents_of([head])[head.digest]


def revisions_of(definition_id: UUID) -> QuerySet[Revision]:
    """The history of a definition, newest first."""
    return Revision.objects.filter(definition_id=definition_id).order_by("-number", "id")


def references_to(environment_id: UUID, kind: str, key: str) -> QuerySet[Reference]:
    """What uses a definition in an environment."""
    return (
        Reference.objects.filter(environment_id=environment_id, target_kind=kind, target_key=key)
        .select_related("source")
        .order_by("source__kind", "source__key", "edge", "path", "id")
    )


_ROOT = """
select encode(sha256(convert_to(coalesce(string_agg(
    digest || ' ' || kind || ' ' || key, chr(10) order by kind collate "C", key collate "C"), ''), 'UTF8')), 'hex')
from metadata_head where environment_id = %s
"""


def root_digest(environment_id: UUID) -> str:
    """The hash over an environment's heads: two environments are equal exactly when their roots are."""
    with connection.cursor() as cursor:
        cursor.execute(_ROOT, [environment_id])
        root: str = cursor.fetchone()[0]
    return root
