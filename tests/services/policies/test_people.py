"""Whom a policy asks: nobody who never was, and a word about seats that nobody fills today."""

from typing import Any
from uuid import UUID

import pytest

from apps.changes.models import Change
from apps.changes.services.standing import empty_seats
from apps.kernel.errors import InvalidInput
from tests import people
from tests.changing import World
from tests.services.changes.meeting import planned
from tests.services.policies.governing import Government


def asking(*any_of: str, least: int = 1) -> dict[str, Any]:
    return {
        "rule_id": "ask",
        "match": {"action": "change.merge"},
        "effect": "require_approval",
        "requirements": {"approvals": [{"min": least, "from_any_of": list(any_of)}]},
    }


def drafted(of: World, rule: dict[str, Any], environment: str = "dev") -> Change:
    change = of.open("Ask", environment=environment)
    of.stage(change, "define", {"key": "asks", "name": "Asks", "rules": [rule]}, on="asks", kind="policy")
    return change


def warned(of: World, change: Change) -> list[tuple[str, str]]:
    found = planned(of, change)
    assert found.errors == []
    return [(finding.code, finding.message) for finding in found.warnings]


NOBODY = UUID(int=1)


@pytest.mark.parametrize(
    ("subject", "says"),
    [
        ("role:Onwer", "There is no role “Onwer”. Did you mean “Owner”"),
        (f"team:{NOBODY}", "The teams are: Night shift (team:"),
        (f"principal:{NOBODY}", "is nobody of this tenant."),
    ],
)
def test_an_approver_nobody_ever_was_is_refused_with_what_there_is(
    acme: World, government: Government, subject: str, says: str
) -> None:
    """Accepted silently, nothing that the rule covers would ever merge."""
    acme.give("team.create", name="Night shift")
    version = government.write("asks", asking("role:Owner"))
    change = acme.open("Ask somebody else")

    with pytest.raises(InvalidInput) as refused:
        acme.stage(change, "set_rule", {"rule": "ask", "requirements": asking(subject)["requirements"]},
                   on="asks", kind="policy")  # fmt: skip

    assert refused.value.details["reason"] == "UNKNOWN_APPROVER"
    assert [one["path"] for one in refused.value.details["errors"]] == ["/payload/requirements/approvals/0/from_any_of"]
    assert says in refused.value.message
    assert "change.operation_added" not in acme.events(change)
    assert government.newest("asks").pk == version.pk


def test_a_stranger_of_another_tenant_is_a_stranger(acme: World) -> None:
    globex = people.tenant("globex")
    with pytest.raises(InvalidInput) as refused:
        drafted(acme, asking(f"principal:{people.administrator(globex).pk}"))
    assert refused.value.details["reason"] == "UNKNOWN_APPROVER"


def test_seats_that_nobody_fills_today_are_warned_of_and_move_no_vote(acme: World) -> None:
    """People can be found and roles be given: it is said when the policy is validated, and is no part of the digest."""
    team = acme.give("team.create", name="Finance")
    change = drafted(acme, asking(f"team:{team.pk}"), "test")
    who = "Rule “ask” asks for 1 of Finance who may approve, and nobody is today."
    assert warned(acme, change) == [("SEAT_UNFILLED", who)]
    ready = acme.check_in(change)
    assert ready.status == "Ready"
    assert [finding["code"] for finding in ready.plan["findings"]] == ["SEAT_UNFILLED"]
    acme.give("change.approve", change.pk, by=acme.ben, digest=ready.approval_digest)

    acme.give("team.add_member", team.pk, principal_id=acme.cleo.pk)

    assert warned(acme, change) == []
    assert acme.merge(change).planned.digest == ready.approval_digest


def test_too_few_and_those_who_may_not_approve_fill_no_seat(acme: World) -> None:
    two = drafted(acme, asking("role:Owner", f"principal:{acme.eve.pk}", least=3))

    (found,) = planned(acme, two).warnings

    # Ben, and who made the tenant: Eve edits only.
    assert found.message.endswith("who may approve, and only 2 are today.")
    assert found.details == {
        "rule": "ask", "asked": 3, "there": 2, "any_of": [f"principal:{acme.eve.pk}", "role:Owner"],
    }  # fmt: skip


def test_a_rule_about_an_actor_nobody_is_is_warned_of(acme: World) -> None:
    """A denial that never comes, for a letter."""
    rule = {"rule_id": "no", "effect": "deny", "match": {"action": "change.merge", "actor": ["role:Editro"]}}

    assert warned(acme, drafted(acme, rule)) == [
        ("ACTOR_UNKNOWN", "Rule “no” is about nobody: There is no role “Editro”. Did you mean “Editor”?")
    ]


def test_what_is_asked_of_former_members_and_archived_teams_can_still_be_edited(
    acme: World, government: Government
) -> None:
    team = acme.give("team.create", name="Finance")
    government.write("asks", asking(f"team:{team.pk}"))
    acme.give("team.archive", team.pk)
    change = acme.open("Later")
    acme.stage(change, "set_rule", {"rule": "ask", "priority": 7}, on="asks", kind="policy")

    assert [code for code, _message in warned(acme, change)] == ["SEAT_UNFILLED"]


def test_more_people_than_there_are(acme: World) -> None:
    """Ada, Ben, Cleo and who made the tenant may approve."""
    assert warned(acme, drafted(acme, asking(least=5))) == [
        ("SEAT_UNFILLED", "Rule “ask” asks for 5 of anybody who may approve, and only 4 are today.")
    ]


def test_a_policy_that_is_wrong_in_itself_is_told_so_and_asks_nobody(acme: World) -> None:
    """Such as an edited side of a conflict: it is refused for what it is."""
    with acme.reading():
        assert empty_seats({("policy", "asks"): {"name": "Asks", "rules": {"a": "nonsense"}}}) == []
