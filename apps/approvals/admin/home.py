"""What approvals show on the home page."""

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from apps.approvals import queries
from apps.approvals.admin.seats import authors_of, labels_of, waits_for
from apps.kernel.admin.linking import address, list_of, page_of
from apps.kernel.admin.offers import offer, offered
from apps.kernel.admin.panels import COUNTED, Panel, Stat, home_panels
from apps.kernel.admin.parts import Card, Empty, Link, who
from apps.kernel.scope import current_scope
from apps.tenancy.admin.badges import environment_badge

SHOWN = 6


@home_panels(5)
def waiting(request: HttpRequest) -> list[Panel]:
    """What waits for my approval, of whatever type, the oldest first."""
    found = queries.waiting_for(current_scope().actor)
    rows = list(found[:SHOWN])
    tallies = queries.tallies_of(rows)
    labels, authors = labels_of(rows, tallies.values()), authors_of(rows)
    items = [
        {
            "line": str(row),
            "url": page_of(row),
            "notes": [*authors[row.pk], waits_for(tallies[row.pk], labels), row.opened_at],
            "badge": environment_badge(row.environment.name) if row.environment is not None else None,
        }
        for row in rows
    ]
    url = list_of("approvals.request")
    body = {"rows": items, "empty": Empty(_("Nothing waits for your approval"), icon="how_to_vote")}
    count = found.order_by().select_related(None)[:COUNTED].count()
    title = _("Approvals waiting for me")
    return [
        Panel(
            Card(title, "components/items.html", body, buttons=[Link(_("All"), url)]), Stat(title, count, url, "warn")
        )
    ]


@home_panels(7)
def notices(request: HttpRequest) -> list[Panel]:
    """What I was told and have not read."""
    found = queries.unread_notices(current_scope().actor)
    items = [
        {
            "line": row.text,
            "url": address(row.subject_type, row.subject_id) or page_of(row),
            "notes": [who(row.told_by), row.created_at],
            "buttons": offered(offer("notice.read", row.pk, label=_("Read"), icon="done", size="small")),
        }
        for row in found[:SHOWN]
    ]
    url = list_of("approvals.notice", "read=no")
    body = {"rows": items, "empty": Empty(_("You have read everything"), icon="notifications")}
    count = found.order_by().select_related(None)[:COUNTED].count()
    title = _("Notices")
    return [Panel(Card(title, "components/items.html", body, buttons=[Link(_("All"), url)]), Stat(title, count, url))]
