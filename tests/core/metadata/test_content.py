"""Content by path: a change copies the branches it touches and no others."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.metadata.core.content import MISSING, Path, get, overlap, pointer, put, remove, same
from tests.core.strategies import contents, json_values, keys

paths = st.lists(keys, min_size=1, max_size=4).map(tuple)


@given(contents, paths, json_values)
def test_what_is_put_is_found_and_the_old_content_stays(content: dict[str, Any], path: Path, value: Any) -> None:
    before = repr(content)
    try:
        changed = put(content, path, value)
    except ValueError:
        assert any(not isinstance(get(content, path[:length]), dict) for length in range(len(path)))
    else:
        assert same(get(changed, path), value)
    assert repr(content) == before


@given(contents, paths)
def test_what_is_removed_is_gone_and_nothing_else(content: dict[str, Any], path: Path) -> None:
    changed = remove(content, path)

    assert get(changed, path) is MISSING
    if get(content, path) is MISSING:
        assert changed is content
    else:
        assert same(put(changed, path, get(content, path)), content)


@given(contents, paths)
def test_putting_what_is_there_returns_the_same_object(content: dict[str, Any], path: Path) -> None:
    value = get(content, path)
    if value is not MISSING:
        assert put(content, path, value) is content


def test_untouched_branches_are_shared() -> None:
    content: dict[str, Any] = {"fields": {"a": {"name": "x"}, "b": {"name": "y"}}, "sla": {"minutes": 5}}

    changed = put(content, ("fields", "a", "name"), "z")

    assert changed["sla"] is content["sla"]
    assert changed["fields"]["b"] is content["fields"]["b"]
    assert content["fields"]["a"]["name"] == "x"


def test_null_and_absent_are_different() -> None:
    assert get({"a": None}, ("a",)) is None
    assert get({}, ("a",)) is MISSING
    assert get({"a": None}, ("a", "b")) is MISSING
    assert put({}, ("a",), None) == {"a": None}


@pytest.mark.parametrize(
    ("one", "other", "equal"),
    [(1, 1.0, True), (1, True, False), (0, False, False), ([1], [True], False), ([1], (1,), True), (None, 0, False)],
)
def test_booleans_are_no_numbers(one: Any, other: Any, equal: bool) -> None:
    assert same(one, other) is equal
    assert same({"x": [one]}, {"x": [other]}) is equal


def test_paths_overlap_when_one_lies_at_or_below_the_other() -> None:
    assert overlap(("fields", "a"), ("fields", "a", "label"))
    assert overlap((), ("fields",))
    assert not overlap(("fields", "a"), ("fields", "b", "label"))


def test_a_pointer_escapes_as_rfc_6901_says() -> None:
    assert pointer(("a/b", "m~n")) == "/a~1b/m~0n"


def test_the_whole_content_has_no_place_to_be_put_at() -> None:
    with pytest.raises(ValueError, match="no path"):
        put({}, (), 1)
    with pytest.raises(ValueError, match="removed"):
        remove({}, ())
