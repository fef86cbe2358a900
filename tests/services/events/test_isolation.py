"""One tenant's trouble is its own: what is lost is everybody else's work."""

from typing import Any
from uuid import UUID

import pytest
from django.utils import timezone

from apps.events.models import Event, Outbox, Timer
from apps.events.services import sweeping
from apps.events.services.claims import MOST_ATTEMPTS, claim
from apps.kernel import hooks
from apps.kernel.dispatch import dispatch
from apps.kernel.errors import Conflict
from apps.kernel.scope import Actor
from apps.tenancy.models import Principal, Tenant
from tests import people
from tests.services.events.sweeps import drain, jobs, make_due, renamed

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_work_of_an_archived_tenant_waits_and_stops_nobody_elses(
    acme: Tenant, admin: Principal, subscribers: dict[str, Any]
) -> None:
    """What was told before the end is neither lost nor in the way: it is delivered when the tenant is restored."""
    seen: list[UUID] = []
    hooks.subscriber("test.work", "project.created")(lambda event, *, actor, at: seen.append(event.tenant_id))
    operator = people.operator()
    globex, initech = people.tenant("globex"), people.tenant("initech")
    drain()
    with people.acting(people.administrator(globex), globex):
        dispatch("project.create", name="Relayed, not delivered")
    sweeping.relay(claim("outbox", batch=100, lease_seconds=60))
    for tenant in (globex, initech, acme):
        with people.acting(people.administrator(tenant), tenant):
            dispatch("project.create", name="Not relayed")
    for tenant in (globex, initech):
        with people.acting(operator, people.platform()):
            dispatch("tenant.archive", tenant.pk)

    for _ in range(MOST_ATTEMPTS + 1):
        drain()
        sweeping.recover()
    assert seen == [acme.pk]

    for tenant in (globex, initech):
        with people.acting(operator, people.platform()):
            dispatch("tenant.restore", tenant.pk)
        with people.reading(tenant):
            assert set(Outbox.objects.values_list("attempts", flat=True)) == {0}
            Outbox.objects.update(due_at=timezone.now())
        make_due(tenant)
    drain()
    assert sorted(seen) == sorted([acme.pk, globex.pk, globex.pk, initech.pk])


def test_a_timer_nobody_knows_any_more_stops_no_other_work(
    acme: Tenant, admin: Principal, subscribers: dict[str, Any]
) -> None:
    """As after a release that was rolled back: it is put aside like any poison."""
    seen: list[UUID] = []
    hooks.subscriber("test.work", "project.renamed")(lambda event, *, actor, at: seen.append(event.pk))
    with people.reading(acme):
        Timer.objects.create(
            kind="test.gone", subject_type="x.y", subject_id=str(acme.pk), correlation_id="c", caused_by=acme.pk
        )
    renamed(admin, acme)
    drain()

    assert len(seen) == 1
    with people.reading(acme):
        (timer,) = Timer.objects.all()
    assert (timer.status, timer.attempts, timer.last_error) == ("pending", 1, "KeyError: 'test.gone'")


def test_a_subscriber_that_refuses_is_tried_again_and_then_shown_to_a_person(
    acme: Tenant, admin: Principal, subscribers: dict[str, Any]
) -> None:
    """A subscriber has nobody to refuse to: what it could not take must not vanish as "rejected"."""

    def refuse(event: Event, *, actor: Actor, at: Any) -> None:
        raise Conflict("not now")

    hooks.subscriber("test.refuses", "project.renamed")(refuse)
    renamed(admin, acme)
    for _ in range(MOST_ATTEMPTS + 1):
        drain()
        make_due(acme)

    (job,) = jobs(acme)
    assert (job.status, job.attempts) == ("quarantined", MOST_ATTEMPTS)
    assert job.last_error.endswith("CONFLICT: not now")
