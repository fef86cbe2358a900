"""What the log shows on the home page."""

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from apps.events import queries
from apps.events.admin.listing import event_items, job_rows
from apps.kernel.admin.linking import list_of
from apps.kernel.admin.offers import may_read
from apps.kernel.admin.panels import COUNTED, Panel, Stat, home_panels
from apps.kernel.admin.parts import Card, Empty, Link

SHOWN = 6


@home_panels(40)
def stuck_jobs(request: HttpRequest) -> list[Panel]:
    """Jobs that wait for a person, with a retry each."""
    if not may_read("admin.view"):
        return []
    rows = queries.quarantined_jobs()
    url = list_of("events.job", "status__exact=quarantined")
    empty = Empty(_("No job is stuck"), icon="task_alt")
    body = {"rows": job_rows(rows[:SHOWN]), "empty": empty}
    card = Card(_("Quarantined jobs"), "components/items.html", body, buttons=[Link(_("All"), url)])
    return [Panel(card, Stat(_("Quarantined jobs"), rows.order_by()[:COUNTED].count(), url, "bad"))]


@home_panels(90)
def last_events(request: HttpRequest) -> list[Panel]:
    rows = queries.feed().order_by("-occurred_at", "-pk")[:SHOWN]
    body = {"rows": event_items(rows), "empty": Empty(_("Nothing has happened yet"), icon="timeline")}
    card = Card(_("Last events"), "components/items.html", body, buttons=[Link(_("All"), list_of("events.event"))])
    return [Panel(card, wide=True)]
