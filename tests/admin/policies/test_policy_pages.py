"""What would be lost: policies, their versions and decisions as people see and move them."""

import json
import re
from typing import Any

import pytest

from apps.changes.queries import operations_of
from apps.policies.admin.rules import answers_of, lines_of, rule_from, seats_from
from apps.policies.core.samples import DELIVERY
from apps.policies.models import PolicyVersion
from tests import changing
from tests.admin.conftest import Seat, offered, sit, text
from tests.changing import World
from tests.services.policies.governing import DENY_ALL, THREE, Government


@pytest.fixture
def government(acme: World) -> Government:
    return Government(acme)


@pytest.fixture
def version(government: Government) -> PolicyVersion:
    """Simulated, in ``test``, waiting for one vote."""
    return government.simulate(government.write("releases", THREE, environment="test"))


@pytest.fixture
def ben(acme: World) -> Seat:
    return sit(acme.ben, acme.tenant)


def page_of(version: PolicyVersion) -> str:
    return f"/policies/policyversion/{version.pk}/"


def in_environment(acme: World, seat: Seat, name: str) -> None:
    seat.post("/pick/environment/", value=str(acme.environment(name).pk), next="/admin/")


def test_policies_are_listed_with_what_is_in_force(acme: World, government: Government, ada: Seat) -> None:
    """Before there is any, too: the built-in policy's rules hold."""
    assert "approvals, built in" in text(ada.get("/policies/policy/"))
    government.activate(government.write("releases", THREE))
    page = text(ada.get("/policies/policy/"))

    assert "Releases" in page
    assert "v1" in page


def test_the_page_of_a_policy_shows_its_rules_in_words_and_its_versions(government: Government, ada: Seat) -> None:
    made = government.write("releases", THREE, DENY_ALL)
    page = text(ada.get(f"/policies/policy/{made.definition_id}/"))

    assert "pack.promote" in page
    assert "3 of anybody who may approve" in page
    assert "Deny change.merge" not in page  # the table has the effect in a column of its own
    assert "no version is in force" in page


def test_a_merged_policy_leads_on_to_what_puts_it_in_force(acme: World, government: Government, ada: Seat) -> None:
    """Merging alone decides nothing, and its author may go on where nobody has to agree."""
    made = government.simulate(government.write("releases", THREE))
    change = ada.get(f"/changes/change/{made.change_id}/")
    page = ada.get(page_of(made))

    assert "in force only once activated" in text(change)
    assert f'href="/admin{page_of(made)}"' in change.content.decode()
    assert "policy.activate" in offered(page)
    assert "Another person has to decide" not in text(page)


def test_a_seat_that_nobody_fills_is_said_where_the_rule_is_shown(
    acme: World, government: Government, ada: Seat
) -> None:
    """Before it is in force: afterwards nothing that it covers would merge."""
    team = acme.give("team.create", name="Finance")
    seats = [{"min": 1, "from_any_of": [f"team:{team.pk}"]}]
    asks = {"rule_id": "ask", "effect": "require_approval", "requirements": {"approvals": seats}}
    made = government.write("asks", asks)

    for page in (f"/policies/policy/{made.definition_id}/", page_of(made)):
        assert "asks for 1 of Finance who may approve, and nobody is today." in text(ada.get(page))
    acme.give("team.add_member", team.pk, principal_id=acme.ben.pk)
    assert "who may approve, and" not in text(ada.get(page_of(made)))


def test_a_version_says_what_it_takes_and_why(version: PolicyVersion, ben: Seat) -> None:
    page = text(ben.get(page_of(version)))

    assert "1 of anybody who may approve" in page
    assert "built in" in page or "approvals v0" in page
    assert "Simulation:" in page


def test_the_buttons_carry_a_version_into_force(
    government: Government, version: PolicyVersion, ada: Seat, ben: Seat
) -> None:
    assert "policy.activate" not in offered(ada.get(page_of(version)))
    assert "Still missing: 1 of anybody who may approve." in ada.get(page_of(version)).content.decode()

    ben.command("policy.approve", version.pk, digest=government.digest(version), next=f"/admin{page_of(version)}")
    assert {"policy.activate", "policy.withdraw_approval"} <= offered(ben.get(page_of(version)))
    ada.command("policy.activate", version.pk, next=f"/admin{page_of(version)}")

    assert government.again(version).status == "active"
    assert "policy.request_deprecation" in offered(ada.get(page_of(version)))


def test_the_author_sees_why_they_cannot_vote(version: PolicyVersion, ada: Seat) -> None:
    page = ada.get(page_of(version))
    assert "policy.approve" not in offered(page)
    assert "Another person has to decide: you wrote this." in page.content.decode()


def test_an_editor_is_offered_a_simulation_and_nothing_else(acme: World, version: PolicyVersion) -> None:
    eve = sit(acme.eve, acme.tenant)
    assert offered(eve.get(page_of(version))) & {"policy.simulate", "policy.activate", "policy.approve"} == {
        "policy.simulate"
    }


def test_a_simulation_names_the_decisions_that_would_be_others(government: Government, ada: Seat) -> None:
    change = government.merged()
    version = government.simulate(government.write("freeze", DENY_ALL))
    page = text(ada.get(page_of(version)))

    assert "past decisions would come out differently" in page
    assert change.number in page


def test_a_decision_says_why_and_that_it_can_be_made_again(acme: World, government: Government, ada: Seat) -> None:
    """XY-098: “Why?” on any allow or deny opens the rule."""
    change = government.merged("prod")
    (decision,) = government.decisions(subject_id=change.pk)
    page = text(ada.get(f"/policies/decision/{decision.pk}/"))

    assert "1 of Owner" in page
    assert "approvals, built in" in page
    assert "Decided again now the same" in page
    assert change.number in text(ada.get("/policies/decision/"))


def test_try_a_decision_answers_on_the_page_and_keeps_nothing(
    acme: World, government: Government, version: PolicyVersion, ada: Seat
) -> None:
    """XY-096."""
    before = len(government.decisions())
    asked = {
        "environment_id": str(acme.environment("prod").pk), "action": "change.merge", "risk": "low",
        "reversibility": "irreversible", "actor_kind": "human",
    }  # fmt: skip
    form = ada.get("/policies/decision/try/")
    assert "Nothing is decided" in text(form)
    # What policies are asked about, and no other command.
    offers = form.content.decode().partition('name="action"')[2].partition("</select>")[0]
    assert re.findall(r'<option value="([^"]+)"', offers) == ["change.merge", "policy.activate", "policy.deprecate"]
    page = text(ada.post("/policies/decision/try/", **asked))

    assert "2 of anybody who may approve, 1 of Owner" in page
    assert "irreversible" in page
    assert len(government.decisions()) == before


def test_the_page_of_an_environment_shows_what_the_policies_ask_for(acme: World, ada: Seat) -> None:
    page = text(ada.get(f"/tenancy/environment/{acme.environment('prod').pk}/"))
    assert "Rules in force" in page
    assert "1 of Owner" in page


def test_a_rule_is_added_edited_and_removed_in_the_change_in_hand(
    acme: World, government: Government, ada: Seat
) -> None:
    made = government.write("releases", THREE)
    base = f"/policies/policy/{made.definition_id}"
    change = acme.open("Edits")
    ada.take_in_hand(change)

    ada.post(
        f"{base}/rules/add/", rule_id="night", effect="allow", action="change.merge", priority="5", stage="prod",
        resource_type="any", risk="any", reversibility="any", actor_kind="any", opens="22:00", closes="04:00",
        timezone="UTC",
    )  # fmt: skip
    ada.post(f"{base}/rules/three/edit/", **form_of(THREE, approvals="2 of role:Owner\n1"))
    with acme.reading():
        summaries = [row.summary for row in operations_of(change.pk)]
    assert summaries == ["Add rule “night”: allow", "Change rule “three”: requirements"]

    refused = ada.post(f"{base}/rules/add/", **form_of({**DENY_ALL, "match": {"action": "change.marge"}}, rule_id="x"))
    assert "Did you mean" in text(refused)
    strange = ada.post(f"{base}/rules/add/", **form_of(THREE, approvals="1\n1 of role:Ownr", rule_id="y"))
    assert "Line 2: There is no role “Ownr”. Did you mean “Owner”?" in text(strange)
    other = acme.open("Removal")
    ada.take_in_hand(other)
    ada.post(f"{base}/rules/three/remove/")
    with acme.reading():
        assert [row.summary for row in operations_of(other.pk)] == ["Remove rule “three”"]


def test_a_policy_is_defined_from_a_form_and_its_first_rules_come_next(acme: World, ada: Seat) -> None:
    """XY-086: a form, and an editor of JSON that a template fills."""
    change = acme.open("New")
    ada.take_in_hand(change)
    assert "?template=delivery&amp;next=" in ada.get("/policies/policy/").content.decode()
    templates = ada.get("/policies/policy/new/", template="delivery").context["form"]["rules"].value()
    assert json.loads(templates) == DELIVERY["rules"]

    made = ada.post("/policies/policy/new/", key="mine", name="Mine", evaluation_mode="first_match", rules="[]")
    assert made["Location"] == "/admin/policies/policy/mine/rules/add/"
    assert "Done" in text(ada.get("/policies/policy/mine/rules/add/"))
    again = ada.post("/policies/policy/mine/rules/add/", **form_of(DENY_ALL, rule_id="stop"))
    assert again["Location"] == "/admin/policies/policy/mine/rules/add/"
    with acme.reading():
        assert [row.summary for row in operations_of(change.pk)] == ["Define “Mine” (mine)", "Add rule “stop”: deny"]

    nowhere = ada.post("/policies/policy/nobody/rules/add/", **form_of(DENY_ALL, rule_id="stop"))
    assert nowhere.status_code == 200
    with acme.reading():
        assert len(operations_of(change.pk)) == 2


def test_rules_of_a_policy_with_a_fault_are_refused_with_what_was_typed(acme: World, ada: Seat) -> None:
    ada.take_in_hand(acme.open("New"))
    rules = '[{"rule_id": "r", "effect": "deny", "match": {"stge": "prod"}}]'
    page = text(ada.post("/policies/policy/new/", key="mine", name="Mine", evaluation_mode="first_match", rules=rules))
    assert "Did you mean “stage”" in page
    assert "stge" in page
    page = text(ada.post("/policies/policy/new/", key="mine", name="Mine", rules='[{"rule_id": "r", "efect": "deny"}]'))
    assert "0.effect: Field required" in page


def test_a_version_in_force_is_ended_after_people_were_asked(
    acme: World, government: Government, ada: Seat, ben: Seat
) -> None:
    active = government.activate(government.write("releases", THREE, environment="test"), acme.ben)
    page = ada.get(page_of(active))
    assert "policy.request_deprecation" in offered(page)
    assert "policy.deprecate" not in offered(page)

    ada.command("policy.request_deprecation", active.pk, reason="Over", next=f"/admin{page_of(active)}")
    assert "End releases v1: Over" in text(ben.get("/approvals/request/"))
    ben.command("policy.approve", active.pk, digest=government.digest(active), next=f"/admin{page_of(active)}")
    assert "policy.deprecate" in offered(ada.get(page_of(active)))
    dev = government.activate(government.write("releases", THREE))
    assert "policy.request_deprecation" not in offered(ada.get(page_of(dev)))


def test_rolling_back_leads_to_the_version_it_makes(acme: World, government: Government, ada: Seat) -> None:
    """AT-064."""
    first = government.activate(government.write("releases", THREE))
    acme.give("policy.deprecate", first.pk, reason="Over")
    answer = ada.command("policy.roll_back", first.pk, reason="Back", next=f"/admin{page_of(first)}")

    second = government.newest("releases")
    assert answer["Location"] == f"/admin{page_of(second)}"
    assert "Returns to version 1: Back" in text(ada.get(page_of(second)))
    assert "Go on with v2" in text(ada.get(f"/policies/policy/{first.definition_id}/"))


def test_another_tenants_pages_do_not_exist(government: Government, version: PolicyVersion, acme: World) -> None:
    globex = changing.world("globex")
    gil = sit(globex.ada, globex.tenant)
    assert gil.get(page_of(version)).status_code == 404
    assert gil.get(f"/policies/policy/{version.definition_id}/").status_code == 404


@pytest.mark.parametrize(
    ("line", "group"),
    [
        ("2", {"min": 2}),
        ("+1", {"min": 1, "additional": True}),
        ("1 of role:Owner", {"min": 1, "from_any_of": ["role:Owner"]}),
        ("3 role:Owner, role:Admin", {"min": 3, "from_any_of": ["role:Admin", "role:Owner"]}),
        ("1 of role:Owner or role:Admin", {"min": 1, "from_any_of": ["role:Admin", "role:Owner"]}),
    ],
)
def test_a_line_is_a_group_of_seats(line: str, group: dict[str, Any]) -> None:
    assert seats_from(line) == group
    assert [seats_from(one) for one in lines_of([group])] == [group]


def test_a_rule_survives_its_form() -> None:
    rule = {
        "effect": "require_approval",
        "priority": 7,
        "match": {"stage": "prod", "actor": ["role:Operator"]},
        "requirements": {
            "approvals": [{"min": 2}, {"min": 1, "additional": True}],
            "time_window": {"timezone": "UTC", "days": ["mon"], "opens": "08:00", "closes": "17:00"},
            "deadline_hours": 4,
        },
        "description": "Why",
    }
    assert rule_from(answers_of(rule)) == rule


def form_of(rule: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """The answers of a form filled with a rule."""
    answers = {"priority": 100, "stage": "any", "resource_type": "any", "risk": "any", "reversibility": "any",
               "actor_kind": "any", "timezone": "UTC", **answers_of({"priority": 100, **rule})}  # fmt: skip
    shown = {name: "\n".join(value) if isinstance(value, list) else value for name, value in answers.items()}
    return {**shown, **changes}
