"""Changes for tests, made by the same commands as in production."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from apps.changes.models import Change, ChangeOperation
from apps.changes.queries import SUBJECT
from apps.events.models import Event, Job
from apps.kernel.dispatch import dispatch
from apps.kernel.scope import scoped
from apps.metadata.models import Head
from apps.metadata.queries import content_of, head_of
from apps.tenancy import queries
from apps.tenancy.models import Environment, Principal, Project, Tenant
from tests import people


@dataclass(frozen=True)
class World:
    """A tenant with a project, three people who may approve, and one who may only edit.

    Ada writes most changes; Ben is an Owner, so that his vote is the one production asks for; Cleo is an Admin.
    """

    tenant: Tenant
    ada: Principal
    ben: Principal
    cleo: Principal
    eve: Principal
    project: Project

    @contextmanager
    def acting(self, principal: Principal, environment: str | None = None) -> Iterator[None]:
        with people.acting(principal, self.tenant, environment=environment):
            yield

    @contextmanager
    def as_system(self) -> Iterator[None]:
        """Work as a worker does."""
        with scoped(queries.tenant_scope(self.tenant.slug)):
            yield

    @contextmanager
    def reading(self) -> Iterator[None]:
        with people.reading(self.tenant):
            yield

    def give(self, name: str, target: Any = None, /, *, by: Principal | None = None, **inputs: Any) -> Any:
        """A command of Ada's, or of somebody else's."""
        with self.acting(by or self.ada):
            return dispatch(name, target, **inputs)

    def environment(self, name: str = "dev") -> Environment:
        with self.reading():
            return Environment.objects.get(project=self.project, name=name)

    def open(self, title: str = "A change", *, by: Principal | None = None, environment: str = "dev") -> Change:
        made: Change = self.give("change.create", by=by, title=title, environment_id=self.environment(environment).pk)
        return made

    def stage(
        self, change: Change, op_type: str, payload: dict[str, Any], *, on: str = "incident", kind: str = "record_type",
        by: Principal | None = None,
    ) -> ChangeOperation:  # fmt: skip
        target = {"type": kind, "selector": {"path" if kind == "file" else f"{kind}_key": on}}
        made: ChangeOperation = self.give(
            "change.stage_operation", change.pk, by=by, op_type=op_type, payload=payload, target=target
        )
        return made

    def add_field(self, change: Change, name: str, *, on: str = "incident", **definition: Any) -> ChangeOperation:
        return self.stage(change, "add_field", {"field": name, "definition": {"type": "string", **definition}}, on=on)

    def check_in(self, change: Change, *, by: Principal | None = None) -> Change:
        """Check in, and do the worker's part."""
        self.give("change.check_in", change.pk, by=by)
        return self.validate(change)

    def validate(self, change: Change) -> Change:
        with self.as_system():
            done: Change = dispatch("change.validate", change.pk)
        return done

    def merge(self, change: Change, *, by: Principal | None = None) -> Any:
        return self.give("change.merge", change.pk, by=by)

    def carry_through(self, change: Change, *, by: Principal | None = None) -> Any:
        """From draft to merged, where no votes are needed."""
        done = self.check_in(change, by=by)
        assert done.status == "Ready", done.plan
        return self.merge(change, by=by)

    def define(self, key: str = "incident", *fields: str, base: str | None = None, kind: str = "record_type") -> Any:
        """A merged record type with text fields."""
        change = self.open(f"Define {key}")
        payload: dict[str, Any] = {"key": key, "name": key.title()}
        if base:
            payload["base_type"] = base
        self.stage(change, "define", payload, on=key, kind=kind)
        for name in fields:
            self.add_field(change, name, on=key)
        return self.carry_through(change)

    def again(self, change: Change) -> Change:
        with self.reading():
            found: Change = Change.objects.select_related("project", "environment").get(pk=change.pk)
        return found

    def again_by(self, change_id: str) -> Change:
        with self.reading():
            found: Change = Change.objects.get(pk=change_id)
        return found

    def head(self, key: str = "incident", *, kind: str = "record_type", environment: str = "dev") -> Head | None:
        where = self.environment(environment).pk
        with self.reading():
            return head_of(where, kind, key)

    def content(self, key: str = "incident", *, kind: str = "record_type") -> dict[str, Any]:
        head = self.head(key, kind=kind)
        assert head is not None
        with self.reading():
            return content_of(head)

    def field_names(self, key: str = "incident") -> list[str]:
        return sorted(field["name"] for field in self.content(key)["fields"].values())

    def events(self, change: Change | None = None) -> list[str]:
        """The events of a change, or of the whole tenant, in the order they were written."""
        with self.reading():
            found = Event.objects.order_by("occurred_at", "source_ref", "source_sequence", "pk")
            if change is not None:
                found = found.filter(resource_type=SUBJECT, resource_id=str(change.pk))
            return list(found.values_list("event_type", flat=True))

    def jobs(self, command: str) -> list[str]:
        with self.reading():
            return list(Job.objects.filter(command=command, status="pending").values_list("target", flat=True))


def world(slug: str = "acme") -> World:
    """A fresh tenant."""
    tenant = people.tenant(slug)
    ada = people.person(tenant, "Ada Admin", roles=["Admin"])
    ben = people.person(tenant, "Ben Admin", roles=["Admin", "Owner"])
    cleo = people.person(tenant, "Cleo Admin", roles=["Admin"])
    eve = people.person(tenant, "Eve Editor", roles=["Editor"])
    with people.acting(ada, tenant):
        project = dispatch("project.create", name="ITSM", key="itsm")
    return World(tenant, ada, ben, cleo, eve, project)
