"""Tokens: what is lost when one can be guessed, read from a stolen table, or mistyped into somebody else's."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.tenancy.core import tokens

randoms = st.binary(min_size=tokens.RANDOM_BYTES, max_size=tokens.RANDOM_BYTES)
kinds = st.sampled_from(sorted(tokens.PREFIXES))


@given(kinds, randoms)
def test_a_minted_token_is_parsed_as_itself(kind, random):
    made = tokens.mint(kind, random)

    assert tokens.parse(made.text) == made


@given(randoms, randoms)
def test_different_random_bytes_give_different_tokens(one, other):
    assert (tokens.mint("agent", one).text == tokens.mint("agent", other).text) == (one == other)


@given(kinds, randoms, st.data())
def test_one_wrong_character_is_refused_without_a_database(kind, random, data):
    text = tokens.mint(kind, random).text
    position = data.draw(st.integers(0, len(text) - 1))
    wrong = data.draw(st.sampled_from("0Aaz_é\x00").filter(lambda letter: letter != text[position]))

    assert tokens.parse(text[:position] + wrong + text[position + 1 :]) is None


@given(st.text(max_size=80))
def test_any_text_is_answered_and_never_raises(text):
    assert tokens.parse(text) is None or text.startswith("ec3l")


@pytest.mark.parametrize("cut", [1, 6, 20])
def test_a_truncated_copy_is_refused(cut):
    assert tokens.parse(tokens.mint("human", bytes(24)).text[:-cut]) is None


def test_the_prefix_tells_the_kind():
    prefixes = {kind: tokens.mint(kind, bytes(24)).text[:6] for kind in tokens.PREFIXES}

    assert prefixes == {"human": "ec3lh_", "agent": "ec3la_", "service": "ec3ls_"}


def test_a_token_holds_at_least_178_random_bits():
    assert tokens.RANDOM_BYTES * 8 >= 178
    assert math.log2(62) * tokens._BODY_LENGTH >= tokens.RANDOM_BYTES * 8


def test_too_few_random_bytes_are_refused():
    with pytest.raises(ValueError, match="24 random bytes"):
        tokens.mint("human", bytes(16))


def test_the_stored_hash_depends_on_the_key():
    made = tokens.mint("service", bytes(range(24)))

    assert tokens.keyed_hash(made, "one key") != tokens.keyed_hash(made, "another key")
    assert made.text not in tokens.keyed_hash(made, "one key")


def test_the_hint_is_too_short_to_be_used():
    made = tokens.mint("human", bytes(range(24)))

    assert made.text.startswith(made.hint)
    assert len(made.hint) == 10
    assert tokens.parse(made.hint) is None
