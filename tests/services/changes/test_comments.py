"""What would be lost: a conversation that names people, keeps its trace, and never moves the change itself."""

from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from apps.approvals.models import Notice
from apps.changes.errors import CommentDeleted, ForeignComment
from apps.changes.models import Change, Comment
from apps.events.models import Event
from apps.kernel.errors import InvalidInput, NotFound, PermissionDenied
from apps.tenancy.models import Principal
from tests import people
from tests.changing import World, world


def say(acme: World, change: Change, body: str = "Why?", *, by: Principal | None = None, **inputs: Any) -> Comment:
    made: Comment = acme.give("change.comment", change.pk, by=by, body=body, **inputs)
    return made


def stored(acme: World, comment: Comment) -> Comment:
    with acme.reading():
        found: Comment = Comment.objects.get(pk=comment.pk)
    return found


def rows_of(acme: World) -> int:
    with acme.reading():
        return Comment.objects.count()


def told(acme: World, name: str) -> list[dict[str, Any]]:
    with acme.reading():
        return list(Event.objects.filter(event_type=name).order_by("occurred_at").values_list("payload", flat=True))


def notices(acme: World) -> list[tuple[Any, str, str]]:
    with acme.reading():
        rows = Notice.objects.filter(kind__in=["mentioned", "commented"]).order_by("created_at", "kind", "recipient")
        return list(rows.values_list("recipient_id", "kind", "text"))


def test_a_comment_is_told_to_whom_it_names_and_to_the_author(itsm: World) -> None:
    """Once each, nobody about their own words, and never the words themselves: those can be taken back."""
    change = itsm.open("Add urgency")

    say(itsm, change, f"@{itsm.ben.handle} @{itsm.eve.handle} swordfish", by=itsm.eve)
    say(itsm, change, f"@{itsm.ada.handle} @{itsm.ada.handle} again", by=itsm.ben)
    say(itsm, change, "To myself")

    assert notices(itsm) == [
        (itsm.ada.pk, "commented", f"Eve Editor commented on {change}."),
        (itsm.ben.pk, "mentioned", f"Eve Editor mentioned you on {change}."),
        (itsm.ada.pk, "mentioned", f"Ben Admin mentioned you on {change}."),
    ]


def test_comment_on_a_change_names_members(itsm: World) -> None:
    """Issue 3 (change page): mentions become members; who is none stays text."""
    change = itsm.open(by=itsm.eve)
    gil = people.person(people.tenant("globex"), "Gil Globex", roles=["Admin"])

    comment = say(itsm, change, f"@{itsm.ben.handle}, @nobody and @{gil.handle}: why?\r\nSay so.", by=itsm.eve)

    assert (comment.author_id, comment.mentions) == (itsm.eve.pk, [itsm.ben.pk])
    assert comment.body.endswith("why?\nSay so.")
    assert itsm.events(change) == ["change.created", "change.commented"]
    assert told(itsm, "change.commented") == [
        {"comment_id": str(comment.pk), "operation_id": None, "mentions": [str(itsm.ben.pk)]}
    ]


def test_the_words_are_in_no_event(itsm: World) -> None:
    """They can be taken back; an event cannot."""
    change = itsm.open()
    say(itsm, change, "the password is swordfish")

    with itsm.reading():
        payloads = [str(row) for row in Event.objects.values_list("payload", flat=True)]
    assert [row for row in payloads if "swordfish" in row] == []


def test_comment_on_an_operation_outlives_it(itsm: World) -> None:
    change = itsm.open()
    operation = itsm.add_field(change, "urgency")
    comment = say(itsm, change, "Too long a name", operation_id=operation.pk)
    itsm.give("change.delete_operation", change.pk, operation_id=operation.pk)

    kept = stored(itsm, comment)
    assert (kept.operation_id, kept.about, kept.body) == (None, operation.summary, "Too long a name")


def test_comment_on_an_operation_of_another_change_is_refused(itsm: World) -> None:
    one, other = itsm.open(), itsm.open()
    operation = itsm.add_field(one, "urgency")

    with pytest.raises(NotFound):
        say(itsm, other, operation_id=operation.pk)

    assert rows_of(itsm) == 0
    assert itsm.events(other) == ["change.created"]


def test_comment_moves_nothing_and_voids_no_vote(itsm: World) -> None:
    """A vote is for a digest, and talking is in none."""
    change = itsm.open(by=itsm.eve, environment="test")
    itsm.stage(change, "define", {"key": "task", "name": "Task"}, on="task", by=itsm.eve)
    ready = itsm.check_in(change)
    itsm.give("change.approve", change.pk, digest=ready.approval_digest, by=itsm.ben)
    before = itsm.again(change)

    say(itsm, change, "Looks right", by=itsm.ben)

    after = itsm.again(change)
    assert (after.status, after.approval_digest, after.updated_at) == (
        "Ready",
        before.approval_digest,
        before.updated_at,
    )
    assert "change.votes_voided" not in itsm.events(change)


def test_comment_after_the_end(itsm: World) -> None:
    """What was learnt is said where it belongs: on merged and archived changes, too."""
    merged = itsm.open()
    itsm.add_field(merged, "urgency")
    itsm.carry_through(merged)
    archived = itsm.open()
    itsm.give("change.archive", archived.pk)

    assert [say(itsm, change).change_id for change in (merged, archived)] == [merged.pk, archived.pk]


def test_an_agent_comments_as_itself(itsm: World) -> None:
    agent = people.agent(itsm.tenant, itsm.eve)
    change = itsm.open()

    assert say(itsm, change, "I propose a shorter name.", by=agent).author_id == agent.pk


@pytest.mark.parametrize("body", ["", "   \n ", "x" * 10_001])
def test_comment_without_words_or_with_too_many_is_refused(itsm: World, body: str) -> None:
    change = itsm.open()
    with pytest.raises(InvalidInput):
        say(itsm, change, body)

    assert rows_of(itsm) == 0


def test_edit_comment_tells_only_those_who_are_new(itsm: World) -> None:
    change = itsm.open()
    comment = say(itsm, change, f"@{itsm.ben.handle} look")
    text = f"@{itsm.ben.handle} and @{itsm.eve.handle} look"

    itsm.give("change.edit_comment", change.pk, comment_id=comment.pk, body=text)
    itsm.give("change.edit_comment", change.pk, comment_id=comment.pk, body=text)

    kept = stored(itsm, comment)
    assert (kept.body, kept.mentions, kept.edited_at is None) == (text, [itsm.ben.pk, itsm.eve.pk], False)
    assert [event["mentions"] for event in told(itsm, "change.comment_edited")] == [[str(itsm.eve.pk)]]
    assert [row[:2] for row in notices(itsm)] == [(itsm.ben.pk, "mentioned"), (itsm.eve.pk, "mentioned")]


def test_edit_comment_of_somebody_else_changes_nothing(itsm: World) -> None:
    """Not even an Admin puts words into another's mouth."""
    change = itsm.open()
    comment = say(itsm, change, by=itsm.eve)

    with pytest.raises(ForeignComment):
        itsm.give("change.edit_comment", change.pk, comment_id=comment.pk, body="I agree")

    assert stored(itsm, comment).body == "Why?"
    assert itsm.events(change)[-1] == "change.commented"


def test_delete_comment_keeps_the_trace(itsm: World) -> None:
    change = itsm.open()
    comment = say(itsm, change, f"@{itsm.ben.handle} swordfish", by=itsm.eve)

    itsm.give("change.delete_comment", change.pk, comment_id=comment.pk, by=itsm.eve)
    itsm.give("change.delete_comment", change.pk, comment_id=comment.pk, by=itsm.eve)

    kept = stored(itsm, comment)
    assert (kept.body, kept.mentions, kept.author_id, kept.deleted_by_id) == ("", [], itsm.eve.pk, itsm.eve.pk)
    assert itsm.events(change)[-1] == "change.comment_deleted"
    assert len(told(itsm, "change.comment_deleted")) == 1
    with pytest.raises(CommentDeleted):
        itsm.give("change.edit_comment", change.pk, comment_id=comment.pk, body="Back", by=itsm.eve)


def test_delete_comment_of_others_takes_an_administrator(itsm: World) -> None:
    change = itsm.open()
    mine, theirs = say(itsm, change), say(itsm, change, by=itsm.eve)

    with pytest.raises(PermissionDenied):
        itsm.give("change.delete_comment", change.pk, comment_id=mine.pk, by=itsm.eve)
    itsm.give("change.delete_comment", change.pk, comment_id=theirs.pk, by=itsm.ben)

    assert stored(itsm, mine).deleted_at is None
    assert stored(itsm, theirs).deleted_by_id == itsm.ben.pk


def test_delete_comment_by_an_agent_is_for_its_own_words(itsm: World) -> None:
    """Whatever its roles. The person behind it may take its words away."""
    agent = people.agent(itsm.tenant, itsm.eve, roles=["Admin"])
    change = itsm.open()
    foreign, own = say(itsm, change), say(itsm, change, by=agent)

    with pytest.raises(ForeignComment):
        itsm.give("change.delete_comment", change.pk, comment_id=foreign.pk, by=agent)
    itsm.give("change.delete_comment", change.pk, comment_id=own.pk, by=itsm.eve)

    assert (stored(itsm, foreign).deleted_at, stored(itsm, own).deleted_by_id) == (None, itsm.eve.pk)


def test_comments_of_another_tenant_do_not_exist(itsm: World) -> None:
    change = itsm.open()
    comment = say(itsm, change)
    globex = world("globex")

    for name, inputs in (
        ("change.comment", {"body": "Hello"}),
        ("change.edit_comment", {"comment_id": comment.pk, "body": "Hello"}),
        ("change.delete_comment", {"comment_id": comment.pk}),
    ):
        with pytest.raises(NotFound):
            globex.give(name, change.pk, **inputs)

    assert stored(itsm, comment).body == "Why?"


def test_a_comment_is_found_under_its_own_change_only(itsm: World) -> None:
    one, other = itsm.open(), itsm.open()
    comment = say(itsm, one)

    for comment_id in (comment.pk, uuid4()):
        with pytest.raises(NotFound):
            itsm.give("change.delete_comment", other.pk, comment_id=comment_id)

    assert stored(itsm, comment).deleted_at is None


def test_the_database_keeps_no_words_of_a_deleted_comment(itsm: World) -> None:
    change = itsm.open()
    comment = say(itsm, change)

    with itsm.reading(), pytest.raises(IntegrityError), transaction.atomic():
        Comment.objects.filter(pk=comment.pk).update(deleted_at=comment.created_at, deleted_by=itsm.ada)
