"""A definition as it is or as it was: what it said, and which change set each attribute."""

import json
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from apps.kernel.admin.linking import address, named, subject_parts
from apps.kernel.admin.parts import Card, Code, Empty, Fact, Link, Row, Stack, Table, Words, facts, table
from apps.kernel.admin.shell import shell_of
from apps.metadata.admin.asking import OneSide
from apps.metadata.admin.diffing import said, subject_of
from apps.metadata.admin.listing import CHANGE, label_of, short, status_badge
from apps.metadata.core.blame import Blamed
from apps.metadata.core.content import Content, pointer
from apps.metadata.models import Definition, HeadMove
from apps.metadata.queries import blame_of, content_after, move_as_of

#: As many attributes as a page shows; the API has them all.
SHOWN = 400
LONG = 200


def past_address(definition_id: Any, move: HeadMove | None = None) -> str:
    """The page of a definition's past: as it is now, or as it was right after a move."""
    url = reverse("admin:metadata_definition_past", args=[definition_id])
    if move is None:
        return url
    return f"{url}?{urlencode({'environment': move.environment_id, 'at': move.moved_at.isoformat()})}"


def past_of(request: HttpRequest, definition_id: UUID) -> dict[str, Any]:
    """What the page shows of a definition."""
    definition = Definition.objects.filter(pk=definition_id).select_related("project").first()
    if definition is None:
        raise Http404(str(definition_id))
    form = OneSide(request, definition.project_id, shell_of(request).environment_id)
    shown: dict[str, Any] = {"title": definition.key, "lead": _("As it was, and who set what"), "form": form}
    if not form.is_valid():
        return shown
    side = form.side("environment", "at")
    move = move_as_of(definition.pk, side)
    if move is None:
        nothing = Empty(_("It did not exist in %(side)s") % {"side": form.said(side)}, icon="history")
        return {**shown, "cards": [table(_("Attributes"), Table([], [], nothing))]}
    content = content_after(move)
    blamed = blame_of(definition.pk, side)
    return {
        **shown,
        "badges": [status_badge(move.status)],
        "cards": [
            _facts(definition, move, form.said(side)),
            table(_("Who set what"), blame_table(blamed[:SHOWN], content)),
            Card(_("Content"), "components/raw.html", json.dumps(content, indent=2, ensure_ascii=False)),
        ],
    }


def _facts(definition: Definition, move: HeadMove, where: str) -> Card:
    change = subject_parts([(CHANGE, str(move.change_id))])[CHANGE, str(move.change_id)]
    return facts(
        _("Facts"),
        Fact(_("Where and when"), where),
        Fact(_("Kind"), label_of(definition.kind)),
        Fact(_("Name"), move.name),
        Fact(_("Revision"), Link(f"#{move.number}", address("metadata.revision", move.revision_id) or "")),
        Fact(_("Digest"), short(move.digest)),
        Fact(_("Since"), move.moved_at),
        Fact(_("Moved by"), named([move.moved_by_id]).get(move.moved_by_id) if move.moved_by_id else ""),
        Fact(_("Change"), change),
    )


def blame_table(blamed: tuple[Blamed[HeadMove], ...], content: Content) -> Table:
    """Each attribute with its value and its origin."""
    changes = subject_parts((CHANGE, str(one.mark.change_id)) for one in blamed)
    people = named(one.mark.moved_by_id for one in blamed)
    rows = []
    for one in blamed:
        move = one.mark
        value, change = said(one.value), changes[CHANGE, str(move.change_id)]
        person = people.get(move.moved_by_id) if move.moved_by_id else None
        rows.append(
            Row(
                [
                    Stack(subject_of(one.path, content), Code(pointer(one.path))),
                    Words(value if len(value) <= LONG else f"{value[:LONG]}…"),
                    Link(f"#{move.number}", past_address(move.definition_id, move)),
                    Stack(change, person) if person else change,
                    Stack(move.moved_at, _("or earlier")) if one.or_earlier else move.moved_at,
                ]
            )
        )
    columns = [_("Attribute"), _("Value"), _("Revision"), _("Set by"), _("Since")]
    return Table(columns, rows, Empty(_("It says nothing")))
