"""The list of changes, and the page of one."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import ChoicesDropdownFilter

from apps.approvals.queries import kept_of, open_request_of
from apps.changes import queries
from apps.changes.admin.agreement import agreement_card, votes_card
from apps.changes.admin.cards import findings_card, snapshot_card
from apps.changes.admin.conversation import comments_shown, conversation_card
from apps.changes.admin.filters import ArchivedFilter, ProjectFilter, WhoseFilter
from apps.changes.admin.lifeline import ended
from apps.changes.admin.listing import status_badge
from apps.changes.admin.moves import Standing, moves, take_in_hand
from apps.changes.admin.outcome import outcome_of
from apps.changes.admin.resolving import settle_page
from apps.changes.admin.sides import conflicts_card
from apps.changes.admin.story import Telling, story_card
from apps.changes.admin.weight import effects_of, tier_badge, weight_card
from apps.changes.core.lifecycle import State, capabilities
from apps.changes.models import Change
from apps.events.admin.listing import events_card
from apps.kernel.admin.cells import drawn
from apps.kernel.admin.filters import day_range
from apps.kernel.admin.linking import list_of, page_of
from apps.kernel.admin.panels import added_cards
from apps.kernel.admin.parts import Badge, Button, Card, Code, Fact, Link, Stack, Step, Who, facts
from apps.kernel.admin.shell import shell_of
from apps.kernel.admin.viewer import CommandAdmin
from apps.kernel.errors import NotFound
from apps.kernel.scope import current_scope, scope_transaction
from apps.policies.queries import decisions_on
from apps.tenancy.admin.badges import environment_badge

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
            .select_related("checked_in_by", "merged_by", "denied_by", "module", "cloned_from", "reverts")
            .defer("plan", "cloned_from__plan", "reverts__plan")
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
        wrap = self.admin_site.admin_view
        return [
            path("<str:object_id>/progress/", wrap(self.progress), name="changes_change_progress"),
            path("<str:object_id>/conflicts/", wrap(self.conflicts), name="changes_change_conflicts"),
        ]

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

    def conflicts(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Both sides of each conflict, and the choice between them."""
        with scope_transaction(durable=False):
            change = self.find(request, object_id)
        if not isinstance(change, Change):
            raise Http404(object_id)
        request.crumb = change.number  # type: ignore[attr-defined]
        return settle_page(request, change)

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
        me = current_scope().actor.id
        operations = list(queries.operations_of(obj.pk))
        snapshots = list(queries.snapshots_of(obj.pk))
        votes = list(queries.votes_of(obj.pk))
        outcome = outcome_of(obj, operations, snapshots)
        kept = kept_of(queries.SUBJECT, obj.pk) if obj.status == State.MERGED else None
        tally = kept.tally if kept else queries.tally_of(obj, outcome.requirement)
        authors = queries.authors_of(obj)
        reversal = queries.reversal_of(obj.pk) if obj.status == State.MERGED else None
        standing = Standing(
            me=me,
            authors=authors,
            operations=len(operations),
            tally=tally,
            required=outcome.requirement.votes,
            my_vote=any(vote.voter_id == me and vote.stands for vote in votes),
            replayed=bool(outcome.replayed),
            conflicts=outcome.conflicts,
            reversal=reversal,
        )
        comments = comments_shown(obj)
        shell = shell_of(request)
        impact, counting = queries.counted_on(obj, outcome.impact)
        telling = Telling(
            outcome=outcome,
            comments=comments,
            in_hand=shell.change is not None and shell.change.id == obj.pk,
            everything=request.GET.get("operations") == "all",
            effects=effects_of(impact, {(row.target.kind, row.target.key) for row in operations}),
        )
        editable = obj.archived_at is None and capabilities(obj.status).add_operations
        settle = reverse("admin:changes_change_conflicts", args=[obj.pk])
        cards = [
            conflicts_card(obj, outcome, address=settle, editable=editable),
            findings_card(outcome),
            story_card(obj, operations, telling),
            votes_card(votes),
            conversation_card(obj, comments, (*sorted(authors), *(vote.voter_id for vote in votes))),
            *added_cards("changes.change", request, obj),
            snapshot_card(snapshots),
            self._timeline(obj),
        ]
        agreement = agreement_card(
            obj,
            requirement=outcome.requirement,
            policy=outcome.policy,
            tally=tally,
            kept=kept,
            authors=authors,
            request=open_request_of(queries.SUBJECT, obj.pk),
            decision=decisions_on(queries.SUBJECT, obj.pk).first(),
        )
        side = [
            weight_card(outcome.risk, impact, counting),
            self._facts(obj, reversal),
        ]
        return {
            **self._progress(obj),
            "badges": [*self.badges(obj), *([tier_badge(outcome.risk["tier"])] if outcome.risk else [])],
            "moves": moves(obj, standing),
            "cards": [card for card in cards if card is not None],
            "agreement": agreement,
            "side": [card for card in side if card is not None],
            "replayed": "" if outcome.conflicts else ", ".join(outcome.replayed),
        }

    def _timeline(self, obj: Change) -> Card:
        """The last things that happened, and the way to all of them."""
        card = events_card(_("Timeline"), queries.timeline_of(obj.pk).reverse()[:TOLD], about=False)
        return replace(card, buttons=[Link(_("All"), list_of("events.event", f"q={obj.pk}"))])

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

    def _facts(self, obj: Change, reversal: Change | None) -> Card:
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
            Fact(_("Cloned from"), Link(origin.number, page_of(origin)) if origin else ""),
            Fact(_("Reverts"), Link(obj.reverts.number, page_of(obj.reverts)) if obj.reverts else ""),
            Fact(_("Reverted by"), Link(reversal.number, page_of(reversal)) if reversal else ""),
            Fact(_("Created"), obj.created_at),
            Fact(_("Updated"), obj.updated_at),
            Fact(_("Archived"), obj.archived_at),
            Fact("ID", Code(str(obj.pk))),
        )
