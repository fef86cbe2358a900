"""What the pages tell a reader to type works, and prints what they say."""

from pathlib import Path

import pytest

from tests.docs.pages import ROOT, blocks_of, follow

PAGES = ("docs/first-ten-minutes.md", "docs/integrating/rest.md")


@pytest.mark.slow
@pytest.mark.parametrize("page", PAGES)
def test_a_page_works_word_for_word(demo: Path, page: str) -> None:
    """A newcomer who types the page and sees something else never comes back."""
    follow(ROOT / page, demo)


@pytest.mark.parametrize("page", PAGES)
def test_a_page_has_something_to_type(page: str) -> None:
    """A page whose blocks were renamed would pass by doing nothing."""
    assert len(blocks_of(ROOT / page)) > 5
