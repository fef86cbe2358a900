"""What is there before anybody signs in, and how the first person comes in."""

import io

import pytest
from django.core.management import CommandError, call_command
from pydantic import SecretStr

from apps.access.queries import roles_of_principal
from apps.kernel.dispatch import dispatch
from apps.kernel.errors import InvalidInput
from apps.kernel.scope import scoped
from apps.tenancy import queries
from apps.tenancy.core.built_in import SYSTEM_ID
from apps.tenancy.errors import AdministratorExists, AlreadyMember
from apps.tenancy.models import Membership, Principal, Tenant
from apps.tenancy.services import found_platform
from tests import log, people

pytestmark = pytest.mark.django_db


def test_the_platform_and_the_system_are_there_after_migrating():
    """No sweep and no timer could run without them."""
    system = Principal.objects.get(handle="system")

    assert Tenant.objects.get(slug="platform").status == Tenant.Status.ACTIVE
    assert (system.pk, system.kind, system.is_staff) == (SYSTEM_ID, "service", False)
    assert not system.has_usable_password()
    with people.reading(people.platform()):
        assert [role.name for role in roles_of_principal(SYSTEM_ID)] == ["System"]


def test_founding_again_changes_nothing():
    before = (Tenant.objects.count(), Principal.objects.count(), Membership.objects.count())
    found_platform()

    assert (Tenant.objects.count(), Principal.objects.count(), Membership.objects.count()) == before


def test_the_first_administrator_is_an_operator(monkeypatch, capsys):
    monkeypatch.setattr("sys.stdin", io.StringIO(people.PASSWORD + "\n"))
    call_command("create_first_administrator", email="First@Example.org", name="First", password_stdin=True)

    person = Principal.objects.get(email="first@example.org")
    assert person.check_password(people.PASSWORD)
    assert person.is_staff
    with people.acting(person, people.platform()):
        assert dispatch("tenant.create", slug="made", name="Made").slug == "made"
    assert "first@example.org" in capsys.readouterr().out
    assert people.PASSWORD not in str(log.commands(people.platform()))


def test_a_second_first_administrator_is_refused_and_makes_nobody(monkeypatch):
    """Whoever can start a shell must not become operator beside the ones there are, unseen."""
    people.operator()
    monkeypatch.setattr("sys.stdin", io.StringIO(people.PASSWORD + "\n"))

    with pytest.raises(CommandError, match="administrator already"):
        call_command("create_first_administrator", email="late@example.org", password_stdin=True)
    assert not Principal.objects.filter(email="late@example.org").exists()
    with scoped(queries.tenant_scope("platform")), pytest.raises(AdministratorExists):
        dispatch("principal.create_administrator", email="x@y.org", name="X", password=SecretStr(people.PASSWORD))


@pytest.mark.parametrize("password", ["short", "password1234", "123456789012345"])
def test_a_weak_password_is_refused_and_makes_nobody(password):
    with scoped(queries.tenant_scope("platform")), pytest.raises(InvalidInput) as refused:
        dispatch("principal.create_human", email="weak@example.org", name="W", password=SecretStr(password))

    assert {error["path"] for error in refused.value.details["errors"]} == {"/password"}
    assert not Principal.objects.filter(email="weak@example.org").exists()


def test_people_with_the_same_mailbox_name_get_different_handles():
    acme = people.tenant("acme")
    globex = people.tenant("globex")
    one, other = people.person(acme, "Ann"), people.person(globex, "Ann")

    assert one.handle == "ann"
    assert other.handle == f"ann-{other.pk.hex[:8]}"


def test_a_known_person_joins_with_the_password_they_have(acme, globex):
    ann = people.person(acme, "Ann")
    with scoped(queries.tenant_scope("globex")):
        joined = dispatch(
            "principal.create_human", email=ann.email.upper(), name="Imposter", password=SecretStr("another-long-one")
        )

    assert joined.pk == ann.pk
    ann.refresh_from_db()
    assert ann.check_password(people.PASSWORD)
    assert ann.name == "Ann"
    assert [seat.tenant_slug for seat in queries.memberships_of(ann.pk)] == ["acme", "globex"]


def test_a_member_is_not_made_twice(acme):
    people.person(acme, "Ann")

    with pytest.raises(AlreadyMember):
        people.person(acme, "Ann")
