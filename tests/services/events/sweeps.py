"""Doing what is due, as a worker would."""

from datetime import timedelta
from uuid import UUID

from django.utils import timezone

from apps.events.models import Job
from apps.events.services import sweeping
from apps.kernel.dispatch import dispatch
from apps.tenancy.models import Principal, Tenant
from tests import people


def never() -> bool:
    return False


def sweep() -> dict[str, int]:
    return sweeping.sweep(stopping=never)


def drain() -> None:
    while any(sweep().values()):
        pass


def make_due(tenant: Tenant) -> None:
    """Let the back-off pass."""
    with people.reading(tenant):
        Job.objects.filter(status="pending").update(due_at=timezone.now() - timedelta(seconds=1))


def renamed(admin: Principal, acme: Tenant) -> UUID:
    with people.acting(admin, acme):
        project = dispatch("project.create", name="Desk")
    drain()
    with people.acting(admin, acme):
        dispatch("project.rename", project.pk, name="Service desk")
    return project.pk


def jobs(tenant: Tenant) -> list[Job]:
    with people.reading(tenant):
        return list(Job.objects.filter(command="event.deliver", inputs__subscriber__startswith="test."))
