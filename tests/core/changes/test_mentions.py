"""What would be lost: comments that reach who they name, and nobody else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.changes.core.mentions import MOST, Piece, handles_in, pieces

TEXTS = st.text(alphabet="@abAB.-_ 1,\n", max_size=60)


@pytest.mark.parametrize(
    ("text", "handles"),
    [
        ("@ada look", ("ada",)),
        ("look, @ada-admin.", ("ada-admin",)),
        ("(@ada)", ("ada",)),
        ("@Ada and @ada, then @ben's", ("ada", "ben")),
        ("@ben @ada", ("ben", "ada")),
        ("write to ada@example.com", ()),
        ("https://example.com/@ada", ()),
        ("@@ada", ()),
        ("@ada@host", ()),
        ("@_", ()),
        ("no one", ()),
        ("@" + "a" * 81, ()),
    ],
)
def test_handles_in(text: str, handles: tuple[str, ...]) -> None:
    assert handles_in(text) == handles


def test_a_pasted_list_of_everybody_stays_bounded() -> None:
    assert len(handles_in(" ".join(f"@a{number}" for number in range(500)))) == MOST


def test_only_known_handles_are_marked() -> None:
    assert pieces("Ask @ada or @zoe.", {"ada"}) == [Piece("Ask "), Piece("@ada", "ada"), Piece(" or @zoe.")]


@given(TEXTS, st.sets(st.sampled_from(["a", "b", "ab", "a.b"])))
def test_pieces_joined_are_the_text(text: str, known: set[str]) -> None:
    cut = pieces(text, known)

    assert "".join(piece.text for piece in cut) == text
    assert {piece.handle for piece in cut if piece.handle} == known & set(handles_in(text))
