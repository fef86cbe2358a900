"""Projects: what they hold, and the commands on them."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import ChoicesDropdownFilter

from apps.kernel.admin.cells import drawn
from apps.kernel.admin.linking import page_of
from apps.kernel.admin.offers import offer, offered
from apps.kernel.admin.parts import Badge, Button, Card, Code, Empty, Fact, Link, Row, Table, facts, table
from apps.kernel.admin.viewer import CommandAdmin
from apps.tenancy import queries
from apps.tenancy.admin.badges import stage_badge
from apps.tenancy.models import Project


def state_badge(row: Any) -> Badge:
    return Badge(row.get_status_display(), "good" if row.status == "active" else "")


@admin.register(Project)
class ProjectAdmin(CommandAdmin):
    list_display = ("name", "short", "state", "standard", "since")
    list_filter = (("status", ChoicesDropdownFilter),)
    list_filter_submit = True
    search_fields = ("name", "key")
    list_commands = ("project.create",)

    @admin.display(description=_("key"), ordering="key")
    def short(self, row: Project) -> str:
        return drawn(Code(row.key))

    @admin.display(description=_("status"), ordering="status")
    def state(self, row: Project) -> str:
        return drawn(state_badge(row))

    @admin.display(description=_("default"), ordering="is_default")
    def standard(self, row: Project) -> str:
        return drawn(Badge(_("default"), "accent") if row.is_default else None)

    @admin.display(description=_("created"), ordering="created_at")
    def since(self, row: Project) -> str:
        return drawn(row.created_at)

    def lead(self, obj: Project) -> str:
        return obj.description

    def badges(self, obj: Project) -> list[Badge]:
        return [state_badge(obj)] + ([Badge(_("default"), "accent")] if obj.is_default else [])

    def buttons(self, request: HttpRequest, obj: Project) -> list[Button]:
        archived = obj.status == Project.Status.ARCHIVED
        standard = _("It is the default already.") if obj.is_default else ""
        stays = _("The default project stays. Choose another default first.") if obj.is_default else ""
        if archived:
            return offered(offer("project.restore", obj.pk, label=_("Restore"), icon="unarchive", look="primary"))
        return offered(
            offer("project.rename", obj.pk, label=_("Edit"), asks=True, icon="edit"),
            offer("project.make_default", obj.pk, label=_("Make default"), blocked=standard),
            offer("project.archive", obj.pk, label=_("Archive"), asks=True, blocked=stays, look="danger"),
        )

    def cards(self, request: HttpRequest, obj: Project) -> list[Card]:
        stages = [
            Row(
                [
                    Link(row.name, page_of(row)),
                    stage_badge(row),
                    row.requires_promotion_approval,
                ],
            )
            for row in queries.environments_of(obj)
        ]
        modules = [
            Row([Link(row.name, page_of(row)), row.get_type_display(), Code(row.root_path), row.version])
            for row in queries.modules_of(obj)
        ]
        add = offered(offer("module.create", obj.pk, label=_("Add module"), asks=True, icon="add"))
        columns = [_("Environment"), _("Kind"), _("Promotion needs approval")]
        return [
            table(_("Environments"), Table(columns, stages)),
            table(
                _("Modules"),
                Table([_("Module"), _("Type"), _("Root"), _("Version")], modules, Empty(_("No modules"))),
                buttons=add,
            ),
        ]

    def side(self, request: HttpRequest, obj: Project) -> list[Card]:
        return [
            facts(
                _("Facts"),
                Fact(_("Key"), Code(obj.key)),
                Fact(_("Repository"), obj.github_repo),
                Fact(_("Branch"), obj.default_branch),
                Fact(_("Created"), obj.created_at),
                Fact(_("Archived"), obj.archived_at),
                Fact("ID", Code(str(obj.pk))),
            )
        ]
