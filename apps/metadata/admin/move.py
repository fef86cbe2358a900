"""The history of an environment: when which revision of what came to run there."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from apps.kernel.admin.cells import NamesActors, drawn
from apps.kernel.admin.filters import day_range
from apps.kernel.admin.linking import address, named, subject_parts
from apps.kernel.admin.panels import cards_on
from apps.kernel.admin.parts import Badge, Button, Card, Code, Empty, Fact, Link, Row, Table, facts, table
from apps.kernel.admin.shell import shell_of
from apps.kernel.admin.viewer import on_list
from apps.metadata.admin.comparing import compare_address
from apps.metadata.admin.diffing import DiffBody, group_of
from apps.metadata.admin.listing import CHANGE, STATUS, definition_page, kind_filter, label_of, short, status_badge
from apps.metadata.admin.past import past_address
from apps.metadata.core.diff import diff
from apps.metadata.models import HeadMove
from apps.metadata.queries import content_after, moves_in, root_digest
from apps.tenancy.admin.badges import environment_badge
from apps.tenancy.models import Environment

RECENT = 10


@admin.register(HeadMove)
class HeadMoveAdmin(NamesActors):
    list_display = ("of", "sort", "at_number", "state", "who", "since")
    list_display_links = ("of",)
    list_filter = (kind_filter("kind"), STATUS, day_range("moved_at"))
    list_filter_submit = True
    search_fields = ("key", "name")
    ordering = ("-moved_at", "-pk")
    actor_columns = ("moved_by_id",)
    list_title = _("History")

    def get_queryset(self, request: HttpRequest) -> QuerySet[HeadMove]:
        rows = HeadMove.objects.select_related("environment")
        if on_list(request):
            rows = rows.filter(environment=shell_of(request).environment_id)
        return rows

    def list_buttons(self, request: HttpRequest) -> list[Button | Link]:
        environment = shell_of(request).environment_id
        return [] if environment is None else [Link(_("Compare"), compare_address(environment))]

    @admin.display(description=_("definition"), ordering="key")
    def of(self, row: HeadMove) -> str:
        return row.key

    @admin.display(description=_("kind"), ordering="kind")
    def sort(self, row: HeadMove) -> str:
        return label_of(row.kind)

    @admin.display(description=_("revision"), ordering="number")
    def at_number(self, row: HeadMove) -> str:
        return drawn(Link(f"#{row.number}", address("metadata.revision", row.revision_id) or ""))

    @admin.display(description=_("status"), ordering="status")
    def state(self, row: HeadMove) -> str:
        return drawn(status_badge(row.status))

    @admin.display(description=_("moved by"))
    def who(self, row: HeadMove) -> str:
        people = getattr(row, "people", {})
        return drawn(people.get(row.moved_by_id))

    @admin.display(description=_("moved"), ordering="moved_at")
    def since(self, row: HeadMove) -> str:
        return drawn(row.moved_at)

    def heading(self, obj: HeadMove) -> str:
        return f"{obj.key} #{obj.number}"

    def badges(self, obj: HeadMove) -> list[Badge]:
        return [status_badge(obj.status), environment_badge(obj.environment.name)]

    def buttons(self, request: HttpRequest, obj: HeadMove) -> list[Button | Link]:
        return [
            Link(_("As it was then"), past_address(obj.definition_id, obj)),
            Link(_("Open the definition"), definition_page(obj.kind, obj.definition_id)),
        ]

    def cards(self, request: HttpRequest, obj: HeadMove) -> list[Card]:
        before = (
            HeadMove.objects.filter(
                environment=obj.environment_id, definition=obj.definition_id, moved_at__lt=obj.moved_at
            )
            .order_by("-moved_at")
            .first()
        )
        old, new = (content_after(before) if before else None), content_after(obj)
        group = group_of(obj.key, label_of(obj.kind), old, new, diff(old, new))
        title = _("What this move altered") if before else _("The first move")
        return [Card(title, "components/diff.html", DiffBody([group]))]

    def side(self, request: HttpRequest, obj: HeadMove) -> list[Card]:
        change = subject_parts([(CHANGE, str(obj.change_id))])[CHANGE, str(obj.change_id)]
        return [
            facts(
                _("Facts"),
                Fact(_("Kind"), label_of(obj.kind)),
                Fact(_("Key"), Code(obj.key)),
                Fact(_("Environment"), obj.environment.name),
                Fact(_("Change"), change),
                Fact(_("Moved by"), named([obj.moved_by_id]).get(obj.moved_by_id) if obj.moved_by_id else ""),
                Fact(_("Moved"), obj.moved_at),
                Fact(_("Digest"), short(obj.digest)),
                Fact(_("Digest before"), short(obj.digest_before) if obj.digest_before else ""),
            )
        ]


def moves_table(moves: list[HeadMove], *, by_definition: bool) -> Table:
    """Moves with what a reader wants to know of them: of which definition, or in which environment."""
    changes = subject_parts((CHANGE, str(move.change_id)) for move in moves)
    people = named(move.moved_by_id for move in moves)
    rows = []
    for move in moves:
        first = (
            Link(move.key, definition_page(move.kind, move.definition_id)) if by_definition else move.environment.name
        )
        rows.append(
            Row(
                [
                    first,
                    Link(f"#{move.number}", past_address(move.definition_id, move)),
                    changes[CHANGE, str(move.change_id)],
                    people.get(move.moved_by_id) if move.moved_by_id else "",
                    Link(f"{move.moved_at:%Y-%m-%d %H:%M:%S} UTC", address("metadata.headmove", move.pk) or ""),
                ]
            )
        )
    label = _("Definition") if by_definition else _("Environment")
    return Table([label, _("Revision"), _("Change"), _("By"), _("Moved")], rows, Empty(_("Nothing moved yet")))


@cards_on("tenancy.environment")
def history_of_environment(request: HttpRequest, obj: Environment) -> list[Card]:
    """What an environment runs as one number, and what moved there last."""
    moves = list(moves_in(obj.pk)[:RECENT])
    buttons = [Link(_("Compare"), compare_address(obj.pk))]
    return [
        facts(_("What runs here"), Fact(_("Root digest"), Code(root_digest(obj.pk))), buttons=buttons),
        table(_("What moved last"), moves_table(moves, by_definition=True)),
    ]
