"""Definitions, their revisions and history, and what environments run and ran, over REST."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from apps.kernel.api.declarations import Read, reads
from apps.kernel.api.viewsets import ScopedViewSet
from apps.kernel.errors import InvalidInput, NotFound
from apps.kernel.scope import Actor
from apps.metadata import queries
from apps.metadata.api.asking import AsOf, AsOfIn, BlameQuery, CompareQuery, DefinitionDiffQuery
from apps.metadata.api.filters import EnvironmentMoveFilters, KindFilter, MoveFilters, StateFilters
from apps.metadata.api.representations import (
    BlameOut,
    DefinitionDetailOut,
    DefinitionDiffOut,
    DefinitionOut,
    DifferingOut,
    DriftOut,
    HeadOut,
    MoveOut,
    RevisionOut,
    RootOut,
)
from apps.metadata.core.content import pointer
from apps.metadata.core.diff import diff
from apps.metadata.models import Definition, HeadMove, Revision
from apps.tenancy.models import Environment
from apps.tenancy.queries import environment_in_scope


def definitions(_actor: Actor) -> Any:
    return Definition.objects.all()


def environments(_actor: Actor) -> Any:
    return Environment.objects.all()


class DefinitionViewSet(ScopedViewSet):
    """The lineage of one piece of metadata, whichever environment runs it, and its history."""

    queryset_from = definitions
    serializer_class = DefinitionOut
    standard_reads = ()

    @reads("", DefinitionDetailOut, query=AsOfIn)
    def one(self, definition: Definition) -> Any:
        """Show a definition, and what it says in an environment, now or at a time.

        The state is null where the environment does not run it, or did not yet.
        """
        side = self._side(definition, self.query.environment_id, self.query.at)
        move = queries.move_as_of(definition.pk, side)
        state = None if move is None else {**_columns(move), "content": queries.content_after(move)}
        return {**_columns(definition), "environment_id": side.environment_id, "state": state}

    @reads("revisions", RevisionOut, many=True, ordering=("-number", "id"))
    def revisions(self, definition: Definition) -> Any:
        """List the revisions of a definition, newest first."""
        return queries.revisions_of(definition.pk)

    @reads("moves", MoveOut, many=True, ordering=("-moved_at", "-id"), filters=MoveFilters)
    def moves(self, definition: Definition) -> Any:
        """List when which environment began to run which revision of a definition, newest first."""
        return queries.moves_of(definition.pk)

    @reads("diff", DefinitionDiffOut, query=DefinitionDiffQuery)
    def diff(self, definition: Definition) -> Any:
        """Show what differs between two revisions of a definition.

        Each side is a revision by its number, or what an environment runs, now or at a time. A side of which nothing
        is said is what the request's environment runs now. When nothing is said at all, the newest revision is
        compared with the one before it.
        """
        before, after = self._two_sides(definition)
        contents = (None if side is None else side.content for side in (before, after))
        return {
            "definition_id": definition.pk,
            "kind": definition.kind,
            "key": definition.key,
            "before": None if before is None else _compared(before),
            "after": None if after is None else _compared(after),
            "differences": [difference.as_dict() for difference in diff(*contents)],
        }

    @reads("blame", BlameOut, many=True, query=BlameQuery)
    def blame(self, definition: Definition) -> Any:
        """List the attributes of a definition with the change that gave each the value it has, by path.

        It looks back over 500 moves of the environment at the most; what is older is marked `or_earlier`.
        """
        side = self._side(definition, self.query.environment_id, self.query.at)
        wanted = self.query.path.rstrip("/")
        return [
            {
                "path": pointer(one.path),
                "value": one.value,
                "number": one.mark.number,
                "revision_id": one.mark.revision_id,
                "change_id": one.mark.change_id,
                "moved_by_id": one.mark.moved_by_id,
                "moved_at": one.mark.moved_at,
                "or_earlier": one.or_earlier,
            }
            for one in queries.blame_of(definition.pk, side)
            if (pointer(one.path) + "/").startswith(wanted + "/")
        ]

    def _side(
        self, definition: Definition, environment_id: UUID | None, at: datetime | None, path: str = "?at"
    ) -> queries.Side:
        """An environment of the definition's project; one of another project does not run it."""
        if environment_id is None:
            environment_id = environment_in_scope(definition.project_id).pk
        elif not Environment.objects.filter(pk=environment_id, project_id=definition.project_id).exists():
            raise NotFound(environment_id=str(environment_id))
        return queries.side_of(environment_id, at, now=self.at, path=path)

    def _two_sides(self, definition: Definition) -> tuple[Revision | None, Revision | None]:
        if self.query.model_fields_set:
            return self._compared(definition, "from"), self._compared(definition, "to")
        newest = list(queries.revisions_of(definition.pk)[:2])
        return (newest[1] if len(newest) > 1 else None), newest[0]

    def _compared(self, definition: Definition, name: str) -> Revision | None:
        number, environment_id, at = (
            getattr(self.query, f"{name}_{part}") for part in ("number", "environment_id", "at")
        )
        if number is None:
            move = queries.move_as_of(definition.pk, self._side(definition, environment_id, at, path=f"?{name}_at"))
            return None if move is None else Revision.objects.one(move.revision_id)
        if environment_id is not None or at is not None:
            message = _("Name a revision, or an environment and a time, not both.")
            raise InvalidInput(errors=[{"path": f"?{name}_number", "message": message}])
        revision: Revision | None = queries.revisions_of(definition.pk).filter(number=number).first()
        if revision is None:
            raise NotFound(number=number)
        return revision


class EnvironmentHeadsViewSet(ScopedViewSet):
    """What an environment runs and ran, and how it differs from others."""

    queryset_from = environments
    serializer_class = RootOut
    standard_reads = ()

    @reads("heads", HeadOut, many=True, ordering=("kind", "key", "id"))
    def heads(self, environment: Environment) -> Any:
        """List the heads of an environment, by kind and key."""
        return queries.heads_of(environment.pk)

    @reads("definitions", MoveOut, many=True, ordering=("kind", "key", "id"), query=AsOf, filters=StateFilters)
    def definitions(self, environment: Environment) -> Any:
        """List what an environment runs, or ran at a time, by kind and key, with the move that brought it there."""
        return queries.moves_as_of(queries.side_of(environment.pk, self.query.at, now=self.at))

    @reads("moves", MoveOut, many=True, ordering=("-moved_at", "-id"), filters=EnvironmentMoveFilters)
    def moves(self, environment: Environment) -> Any:
        """List what moved in an environment, newest first."""
        return queries.moves_in(environment.pk)

    @reads("root", RootOut, query=AsOf)
    def root(self, environment: Environment) -> Any:
        """Show the root digest of an environment, now or at a time."""
        side = queries.side_of(environment.pk, self.query.at, now=self.at)
        return {"environment_id": environment.pk, "root_digest": queries.root_of(side)}

    @reads("drift", DriftOut, query=CompareQuery)
    def drift(self, environment: Environment) -> Any:
        """Count how an environment differs from another one, or from itself at another time, by kind.

        Seen from this environment: `added` is what only the other side has.
        """
        return queries.drift(*self._sides(environment))

    @reads("diff", DifferingOut, many=True, ordering=("kind", "key", "id"), query=CompareQuery, filters=KindFilter)
    def diff(self, environment: Environment) -> Any:
        """List the definitions that differ between an environment and another one, or itself at another time.

        What differs in one of them is at `GET /definitions/{id}/diff`; `POST /environments/{id}/adopt` makes a change
        of it.
        """
        return queries.differing(environment.project_id, *self._sides(environment))

    def present_many(self, read: Read, rows: Sequence[Any]) -> Sequence[Any]:
        if read.shows is not DifferingOut:
            return rows
        return [
            {
                "definition_id": row.definition.pk,
                "kind": row.definition.kind,
                "key": row.definition.key,
                "change": row.change,
                "here": row.here,
                "there": row.there,
            }
            for row in queries.with_moves(rows)
        ]

    def _sides(self, environment: Environment) -> tuple[queries.Side, queries.Side]:
        asked = self.query
        if asked.here_at is not None and asked.against is None and asked.at is None:
            there = queries.Side(environment.pk)
        else:
            there = queries.other_side(environment, asked.against, asked.at, now=self.at)
        return queries.side_of(environment.pk, asked.here_at, now=self.at, path="?here_at"), there


def _columns(row: Definition | HeadMove) -> dict[str, Any]:
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}


def _compared(revision: Revision) -> dict[str, Any]:
    return {
        "revision_id": revision.pk,
        "number": revision.number,
        "digest": revision.digest,
        "change_id": revision.change_id,
    }
