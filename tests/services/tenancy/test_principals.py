"""Agents, services, memberships: who may act, and who answers for it."""

import pytest
from django.db import IntegrityError, transaction

from apps.access.errors import LastAdmin
from apps.access.queries import roles_of_principal
from apps.kernel.dispatch import dispatch
from apps.kernel.errors import Conflict, NotFound, PermissionDenied
from apps.tenancy import queries
from apps.tenancy.core.built_in import SYSTEM_ID
from apps.tenancy.errors import (
    AlreadyMember,
    HandleTaken,
    NotInThisTenant,
    OwnerUnfit,
    PlatformIsPermanent,
    TenantNotFound,
)
from apps.tenancy.models import Membership, Principal
from tests import log, people

pytestmark = pytest.mark.django_db


def test_create_agent_is_owned_and_cannot_sign_in(acme, admin):
    with people.acting(admin, acme):
        bot = dispatch("principal.create_agent", handle="drafter", name="Drafter")

    assert (bot.kind, bot.owner_id, bot.home_tenant_id, bot.email) == ("agent", admin.pk, acme.pk, None)
    assert (bot.is_staff, bot.has_usable_password()) == (False, False)
    assert people.scope_of(bot, acme).actor.responsible_id == admin.pk
    assert log.events(acme)[-2:] == ["principal.created", "membership.added"]


def test_the_database_refuses_an_agent_with_a_password_or_without_an_owner(acme, admin):
    bot = people.agent(acme, admin)

    for broken in ({"password": "argon2$x"}, {"owner": None}, {"email": "bot@acme.example"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Principal.objects.filter(pk=bot.pk).update(**broken)


def test_the_database_refuses_a_second_spelling_of_an_address(acme):
    ann = people.person(acme, "Ann")

    with pytest.raises(IntegrityError), transaction.atomic():
        Principal.objects.filter(pk=ann.pk).update(email="ANN@acme.example")


def test_a_handle_is_unique_in_its_home_and_free_elsewhere(acme, globex, admin):
    people.service(acme, admin, "ci")
    with people.acting(admin, acme), pytest.raises(HandleTaken):
        dispatch("principal.create_service", handle="ci", name="CI")

    assert people.service(globex, people.administrator(globex), "ci").home_tenant_id == globex.pk


def test_the_owner_is_an_active_person_of_this_tenant(acme, globex, admin):
    bot = people.agent(acme, admin)
    unfit = [people.administrator(globex).pk, bot.pk, SYSTEM_ID]
    with people.acting(admin, acme):
        for owner in unfit:
            with pytest.raises(OwnerUnfit):
                dispatch("principal.create_service", handle="x-ci", name="X", owner_id=owner)
            with pytest.raises(OwnerUnfit):
                dispatch("principal.assign_owner", bot.pk, owner_id=owner)

    bot.refresh_from_db()
    assert bot.owner_id == admin.pk


def test_deactivate_and_activate_an_agent(acme, admin):
    bot = people.agent(acme, admin)
    with people.acting(admin, acme):
        dispatch("principal.deactivate", bot.pk)
        with pytest.raises(TenantNotFound):
            people.scope_of(bot, acme)
        with pytest.raises(Conflict):
            dispatch("principal.deactivate", bot.pk)
        dispatch("principal.activate", bot.pk)
        with pytest.raises(Conflict):
            dispatch("principal.activate", bot.pk)

    assert people.scope_of(bot, acme)


def test_a_tenant_does_not_switch_off_people_other_tenants_share(acme, globex, admin):
    greta = people.person(globex, "Greta")
    ann = people.person(acme, "Ann")
    with people.acting(admin, acme):
        with pytest.raises(NotInThisTenant):
            dispatch("principal.deactivate", ann.pk)
        with pytest.raises(NotFound):
            dispatch("principal.deactivate", greta.pk)
        with pytest.raises(PlatformIsPermanent):
            dispatch("principal.deactivate", SYSTEM_ID)
    with people.acting(people.operator(), people.platform()):
        dispatch("principal.deactivate", ann.pk)

    assert set(Principal.objects.filter(is_active=False)) == {ann}


def test_the_last_operator_with_rights_cannot_be_switched_off():
    olga = people.operator()
    with people.acting(olga, people.platform()), pytest.raises(LastAdmin):
        dispatch("principal.deactivate", olga.pk)

    olga.refresh_from_db()
    assert olga.is_active


def test_remove_membership_and_take_back(acme, admin):
    ann = people.person(acme, "Ann", roles=["Editor"])
    membership = Membership.objects.get(tenant=acme, principal=ann)
    with people.acting(admin, acme):
        removed = dispatch("membership.remove", membership.pk)
        assert removed.access_version > membership.access_version
        with pytest.raises(Conflict):
            dispatch("membership.remove", membership.pk)
        dispatch("membership.add", ann.pk)
        with pytest.raises(AlreadyMember):
            dispatch("membership.add", ann.pk)
    assert people.scope_of(ann, acme)


def test_a_former_administrator_does_not_come_back_as_one(acme, admin):
    """Otherwise whoever may take people back could make an administrator without being allowed to."""
    ann = people.person(acme, "Ann", roles=["Admin"])
    with people.acting(admin, acme):
        dispatch("membership.remove", Membership.objects.get(tenant=acme, principal=ann).pk)
        dispatch("membership.add", ann.pk, roles=["viewer"])

    with people.reading(acme):
        assert [role.name for role in roles_of_principal(ann.pk)] == ["Viewer"]
    with people.acting(ann, acme), pytest.raises(PermissionDenied):
        dispatch("role.create", name="Back in power")


def test_membership_add_takes_in_no_stranger(acme, globex, admin):
    """Otherwise a known id would be enough to pull anybody in, and to learn that they exist."""
    with people.acting(admin, acme), pytest.raises(NotFound):
        dispatch("membership.add", people.person(globex, "Greta").pk)


def test_the_last_administrator_and_the_system_stay(acme, admin):
    system = Membership.objects.get(tenant=acme, principal=SYSTEM_ID)
    own = Membership.objects.get(tenant=acme, principal=admin)
    with people.acting(admin, acme):
        with pytest.raises(PlatformIsPermanent):
            dispatch("membership.remove", system.pk)
        with pytest.raises(LastAdmin):
            dispatch("membership.remove", own.pk)

    assert Membership.objects.filter(tenant=acme, status="active").count() == 2


def test_another_tenants_membership_does_not_exist(acme, globex):
    ann = people.person(acme, "Ann")
    membership = Membership.objects.get(tenant=acme, principal=ann)
    with people.acting(people.administrator(globex), globex), pytest.raises(NotFound):
        dispatch("membership.remove", membership.pk)

    membership.refresh_from_db()
    assert membership.status == "active"


def test_naming_roles_needs_the_right_to_give_them(acme, admin):
    ann = people.person(acme, "Ann")
    clerk = people.person(acme, "Clerk")
    with people.acting(admin, acme):
        role = dispatch("role.create", name="Clerk")
        for permission in ("membership.add", "membership.remove", "principal.invite"):
            dispatch("role.grant_permission", role.pk, permission_id=permission)
        dispatch("role.assign", clerk.pk, role_id=role.pk)
        dispatch("membership.remove", Membership.objects.get(tenant=acme, principal=ann).pk)
    with people.acting(clerk, acme):
        with pytest.raises(PermissionDenied):
            dispatch("membership.add", ann.pk, roles=["Admin"])
        with pytest.raises(PermissionDenied):
            dispatch("principal.invite", email="accomplice@example.org", roles=["Admin"])
        dispatch("membership.add", ann.pk)


def test_each_page_sees_its_own_tenants_people(acme, globex, admin):
    people.person(acme, "Ann")
    people.person(globex, "Greta")
    with people.acting(admin, acme):
        names = {principal.name for principal in queries.principals_of_tenant()}
        members = {member.principal.name for member in queries.members_of_tenant()}
        tenants = {tenant.slug for tenant in queries.tenants_administered()}

    assert names == members == {"System", "Creator of acme", "Ann"}
    assert tenants == {"acme", "platform"}
    with people.acting(people.operator(), people.platform()):
        assert {t.slug for t in queries.tenants_administered()} == {"acme", "globex", "platform"}


def test_the_tenants_of_a_person_are_those_they_can_work_in(acme, globex, admin):
    ann = people.person(acme, "Ann")
    assert [seat.tenant_slug for seat in queries.memberships_of(ann.pk)] == ["acme"]
    with people.acting(admin, acme):
        dispatch("membership.remove", Membership.objects.get(tenant=acme, principal=ann).pk)

    assert queries.memberships_of(ann.pk) == []
    assert list(queries.tenants_of(ann.pk)) == []
