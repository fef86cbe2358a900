"""The life of a tenant, and operators who visit one."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from apps.access.models import Role, RolePermission
from apps.access.queries import roles_of_principal
from apps.kernel.dispatch import dispatch
from apps.kernel.errors import Conflict, IllegalTransition, InvalidInput, PermissionDenied
from apps.kernel.scope import scope_transaction
from apps.tenancy import queries
from apps.tenancy.core.built_in import PLATFORM_ID, SYSTEM_ID
from apps.tenancy.errors import AlreadyMember, PlatformIsPermanent, SlugTaken, TenantNotFound
from apps.tenancy.models import Membership, Project, Tenant
from tests import log, people

pytestmark = pytest.mark.django_db


def test_create_tenant_makes_roles_system_and_creator():
    olga = people.operator()
    acme = people.tenant("acme", creator=olga)

    with people.reading(acme):
        assert [role.name for role in Role.objects.all()] == ["Admin", "Editor", "Owner", "System", "Viewer"]
        assert [role.name for role in roles_of_principal(olga.pk)] == ["Admin", "Owner"]
        assert [role.name for role in roles_of_principal(SYSTEM_ID)] == ["System"]
        assert not RolePermission.objects.filter(permission__startswith="tenant.c").exists()
    assert log.events(people.platform())[-1] == "tenant.created"


def test_create_tenant_needs_the_platform(acme, admin):
    """An Admin of a tenant is nobody on the platform, even with the permission in a role of their own."""
    with people.acting(admin, acme):
        with pytest.raises(PermissionDenied):
            dispatch("tenant.create", slug="mine", name="Mine")
        role = dispatch("role.create", name="Sneaky")
        with pytest.raises(InvalidInput, match="platform"):
            dispatch("role.grant_permission", role.pk, permission_id="tenant.create")
        with scope_transaction():
            RolePermission.objects.create(role=role, permission="tenant.create", granted_at=role.created_at)
        dispatch("role.assign", admin.pk, role_id=role.pk)
    with people.acting(admin, acme), pytest.raises(PermissionDenied):
        dispatch("tenant.create", slug="mine", name="Mine")

    assert not Tenant.objects.filter(slug="mine").exists()


def test_create_tenant_with_a_taken_slug_makes_nothing(acme):
    tenants, memberships = Tenant.objects.count(), Membership.objects.count()
    with people.acting(people.administrator(acme), people.platform()), pytest.raises(SlugTaken):
        dispatch("tenant.create", slug="acme", name="Second")

    assert (Tenant.objects.count(), Membership.objects.count()) == (tenants, memberships)


def test_two_tenants_cannot_have_one_slug_in_the_database(acme):
    """EC-TBL-001."""
    with pytest.raises(IntegrityError), transaction.atomic():
        Tenant.objects.create(slug="acme", name="Again", created_at=acme.created_at)


def test_rename_tenant_keeps_its_slug(acme, admin):
    with people.acting(admin, acme):
        dispatch("tenant.rename", name="Acme Ltd")

    acme.refresh_from_db()
    assert (acme.name, acme.slug) == ("Acme Ltd", "acme")
    assert log.events(acme)[-1] == "tenant.renamed"


def test_an_archived_tenant_is_closed_to_its_members_and_opens_again(acme, admin):
    olga = people.operator()
    with people.acting(olga, people.platform()):
        dispatch("tenant.archive", acme.pk)
        with pytest.raises(TenantNotFound):
            people.scope_of(admin, acme)
        with pytest.raises(IllegalTransition):
            dispatch("tenant.archive", acme.pk)
        dispatch("tenant.restore", acme.pk)

    assert people.scope_of(admin, acme).tenant_slug == "acme"


def test_the_platform_cannot_be_archived():
    with people.acting(people.operator(), people.platform()), pytest.raises(PlatformIsPermanent):
        dispatch("tenant.archive", PLATFORM_ID)


def test_enter_tenant_is_a_membership_that_ends_by_itself(acme):
    olga = people.operator()
    with people.acting(olga, people.platform()):
        visit = dispatch("tenant.enter", acme.pk, reason="ticket 4711")
    with people.reading(acme):
        assert [role.name for role in roles_of_principal(olga.pk)] == ["Viewer"]
        assert queries.members_of_tenant().get(principal=olga).reason == "ticket 4711"
    assert log.events(people.platform())[-1] == "tenant.entered"
    assert people.scope_of(olga, acme).membership_id == visit.pk

    Membership.objects.filter(pk=visit.pk).update(expires_at=visit.created_at - timedelta(hours=1))
    with pytest.raises(TenantNotFound):
        people.scope_of(olga, acme)


def test_a_second_visit_does_not_keep_the_role_of_the_first(acme):
    olga = people.operator()
    with people.acting(olga, people.platform()):
        dispatch("tenant.enter", acme.pk, reason="ticket 4711", role="Admin")
        dispatch("tenant.enter", acme.pk, reason="ticket 4712")

    with people.reading(acme):
        assert [role.name for role in roles_of_principal(olga.pk)] == ["Viewer"]


def test_leave_tenant_ends_a_visit_and_nothing_else(acme, admin):
    olga = people.operator()
    with people.acting(olga, people.platform()):
        dispatch("tenant.enter", acme.pk, reason="ticket 4711")
    with people.acting(olga, acme):
        dispatch("tenant.leave")
    with pytest.raises(TenantNotFound):
        people.scope_of(olga, acme)

    with people.acting(admin, acme), pytest.raises(Conflict):
        dispatch("tenant.leave")
    assert people.scope_of(admin, acme)


def test_a_permanent_member_does_not_become_a_visitor(acme, admin):
    with people.acting(admin, people.platform()), pytest.raises(AlreadyMember):
        dispatch("tenant.enter", acme.pk, reason="by mistake")

    assert Membership.objects.get(tenant=acme, principal=admin).expires_at is None


def test_a_tenant_sees_its_own_rows_only(acme, globex, admin):
    """EC-INV-T2."""
    with people.acting(admin, acme):
        dispatch("project.create", name="Secret")

    with people.acting(people.administrator(globex), globex), scope_transaction():
        assert list(Project.objects.all()) == []
    with people.acting(admin, acme), scope_transaction():
        assert [project.name for project in Project.objects.all()] == ["Secret"]
