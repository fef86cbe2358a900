"""The limits of untrusted JSON. Losing one would let a stranger exhaust a worker or store what cannot be read back."""

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.kernel.body import MAX_BYTES, MAX_DEPTH, MAX_INTEGER, MAX_KEYS, check_body, parse_body, with_inputs
from apps.kernel.errors import InvalidInput, PayloadTooLarge


def nested(depth: int) -> bytes:
    return b'{"a":' + b"[" * (depth - 1) + b"]" * (depth - 1) + b"}"


@pytest.mark.parametrize(
    "raw",
    [
        pytest.param(nested(MAX_DEPTH + 1), id="too deep"),
        pytest.param(b"[" * 100_000, id="far too deep and never closed"),
        # Searched anew from each of its quotes, it would keep a worker busy for hours.
        pytest.param(b"[" * MAX_DEPTH + b'["' + b'\\"' * 500_000, id="a text of quotes that never ends"),
        pytest.param(json.dumps({str(n): n for n in range(MAX_KEYS + 1)}).encode(), id="too many keys"),
        pytest.param(json.dumps([{"a": 1}] * (MAX_KEYS + 1)).encode(), id="too many keys in many objects"),
        pytest.param(b'{"a": NaN}', id="NaN"),
        pytest.param(b'{"a": -Infinity}', id="Infinity"),
        pytest.param(b'{"a": 1e999}', id="a number that becomes infinite"),
        pytest.param(b'{"a": ' + b"9" * 400 + b".5}", id="a long number that becomes infinite"),
        pytest.param(b'{"a": 9007199254740993}', id="an integer that is not exact"),
        pytest.param(b'{"a": ' + b"9" * 5000 + b"}", id="an integer Python refuses to read"),
        pytest.param(b'{"a": "x\\u0000"}', id="NUL"),
        pytest.param(b'{"a\\u0000": 1}', id="NUL in a key"),
        pytest.param(b'{"a": "\\ud800"}', id="a lone surrogate"),
        pytest.param(b'{"a": ["\\uDC00x"]}', id="a lone low surrogate"),
        pytest.param(b'{"a": "\xff"}', id="not UTF-8"),
        pytest.param(b'{"a": "\xed\xa0\x80"}', id="a surrogate in bytes"),
        pytest.param('{"a": 1}'.encode("utf-16"), id="UTF-16"),
        pytest.param(b'{"a": 1', id="cut"),
        pytest.param(b"[]", id="not an object"),
        pytest.param(b'"text"', id="a text"),
    ],
)
def test_a_body_beyond_the_limits_is_refused(raw: bytes) -> None:
    with pytest.raises(InvalidInput):
        parse_body(raw)


def test_a_body_larger_than_a_mebibyte_is_refused_with_413() -> None:
    with pytest.raises(PayloadTooLarge):
        check_body(b'{"a":"' + b"x" * MAX_BYTES + b'"}')


@pytest.mark.parametrize(
    ("raw", "read"),
    [
        (b"", {}),
        (nested(MAX_DEPTH), json.loads(nested(MAX_DEPTH))),
        (b'{"a": "[[[[{{{{' + b"[" * 200 + b'"}', {"a": "[[[[{{{{" + "[" * 200}),
        (b'{"a": "\\ud83d\\ude00"}', {"a": "\U0001f600"}),
        (b'{"a": "NaN and Infinity, 1e999 and 12345678901234567890"}', None),
        (json.dumps({"a": MAX_INTEGER, "b": -MAX_INTEGER, "c": 1.5e10}).encode(), None),
        ('{"a": "naïve"}'.encode(), {"a": "naïve"}),
    ],
)
def test_a_body_within_the_limits_is_read(raw: bytes, read: object) -> None:
    assert parse_body(raw) == (json.loads(raw) if read is None else read)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.dictionaries(
        st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\0")),
        st.recursive(
            st.none() | st.booleans() | st.integers(-MAX_INTEGER, MAX_INTEGER)
            | st.floats(allow_nan=False, allow_infinity=False)
            | st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\0")),
            lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text("ab"), inner, max_size=4),
            max_leaves=10,
        ),
        max_size=5,
    )
)  # fmt: skip
def test_every_ordinary_document_passes_unchanged(document: dict[str, object]) -> None:
    for raw in (json.dumps(document).encode(), json.dumps(document, ensure_ascii=False).encode()):
        assert parse_body(raw) == document


def test_values_of_the_address_win_by_being_the_only_ones() -> None:
    assert json.loads(with_inputs(b'{"a": 1}', {"change_id": "x"})) == {"a": 1, "change_id": "x"}
    with pytest.raises(InvalidInput) as refused:
        with_inputs(b'{"change_id": "y"}', {"change_id": "x"})
    assert refused.value.details["errors"][0]["path"] == "/change_id"
