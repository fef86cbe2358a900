"""Blame: every attribute has one origin, and together the origins explain the content."""

from collections.abc import Iterator
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from apps.kernel.canonical import digest
from apps.metadata.core.blame import Said, blame, leaves, replayed
from apps.metadata.core.content import get, same
from tests.core.strategies import contents

Content = dict[str, Any]
#: Histories whose contents share much, as histories do: each revision repeats or replaces the one before.
histories = st.lists(contents, min_size=1, max_size=3).flatmap(
    lambda few: st.lists(st.sampled_from(few) | contents, min_size=1, max_size=6)
)


def said(oldest_first: list[Content]) -> list[Said[int]]:
    """Newest first, numbered from 1."""
    return [Said(number, digest(content), content) for number, content in enumerate(oldest_first, 1)][::-1]


@given(histories)
def test_replaying_the_blamed_values_gives_the_content(history: list[Content]) -> None:
    blamed = blame(said(history))

    assert same(replayed(blamed), history[-1])
    assert [(one.path, one.value) for one in blamed] == list(leaves(history[-1]))


@given(histories)
def test_the_blamed_revision_is_the_first_of_the_run_that_holds_the_value(history: list[Content]) -> None:
    for one in blame(said(history)):
        assert all(same(get(content, one.path), one.value) for content in history[one.mark - 1 :])
        assert one.mark == 1 or not same(get(history[one.mark - 2], one.path), one.value)
        assert not one.or_earlier


@given(histories, st.integers(1, 6))
def test_a_history_cut_short_says_so_where_it_matters(history: list[Content], kept: int) -> None:
    """What was explained before the cut stays as it is; the rest may be older, and says so."""
    whole = blame(said(history))
    cut = blame(said(history)[:kept], whole=False)

    oldest = max(1, len(history) - kept + 1)
    for one, full in zip(cut, whole, strict=True):
        if one.or_earlier:
            assert (one.mark, full.mark <= oldest) == (oldest, True)
        else:
            assert one == full


def test_blame_reads_no_further_than_it_has_to() -> None:
    """Bounded work: a definition with a long history costs what its newest changes cost."""
    read: list[int] = []

    def history() -> Iterator[Said[int]]:
        for number in range(1000, 0, -1):
            read.append(number)
            yield Said(number, str(number), {"name": number})

    (one,) = blame(history())

    assert (one.path, one.mark, read) == (("name",), 1000, [1000, 999])


def test_each_attribute_is_blamed_on_the_change_that_set_it() -> None:
    first = {"name": "Incident", "fields": {"f1": {"name": "summary", "label": "Summary"}}}
    second = {"name": "Incident", "fields": {"f1": {"name": "summary", "label": "What happened"}}}
    third = {**second, "description": None}

    found = {one.path: one.mark for one in blame(said([first, second, third]))}

    assert found == {
        ("description",): 3,
        ("fields", "f1", "label"): 2,
        ("fields", "f1", "name"): 1,
        ("name",): 1,
    }


def test_a_value_that_came_back_is_blamed_on_its_return() -> None:
    """After a revert the revert is who set it."""
    (one,) = blame(said([{"a": 1}, {"a": 2}, {"a": 1}]))

    assert one.mark == 3


def test_nothing_has_no_blame() -> None:
    assert blame([]) == ()
