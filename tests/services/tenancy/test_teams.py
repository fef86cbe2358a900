"""Teams: what is lost when somebody answers for what they have left, or two teams are taken for one."""

import pytest
from django.db import IntegrityError, transaction

from apps.access.queries import approver_subjects
from apps.kernel.dispatch import dispatch
from apps.kernel.errors import AgentNotAllowed, IllegalTransition, InvalidInput, NotFound, PermissionDenied
from apps.tenancy import queries
from apps.tenancy.core.built_in import SYSTEM_ID
from apps.tenancy.errors import NameTaken, PlatformIsPermanent, TeamArchived, VisitorInTeam
from apps.tenancy.models import Membership, Team, TeamMember
from tests import log, people
from tests.together import together

pytestmark = pytest.mark.django_db

WRITES = [
    ("team.create", {"name": "Mine"}),
    ("team.rename", {"name": "Mine"}),
    ("team.archive", {}),
    ("team.restore", {}),
    ("team.add_member", {"principal_id": SYSTEM_ID}),
    ("team.remove_member", {"principal_id": SYSTEM_ID}),
]


@pytest.fixture
def ann(acme):
    return people.person(acme, "Ann", roles=["Editor"])


@pytest.fixture
def team(acme, admin, ann):
    """A team with Ann in it."""
    with people.acting(admin, acme):
        made = dispatch("team.create", name="Night shift")
        dispatch("team.add_member", made.pk, principal_id=ann.pk)
    return made


def names_in(of, team):
    with people.reading(of):
        return [row.principal_name for row in queries.members_of_team(team.pk)]


def test_create_team_makes_its_key_from_the_name(acme, admin):
    with people.acting(admin, acme):
        assert dispatch("team.create", name=" Night shift ").key == "night_shift"
        assert dispatch("team.create", name="Platform", key="plat").key == "plat"
        assert dispatch("team.create", name="24/7").key == "t_24_7"

    assert log.events(acme)[-3:] == ["team.created"] * 3


def test_a_taken_name_or_key_makes_nothing(acme, admin, team):
    with people.acting(admin, acme):
        dispatch("team.archive", team.pk)
        for inputs in ({"name": "Night shift"}, {"name": "Other", "key": "night_shift"}, {"name": "Night-Shift"}):
            with pytest.raises(NameTaken):
                dispatch("team.create", **inputs)
        with pytest.raises(InvalidInput):
            dispatch("team.create", name="   ")
        with pytest.raises(InvalidInput):
            dispatch("team.create", name="Fine", key="Not a key")

    with people.reading(acme):
        assert Team.objects.count() == 1


def test_two_tenants_may_use_one_name(acme, globex, team):
    with people.acting(people.administrator(globex), globex):
        assert dispatch("team.create", name="Night shift").key == "night_shift"


@pytest.mark.django_db(transaction=True)
def test_two_teams_of_one_name_at_once_make_one(acme, admin):
    def create():
        with people.acting(admin, acme):
            return dispatch("team.create", name="Platform")

    results = together(create, create)

    assert sorted(type(result).__name__ for result in results) == ["NameTaken", "Team"], results


def test_rename_team_keeps_the_key(acme, admin, team):
    with people.acting(admin, acme):
        dispatch("team.create", name="Day shift")
        renamed = dispatch("team.rename", team.pk, name="Late shift")
        assert (renamed.name, renamed.key) == ("Late shift", "night_shift")
        assert dispatch("team.rename", team.pk, name="Late shift").name == "Late shift"
        with pytest.raises(NameTaken):
            dispatch("team.rename", team.pk, name="Day shift")

    assert log.events(acme)[-1] == "team.renamed"
    with people.reading(acme):
        assert Team.objects.one(team.pk).name == "Late shift"


def test_adding_twice_leaves_one_place(acme, admin, ann, team):
    before = log.events(acme)
    with people.acting(admin, acme):
        assert dispatch("team.add_member", team.pk, principal_id=ann.pk).created is False

    assert names_in(acme, team) == ["Ann"]
    assert log.events(acme) == before


@pytest.mark.django_db(transaction=True)
def test_adding_twice_at_once_leaves_one_place(acme, admin, viewer, team):
    def add():
        with people.acting(admin, acme):
            return dispatch("team.add_member", team.pk, principal_id=viewer.pk).created

    assert sorted(together(add, add)) == [False, True]
    assert names_in(acme, team) == ["Ann", "Vera Viewer"]


@pytest.mark.django_db(transaction=True)
def test_whoever_is_removed_while_being_added_is_in_no_team(acme, admin, viewer, team):
    """Otherwise a former member who is taken back would approve by a place nobody gave them again."""
    membership = Membership.objects.get(tenant=acme, principal=viewer)

    def add():
        with people.acting(admin, acme):
            return dispatch("team.add_member", team.pk, principal_id=viewer.pk)

    def remove():
        with people.acting(admin, acme):
            return dispatch("membership.remove", membership.pk)

    _added, removed = together(add, remove)

    assert removed.status == "removed"
    assert names_in(acme, team) == ["Ann"]


def test_agents_may_be_in_a_team(acme, admin, team):
    bot = people.agent(acme, admin)
    with people.acting(admin, acme):
        assert dispatch("team.add_member", team.pk, principal_id=bot.pk).created

    with people.reading(acme):
        assert [row.principal_kind for row in queries.members_of_team(team.pk)] == ["human", "agent"]


def test_who_cannot_be_in_a_team(acme, globex, admin, viewer, team):
    greta, olga = people.person(globex, "Greta"), people.operator()
    gone = people.person(acme, "Gone")
    with people.acting(olga, people.platform()):
        dispatch("tenant.enter", acme.pk, reason="ticket 4711", role="Admin")
    with people.acting(admin, acme):
        dispatch("membership.remove", Membership.objects.get(tenant=acme, principal=gone).pk)
        for nobody, refusal in (
            (greta.pk, NotFound),
            (gone.pk, NotFound),
            (olga.pk, VisitorInTeam),
            (SYSTEM_ID, PlatformIsPermanent),
        ):
            with pytest.raises(refusal):
                dispatch("team.add_member", team.pk, principal_id=nobody)
        with pytest.raises(NotFound):
            dispatch("team.remove_member", team.pk, principal_id=viewer.pk)

    assert names_in(acme, team) == ["Ann"]


def test_remove_member_counts_at_once(acme, admin, ann, team):
    with people.acting(admin, acme):
        dispatch("team.remove_member", team.pk, principal_id=ann.pk)
        with pytest.raises(NotFound):
            dispatch("team.remove_member", team.pk, principal_id=ann.pk)

    assert names_in(acme, team) == []
    assert log.events(acme)[-1] == "team.member_removed"


def test_a_member_who_leaves_leaves_their_teams(acme, admin, ann, team):
    """Taken back, nobody has the places of an earlier time: as it is with roles."""
    with people.acting(admin, acme):
        dispatch("membership.remove", Membership.objects.get(tenant=acme, principal=ann).pk)
        dispatch("membership.add", ann.pk)

    assert names_in(acme, team) == []
    with people.reading(acme):
        assert approver_subjects([ann.pk]) == {ann.pk: {f"principal:{ann.pk}"}}
    assert [name for name in log.events(acme) if name.startswith(("team.", "membership."))][-3:] == [
        "team.member_removed",
        "membership.removed",
        "membership.added",
    ]


def test_an_archived_team_takes_nobody_in_and_comes_back_as_it_was(acme, admin, ann, viewer, team):
    with people.acting(admin, acme):
        with pytest.raises(IllegalTransition):
            dispatch("team.restore", team.pk)
        assert dispatch("team.archive", team.pk).archived_at is not None
        with pytest.raises(IllegalTransition):
            dispatch("team.archive", team.pk)
        with pytest.raises(TeamArchived):
            dispatch("team.add_member", team.pk, principal_id=viewer.pk)
        with pytest.raises(TeamArchived):
            dispatch("team.rename", team.pk, name="Other")
        assert dispatch("team.restore", team.pk).archived_at is None

    assert names_in(acme, team) == ["Ann"]
    assert log.events(acme)[-2:] == ["team.archived", "team.restored"]


@pytest.mark.parametrize(("command", "inputs"), WRITES, ids=[name for name, _ in WRITES])
def test_only_people_with_the_right_decide_about_teams(acme, globex, admin, ann, team, command, inputs):
    """Who is in a team decides about production: no agent moves it, and another tenant has no such team."""
    target = () if command == "team.create" else (team.pk,)
    bot = people.agent(acme, admin, roles=["Admin", "Owner"])
    with people.acting(ann, acme), pytest.raises(PermissionDenied):
        dispatch(command, *target, **inputs)
    with people.acting(bot, acme), pytest.raises(AgentNotAllowed):
        dispatch(command, *target, **inputs)
    if target:
        greta = people.administrator(globex)
        elsewhere = {**inputs, "principal_id": greta.pk} if "principal_id" in inputs else inputs
        with people.acting(greta, globex), pytest.raises(NotFound):
            dispatch(command, *target, **elsewhere)

    with people.reading(acme):
        assert [row.name for row in queries.teams_of_tenant()] == ["Night shift"]
    assert names_in(acme, team) == ["Ann"]


def test_a_team_says_its_size_and_who_is_in_it(acme, globex, admin, ann, team, django_assert_num_queries):
    with people.acting(admin, acme):
        dispatch("team.create", name="Empty")
    with people.reading(acme):
        with django_assert_num_queries(1):
            assert [(row.name, row.size) for row in queries.teams_of_tenant()] == [("Empty", 0), ("Night shift", 1)]
        with django_assert_num_queries(1):
            assert [row.principal_name for row in queries.members_of_team(team.pk)] == ["Ann"]
    with people.reading(globex):
        assert list(queries.teams_of_tenant()) == []
        assert list(queries.members_of_team(team.pk)) == []


def test_the_database_refuses_a_member_of_another_tenant(acme, globex, admin, team):
    """The last wall: even code that forgets to ask cannot tie two tenants together."""
    foreign = Membership.objects.get(tenant=globex, principal=people.administrator(globex))
    with people.reading(acme), pytest.raises(IntegrityError), transaction.atomic():
        TeamMember.objects.create(team_id=team.pk, membership_id=foreign.pk, added_by=admin, added_at=acme.created_at)
