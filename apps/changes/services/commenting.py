"""What people and agents say about a change and its operations.

Talking moves nothing: a comment is allowed in every state, also on a merged or archived change, voids no vote and is
in no digest.
"""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from django.utils.translation import gettext as _
from pydantic import Field

from apps.approvals.services import notify
from apps.changes.core.mentions import handles_in
from apps.changes.errors import CommentDeleted, ForeignComment
from apps.changes.models import Change, ChangeOperation, Comment
from apps.kernel import ports
from apps.kernel.commands import Safety, command
from apps.kernel.errors import NotFound
from apps.kernel.scope import Actor, current_scope
from apps.kernel.unit import emit
from apps.tenancy.queries import standing_memberships

Body = Annotated[
    str,
    Field(
        title="Comment",
        min_length=1,
        max_length=10_000,
        pattern=r"\S",
        examples=["Why is this one required, @ben-admin?"],
    ),
]
#: Who may take away what others wrote.
MODERATES = "change.approve"


@command("change.comment", safety=Safety.WRITE_INTERNAL, status=201)
def comment_on_change(
    change_id: UUID, *, body: Body, operation_id: UUID | None = None, actor: Actor, at: datetime
) -> Comment:
    """Say something about a change, or about one of its operations.

    `@handle` names a member of the tenant, who is told; so is the author of the change. A comment changes nothing
    about what the change does.
    """
    change = _locked(change_id)
    operation = _operation_of(change, operation_id)

    text = _plain(body)
    mentions = _members(text)
    comment = Comment.objects.create(
        change=change,
        operation=operation,
        about=operation.summary if operation else "",
        author_id=actor.id,
        body=text,
        mentions=mentions,
        created_at=at,
    )
    told = {"comment_id": comment.pk, "operation_id": operation_id, "mentions": mentions}
    emit("change.commented", subject=change, actor=actor, at=at, payload=told)
    _tell(change, mentions, actor=actor, at=at)
    if change.author_id not in mentions:
        text = _("%(name)s commented on %(change)s.")
        _notify([change.author_id], "commented", text, change, actor=actor, at=at)
    return comment


@command("change.edit_comment", safety=Safety.WRITE_INTERNAL)
def edit_comment(change_id: UUID, *, comment_id: UUID, body: Body, actor: Actor, at: datetime) -> Comment:
    """Say it otherwise. Only one's own words can be edited, and readers see that they were.

    Those who are named now and were not before are told.
    """
    change = _locked(change_id)
    comment = _comment_of(change, comment_id)
    if comment.author_id != actor.id:
        raise ForeignComment
    if comment.deleted_at is not None:
        raise CommentDeleted
    text = _plain(body)
    if text == comment.body:
        return comment

    new = [member for member in _members(text) if member not in comment.mentions]
    comment.body, comment.mentions, comment.edited_at = text, _members(text), at
    comment.save(update_fields=["body", "mentions", "edited_at"])
    told = {"comment_id": comment.pk, "operation_id": comment.operation_id, "mentions": new}
    emit("change.comment_edited", subject=change, actor=actor, at=at, payload=told)
    _tell(change, new, actor=actor, at=at)
    return comment


@command("change.delete_comment", safety=Safety.WRITE_INTERNAL, status=204)
def delete_comment(change_id: UUID, *, comment_id: UUID, actor: Actor, at: datetime) -> None:
    """Take a comment away: one's own, one's agent's, or with `change.approve` anybody's.

    Its place, its author and who took it away stay; its words are gone. Deleting it again does nothing.
    """
    change = _locked(change_id)
    comment = _comment_of(change, comment_id)
    if actor.id not in (comment.author_id, comment.author.owner_id):
        if actor.kind != "human":
            raise ForeignComment
        ports.guard().require(MODERATES, current_scope())
    if comment.deleted_at is not None:
        return

    comment.body, comment.mentions = "", []
    comment.deleted_at, comment.deleted_by_id = at, actor.id
    comment.save(update_fields=["body", "mentions", "deleted_at", "deleted_by"])
    told = {"comment_id": comment.pk, "author_id": comment.author_id}
    emit("change.comment_deleted", subject=change, actor=actor, at=at, payload=told)


def _tell(change: Change, named: list[UUID], *, actor: Actor, at: datetime) -> None:
    """Tell those who are named that they are."""
    _notify(named, "mentioned", _("%(name)s mentioned you on %(change)s."), change, actor=actor, at=at)


def _notify(recipients: list[UUID], kind: str, text: str, change: Change, *, actor: Actor, at: datetime) -> None:
    """The words stay where they can be taken back: a notice only says that there are some."""
    said = text % {"name": actor.name, "change": change}
    notify(recipients, kind=kind, text=said, subject=change, actor=actor, at=at)


def _locked(change_id: UUID) -> Change:
    """The change in whatever state it is. The lock keeps the operation a comment is about from going meanwhile."""
    change: Change = Change.objects.lock(change_id)
    return change


def _operation_of(change: Change, operation_id: UUID | None) -> ChangeOperation | None:
    if operation_id is None:
        return None
    found: ChangeOperation | None = ChangeOperation.objects.filter(change_id=change.pk, pk=operation_id).first()
    if found is None:
        raise NotFound(operation_id=str(operation_id))
    return found


def _comment_of(change: Change, comment_id: UUID) -> Comment:
    found: Comment | None = Comment.objects.filter(change_id=change.pk, pk=comment_id).select_related("author").first()
    if found is None:
        raise NotFound(comment_id=str(comment_id))
    return found


def _plain(body: str) -> str:
    return body.replace("\r\n", "\n").strip()


def _members(text: str) -> list[UUID]:
    """Who is named in the text and is a member now, in the order of the text."""
    handles = handles_in(text)
    if not handles:
        return []
    rows = standing_memberships().filter(tenant=current_scope().tenant_id, principal__handle__in=handles)
    found = rows.values_list("principal__handle", "principal_id").order_by("principal_id")
    return [member for _handle, member in sorted(found, key=lambda row: handles.index(row[0]))]
