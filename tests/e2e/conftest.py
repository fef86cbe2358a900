"""A real browser before a real server: the system's Chromium, driven by Playwright. Skipped where there is none."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.db import connection
from playwright.sync_api import Browser, BrowserContext, Page, Response, sync_playwright

from apps.tenancy.models import Principal
from tests import database, people
from tests.changing import World, world

NAMES = ("chromium", "chromium-browser", "google-chrome")
CHROMIUM = next((path for name in NAMES if (path := shutil.which(name))), None)
PATIENCE = 15_000


@pytest.fixture
def chromium(monkeypatch: pytest.MonkeyPatch) -> Iterator[Browser]:
    """A browser for one test. While Playwright's loop runs in this thread, Django has a connection of its own for it:
    it is asked in spite of the loop, emptied like the other one, and closed before the loop ends."""
    if CHROMIUM is None:
        pytest.skip("No Chromium on this machine: the browser tests need the system's.")
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    with sync_playwright() as playwright:
        connection.ops.execute_sql_flush = lambda _: database.empty()  # type: ignore[method-assign]
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-dev-shm-usage"])
        yield browser
        browser.close()
        connection.close()


@pytest.fixture
def acme(chromium: Browser, transactional_db: Any) -> World:
    """Committed, since the server answers from another connection."""
    return world()


@dataclass
class Window:
    """A person's browser, which notes whatever no page may do."""

    context: BrowserContext
    page: Page
    base: str
    faults: list[str] = field(default_factory=list)

    def watch(self) -> None:
        self.page.on("console", lambda said: self._note(f"console: {said.text}") if said.type == "error" else None)
        self.page.on("pageerror", lambda error: self._note(f"script: {error}"))
        self.page.on("request", lambda request: self._foreign(request.url))
        self.page.on("response", self._failed)

    def _note(self, fault: str) -> None:
        self.faults.append(f"{self.page.url}: {fault}")

    def _foreign(self, url: str) -> None:
        if not url.startswith((self.base, "data:")):
            self._note(f"foreign request {url}")

    def _failed(self, response: Response) -> None:
        if response.status >= 400:
            self._note(f"{response.status} {response.url}")

    def open(self, path: str) -> Page:
        self.page.goto(f"{self.base}/admin{path}")
        return self.page

    def press(self, name: str) -> None:
        """Press a button, or follow a link that looks like one, in the page's content."""
        content = self.page.locator("#content")
        content.get_by_role("button", name=name, exact=True).or_(
            content.get_by_role("link", name=name, exact=True)
        ).first.click()
        self.page.wait_for_load_state()

    def fill(self, **answers: str) -> None:
        for name, answer in answers.items():
            entry = self.page.locator(f"form.ec-form [name={name}]")
            if entry.evaluate("element => element.tagName") == "SELECT":
                entry.select_option(answer)
            else:
                entry.fill(answer)

    def sign_in(self, person: Principal) -> None:
        self.open("/login/")
        self.page.fill("[name=username]", str(person.email))
        self.page.fill("[name=password]", people.PASSWORD)
        self.page.get_by_role("button", name="Log in").click()
        self.page.wait_for_url(f"{self.base}/admin/")


@pytest.fixture
def window(chromium: Browser, live_server: Any) -> Iterator[Any]:
    """Open a browser for a person: ``window(ada)``."""
    opened: list[Window] = []

    def open_for(person: Principal) -> Window:
        context = chromium.new_context(viewport={"width": 1280, "height": 900})
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        made = Window(context, page, live_server.url)
        made.watch()
        made.sign_in(person)
        opened.append(made)
        return made

    yield open_for
    for one in opened:
        one.context.close()
    assert [fault for one in opened for fault in one.faults] == []
