"""Roles: what is lost when a change of rights counts late, or leaves a tenant to nobody."""

import pytest

from apps.access import queries
from apps.access.errors import (
    LastAdmin,
    PlatformPermission,
    RoleNameTaken,
    RoleUnchanged,
    SystemRoleReserved,
    UnknownPermission,
)
from apps.access.models import Role, RoleAssignment, RolePermission
from apps.access.services.seeding import seed_every_tenant
from apps.kernel.dispatch import dispatch
from apps.kernel.errors import NotFound, PermissionDenied
from apps.tenancy.core.built_in import SYSTEM_ID
from apps.tenancy.models import Membership
from apps.tenancy.services.memberships import mark_access_changed
from tests import log, people

pytestmark = pytest.mark.django_db


@pytest.fixture
def builder(acme, admin):
    """A role that lets its holder make projects."""
    with people.acting(admin, acme):
        role = dispatch("role.create", name="Builder", description="Builds.")
        dispatch("role.grant_permission", role.pk, permission_id="project.create")
    return role


def can_build(person, of) -> bool:
    return queries.holds("project.create", people.scope_of(person, of))


def test_create_role_grants_nothing_yet(acme, admin):
    """EC-API-095, EC-TBL-039."""
    with people.acting(admin, acme):
        role = dispatch("role.create", name=" Night shift ")
        with pytest.raises(RoleNameTaken):
            dispatch("role.create", name="Night shift")

    with people.reading(acme):
        assert (role.name, queries.permissions_of_role(role.pk)) == ("Night shift", [])
    assert log.events(acme)[-1] == "role.created"


def test_two_tenants_may_use_one_role_name(acme, globex, builder):
    with people.acting(people.administrator(globex), globex):
        assert dispatch("role.create", name="Builder").pk != builder.pk


def test_a_grant_and_its_revocation_count_on_the_next_request(acme, admin, viewer, builder):
    """EC-API-099, EC-API-100."""
    assert not can_build(viewer, acme)
    with people.acting(admin, acme):
        assert dispatch("role.assign", viewer.pk, role_id=builder.pk).created
    assert can_build(viewer, acme)
    with people.acting(admin, acme):
        dispatch("role.revoke_permission", builder.pk, permission_id="project.create")
    assert not can_build(viewer, acme)
    with people.acting(admin, acme):
        dispatch("role.grant_permission", builder.pk, permission_id="project.create")
    assert can_build(viewer, acme)


def test_granting_twice_leaves_one_row(acme, admin, builder):
    """EC-API-099, EC-TBL-040."""
    with people.acting(admin, acme):
        assert dispatch("role.grant_permission", builder.pk, permission_id="project.create").created is False

    with people.reading(acme):
        assert RolePermission.objects.filter(role=builder).count() == 1
    assert log.events(acme)[-1] == "role.permission_granted"


def test_unknown_and_platform_permissions_are_refused(acme, admin, builder):
    with people.acting(admin, acme):
        with pytest.raises(UnknownPermission):
            dispatch("role.grant_permission", builder.pk, permission_id="project.destroy")
        with pytest.raises(PlatformPermission):
            dispatch("role.grant_permission", builder.pk, permission_id="tenant.create")
        with pytest.raises(NotFound):
            dispatch("role.revoke_permission", builder.pk, permission_id="form.view")

    with people.reading(acme):
        assert queries.permissions_of_role(builder.pk) == ["project.create"]


def test_disabling_and_enabling_count_on_the_next_request(acme, admin, viewer, builder):
    """EC-API-096, EC-API-097, EC-SM-SW-003."""
    with people.acting(admin, acme):
        dispatch("role.assign", viewer.pk, role_id=builder.pk)
        with pytest.raises(RoleUnchanged):
            dispatch("role.enable", builder.pk)
        dispatch("role.disable", builder.pk)
        with pytest.raises(RoleUnchanged):
            dispatch("role.disable", builder.pk)
    assert not can_build(viewer, acme)
    with people.acting(admin, acme):
        dispatch("role.enable", builder.pk)
    assert can_build(viewer, acme)
    with people.reading(acme):
        assert {role.name for role in queries.roles_of_principal(viewer.pk)} == {"Viewer", "Builder"}


def test_assigning_twice_leaves_one_row(acme, admin, viewer, builder):
    """EC-API-102."""
    with people.acting(admin, acme):
        assert dispatch("role.assign", viewer.pk, role_id=builder.pk).created is True
        assert dispatch("role.assign", viewer.pk, role_id=builder.pk).created is False

    with people.reading(acme):
        assert RoleAssignment.objects.filter(role=builder).count() == 1


def test_unassigning_counts_on_the_next_request(acme, admin, viewer, builder):
    """EC-API-103."""
    with people.acting(admin, acme):
        dispatch("role.assign", viewer.pk, role_id=builder.pk)
        dispatch("role.unassign", viewer.pk, role_id=builder.pk)
        with pytest.raises(NotFound):
            dispatch("role.unassign", viewer.pk, role_id=builder.pk)

    assert not can_build(viewer, acme)
    assert log.events(acme)[-1] == "role.unassigned"


def test_another_tenants_role_and_person_do_not_exist(acme, globex, admin, viewer, builder):
    """EC-API-102, EC-EDGE: the composite key would refuse it as well."""
    greta = people.person(globex, "Greta")
    with people.acting(people.administrator(globex), globex):
        for command in ("role.enable", "role.disable"):
            with pytest.raises(NotFound):
                dispatch(command, builder.pk)
        with pytest.raises(NotFound):
            dispatch("role.assign", greta.pk, role_id=builder.pk)
    with people.acting(admin, acme), pytest.raises(NotFound):
        dispatch("role.assign", greta.pk, role_id=builder.pk)

    with people.reading(acme):
        assert RoleAssignment.objects.filter(role=builder).count() == 0


@pytest.fixture
def only_admin(acme, admin):
    """The creator, who holds Admin and, because Owners hold the same rights, is an Owner no more."""
    with people.reading(acme):
        RoleAssignment.objects.filter(role__name="Owner").delete()
    mark_access_changed([Membership.objects.get(tenant=acme, principal=admin).pk])
    return admin


@pytest.mark.parametrize("attempt", ["disable", "revoke", "unassign"])
def test_the_last_administrator_stays_one(acme, only_admin, attempt):
    """EC-API-097, EC-API-103: nobody could give the right back."""
    role = people.role_id(acme, "Admin")
    given = {
        "disable": lambda: dispatch("role.disable", role),
        "revoke": lambda: dispatch("role.revoke_permission", role, permission_id="role.assign"),
        "unassign": lambda: dispatch("role.unassign", only_admin.pk, role_id=role),
    }
    with people.acting(only_admin, acme), pytest.raises(LastAdmin):
        given[attempt]()

    assert queries.holds("role.assign", people.scope_of(only_admin, acme))
    with people.acting(only_admin, acme):
        dispatch("role.create", name="Still in charge")


def test_an_agent_or_a_visitor_is_no_administrator_to_rely_on(acme, only_admin):
    people.agent(acme, only_admin, roles=["Admin"])
    olga = people.operator()
    with people.acting(olga, people.platform()):
        dispatch("tenant.enter", acme.pk, reason="ticket 4711", role="Admin")
    with people.acting(only_admin, acme), pytest.raises(LastAdmin):
        dispatch("role.unassign", only_admin.pk, role_id=people.role_id(acme, "Admin"))


def test_with_a_second_administrator_the_first_may_go(acme, only_admin):
    people.person(acme, "Second", roles=["Admin"])
    role = people.role_id(acme, "Admin")
    with people.acting(only_admin, acme):
        dispatch("role.unassign", only_admin.pk, role_id=role)
    with people.acting(only_admin, acme), pytest.raises(PermissionDenied):
        dispatch("role.create", name="Too late")


def test_the_system_role_is_for_the_system_alone(acme, admin):
    system, editor = people.role_id(acme, "System"), people.role_id(acme, "Editor")
    with people.acting(admin, acme):
        for principal, role in ((admin.pk, system), (SYSTEM_ID, editor)):
            with pytest.raises(SystemRoleReserved):
                dispatch("role.assign", principal, role_id=role)
        with pytest.raises(SystemRoleReserved):
            dispatch("role.unassign", SYSTEM_ID, role_id=system)


def test_seeding_again_makes_nothing_and_grants_nothing_that_was_revoked(acme, admin):
    """EC-API-107, EC-AMB-09."""
    editor = people.role_id(acme, "Editor")
    with people.acting(admin, acme):
        dispatch("role.revoke_permission", editor, permission_id="form.edit")
        again = dispatch("access.seed_defaults")

    assert again.created == 0
    assert again.existing > 9
    with people.reading(acme):
        assert "form.edit" not in queries.permissions_of_role(editor)


def test_seeding_gives_no_person_a_role(acme, admin):
    nobody = people.person(acme, "Norbert Nobody")
    with people.acting(nobody, acme):
        dispatch("access.seed_defaults")

    with people.reading(acme):
        assert list(queries.roles_of_principal(nobody.pk)) == []


def test_a_new_release_reaches_every_tenant_and_its_holders(acme, globex, viewer):
    """A permission that came with an upgrade works without anybody seeding by hand."""
    with people.reading(acme):
        RolePermission.objects.filter(permission="form.view").delete()
    Membership.objects.filter(principal=viewer, tenant=acme).update(access_version=50)
    assert not queries.holds("form.view", people.scope_of(viewer, acme))

    seed_every_tenant()

    assert queries.holds("form.view", people.scope_of(viewer, acme))
    with people.reading(globex):
        assert Role.objects.filter(is_seeded=True).count() == 5


def test_the_page_of_assignments_names_people(acme, admin, viewer):
    with people.reading(acme):
        rows = [(row.role.name, row.principal_name) for row in queries.assignments_of_tenant()]

    assert rows == [
        ("Admin", "Creator of acme"),
        ("Owner", "Creator of acme"),
        ("System", "System"),
        ("Viewer", "Vera Viewer"),
    ]
