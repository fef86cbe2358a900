"""What would be lost: one inbox that says what waits, for whom and why, and decisions that are one click away."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from apps.approvals.models import Delegation, Notice, Request
from apps.policies.models import PolicyVersion
from tests import people
from tests.admin.conftest import Seat, offered, sit, text
from tests.changing import World
from tests.services.policies.governing import THREE, Government


def ready(world: World, key: str = "task", environment: str = "prod") -> Any:
    change = world.open(f"Define {key}", by=world.eve, environment=environment)
    world.stage(change, "define", {"key": key, "name": key.title()}, on=key, by=world.eve)
    return world.check_in(change)


def proposed(world: World) -> PolicyVersion:
    """A policy version of Ada's that waits for approval."""
    government = Government(world)
    return government.simulate(government.write("releases", THREE, environment="prod"))


def request_of(world: World, change: Any) -> Request:
    with world.reading():
        found: Request = Request.objects.get(subject_id=change.pk)
    return found


@pytest.fixture
def ben(acme: World) -> Seat:
    return sit(acme.ben, acme.tenant)


def test_the_inbox_says_what_waits_for_me_for_whom_it_waits_and_why(acme: World, ada: Seat) -> None:
    change = ready(acme)
    shown = text(ada.get("/approvals/request/"))

    assert "Define task" in shown
    assert change.number in shown
    assert "0 / 2" in shown
    assert "Owner; anybody who may approve" in shown or "anybody who may approve; Owner" in shown
    reason = request_of(acme, change).reasons[0]["text"]
    assert reason
    assert reason in shown
    assert "Define task" not in text(sit(acme.eve, acme.tenant).get("/approvals/request/"))


def test_one_inbox_shows_changes_and_policies_and_both_are_decided_there(acme: World, ben: Seat) -> None:
    """XY-087: whatever waits for a person waits in one place."""
    change = ready(acme)
    version = proposed(acme)
    shown = text(ben.get("/approvals/request/"))
    for expected in ("Define task", "releases v1", "policy version"):
        assert expected in shown
    narrowed = text(ben.get("/approvals/request/", type="policies.policyversion"))
    assert "releases v1" in narrowed
    assert "Define task" not in narrowed

    for subject, commands in (
        (change, {"change.approve", "change.request_changes", "change.deny"}),
        (version, {"policy.approve", "policy.request_changes", "policy.deny"}),
    ):
        page = ben.get(f"/approvals/request/{request_of(acme, subject).pk}/")
        assert offered(page) >= commands
        assert "Missing: Owner" in text(page)
    ben.command("policy.approve", version.pk, digest=request_of(acme, version).digest)
    page = text(ben.get(f"/approvals/request/{request_of(acme, version).pk}/"))
    assert "as Owner" in page
    assert "Missing: anybody who may approve" in page
    assert "releases v1" not in text(ben.get("/approvals/request/"))


def test_who_stands_in_is_said_to(acme: World, ada: Seat) -> None:
    """A page that calls somebody an Owner who is none would be doubted."""
    change = ready(acme)
    acme.give("change.approve", change.pk, by=acme.cleo, digest=change.approval_digest)
    path = f"/approvals/request/{request_of(acme, change).pk}/"
    assert "standing in" not in text(ada.get(path))

    ends_at = timezone.now() + timedelta(days=1)
    acme.give("delegation.create", by=acme.ben, delegate_id=acme.cleo.pk, ends_at=ends_at)

    assert "as Owner, standing in for Ben Admin" in text(ada.get(path))
    with acme.reading():
        notice = Notice.objects.get(recipient=acme.cleo)
    assert "About Cleo Admin for Ben Admin" in text(sit(acme.cleo, acme.tenant).get(f"/approvals/notice/{notice.pk}/"))


def test_a_vote_that_counts_no_more_is_said_to(acme: World, ada: Seat) -> None:
    change = ready(acme)
    acme.give("change.approve", change.pk, by=acme.cleo, digest=change.approval_digest, comment="Good.")
    path = f"/approvals/request/{request_of(acme, change).pk}/"
    assert "Change by Eve Editor" in text(ada.get(path))
    assert "does not count now" not in text(ada.get(path))

    acme.give("role.unassign", acme.cleo.pk, role_id=people.role_id(acme.tenant, "Admin"))
    assert "does not count now" in text(ada.get(path))
    acme.give("change.withdraw", change.pk)
    assert "void: it was taken back into work" in text(ada.get(path))


def test_the_inbox_costs_the_same_for_more_rows(acme: World, ada: Seat) -> None:
    paths = ("/approvals/request/", "/approvals/request/?whose=open", "/approvals/request/?whose=all")
    ready(acme, "one")
    one = [ada.cost(path) for path in paths]
    for key in ("two", "three"):
        acme.give("change.approve", (change := ready(acme, key)).pk, by=acme.cleo, digest=change.approval_digest)
    three = [ada.cost(path) for path in paths]

    # The votes of the page are read once there are some.
    assert [after - before <= 6 for before, after in zip(one, three, strict=True)] == [True] * 3
    for key in ("four", "five"):
        acme.give("change.approve", (change := ready(acme, key)).pk, by=acme.cleo, digest=change.approval_digest)
    assert [ada.cost(path) for path in paths] == three


def test_a_person_decides_from_the_page_of_the_request(acme: World, ada: Seat, ben: Seat) -> None:
    change = ready(acme)
    path = f"/approvals/request/{request_of(acme, change).pk}/"
    assert offered(ada.get(path)) >= {"change.approve", "change.deny", "change.request_changes"}

    ada.command("change.approve", change.pk, digest=change.approval_digest)
    page = ada.get(path)
    assert "change.withdraw_approval" in offered(page)
    assert "change.approve" not in offered(page)
    assert "Ada Admin" in text(page)
    assert "Missing: Owner" in text(page)
    ben.command("change.deny", change.pk, _form=1, digest=change.approval_digest, comment="Not in this quarter.")

    page = ada.get(path)
    assert "Not in this quarter." in text(page)
    assert "denied" in text(page)
    assert not offered(page) - {"change.create"}
    assert acme.again(change).denied_at is not None


def test_an_author_is_told_that_another_person_decides(acme: World) -> None:
    change = ready(acme)
    eve = sit(acme.eve, acme.tenant)
    page = eve.get(f"/approvals/request/{request_of(acme, change).pk}/")

    assert not offered(page) - {"change.create"}
    assert page.status_code == 200


def test_a_delegation_is_made_and_revoked_with_forms(acme: World, ben: Seat) -> None:
    form = ben.get("/commands/delegation.create/")
    assert f'value="{acme.cleo.pk}"' in form.content.decode()
    assert f'value="{acme.ben.pk}"' not in form.content.decode()

    ends_at = (timezone.now() + timedelta(days=2)).strftime("%Y-%m-%dT%H:%M")
    ben.command("delegation.create", _form=1, delegate_id=str(acme.cleo.pk), ends_at=ends_at, reason="On holiday.")
    with acme.reading():
        made = Delegation.objects.get()
    shown = text(ben.get("/approvals/delegation/"))
    assert "Cleo Admin" in shown
    assert "in force" in shown
    assert "On holiday." in shown
    path = f"/approvals/delegation/{made.pk}/"
    assert "delegation.revoke" in offered(ben.get(path))
    assert "delegation.revoke" not in offered(sit(acme.eve, acme.tenant).get(path))

    ben.command("delegation.revoke", made.pk, _form=1)
    assert "revoked" in text(ben.get(path))


def test_the_home_page_shows_what_waits_for_me_and_what_i_was_told(acme: World, ada: Seat) -> None:
    change = ready(acme)
    assert "Define task" in text(ada.get("/"))
    acme.give("change.approve", change.pk, digest=change.approval_digest)
    acme.give("change.withdraw", change.pk, by=acme.ben)

    home = ada.get("/")
    assert "does not count any more" in text(home)
    with acme.reading():
        notice = Notice.objects.get(recipient=acme.ada)
    assert "does not count any more" in text(ada.get("/approvals/notice/"))
    assert offered(ada.get(f"/approvals/notice/{notice.pk}/")) - {"change.create"} == {"notice.read"}
    ada.command("notice.read", notice.pk)
    assert "does not count any more" not in text(ada.get("/"))
    assert "does not count any more" not in text(ada.get("/approvals/notice/", read="no"))


def test_nobody_reads_the_notices_of_another(acme: World, ada: Seat, ben: Seat) -> None:
    change = ready(acme)
    acme.give("change.approve", change.pk, digest=change.approval_digest)
    acme.give("change.withdraw", change.pk, by=acme.ben)
    with acme.reading():
        notice = Notice.objects.get(recipient=acme.ada)

    assert ben.get(f"/approvals/notice/{notice.pk}/").status_code in (302, 404)
    assert "does not count" not in text(ben.get("/approvals/notice/"))
