"""Definitions, their revisions, and the heads of environments over REST."""

from typing import Any

from apps.kernel.api.declarations import reads
from apps.kernel.api.viewsets import ScopedViewSet
from apps.kernel.scope import Actor
from apps.metadata import queries
from apps.metadata.api.representations import DefinitionOut, HeadOut, RevisionOut, RootOut
from apps.metadata.models import Definition
from apps.tenancy.models import Environment


def definitions(_actor: Actor) -> Any:
    return Definition.objects.all()


def environments(_actor: Actor) -> Any:
    return Environment.objects.all()


class DefinitionViewSet(ScopedViewSet):
    """The lineage of one piece of metadata, whichever environment runs it."""

    queryset_from = definitions
    serializer_class = DefinitionOut
    standard_reads = ("retrieve",)

    @reads("revisions", RevisionOut, many=True, ordering=("-number", "id"))
    def revisions(self, definition: Definition) -> Any:
        """List the revisions of a definition, newest first."""
        return queries.revisions_of(definition.pk)


class EnvironmentHeadsViewSet(ScopedViewSet):
    """What an environment runs."""

    queryset_from = environments
    serializer_class = RootOut
    standard_reads = ()

    @reads("heads", HeadOut, many=True, ordering=("kind", "key", "id"))
    def heads(self, environment: Environment) -> Any:
        """List the heads of an environment, by kind and key."""
        return queries.heads_of(environment.pk)

    @reads("root", RootOut)
    def root(self, environment: Environment) -> Any:
        """Show the root digest of an environment."""
        return {"environment_id": environment.pk, "root_digest": queries.root_digest(environment.pk)}
