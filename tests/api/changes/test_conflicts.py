"""Conflicts over REST: both sides, who moved the head, decisions, and a rebase."""

from typing import Any

import pytest

from apps.changes.models import Change
from tests import people
from tests.api.answers import done, refused
from tests.api.conftest import Caller, caller
from tests.changing import World, world
from tests.services.changes.meeting import met, stored


@pytest.fixture
def acme(db: Any) -> World:
    made = world()
    made.define("incident", "summary", "priority", "urgency")
    return made


def shown(by: Caller, change: Change) -> Any:
    return done(by.get(f"/changes/{change.number}/conflicts"))


def decisions(listed: Any, choice: str, **more: Any) -> dict[str, Any]:
    wanted = [{name: one[name] for name in ("kind", "key", "path", "seen")} for one in listed["conflicts"]]
    return {"decisions": [{**one, "choice": choice, **more} for one in wanted]}


def test_a_conflict_shows_both_sides_and_who_moved_the_head(acme: World, ada: Caller) -> None:
    change, other = met(acme)

    listed = shown(ada, change)

    assert (listed["number"], listed["open"], listed["settled"], listed["is_clean"]) == (change.number, 1, 0, False)
    (one,) = listed["conflicts"]
    assert (one["kind"], one["key"], one["theirs"], one["mine"], one["absent"]) == (
        "record_type", "incident", "Theirs", "Mine", ["base"],
    )  # fmt: skip
    assert one["path"].startswith("/fields/")
    assert one["path"].endswith("/label")
    assert (one["is_open"], one["resolution"]) == (True, None)
    assert (one["moved_by"]["number"], one["moved_by"]["by_name"]) == (other.number, "Ada Admin")


def test_an_integrator_decides_rebases_and_takes_it_back(acme: World, ada: Caller) -> None:
    change, _ = met(acme)
    at = f"/changes/{change.number}"

    resolved = ada.post(f"{at}/resolve", decisions(shown(ada, change), "edited", value="Both"))
    rebased = ada.post(f"{at}/rebase")
    plan = ada.post(f"{at}/execute")
    place = {name: resolved.json()["conflicts"][0][name] for name in ("kind", "key", "path")}
    cleared = ada.post(f"{at}/clear-resolution", place)

    assert [answer.status_code for answer in (resolved, rebased, plan, cleared)] == [200, 200, 200, 200]
    for answer in (resolved, rebased):
        assert (answer.json()["open"], answer.json()["settled"], answer.json()["is_clean"]) == (0, 1, True)
        resolution = answer.json()["conflicts"][0]["resolution"]
        assert (resolution["choice"], resolution["value"], resolution["holds"]) == ("edited", "Both", True)
        assert resolution["author_id"] == str(acme.ada.pk)
    assert plan.json()["settled"][0]["resolution"]["value"] == "Both"
    assert (cleared.json()["open"], cleared.json()["conflicts"][0]["resolution"]) == (1, None)


def test_a_repeated_decision_is_answered_as_the_first_time(acme: World, ada: Caller) -> None:
    change, _ = met(acme)
    wanted = decisions(shown(ada, change), "theirs")

    answers = [ada.post(f"/changes/{change.number}/resolve", wanted, idempotency_key="once") for _ in range(2)]

    assert answers[0].content == answers[1].content
    assert acme.events(change).count("change.conflict_resolved") == 1


def test_a_decision_that_cannot_be_is_refused(acme: World, ada: Caller) -> None:
    change, _ = met(acme)
    wanted = decisions(shown(ada, change), "mine")["decisions"][0]
    for altered, status, code in (
        ({"seen": "0" * 64}, 409, "CONFLICT_MOVED"),
        ({"path": "/fields/nowhere"}, 409, "NO_SUCH_CONFLICT"),
        ({"path": ""}, 409, "NO_SUCH_CONFLICT"),
        ({"path": "/~2/~"}, 409, "NO_SUCH_CONFLICT"),
        ({"path": "no pointer"}, 400, "INVALID_INPUT"),
        ({"choice": "yours"}, 400, "INVALID_INPUT"),
        ({"author": "me"}, 400, "INVALID_INPUT"),
        ({"value": "x"}, 400, "INVALID_INPUT"),
        ({"choice": "edited", "value": {"a": 1}}, 422, "RESOLUTION_REFUSED"),
    ):
        answer = ada.post(f"/changes/{change.number}/resolve", {"decisions": [{**wanted, **altered}]})
        refused(answer, status, code)
        assert stored(acme, change) == []


def test_conflicts_of_another_tenant_do_not_exist(acme: World, ada: Caller) -> None:
    change, _ = met(acme)
    globex = world("globex")
    stranger = caller(globex.ada, globex.tenant)
    wanted = decisions(shown(ada, change), "mine")
    place = {name: wanted["decisions"][0][name] for name in ("kind", "key", "path")}

    answers = [
        stranger.get(f"/changes/{change.pk}/conflicts"),
        stranger.post(f"/changes/{change.pk}/resolve", wanted),
        stranger.post(f"/changes/{change.pk}/clear-resolution", place),
        stranger.post(f"/changes/{change.pk}/rebase"),
    ]

    assert [answer.status_code for answer in answers] == [404, 404, 404, 404]
    assert stored(acme, change) == []


def test_an_agent_decides_for_the_person_behind_it(acme: World, ada: Caller) -> None:
    change, _ = met(acme)
    agent = caller(people.agent(acme.tenant, acme.ben), acme.tenant)

    answer = agent.post(f"/changes/{change.number}/resolve", decisions(shown(ada, change), "mine"))

    assert answer.status_code == 200
    resolution = answer.json()["conflicts"][0]["resolution"]
    assert (resolution["author_id"], resolution["resolved_by_id"]) == (str(acme.ben.pk), str(agent.principal.pk))


def test_three_conflicts_cost_no_more_queries_than_one(acme: World, ada: Caller) -> None:
    costs = []
    for fields in (["summary"], ["summary", "priority", "urgency"]):
        mine, theirs = acme.open("Mine"), acme.open("Theirs")
        for change in (mine, theirs):
            for field in fields:
                label = f"{change.title} {len(fields)}"
                acme.stage(change, "set_field", {"field": field, "definition": {"label": label}})
        acme.carry_through(theirs)
        assert shown(ada, mine)["open"] == len(fields)
        costs.append(ada.cost(f"/changes/{mine.number}/conflicts"))

    assert costs[0] == costs[1]


def test_a_merged_change_has_no_conflicts(acme: World, ada: Caller) -> None:
    change, other = met(acme)

    assert shown(ada, other) == {
        "change_id": str(other.pk), "number": other.number, "open": 0, "settled": 0, "is_clean": True,
        "conflicts": [], "findings": [],
    }  # fmt: skip
    assert shown(ada, change)["open"] == 1
