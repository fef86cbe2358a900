"""What would be lost: every page readable, light and dark, wide and narrow, without a word from a foreign host."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import Page

from apps.changes.models import Change
from tests.changing import World

pytestmark = pytest.mark.e2e

SIZES = ((1280, 900), (390, 844))
LINKS = "els => els.map(e => new URL(e.getAttribute('href'), location).pathname)"
SHOWN = "document.documentElement.classList.contains('dark')"
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
KEPT = "theme => localStorage.setItem('adminTheme', JSON.stringify(theme))"
SWITCHED = """async theme => {
  Alpine.$data(document.documentElement).adminTheme = theme;
  await Alpine.nextTick();
}"""


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
    met, theirs = acme.open("Meets another"), acme.open("Another")
    for one, label in ((met, "Mine " * 20), (theirs, "Theirs " * 15)):
        acme.stage(one, "set_field", {"field": "number", "definition": {"label": label}}, on="task")
    acme.carry_through(theirs)
    acme.give("change.comment", met.pk, body="A_word_that_is_longer_than_the_screen_is_wide" * 5)
    asked = acme.open(
        "Asks for approval, by a title that is longer than a narrow screen is wide", by=acme.eve, environment="prod"
    )
    acme.stage(asked, "define", {"key": "work", "name": "Work"}, on="work", by=acme.eve)
    acme.check_in(asked)
    ends_at = datetime.now(UTC) + timedelta(days=1)
    acme.give("delegation.create", by=acme.ben, delegate_id=acme.ada.pk, ends_at=ends_at, reason="Away " * 20)
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
    visited |= {f"/admin/changes/change/CHG000000{number}/" for number in (1, 4, 5, 6)}
    visited |= {f"/admin/changes/change/CHG000000{number}/conflicts/" for number in (4, 6)}
    with furnished.reading():
        merged = Change.objects.get(number="CHG0000007")
    visited |= {f"/admin/commands/change.{verb}/{merged.pk}/" for verb in ("comment", "revert")}

    too_wide, wrong_theme = [], []
    themes = ("light", "dark")
    page.evaluate(KEPT, themes[0])
    for path in sorted(visited):
        page.goto(ada.base + path)
        for theme in themes:
            if theme != themes[0]:
                page.evaluate(SWITCHED, theme)
            if page.evaluate(SHOWN) != (theme == "dark"):
                wrong_theme.append((path, theme))
            for width, height in SIZES:
                page.set_viewport_size({"width": width, "height": height})
                if page.evaluate(OVERFLOW) > 0:
                    too_wide.append((path, width))
        # The next page comes as this one was left: it is loaded in the other theme.
        themes = themes[::-1]

    assert (too_wide, wrong_theme) == ([], [])
    assert len(visited) >= 35
