"""What would be lost: a conversation on the page itself, by people and about operations."""

from apps.changes.models import Comment
from tests import people
from tests.admin.conftest import Seat, sit, text
from tests.changing import World


def page_of(seat: Seat, number: str) -> str:
    return seat.get(f"/changes/change/{number}/").content.decode()


def test_a_comment_is_written_and_read_on_the_page(acme: World, ada: Seat) -> None:
    """Issue 3 (change page): mentions are marked, markup stays text."""
    change = acme.open("Talk about it", by=acme.eve)
    words = f"@{acme.ben.handle} <b>why</b>?\nSay so, @nobody."
    here = f"/admin/changes/change/{change.number}/#conversation"

    answer = ada.command("change.comment", change.pk, _form="1", body=words, next=here)

    assert answer.url == here
    page = page_of(ada, change.number)
    assert f'<span class="ec-mention">@{acme.ben.handle}</span> &lt;b&gt;why&lt;/b&gt;?' in page
    assert "@nobody" in page
    assert 'ec-mention">@nobody' not in page


def test_a_refused_comment_keeps_its_words(acme: World, ada: Seat) -> None:
    change = acme.open("Talk about it")
    answer = ada.command("change.comment", change.pk, _form="1", body="x" * 10_001, next="/admin/")

    assert answer.status_code == 200
    assert "x" * 10_001 in answer.content.decode()


def test_a_comment_leads_to_its_operation_and_back(acme: World, ada: Seat) -> None:
    acme.define("incident", "summary")
    change = acme.open("Talk about it")
    operation = acme.add_field(change, "urgency")
    acme.give("change.comment", change.pk, body="Too long", operation_id=operation.pk)
    page = page_of(ada, change.number)

    anchor = f"operation-{operation.pk.hex[:12]}"
    assert f'id="{anchor}"' in page
    assert f'href="#{anchor}"' in page
    assert "1 comment" in text(ada.get(f"/changes/change/{change.number}/"))


def test_only_ones_own_words_can_be_edited_and_only_some_deleted(acme: World, ada: Seat) -> None:
    change = acme.open("Talk about it")
    acme.give("change.comment", change.pk, body="Mine", by=acme.eve)
    eve, ben = sit(acme.eve, acme.tenant), sit(acme.ben, acme.tenant)
    vic = sit(people.person(acme.tenant, "Vic Viewer", roles=["Viewer"]), acme.tenant)
    at = change.number

    offered = {
        seat: ("change.edit_comment" in page_of(seat, at), "change.delete_comment" in page_of(seat, at))
        for seat in (eve, ben, vic)
    }

    assert offered == {eve: (True, True), ben: (False, True), vic: (False, False)}


def test_the_form_for_editing_holds_the_words_of_this_comment(acme: World) -> None:
    change = acme.open("Talk about it")
    first = acme.give("change.comment", change.pk, body="The first", by=acme.eve)
    acme.give("change.comment", change.pk, body="The second", by=acme.eve)
    eve = sit(acme.eve, acme.tenant)

    form = eve.get(f"/commands/change.edit_comment/{change.pk}/", comment_id=str(first.pk)).content.decode()
    eve.command("change.edit_comment", change.pk, _form="1", comment_id=str(first.pk), body="Better")

    assert "The first" in form
    assert "The second" not in form
    with acme.reading():
        assert Comment.objects.get(pk=first.pk).body == "Better"


def test_a_deleted_comment_leaves_its_trace(acme: World, ada: Seat) -> None:
    change = acme.open("Talk about it")
    comment = acme.give("change.comment", change.pk, body="swordfish", by=acme.eve)
    acme.give("change.delete_comment", change.pk, comment_id=comment.pk)
    page = page_of(ada, change.number)

    assert "Deleted by Ada Admin." in page
    assert "swordfish" not in page
