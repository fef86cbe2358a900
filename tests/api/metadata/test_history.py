"""History, drift and blame over REST."""

from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import pytest

from apps.metadata.models import HeadMove
from tests import people
from tests.api.answers import done
from tests.api.conftest import Caller, caller
from tests.changing import World


def got(ada: Caller, path: str, status: int = 200) -> Any:
    return done(ada.get(path), status)


def time(at: datetime) -> str:
    return quote(at.isoformat())


def moves(acme: World) -> list[HeadMove]:
    with acme.reading():
        return list(HeadMove.objects.order_by("moved_at"))


def rename(acme: World, name: str) -> Any:
    change = acme.open(f"Name it {name}")
    acme.stage(change, "set_attribute", {"attribute": "name", "value": name})
    return acme.carry_through(change)


def test_a_definition_as_it_is_and_as_it_was(acme: World, ada: Caller) -> None:
    rename(acme, "Ticket")
    one, two = moves(acme)
    here = f"/definitions/{one.definition_id}"

    now = got(ada, here)
    then = got(ada, f"{here}?at={time(one.moved_at)}")
    before = got(ada, f"{here}?at={time(one.moved_at - timedelta(microseconds=1))}")
    elsewhere = got(ada, f"{here}?environment_id={acme.environment('test').pk}")

    assert (now["key"], now["state"]["number"], now["state"]["content"]["name"]) == ("incident", 2, "Ticket")
    assert (then["state"]["content"]["name"], then["state"]["change_id"]) == ("Incident", str(one.change_id))
    assert (before["state"], elsewhere["state"]) == (None, None)
    assert now["state"]["moved_at"] == two.moved_at.isoformat().replace("+00:00", "Z")


def test_an_environment_as_it_was_and_its_root(acme: World, ada: Caller) -> None:
    dev = acme.environment().pk
    root = got(ada, f"/environments/{dev}/root")["root_digest"]
    rename(acme, "Ticket")
    one, _ = moves(acme)

    now = got(ada, f"/environments/{dev}/definitions")["items"]
    then = got(ada, f"/environments/{dev}/definitions?at={time(one.moved_at)}&kind=record_type")["items"]

    assert [(row["key"], row["name"], row["number"]) for row in now] == [("incident", "Ticket", 2)]
    assert [(row["key"], row["name"], row["number"]) for row in then] == [("incident", "Incident", 1)]
    assert got(ada, f"/environments/{dev}/root?at={time(one.moved_at)}")["root_digest"] == root
    assert got(ada, f"/environments/{dev}/root")["root_digest"] != root
    assert got(ada, f"/environments/{dev}/definitions?kind=form")["items"] == []


def test_moves_of_a_definition_and_of_an_environment_newest_first(acme: World, ada: Caller) -> None:
    renamed = rename(acme, "Ticket")
    one, two = moves(acme)
    dev, test = acme.environment().pk, acme.environment("test").pk

    listed = got(ada, f"/definitions/{one.definition_id}/moves")["items"]

    assert [(row["number"], row["environment_id"]) for row in listed] == [(2, str(dev)), (1, str(dev))]
    assert listed[0]["digest_before"] == listed[1]["digest"] == one.digest
    assert listed[0]["moved_by_id"] == str(acme.ada.pk)
    assert got(ada, f"/definitions/{one.definition_id}/moves?environment_id={test}")["items"] == []
    (only,) = got(ada, f"/environments/{dev}/moves?change_id={renamed.change.pk}")["items"]
    assert only["id"] == str(two.pk)
    first = got(ada, f"/environments/{dev}/moves?limit=1")
    assert [row["number"] for row in first["items"]] == [2]
    rest = got(ada, f"/environments/{dev}/moves?limit=1&cursor={first['next_cursor']}")
    assert [row["number"] for row in rest["items"]] == [1]


def test_the_difference_of_revisions_environments_and_times(acme: World, ada: Caller) -> None:
    rename(acme, "Ticket")
    one, _ = moves(acme)
    here, test = f"/definitions/{one.definition_id}/diff", acme.environment("test").pk
    wanted = [{"path": "/name", "change": "changed", "before": "Incident", "after": "Ticket"}]

    by_number = got(ada, f"{here}?from_number=1&to_number=2")
    by_time = got(ada, f"{here}?from_at={time(one.moved_at)}")
    back = got(ada, f"{here}?from_number=2&to_number=1")["differences"]
    created = got(ada, f"{here}?from_environment_id={test}&to_number=1")

    assert by_number["differences"] == by_time["differences"] == wanted
    assert (by_number["before"]["number"], by_number["after"]["number"]) == (1, 2)
    assert back == [{"path": "/name", "change": "changed", "before": "Ticket", "after": "Incident"}]
    assert (created["before"], created["differences"][0]["path"]) == (None, "")
    assert got(ada, here)["differences"] == wanted, "the newest revision and the one before"
    assert got(ada, f"{here}?from_environment_id={acme.environment().pk}")["differences"] == []
    assert got(ada, f"{here}?from_number=9", 404)["error"]["code"] == "NOT_FOUND"
    assert got(ada, f"{here}?from_number=1&from_environment_id={test}", 400)["error"]["code"] == "INVALID_INPUT"


def test_blame_over_rest(acme: World, ada: Caller) -> None:
    renamed = rename(acme, "Ticket")
    one, _ = moves(acme)
    here = f"/definitions/{one.definition_id}/blame"

    found = {row["path"]: row for row in got(ada, f"{here}?limit=200")["items"]}
    below = got(ada, f"{here}?path=/fields")["items"]

    assert (found["/name"]["value"], found["/name"]["change_id"]) == ("Ticket", str(renamed.change.pk))
    assert (found["/name"]["number"], found["/status"]["number"]) == (2, 1)
    assert below
    assert all(row["path"].startswith("/fields/") for row in below)
    assert got(ada, f"{here}?path=/nam")["items"] == []
    assert {row["number"] for row in got(ada, f"{here}?at={time(one.moved_at)}")["items"]} == {1}


def test_the_difference_and_the_drift_of_two_environments(acme: World, ada: Caller) -> None:
    acme.define("task")
    dev, test = acme.environment().pk, acme.environment("test").pk

    first = got(ada, f"/environments/{test}/diff?against={dev}&limit=1")
    rest = got(ada, f"/environments/{test}/diff?against={dev}&limit=1&cursor={first['next_cursor']}")
    drift = got(ada, f"/environments/{test}/drift?against={dev}")

    rows = [*first["items"], *rest["items"]]
    assert [(row["key"], row["change"], row["here"], row["there"]["number"]) for row in rows] == [
        ("incident", "added", None, 1),
        ("task", "added", None, 1),
    ]
    assert rest["next_cursor"] is None
    assert (drift["equal"], drift["added"], drift["removed"], drift["changed"]) == (False, 2, 0, 0)
    assert drift["kinds"] == [{"kind": "record_type", "added": 2, "removed": 0, "changed": 0, "unchanged": 0}]
    (one,) = got(ada, f"/environments/{dev}/diff?against={test}&key=task")["items"]
    assert (one["change"], one["there"]) == ("removed", None)


def test_the_difference_of_an_environment_and_its_past(acme: World, ada: Caller) -> None:
    rename(acme, "Ticket")
    one, two = moves(acme)
    dev = acme.environment().pk

    (row,) = got(ada, f"/environments/{dev}/diff?at={time(one.moved_at)}")["items"]
    (mirrored,) = got(ada, f"/environments/{dev}/diff?here_at={time(one.moved_at)}")["items"]

    assert (row["change"], row["here"]["number"], row["there"]["number"]) == ("changed", 2, 1)
    assert (mirrored["here"]["number"], mirrored["there"]["number"]) == (1, 2)
    assert got(ada, f"/environments/{dev}/diff?at={time(two.moved_at)}")["items"] == []
    assert got(ada, f"/environments/{dev}/drift?at={time(two.moved_at)}")["equal"]


@pytest.mark.parametrize("at", ["yesterday", "2026-01-01T00:00:00", "2026-13-01T00:00:00Z", "", "9999-01-01T00:00:00Z"])
def test_bad_times_are_refused(acme: World, ada: Caller, at: str) -> None:
    """Without a zone, in no calendar, or yet to come."""
    dev, head = acme.environment().pk, acme.head()
    assert head is not None

    for path in (
        f"/environments/{dev}/definitions?at={at}",
        f"/environments/{dev}/root?at={at}",
        f"/environments/{dev}/diff?at={at}",
        f"/environments/{dev}/drift?at={at}",
        f"/definitions/{head.definition_id}?at={at}",
        f"/definitions/{head.definition_id}/blame?at={at}",
        f"/definitions/{head.definition_id}/diff?to_at={at}",
    ):
        assert got(ada, path, 400)["error"]["code"] == "INVALID_INPUT"


def test_what_cannot_be_compared_is_refused(acme: World, ada: Caller) -> None:
    dev = acme.environment().pk
    other = acme.give("project.create", name="Other", key="other")
    with acme.reading():
        foreign = other.environments.get(name="dev").pk
    head = acme.head()
    assert head is not None

    for kind in ("diff", "drift"):
        assert got(ada, f"/environments/{dev}/{kind}", 400)["error"]["code"] == "INVALID_INPUT"
        assert got(ada, f"/environments/{dev}/{kind}?against={foreign}", 400)["error"]["code"] == "PROJECT_MISMATCH"
        assert got(ada, f"/environments/{dev}/{kind}?against={uuid4()}", 404)["error"]["code"] == "NOT_FOUND"
    assert got(ada, f"/definitions/{head.definition_id}?environment_id={foreign}", 404)


def test_another_tenant_sees_no_history(acme: World, ada: Caller) -> None:
    """A leak test that holds something that could leak: every path answers its own tenant."""
    head = acme.head()
    assert head is not None
    globex = people.tenant("globex")
    gil = people.person(globex, "Gil Globex", roles=["Admin"])
    stranger = caller(gil, globex)
    dev, test = acme.environment().pk, acme.environment("test").pk

    for path in (
        f"/definitions/{head.definition_id}/moves",
        f"/definitions/{head.definition_id}/diff?from_number=1",
        f"/definitions/{head.definition_id}/blame",
        f"/environments/{dev}/definitions",
        f"/environments/{dev}/moves",
        f"/environments/{dev}/diff?against={test}",
        f"/environments/{dev}/drift?against={test}",
    ):
        assert ada.get(path).status_code == 200
        assert stranger.get(path).status_code == 404
    assert stranger.post(f"/environments/{test}/adopt", {"from_environment_id": str(dev)}).status_code == 404


def test_reads_of_history_cost_the_same_at_one_and_at_three_rows(acme: World, ada: Caller) -> None:
    dev, test = acme.environment().pk, acme.environment("test").pk
    head = acme.head()
    assert head is not None
    paths = [
        f"/environments/{dev}/definitions",
        f"/environments/{dev}/definitions?at={time(datetime.now(UTC) - timedelta(milliseconds=1))}",
        f"/environments/{dev}/moves",
        f"/environments/{dev}/diff?against={test}",
        f"/environments/{dev}/drift?against={test}",
        f"/definitions/{head.definition_id}/moves",
        f"/definitions/{head.definition_id}",
    ]

    before = [ada.cost(path) for path in paths]
    acme.define("task")
    acme.define("problem", base="task")
    rename(acme, "Ticket")
    rename(acme, "Case")

    assert [ada.cost(path) for path in paths] == before


def test_adopting_over_rest_opens_a_draft(acme: World, ada: Caller) -> None:
    dev, test = acme.environment().pk, acme.environment("test").pk
    head = acme.head()
    assert head is not None
    body = {"from_environment_id": str(dev), "definitions": [str(head.definition_id)], "title": "Take it over"}

    made = ada.post(f"/environments/{test}/adopt", body)
    nothing = ada.post(f"/environments/{dev}/adopt", {"from_environment_id": str(dev)})
    future = ada.post(f"/environments/{dev}/adopt", {"from_at": "9999-01-01T00:00:00Z"})
    unsaid = ada.post(f"/environments/{dev}/adopt", {})

    change = made.json()
    assert made.status_code == 201, made.content
    assert (change["title"], change["origin"], change["status"]) == ("Take it over", "adoption", "Draft")
    assert change["environment_id"] == str(test)
    (operation,) = got(ada, f"/changes/{change['number']}/patch-ops")["items"]
    assert (operation["op_type"], operation["summary"]) == ("adopt", "Adopt the definition")
    assert (nothing.status_code, nothing.json()["error"]["code"]) == (409, "NOTHING_DIFFERS")
    assert (future.status_code, unsaid.status_code) == (400, 400)
