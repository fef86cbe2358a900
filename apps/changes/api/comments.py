"""The conversation of a change over REST."""

from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import Field

from apps.changes import queries
from apps.changes.models import Change
from apps.kernel.api.declarations import Write, reads
from apps.kernel.api.representation import Output


class CommentOut(Output):
    """Something said about a change. A deleted comment keeps its place and loses its words."""

    id: UUID
    change_id: UUID
    operation_id: UUID | None = Field(description="The operation it is about; null when that is gone.")
    about: str = Field(description="What that operation said when the comment was written.")
    author_id: UUID
    body: str = Field(examples=["Why is this one required, @ben-admin?"])
    mentions: list[UUID] = Field(description="The members it names.")
    created_at: datetime
    edited_at: datetime | None
    deleted_at: datetime | None
    deleted_by_id: UUID | None


COMMANDS: dict[str, str | Write] = {
    "comments": Write("change.comment", shows=CommentOut),
    "PATCH comments/<str:comment_id>": Write("change.edit_comment", shows=CommentOut),
    "DELETE comments/<str:comment_id>": "change.delete_comment",
}


class CommentReads:
    """The routes a viewset of changes gets."""

    @reads("comments", CommentOut, many=True, ordering=("created_at", "id"))
    def comments(self, change: Change) -> Any:
        """List what was said about a change and its operations, oldest first."""
        return queries.comments_of(change.pk)
