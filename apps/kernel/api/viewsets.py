"""Viewsets that are declared, not programmed: reads answer inside a scope transaction, writes give a command."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from rest_framework.exceptions import MethodNotAllowed
from rest_framework.viewsets import ViewSetMixin

from apps.kernel import commands as registry
from apps.kernel import ports
from apps.kernel.api.columns import statement_by_id, with_columns
from apps.kernel.api.conditional import etag, expected_version
from apps.kernel.api.declarations import Endpoint, Read, Write
from apps.kernel.api.endpoints import declared_endpoints
from apps.kernel.api.errors import JSON, answer_for
from apps.kernel.api.filters import Filters, check_names, filtered, multiple_names, parameter_names
from apps.kernel.api.limits import idempotency_key, read_body
from apps.kernel.api.paging import binding, limit_of, page
from apps.kernel.api.query import parse_query, query_names
from apps.kernel.api.representation import Representation, page_json, to_json
from apps.kernel.api.views import ScopedAPIView
from apps.kernel.dispatch import answer
from apps.kernel.errors import DomainError, NotFound
from apps.kernel.prepared import Statement
from apps.kernel.scope import Actor, scope_transaction, scoped

_PAGE_NAMES = ("limit", "cursor")


class ScopedViewSet(ViewSetMixin, ScopedAPIView):
    """Lists and shows what a query finds; writes are commands. Declare, do not program."""

    #: ``f(actor) -> QuerySet``: what the actor may see. Absent: no list, no detail.
    queryset_from: ClassVar[Callable[[Actor], QuerySet[Any]] | None] = None
    #: It is the same query for everybody, whatever they ask for: its statements are written once a process.
    same_for_everybody: ClassVar[bool] = False
    serializer_class: ClassVar[Representation]
    detail_serializer_class: ClassVar[Representation | None] = None
    ordering: ClassVar[tuple[str, ...]] = ("id",)
    filterset_class: ClassVar[type[Filters] | None] = None
    standard_reads: ClassVar[tuple[str, ...]] = ("list", "retrieve")
    #: The permission each standard read needs; None is any member.
    read_permission: ClassVar[str | None] = None
    #: The column of the number people use (``CHG0000012``), accepted in place of the id.
    number_field: ClassVar[str | None] = None
    #: The rows have a ``version``, shown as ``ETag``.
    versioned: ClassVar[bool] = False

    commands: ClassVar[Mapping[str, str | Write]] = {}
    collection_commands: ClassVar[Mapping[str, str | Write]] = {}
    create_command: ClassVar[str | Write | None] = None
    update_command: ClassVar[str | Write | None] = None
    delete_command: ClassVar[str | Write | None] = None

    _endpoints: ClassVar[Mapping[str, Endpoint]] = {}

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if callable(cls.__dict__.get("queryset_from")):
            cls.queryset_from = staticmethod(cls.__dict__["queryset_from"])
        cls._endpoints = {endpoint.action: endpoint for endpoint in declared_endpoints(cls)}
        for action, endpoint in cls._endpoints.items():
            if isinstance(endpoint.declared, Write):
                setattr(cls, action, ScopedViewSet.give)

    @classmethod
    def endpoints(cls) -> list[Endpoint]:
        """Every operation of the viewset."""
        return list(cls._endpoints.values())

    @classmethod
    def endpoint(cls, action: str) -> Endpoint:
        return cls._endpoints[action]

    def respond(self, request: HttpRequest) -> HttpResponse:
        method = (request.method or "").lower()
        action = self.action_map.get(method)
        if action is None:
            refused = answer_for(MethodNotAllowed(method.upper()), request)
            refused["Allow"] = ", ".join(self.http_methods())
            return refused
        declared = self._endpoints[action].declared
        if isinstance(declared, Write):
            return self.give(declared)
        return self.show(declared, getattr(self, action))

    def http_methods(self) -> list[str]:
        return [method.upper() for method in self.action_map]

    # Reads.

    def get_queryset(self) -> QuerySet[Any]:
        """What the actor may see."""
        source = type(self).queryset_from
        if source is None:
            raise RuntimeError(f"{type(self).__name__} names no query.")
        return source(self.actor)

    def get_object(self, bare: Representation | None = None) -> Any:
        """The object of the address, or :class:`NotFound`; only what ``bare`` shows of it when that is enough."""
        ident = self.kwargs["id"]
        column, value = self._named(ident)
        if bare is not None and column == "pk" and (statement := self._statement(bare)):
            found = next(iter(statement.rows(value)), None)
        else:
            queryset = self.get_queryset()
            if bare is not None:
                queryset = with_columns(queryset, bare, ())
            found = queryset.filter(**{column: value}).first()
        if found is None:
            raise NotFound(id=str(ident))
        return found

    def _statement(self, bare: Any) -> Statement | None:
        source = type(self).queryset_from
        return statement_by_id(source, bare) if source and self.same_for_everybody else None

    def list(self) -> QuerySet[Any]:
        return self.get_queryset()

    def retrieve(self, found: Any) -> Any:
        return found

    def show(self, read: Read, method: Callable[..., Any]) -> HttpResponse:
        """Answer a read inside one scope transaction, from the query to the last byte."""
        self.query = self._read_query(read)
        if not self.tenant_required:
            return self._shown(read, method(**self._variables(())))
        with scoped(self.scope), scope_transaction() as self.at:
            if read.permission is not None:
                ports.guard().require(read.permission, self.scope)
            if not read.detail:
                return self._shown(read, method(**self._variables(())))
            is_plain = type(self).retrieve is ScopedViewSet.retrieve and not self.versioned
            found = self.get_object(read.shows if is_plain and self.action_map["get"] == "retrieve" else None)
            response = self._shown(read, method(found, **self._variables(("id",))))
            if self.versioned:
                response["ETag"] = etag(found.version)
            return response

    def _read_query(self, read: Read) -> Any:
        names = query_names(read.query) + parameter_names(read.filters)
        check_names(self.request.GET, [*names, *(_PAGE_NAMES if read.many else ())], multiple_names(read.filters))
        if read.many:
            self.limit = limit_of(self.request.GET.get("limit"))
        return parse_query(read.query, self.request.GET)

    def _shown(self, read: Read, result: Any) -> HttpResponse:
        if not read.many:
            return HttpResponse(to_json(read.shows, result, context=self.context()), content_type=JSON)
        query = self.request.GET
        if isinstance(result, QuerySet):
            result = filtered(read.filters, query, result)
            if type(self).present_many is ScopedViewSet.present_many:
                result = with_columns(result, read.shows, read.ordering)
        bound = binding(
            self.scope.tenant_id if self.tenant_required else self.actor.id,
            self.request.path,
            {name: ",".join(query.getlist(name)) for name in query if name not in _PAGE_NAMES},
        )
        shown = page(result, read.ordering, self.limit, query.get("cursor"), bound)
        body = page_json(read.shows, self.present_many(read, shown.rows), shown.next_cursor, self.context())
        return HttpResponse(body, content_type=JSON)

    def present_many(self, read: Read, rows: Sequence[Any]) -> Sequence[Any]:
        """What the representation of a page shows; the rows unless overridden (to add what they need at once)."""
        return rows

    def context(self) -> dict[str, Any]:
        """What a DRF serializer gets."""
        return {"request": self.request, "view": self, "scope": getattr(self, "scope", None)}

    # Writes.

    def give(self, write: Write) -> HttpResponse:
        """Give a command and answer with its result."""
        check_names(self.request.GET, ())
        body = read_body(self.request)
        key = idempotency_key(self.request) if write.method == "post" else None
        target, inputs = self._address(write)
        if write.if_match:
            inputs["expected_version"] = expected_version(self.request)
        with scoped(self.scope):
            answered = answer(
                write.command, target, body=body, render=_Rendering(self, write), idempotency_key=key, inputs=inputs
            )
        response = HttpResponse(answered.body, status=answered.status, content_type=JSON)
        if answered.status == 204:
            del response["Content-Type"]
        if answered.replayed:
            response["Idempotency-Replayed"] = "true"
        return response

    def present(self, write: Write, result: Any) -> Any:
        """What the representation of a write shows; the service's result unless overridden."""
        return result

    def status_of(self, write: Write, result: Any) -> int:
        """The status of a result: the command's own unless overridden (list the others in ``Write.also``)."""
        return registry.get(write.command).status

    def _address(self, write: Write) -> tuple[Any, dict[str, Any]]:
        if write.target is None or write.target not in self.kwargs:
            target, rest = None, self._variables(())
        elif write.target == "id":
            target, rest = self._target(self.kwargs["id"]), self._variables(("id",))
        else:
            rest = self._variables(())
            target = rest.pop(write.target)
        if "id" in rest:
            rest["id"] = self._target(rest["id"])
        return target, {write.renames.get(name, name): value for name, value in rest.items()}

    def _target(self, ident: Any) -> UUID:
        column, value = self._named(ident)
        if column == "pk":
            return UUID(str(value))
        with scoped(self.scope), scope_transaction():
            found = self.get_queryset().filter(**{column: value}).values_list("pk", flat=True).first()
        if found is None:
            raise NotFound(id=str(ident))
        return UUID(str(found))

    def _named(self, ident: Any) -> tuple[str, Any]:
        identifier = _uuid(ident)
        if identifier is not None:
            return "pk", identifier
        if self.number_field is None or "\x00" in ident:
            raise NotFound
        return self.number_field, ident.upper()

    def _variables(self, without: tuple[str, ...]) -> dict[str, Any]:
        """The path's variables; one named ``..._id`` is a UUID or does not exist."""
        found = {name: value for name, value in self.kwargs.items() if name not in without}
        for name, value in found.items():
            if name.endswith("_id"):
                found[name] = _uuid(value)
            if found[name] is None or "\x00" in str(value):
                raise NotFound
        return found


class _Rendering:
    """How ``dispatch.answer`` writes what it stores."""

    def __init__(self, view: ScopedViewSet, write: Write) -> None:
        self.view, self.write = view, write

    def result(self, value: Any) -> tuple[int, bytes]:
        status = self.view.status_of(self.write, value)
        if status == 204:
            return status, b""
        shows = self.write.shows or self.view.detail_serializer_class or self.view.serializer_class
        return status, to_json(shows, self.view.present(self.write, value), context=self.view.context())

    def error(self, refusal: DomainError) -> tuple[int, bytes]:
        return refusal.status, answer_for(refusal, self.view.request).content


def _uuid(value: Any) -> UUID | None:
    if isinstance(value, UUID):
        return value
    # Only the canonical form: a number such as CHG0000012 is never one, and one object has one address.
    if len(value) != 36:
        return None
    try:
        return UUID(value)
    except ValueError:
        return None
