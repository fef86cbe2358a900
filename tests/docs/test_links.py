"""What pages point at is there: files, addresses inside pages, management commands, variables."""

import re
from pathlib import Path

import pytest
from django.core.management import get_commands

from config.env import VARIABLES
from config.reference import PROGRAMS
from tests.docs.pages import ROOT

PAGES = sorted(
    [ROOT / "README.md", ROOT / "CHANGELOG.md", *(ROOT / "docs").rglob("*.md"), *(ROOT / "apps").glob("*/README.md")]
)
LINK = re.compile(r"\]\(([^)\s]+)\)")
COMMAND = re.compile(r"manage\.py ([a-z_]+)")
VARIABLE = re.compile(r"`([A-Z][A-Z0-9]+(?:_[A-Z0-9]+)+)`")
#: Names of answers and constants that look like variables of the environment.
KNOWN = {*(name.upper() for name in VARIABLES), *(name for name, *_ in PROGRAMS)}
SETTINGS = ("_URL", "_KEY", "_HOSTS", "_LEVEL", "_FORMAT", "_BIN", "_SIZE", "_IDENTITY", "_LIMIT")


def _name(page: Path) -> str:
    return str(page.relative_to(ROOT))


@pytest.mark.parametrize("page", PAGES, ids=_name)
def test_links_lead_somewhere(page: Path) -> None:
    """A reader who follows a dead link is lost."""
    for link in LINK.findall(page.read_text()):
        address, _, anchor = link.partition("#")
        if "://" in address:
            continue
        target = (page.parent / address).resolve() if address else page
        assert target.exists(), link
        if anchor:
            assert anchor in _anchors(target), link


@pytest.mark.parametrize("page", PAGES, ids=_name)
def test_commands_and_variables_exist(page: Path) -> None:
    """A renamed command or variable must not live on in the pages."""
    text = page.read_text()
    assert set(COMMAND.findall(text)) <= set(get_commands())
    assert {name for name in VARIABLE.findall(text) if name.endswith(SETTINGS)} <= KNOWN


def test_every_app_says_where_to_begin() -> None:
    """Who opens an app wants to know what it keeps true before reading its code."""
    apps = [path.parent for path in (ROOT / "apps").glob("*/apps.py")]
    assert [app.name for app in apps if not (app / "README.md").exists()] == []


def _anchors(page: Path) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", page.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-") for heading in headings}
