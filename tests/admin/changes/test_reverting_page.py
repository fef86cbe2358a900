"""What would be lost: seeing what comes back, and what does not, before a change is reverted."""

from uuid import uuid4

import pytest

from apps.changes.models import Change
from tests.admin.conftest import Seat, offered, sit, text
from tests.changing import World, world


@pytest.fixture
def merged(acme: World) -> Change:
    """One operation that comes back whole, one that comes back in part, and one that made a definition."""
    acme.define("incident", "summary", "impact")
    change = acme.open("Retype")
    acme.stage(change, "set_field", {"field": "summary", "definition": {"label": "In short"}})
    acme.stage(change, "set_field", {"field": "impact", "definition": {"type": "number"}})
    acme.stage(change, "define", {"key": "problem", "name": "Problem"}, on="problem")
    acme.carry_through(change)
    return change


def preview(seat: Seat, change: Change) -> str:
    return text(seat.get(f"/commands/change.revert/{change.pk}/"))


def test_what_can_be_undone_is_shown_before_it_is_done(acme: World, ada: Seat, merged: Change) -> None:
    """Issue 3 (revert): each operation with its class, the worst first, and what the draft would do."""
    told = preview(ada, merged).partition("What can be undone")[2]
    undone, _between, draft = told.partition("What the draft would do")

    assert undone.index("“impact”") < undone.index("“summary”")
    assert undone.count("reversible") == 3
    assert "partly reversible" in undone
    assert "record type problem" in draft
    assert "changed since" not in draft
    with acme.reading():
        assert Change.objects.filter(reverts=merged).count() == 0


def test_what_was_merged_since_is_marked(acme: World, ada: Seat, merged: Change) -> None:
    since = acme.open("Since")
    acme.add_field(since, "urgency")
    acme.carry_through(since)
    draft = preview(ada, merged).partition("What the draft would do")[2]

    assert draft.count("changed since") == draft.count("record type incident") > 0
    assert "record type problem changed since" not in draft


def test_a_merged_change_is_reverted_from_its_page_once(acme: World, ada: Seat, merged: Change) -> None:
    """EC-UI-009: the draft is shown next, and the page of the merged change leads to it instead of offering another."""
    before = offered(ada.get(f"/changes/change/{merged.number}/"))

    made = ada.command("change.revert", merged.pk, _form="1", next="/admin/")

    assert "change.revert" in before
    with acme.reading():
        draft = Change.objects.get(reverts=merged)
    assert made.url == f"/admin/changes/change/{draft.pk}/"
    after = ada.get(f"/changes/change/{merged.number}/")
    assert "change.revert" not in offered(after)
    assert f"{draft.number} reverts it already." in text(after)
    assert f"Reverted by {draft.number}" in text(after)
    assert f"Reverts {merged.number}" in text(ada.get(f"/changes/change/{draft.number}/"))


def test_what_is_not_merged_has_no_preview(acme: World, ada: Seat, merged: Change) -> None:
    """Nor what is nobody's, another tenant's, or no id at all."""
    draft = acme.open("A draft")
    globex = world("globex")
    gil = sit(globex.ada, globex.tenant)

    for told in (preview(ada, draft), preview(gil, merged)):
        assert "What can be undone" not in told
    assert "What can be undone" not in text(ada.get(f"/commands/change.revert/{uuid4()}/"))
    assert ada.get("/commands/change.revert/nothing/").status_code == 404
