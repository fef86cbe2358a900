"""The approvals inbox, and the page of one request."""

from collections.abc import Sequence
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import DropdownFilter

from apps.approvals import queries
from apps.approvals.admin.seats import authors_of, labels_of, reasons_of, seats_card, shortened, waits_for
from apps.approvals.core.requirement import Tally
from apps.approvals.core.subjects import subject_type, subject_types
from apps.approvals.models import Request, Vote
from apps.approvals.services.voting import REASONS
from apps.events.admin.listing import events_card
from apps.events.queries import story_of
from apps.kernel.admin.cells import drawn
from apps.kernel.admin.filters import known_values
from apps.kernel.admin.linking import address
from apps.kernel.admin.offers import offer, offered
from apps.kernel.admin.parts import (
    Badge,
    Button,
    Card,
    Code,
    Empty,
    Fact,
    Link,
    Row,
    Stack,
    Table,
    Text,
    Tone,
    facts,
    table,
    who,
)
from apps.kernel.admin.viewer import CommandAdmin
from apps.kernel.scope import current_scope
from apps.tenancy.admin.badges import environment_badge

DIGITS = 12
TONES: dict[str, Tone] = {"open": "accent", "met": "good", "closed": ""}
DECIDED: dict[str, tuple[Text, Tone]] = {
    Vote.Decision.APPROVE: (_("approved"), "good"),
    Vote.Decision.REQUEST_CHANGES: (_("asked for changes"), "warn"),
    Vote.Decision.DENY: (_("denied"), "bad"),
}
BAD_ENDS = {"denied", "expired"}


class WaitingFilter(DropdownFilter):
    """What waits for me unless told otherwise."""

    title = _("whose")
    parameter_name = "whose"
    all_option = ["", _("Waiting for me")]

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("open", _("Waiting for anybody")),
            ("met", _("Approved")),
            ("closed", _("Closed")),
            ("all", _("All")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Request]) -> QuerySet[Request]:
        value = self.value()
        if not value:
            return queries.waiting_for(current_scope().actor)
        return queryset if value == "all" else queryset.filter(status=value)


def _types() -> list[tuple[str, Any]]:
    return [(known.name, known.label) for known in subject_types()]


@admin.register(Request)
class RequestAdmin(CommandAdmin):
    list_title = _("Approvals")
    list_display = ("what", "kind", "where", "votes", "waits_for", "why", "due")
    list_display_links = ("what",)
    list_filter = (WaitingFilter, known_values("subject_type", _("type"), _types, "type"))
    list_filter_submit = True
    search_fields = ("=number", "title")
    search_help_text = _("A number or a title")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Request]:
        return queries.requests_visible()

    def get_ordering(self, request: HttpRequest) -> Sequence[str]:
        """The oldest of what waits first; of what happened the newest."""
        waits = request.GET.get("whose", "") in ("", "open")
        return ("opened_at", "id") if waits else ("-opened_at", "-id")

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        """What counts now comes in a number of queries that does not grow with the page."""
        changelist = super().get_changelist_instance(request)
        rows = list(changelist.result_list)
        tallies = queries.tallies_of([row for row in rows if not row.is_closed])
        labels = labels_of(rows, tallies.values())
        for row in rows:
            row.tally, row.labels = tallies.get(row.pk, Tally((), ())), labels
        changelist.result_list = rows
        return changelist

    @admin.display(description=_("what"), ordering="opened_at")
    def what(self, row: Request) -> str:
        return drawn(Stack(row.title, row.number) if row.number else row.title)

    @admin.display(description=_("type"))
    def kind(self, row: Request) -> str:
        return str(subject_type(row.subject_type).label)

    @admin.display(description=_("environment"))
    def where(self, row: Request) -> str:
        return drawn(environment_badge(row.environment.name)) if row.environment is not None else ""

    @admin.display(description=_("votes"))
    def votes(self, row: Any) -> str:
        if row.is_closed:
            return drawn(_state(row))
        return f"{len(row.tally.seated)} / {row.seats.votes}"

    @admin.display(description=_("waits for"))
    def waits_for(self, row: Any) -> str:
        return waits_for(row.tally, row.labels)

    @admin.display(description=_("why"))
    def why(self, row: Any) -> str:
        return str(shortened(reasons_of(row, row.labels)))

    @admin.display(description=_("due"), ordering="due_at")
    def due(self, row: Request) -> str:
        return drawn(row.due_at) if row.status == Request.Status.OPEN else ""

    def lead(self, obj: Request) -> str:
        return str(_("%(type)s by %(names)s")) % {
            "type": str(subject_type(obj.subject_type).label).capitalize(),
            "names": ", ".join(author.name for author in authors_of([obj])[obj.pk]),
        }

    def badges(self, obj: Request) -> list[Badge]:
        return [_state(obj)] + ([environment_badge(obj.environment.name)] if obj.environment is not None else [])

    def buttons(self, request: HttpRequest, obj: Request) -> list[Button | Link]:
        """The subject's own commands. Reviewers look at the subject first: its page is one of the buttons."""
        known = subject_type(obj.subject_type)
        page = address(obj.subject_type, obj.subject_id)
        link = [Link(_("Open the %(type)s") % {"type": known.label}, page)] if page else []
        if obj.is_closed:
            return [*link]
        me = current_scope().actor
        digest = {"digest": obj.digest}
        own = _("You answer for this. Another person has to decide.") if me.id in obj.authors else ""
        mine = queries.standing_votes(*obj.subject).filter(voter_id=me.id).exists()
        vote = (
            offer(known.withdraw_approval, obj.subject_id, label=_("Withdraw my approval"), icon="undo")
            if mine
            else offer(
                known.approve,
                obj.subject_id,
                label=_("Approve"),
                inputs=digest,
                blocked=own,
                look="primary",
                icon="how_to_vote",
            )
        )
        refusals = (
            offer(known.request_changes, obj.subject_id, label=_("Request changes"), inputs=digest, asks=True),
            offer(known.deny, obj.subject_id, label=_("Deny"), inputs=digest, asks=True, look="danger"),
        )
        return [*offered(vote, *(refusals if not own else ())), *link]

    def cards(self, request: HttpRequest, obj: Request) -> list[Card]:
        kept = obj.kept
        over = kept.tally if kept else Tally((), ())
        tally = over if obj.is_closed else queries.tally_of_request(obj)
        seats = [] if obj.is_closed and kept is None else [seats_card(obj, tally)]
        return [*seats, _said(obj, tally), events_card(_("Timeline"), story_of(obj), about=False)]

    def side(self, request: HttpRequest, obj: Request) -> list[Card]:
        asked = [
            Fact(_("Digest"), Code(obj.digest[:DIGITS])),
            Fact(_("Asked"), obj.opened_at),
            Fact(_("Asked again"), obj.asked_at if obj.asked_at != obj.opened_at else None),
            Fact(_("Answer until"), obj.due_at if obj.status == Request.Status.OPEN else None),
            Fact(_("Approved"), obj.met_at),
            Fact(_("Reminded"), obj.reminded_at),
            Fact(_("Escalated"), obj.escalated_at),
            *(Fact(_("Author"), author) for author in authors_of([obj])[obj.pk]),
            Fact(_("Closed"), obj.closed_at),
            Fact(_("Closed by"), who(obj.closed_by) if obj.closed_by is not None else None),
            Fact(_("Reason"), obj.close_reason),
            Fact("ID", Code(str(obj.pk))),
        ]
        return [facts(_("Facts"), *asked)]


def _state(row: Request) -> Badge:
    if not row.is_closed:
        return Badge(row.get_status_display(), TONES[row.status])
    return Badge(row.get_outcome_display(), "bad" if row.outcome in BAD_ENDS else "")


def _said(obj: Request, tally: Tally) -> Card:
    rows = [
        Row(
            [who(vote.voter), Badge(*DECIDED[vote.decision]), _counts(vote, obj, tally), vote.comment, vote.cast_at],
            muted=not vote.stands and vote.decision == Vote.Decision.APPROVE,
        )
        for vote in queries.vote_rows([obj])[obj.pk]
    ]
    columns = [_("Person"), _("Said"), _("Counts"), _("Comment"), _("When")]
    return table(_("What people said"), Table(columns, rows, Empty(_("Nobody has said anything yet"), icon="forum")))


def _counts(vote: Vote, obj: Request, tally: Tally) -> Any:
    """Whether it counts now, and why not."""
    if vote.voided_at is not None:
        return Badge(_("void: %(why)s") % {"why": REASONS.get(vote.void_reason, vote.void_reason)}, "warn")
    if vote.withdrawn_at is not None:
        return Badge(_("withdrawn"))
    if obj.is_closed or not vote.stands:
        return ""
    return Badge(_("counts"), "good") if vote.voter_id in tally.voters else Badge(_("does not count now"), "warn")
