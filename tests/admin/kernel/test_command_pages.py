"""What would be lost: one page for every command in the registry, with the guard before it and plain words after it."""

import re

import pytest

from apps.events.models import CommandRecord
from apps.kernel import commands
from apps.kernel.admin.naming import description_of, summary_of
from apps.kernel.dispatch import dispatch
from tests import people
from tests.admin.conftest import Seat, sit, text
from tests.changing import World


@pytest.fixture
def vic(acme: World) -> Seat:
    return sit(people.person(acme.tenant, "Vic Viewer", roles=["Viewer"]), acme.tenant)


def test_every_command_has_a_form(acme: World, ada: Seat) -> None:
    """Those without a target, which need nothing to exist; platform commands are refused here, not broken."""
    named = [command for command in commands.registered() if not command.internal and not command.takes_target]
    answers = {command.name: ada.get(f"/commands/{command.name}/").status_code for command in named}

    assert len(answers) > 8
    assert {name for name, status in answers.items() if status == 403} == {"tenant.create"}
    assert set(answers.values()) == {200, 403}


def test_internal_and_unknown_commands_have_no_page(acme: World, ada: Seat) -> None:
    target = acme.open().pk

    assert ada.get(f"/commands/change.validate/{target}/").status_code == 404
    assert ada.command("change.validate", target).status_code == 404
    assert ada.get("/commands/no.such/").status_code == 404
    assert ada.get("/commands/project.create/not-a-target/").status_code == 404


def test_a_form_that_needs_mending_keeps_what_was_typed(acme: World, ada: Seat) -> None:
    page = ada.command("project.create", _form="1", name="", key="Bad Key", description="Keep me")

    assert page.status_code == 200
    assert "Keep me" in page.content.decode()
    assert "Bad Key" in page.content.decode()
    assert "This field is required." in text(page)


def test_a_refusal_is_a_sentence_above_the_filled_form(acme: World, ada: Seat) -> None:
    page = ada.command("project.create", _form="1", name="ITSM", key="another", default_branch="main")

    assert page.status_code == 200
    assert 'data-tone="bad"' in page.content.decode() or "ec-error" in page.content.decode()
    assert "another" in page.content.decode()


def test_a_command_goes_on_to_what_it_made(acme: World, ada: Seat) -> None:
    answer = ada.command("project.create", _form="1", name="HR", key="hr", default_branch="main")

    assert answer.url.startswith("/admin/tenancy/project/")
    assert ada.get(answer.url.removeprefix("/admin")).status_code == 200


def test_a_viewer_sees_no_button_and_gets_403_on_the_address(acme: World, vic: Seat) -> None:
    """EC-RBAC-011, EC-UI-038: hidden is not enough."""
    change = acme.open()
    acme.stage(change, "define", {"key": "task", "name": "Task"}, on="task")
    ready = acme.check_in(change)
    page = vic.get(f"/changes/change/{change.number}/").content.decode()

    assert "change.merge" not in page
    assert vic.get(f"/commands/change.merge/{change.pk}/").status_code == 403
    assert vic.command("change.merge", change.pk, digest=ready.approval_digest).status_code == 403
    assert acme.again(change).status == "Ready"
    with people.reading(acme.tenant):
        refused = CommandRecord.objects.get(name="change.merge")
        assert (refused.outcome, refused.reason_code) == ("rejected", "PERMISSION_DENIED")


def test_another_tenants_object_is_a_404_for_a_command_too(acme: World, ada: Seat) -> None:
    other = people.tenant("globex", creator=people.operator("Greta Founder"))
    founder = people.administrator(other)
    with people.acting(founder, other):
        project = dispatch("project.create", name="Theirs", key="theirs")

    assert ada.command("project.archive", project.pk, _form="1").status_code == 404
    assert ada.get(f"/commands/project.rename/{project.pk}/").status_code == 404


def test_the_next_page_is_always_ours(acme: World, ada: Seat) -> None:
    answer = ada.command(
        "project.create", _form="1", name="HR", key="hr", default_branch="main", next="https://evil.example/"
    )

    assert answer.url.startswith("/admin/")


def test_a_form_shows_what_is_there_now(acme: World, ada: Seat) -> None:
    page = ada.get(f"/commands/project.rename/{acme.project.pk}/")

    assert 'value="ITSM"' in page.content.decode()


def test_a_click_is_the_cause_of_its_command(acme: World, ada: Seat) -> None:
    """AT-010: a command given by a person names the person's action as its cause."""
    ada.command("project.create", _form="1", name="HR", key="hr", default_branch="main")

    with people.reading(acme.tenant):
        record = CommandRecord.objects.filter(name="project.create").order_by("-occurred_at")[0]
        assert record.causation_type == "user_action_id"


def test_the_audit_needs_its_permission(acme: World, ada: Seat, vic: Seat) -> None:
    assert ada.get("/events/commandrecord/").status_code == 200
    assert vic.get("/events/commandrecord/").status_code == 403
    assert "/admin/events/commandrecord/" not in vic.get().content.decode()


#: What only integrators read: names of fields, codes, headers, answers.
TO_INTEGRATORS = re.compile(r"\b[A-Za-z]+_\w+|\b(?:20\d|4\d\d)\b|\bx-[a-z]|\bdigest\b|\bRaises\b|^Answers |\. Answers ")


def test_forms_speak_to_people(db: None) -> None:
    """A person who denies a change reads what that does to the change, and nothing about a request's body."""
    said = {
        command.name: f"{summary_of(command.name)} {description_of(command.name)}"
        for command in commands.registered()
        if not command.internal
    }

    assert len(said) > 80
    assert {name: text for name, text in said.items() if TO_INTEGRATORS.search(text)} == {}


def test_a_form_says_what_it_is_about(acme: World, ada: Seat) -> None:
    """Whoever denies, archives or hands over sees what, and gets back to it."""
    change = acme.open("Rename the states")
    other = people.tenant("globex", creator=people.operator("Greta Founder"))
    founder = people.administrator(other)
    with people.acting(founder, other):
        theirs = dispatch("team.create", name="Theirs")
    page = ada.get(f"/commands/change.archive/{change.pk}/")

    assert f"{change.number} Rename the states" in text(page)
    assert f'href="/admin/changes/change/{change.pk}/"' in page.content.decode()
    assert "Eve Editor" in text(ada.get(f"/commands/role.assign/{acme.eve.pk}/"))
    assert "Theirs" not in text(ada.get(f"/commands/team.rename/{theirs.pk}/"))


def test_forms_offer_only_what_is_not_refused(acme: World, ada: Seat) -> None:
    """Tokens are made for oneself and one's own machines; the system's role and its place are nobody else's."""
    with acme.acting(acme.ada):
        dispatch("principal.create_service", handle="pipeline", name="Pipeline")
        dispatch("principal.create_agent", handle="scribe", name="Scribe")
        team = dispatch("team.create", name="Security")
    token = ada.get("/commands/token.create/").content.decode()
    gateway = ada.get("/commands/token.create_gateway/").content.decode()
    member = ada.get(f"/commands/team.add_member/{team.pk}/").content.decode()
    invitation = ada.get("/commands/principal.invite/").content.decode()

    assert ("Scribe (" in token, "Pipeline (" in token, "Eve Editor (" in token) == (True, True, False)
    assert ("Scribe (" in gateway, "Pipeline (" in gateway) == (False, True)
    assert ("Eve Editor (" in member, "System (" in member) == (True, False)
    assert ('value="Viewer"' in invitation, 'value="System"' in invitation) == (True, False)


def test_a_new_team_is_shown_so_that_its_members_can_be_added(acme: World, ada: Seat) -> None:
    answer = ada.command("team.create", _form="1", name="Security", next="/admin/tenancy/team/")

    assert re.fullmatch(r"/admin/tenancy/team/[0-9a-f-]{36}/", answer.url)
    assert "team.add_member" in ada.get(answer.url.removeprefix("/admin")).content.decode()
