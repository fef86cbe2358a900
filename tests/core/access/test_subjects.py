"""Approver subjects: what is lost when two spellings are two groups, or a misspelt one lets somebody in."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.access.core.subjects import (
    canonical_subject,
    mentioned,
    named_subjects,
    principal_subject,
    reworded,
    role_subject,
    team_subject,
)

ID = UUID("0190c0de-0000-8000-8000-000000000001")


@pytest.mark.parametrize(
    ("text", "subject"),
    [
        ("role:owner", "role:Owner"),
        ("role:administrator", "role:Admin"),
        ("Role: Night shift ", "role:Night shift"),
        (f"team:{ID}", f"team:{ID}"),
        (f"principal:{str(ID).upper()}", f"principal:{ID}"),
        (f"team:{ID.hex}", f"team:{ID}"),
        ("team:platform", None),
        ("principal:", None),
        ("role:  ", None),
        ("group:Owner", None),
        ("Owner", None),
        ("", None),
    ],
)
def test_a_subject_has_one_spelling(text, subject):
    assert canonical_subject(text) == subject


@given(st.text() | st.builds("{}:{}".format, st.sampled_from(["role", "team", "principal"]), st.text() | st.uuids()))
def test_spelling_twice_changes_nothing(text):
    once = canonical_subject(text)
    assert once is None or canonical_subject(once) == once


@given(st.lists(st.uuids()), st.lists(st.uuids()), st.lists(st.text(alphabet="abcxyz :", min_size=1)))
def test_what_is_written_is_read_again(teams, principals, roles):
    written = [*map(team_subject, teams), *map(principal_subject, principals), *map(role_subject, roles)]
    named = named_subjects(written)

    assert named.teams == set(teams)
    assert named.principals == set(principals)
    assert {role_subject(role) for role in named.roles} == {role_subject(role) for role in roles if role.strip()}


def test_what_is_not_understood_names_nobody():
    named = named_subjects(["everybody", "team:platform", "role:"])
    assert not named


@given(st.uuids(), st.uuids())
def test_a_sentence_is_read_with_names_for_ids(team, person):
    sentence = f"1 of {team_subject(team)} or {principal_subject(person)} or Owner"

    assert mentioned(sentence) == {team_subject(team), principal_subject(person)}
    assert (
        reworded(sentence, {team_subject(team): "Platform"}) == f"1 of Platform or {principal_subject(person)} or Owner"
    )
    assert reworded("1 of Owner", {}) == "1 of Owner"
