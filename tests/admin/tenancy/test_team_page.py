"""What would be lost: seeing who is in a team, and changing it without typing an id."""

from typing import Any

import pytest

from apps.tenancy import queries
from tests import people
from tests.admin.conftest import Seat, offered, sit, text
from tests.changing import World


@pytest.fixture
def team(acme: World) -> Any:
    made = acme.give("team.create", name="Platform")
    acme.give("team.add_member", made.pk, principal_id=acme.ben.pk)
    return made


def names(world: World, team: Any) -> list[str]:
    with world.reading():
        return [row.principal_name for row in queries.members_of_team(team.pk)]


def test_the_page_names_the_members_and_who_of_them_counts(acme: World, ada: Seat, team: Any) -> None:
    bot = people.agent(acme.tenant, acme.ada)
    acme.give("team.add_member", team.pk, principal_id=bot.pk)
    page = ada.get(f"/tenancy/team/{team.pk}/")

    assert "Ben Admin yes" in text(page)
    assert "Drafting-Agent no, people only" in text(page)
    assert f"team:{team.pk}" in text(page)
    assert offered(page) >= {"team.add_member", "team.rename", "team.archive", "team.remove_member"}
    assert "Platform" in text(ada.get("/tenancy/team/"))


def test_a_person_builds_a_team_with_forms_and_buttons(acme: World, ada: Seat, team: Any) -> None:
    form = ada.get(f"/commands/team.add_member/{team.pk}/")
    assert f'value="{acme.cleo.pk}"' in form.content.decode()

    ada.command("team.add_member", team.pk, _form=1, principal_id=str(acme.cleo.pk))
    assert names(acme, team) == ["Ben Admin", "Cleo Admin"]
    ada.command("team.remove_member", team.pk, principal_id=str(acme.ben.pk))
    assert names(acme, team) == ["Cleo Admin"]
    ada.command("team.rename", team.pk, _form=1, name="Platform crew")
    assert "Platform crew" in text(ada.get(f"/tenancy/team/{team.pk}/"))
    ada.command("team.archive", team.pk, _form=1)
    assert offered(ada.get(f"/tenancy/team/{team.pk}/")) >= {"team.restore"}


def test_a_member_s_page_names_their_teams(acme: World, ada: Seat, team: Any) -> None:
    with acme.reading():
        ben = queries.members_of_tenant().get(principal=acme.ben)
    assert "Teams 1 Team Key Platform platform" in text(ada.get(f"/tenancy/membership/{ben.pk}/"))


def test_the_search_finds_a_team(acme: World, ada: Seat, team: Any) -> None:
    assert f"/admin/tenancy/team/{team.pk}/" in ada.get("/search/", s="platf", extended="1").content.decode()


def test_who_may_not_decide_sees_the_team_without_buttons(acme: World, team: Any) -> None:
    page = sit(acme.eve, acme.tenant).get(f"/tenancy/team/{team.pk}/")

    assert "Ben Admin" in text(page)
    assert not {name for name in offered(page) if name.startswith("team.")}
