"""What would be lost: who has to agree and why, said on the page; and a no that is as easy as a yes."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from apps.approvals.models import Request
from apps.changes.models import Change
from apps.policies.models import Decision
from tests import people
from tests.admin.conftest import Seat, offered, sit, text
from tests.changing import World
from tests.services.policies.governing import DENY_ALL, Government


def ready(acme: World, environment: str, **payload: Any) -> Change:
    change = acme.open("Define task", by=acme.eve, environment=environment)
    acme.stage(change, "define", {"key": "task", "name": "Task", **payload}, on="task", by=acme.eve)
    return acme.check_in(change)


@pytest.fixture
def prod(acme: World) -> Change:
    """A change of Eve's that is ready for production: two people, one of them an Owner."""
    return ready(acme, "prod")


def shown(seat: Seat, change: Change) -> str:
    return text(seat.get(f"/changes/change/{change.number}/"))


def test_seats_are_shown_filled_and_missing_with_names(acme: World, ada: Seat, prod: Change) -> None:
    """Issue 3 (change page): who sits where, and who could take what is empty."""
    before = shown(ada, prod)
    acme.give("change.approve", prod.pk, digest=prod.approval_digest)
    one = shown(ada, prod)
    acme.give("change.approve", prod.pk, digest=prod.approval_digest, by=acme.ben)
    both = shown(ada, prod)

    assert "Missing: Owner" in before
    assert "Ben Admin" in before.partition("Missing: Owner")[2]
    assert "Missing: anybody who may approve" in before
    assert "Ada Admin as anybody who may approve" in one
    assert "Missing: Owner" in one
    assert "Missing" not in both
    assert "Ben Admin as Owner" in both


def test_who_votes_in_somebodys_stead_is_said_to(acme: World, ada: Seat, prod: Change) -> None:
    """Ben lends Cleo his place among the Owners; the page says in whose stead she sits there."""
    ends_at = timezone.now() + timedelta(days=2)
    acme.give("delegation.create", by=acme.ben, delegate_id=acme.cleo.pk, ends_at=ends_at, reason="Away")
    acme.give("change.approve", prod.pk, digest=prod.approval_digest, by=acme.cleo)

    assert "Cleo Admin as Owner, standing in for Ben Admin" in shown(ada, prod)


def test_who_had_agreed_stays_as_it_was_at_the_merge(acme: World, ada: Seat, prod: Change) -> None:
    """Issue 3 (change page): a delegation that ends later leaves no seat empty, here or in the inbox."""
    ends_at = timezone.now() + timedelta(days=2)
    lent = acme.give("delegation.create", by=acme.ben, delegate_id=acme.cleo.pk, ends_at=ends_at, reason="Away")
    for voter in (acme.cleo, acme.ada):
        acme.give("change.approve", prod.pk, digest=prod.approval_digest, by=voter)
    acme.merge(prod)
    acme.give("delegation.revoke", lent.pk, by=acme.ben)
    with acme.reading():
        request = Request.objects.get(subject_id=prod.pk)

    for told in (shown(ada, prod), text(ada.get(f"/approvals/request/{request.pk}/"))):
        agreed = told.partition("Who had to agree")[2]
        assert "Cleo Admin as Owner, standing in for Ben Admin" in agreed
        assert "Ada Admin as anybody who may approve" in agreed
        assert "Missing" not in agreed
    assert request.kept is not None
    assert set(request.kept.tally.voters) == {acme.cleo.pk, acme.ada.pk}


def test_why_names_the_rule_and_the_policy(acme: World, ada: Seat, prod: Change) -> None:
    told = shown(ada, prod).partition("Who has to agree")[2]

    assert "Why?" in told
    assert "approvals v0" in told
    assert f"Approval digest {prod.approval_digest[:12]}" in told


def test_where_nobody_has_to_agree_the_page_says_so(acme: World, ada: Seat) -> None:
    assert "Nobody has to agree before it is merged." in shown(ada, ready(acme, "dev"))


def test_the_risk_is_said_with_its_rule(acme: World, ada: Seat) -> None:
    """The tier comes from what was measured, and its inputs are there to be looked at."""
    acme.define("task", "summary")
    acme.define("incident", base="task")
    change = acme.open("Rename")
    acme.stage(change, "rename_field", {"old_name": "summary", "new_name": "headline"}, on="task")
    told = shown(ada, change)

    weight = told.partition("Risk and reach")[2]
    assert "Risk speed low risk It can be undone" in weight
    assert "Rule none applies Environment dev Can be undone" in weight
    assert "Used by 1 record type incident" in weight
    # Beside the operation: how it can be undone, and what refers to what it changes.
    assert "Rename field “summary” to “headline”" in told
    operation = told.partition("Rename field “summary” to “headline”")[2].partition("Comment")[0]
    assert "reversible" in operation
    assert "1 record type refers to it" in operation


def test_no_is_offered_to_those_who_may_say_yes(acme: World, ada: Seat, prod: Change) -> None:
    """Authors withdraw; who may not approve has nothing to refuse."""
    says_no = {"change.deny", "change.request_changes"}
    eve = sit(acme.eve, acme.tenant)
    vic = sit(people.person(acme.tenant, "Vic Viewer", roles=["Viewer"]), acme.tenant)

    found = {
        name: offered(seat.get(f"/changes/change/{prod.number}/")) & says_no
        for name, seat in {"ada": ada, "eve": eve, "vic": vic}.items()
    }

    assert found == {"ada": says_no, "eve": set(), "vic": set()}


def test_a_request_for_changes_needs_a_reason_and_brings_it_to_the_page(acme: World, ada: Seat, prod: Change) -> None:
    without = ada.command("change.request_changes", prod.pk, _form="1", digest=prod.approval_digest, comment="")
    ada.command(
        "change.request_changes",
        prod.pk,
        _form="1",
        digest=prod.approval_digest,
        comment="Name the team",
        next="/admin/",
    )

    assert without.status_code == 200
    assert acme.again(prod).status == "Implementing"
    told = shown(ada, prod)
    assert "Ada Admin asked for changes Name the team" in told


def test_a_denied_change_says_by_whom_and_why_and_offers_only_a_clone(acme: World, ada: Seat, prod: Change) -> None:
    ada.command("change.deny", prod.pk, _form="1", digest=prod.approval_digest, comment="Not like this", next="/admin/")
    page = ada.get(f"/changes/change/{prod.number}/")

    assert "Denied prod" in text(page)
    assert "Denied by Ada Admin: Not like this" in text(page)
    agreement = text(page).partition("Who had to agree")[2]
    assert "Ada Admin denied it: nobody is asked any more." in agreement
    assert "Missing" not in agreement
    # The shell offers a new change on every page.
    assert offered(page) == {"change.clone", "change.comment", "change.create"}


def test_a_void_vote_says_why(acme: World, ada: Seat, prod: Change) -> None:
    acme.give("change.approve", prod.pk, digest=prod.approval_digest, by=acme.ben)
    acme.give("change.withdraw", prod.pk, reason="One more field")

    assert "Ben Admin approved void: withdrawn" in shown(ada, prod)


def test_approving_takes_a_comment(acme: World, ada: Seat, prod: Change) -> None:
    """Issue 3 (change page): a yes may say why, too."""
    page = ada.get(f"/changes/change/{prod.number}/").content.decode()
    form = text(ada.get(f"/commands/change.approve/{prod.pk}/", digest=prod.approval_digest))
    ada.command("change.approve", prod.pk, _form="1", digest=prod.approval_digest, comment="As agreed", next="/admin/")

    assert "Approve with a comment" in page
    assert "Comment" in form
    told = shown(ada, prod)
    assert "Ada Admin approved As agreed" in told
    assert "Approve with a comment" not in told


def test_what_is_over_asks_nobody_any_more(acme: World, ada: Seat, prod: Change) -> None:
    merged = ready(acme, "dev")
    acme.merge(merged)
    ada.command("change.deny", prod.pk, _form="1", digest=prod.approval_digest, comment="No", next="/admin/")

    assert "Who had to agree Nobody had to agree." in shown(ada, merged)
    assert "Who has to agree" not in shown(ada, prod)


def test_a_policy_that_forbids_says_which_rule(acme: World, ada: Seat) -> None:
    """Issue 3 (policy decisions with the reason): a finding, and under why the rule of which version of it."""
    Government(acme).activate(Government(acme).write("freeze", DENY_ALL))
    change = acme.open("In vain")
    acme.stage(change, "define", {"key": "task", "name": "Task"}, on="task")
    told = shown(ada, change)

    assert "POLICY_DENIED" in told
    assert "A policy forbids it." in told
    assert "freeze v1 · freeze" in told.partition("Why?")[2]


def test_a_rule_that_names_somebody_by_id_is_read_with_the_name(acme: World, ada: Seat) -> None:
    """Issue 3 (policy decisions with the reason): under why, in the inbox and on the pages of policies."""
    asked = f"principal:{acme.ben.pk}"
    rule = {
        "rule_id": "ben-agrees",
        "effect": "require_approval",
        "match": {"action": "change.merge", "stage": "dev"},
        "requirements": {"approvals": [{"min": 1, "from_any_of": [asked]}]},
    }
    version = Government(acme).activate(Government(acme).write("bens", rule))
    change = ready(acme, "dev")
    with acme.reading():
        request = Request.objects.get(subject_id=change.pk)
        decision = Decision.objects.get(subject_id=change.pk)
    named = "Approval for change.merge in dev: 1 of Ben Admin"

    assert named in shown(ada, change).partition("Why?")[2]
    for page in (
        "/approvals/request/?whose=open",
        f"/approvals/request/{request.pk}/",
        f"/policies/decision/{decision.pk}/",
        f"/tenancy/environment/{acme.environment('dev').pk}/",
    ):
        told = text(ada.get(page))
        assert named in told, page
        assert asked not in told, page
    assert "1 of Ben Admin" in text(ada.get(f"/policies/policyversion/{version.pk}/"))


def test_a_request_that_has_its_approvals_has_no_deadline(acme: World, ada: Seat, prod: Change) -> None:
    assert "Answer until" in shown(ada, prod)
    acme.give("change.approve", prod.pk, digest=prod.approval_digest)
    acme.give("change.approve", prod.pk, digest=prod.approval_digest, by=acme.ben)
    assert "Answer until" not in shown(ada, prod)
