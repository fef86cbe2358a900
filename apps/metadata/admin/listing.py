"""Badges and rows that the pages of definitions share."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from apps.kernel import kinds
from apps.kernel.admin.filters import KnownValues, known_values
from apps.kernel.admin.linking import address, page_of, subject_parts
from apps.kernel.admin.parts import Badge, Code, Empty, Link, Row, Table
from apps.metadata.models import Head, Reference, Revision
from apps.tenancy.admin.badges import environment_badge

TONES: dict[str, Any] = {"active": "good", "draft": "info", "retired": "", "disabled": "warn"}
#: Apps that bring kinds with pages of their own.
PAGES = ("types", "policies")
DIGITS = 12
CHANGE = "changes.change"
STATUS = known_values(
    "status",
    _("status"),
    [("draft", _("draft")), ("active", _("active")), ("disabled", _("disabled")), ("retired", _("retired"))],
)


def kind_filter(column: str) -> type[KnownValues]:
    """By kind, whichever are installed."""
    return known_values(column, _("kind"), lambda: [(kind.name, kind.label) for kind in kinds.all()], "kind")


def status_badge(status: str) -> Badge:
    return Badge(status, TONES.get(status, ""))


def label_of(kind: str) -> str:
    try:
        return str(kinds.get(kind).label)
    except kinds.UnknownKind:
        return kind


def definition_page(kind: str, definition_id: UUID) -> str:
    """The page made for the kind, or the plain one of definitions."""
    pages = (address(f"{app}.{kind.replace('_', '')}", definition_id) for app in PAGES)
    return next((page for page in pages if page), None) or address("metadata.definition", definition_id) or ""


def short(digest: str) -> Code:
    return Code(digest[:DIGITS])


def revision_table(revisions: Iterable[Revision], running: Mapping[UUID, list[str]]) -> Table:
    """The history, newest first, with the environments that run each revision."""
    shown = list(revisions)
    changes = subject_parts((CHANGE, str(row.change_id)) for row in shown)
    rows = [
        Row(
            [
                Link(f"#{row.number}", page_of(row)),
                short(row.digest),
                [environment_badge(name) for name in running.get(row.pk, ())] or "",
                changes[(CHANGE, str(row.change_id))],
                row.created_at,
            ]
        )
        for row in shown
    ]
    return Table(
        [_("Revision"), _("Digest"), _("Runs in"), _("Made by"), _("Made")], rows, Empty(_("No revisions yet"))
    )


def running_in(heads: Iterable[Head]) -> dict[UUID, list[str]]:
    """Names of environments by the revision they run."""
    found: dict[UUID, list[str]] = {}
    for head in heads:
        found.setdefault(head.revision_id, []).append(head.environment.name)
    return found


def uses_table(references: Iterable[Reference]) -> Table:
    rows = [
        Row(
            [
                Link(row.source.key, definition_page(row.source.kind, row.source_id)),
                label_of(row.source.kind),
                row.edge,
                Code("/".join(row.path)),
            ]
        )
        for row in references
    ]
    empty = Empty(_("Nothing uses it"), icon="link_off")
    return Table([_("Used by"), _("Kind"), _("How"), _("Where")], rows, empty)
