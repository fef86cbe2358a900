"""The list of changes, and the page of one."""

from itertools import groupby
from typing import Any
from uuid import UUID

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import ChoicesDropdownFilter

from apps.changes import queries
from apps.changes.admin.cards import (
    conflicts_card,
    diff_card,
    findings_card,
    operation_cards,
    requirement_facts,
    snapshot_card,
    votes_card,
)
from apps.changes.admin.filters import ArchivedFilter, ProjectFilter, WhoseFilter
from apps.changes.admin.lifeline import ended
from apps.changes.admin.listing import environment_badge, status_badge
from apps.changes.admin.moves import Standing, moves, take_in_hand
from apps.changes.admin.outcome import outcome_of
from apps.changes.core.lifecycle import State, capabilities
from apps.changes.models import Change
from apps.events.admin.listing import events_card
from apps.kernel.admin.cells import drawn
from apps.kernel.admin.filters import day_range
from apps.kernel.admin.parts import Badge, Button, Card, Code, Fact, Link, Stack, Step, Who, facts
from apps.kernel.admin.shell import shell_of
from apps.kernel.admin.viewer import CommandAdmin
from apps.kernel.errors import NotFound
from apps.kernel.scope import current_scope

TOLD = 50


@admin.register(Change)
class ChangeAdmin(CommandAdmin):
    list_display = ("number", "name", "state", "where", "by", "since")
    list_display_links = ("number", "name")
    list_filter = (
        ("status", ChoicesDropdownFilter),
        WhoseFilter,
        ProjectFilter,
        ("environment__name", ChoicesDropdownFilter),
        day_range("created_at"),
        ArchivedFilter,
    )
    list_filter_submit = True
    search_fields = ("number", "title")
    search_help_text = _("A number such as CHG0000012, or words of the title")
    list_commands = ("change.create",)
    object_template = "console/change.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Change]:
        return (
            queries.changes_visible()
            .select_related("checked_in_by", "merged_by", "module", "cloned_from")
            .defer("plan")
        )

    @admin.display(description=_("title"), ordering="title")
    def name(self, row: Change) -> str:
        return row.title

    @admin.display(description=_("status"), ordering="status")
    def state(self, row: Change) -> str:
        return drawn(status_badge(row))

    @admin.display(description=_("environment"))
    def where(self, row: Change) -> str:
        return f"{row.project.name} · {row.environment.name}"

    @admin.display(description=_("author"), ordering="author__name")
    def by(self, row: Change) -> str:
        author = Who(row.author.name, row.author.kind)
        if row.created_by_id == row.author_id:
            return drawn(author)
        return drawn(Stack(author, _("by %(name)s") % {"name": row.created_by.name}))

    @admin.display(description=_("created"), ordering="created_at")
    def since(self, row: Change) -> str:
        return drawn(row.created_at)

    def more_urls(self) -> list[URLPattern]:
        progress = self.admin_site.admin_view(self.progress)
        return [path("<str:object_id>/progress/", progress, name="changes_change_progress")]

    def find(self, request: HttpRequest, object_id: str) -> Model | None:
        """By id or by number."""
        try:
            identity: UUID = queries.change_id_of(object_id)
        except NotFound:
            return None
        return self.get_queryset(request).filter(pk=identity).first()

    def progress(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """The line of a change under validation, asked for again and again until the worker is done."""
        change = self.find(request, object_id)
        if not isinstance(change, Change):
            raise Http404(object_id)
        response = TemplateResponse(request, "console/progress.html", self._progress(change))
        if not self._validating(change):
            response["HX-Refresh"] = "true"
        return response

    def heading(self, obj: Change) -> str:
        return obj.title

    def crumb(self, obj: Change) -> str:
        return obj.number

    def lead(self, obj: Change) -> str:
        return obj.description

    def badges(self, obj: Change) -> list[Badge]:
        return [status_badge(obj), environment_badge(obj.environment.name)]

    def life(self, obj: Change) -> list[Step]:
        return list(ended(obj))

    def buttons(self, request: HttpRequest, obj: Change) -> list[Button]:
        shell = shell_of(request)
        button = take_in_hand(obj, shell.change.id if shell.change else None)
        return [button] if button else []

    def more_context(self, request: HttpRequest, obj: Change) -> dict[str, Any]:
        operations = list(queries.operations_of(obj.pk))
        snapshots = list(queries.snapshots_of(obj.pk))
        votes = list(queries.votes_of(obj.pk))
        outcome = outcome_of(obj, operations, snapshots)
        tally = queries.tally_of(obj, obj.environment, obj.approval_digest)
        mine = [vote for vote in votes if vote.voter_id == current_scope().actor.id and vote.stands]
        standing = Standing(
            me=current_scope().actor.id,
            authors=frozenset({obj.author_id, *(row.author_id for row in operations)}),
            operations=len(operations),
            tally=tally,
            required=obj.environment.required_votes,
            my_vote=bool(mine),
        )
        open_for_edits = obj.archived_at is None and capabilities(obj.status).add_operations
        grouped = groupby(sorted(operations, key=lambda row: (row.target.kind, row.target.key, row.sequence)), _target)
        cards = [
            conflicts_card(outcome),
            findings_card(outcome) if obj.status != State.MERGED else None,
            diff_card(outcome, merged=obj.status == State.MERGED),
            *operation_cards(obj, [(target, list(rows)) for target, rows in grouped], outcome, editable=open_for_edits),
            votes_card(votes),
            snapshot_card(snapshots),
            events_card(_("Timeline"), queries.timeline_of(obj.pk).reverse()[:TOLD], about=False),
        ]
        return {
            **self._progress(obj),
            "moves": moves(obj, standing),
            "cards": [card for card in cards if card is not None],
            "side": [requirement_facts(obj, tally), self._facts(obj)],
            "replayed": "" if outcome.conflicts else ", ".join(outcome.replayed),
            "errors": outcome.errors,
        }

    def _progress(self, obj: Change) -> dict[str, Any]:
        return {
            "change": obj,
            "life": self.life(obj),
            "validating": self._validating(obj),
            "progress_url": reverse("admin:changes_change_progress", args=[obj.pk]),
        }

    def _validating(self, obj: Change) -> bool:
        informed = obj.checked_in_by_id is None and obj.validated_at is not None
        return obj.status == State.VALIDATING and obj.archived_at is None and not informed

    def _facts(self, obj: Change) -> Card:
        origin = obj.cloned_from
        return facts(
            _("Facts"),
            Fact(_("Number"), Code(obj.number)),
            Fact(_("Author"), Who(obj.author.name, obj.author.kind)),
            Fact(
                _("Created by"),
                Who(obj.created_by.name, obj.created_by.kind) if obj.created_by_id != obj.author_id else "",
            ),
            Fact(_("Project"), obj.project.name),
            Fact(_("Environment"), obj.environment.name),
            Fact(_("Module"), obj.module.name if obj.module else ""),
            Fact(_("Branch"), obj.branch_name),
            Fact(_("Origin"), obj.get_origin_display()),
            Fact(
                _("Cloned from"),
                Link(origin.number, reverse("admin:changes_change_change", args=[origin.pk])) if origin else "",
            ),
            Fact(_("Created"), obj.created_at),
            Fact(_("Updated"), obj.updated_at),
            Fact(_("Archived"), obj.archived_at),
            Fact("ID", Code(str(obj.pk))),
        )


def _target(row: Any) -> Any:
    return (row.target.kind, row.target.key)
