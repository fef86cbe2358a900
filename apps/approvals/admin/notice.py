"""What I was told."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import DropdownFilter

from apps.approvals import queries
from apps.approvals.models import Notice
from apps.kernel.admin.cells import drawn
from apps.kernel.admin.linking import address, subject_parts
from apps.kernel.admin.offers import offer, offered
from apps.kernel.admin.parts import Badge, Button, Card, Fact, Link, facts, who
from apps.kernel.admin.viewer import CommandAdmin
from apps.kernel.scope import current_scope


class UnreadFilter(DropdownFilter):
    title = _("read")
    parameter_name = "read"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("no", _("Not read yet"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Notice]) -> QuerySet[Notice]:
        return queryset.filter(read_at__isnull=True) if self.value() == "no" else queryset


@admin.register(Notice)
class NoticeAdmin(CommandAdmin):
    list_display = ("text", "state", "by", "when")
    list_display_links = ("text",)
    list_filter = (UnreadFilter,)
    list_filter_submit = True

    def get_queryset(self, request: HttpRequest) -> QuerySet[Notice]:
        return queries.notices_of(current_scope().actor)

    def list_buttons(self, request: HttpRequest) -> list[Button]:
        return offered(offer("notice.read_all", label=_("Mark all as read"), icon="done_all"))

    @admin.display(description=_("status"))
    def state(self, row: Notice) -> str:
        return drawn(_state(row))

    @admin.display(description=_("by"))
    def by(self, row: Notice) -> str:
        return drawn(who(row.told_by))

    @admin.display(description=_("when"), ordering="created_at")
    def when(self, row: Notice) -> str:
        return drawn(row.created_at)

    def badges(self, obj: Notice) -> list[Badge]:
        return [_state(obj)]

    def buttons(self, request: HttpRequest, obj: Notice) -> list[Button | Link]:
        page = address(obj.subject_type, obj.subject_id)
        read = offer("notice.read", obj.pk, label=_("Mark as read"), icon="done", look="primary")
        return [
            *offered(read if obj.read_at is None else None),
            *([Link(_("Open what it is about"), page)] if page else []),
        ]

    def side(self, request: HttpRequest, obj: Notice) -> list[Card]:
        about = subject_parts([(obj.subject_type, str(obj.subject_id))])
        shown: list[Any] = [
            Fact(_("About"), about[obj.subject_type, str(obj.subject_id)]),
            Fact(_("By"), who(obj.told_by)),
            Fact(_("Told"), obj.created_at),
            Fact(_("Read"), obj.read_at),
        ]
        return [facts(_("Facts"), *shown)]


def _state(row: Notice) -> Badge:
    return Badge(_("read")) if row.read_at is not None else Badge(_("new"), "accent")
