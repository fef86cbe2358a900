"""The context is loud when it is missing, and a transaction never serves two tenants."""

from collections.abc import Iterator
from uuid import UUID, uuid4

import pytest
from django.db import connection, transaction

from apps.events.models import Event
from apps.kernel.scope import (
    Actor,
    Scope,
    ScopeMissing,
    TenantSwitch,
    current_scope,
    open_tenant_id,
    scope_transaction,
    scoped,
)
from apps.kernel.unit import emit

pytestmark = pytest.mark.django_db(transaction=True)


def scope_of(tenant: UUID) -> Scope:
    return Scope(tenant, "acme", Actor(uuid4(), "human", "ada", "Ada"), "correlation")


@pytest.fixture
def scope() -> Iterator[Scope]:
    with scoped(scope_of(uuid4())) as entered:
        yield entered


def tenant_setting() -> str | None:
    with connection.cursor() as cursor:
        cursor.execute("select current_setting('app.tenant_id', true)")
        return cursor.fetchone()[0]


def test_work_outside_a_scope_raises_instead_of_showing_nothing() -> None:
    with pytest.raises(ScopeMissing):
        current_scope()
    with pytest.raises(ScopeMissing):
        open_tenant_id()
    with pytest.raises(ScopeMissing):
        Event.objects.all()
    with pytest.raises(ScopeMissing):
        emit("job.replayed", subject=("x", "1"), actor=scope_of(uuid4()).actor, at=None, payload={})  # type: ignore[arg-type]


def test_a_named_scope_alone_opens_no_rows(scope: Scope) -> None:
    with pytest.raises(ScopeMissing):
        Event.objects.count()


def test_the_tenant_is_set_for_the_transaction_and_forgotten_with_it(scope: Scope) -> None:
    """The setting is local: the next user of a pooled connection inherits nothing."""
    with scope_transaction() as at:
        assert tenant_setting() == str(scope.tenant_id)
        assert at.tzinfo is not None
        assert Event.objects.count() == 0

    assert tenant_setting() in {"", None}


def test_a_durable_scope_transaction_inside_another_is_refused(scope: Scope) -> None:
    with scope_transaction():
        with pytest.raises(RuntimeError, match="open already"), scope_transaction():
            pass
        with scope_transaction(durable=False):
            assert open_tenant_id() == scope.tenant_id


def test_another_tenants_scope_cannot_join_an_open_transaction(scope: Scope) -> None:
    with (
        scope_transaction(),
        scoped(scope_of(uuid4())),
        pytest.raises(TenantSwitch),
        scope_transaction(durable=False),
    ):
        pass


def test_working_in_a_named_tenant_gives_the_first_one_back(scope: Scope) -> None:
    """RELEASE SAVEPOINT keeps a local setting: without the reset the outer transaction would see the other tenant."""
    other = uuid4()
    with scope_transaction():
        with scope_transaction(durable=False, tenant_id=other):
            assert tenant_setting() == str(other)
        assert tenant_setting() == str(scope.tenant_id)


def test_a_failure_inside_leaves_no_tenant_behind(scope: Scope) -> None:
    with transaction.atomic():
        with pytest.raises(ZeroDivisionError), scope_transaction(durable=False):
            1 / 0  # noqa: B018
        assert tenant_setting() in {"", None}
