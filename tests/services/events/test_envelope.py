"""The envelope of an event and of a command: what the database itself insists on."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection
from django.utils import timezone

from apps.events import queries
from apps.events.core.identity import ENVELOPE_VERSION
from apps.events.models import CommandRecord, Event, StoredAnswer
from apps.events.services import sweeping
from apps.kernel.dispatch import dispatch
from apps.kernel.event_types import EventPayload, canonical_names, event_type, payload_json, register_event
from apps.kernel.ownership import as_owner
from apps.tenancy.models import Principal, Tenant
from apps.tenancy.services import keep_event_order
from tests import people
from tests.feed import wait_for_the_feed

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def acme() -> Tenant:
    return people.tenant("acme")


def one_event(acme: Tenant, admin: Principal) -> Event:
    with people.acting(admin, acme):
        dispatch("project.create", name="Desk")
    with people.reading(acme):
        return Event.objects.get(event_type="project.created")


def copied(event: Event, **changes: Any) -> None:
    """Insert the same event with other values, as a faulty program would."""
    values = {field.attname: getattr(event, field.attname) for field in Event._meta.concrete_fields}
    Event.objects.create(**values | {"id": uuid4()} | changes)


def test_an_event_knows_when_it_happened_and_when_it_was_stored(acme: Tenant, admin: Principal) -> None:
    """AT-002: the storing clock is the database's and nobody can set it."""
    event = one_event(acme, admin)

    assert timedelta() <= event.ingested_at - event.occurred_at < timedelta(minutes=1)
    assert event.effective_at is None


def test_an_event_without_an_actor_or_an_authority_cannot_be_stored(acme: Tenant, admin: Principal) -> None:
    """AT-004"""
    event = one_event(acme, admin)
    for changes in ({"actor_id": None}, {"permission": ""}):
        with people.reading(acme), pytest.raises(IntegrityError):
            copied(event, **changes)


def test_a_cause_is_one_of_the_four_kinds_and_never_missing(acme: Tenant, admin: Principal) -> None:
    """AT-010"""
    event = one_event(acme, admin)
    for changes in ({"causation_type": "guess"}, {"causation_type": None}, {"causation_id": None}):
        with people.reading(acme), pytest.raises(IntegrityError):
            copied(event, **changes)


def test_a_rejection_without_a_reason_cannot_be_stored(acme: Tenant, admin: Principal) -> None:
    """AT-009, AT-010"""
    one_event(acme, admin)
    with people.reading(acme):
        record = CommandRecord.objects.first()
        values = {field.attname: getattr(record, field.attname) for field in CommandRecord._meta.concrete_fields}
    for changes in (
        {"outcome": "rejected", "reason_code": ""},
        {"outcome": "accepted", "reason_code": "X"},
        {"causation_id": ""},
        {"causation_type": "guess"},
    ):
        with people.reading(acme), pytest.raises(IntegrityError):
            CommandRecord.objects.create(**values | {"id": uuid4()} | changes)


def test_the_three_version_tracks_never_mix(acme: Tenant, admin: Principal, monkeypatch: pytest.MonkeyPatch) -> None:
    """AT-005: a new version of one payload leaves the envelope's version and every other payload's alone."""
    from apps.kernel import event_types  # the registry itself, to put it back

    monkeypatch.setattr(event_types, "_registry", dict(event_types._registry))
    event = one_event(acme, admin)
    del event_types._registry["project.renamed"]
    register_event("project.renamed", event_type("project.created").payload, version=2)

    assert (event.envelope_version, event.payload_schema_version) == (ENVELOPE_VERSION, 1)
    assert event_type("project.renamed").version == 2
    assert event_type("project.created").version == 1


def test_an_unknown_event_name_never_becomes_a_fact() -> None:
    with pytest.raises(LookupError):
        payload_json("project.creatd", {})


def test_a_payload_that_does_not_fit_its_type_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ValueError, match="Extra inputs"):
        payload_json("job.replayed", {"command": "x", "surprise": 1})


def test_a_ledger_name_finds_its_canonical_events(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "change.status_changed" in canonical_names("change_status_changed") or canonical_names(
        "change_status_changed"
    ) != ["change_status_changed"]
    assert canonical_names("nothing.known") == ["nothing.known"]
    with pytest.raises(RuntimeError, match="twice"):
        register_event("job.replayed", EventPayload, version=7)


def test_a_worker_s_command_leads_back_to_the_person_who_caused_it(acme: Tenant, admin: Principal) -> None:
    """AT-003: from what a worker did, the causes lead without a gap to a user's action."""
    with people.acting(admin, acme) as scope:
        dispatch("principal.invite", email="ivy@acme.example", name="Ivy")
    while any(sweeping.sweep(stopping=lambda: False).values()):
        pass

    with people.reading(acme):
        told = Event.objects.get(event_type="invitation.delivered")
        chain = [CommandRecord.objects.get(pk=told.causation_id)]
        while chain[-1].causation_type == "command_id":
            chain.append(CommandRecord.objects.get(pk=chain[-1].causation_id))

    assert [record.name for record in chain] == ["invitation.confirm_delivery", "principal.invite"]
    assert (chain[-1].causation_type, chain[-1].actor_id) == ("user_action_id", admin.pk)
    assert {record.correlation_id for record in chain} == {told.correlation_id, scope.correlation_id}


def test_the_dedupe_scope_is_typed(acme: Tenant) -> None:
    """AT-015"""
    row = {"key": "k", "actor_id": uuid4(), "input_digest": "d", "status": 200, "expires_at": timezone.now()}
    good = (
        {"kind": "command", "aggregate": "change.create"},
        {"kind": "connector", "connector_id": "c", "stream": "s"},
        {"kind": "egress", "destination": "d"},
    )
    with people.reading(acme):
        for scope in good:
            StoredAnswer.objects.create(id=uuid4(), scope=scope, **row)
    for scope in ({}, {"kind": "command"}, {"kind": "connector", "connector_id": "c"}, {"kind": "other"}, good[0]):
        with people.reading(acme), pytest.raises(IntegrityError):
            StoredAnswer.objects.create(id=uuid4(), scope=scope, **row | {"actor_id": row["actor_id"]})


def test_the_feed_shows_nothing_past_a_transaction_that_is_still_open(acme: Tenant, admin: Principal) -> None:
    """A reader that took the newest number would lose what commits later with a lower one."""
    import threading

    opened, close = threading.Event(), threading.Event()

    def hold() -> None:
        with connection.cursor() as cursor:
            cursor.execute("begin")
            cursor.execute("select pg_current_xact_id()")
            opened.set()
            close.wait(10)
            cursor.execute("rollback")
        connection.close()

    thread = threading.Thread(target=hold)
    thread.start()
    assert opened.wait(10)
    try:
        event = one_event(acme, admin)
        with people.reading(acme):
            assert not queries.feed().filter(pk=event.pk).exists()
    finally:
        close.set()
        thread.join()
    wait_for_the_feed()
    with people.reading(acme):
        assert queries.feed().filter(pk=event.pk).exists()


def test_after_a_restore_elsewhere_the_feed_goes_on_where_it_was(acme: Tenant, admin: Principal) -> None:
    """Transaction ids are a cluster's own: restored into a younger cluster, the newest events would stay hidden."""
    event = one_event(acme, admin)
    with people.reading(acme):
        copied(event, transaction_id=event.transaction_id + 1_000_000)
        restored = Event.objects.order_by("-transaction_id")[0]
        assert not queries.feed().filter(pk=restored.pk).exists()

    with as_owner():
        first, second = keep_event_order(), keep_event_order()

    with people.acting(admin, acme):
        dispatch("project.create", name="Later")
    wait_for_the_feed()
    with people.reading(acme):
        newest = queries.feed().reverse()[0]
        assert queries.feed().filter(pk=restored.pk).exists()
    assert newest.event_type in {"project.created", "environment.created", "module.created"}
    assert newest.transaction_id > restored.transaction_id
    assert (first.startswith("Events are numbered"), second) == (True, "The numbering of events goes on.")
