"""What would be lost: every page readable, light and dark, wide and narrow, without a word from a foreign host."""

from typing import Any

import pytest
from playwright.sync_api import Page

from tests.changing import World

pytestmark = pytest.mark.e2e

SIZES = ((1280, 900), (390, 844))
LINKS = "els => els.map(e => new URL(e.getAttribute('href'), location).pathname)"
SHOWN = "document.documentElement.classList.contains('dark')"
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
THEME = "theme => localStorage.setItem('adminTheme', JSON.stringify(theme))"


@pytest.fixture
def furnished(acme: World) -> World:
    """Something on every page."""
    acme.define("priority", kind="choice_list")
    acme.define("task", "number")
    acme.define("incident", "notes", base="task")
    change = acme.open("A change with a long title that says everything about what it is going to do, and why")
    acme.add_field(change, "a_field_with_quite_a_long_name_that_has_to_wrap", label="Long" * 20)
    acme.stage(change, "rename_field", {"old_name": "notes", "new_name": "close_notes"})
    failed = acme.open("Fails")
    acme.stage(failed, "define", {"key": "orphan", "name": "Orphan", "base_type": "nowhere"}, on="orphan")
    acme.check_in(failed)
    acme.give("principal.invite", email="guest@acme.example", roles=["Viewer"])
    acme.give("token.create", name="laptop")
    return acme


def test_every_page_is_readable_everywhere(furnished: World, window: Any) -> None:
    ada = window(furnished.ada)
    page: Page = ada.page
    lists = page.eval_on_selector_all("#nav-sidebar-apps a", LINKS)
    assert len(lists) >= 16
    visited = {"/admin/", "/admin/password_change/", "/admin/commands/change.create/", *lists}
    for path in lists:
        page.goto(ada.base + path)
        visited |= set(page.eval_on_selector_all("#result_list tbody a", LINKS)[:1])
    visited |= {"/admin/types/recordtype/incident/", "/admin/types/recordtype/new/"}
    visited |= {f"/admin/changes/change/CHG000000{number}/" for number in (1, 4, 5)}

    too_wide, wrong_theme = [], []
    for theme in ("light", "dark"):
        page.evaluate(THEME, theme)
        for path in sorted(visited):
            page.goto(ada.base + path)
            if page.evaluate(SHOWN) != (theme == "dark"):
                wrong_theme.append((path, theme))
            for width, height in SIZES:
                page.set_viewport_size({"width": width, "height": height})
                if page.evaluate(OVERFLOW) > 0:
                    too_wide.append((path, width))

    assert (too_wide, wrong_theme) == ([], [])
    assert len(visited) >= 35
