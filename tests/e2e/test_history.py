"""A long story of two environments that drifted apart: seen, adopted, and explained afterwards, wide and narrow."""

from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Page

from apps.changes.models import Change
from apps.metadata.models import HeadMove
from apps.metadata.queries import root_digest
from tests.changing import World

pytestmark = pytest.mark.e2e

SIZES = ((1280, 900), (390, 844))
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
THEME = "theme => localStorage.setItem('adminTheme', JSON.stringify(theme))"


def too_wide(page: Page, name: str) -> list[tuple[str, str, int]]:
    """Where the page has to be pushed sideways to be read."""
    found = []
    for theme in ("light", "dark"):
        page.evaluate(THEME, theme)
        page.reload()
        for width, height in SIZES:
            page.set_viewport_size({"width": width, "height": height})
            if page.evaluate(OVERFLOW) > 0:
                found.append((name, theme, width))
    page.set_viewport_size({"width": 1280, "height": 900})
    return found


def test_a_drift_is_seen_adopted_and_explained(acme: World, window: Any) -> None:
    """Issue 3 (history and drift): from the page of an environment to a merged adoption and to who set what."""
    acme.define("task", "number")
    acme.define("incident", "summary", base="task")
    relabelled = acme.open("A label that says more, in a title that is longer than a narrow screen is wide")
    acme.stage(relabelled, "set_field", {"field": "summary", "definition": {"label": "What_happened_" * 8}})
    acme.carry_through(relabelled)
    dev, test = acme.environment("dev").pk, acme.environment("test").pk
    head = acme.head()
    assert head is not None
    with acme.reading():
        first = HeadMove.objects.filter(key="incident").earliest("moved_at")
    ada = window(acme.ada)
    page = ada.page

    ada.open(f"/tenancy/environment/{test}/")
    wide = too_wide(page, "environment")
    ada.press("Compare")
    page.locator("[name=against]").select_option("dev")
    page.get_by_role("button", name="Show").click()
    page.wait_for_load_state()
    assert "drifted" in page.locator("#content").inner_text()
    wide += too_wide(page, "compare")
    page.locator("tr", has_text="incident").get_by_role("button", name="Adopt", exact=True).first.click()
    page.wait_for_url("**/changes/change/**")
    assert "Adopt 2 definitions from dev" in page.locator("#content").inner_text()
    wide += too_wide(page, "draft")
    with acme.reading():
        change = Change.objects.get(origin="adoption")
    ready = acme.check_in(change)
    acme.give("change.approve", change.pk, by=acme.ben, digest=ready.approval_digest)
    acme.merge(change)
    with acme.reading():
        assert root_digest(dev) == root_digest(test)

    ada.open(f"/metadata/definition/compare/?environment={test}&against={dev}")
    assert "Both sides say the same" in page.locator("#content").inner_text()
    ada.open(f"/metadata/definition/{head.definition_id}/past/?environment={dev}")
    said = page.locator("#content").inner_text()
    assert (relabelled.number in said, "field summary, label" in said) == (True, True)
    wide += too_wide(page, "blame")
    at = (first.moved_at + timedelta(microseconds=1)).isoformat()
    page.locator("[name=at]").fill(at)
    page.get_by_role("button", name="Show").click()
    page.wait_for_load_state()
    assert relabelled.number not in page.locator("#content").inner_text()
    ada.open(f"/commands/change.adopt/{dev}/?from_at={at.replace('+', '%2B')}")
    wide += too_wide(page, "adopt")
    for name, path in (("moves", ""), ("move", f"{first.pk}/")):
        ada.open(f"/metadata/headmove/{path}")
        wide += too_wide(page, name)
    ada.open(f"/metadata/definition/{head.definition_id}/")
    wide += too_wide(page, "definition")

    assert wide == []
