"""What every endpoint keeps, shown on the event log: identity, envelopes, pages, filters, headers."""

import gzip
import json
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.test import Client

from tests.api.conftest import Caller
from tests.people import headers

pytestmark = pytest.mark.django_db
EVENTS = "/api/v1/events"


def error_of(response: object) -> tuple[int, str]:
    body = json.loads(response.content)  # type: ignore[attr-defined]
    assert set(body) == {"error", "correlation_id"}
    assert set(body["error"]) == {"code", "message", "details"}
    assert body["error"]["message"]
    assert response["X-Correlation-Id"] == body["correlation_id"]  # type: ignore[index]
    return response.status_code, body["error"]["code"]  # type: ignore[attr-defined]


class TestIdentity:
    def test_without_a_token_nobody_learns_anything(self, client: Client) -> None:
        """EC-INV-T6, EC-RBAC-010: no identity, a cookie or another scheme is 401 and says which scheme is accepted."""
        for sent in ({}, {"authorization": "Basic YTpi"}, {"authorization": "Bearer"}, {"cookie": "sessionid=abc"}):
            response = client.get(EVENTS, headers={"x-tenant-id": "acme", **sent})
            assert error_of(response)[0] == 401
            assert response["WWW-Authenticate"] == "Bearer"

    def test_without_a_tenant_it_is_401(self, admin: Caller) -> None:
        """EC-INV-T3."""
        response = Client().get(EVENTS, headers={"authorization": f"Bearer {admin.secret}"})
        assert error_of(response) == (401, "TENANT_HEADER_MISSING")

    @pytest.mark.parametrize("slug", ["nope", "globex", "platform", "ACME", "45934c2e-8d93-4c8b-b836-3a0455527aa4"])
    def test_an_unknown_tenant_a_foreign_one_and_a_uuid_are_404(self, viewer: Caller, slug: str) -> None:
        """EC-INV-T1, EC-INV-T4, EC-GLO-001: they are not told apart."""
        assert error_of(viewer.get("/events", x_tenant_id=slug)) == (404, "TENANT_NOT_FOUND")

    def test_a_person_and_an_agent_at_once_are_refused(self, admin: Caller) -> None:
        """EC-GLO-002."""
        response = admin.get("/events", x_user_id=str(uuid4()), x_agent_id=str(uuid4()))
        assert error_of(response) == (400, "ACTOR_HEADERS_CONFLICT")

    def test_another_actor_than_the_token_s_is_refused(self, admin: Caller, viewer: Caller) -> None:
        response = admin.get("/events", x_user_id=str(viewer.principal.pk))
        assert error_of(response) == (403, "ACTOR_MISMATCH")

    @pytest.mark.parametrize("header", ["x_user_id", "x_agent_id"])
    def test_an_actor_that_is_no_uuid_is_refused(self, admin: Caller, header: str) -> None:
        assert error_of(admin.get("/events", **{header: "ada"})) == (400, "INVALID_INPUT")

    def test_an_environment_that_is_no_name_is_refused(self, admin: Caller) -> None:
        assert error_of(admin.get("/events", x_environment="../etc")) == (400, "INVALID_INPUT")


class TestLists:
    def test_pages_show_every_row_once_and_survive_inserts(self, admin: Caller, acme: object) -> None:
        """Losing this would make a reader of the feed skip or repeat events."""
        everything = [item["id"] for item in admin.get("/events?limit=200").json()["items"]]
        assert len(everything) > 3
        seen: list[str] = []
        cursor = ""
        while True:
            page = admin.get(f"/events?limit=2{cursor}").json()
            assert set(page) == {"items", "next_cursor"}
            seen += [item["id"] for item in page["items"]]
            if page["next_cursor"] is None:
                break
            cursor = f"&cursor={page['next_cursor']}"
        assert seen == everything

    def test_a_cursor_serves_its_own_tenant_and_filter_only(self, admin: Caller, stranger: Caller) -> None:
        cursor = admin.get("/events?limit=1").json()["next_cursor"]
        assert error_of(stranger.get(f"/events?limit=1&cursor={cursor}")) == (400, "INVALID_CURSOR")
        assert error_of(admin.get(f"/events?limit=1&type=x&cursor={cursor}")) == (400, "INVALID_CURSOR")
        assert error_of(admin.get(f"/events?cursor={cursor[:-2]}")) == (400, "INVALID_CURSOR")

    @pytest.mark.parametrize(
        "query", ["limit=0", "limit=201", "limit=x", "limit=1&limit=2", "typo=1", "type=a%00b", "type="]
    )
    def test_a_parameter_that_does_not_fit_is_refused(self, admin: Caller, query: str) -> None:
        """A misspelt filter must never show everything."""
        assert error_of(admin.get(f"/events?{query}")) == (400, "INVALID_INPUT")

    def test_a_detail_takes_no_parameter(self, admin: Caller) -> None:
        event = admin.get("/events?limit=1").json()["items"][0]
        assert admin.get(f"/events/{event['id']}").json() == event
        assert error_of(admin.get(f"/events/{event['id']}?limit=1")) == (400, "INVALID_INPUT")


class TestAddresses:
    @pytest.mark.parametrize("path", ["/events/", "/nope", "/events/x/y/z"])
    def test_what_is_no_address_is_404_in_the_envelope(self, admin: Caller, path: str) -> None:
        assert error_of(admin.get(path)) == (404, "NOT_FOUND")
        browser = Client(enforce_csrf_checks=True, headers=headers(admin.secret, admin.tenant))
        assert error_of(browser.post(f"/api/v1{path}", {}, content_type="application/json")) == (404, "NOT_FOUND")

    @pytest.mark.parametrize("ident", ["x", "12", "00000000-0000-0000-0000-000000000000", "%00", "a" * 500])
    def test_an_id_of_nothing_is_404(self, admin: Caller, ident: str) -> None:
        assert error_of(admin.get(f"/events/{ident}")) == (404, "NOT_FOUND")

    def test_another_tenant_s_event_does_not_exist(self, admin: Caller, stranger: Caller) -> None:
        event = admin.get("/events?limit=1").json()["items"][0]
        assert error_of(stranger.get(f"/events/{event['id']}")) == (404, "NOT_FOUND")

    def test_a_wrong_method_says_which_are_right(self, admin: Caller) -> None:
        response = admin.send("put", "/events", {})
        assert error_of(response) == (405, "METHOD_NOT_ALLOWED")
        assert "GET" in response["Allow"]
        assert error_of(admin.send("options", "/events"))[0] == 405

    def test_answers_are_json_or_nothing(self, admin: Caller) -> None:
        assert error_of(admin.get("/events", accept="text/html")) == (406, "NOT_ACCEPTABLE")
        assert admin.get("/events", accept="text/html, application/*;q=0.5").status_code == 200


class TestHeaders:
    def test_the_correlation_id_comes_back(self, admin: Caller) -> None:
        assert admin.get("/events", x_correlation_id="order-2026-0007")["X-Correlation-Id"] == "order-2026-0007"

    @pytest.mark.parametrize("sent", ["short", "x" * 65, "a b c d e f g", "<script>alert(1)</script>", ""])
    def test_a_correlation_id_that_is_none_is_replaced(self, admin: Caller, sent: str) -> None:
        received = admin.get("/events", x_correlation_id=sent)["X-Correlation-Id"]
        assert str(UUID(received)) == received

    def test_no_cookie_and_a_strict_policy(self, admin: Caller) -> None:
        """EC-INV-T6."""
        response = admin.get("/events")
        assert not response.cookies
        assert "unsafe" not in response["Content-Security-Policy"]

    def test_long_answers_are_compressed(self, admin: Caller) -> None:
        response = admin.get("/events", accept_encoding="gzip")
        assert response["Content-Encoding"] == "gzip"
        assert json.loads(gzip.decompress(response.content))["items"]


class TestLimits:
    def test_a_caller_beyond_the_limit_waits(self, admin: Caller, settings: object) -> None:
        settings.API_RATE_LIMIT = (2, 3600)  # type: ignore[attr-defined]
        assert [admin.get("/events").status_code for _ in range(2)] == [200, 200]
        response = admin.get("/events")
        assert error_of(response) == (429, "TOO_MANY_REQUESTS")
        assert 0 < int(response["Retry-After"]) <= 3601

    def test_without_the_cache_nobody_is_counted_and_everybody_served(self, admin: Caller, settings: Any) -> None:
        """Only the database has to be there: the broker and the cache may be gone at any time."""
        settings.API_RATE_LIMIT = (1, 3600)
        unreachable = {**settings.CACHES["default"], "LOCATION": "redis://127.0.0.1:1"}
        settings.CACHES = {"default": unreachable}
        assert [admin.get("/events").status_code for _ in range(2)] == [200, 200]

    def test_a_length_that_is_no_number_is_refused(self, admin: Caller) -> None:
        sent = {**headers(admin.secret, admin.tenant), "x-environment": "dev"}
        response = Client().generic("POST", "/api/v1/changes", b"{}", headers=sent, CONTENT_LENGTH="\u00b2")
        assert error_of(response) == (400, "INVALID_INPUT")
