"""What was said about a change: one conversation, oldest first, with the form for the next word."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _

from apps.changes import queries
from apps.changes.admin.story import anchor_of
from apps.changes.core.mentions import Piece, pieces
from apps.changes.models import Change, Comment
from apps.changes.services.commenting import MODERATES
from apps.kernel.admin.offers import command_url, may_read, offer, offered
from apps.kernel.admin.parts import Button, Card, Link, Who
from apps.kernel.scope import current_scope
from apps.tenancy.queries import principals_of_tenant

#: The latest ones that the page draws; all of them are in the API.
SHOWN = 200


@dataclass(frozen=True, slots=True)
class Remark:
    """One comment. ``gone`` says who took it away, in place of its words."""

    anchor: str
    by: Who
    at: Any
    edited: Any
    about: Link | str
    words: Sequence[Piece]
    gone: str
    buttons: Sequence[Button]


@dataclass(frozen=True, slots=True)
class Reachable:
    """Somebody who has to do with the change, and how a comment names them."""

    handle: str
    name: str


@dataclass(frozen=True, slots=True)
class ConversationBody:
    remarks: Sequence[Remark]
    earlier: int
    action: str
    people: Sequence[Reachable]


def comments_shown(change: Change) -> list[Comment]:
    return list(queries.comments_of(change.pk).reverse()[: SHOWN + 1])[::-1]


def conversation_card(change: Change, comments: Sequence[Comment], around: Iterable[UUID]) -> Card:
    """``around`` have to do with the change: besides those who spoke, whom a comment may want to reach."""
    shown = comments[-SHOWN:]
    around = [*around, *(comment.author_id for comment in shown)]
    people = _people({*around, *(named for comment in shown for named in comment.mentions)})
    moderates = may_read(MODERATES)
    me = current_scope().actor.id
    remarks = [_remark(change, comment, people, me=me, moderates=moderates) for comment in shown]
    reachable = [Reachable(*people[one]) for one in dict.fromkeys(around) if one in people and one != me]
    body = ConversationBody(remarks, len(comments) - len(shown), command_url("change.comment", change.pk), reachable)
    said = sum(comment.deleted_at is None for comment in shown)
    return Card(_("Conversation"), "components/conversation.html", body, said or None)


def _people(wanted: set[UUID]) -> dict[UUID, tuple[str, str]]:
    """Handles and names, in one query whoever is wanted."""
    rows = principals_of_tenant().filter(Q(pk__in=wanted)).select_related(None).order_by("name", "pk")
    return {pk: (handle, name) for pk, handle, name in rows.values_list("pk", "handle", "name")}


def _remark(
    change: Change, comment: Comment, people: Mapping[UUID, tuple[str, str]], *, me: UUID, moderates: bool
) -> Remark:
    gone = ""
    if comment.deleted_by is not None:
        gone = _("Deleted by %(name)s.") % {"name": comment.deleted_by.name}
    known = {people[named][0] for named in comment.mentions if named in people}
    about: Link | str = comment.about
    if comment.operation_id is not None:
        about = Link(comment.about, f"#{anchor_of(comment.operation_id)}")
    return Remark(
        anchor=f"comment-{comment.pk.hex[:12]}",
        by=Who(comment.author.name, comment.author.kind),
        at=comment.created_at,
        edited=comment.edited_at if not gone else None,
        about=about,
        words=pieces(comment.body, known),
        gone=gone,
        buttons=[] if gone else _buttons(change, comment, me=me, moderates=moderates),
    )


def _buttons(change: Change, comment: Comment, *, me: UUID, moderates: bool) -> list[Button]:
    inputs = {"comment_id": comment.pk}
    own = comment.author_id == me
    edit = delete = None
    if own:
        edit = offer(
            "change.edit_comment", change.pk, label=_("Edit"), inputs=inputs, asks=True, look="quiet", size="small"
        )
    if own or moderates or comment.author.owner_id == me:
        delete = offer("change.delete_comment", change.pk, label=_("Delete"), inputs=inputs, look="quiet", size="small")
    return offered(edit, delete)
