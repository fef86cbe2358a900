"""What would be lost: conflicts that a person settles on one page, seeing both sides, without documentation."""

import re
from dataclasses import dataclass
from typing import Any

import pytest
from django.conf import settings
from django.utils.html import escape

from apps.changes.admin import resolving
from apps.changes.models import Change, ConflictResolution
from tests.admin.conftest import Seat, sit, text
from tests.changing import World, world
from tests.statements import statements_of

HELD = "No conflict is left. The result was merged and validated again: it holds."


@dataclass
class Form:
    """The page as somebody opened it: what it was about, in its order, and what was to be seen there."""

    seat: Seat
    path: str
    seen: dict[str, str]

    def send(self, action: str, *answers: str | tuple[str, str] | None) -> Any:
        """One answer for each place in the page's order: a side, or ``edited`` with the words."""
        given = {f"seen-{name}": seen for name, seen in self.seen.items()}
        for name, answer in zip(self.seen, answers, strict=False):
            if answer is not None:
                choice, words = answer if isinstance(answer, tuple) else (answer, "")
                given |= {f"choice-{name}": choice, f"value-{name}": words}
        return self.seat.post(self.path, action=action, **given)

    @property
    def places(self) -> list[str]:
        return list(self.seen)


def opened(seat: Seat, change: Change) -> Form:
    path = f"/changes/change/{change.number}/conflicts/"
    shown = seat.get(path).content.decode()
    return Form(seat, path, dict(re.findall(r'name="seen-([0-9a-f]{64})" value="([0-9a-f]{64})"', shown)))


@pytest.fixture
def mine(acme: World) -> Change:
    """A change of Eve's that met Ada's on the description and on the label of one field, in this order."""
    acme.define("incident", "summary", "priority")
    made = acme.open("Mine", by=acme.eve)
    acme.stage(
        made, "set_field", {"field": "summary", "definition": {"label": "Mine", "description": "My words"}}, by=acme.eve
    )
    meet(acme, label="Theirs", description="Their words")
    return made


def meet(acme: World, field: str = "summary", **definition: Any) -> Change:
    """Somebody else's change, merged."""
    theirs = acme.open("Theirs")
    acme.stage(theirs, "set_field", {"field": field, "definition": definition})
    acme.carry_through(theirs)
    return theirs


def stored(acme: World) -> list[tuple[str, Any]]:
    with acme.reading():
        return list(ConflictResolution.objects.order_by("path").values_list("choice", "value"))


def label_and_words(acme: World) -> tuple[str, str]:
    held = next(field for field in acme.content()["fields"].values() if field["name"] == "summary")
    return held["label"], held["description"]


def test_both_sides_are_shown_with_who_moved_the_head(acme: World, ada: Seat, mine: Change) -> None:
    """Issue 3 (three-way merge): base, theirs, mine, and by which change of whom."""
    shown = text(ada.get(f"/changes/change/{mine.number}/conflicts/"))

    assert "field summary, label record type incident" in shown
    assert "When you started nothing Keep what was merged Theirs" in shown
    assert "Take this change's value Mine" in shown
    assert "CHG0000003 Theirs, Ada Admin" in shown
    assert "Whoever settles a conflict has worked on the change, and cannot approve it." in shown


def test_what_was_taken_away_is_said_to_be(acme: World, ada: Seat) -> None:
    acme.define("incident", "summary")
    made = acme.open("Mine")
    acme.stage(made, "set_field", {"field": "summary", "definition": {"label": "Mine"}})
    theirs = acme.open("Theirs")
    acme.stage(theirs, "remove_field", {"field": "summary"})
    acme.carry_through(theirs)

    assert "Keep what was merged nothing: it was removed" in text(ada.get(f"/changes/change/{made.number}/conflicts/"))


def test_the_change_page_leads_there_and_lets_nothing_pass(acme: World, ada: Seat, mine: Change) -> None:
    shown = ada.get(f"/changes/change/{mine.number}/")

    assert f"/admin/changes/change/{mine.pk}/conflicts/" in shown.content.decode()
    assert "Settle the conflicts first." in text(shown)


def test_choices_are_tried_before_they_are_kept(acme: World, ada: Seat, mine: Change) -> None:
    """“No conflicts” is said of what was merged and validated, and trying stores nothing."""
    form = opened(ada, mine)
    tried = text(form.send("try", "theirs", "mine"))
    half = text(form.send("try", None, "mine"))

    assert HELD in tried
    assert "Label Theirs → Mine" in tried
    assert "1 conflict is still open." in half
    assert stored(acme) == []


def test_no_conflict_is_not_said_of_a_result_that_does_not_hold(acme: World, ada: Seat) -> None:
    """Both sides fit alone; settled, the definition still has no place in the graph."""
    acme.define("incident", "summary")
    made = acme.open("Mine")
    acme.stage(made, "set_field", {"field": "summary", "definition": {"label": "Mine"}})
    acme.stage(made, "define", {"key": "orphan", "name": "Orphan", "base_type": "nowhere"}, on="orphan")
    quiet = text(ada.get(f"/changes/change/{made.number}/conflicts/"))
    meet(acme, label="Theirs")
    form = opened(ada, made)
    tried = text(form.send("try", "mine"))
    form.send("keep", "mine")
    kept = text(ada.get(f"/changes/change/{made.number}/"))

    for shown in (quiet, tried):
        assert "No conflict is left, but the result does not hold. Look at the findings." in shown
        assert "ORPHAN_BASE_TYPE" in shown
        assert HELD not in shown
    assert "are settled, but the result does not hold. Look at the findings." in kept


def test_mine_theirs_and_something_else(acme: World, ada: Seat, mine: Change) -> None:
    kept = opened(ada, mine).send("keep", "theirs", ("edited", "Headline"))

    assert kept.url == f"/admin/changes/change/{mine.pk}/"
    assert stored(acme) == [("theirs", "Their words"), ("edited", "Headline")]
    acme.carry_through(mine)
    assert label_and_words(acme) == ("Headline", "Their words")


def test_what_is_settled_is_shown_as_validated(acme: World, ada: Seat, mine: Change) -> None:
    opened(ada, mine).send("keep", "theirs", "mine")
    shown = text(ada.get(f"/changes/change/{mine.number}/conflicts/"))

    assert HELD in shown
    assert shown.count("settled") >= 2


def test_keeping_twice_keeps_once(acme: World, ada: Seat, mine: Change) -> None:
    """Pressed twice, or sent again by a browser: the second says that nothing new was chosen."""
    form = opened(ada, mine)
    form.send("keep", "theirs", "mine")
    again = opened(ada, mine)
    told = acme.events(mine)

    assert "Choose whose value stands" in text(again.send("keep", "theirs", "mine"))
    assert acme.events(mine) == told
    assert len(stored(acme)) == 2


def test_nothing_chosen_is_said(acme: World, ada: Seat, mine: Change) -> None:
    assert "Choose whose value stands, at one place at least." in text(opened(ada, mine).send("keep"))


def test_one_side_everywhere_is_one_press_and_keeps_what_was_typed(acme: World, ada: Seat, mine: Change) -> None:
    shown = opened(ada, mine).send("all:mine", None, ("edited", "Half a thought")).content.decode()

    assert len(re.findall(r'value="mine" checked', shown)) == 2
    assert 'value="Half a thought"' in shown
    assert stored(acme) == []


def test_what_is_kept_in_part_leaves_the_rest_open(acme: World, ada: Seat, mine: Change) -> None:
    kept = opened(ada, mine).send("keep", "mine")

    assert kept.url.endswith("/conflicts/")
    assert "1 conflict is left." in text(ada.get(f"/changes/change/{mine.number}/conflicts/"))


def test_a_decision_can_be_taken_back_and_the_other_choices_stay(acme: World, ada: Seat, mine: Change) -> None:
    opened(ada, mine).send("keep", "mine", "mine")
    again = opened(ada, mine)
    description, _label = again.places

    shown = again.send(f"clear:{description}", "mine", ("edited", "Better")).content.decode()
    twice = again.send(f"clear:{description}", "mine", "mine")

    assert (len(stored(acme)), twice.status_code) == (1, 200)
    assert 'value="Better"' in shown
    assert "Settle the conflicts first." in text(ada.get(f"/changes/change/{mine.number}/"))


def test_a_side_that_moved_meanwhile_is_shown_again_and_what_was_typed_stays(
    acme: World, ada: Seat, mine: Change
) -> None:
    """Issue 3: a clear message, nothing kept, no word lost; and the next press keeps it."""
    form = opened(ada, mine)
    meet(acme, label="Later", description="Later words")

    answer = form.send("keep", "theirs", ("edited", "My careful wording"))
    shown = answer.content.decode()

    assert "2 places are not what they were when you opened this page. Nothing was kept." in text(answer)
    assert 'value="My careful wording"' in shown
    assert "Keep what was merged Later words" in text(answer)
    # A choice between sides has to be made again; one's own words stay chosen.
    assert re.findall(r'value="(\w+)" checked', shown) == ["edited"]
    assert stored(acme) == []
    assert opened(ada, mine).send("keep", "theirs", ("edited", "My careful wording")).status_code == 302
    assert stored(acme) == [("theirs", "Later words"), ("edited", "My careful wording")]


def test_what_somebody_else_decided_meanwhile_is_not_overwritten_unseen(acme: World, ada: Seat, mine: Change) -> None:
    """Two people before the same page: the second sees what the first one decided."""
    late, early = opened(ada, mine), opened(sit(acme.cleo, acme.tenant), mine)
    early.send("keep", "theirs", "theirs")

    answer = late.send("keep", "mine", ("edited", "My careful wording"))

    assert "2 places are not what they were" in text(answer)
    assert 'value="My careful wording"' in answer.content.decode()
    assert stored(acme) == [("theirs", "Their words"), ("theirs", "Theirs")]


def test_words_for_a_place_that_is_in_conflict_no_more_are_shown(acme: World, ada: Seat, mine: Change) -> None:
    form = opened(ada, mine)
    meet(acme, label="Mine", description="My words")

    answer = form.send("keep", "mine", ("edited", "My careful wording"))

    assert "is in conflict no more. Nothing was kept." in text(answer)
    assert "My careful wording" in text(answer)
    assert HELD in text(answer)


def test_an_edited_value_that_does_not_fit_comes_back_with_a_sentence(acme: World, ada: Seat, mine: Change) -> None:
    answer = opened(ada, mine).send("keep", None, ("edited", "x" * 5_000))

    assert answer.status_code == 200
    assert 'data-tone="bad"' in answer.content.decode()
    assert "x" * 5_000 in answer.content.decode()
    assert stored(acme) == []


def test_what_is_no_value_of_its_kind_is_refused_and_kept_in_sight(acme: World, ada: Seat) -> None:
    """Whatever is typed where a number stands: half a document, no number of JSON, too deep, too large, a text."""
    acme.define("incident", "summary")
    made = acme.open("Mine")
    acme.stage(made, "set_field", {"field": "summary", "definition": {"max_length": 10}})
    meet(acme, max_length=20)
    form = opened(ada, made)

    for typed in ("{", "NaN", "1e999", "[" * 50_000, "9" * 400, '"twelve"'):
        for action in ("try", "keep"):
            answer = form.send(action, ("edited", typed))
            assert answer.status_code == 200
            assert 'data-tone="bad"' in answer.content.decode()
            assert escape(typed) in answer.content.decode()
    assert stored(acme) == []
    assert HELD in text(form.send("try", ("edited", "12")))


def test_a_change_that_is_checked_in_is_only_looked_at(acme: World, ada: Seat, mine: Change) -> None:
    """Checked in while somebody was choosing: the refusal says so, and the words are still there."""
    form = opened(ada, mine)
    form.send("keep", "mine", "mine")
    acme.check_in(mine)

    late = opened(ada, mine).send("keep", "theirs", ("edited", "Too late"))

    assert "disabled" in late.content.decode()
    assert 'value="Too late"' in late.content.decode()
    assert stored(acme) == [("mine", "My words"), ("mine", "Mine")]


def test_nothing_to_settle_says_so(acme: World, ada: Seat) -> None:
    acme.define("incident", "summary")
    change = acme.open("Quiet")
    acme.add_field(change, "urgency")
    shown = text(ada.get(f"/changes/change/{change.number}/conflicts/"))

    assert "No conflicts" in shown
    assert HELD in shown


def test_another_tenant_finds_no_conflicts(acme: World, ada: Seat, mine: Change) -> None:
    form = opened(ada, mine)
    globex = world("globex")
    gil = sit(globex.ada, globex.tenant)
    form.seat, form.path = gil, f"/changes/change/{mine.pk}/conflicts/"

    assert gil.get(form.path).status_code == 404
    assert form.send("keep", "mine", "mine").status_code == 404
    assert stored(acme) == []


def test_many_conflicts_come_in_portions_that_a_form_can_hold(
    acme: World, ada: Seat, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Otherwise a browser's answer has more fields than the server takes, and nothing can be settled at all."""
    assert (settings.DATA_UPLOAD_MAX_NUMBER_FIELDS or 0) > resolving.SHOWN * 3 + 2
    monkeypatch.setattr(resolving, "SHOWN", 2)
    acme.define("incident", "one", "two", "three")
    made, theirs = acme.open("Mine"), acme.open("Theirs")
    for field in ("one", "two", "three"):
        acme.stage(made, "set_field", {"field": field, "definition": {"label": "Mine"}})
        acme.stage(theirs, "set_field", {"field": field, "definition": {"label": "Theirs"}})
    acme.carry_through(theirs)

    first = opened(ada, made)
    told = text(ada.get(first.path))
    first.send("keep", "mine", "mine")
    rest = opened(ada, made)

    assert (len(first.places), "1 more is shown when these are settled." in told) == (2, True)
    assert rest.places[0] not in first.places
    rest.send("keep", "mine")
    assert len(stored(acme)) == 3


def test_the_page_costs_the_same_for_more_conflicts_and_definitions(acme: World, ada: Seat, mine: Change) -> None:
    few = statements_of(lambda: opened(ada, mine))
    acme.define("problem", "summary", "cause")
    theirs = acme.open("More of theirs")
    for field in ("summary", "cause"):
        mended = {"field": field, "definition": {"label": "M", "description": "M"}}
        acme.stage(mine, "set_field", mended, on="problem", by=acme.eve)
        acme.stage(theirs, "set_field", {"field": field, "definition": {"label": "T"}}, on="problem")
    acme.stage(mine, "set_field", {"field": "priority", "definition": {"label": "M"}}, by=acme.eve)
    acme.stage(theirs, "set_field", {"field": "priority", "definition": {"label": "T"}})
    acme.carry_through(theirs)

    assert len(opened(ada, mine).places) == 5
    assert statements_of(lambda: opened(ada, mine)) == few
