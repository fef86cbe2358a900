"""Names: what is lost when two things are called the same, or a name is taken for an id."""

import re
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from apps.tenancy.core import built_in, inputs, names


@given(st.text(max_size=300))
def test_every_project_name_gives_a_valid_key(name):
    key = names.project_key(name)

    assert re.fullmatch(names.KEY, key)
    assert len(key) <= names.KEY_LENGTH


@pytest.mark.parametrize(
    ("name", "key"),
    [("IT service", "it_service"), ("Déjà vu & co", "deja_vu_co"), ("42", "p_42"), ("***", "project")],
)
def test_project_keys_read_like_the_name(name, key):
    assert names.project_key(name) == key


@given(st.emails(), st.uuids(), st.booleans())
def test_every_email_gives_a_valid_handle(email, principal_id, taken):
    handle = names.human_handle(email, principal_id, taken=taken)

    assert re.fullmatch(names.HANDLE, handle)
    assert len(handle) <= names.HANDLE_LENGTH


def test_a_taken_handle_gets_a_piece_of_the_id():
    principal_id = UUID("12345678-0000-4000-8000-000000000000")

    assert names.human_handle("ann@acme.example", principal_id, taken=True) == "ann-12345678"


@pytest.mark.parametrize("text", ["5dfd302b-7719-4451-b64c-4b673f6a026a", "5dfd302b77194451b64c4b673f6a026a"])
def test_a_slug_is_never_shaped_like_an_id(text):
    """EC-TBL-001."""
    with pytest.raises(ValidationError, match="looks like an id"):
        TypeAdapter(inputs.Slug).validate_python(text)


@pytest.mark.parametrize("text", ["Acme", "a", "-acme", "acme-", "ac--me", "ac_me", "platform", "", "x" * 64])
def test_a_slug_that_would_confuse_is_refused(text):
    with pytest.raises(ValidationError):
        TypeAdapter(inputs.Slug).validate_python(text)


@pytest.mark.parametrize("path", ["..", "../x", "a/../b", "/etc", "a/", "a//b", "", "a\\b", ".hidden"])
def test_a_root_path_never_leads_out_of_the_project(path):
    """EC-TBL-003."""
    with pytest.raises(ValidationError):
        TypeAdapter(inputs.RootPath).validate_python(path)


@pytest.mark.parametrize("path", [".", "src", "src/apps", "a-b/c_d.e"])
def test_a_relative_root_path_is_accepted(path):
    assert TypeAdapter(inputs.RootPath).validate_python(path) == path


def test_a_project_is_born_with_three_environments_and_one_default():
    """EC-GLO-008, EC-ENUM-019: in this order."""
    assert [(plan.name, plan.position) for plan in names.ENVIRONMENTS] == [("dev", 1), ("test", 2), ("prod", 3)]
    assert [plan.name for plan in names.ENVIRONMENTS if plan.is_default] == ["dev"]


def test_staging_is_another_name_for_test():
    assert names.environment_name(" Staging ") == "test"
    assert names.environment_name("qa") == "qa"


def test_the_system_has_one_membership_id_per_tenant():
    one, other = uuid4(), uuid4()

    assert built_in.system_membership_id(one) == built_in.system_membership_id(one)
    assert built_in.system_membership_id(one) != built_in.system_membership_id(other)
