"""What would be lost: the wall between tenants in the pages, and knowing where one works."""

import re
from typing import Any

import pytest
from django.apps import apps
from django.test import Client

from apps.changes.models import Change
from apps.console import shell
from apps.events.models import Job, Outbox, Timer
from apps.tenancy.models import Membership
from tests import people
from tests.admin.conftest import Seat, sit, text
from tests.changing import World, world


@pytest.fixture
def globex(acme: World) -> Any:
    return people.tenant("globex", creator=people.operator("Greta Founder"))


def join(person: Any, tenant: Any) -> None:
    Membership.objects.create(tenant=tenant, principal=person, created_at=person.created_at)


def test_a_page_asks_for_a_sign_in_first(db: Any) -> None:
    answer = Client().get("/admin/changes/change/")

    assert (answer.status_code, answer.url) == (302, "/admin/login/?next=/admin/changes/change/")


def test_a_person_of_one_tenant_is_taken_there(acme: World) -> None:
    answer = sit(acme.ada).get()

    assert answer.status_code == 200
    assert "Acme" in text(answer)


def test_a_person_of_two_tenants_chooses_by_post(acme: World, globex: Any) -> None:
    join(acme.ada, globex)
    seat = sit(acme.ada)

    assert seat.get().url == "/admin/choose/"
    assert "Globex" in text(seat.get("/choose/"))
    assert seat.post("/choose/", value=str(globex.pk)).url == "/admin/"
    assert seat.chosen()[shell.TENANT] == str(globex.pk)


def test_a_tenant_one_does_not_belong_to_cannot_be_picked(acme: World, ada: Seat, globex: Any) -> None:
    assert ada.post("/pick/tenant/", value=str(globex.pk)).status_code == 404
    assert ada.chosen()[shell.TENANT] == str(acme.tenant.pk)


def test_a_membership_that_ended_leads_back_to_the_chooser(acme: World) -> None:
    """The session proves the login only; the rest is checked on each request."""
    seat = sit(acme.eve, acme.tenant)
    assert seat.get().status_code == 200
    with people.reading(acme.tenant):
        membership = Membership.objects.get(principal=acme.eve)
    acme.give("membership.remove", membership.pk)

    assert seat.get("/changes/change/").url == "/admin/choose/"
    assert shell.TENANT not in seat.chosen()


def test_switching_tenants_puts_down_what_was_in_hand(acme: World, ada: Seat, globex: Any) -> None:
    join(acme.ada, globex)
    ada.take_in_hand(acme.open())
    ada.post("/pick/tenant/", value=str(globex.pk))

    assert {shell.CHANGE, shell.ENVIRONMENT} & set(ada.chosen()) == set()


@pytest.mark.parametrize("label", ["changes.Change", "types.RecordType", "metadata.Head", "metadata.Revision"])
def test_a_link_into_another_tenant_is_a_404(acme: World, ada: Seat, label: str) -> None:
    """EC-UI-002: what belongs to another tenant does not exist."""
    other = world("initech")
    other.define("secret", "plan")
    with other.reading():
        ids = list(apps.get_model(label).objects.values_list("pk", flat=True))

    page = label.lower().replace(".", "/")
    assert ids
    assert [ada.get(f"/{page}/{identity}/").status_code for identity in ids] == [404] * len(ids)


def test_another_tenants_environment_and_change_cannot_be_picked(acme: World, ada: Seat) -> None:
    other = world("initech")
    change = other.open()

    assert ada.post("/pick/environment/", value=str(other.environment("dev").pk)).status_code == 404
    assert ada.post("/pick/change/", value=str(change.pk)).status_code == 404


def test_choices_are_made_by_post_only(ada: Seat) -> None:
    answers = [ada.get(f"/pick/{what}/", value="x").status_code for what in ("tenant", "environment", "change")]

    assert answers == [405, 405, 405]


def test_production_is_marked_on_every_page(acme: World, ada: Seat) -> None:
    assert b"data-guarded" not in ada.get().content
    ada.post("/pick/environment/", value=str(acme.environment("prod").pk))

    assert b"data-guarded" in ada.get().content
    assert b"data-guarded" in ada.get("/changes/change/").content


def test_a_change_in_hand_brings_its_environment(acme: World, ada: Seat) -> None:
    change = acme.open("For later", environment="test")
    ada.take_in_hand(change)
    page = text(ada.get())

    assert change.number in page
    assert ada.chosen()[shell.ENVIRONMENT] == str(acme.environment("test").pk)


def test_another_environment_puts_the_change_down(acme: World, ada: Seat) -> None:
    """Edits made in one environment never land in a change of another."""
    ada.take_in_hand(acme.open())
    ada.post("/pick/environment/", value=str(acme.environment("prod").pk))

    assert shell.CHANGE not in ada.chosen()


def test_a_merged_change_is_put_down_by_itself(acme: World, ada: Seat) -> None:
    change = acme.open()
    acme.stage(change, "define", {"key": "task", "name": "Task"}, on="task")
    ada.take_in_hand(change)
    acme.carry_through(change)

    assert change.number not in text(ada.get("/tenancy/project/"))
    assert shell.CHANGE not in ada.chosen()


def test_going_back_never_leaves_the_site(acme: World, ada: Seat) -> None:
    pressed = ada.post("/pick/change/", value=str(acme.open().pk), next="https://evil.example/")

    assert pressed.url == "/admin/"


def test_the_search_answers_from_this_tenant_and_is_not_remembered(acme: World, ada: Seat, globex: Any) -> None:
    """A cache of answers would leak from one tenant into the next."""
    change = acme.open("Colour of the bike shed")
    found = ada.get("/search/", s="bike", extended="1")
    by_number = ada.get("/search/", s=change.number.removeprefix("CHG").lstrip("0"), extended="1")
    join(acme.ada, globex)
    ada.post("/pick/tenant/", value=str(globex.pk))

    assert f"/admin/changes/change/{change.pk}/" in found.content.decode()
    assert change.number in by_number.content.decode()
    assert "Nothing found" in text(ada.get("/search/", s="bike", extended="1"))


@pytest.mark.parametrize("path", ["/search/?s=%00", "/types/recordtype/%00/", "/changes/change/?status__exact=%00"])
def test_an_address_with_a_nul_is_refused(ada: Seat, path: str) -> None:
    """No database stores one: it would fail in whatever query meets it first."""
    assert ada.client.get(f"/admin{path}").status_code == 400


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("change.edit_operation/no-id/", 404),
        ("change.edit_operation/00000000-0000-4000-8000-000000000000/?operation_id=no-id", 200),
        ("change.edit_comment/00000000-0000-4000-8000-000000000000/?comment_id=no-id", 200),
    ],
)
def test_a_form_about_what_is_no_id_is_a_page_like_another(ada: Seat, path: str, status: int) -> None:
    assert ada.client.get(f"/admin/commands/{path}").status_code == status


def test_a_form_with_a_nul_is_refused(acme: World, ada: Seat) -> None:
    assert ada.command("change.create", _form="1", title="A\0B").status_code == 400
    with acme.reading():
        assert not Change.objects.exists()


def test_no_page_has_an_inline_script(acme: World, ada: Seat) -> None:
    """The policy of the admin allows scripts of this site only; user text never reaches an Alpine or htmx attribute."""
    acme.open("{{ 7*7 }} <script>alert(1)</script>")
    pages = [ada.get(path) for path in ("/", "/changes/change/", "/changes/change/CHG0000001/", "/events/event/")]
    bodies = [page.content.decode() for page in pages]

    assert [re.findall(r"<script(?![^>]*\bsrc=)[^>]*>", body) for body in bodies] == [[]] * len(bodies)
    assert [re.findall(r"\son[a-z]+=", body) for body in bodies] == [[]] * len(bodies)
    assert pages[0]["Content-Security-Policy"].count("'unsafe-inline'") == 1
    assert "script-src 'self' 'unsafe-eval'" in pages[0]["Content-Security-Policy"]


def test_a_person_without_a_tenant_is_told_so(db: Any) -> None:
    nobody = people.person(people.platform(), "Nora Nobody", roles=[])
    Membership.objects.filter(principal=nobody).update(status="removed", removed_at=nobody.created_at)
    page = sit(nobody).get("/choose/")

    assert "not a member of any tenant" in text(page)


def test_quarantined_jobs_are_offered_for_a_retry(acme: World, ada: Seat) -> None:
    with acme.reading():
        job = Job.objects.create(
            command="change.validate", inputs={}, correlation_id="x", caused_by=acme.ada.pk, status="quarantined",
            last_error="It broke three times.",
        )  # fmt: skip
    page = ada.get()
    assert "It broke three times." in text(page)
    assert f"/admin/commands/job.replay/{job.pk}/" in page.content.decode()

    ada.command("job.replay", job.pk, next="/admin/")
    with people.reading(acme.tenant):
        assert Job.objects.get(pk=job.pk).status == "pending"


def test_quarantined_timers_and_events_are_shown_when_there_are_any(acme: World, ada: Seat) -> None:
    assert "Quarantined timers" not in text(ada.get())
    with acme.reading():
        timer = Timer.objects.create(
            kind="approval.remind", subject_type="approvals.request", subject_id=acme.ada.pk, correlation_id="x",
            caused_by=acme.ada.pk, status="quarantined", last_error="The clock broke.",
        )  # fmt: skip
        event = Outbox.objects.first()
        assert event is not None
        Outbox.objects.filter(pk=event.pk).update(status="quarantined", last_error="Nobody was told.")
    home = ada.get()
    assert "The clock broke." in text(home)
    assert "Nobody was told." in text(home)

    for name, row in (("timer", timer), ("outbox", event)):
        page = ada.get(f"/events/{name}/{row.pk}/")
        assert f"/admin/commands/{name}.replay/{row.pk}/" in page.content.decode()
        assert str(row.pk) in ada.get(f"/events/{name}/", status__exact="quarantined").content.decode()
        ada.command(f"{name}.replay", row.pk, next="/admin/")
        with acme.reading():
            row.refresh_from_db()
        assert row.status == "pending"


def test_what_is_made_lands_in_the_environment_of_the_shell(acme: World, ada: Seat) -> None:
    """A form that names no environment means the one in the bar, not the project's default."""
    ada.post("/pick/environment/", value=str(acme.environment("test").pk))
    ada.command("change.create", _form="1", title="For the testers")

    with acme.reading():
        assert Change.objects.select_related("environment").get().environment.name == "test"
