"""What would be lost: editing a record type as people edit it, while only a change ever alters it."""

import re
from typing import Any

import pytest

from apps.changes.models import Change
from apps.changes.queries import operations_of
from tests.admin.conftest import Seat, text
from tests.changing import World


@pytest.fixture
def itsm(acme: World) -> World:
    acme.define("task", "number", "summary")
    acme.define("incident", "caller", base="task")
    return acme


@pytest.fixture
def change(itsm: World, ada: Seat) -> Change:
    """A change of Ada's, in hand."""
    made = itsm.open("Edits")
    ada.take_in_hand(made)
    return made


def staged(world: World, change: Change) -> list[str]:
    with world.reading():
        return [row.summary for row in operations_of(change.pk)]


def field_id(world: World, name: str, key: str = "incident") -> str:
    return next(identity for identity, field in world.content(key)["fields"].items() if field["name"] == name)


def add(seat: Seat, **answers: Any) -> Any:
    return seat.post("/types/recordtype/incident/fields/add/", **{"type": "string", **answers})


def test_inherited_fields_are_marked_and_not_offered_for_removal(itsm: World, ada: Seat, change: Change) -> None:
    """EC-UI-007: what another type owns can be tightened here, nothing else."""
    page = ada.get("/types/recordtype/incident/").content.decode()
    inherited = field_id(itsm, "summary", "task")
    own = field_id(itsm, "caller")

    assert text(ada.get("/types/recordtype/incident/")).count("from task") == 2
    assert f"/fields/{inherited}/remove/" not in page
    assert f"/fields/{inherited}/rename/" not in page
    assert f"/fields/{inherited}/edit/" in page
    assert f"/fields/{own}/remove/" in page


def test_without_a_change_in_hand_nothing_is_editable_and_one_is_offered(itsm: World, ada: Seat) -> None:
    page = ada.get("/types/recordtype/incident/")

    assert "To edit this, take a change in hand" in text(page)
    assert "/admin/commands/change.create/" in page.content.decode()
    assert "/fields/" not in page.content.decode()


def test_staging_without_a_change_in_hand_says_what_to_do(itsm: World, ada: Seat) -> None:
    page = add(ada, field="impact", label="Keep me")

    assert "Take a change in hand first" in text(page)
    assert "Keep me" in page.content.decode()
    assert "/admin/commands/change.create/?next=/admin/types/recordtype/" in page.content.decode()


def test_a_new_change_is_taken_in_hand(itsm: World, ada: Seat) -> None:
    answer = ada.command("change.create", _form="1", title="Fresh", next="/admin/types/recordtype/incident/")

    assert answer.url == "/admin/types/recordtype/incident/"
    assert "Add field" in text(ada.get("/types/recordtype/incident/"))


def test_an_added_field_is_staged_and_seen_at_once(itsm: World, ada: Seat, change: Change) -> None:
    answer = add(ada, field="impact", label="Impact", required="on")

    assert answer.url == "/admin/types/recordtype/incident/"
    assert staged(itsm, change) == ["Add required string field “impact”"]
    assert re.search(
        r'data-staged="add".{0,400}impact', ada.get("/types/recordtype/incident/").content.decode(), re.DOTALL
    )
    assert itsm.field_names() == ["caller"]


def test_editing_a_staged_field_replaces_the_operation(itsm: World, ada: Seat, change: Change) -> None:
    """As people know it from update sets: the last edit counts, and there is one operation for it."""
    add(ada, field="impact", label="Impact")
    new = re.findall(r"/fields/([a-z0-9]{13})/rename/", _page(ada))[-1]
    ada.post(f"/types/recordtype/incident/fields/{new}/edit/", type="string", label="Business impact")
    ada.post(f"/types/recordtype/incident/fields/{new}/rename/", new_name="business_impact")

    assert staged(itsm, change) == ["Add string field “business_impact”"]
    assert "Business impact" in text(ada.get("/types/recordtype/incident/"))


def test_removing_a_staged_field_takes_the_operation_out(itsm: World, ada: Seat, change: Change) -> None:
    add(ada, field="impact")
    new = re.findall(r"/fields/([a-z0-9]{13})/remove/", _page(ada))[-1]
    ada.post(f"/types/recordtype/incident/fields/{new}/remove/")

    assert staged(itsm, change) == []


def test_only_what_differs_is_staged(itsm: World, ada: Seat, change: Change) -> None:
    caller = field_id(itsm, "caller")
    ada.post(f"/types/recordtype/incident/fields/{caller}/edit/", type="string", label="")
    assert staged(itsm, change) == []

    ada.post(f"/types/recordtype/incident/fields/{caller}/edit/", type="string", label="Reported by")
    ada.post(f"/types/recordtype/incident/fields/{caller}/edit/", type="string", label="Reported by", required="on")
    assert staged(itsm, change) == ["Change field “caller”: label “Reported by”, required"]


def test_a_removal_is_undone_by_one_button(itsm: World, ada: Seat, change: Change) -> None:
    caller = field_id(itsm, "caller")
    ada.post(f"/types/recordtype/incident/fields/{caller}/remove/")
    assert staged(itsm, change) == ["Remove field “caller”"]
    assert 'data-staged="remove"' in _page(ada)

    ada.post(f"/types/recordtype/incident/fields/{caller}/restore/")
    assert staged(itsm, change) == []


def test_a_field_that_was_removed_earlier_can_be_restored(itsm: World, ada: Seat) -> None:
    caller = field_id(itsm, "caller")
    removal = itsm.open("Remove")
    itsm.stage(removal, "remove_field", {"field": "caller"})
    itsm.carry_through(removal)
    later = itsm.open("Bring it back")
    ada.take_in_hand(later)
    assert "Removed fields" in text(ada.get("/types/recordtype/incident/"))
    ada.post(f"/types/recordtype/incident/fields/{caller}/restore/")
    itsm.carry_through(later)

    assert field_id(itsm, "caller") == caller


def test_a_fault_stands_beside_its_field_and_nothing_is_lost(itsm: World, ada: Seat, change: Change) -> None:
    page = add(ada, field="Bad Name", label="Keep me", description="And me")

    assert staged(itsm, change) == []
    assert "This does not have the expected form." in text(page)
    assert {"Keep me", "And me", "Bad Name"} <= set(re.findall(r"Keep me|And me|Bad Name", page.content.decode()))


def test_weakening_an_inherited_field_is_refused_in_words(itsm: World, ada: Seat, change: Change) -> None:
    summary = field_id(itsm, "summary", "task")
    ada.post(f"/types/recordtype/incident/fields/{summary}/edit/", type="string", required="on")

    assert staged(itsm, change) == ["Change field “summary”: required"]
    assert "tightened" in text(ada.get("/types/recordtype/incident/"))


def test_attributes_of_the_type_are_edited_one_by_one(itsm: World, ada: Seat, change: Change) -> None:
    ada.post("/types/recordtype/incident/attributes/name/", value="Ticket")
    ada.post("/types/recordtype/incident/attributes/name/", value="Trouble ticket")
    ada.post("/types/recordtype/incident/attributes/numbering/", prefix="INC", digits="7")
    page = text(ada.get("/types/recordtype/incident/"))

    assert len(staged(itsm, change)) == 2
    assert "Trouble ticket" in page
    assert "INC0000001" in page


def test_a_new_type_has_a_page_before_it_is_merged(itsm: World, ada: Seat, change: Change) -> None:
    ada.post("/types/recordtype/new/", name="Problem", key="problem", base_type="task", status="draft")
    page = text(ada.get("/types/recordtype/problem/"))
    ada.post("/types/recordtype/problem/fields/add/", field="cause", type="text")
    ada.post("/types/recordtype/problem/act/activate/")

    assert "not merged yet" in page
    assert "from task" in page
    assert f"New in {change.number}, not merged yet: problem" in text(ada.get("/types/recordtype/"))
    itsm.carry_through(change)
    assert (itsm.field_names("problem"), itsm.content("problem")["status"]) == (["cause"], "active")


def test_choices_are_added_edited_and_removed(itsm: World, ada: Seat, change: Change) -> None:
    ada.post("/types/choicelist/new/", name="Priority", key="priority")
    ada.post("/types/choicelist/priority/choices/add/", value="1", label="Critcal", active="on")
    ada.post("/types/choicelist/priority/choices/1/edit/", label="Critical", active="on")
    ada.post("/types/choicelist/priority/choices/add/", value="2", label="Low", active="on")
    ada.post("/types/choicelist/priority/choices/2/remove/")
    itsm.carry_through(change)

    items = itsm.content("priority", kind="choice_list")["items"]
    assert {value: item["label"] for value, item in items.items()} == {"1": "Critical"}


def test_a_checked_in_change_takes_no_more_edits(itsm: World, ada: Seat, change: Change) -> None:
    add(ada, field="impact")
    itsm.check_in(change)
    page = text(ada.get("/types/recordtype/incident/"))

    assert f"{change.number} is checked in and takes no more operations." in page
    assert "Take a change in hand first" in text(add(ada, field="other"))


def test_a_type_of_another_environment_is_not_shown(itsm: World, ada: Seat) -> None:
    """Heads are per environment: what dev runs, prod does not."""
    ada.post("/pick/environment/", value=str(itsm.environment("prod").pk))

    assert ada.get("/types/recordtype/incident/").status_code == 404


def test_the_page_costs_the_same_for_more_fields(itsm: World, ada: Seat, change: Change) -> None:
    add(ada, field="first")
    one = ada.cost("/types/recordtype/incident/")
    add(ada, field="second")
    add(ada, field="third")

    assert ada.cost("/types/recordtype/incident/") == one


def _page(seat: Seat) -> str:
    return seat.get("/types/recordtype/incident/").content.decode()
