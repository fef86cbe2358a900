"""The log, its telemetry view and the queue over REST."""

import json
from uuid import uuid4

import pytest

from apps.events.models import CommandRecord, Event, Job, Outbox, Timer
from apps.kernel.scope import scope_transaction
from tests import people
from tests.api.answers import items
from tests.api.conftest import Caller

pytestmark = pytest.mark.django_db


def jobs(caller: Caller, number: int, status: str = Job.Status.QUARANTINED) -> list[Job]:
    with people.acting(caller.principal, caller.tenant), scope_transaction():
        return Job.objects.bulk_create(
            Job(
                command="role.enable",
                target=str(uuid4()),
                inputs={},
                status=status,
                attempts=3,
                last_error="It kept failing.",
                correlation_id="nightly-import",
                caused_by=uuid4(),
            )
            for _ in range(number)
        )


class TestFeed:
    def test_it_holds_exactly_the_tenant_s_events_in_order_of_delivery(self, admin: Caller, stranger: Caller) -> None:
        shown = [item["id"] for item in items(admin.get("/events?limit=200"))]
        with people.acting(admin.principal, admin.tenant), scope_transaction():
            stored = [str(pk) for pk in Event.objects.order_by("transaction_id", "pk").values_list("pk", flat=True)]
        assert shown == stored
        assert not set(shown) & {item["id"] for item in items(stranger.get("/events?limit=200"))}

    def test_every_filter_narrows_it(self, admin: Caller, viewer: Caller) -> None:
        everything = items(admin.get("/events?limit=200"))
        one = everything[-1]
        fields = {
            "type": "event_type",
            "subject_type": "resource_type",
            "subject_id": "resource_id",
            "actor": "actor_id",
            "correlation_id": "correlation_id",
        }
        for parameter, field in fields.items():
            expected = [event for event in everything if event[field] == one[field]]
            assert 0 < len(expected) < len(everything) or field == "actor_id"
            assert items(viewer.get(f"/events?limit=200&{parameter}={one[field]}")) == expected
        since = str(one["occurred_at"]).replace("+", "%2B")
        assert items(admin.get(f"/events?limit=200&since={since}")) == [
            event for event in everything if str(event["occurred_at"]) >= str(one["occurred_at"])
        ]
        assert items(admin.get(f"/events?limit=200&until={since}")) == [
            event for event in everything if str(event["occurred_at"]) < str(one["occurred_at"])
        ]

    @pytest.mark.parametrize("time", ["yesterday", "", "0001-01-01T00:00:00%2B10:00"])
    def test_a_time_that_is_none_is_refused(self, admin: Caller, time: str) -> None:
        assert admin.get(f"/events?since={time}").status_code == 400

    def test_a_time_with_an_offset_the_database_does_not_know_is_understood(self, admin: Caller) -> None:
        """Schemathesis found it: PostgreSQL refuses offsets beyond 15:59."""
        assert items(admin.get("/events?until=2629-08-08T23:30:12-22:53")) == items(admin.get("/events"))

    @pytest.mark.parametrize("path", ["/events", "/admin/execution-telemetry", "/jobs"])
    def test_its_queries_do_not_grow_with_the_rows(self, admin: Caller, path: str) -> None:
        jobs(admin, 3)
        for limit in (1, 3):
            assert len(items(admin.get(f"{path}?limit={limit}"))) == limit
        assert admin.cost(f"{path}?limit=1") == admin.cost(f"{path}?limit=3") <= 7


class TestTelemetry:
    def test_it_needs_admin_view(self, viewer: Caller, admin: Caller) -> None:
        """EC-API-122, EC-RBAC-M-015: the refusal names the permission."""
        refused = viewer.get("/admin/execution-telemetry")
        assert refused.status_code == 403
        assert "admin.view" in json.dumps(refused.json()["error"])
        assert items(admin.get("/admin/execution-telemetry"))

    def test_it_is_the_log_in_the_telemetry_s_columns(self, admin: Caller) -> None:
        """EC-EVT-R-002, EC-EVT-R-003."""
        events = {event["id"]: event for event in items(admin.get("/events?limit=200"))}
        shown = items(admin.get("/admin/execution-telemetry?limit=200"))
        assert [row["id"] for row in shown] == sorted(
            events, key=lambda pk: (str(events[pk]["occurred_at"]), pk), reverse=True
        )
        for row in shown:
            event = events[str(row["id"])]
            assert row["timestamp"] == event["occurred_at"]
            assert row["execution_id"] == event["resource_id"]
            assert (
                row["actor_type"] == {"human": "user", "agent": "agent", "service": "system"}[str(event["actor_type"])]
            )
            assert row["module_id"] == "system"

    def test_from_and_to_are_inclusive(self, admin: Caller) -> None:
        rows = items(admin.get("/admin/execution-telemetry?limit=200"))
        moment = str(rows[1]["timestamp"])
        at = moment.replace("+", "%2B")
        found = items(admin.get(f"/admin/execution-telemetry?from={at}&to={at}&limit=200"))
        assert found == [row for row in rows if row["timestamp"] == moment]
        assert admin.get("/admin/execution-telemetry?from=x").status_code == 400


class TestJobs:
    def test_they_are_for_administrators(self, viewer: Caller) -> None:
        assert viewer.get("/jobs").status_code == 403

    def test_they_are_found_by_status(self, admin: Caller) -> None:
        quarantined = {str(job.pk) for job in jobs(admin, 2)}
        jobs(admin, 1, Job.Status.DONE)
        assert {job["id"] for job in items(admin.get("/jobs?status=quarantined"))} == quarantined
        assert admin.get("/jobs?status=odd").status_code == 400

    def test_replaying_gives_a_quarantined_job_one_more_chance(self, admin: Caller) -> None:
        (job,) = jobs(admin, 1)
        answered = admin.post(f"/jobs/{job.pk}/replay")
        assert answered.status_code == 200
        assert answered.json()["status"] == "pending"
        again = admin.post(f"/jobs/{job.pk}/replay")
        assert (again.status_code, again.json()["error"]["code"]) == (409, "NOT_QUARANTINED")

    def test_an_agent_replays_nothing_whatever_its_roles(self, admin: Caller, agent: Caller) -> None:
        """EC-INV-R1, EC-RBAC-009: the job stays, and the refusal is on record."""
        (job,) = jobs(admin, 1)
        refused = agent.post(f"/jobs/{job.pk}/replay")
        assert (refused.status_code, refused.json()["error"]["code"]) == (403, "AGENT_NOT_ALLOWED")
        with people.acting(admin.principal, admin.tenant), scope_transaction():
            job.refresh_from_db()
            record = CommandRecord.objects.get(target=str(job.pk))
        assert job.status == Job.Status.QUARANTINED
        assert (record.decision, record.outcome, record.reason_code) == ("deny", "rejected", "AGENT_NOT_ALLOWED")

    def test_another_tenant_s_job_does_not_exist(self, admin: Caller, stranger: Caller) -> None:
        (job,) = jobs(admin, 1)
        assert stranger.get(f"/jobs/{job.pk}").status_code == 404
        assert stranger.post(f"/jobs/{job.pk}/replay").status_code == 404
        assert admin.get(f"/jobs/{job.pk}").json()["status"] == "quarantined"


class TestTimersAndOutbox:
    @pytest.fixture(params=["timers", "outbox"])
    def aside(self, admin: Caller, request: pytest.FixtureRequest) -> tuple[str, str]:
        """One row of each queue that was put aside: where it is listed, and its id."""
        with people.acting(admin.principal, admin.tenant), scope_transaction():
            if request.param == "timers":
                facts = {"subject_type": "approvals.request", "subject_id": "x", "correlation_id": "x"}
                pk = Timer.objects.create(kind="approval.remind", caused_by=uuid4(), status="quarantined", **facts).pk
            else:
                pk = Event.objects.values_list("pk", flat=True)[0]
                Outbox.objects.update_or_create(
                    pk=pk, defaults={"event_type": "project.created", "status": "quarantined"}
                )
        return f"/{request.param}", str(pk)

    def test_what_was_put_aside_is_found_and_replayed_once(
        self, admin: Caller, viewer: Caller, stranger: Caller, aside: tuple[str, str]
    ) -> None:
        path, pk = aside
        assert [row["id"] for row in items(admin.get(f"{path}?status=quarantined"))] == [pk]
        assert viewer.get(path).status_code == 403
        assert stranger.post(f"{path}/{pk}/replay").status_code == 404

        answered = admin.post(f"{path}/{pk}/replay")
        assert (answered.status_code, answered.json()["status"]) == (200, "pending")
        again = admin.post(f"{path}/{pk}/replay")
        assert (again.status_code, again.json()["error"]["code"]) == (409, "NOT_QUARANTINED")


class TestRepeats:
    def test_a_key_replays_the_first_answer_byte_for_byte(self, admin: Caller) -> None:
        (job,) = jobs(admin, 1)
        first = admin.post(f"/jobs/{job.pk}/replay", idempotency_key="replay-1", x_correlation_id="first-time")
        second = admin.post(f"/jobs/{job.pk}/replay", idempotency_key="replay-1", x_correlation_id="second-time")
        assert (first.status_code, first.content) == (second.status_code, second.content) == (200, first.content)
        assert second["Idempotency-Replayed"] == "true"
        assert "Idempotency-Replayed" not in first

    def test_a_refusal_of_state_is_replayed_too(self, admin: Caller) -> None:
        (job,) = jobs(admin, 1, Job.Status.DONE)
        first = admin.post(f"/jobs/{job.pk}/replay", idempotency_key="replay-2")
        with people.acting(admin.principal, admin.tenant), scope_transaction():
            Job.objects.filter(pk=job.pk).update(status=Job.Status.QUARANTINED)
        second = admin.post(f"/jobs/{job.pk}/replay", idempotency_key="replay-2")
        assert first.status_code == second.status_code == 409
        assert first.content == second.content

    def test_a_key_of_another_request_is_refused(self, admin: Caller) -> None:
        one, other = jobs(admin, 2)
        admin.post(f"/jobs/{one.pk}/replay", idempotency_key="replay-3")
        refused = admin.post(f"/jobs/{other.pk}/replay", idempotency_key="replay-3")
        assert (refused.status_code, refused.json()["error"]["code"]) == (422, "IDEMPOTENCY_KEY_REUSED")

    @pytest.mark.parametrize("key", ["", "x" * 256, "a\tb", "naïve"])
    def test_a_key_that_is_none_is_refused(self, admin: Caller, key: str) -> None:
        assert admin.post(f"/jobs/{uuid4()}/replay", idempotency_key=key).status_code == 400


class TestBodies:
    @pytest.mark.parametrize(
        ("body", "status"),
        [
            (b'{"tenant_id": "x"}', 400),
            (b"[]", 400),
            (b"{", 400),
            (b'{"a": NaN}', 400),
            (b'{"a": ' + b"[" * 100 + b"]" * 100 + b"}", 400),
            (b'{"a":"' + b"x" * 1_048_576 + b'"}', 413),
        ],
    )
    def test_a_body_that_does_not_fit_changes_nothing(self, admin: Caller, body: bytes, status: int) -> None:
        """EC-INV-T6: a tenant in the body is an unknown key."""
        (job,) = jobs(admin, 1)
        refused = admin.post(f"/jobs/{job.pk}/replay", body)
        assert refused.status_code == status
        assert admin.get(f"/jobs/{job.pk}").json()["status"] == "quarantined"

    def test_an_unknown_key_is_named_with_its_path(self, admin: Caller) -> None:
        refused = admin.post(f"/jobs/{uuid4()}/replay", {"actor_id": "x"})
        assert [fault["path"] for fault in refused.json()["error"]["details"]["errors"]] == ["/actor_id"]

    def test_another_type_than_json_is_415(self, admin: Caller, client: object) -> None:
        sent = people.headers(admin.secret, admin.tenant)
        refused = client.post(f"/api/v1/jobs/{uuid4()}/replay", "a=1", content_type="text/plain", headers=sent)  # type: ignore[attr-defined]
        assert (refused.status_code, refused.json()["error"]["code"]) == (415, "UNSUPPORTED_MEDIA_TYPE")
