"""The product's addresses, and the trivial command's."""

from datetime import datetime
from uuid import UUID

from django.urls import include, path
from pydantic import Field

from apps.kernel.api.representation import Output
from apps.kernel.api.routing import routes
from apps.kernel.api.viewsets import ScopedViewSet
from bench.product.models import Note


class NoteOut(Output):
    id: UUID
    text: str = Field(examples=["A note"])
    created_at: datetime


class NoteViewSet(ScopedViewSet):
    """Notes: the trivial resource."""

    queryset_from = lambda actor: Note.objects.all()  # noqa: E731
    serializer_class = NoteOut
    ordering = ("-created_at", "id")
    create_command = "note.write"


urlpatterns = [path("bench/", include(routes("notes", NoteViewSet))), path("", include("config.urls"))]
handler404 = "apps.kernel.api.errors.not_found"
handler500 = "apps.kernel.api.errors.server_error"
