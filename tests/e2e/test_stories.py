"""A few long stories, each ending with the stored state."""

from typing import Any

import pytest

from apps.changes.models import Change, Snapshot
from apps.metadata.models import Revision
from tests.changing import World

pytestmark = pytest.mark.e2e


def only_change(acme: World) -> Change:
    with acme.reading():
        found: Change = Change.objects.order_by("-created_at")[0]
    return found


def test_from_an_idea_to_a_merged_head(acme: World, window: Any) -> None:
    """EC-UI-J-001: from a record type's page to the revision, without leaving the console."""
    acme.define("task", "number")
    acme.define("incident", "notes", base="task")
    ada = window(acme.ada)

    ada.open("/types/recordtype/incident/")
    ada.press("New change")
    ada.fill(title="Ask for the impact")
    ada.press("New change")
    change = only_change(acme)

    ada.press("Add field")
    ada.fill(field="impact", label="Impact", type="string")
    ada.page.locator("form.ec-form [name=required]").check()
    ada.press("Stage")
    assert "Staged into" in ada.page.locator("#main").inner_text()
    ada.page.locator("tr", has_text="notes").get_by_role("link", name="Rename").click()
    ada.fill(new_name="close_notes")
    ada.press("Stage")

    ada.open(f"/changes/change/{change.number}/")
    told = ada.page.locator("#content").inner_text()
    assert "field notes → close_notes" in told
    assert "Add required string field “impact”" in told

    ada.press("Check in")
    assert "A worker validates this change." in ada.page.locator("#progress").inner_text()
    acme.validate(change)
    ada.page.locator("#content").get_by_role("button", name="Merge").wait_for()
    ada.press("Merge")
    assert "What it did" in ada.page.locator("#content").inner_text()

    assert acme.again(change).status == "Merged"
    assert acme.field_names() == ["close_notes", "impact"]
    with acme.reading():
        assert Revision.objects.filter(change_id=change.pk).count() == 1
        assert Snapshot.objects.filter(change=change).count() == 1
    assert "change.merged" in acme.events(change)


def test_two_people_bring_a_change_into_the_test_environment(acme: World, window: Any) -> None:
    """The author cannot approve; another person's vote opens the merge."""
    change = acme.open("Task for the testers", environment="test")
    acme.stage(change, "define", {"key": "task", "name": "Task"}, on="task")
    acme.check_in(change)
    ada, ben = window(acme.ada), window(acme.ben)

    author = ada.open(f"/changes/change/{change.number}/").locator("#content")
    assert author.get_by_role("button", name="Merge").is_disabled()
    assert author.get_by_role("button", name="Approve").is_disabled()
    assert "You worked on this change. Another person has to approve it." in author.inner_text()

    ben.page.locator(".ec-stat", has_text="Approvals waiting for me").click()
    ben.page.locator("#result_list").get_by_role("link", name=change.title).click()
    ben.press("Approve")
    ada.open(f"/changes/change/{change.number}/")
    ada.press("Merge")

    assert acme.again(change).status == "Merged"
    assert acme.head("task", environment="test") is not None


def test_the_keyboard_reaches_the_shell(acme: World, window: Any) -> None:
    """Menus open with Enter, close with Escape, and give the focus back; production shows its colour."""
    ada = window(acme.ada)
    page = ada.page
    page.locator("#picker-environment summary").focus()
    page.keyboard.press("Enter")
    assert page.locator("#picker-environment button").first.is_visible()
    page.keyboard.press("Escape")
    assert not page.locator("#picker-environment button").first.is_visible()
    assert page.evaluate("document.activeElement.closest('details').id") == "picker-environment"

    page.keyboard.press("Enter")
    for _step in range(3):
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.locator(".ec-bar[data-guarded]").wait_for()

    assert "prod" in page.locator("#picker-environment summary").inner_text()
    page.keyboard.press("Control+k")
    page.locator("#search-input-command").wait_for()
