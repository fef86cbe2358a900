"""The one write path: what a command leaves behind when it succeeds, when it is refused, and when it is given twice."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import pytest
from django.db import connection

from apps.events.core.identity import event_id
from apps.events.models import CommandRecord, Event, Job, Outbox, StoredAnswer
from apps.kernel import commands
from apps.kernel.dispatch import answer, dispatch
from apps.kernel.errors import (
    AgentNotAllowed,
    AnswerNotStored,
    DomainError,
    IdempotencyInFlight,
    IdempotencyKeyReused,
    InvalidInput,
    NotFound,
    PermissionDenied,
)
from apps.tenancy.models import Principal, Project, Tenant
from tests import people

pytestmark = pytest.mark.django_db(transaction=True)


class Json:
    """An edge's rendering, as small as it can be."""

    def result(self, value: Any) -> tuple[int, bytes]:
        return 201, json.dumps({"id": str(value.pk)}).encode()

    def error(self, refusal: DomainError) -> tuple[int, bytes]:
        return refusal.status, json.dumps({"code": refusal.code}).encode()


class Secret(Json):
    def result(self, value: Any) -> tuple[int, bytes]:
        return 201, json.dumps({"secret": value.secret}).encode()


@contextmanager
def counting(tenant: Tenant) -> Iterator[dict[str, int]]:
    """How many rows of each kind the block added, read as the tenant's system principal."""
    added: dict[str, int] = {}
    before = totals(tenant)
    yield added
    added |= {name: total - before[name] for name, total in totals(tenant).items()}


def totals(tenant: Tenant) -> dict[str, int]:
    with people.reading(tenant):
        models = {"commands": CommandRecord, "events": Event, "outbox": Outbox, "jobs": Job, "projects": Project}
        return {name: model.objects.count() for name, model in models.items()}


def last_command(tenant: Tenant) -> CommandRecord:
    with people.reading(tenant):
        return CommandRecord.objects.order_by("-occurred_at", "-decided_at")[0]


def test_a_command_leaves_its_record_its_events_and_their_outbox_rows(acme: Tenant, admin: Principal) -> None:
    """AT-001, AT-008, AT-009, AT-012"""
    with counting(acme) as added, people.acting(admin, acme) as scope:
        project = dispatch("project.create", name="Service desk")

    record = last_command(acme)
    with people.reading(acme):
        event = Event.objects.get(event_type="project.created")
    assert added == {"commands": 1, "events": added["events"], "outbox": added["events"], "jobs": 0, "projects": 1}
    assert (record.name, record.outcome, record.reason_code) == ("project.create", "accepted", "")
    assert (record.actor_id, record.actor_kind, record.decision) == (admin.pk, "human", "allow")
    assert record.correlation_id == event.correlation_id == scope.correlation_id
    assert (event.resource_type, event.resource_id) == ("tenancy.project", str(project.pk))
    assert (event.causation_type, event.causation_id) == ("command_id", str(record.pk))
    assert event.source_ref == f"command:{record.pk}"
    assert event.occurred_at == record.occurred_at
    assert event.permission != ""


def test_a_refused_command_changes_nothing_and_is_recorded_with_its_reason(acme: Tenant, admin: Principal) -> None:
    """AT-009: the rejection survives the rollback."""
    with people.acting(admin, acme):
        dispatch("project.create", name="Service desk", key="desk")
        with counting(acme) as added, people.acting(admin, acme), pytest.raises(DomainError) as refused:
            dispatch("project.create", name="Service desk", key="desk")

    record = last_command(acme)
    assert added == {"commands": 1, "events": 0, "outbox": 0, "jobs": 0, "projects": 0}
    assert (record.outcome, record.reason_code) == ("rejected", refused.value.code)
    assert record.reason != ""


def test_a_denied_command_says_which_rule_denied_it(acme: Tenant) -> None:
    viewer = people.person(acme, "Vera Viewer", roles=["Viewer"])
    with people.acting(viewer, acme), pytest.raises(PermissionDenied):
        dispatch("principal.create_agent", handle="helper", name="Helper")

    record = last_command(acme)
    assert (record.decision, record.decision_rule, record.outcome) == ("deny", "PERMISSION_DENIED", "rejected")


def test_an_agent_with_the_admin_role_is_still_an_agent(acme: Tenant, admin: Principal) -> None:
    """EC-RBAC-009"""
    agent = people.agent(acme, admin, roles=["Admin"])
    never = [c for c in commands.registered() if c.agents is commands.Agents.NEVER and not c.internal]

    assert len(never) > 5
    for command in never:
        with counting(acme) as added, people.acting(agent, acme), pytest.raises(AgentNotAllowed):
            dispatch(command.name, *([admin.pk] if command.takes_target else []))
        assert added == {"commands": 1, "events": 0, "outbox": 0, "jobs": 0, "projects": 0}, command.name


def test_permission_is_asked_before_the_body_is_read(acme: Tenant) -> None:
    """What is wrong with the body is nobody's business who may not send it."""
    viewer = people.person(acme, "Vera Viewer", roles=["Viewer"])
    with people.acting(viewer, acme), pytest.raises(PermissionDenied):
        answer("principal.create_agent", body=b"{ not json", render=Json())


def test_an_unknown_key_in_the_body_is_refused(acme: Tenant, admin: Principal) -> None:
    with people.acting(admin, acme), pytest.raises(InvalidInput) as refused:
        answer("project.create", body=b'{"name": "Desk", "tenant_id": "x"}', render=Json())

    assert [error["path"] for error in refused.value.details["errors"]] == ["/tenant_id"]


def test_a_repeated_request_gets_the_first_answer_byte_for_byte_and_does_nothing(
    acme: Tenant, admin: Principal
) -> None:
    """AT-011"""
    with people.acting(admin, acme):
        first = answer("project.create", body=b'{"name": "Desk"}', render=Json(), idempotency_key="k1")
    with counting(acme) as added, people.acting(admin, acme):
        second = answer("project.create", body=b'{"name": "Desk"}', render=Json(), idempotency_key="k1")

    assert (second.status, second.body, second.replayed) == (first.status, first.body, True)
    assert added == {"commands": 0, "events": 0, "outbox": 0, "jobs": 0, "projects": 0}


def test_a_refusal_is_stored_and_replayed_too(acme: Tenant, admin: Principal) -> None:
    with people.acting(admin, acme):
        dispatch("project.create", name="Desk", key="desk")
    body = b'{"name": "Desk", "key": "desk"}'
    with people.acting(admin, acme):
        first = answer("project.create", body=body, render=Json(), idempotency_key="k2")
    with counting(acme) as added, people.acting(admin, acme):
        second = answer("project.create", body=body, render=Json(), idempotency_key="k2")

    assert (first.status, second.status, second.body) == (409, 409, first.body)
    assert added["commands"] == 0


def test_another_body_under_the_same_key_is_refused(acme: Tenant, admin: Principal) -> None:
    with people.acting(admin, acme):
        answer("project.create", body=b'{"name": "Desk"}', render=Json(), idempotency_key="k3")
        with pytest.raises(IdempotencyKeyReused):
            answer("project.create", body=b'{"name": "Other"}', render=Json(), idempotency_key="k3")


def test_the_same_body_for_another_environment_is_another_request(acme: Tenant, admin: Principal) -> None:
    """Else the answer would say that test holds what only dev was given."""
    with people.acting(admin, acme, environment="dev"):
        answer("project.create", body=b'{"name": "Desk"}', render=Json(), idempotency_key="k5")
    with people.acting(admin, acme, environment="test"), pytest.raises(IdempotencyKeyReused):
        answer("project.create", body=b'{"name": "Desk"}', render=Json(), idempotency_key="k5")


def test_one_key_serves_two_commands_and_two_people_separately(acme: Tenant, admin: Principal) -> None:
    """AT-015: the scope of a key is typed, and a key never shows one caller another's answer."""
    other = people.person(acme, "Ada Admin", roles=["Admin"])
    with people.acting(admin, acme):
        answer("project.create", body=b'{"name": "Desk"}', render=Json(), idempotency_key="same")
    with people.acting(other, acme):
        second = answer("project.create", body=b'{"name": "Field"}', render=Json(), idempotency_key="same")

    assert second.replayed is False
    with people.reading(acme):
        assert [row.scope for row in StoredAnswer.objects.all()] == [
            {"kind": "command", "aggregate": "project.create"}
        ] * 2


def test_a_secret_is_never_stored_so_its_answer_is_never_repeated(acme: Tenant, admin: Principal) -> None:
    body = json.dumps({"name": "ci", "principal_id": str(admin.pk)}).encode()
    with people.acting(admin, acme):
        answer("token.create", body=body, render=Secret(), idempotency_key="k4")
        with pytest.raises(AnswerNotStored):
            answer("token.create", body=body, render=Secret(), idempotency_key="k4")

    with people.reading(acme):
        assert [bytes(row.body) if row.body else None for row in StoredAnswer.objects.all()] == [None]


def test_a_key_in_flight_is_answered_at_once_and_not_waited_for(acme: Tenant, admin: Principal) -> None:
    with people.acting(admin, acme) as scope:
        material = f'{scope.tenant_id}{admin.pk}:{{"aggregate": "project.create", "kind": "command"}}:k5'
    holding, done = threading.Event(), threading.Event()

    def hold() -> None:
        with connection.cursor() as cursor:
            cursor.execute("select pg_advisory_lock(hashtextextended(%s, 0))", [material])
            holding.set()
            done.wait(10)
            cursor.execute("select pg_advisory_unlock_all()")
        connection.close()

    thread = threading.Thread(target=hold)
    thread.start()
    assert holding.wait(10)
    try:
        with counting(acme) as added, people.acting(admin, acme), pytest.raises(IdempotencyInFlight):
            answer("project.create", body=b'{"name": "Desk"}', render=Json(), idempotency_key="k5")
    finally:
        done.set()
        thread.join()

    assert added["projects"] == 0
    with people.acting(admin, acme):
        assert answer("project.create", body=b'{"name": "Desk"}', render=Json(), idempotency_key="k5").status == 201


def test_twenty_requests_with_one_key_do_the_work_once(acme: Tenant, admin: Principal) -> None:
    """AT-011: double click, retry after a time-out."""
    outcomes: list[object] = []

    def give() -> None:
        try:
            with people.acting(admin, acme):
                made = answer("project.create", body=b'{"name": "Desk"}', render=Json(), idempotency_key="k6")
                outcomes.append(made.body)
        except DomainError as refusal:
            outcomes.append(refusal.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=give) for _ in range(20)]
    with counting(acme) as added:
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    assert added["projects"] == 1
    assert len({outcome for outcome in outcomes if isinstance(outcome, bytes)}) == 1
    assert {outcome for outcome in outcomes if isinstance(outcome, str)} <= {"IDEMPOTENCY_IN_FLIGHT"}


def test_another_tenants_id_does_not_exist(acme: Tenant, admin: Principal) -> None:
    globex = people.tenant("globex")
    with people.acting(people.administrator(globex), globex):
        theirs = dispatch("project.create", name="Theirs")

    with counting(globex) as added, people.acting(admin, acme), pytest.raises(NotFound):
        dispatch("project.rename", theirs.pk, name="Mine now")
    assert set(added.values()) == {0}


def test_event_ids_are_functions_of_the_facts(acme: Tenant, admin: Principal) -> None:
    """AT-006: the id can be computed again from the row, and its version and variant are those of a UUIDv8."""
    with people.acting(admin, acme):
        dispatch("project.create", name="Desk")
    with people.reading(acme):
        events = list(Event.objects.all())

    assert events
    for event in events:
        made = event_id(event.source_ref, event.source_native_id, event.payload_hash, event.occurred_at)
        assert event.pk == made
        assert (UUID(str(made)).version, str(made)[19] in "89ab") == (8, True)
