"""Events and queued work as short lines, for home pages and the pages of what they are about."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from apps.events.models import Event, Job, Outbox, Timer
from apps.events.models.queue import Leased
from apps.kernel.admin.linking import address, named, subject_parts
from apps.kernel.admin.naming import words
from apps.kernel.admin.offers import offer, offered
from apps.kernel.admin.parts import Badge, Card, Empty

TONES = {
    "pending": "info",
    "done": "good",
    "completed": "good",
    "rejected": "warn",
    "breached": "warn",
    "quarantined": "bad",
}


def newest_first(events: Iterable[Event]) -> list[Event]:
    """What happened at one instant in the order in which it happened, which its ids do not tell."""
    return sorted(events, key=lambda row: (row.occurred_at, row.source_ref, row.source_sequence), reverse=True)


def event_items(events: Iterable[Event], *, about: bool = True) -> list[dict[str, Any]]:
    """Lines of what happened, with who did it and to what; one query for all names, one for each type of subject."""
    rows = list(events)
    people = named(row.actor_id for row in rows)
    subjects = subject_parts((row.resource_type, row.resource_id) for row in rows) if about else {}
    return [
        {
            "line": said(row.event_type),
            "url": address("events.event", row.pk),
            "notes": [
                part
                for part in (
                    subjects.get((row.resource_type, row.resource_id)),
                    detail_of(row.payload),
                    people.get(row.actor_id),
                    row.occurred_at,
                )
                if part
            ],
        }
        for row in rows
    ]


def detail_of(payload: dict[str, Any]) -> str:
    """The part of a payload that says most to a reader."""
    if payload.get("summary"):
        return str(payload["summary"])
    if payload.get("from_status") and payload.get("from_status") != payload.get("to_status"):
        moved = f"{payload['from_status']} → {payload['to_status']}"
        reason = str(payload.get("reason") or "")
        reason = reason.replace("_", " ") if reason.islower() and " " not in reason else reason
        return f"{moved} ({reason})" if reason else moved
    if "errors" in payload and "warnings" in payload:
        return _("%(errors)s errors, %(warnings)s warnings") % payload
    return str(payload.get("message") or payload.get("name") or payload.get("key") or "")


def said(event_type: str) -> str:
    """``change.checked_in`` as ``Change checked in``, and ``change.changes_requested`` as ``Changes requested``."""
    noun, _dot, verb = event_type.partition(".")
    return words(verb if verb.startswith(f"{noun}s_") else event_type.replace(".", "_"))


def events_card(title: Any, events: Iterable[Event], *, about: bool = True) -> Card:
    rows = event_items(events, about=about)
    body = {"rows": rows, "empty": Empty(_("Nothing has happened yet"), icon="timeline")}
    return Card(title, "components/items.html", body, len(rows))


def waiting_rows(rows: Iterable[Job | Timer | Outbox]) -> list[dict[str, Any]]:
    """Lines of queued work, each with a retry where one is possible."""
    return [
        {
            "line": name_of(row),
            "url": address(row._meta.label_lower, row.pk),
            "notes": [(row.last_error or _("no error kept"))[:120], row.created_at],
            "badge": badge_of(row),
            "buttons": offered(retry(row)),
        }
        for row in rows
    ]


def name_of(row: Job | Timer | Outbox) -> str:
    """What a worker has to do."""
    if isinstance(row, Job):
        return row.command
    return row.kind if isinstance(row, Timer) else row.event_type


def badge_of(row: Job | Timer | Outbox) -> Badge:
    return Badge(row.get_status_display(), TONES.get(row.status, ""))  # type: ignore[arg-type]


def retry(row: Job | Timer | Outbox) -> Any:
    """The button that gives what was put aside one more try."""
    blocked = ""
    if row.status != Leased.Status.QUARANTINED:
        blocked = _("Only what is quarantined can be retried.")
    elif isinstance(row, Job) and row.replayed_at is not None:
        blocked = _("It was retried already.")
    return offer(f"{row._meta.model_name}.replay", row.pk, label=_("Retry"), icon="replay", blocked=blocked)
