"""Two people at once: what is lost when each of two changes is allowed and both together are not."""

import threading
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from apps.access import queries
from apps.access.models import RoleAssignment
from apps.kernel.dispatch import dispatch
from apps.kernel.errors import Conflict, DomainError, PermissionDenied
from apps.kernel.scope import scoped
from apps.tenancy.models import Membership, Project
from tests import people


def together(*calls: Any) -> list[Any]:
    """Run each in a thread of its own, begun at one moment; what it returned or the refusal it met."""
    gate, results = threading.Barrier(len(calls)), [None] * len(calls)

    def run(index: int, call: Any) -> None:
        try:
            gate.wait()
            results[index] = call()
        except DomainError as refusal:
            results[index] = refusal
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(i, call)) for i, call in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return results


@pytest.mark.django_db(transaction=True)
def test_two_administrators_who_remove_each_other_leave_one():
    acme = people.tenant("acme")
    first, second = people.administrator(acme), people.person(acme, "Second", roles=["Owner"])
    role = people.role_id(acme, "Owner")

    membership = Membership.objects.get(tenant=acme, principal=first).pk
    # Both are let in before either has done anything: the race is between the commands, not the sign-ins.
    scopes = people.scope_of(first, acme), people.scope_of(second, acme)

    def unassign():
        with scoped(scopes[0]):
            return dispatch("role.unassign", second.pk, role_id=role)

    def remove():
        with scoped(scopes[1]):
            return dispatch("membership.remove", membership)

    results = together(unassign, remove)

    assert sum(isinstance(result, Conflict | PermissionDenied) for result in results) == 1, results
    with people.reading(acme):
        assert queries.tenant_has_administrator()
        assert queries.tenant_has_owner()


@pytest.mark.django_db(transaction=True)
def test_two_first_projects_make_one_default():
    acme = people.tenant("acme")
    admin = people.administrator(acme)

    def create(name):
        with people.acting(admin, acme):
            return dispatch("project.create", name=name)

    results = together(lambda: create("One"), lambda: create("Two"))

    assert sorted(project.is_default for project in results) == [False, True]
    with people.reading(acme):
        assert Project.objects.count() == 2


@pytest.mark.django_db
def test_the_database_refuses_a_role_of_one_tenant_for_a_member_of_another(acme, globex, admin):
    """The last wall: even code that forgets to ask cannot tie two tenants together."""
    foreign = Membership.objects.get(tenant=globex, principal=people.administrator(globex))
    role = people.role_id(acme, "Admin")
    with people.reading(acme), pytest.raises(IntegrityError), transaction.atomic():
        RoleAssignment.objects.create(
            role_id=role, membership_id=foreign.pk, assigned_by=admin, created_at=acme.created_at
        )
