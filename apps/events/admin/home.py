"""What the log shows on the home page."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from apps.events import queries
from apps.events.admin.listing import event_items, newest_first, waiting_rows
from apps.kernel.admin.linking import list_of
from apps.kernel.admin.offers import may_read
from apps.kernel.admin.panels import COUNTED, Panel, Stat, home_panels
from apps.kernel.admin.parts import Card, Empty, Link

SHOWN = 6


@home_panels(40)
def stuck_work(request: HttpRequest) -> list[Panel]:
    """What waits for a person, with a retry each: jobs always, timers and events when there are any."""
    if not may_read("admin.view"):
        return []
    panels = [_quarantined("events.job", _("Quarantined jobs"), queries.quarantined_jobs())]
    for listed, title, rows in (
        ("events.timer", _("Quarantined timers"), queries.quarantined_timers()),
        ("events.outbox", _("Quarantined events"), queries.quarantined_outbox()),
    ):
        if rows.exists():
            panels.append(_quarantined(listed, title, rows))
    return panels


def _quarantined(listed: str, title: Any, rows: QuerySet[Any]) -> Panel:
    url = list_of(listed, "status__exact=quarantined")
    body = {"rows": waiting_rows(rows[:SHOWN]), "empty": Empty(_("No job is stuck"), icon="task_alt")}
    card = Card(title, "components/items.html", body, buttons=[Link(_("All"), url)])
    return Panel(card, Stat(title, rows.order_by()[:COUNTED].count(), url, "bad"))


@home_panels(90)
def last_events(request: HttpRequest) -> list[Panel]:
    rows = queries.feed().order_by("-occurred_at", "-pk")[:SHOWN]
    body = {"rows": event_items(newest_first(rows)), "empty": Empty(_("Nothing has happened yet"), icon="timeline")}
    card = Card(_("Last events"), "components/items.html", body, buttons=[Link(_("All"), list_of("events.event"))])
    return [Panel(card, wide=True)]
