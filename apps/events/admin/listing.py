"""Events and jobs as short lines, for home pages and the pages of what they are about."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from apps.events.models import Event, Job
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
        return f"{moved} ({payload['reason']})" if payload.get("reason") else moved
    if "errors" in payload and "warnings" in payload:
        return _("%(errors)s errors, %(warnings)s warnings") % payload
    return str(payload.get("message") or payload.get("name") or payload.get("key") or "")


def said(event_type: str) -> str:
    """``change.checked_in`` as ``Change checked in``."""
    return words(event_type.replace(".", "_"))


def events_card(title: Any, events: Iterable[Event], *, about: bool = True) -> Card:
    rows = event_items(events, about=about)
    body = {"rows": rows, "empty": Empty(_("Nothing has happened yet"), icon="timeline")}
    return Card(title, "components/items.html", body, len(rows))


def job_rows(jobs: Iterable[Job]) -> list[dict[str, Any]]:
    """Lines of jobs, each with a retry where one is possible."""
    return [
        {
            "line": row.command,
            "url": address("events.job", row.pk),
            "notes": [(row.last_error or _("no error kept"))[:120], row.created_at],
            "badge": job_badge(row),
            "buttons": offered(retry(row)),
        }
        for row in jobs
    ]


def job_badge(job: Job) -> Badge:
    return Badge(job.get_status_display(), TONES.get(job.status, ""))  # type: ignore[arg-type]


def retry(job: Job) -> Any:
    """The button that gives a quarantined job its one more try."""
    blocked = ""
    if job.status != Job.Status.QUARANTINED:
        blocked = _("Only a quarantined job can be retried.")
    elif job.replayed_at is not None:
        blocked = _("It was retried already.")
    return offer("job.replay", job.pk, label=_("Retry"), icon="replay", blocked=blocked)
