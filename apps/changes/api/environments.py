"""What changes make of environments, over REST."""

from typing import Any

from apps.changes.api.representations import ChangeOut
from apps.kernel.api.viewsets import ScopedViewSet
from apps.kernel.scope import Actor
from apps.tenancy.models import Environment


def environments(_actor: Actor) -> Any:
    return Environment.objects.all()


class EnvironmentChangesViewSet(ScopedViewSet):
    """Changes drafted from how an environment differs from another one, or from itself at another time."""

    queryset_from = environments
    serializer_class = ChangeOut
    standard_reads = ()
    commands = {"adopt": "change.adopt"}
