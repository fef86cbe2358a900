"""Changes as short lines and badges."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext_lazy as _

from apps.changes.core.lifecycle import State
from apps.changes.models import Change
from apps.kernel.admin.linking import page_of
from apps.kernel.admin.parts import Badge, Who

TONES: dict[str, Any] = {
    State.DRAFT: "",
    State.IMPLEMENTING: "info",
    State.WORKSPACE_RUNNING: "info",
    State.VALIDATING: "info",
    State.VALIDATION_FAILED: "bad",
    State.READY: "accent",
    State.MERGED: "good",
}


def status_badge(change: Change) -> Badge:
    if change.denied_at is not None:
        return Badge(_("Denied"), "bad")
    if change.archived_at is not None:
        return Badge(_("Archived"))
    return Badge(change.get_status_display(), TONES[State(change.status)])


def change_items(changes: Iterable[Change]) -> list[dict[str, Any]]:
    """Lines with number, title, author and environment."""
    return [
        {
            "line": f"{row.number} {row.title}",
            "url": page_of(row),
            "notes": [
                Who(row.author.name, row.author.kind),
                f"{row.project.name} · {row.environment.name}",
                row.updated_at,
            ],
            "badge": status_badge(row),
        }
        for row in changes
    ]
