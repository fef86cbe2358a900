"""Long stories of people who do not agree at once: a conflict settled side by side, and a no before the yes."""

from typing import Any

import pytest
from playwright.sync_api import Page

from apps.changes.models import Change, Comment, ConflictResolution
from tests.changing import World

pytestmark = pytest.mark.e2e

OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
FOCUSED = """() => {
  const at = document.activeElement;
  const place = at.closest("fieldset");
  const said = at.closest("label") || at;
  const name = at.getAttribute("aria-label") || said.innerText || "";
  return (place ? place.querySelector("legend strong").innerText + ": " : "") + name.trim();
}"""
#: More presses of Tab than any page has things to stop at.
PRESSES = 150


def labels(acme: World, environment: str = "dev") -> list[str]:
    head = acme.head(environment=environment)
    assert head is not None
    with acme.reading():
        fields = head.revision.content["fields"].values()
    return sorted(str(field.get("label", "")) for field in fields)


def relabel(acme: World, change: Change, whose: str, **given: Any) -> None:
    for name in ("summary", "priority"):
        acme.stage(change, "set_field", {"field": name, "definition": {"label": f"{whose} {name}"}}, **given)


def through_test(acme: World, change: Change) -> None:
    """Into the test environment, with Ben's vote."""
    ready = acme.check_in(change)
    acme.give("change.approve", change.pk, by=acme.ben, digest=ready.approval_digest)
    acme.merge(change)


def tab_to(page: Page, wanted: str) -> None:
    """Press Tab until what is focused begins with these words."""
    for _press in range(PRESSES):
        page.keyboard.press("Tab")
        if page.evaluate(FOCUSED).startswith(wanted):
            return
    raise AssertionError(f"{wanted} is not reached by Tab")


def test_a_conflict_is_settled_with_the_keyboard_alone(acme: World, window: Any) -> None:
    """Issue 3 (change page): from the change's page to the merge by Tab, arrows and Enter, on a narrow screen."""
    acme.define("incident", "summary", "priority")
    mine, theirs = acme.open("Clearer labels", by=acme.eve), acme.open("Other labels")
    relabel(acme, mine, "My", by=acme.eve)
    relabel(acme, theirs, "Their")
    acme.carry_through(theirs)
    ada = window(acme.ada)
    page = ada.page
    page.set_viewport_size({"width": 390, "height": 844})

    content = ada.open(f"/changes/change/{mine.number}/").locator("#content")
    assert content.get_by_role("button", name="Check in").is_disabled()
    assert "Settle the conflicts first." in content.inner_text()
    tab_to(page, "compare_arrows")
    page.keyboard.press("Enter")
    page.wait_for_url("**/conflicts/**")

    assert f"{theirs.number} Other labels, Ada Admin" in page.locator("#content").inner_text()
    tab_to(page, "field priority, label: The other value")
    page.keyboard.press("Control+a")
    page.keyboard.type("Urgency")
    # Enter in the middle of a form tries; it decides nothing.
    page.keyboard.press("Enter")
    page.locator("#trial").wait_for()
    assert "1 conflict is still open." in page.locator("#trial").inner_text()
    tab_to(page, "field summary, label: Keep what was merged")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    tab_to(page, "Try them first")
    page.keyboard.press("Enter")
    page.get_by_text("No conflict is left. The result was merged and validated again: it holds.").wait_for()
    assert page.evaluate(OVERFLOW) == 0
    with acme.reading():
        assert ConflictResolution.objects.count() == 0
    tab_to(page, "Keep these choices")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/changes/change/{mine.pk}/")

    tab_to(page, "fact_check")
    page.keyboard.press("Enter")
    page.locator("#progress").get_by_text("A worker validates this change.").wait_for()
    acme.validate(mine)
    page.locator("#content").get_by_role("button", name="Merge").wait_for()
    tab_to(page, "merge")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="What it did").wait_for()

    assert acme.again(mine).status == "Merged"
    assert labels(acme) == ["Their summary", "Urgency"]


def merged_into_test(acme: World, title: str, priority: str, summary: str = "") -> Change:
    """A change of labels, with Ben's vote and merged."""
    change = acme.open(title, environment="test")
    for name, label in (("priority", priority), ("summary", summary)):
        if label:
            acme.stage(change, "set_field", {"field": name, "definition": {"label": label}})
    through_test(acme, change)
    return change


def test_from_a_conflict_to_the_merge_and_back(acme: World, window: Any) -> None:
    """Issue 3: in conflict, settled while a third change is merged, approved by another person, merged, reverted."""
    base = acme.open("Define incident", environment="test")
    acme.stage(base, "define", {"key": "incident", "name": "Incident"})
    for name in ("summary", "priority"):
        acme.add_field(base, name)
    through_test(acme, base)
    mine = acme.open("Clearer labels", environment="test")
    relabel(acme, mine, "My")
    merged_into_test(acme, "Other labels", "Their priority", "Their summary")
    ada, ben = window(acme.ada), window(acme.ben)

    settle(acme, ada, mine)
    ada.press("Check in")
    acme.validate(mine)
    ada.page.locator("#content").get_by_role("button", name="Merge").wait_for()
    assert ada.page.locator("#content").get_by_role("button", name="Approve").is_disabled()

    ben.page.locator(".ec-stat", has_text="Approvals waiting for me").click()
    ben.page.locator("#result_list").get_by_role("link", name="Clearer labels").click()
    ben.press("Open the change")
    ben.press("Approve with a comment")
    ben.fill(comment="Read both sides.")
    ben.page.locator("form.ec-form button[type=submit]").click()
    assert "Ben Admin" in ben.page.locator(".ec-seats").inner_text()
    assert "Read both sides." in ben.page.locator("#content").inner_text()
    ben.press("Merge")
    assert acme.again(mine).status == "Merged"
    assert labels(acme, "test") == ["How urgent", "My summary"]

    ben.press("Revert")
    told = ben.page.locator("#content").inner_text()
    assert told.index("What can be undone") < told.index("What the draft would do") < told.index("Title")
    ben.press("Revert")
    with acme.reading():
        undoing = mine.reversals.get()
    assert f"Reverts\n{mine.number}" in ben.page.locator("#content").inner_text()
    ready = acme.check_in(undoing)
    acme.give("change.approve", undoing.pk, digest=ready.approval_digest)
    acme.merge(undoing)
    assert labels(acme, "test") == ["Their summary", "Third priority"]


def settle(acme: World, ada: Any, mine: Change) -> None:
    """Side by side, while a third change is merged at one of the places."""
    ada.open(f"/changes/change/{mine.number}/")
    ada.press("Settle side by side")
    priority = ada.page.get_by_role("group", name="field priority, label")
    summary = ada.page.get_by_role("group", name="field summary, label")
    summary.get_by_role("radio", name="Take this change's value").check()
    priority.get_by_label("The other value").fill("How urgent")
    third = merged_into_test(acme, "Later", "Third priority")

    ada.press("Keep these choices")
    assert "1 place is not what it was when you opened this page." in ada.page.locator("#content").inner_text()
    assert f"{third.number} Later" in priority.inner_text()
    assert priority.get_by_label("The other value").input_value() == "How urgent"
    with acme.reading():
        assert ConflictResolution.objects.count() == 0
    ada.press("Keep these choices")
    assert "are settled." in ada.page.locator("#main").inner_text()


def test_a_no_with_a_reason_then_a_yes_and_a_no_for_good(acme: World, window: Any) -> None:
    """Changes are asked for, talked about, made, approved; and what is denied never merges."""
    change = acme.open("Task for the testers", by=acme.eve, environment="test")
    acme.stage(change, "define", {"key": "task", "name": "Task"}, on="task", by=acme.eve)
    acme.check_in(change)
    ben, eve = window(acme.ben), window(acme.eve)

    ben.open(f"/changes/change/{change.number}/")
    ben.press("Request changes")
    ben.fill(comment="Call it Work, please.")
    ben.press("Request changes")
    assert acme.again(change).status == "Implementing"

    eve.open("/").get_by_role("link", name=change.number).first.click()
    assert "Call it Work, please." in eve.page.locator("#content").inner_text()
    eve.page.get_by_role("button", name=f"@{acme.ben.handle}").click()
    eve.page.get_by_label("Add a comment").press_sequentially("done, as you see.")
    eve.page.locator(".ec-say button[type=submit]").click()
    assert eve.page.locator(".ec-mention").inner_text() == f"@{acme.ben.handle}"
    eve.page.locator(".ec-operations").get_by_role("button", name="Edit").click()
    eve.page.wait_for_url("**/define/**")
    eve.fill(name="Work")
    eve.press("Stage")
    assert "Work (task)" in eve.page.locator("#content").inner_text()
    with acme.reading():
        assert Comment.objects.get().mentions == [acme.ben.pk]

    acme.check_in(change)
    ben.open("/").get_by_text(f"Eve Editor mentioned you on {change.number}").click()
    assert "done, as you see." in ben.page.locator("#conversation").inner_text()
    assert "Missing: anybody who may approve" in ben.page.locator(".ec-seats").inner_text()
    ben.press("Approve")
    assert "Ben Admin" in ben.page.locator(".ec-seats").inner_text()
    ben.press("Merge")
    assert acme.again(change).status == "Merged"

    second = acme.open("Retire it", by=acme.eve, environment="test")
    acme.stage(second, "retire", {}, on="task", by=acme.eve)
    acme.check_in(second)
    eve.open(f"/changes/change/{second.number}/")
    assert eve.page.locator("#content").get_by_role("link", name="Deny").count() == 0
    ben.open(f"/changes/change/{second.number}/")
    ben.press("Deny")
    ben.fill(comment="It stays.")
    ben.press("Deny")
    assert "Denied by Ben Admin: It stays." in ben.page.locator("#content").inner_text()
    assert acme.again(second).archived_at is not None
    assert acme.head("task", environment="test").name == "Work"  # type: ignore[union-attr]
