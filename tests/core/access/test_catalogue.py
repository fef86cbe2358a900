"""The catalogue: what is lost when a right exists that nobody wrote down, or a seeded role holds too much."""

import pytest

from apps.access.core import catalogue
from apps.access.core.catalogue import BY_NAME, CATALOGUE, grants_of
from apps.access.core.roles import ADMIN, EDITOR, OPERATOR, OWNER, SEEDED, SYSTEM, VIEWER, canonical_role, seeded_roles

SPECIFIED = {
    "form.view",
    "form.edit",
    "workflow.execute",
    "workflow.approve",
    "override.activate",
    "change.approve",
    "admin.view",
    "environment.release_create",
    "environment.promote",
}


def test_each_permission_stands_once():
    assert len(BY_NAME) == len(CATALOGUE)


def test_the_nine_permissions_of_the_specification_are_there():
    """EC-RBAC-001."""
    assert BY_NAME.keys() >= SPECIFIED


def test_seeded_roles_hold_of_the_nine_what_the_specification_says():
    """EC-RBAC-002."""
    held = {role: SPECIFIED.intersection(grants_of(role)) for role in (ADMIN, EDITOR, VIEWER)}

    assert held == {
        ADMIN: SPECIFIED,
        EDITOR: {"form.view", "form.edit", "workflow.execute", "override.activate"},
        VIEWER: {"form.view"},
    }


def test_only_operators_and_the_system_hold_platform_permissions():
    holders = {role for permission in CATALOGUE if permission.platform for role in permission.roles}

    assert holders == {OPERATOR, SYSTEM}


def test_the_system_role_holds_nothing_people_hold_by_mistake():
    """A right of the system that a person also has is a right the system should ask for by name."""
    shared = {p.name for p in CATALOGUE if SYSTEM in p.roles and len(p.roles) > 1}

    assert shared == set()


def test_every_role_named_in_the_table_is_seeded():
    assert {role for p in CATALOGUE for role in p.roles} <= {role.name for role in SEEDED}


def test_the_right_to_give_rights_is_held_by_admins_only():
    assert BY_NAME[catalogue.ADMINISTERS].roles == (ADMIN,)


def test_an_owner_may_all_that_an_admin_may():
    assert grants_of(OWNER) == grants_of(ADMIN)
    assert OWNER not in {role for permission in CATALOGUE for role in permission.roles}


def test_operators_are_seeded_on_the_platform_only():
    assert {r.name for r in seeded_roles(platform=True)} - {r.name for r in seeded_roles(platform=False)} == {OPERATOR}


@pytest.mark.parametrize(
    ("alias", "role"),
    [
        ("admin", ADMIN),
        ("Contributor", EDITOR),
        ("viewer", VIEWER),
        ("guest", VIEWER),
        ("owner", OWNER),
        ("service", EDITOR),
    ],
)
def test_roles_answer_to_the_names_of_other_vocabularies(alias, role):
    assert canonical_role(alias) == role


def test_a_role_of_ones_own_keeps_its_name():
    assert canonical_role("  Night shift ") == "Night shift"
