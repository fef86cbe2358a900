"""The read-only ModelAdmin: a list, an object's page, and buttons that give commands."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django.contrib.admin import ShowFacets
from django.core.exceptions import PermissionDenied as Forbidden
from django.core.paginator import Paginator
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.functional import cached_property
from unfold.admin import ModelAdmin

from apps.kernel.admin import offers
from apps.kernel.admin.panels import added_cards
from apps.kernel.admin.parts import Badge, Button, Card, Link, Step, Text

COUNTED = 1000


class BoundedPaginator(Paginator):
    """Counts to a bound: an exact count of a large table is not worth its time."""

    @cached_property
    def count(self) -> int:
        rows = self.object_list
        if isinstance(rows, QuerySet):
            return rows.order_by()[:COUNTED].count()
        return len(rows)


def on_list(request: HttpRequest) -> bool:
    """Whether the page is a list rather than one object's."""
    match = request.resolver_match
    return bool(match and match.url_name and match.url_name.endswith("_changelist"))


class CommandAdmin(ModelAdmin):
    """Shows rows and offers commands; it never writes by itself.

    Subclasses say what an object's page holds (``cards``, ``side``), which commands it offers (``buttons``) and which
    ones the list offers (``list_commands``). ``guarded_by`` is the permission the pages need, if any.
    """

    list_commands: ClassVar[Sequence[str]] = ()
    guarded_by: ClassVar[str | None] = None
    object_template = "console/object.html"

    #: What the list is called, where the model's plural is not what people say.
    list_title: ClassVar[Text] = ""

    actions = None
    list_max_show_all = 0
    list_per_page = 50
    show_facets = ShowFacets.NEVER
    show_full_result_count = False
    paginator = BoundedPaginator

    # What a page of one object shows.

    def heading(self, obj: Any) -> Text:
        return str(obj)

    def crumb(self, obj: Any) -> Text:
        """What the header calls it."""
        return self.heading(obj)

    def lead(self, obj: Any) -> Text:
        """One sentence below the heading."""
        return ""

    def badges(self, obj: Any) -> Sequence[Badge]:
        return ()

    def life(self, obj: Any) -> Sequence[Step]:
        return ()

    def cards(self, request: HttpRequest, obj: Any) -> Sequence[Card]:
        return ()

    def side(self, request: HttpRequest, obj: Any) -> Sequence[Card]:
        return ()

    def buttons(self, request: HttpRequest, obj: Any) -> Sequence[Button | Link]:
        return ()

    def list_buttons(self, request: HttpRequest) -> Sequence[Button | Link]:
        return offers.allowed(self.list_commands)

    # Reading only.

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.guarded_by is None or offers.may_read(self.guarded_by)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_urls(self) -> list[URLPattern]:
        options = self.opts
        wrap = self.admin_site.admin_view
        return [
            path("", wrap(self.changelist_view), name=f"{options.app_label}_{options.model_name}_changelist"),
            *self.more_urls(),
            path("<str:object_id>/", wrap(self.object_view), name=f"{options.app_label}_{options.model_name}_change"),
        ]

    def more_urls(self) -> list[URLPattern]:
        return []

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        request.list_title = self.list_title  # type: ignore[attr-defined]
        title = self.list_title or self.opts.verbose_name_plural
        context = {"page_buttons": self.list_buttons(request), "title": title, **(extra_context or {})}
        if request.method not in ("GET", "HEAD"):
            raise Forbidden
        response: HttpResponse = super().changelist_view(request, context)
        return response

    def find(self, request: HttpRequest, object_id: str) -> Model | None:
        """The object behind an address; other tenants' objects do not exist."""
        found: Model | None = self.get_object(request, object_id)
        return found

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        changelist = super().get_changelist_instance(request)
        # The number below the list says it; "of how many without filters" would cost another count.
        changelist.full_result_count = changelist.result_count
        return changelist

    def object_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        if not self.has_view_permission(request):
            raise Forbidden
        if request.method not in ("GET", "HEAD"):
            raise Forbidden
        obj = self.find(request, object_id)
        if obj is None:
            raise Http404(object_id)
        request.crumb, request.list_title = self.crumb(obj), self.list_title  # type: ignore[attr-defined]
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": self.heading(obj),
            "lead": self.lead(obj),
            "badges": self.badges(obj),
            "life": self.life(obj),
            "cards": [*self.cards(request, obj), *added_cards(self.opts.label_lower, request, obj)],
            "side": self.side(request, obj),
            "page_buttons": self.buttons(request, obj),
            **self.more_context(request, obj),
        }
        return TemplateResponse(request, self.object_template, context)

    def more_context(self, request: HttpRequest, obj: Any) -> dict[str, Any]:
        return {}
