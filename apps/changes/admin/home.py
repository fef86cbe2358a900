"""What changes show on the home page."""

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from apps.changes import queries
from apps.changes.admin.listing import change_items
from apps.changes.models import Change
from apps.kernel.admin.linking import list_of
from apps.kernel.admin.panels import COUNTED, Panel, Stat, home_panels
from apps.kernel.admin.parts import Card, Empty, Link, Text, Tone
from apps.kernel.scope import current_scope

SHOWN = 6


@home_panels(10)
def changes(request: HttpRequest) -> list[Panel]:
    """My open changes and my failed validations. What waits for my vote is the approvals' to say."""
    me = current_scope().actor
    mine = queries.changes_of_author(me.id)
    failed = queries.failed_validations(me.id)
    return [
        _panel(_("My open changes"), mine, "whose=mine", Empty(_("You have no open change"), icon="edit_note")),
        _panel(
            _("Failed validations"), failed, "whose=failed", Empty(_("No validation failed"), icon="task_alt"), "bad"
        ),
    ]


def _panel(title: Text, rows: QuerySet[Change], query: str, empty: Empty, tone: Tone = "") -> Panel:
    url = list_of("changes.change", query)
    body = {"rows": change_items(rows[:SHOWN]), "empty": empty}
    count = rows.order_by().select_related(None)[:COUNTED].count()
    return Panel(
        Card(title, "components/items.html", body, buttons=[Link(_("All"), url)]), Stat(title, count, url, tone)
    )
