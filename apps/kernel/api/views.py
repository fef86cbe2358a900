"""The view every endpoint stands on: negotiation, identity, rate, one shape for every refusal.

DRF gives the classes, the schema and its exceptions; the way of a request is short, because every request takes it.
"""

from datetime import datetime
from typing import Any, ClassVar

from django.http import HttpRequest, HttpResponse
from rest_framework.exceptions import NotAcceptable
from rest_framework.views import APIView

from apps.kernel.api.authentication import TokenAuthentication, actor_of, identity_of, scope_of
from apps.kernel.api.correlation import HEADER, correlation_id_of
from apps.kernel.api.errors import ANSWERED, JSON, answer_for
from apps.kernel.api.limits import check_rate
from apps.kernel.api.schema import EndpointSchema
from apps.kernel.scope import Actor, Scope

_ACCEPTED = frozenset({"*/*", "application/*", JSON})


class ScopedAPIView(APIView):
    """Identifies the caller, then answers in JSON; every expected failure is an envelope.

    ``self.scope`` and ``self.actor`` say who calls. With ``tenant_required = False`` there is no tenant header and no
    scope, only ``self.actor``.
    """

    authentication_classes = (TokenAuthentication,)
    permission_classes = ()
    http_method_names = ["get", "post", "put", "patch", "delete", "head"]
    schema = EndpointSchema()

    tenant_required: ClassVar[bool] = True

    scope: Scope
    actor: Actor
    at: datetime
    query: Any

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.request, self.kwargs = request, kwargs  # type: ignore[assignment]
        try:
            self._negotiate(request)
            self._identify(request)
            response = self.respond(request)
        except ANSWERED as refusal:
            response = answer_for(refusal, request)
        response[HEADER] = correlation_id_of(request)
        return response

    def respond(self, request: HttpRequest) -> HttpResponse:
        """Answer an identified request."""
        raise NotImplementedError

    def _negotiate(self, request: HttpRequest) -> None:
        accept = request.META.get("HTTP_ACCEPT")
        if accept and not any(part.partition(";")[0].strip() in _ACCEPTED for part in accept.split(",")):
            raise NotAcceptable

    def _identify(self, request: HttpRequest) -> None:
        identity = identity_of(request)
        if self.tenant_required:
            self.scope = scope_of(identity)
            self.actor = self.scope.actor
        else:
            self.actor = actor_of(identity)
        check_rate(str(self.actor.id))
