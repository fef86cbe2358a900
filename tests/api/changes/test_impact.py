"""Impact, reversal and revert over REST: shape, another tenant, query counts."""

from typing import Any

import pytest

from apps.changes.core.impact import Impact
from apps.changes.models import Change
from tests import people
from tests.api.answers import done
from tests.api.conftest import Caller, caller
from tests.changing import World, world


@pytest.fixture
def acme(db: Any) -> World:
    made = world()
    made.define("task", "summary")
    made.define("incident", base="task")
    return made


def drafted(acme: World, **payload: Any) -> Change:
    change = acme.open("Name it")
    acme.stage(change, "set_attribute", payload or {"attribute": "description", "value": "All of them"}, on="task")
    return change


def merged(acme: World) -> Change:
    done: Change = acme.carry_through(drafted(acme)).change
    return done


def shown(by: Caller, path: str) -> Any:
    return done(by.get(path))


def test_the_impact_of_a_draft_is_measured_for_the_answer(acme: World, ada: Caller) -> None:
    """Whoever writes a change sees what hangs on it before asking anybody for anything."""
    change = drafted(acme)

    impact = shown(ada, f"/changes/{change.number}/impact")

    assert (impact["dependants"], impact["by_kind"], impact["complete"]) == (1, {"record_type": 1}, True)
    assert (impact["status"], impact["progress"], impact["measured_at"]) == ("complete", 1.0, None)
    (dependant,) = impact["sample"]
    assert dependant == {
        "kind": "record_type",
        "key": "incident",
        "edge": "inherits",
        "target": {"kind": "record_type", "key": "task"},
        "direct": True,
    }
    assert (impact["risk"]["tier"], impact["risk"]["rule"]) == ("low", "nothing")
    assert impact["risk"]["inputs"] == {
        "stage": "dev", "reversibility": "lossless", "dependants": 1, "rows": 0, "complete": True,
    }  # fmt: skip
    assert acme.again(change).plan is None  # a reading keeps nothing


def test_the_impact_of_a_validated_change_is_what_was_judged(acme: World, ada: Caller) -> None:
    """What people agreed to, and not what a later answer would count."""
    change = acme.check_in(drafted(acme))
    impact = shown(ada, f"/changes/{change.number}/impact")
    assert impact["measured_at"] is not None
    assert impact["status"] == "complete"
    assert Impact.from_dict(impact) == Impact.from_dict(change.plan["impact"])
    assert impact["risk"] == change.plan["risk"]


def test_a_change_of_nothing_reaches_nobody(acme: World, ada: Caller) -> None:
    assert shown(ada, f"/changes/{acme.open().number}/impact")["dependants"] == 0


def test_a_merged_change_shows_what_hung_on_it_then(acme: World, ada: Caller) -> None:
    """The figure people agreed to is history; the graph of today says nothing about it."""
    change = merged(acme)
    acme.define("problem", base="task")
    assert shown(ada, f"/changes/{change.number}/impact")["dependants"] == 1


def test_a_revert_answers_with_the_draft_its_plan_and_what_happened_since(acme: World, ada: Caller) -> None:
    """EC-UI-009: an integrator undoes a change, and learns at once what is in the way."""
    done = merged(acme)
    later = drafted(acme, attribute="description", value="Some of them")
    acme.carry_through(later)

    response = ada.post(f"/changes/{done.number}/revert")

    assert response.status_code == 201, response.content
    answer = response.json()
    assert (answer["change"]["status"], answer["change"]["origin"]) == ("Draft", "revert")
    assert answer["change"]["reverts_id"] == str(done.pk)
    assert not answer["plan"]["is_clean"]
    assert [conflict["theirs"] for conflict in answer["plan"]["conflicts"]] == ["Some of them"]
    assert [(one["key"], one["number"], one["by_name"]) for one in answer["since"]] == [
        ("task", later.number, "Ada Admin")
    ]


def test_a_second_revert_is_told_of_the_first(acme: World, ada: Caller) -> None:
    done = merged(acme)
    first = ada.post(f"/changes/{done.number}/revert").json()["change"]
    second = ada.post(f"/changes/{done.number}/revert")
    assert (second.status_code, second.json()["error"]["code"]) == (409, "ALREADY_REVERTED")
    assert second.json()["error"]["details"]["number"] == first["number"]
    assert shown(ada, f"/changes/{done.number}/reversal")["reverted_by_id"] == first["id"]


def test_a_repeated_revert_is_answered_as_the_first_time(acme: World, ada: Caller) -> None:
    """A client that lost the answer asks again and gets it, byte for byte."""
    done = merged(acme)
    answers = [ada.post(f"/changes/{done.number}/revert", idempotency_key="once") for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].content == answers[1].content


def test_the_reversal_is_shown_before_it_is_asked_for(acme: World, ada: Caller) -> None:
    done = merged(acme)
    reversal = shown(ada, f"/changes/{done.number}/reversal")
    assert (reversal["reversibility"], reversal["reverted_by_id"], reversal["since"]) == ("lossless", None, [])
    assert [(one["key"], one["reversibility"]) for one in reversal["operations"]] == [("task", "lossless")]
    assert [(one["key"], one["op_type"]) for one in reversal["undoing"]] == [("task", "set_attribute")]


def test_only_a_merged_change_has_a_reversal(acme: World, ada: Caller) -> None:
    change = drafted(acme)
    answers = [ada.get(f"/changes/{change.number}/reversal"), ada.post(f"/changes/{change.number}/revert")]
    assert [(answer.status_code, answer.json()["error"]["code"]) for answer in answers] == [(409, "NOT_MERGED")] * 2


@pytest.mark.parametrize("given", [{"anyway": "perhaps"}, {"reason": "x"}, {"title": ""}])
def test_a_revert_with_an_input_it_does_not_know_is_refused(acme: World, ada: Caller, given: dict[str, Any]) -> None:
    done = merged(acme)
    answer = ada.post(f"/changes/{done.number}/revert", given)
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "INVALID_INPUT")
    assert shown(ada, f"/changes/{done.number}/reversal")["reverted_by_id"] is None


def test_nothing_of_it_exists_for_another_tenant(acme: World) -> None:
    done = merged(acme)
    globex = world("globex")
    stranger = caller(globex.ada, globex.tenant)
    answers = [
        stranger.get(f"/changes/{done.pk}/impact"),
        stranger.get(f"/changes/{done.pk}/reversal"),
        stranger.post(f"/changes/{done.pk}/revert"),
    ]
    assert [answer.status_code for answer in answers] == [404, 404, 404]


def test_an_agent_may_look_and_draft(acme: World) -> None:
    """A reversal of an agent's is a proposal of its owner's."""
    done = merged(acme)
    robot = people.agent(acme.tenant, acme.ada, roles=["Editor"])
    answer = caller(robot, acme.tenant).post(f"/changes/{done.number}/revert")
    assert answer.status_code == 201
    assert (answer.json()["change"]["created_by_kind"], answer.json()["change"]["author_id"]) == (
        "agent", str(acme.ada.pk),
    )  # fmt: skip


def test_the_reads_cost_the_same_for_one_operation_and_for_three(acme: World, ada: Caller) -> None:
    changes = []
    acme.define("island")
    for key, count in (("island", 1), ("task", 3)):
        change = acme.open()
        for number in range(count):
            acme.add_field(change, f"{key}_{number}", on=key)
        changes.append(acme.carry_through(change).change)
    for read in ("impact", "reversal"):
        one, three = (ada.cost(f"/changes/{change.number}/{read}") for change in changes)
        assert one == three
