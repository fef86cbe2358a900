"""Who counts where an approval asks for somebody: what is lost when a right that ended still approves."""

from uuid import uuid4

import pytest

from apps.access import queries
from apps.access.errors import LastOwner, OwnersNameOwners
from apps.access.models import RoleAssignment
from apps.kernel.dispatch import dispatch
from apps.tenancy.core.built_in import SYSTEM_ID
from apps.tenancy.models import Membership, Principal
from tests import people

pytestmark = pytest.mark.django_db


@pytest.fixture
def ann(acme):
    return people.person(acme, "Ann", roles=["Admin", "Viewer"])


@pytest.fixture
def platform_team(acme, admin, ann):
    with people.acting(admin, acme):
        team = dispatch("team.create", name="Platform")
        dispatch("team.add_member", team.pk, principal_id=ann.pk)
    return team


def subjects(of, principal):
    with people.reading(of):
        return queries.approver_subjects([principal.pk])[principal.pk]


def test_a_person_counts_as_itself_its_roles_and_its_teams(acme, ann, platform_team):
    assert subjects(acme, ann) == {f"principal:{ann.pk}", "role:Admin", "role:Viewer", f"team:{platform_team.pk}"}


def test_everybody_asked_about_is_answered_for(acme, globex, admin, viewer):
    """Somebody of another tenant, and nobody at all, count as nothing."""
    greta, nobody = people.person(globex, "Greta", roles=["Owner"]), uuid4()
    with people.reading(acme):
        found = queries.approver_subjects([viewer.pk, greta.pk, nobody])
    assert found == {viewer.pk: {f"principal:{viewer.pk}", "role:Viewer"}, greta.pk: set(), nobody: set()}


def test_a_role_that_is_disabled_or_taken_away_counts_no_more(acme, admin, ann):
    with people.acting(admin, acme):
        dispatch("role.disable", people.role_id(acme, "Viewer"))
        dispatch("role.unassign", ann.pk, role_id=people.role_id(acme, "Admin"))

    assert subjects(acme, ann) == {f"principal:{ann.pk}"}


@pytest.mark.parametrize("how", ["archive", "remove"])
def test_a_team_that_is_archived_or_left_counts_no_more(acme, admin, ann, platform_team, how):
    with people.acting(admin, acme):
        if how == "archive":
            dispatch("team.archive", platform_team.pk)
        else:
            dispatch("team.remove_member", platform_team.pk, principal_id=ann.pk)

    assert f"team:{platform_team.pk}" not in subjects(acme, ann)
    with people.reading(acme):
        assert queries.people_who_are([f"team:{platform_team.pk}"]) == set()


@pytest.mark.parametrize("how", ["removed", "inactive", "over"])
def test_who_may_not_act_here_any_more_counts_as_nothing(acme, admin, ann, platform_team, how):
    membership = Membership.objects.get(tenant=acme, principal=ann)
    if how == "removed":
        with people.acting(admin, acme):
            dispatch("membership.remove", membership.pk)
    elif how == "inactive":
        Principal.objects.filter(pk=ann.pk).update(is_active=False)
    else:
        Membership.objects.filter(pk=membership.pk).update(expires_at=membership.created_at)

    assert subjects(acme, ann) == set()
    with people.reading(acme):
        assert queries.may([ann.pk], "change.approve") == set()
        named = ["role:Admin", f"team:{platform_team.pk}", f"principal:{ann.pk}"]
        assert queries.people_who_are(named) == {admin.pk}


def test_an_agent_has_subjects_and_permissions_but_is_no_person(acme, admin, platform_team):
    """It may be in a team and hold roles; nobody is notified of, or counts on, its agreement."""
    bot = people.agent(acme, admin, roles=["Admin"])
    with people.acting(admin, acme):
        dispatch("team.add_member", platform_team.pk, principal_id=bot.pk)

    assert subjects(acme, bot) == {f"principal:{bot.pk}", "role:Admin", f"team:{platform_team.pk}"}
    with people.reading(acme):
        assert queries.may([bot.pk], "change.approve") == {bot.pk}
        assert bot.pk not in queries.people_who_may("change.approve")
        assert bot.pk not in queries.people_who_are(["role:Admin", f"team:{platform_team.pk}", f"principal:{bot.pk}"])


def test_asked_for_several_permissions_at_once_the_answer_is_the_same(acme, globex, admin, ann, viewer):
    greta = people.person(globex, "Greta", roles=["Admin"])
    asked = ["change.approve", "token.create", "tenant.create", "no.such"]
    with people.reading(acme):
        found = queries.standing_of([admin.pk, ann.pk, viewer.pk, greta.pk], asked).allowed
        assert found == {name: queries.may([admin.pk, ann.pk, viewer.pk, greta.pk], name) for name in asked}
    assert (ann.pk in found["change.approve"], viewer.pk in found["change.approve"]) == (True, False)


def test_may_asks_the_roles_and_not_their_names(acme, admin, ann, viewer):
    with people.reading(acme):
        everybody = [admin.pk, ann.pk, viewer.pk, SYSTEM_ID]
        assert queries.may(everybody, "change.approve") == {admin.pk, ann.pk}
        assert queries.may(everybody, "no.such_permission") == set()
        assert queries.people_who_may("change.approve") == {admin.pk, ann.pk}
    with people.acting(admin, acme):
        dispatch("role.revoke_permission", people.role_id(acme, "Admin"), permission_id="change.approve")
    with people.reading(acme):
        assert queries.may(everybody, "change.approve") == {admin.pk}  # still an Owner


def test_a_right_of_the_platform_is_none_in_a_tenant(acme, admin):
    olga = people.operator()
    with people.reading(acme):
        assert queries.may([admin.pk, olga.pk], "tenant.create") == set()
    with people.reading(people.platform()):
        assert queries.may([olga.pk], "tenant.create") == {olga.pk}


def test_people_are_found_by_any_of_their_names(acme, globex, admin, ann, viewer, platform_team):
    greta = people.person(globex, "Greta", roles=["Owner"])
    with people.reading(acme):
        assert queries.people_who_are(["role:owner"]) == {admin.pk}
        assert queries.people_who_are([f"team:{platform_team.pk}", f"principal:{viewer.pk}"]) == {ann.pk, viewer.pk}
        assert queries.people_who_are([f"principal:{greta.pk}", "role:System"]) == set()
        assert queries.people_who_are([]) == set()
        assert queries.people_who_are(["everybody", "team:platform"]) == set()


def test_many_people_cost_as_much_as_one(acme, admin, viewer, platform_team, django_assert_num_queries):
    many = [people.person(acme, f"Person {number}", roles=["Admin"]).pk for number in range(4)]
    for asked in ([viewer.pk], [admin.pk, viewer.pk, *many]):
        with people.reading(acme):
            with django_assert_num_queries(3):
                known = queries.approver_subjects(asked)
            assert all(f"principal:{person}" in known[person] for person in asked)
            with django_assert_num_queries(1):
                queries.may(asked, "change.approve")
            with django_assert_num_queries(1):
                queries.people_who_may("change.approve")
            with django_assert_num_queries(1):
                queries.people_who_are([f"team:{platform_team.pk}", "role:Owner", *map("principal:{}".format, asked)])


class TestANewOwner:
    """An Admin who could take the seat that production asks for would need nobody to sit on it."""

    def test_is_named_by_an_owner(self, acme, admin, ann):
        with people.acting(admin, acme):
            dispatch("role.assign", ann.pk, role_id=people.role_id(acme, "Owner"))
        assert "role:Owner" in subjects(acme, ann)

    def test_is_not_named_by_an_admin(self, acme, admin, ann):
        """By no path: the role itself, a former member taken back, an invitation."""
        role = people.role_id(acme, "Owner")
        former = people.person(acme, "Former")
        with people.acting(admin, acme):
            dispatch("membership.remove", Membership.objects.get(tenant=acme, principal=former).pk)

        with people.acting(ann, acme):
            for name, target, inputs in (
                ("role.assign", ann.pk, {"role_id": role}),
                ("membership.add", former.pk, {"roles": ["Owner"]}),
                ("principal.invite", None, {"email": "new@acme.example", "roles": ["Owner"]}),
            ):
                with pytest.raises(OwnersNameOwners):
                    dispatch(name, target, **inputs)
        assert "role:Owner" not in subjects(acme, ann)
        assert subjects(acme, former) == set()

    def test_is_not_named_through_a_gateway_of_an_admin(self, acme, admin, ann):
        with people.acting(admin, acme, voucher_id=ann.pk), pytest.raises(OwnersNameOwners):
            dispatch("role.assign", ann.pk, role_id=people.role_id(acme, "Owner"))
        assert "role:Owner" not in subjects(acme, ann)


class TestTheLastOwner:
    """Nobody could give production the approval it asks for."""

    def test_is_not_taken_the_role(self, acme, admin, ann):
        with people.acting(admin, acme), pytest.raises(LastOwner):
            dispatch("role.unassign", admin.pk, role_id=people.role_id(acme, "Owner"))
        assert "role:Owner" in subjects(acme, admin)

    def test_is_not_removed(self, acme, admin, ann):
        membership = Membership.objects.get(tenant=acme, principal=admin)
        with people.acting(ann, acme), pytest.raises(LastOwner):
            dispatch("membership.remove", membership.pk)
        assert "role:Owner" in subjects(acme, admin)

    def test_keeps_a_role_that_counts(self, acme, admin, ann):
        with people.acting(admin, acme), pytest.raises(LastOwner):
            dispatch("role.disable", people.role_id(acme, "Owner"))
        assert "role:Owner" in subjects(acme, admin)

    def test_is_no_agent_and_no_visitor(self, acme, admin, ann):
        people.agent(acme, admin, roles=["Owner"])
        with people.acting(admin, acme), pytest.raises(LastOwner):
            dispatch("role.unassign", admin.pk, role_id=people.role_id(acme, "Owner"))

    def test_may_go_when_another_came(self, acme, admin, ann):
        people.assign(acme, ann, "Owner")
        owner = people.role_id(acme, "Owner")
        with people.acting(admin, acme):
            dispatch("role.unassign", admin.pk, role_id=owner)
        assert "role:Owner" not in subjects(acme, admin)
        assert "role:Owner" in subjects(acme, ann)

    def test_a_tenant_of_an_earlier_release_works_on_until_it_names_one(self, acme, admin, ann, viewer):
        """Seeding gives nobody a role: an upgrade must not lock the removal of members."""
        with people.reading(acme):
            RoleAssignment.objects.filter(role__name="Owner").delete()
        membership = Membership.objects.get(tenant=acme, principal=viewer)
        with people.acting(ann, acme):
            dispatch("membership.remove", membership.pk)
            dispatch("role.assign", ann.pk, role_id=people.role_id(acme, "Owner"))
        assert "role:Owner" in subjects(acme, ann)
