"""The guard: what is lost when somebody is let through whom no rule allows, or nobody can see why."""

import pytest

from apps.access import queries
from apps.access.adapters import PermissionBackend, RoleGuard
from apps.access.core.catalogue import CATALOGUE
from apps.access.models import RoleAssignment
from apps.approvals.core.subjects import subject_types
from apps.events.models import CommandRecord
from apps.kernel import commands
from apps.kernel.commands import Agents, Gateways
from apps.kernel.dispatch import dispatch
from apps.kernel.errors import AgentNotAllowed, GatewayNotAllowed, PermissionDenied
from apps.kernel.ports import Decision
from apps.kernel.scope import scope_transaction, scoped
from apps.tenancy.core.built_in import SYSTEM_ID
from apps.tenancy.models import Membership, Principal
from apps.tenancy.queries import tenant_scope
from tests import people

pytestmark = pytest.mark.django_db

GUARDED = [command for command in commands.registered() if command.permission]
HUMAN_ONLY = [command for command in commands.registered() if command.agents is Agents.NEVER]
IN_PERSON = [command for command in commands.registered() if command.gateways is Gateways.NEVER]
INTERNAL = [command for command in commands.registered() if command.internal]


def said(found, scope):
    """What the guard says of each command: the rule that let it through, or the code of its refusal."""
    answers = {}
    for command in found:
        try:
            answers[command.name] = RoleGuard().authorize(command, scope, None).rule
        except PermissionDenied as refusal:
            answers[command.name] = refusal.code
    return answers


def all_of(found, answer):
    return {command.name: answer for command in found}


def test_every_permission_of_a_command_is_in_the_catalogue_and_the_other_way_round():
    """A right nobody wrote down cannot be given; a right nothing asks for is a promise nobody keeps."""
    asked = {command.permission for command in GUARDED} | {"admin.view"}  # asked for by reads of the console
    assert asked == {permission.name for permission in CATALOGUE if not permission.reserved}


def test_a_member_without_roles_is_refused_every_guarded_command(acme):
    """EC-RBAC-M-004 to M-017, column "user without role"."""
    nobody = people.person(acme, "Norbert Nobody")
    with people.acting(nobody, acme) as scope, scope_transaction():
        assert said(GUARDED, scope) == all_of(GUARDED, "PERMISSION_DENIED")


def test_an_agent_with_every_role_is_refused_what_only_people_do(acme, admin):
    """EC-RBAC-009, EC-INV-R1: the rule is structural, no role opens it."""
    bot = people.agent(acme, admin, roles=["Admin", "Editor", "Viewer"])
    with people.acting(bot, acme) as scope, scope_transaction():
        assert said(HUMAN_ONLY, scope) == all_of(HUMAN_ONLY, "AGENT_NOT_ALLOWED")


#: Votes, refusals, places lent, and the rules that say whose votes it takes. Docs: decision 0010.
AGREEMENTS = {
    *("approval.approve", "approval.deny", "approval.request_changes", "approval.withdraw"),
    *("change.approve", "change.deny", "change.request_changes", "change.withdraw_approval"),
    *("policy.approve", "policy.deny", "policy.request_changes", "policy.withdraw_approval"),
    *("policy.activate", "policy.request_deprecation", "policy.deprecate", "policy.roll_back"),
    *("delegation.create", "delegation.revoke"),
}


def test_what_people_agree_to_in_person_is_a_list_somebody_decided_on():
    """A command that decides and is missing here would let one owner of a gateway be several people."""
    decided = {
        getattr(subject, verb)
        for subject in subject_types()
        for verb in ("approve", "withdraw_approval", "deny", "request_changes")
    }
    assert {command.name for command in IN_PERSON} == AGREEMENTS >= decided
    assert {command.agents for command in IN_PERSON} == {Agents.NEVER}


def test_a_gateway_agrees_in_nobodys_name(acme, admin):
    """metadata.md section 6: distinct humans are humans who came themselves, whatever their roles."""
    with people.acting(admin, acme) as scope, scope_transaction():
        assert set(said(IN_PERSON, scope).values()) <= {"member", "role:Admin"}
    with people.acting(admin, acme, voucher_id=admin.pk) as scope, scope_transaction():
        assert said(IN_PERSON, scope) == all_of(IN_PERSON, "GATEWAY_NOT_ALLOWED")
        with pytest.raises(GatewayNotAllowed) as refused:
            RoleGuard().authorize(IN_PERSON[0], scope, None)

    assert refused.value.details == {"command": IN_PERSON[0].name}


def test_an_internal_command_is_the_systems_alone(acme, admin):
    with people.acting(admin, acme) as scope, scope_transaction():
        assert said(INTERNAL, scope) == all_of(INTERNAL, "PERMISSION_DENIED")


def test_each_seeded_role_opens_what_the_table_says_and_no_more(acme, admin):
    """EC-RBAC-002 and the guard matrix for Viewer, Editor, Admin."""
    holders = {"Admin": admin, "Editor": people.person(acme, "Ed", roles=["Editor"])}
    holders["Viewer"] = people.person(acme, "Vi", roles=["Viewer"])
    for role, person in holders.items():
        allowed = set()
        with people.acting(person, acme) as scope, scope_transaction():
            for command in GUARDED:
                if queries.holds(command.permission, scope):
                    assert RoleGuard().authorize(command, scope, None) == Decision(f"role:{role}")
                    allowed.add(command.permission)
        asked = {command.permission for command in GUARDED}
        assert allowed == {p.name for p in CATALOGUE if role in p.roles and p.name in asked}


def test_the_system_passes_by_its_grants_and_only_by_them(acme):
    """EC-RBAC-006 overruled: nothing bypasses the check; taking the grant away stops the system."""
    with scoped(tenant_scope("acme")) as scope, scope_transaction():
        deliver = commands.get("invitation.deliver")
        assert RoleGuard().authorize(deliver, scope, None) == Decision("role:System")
        with pytest.raises(PermissionDenied):
            RoleGuard().authorize(commands.get("role.assign"), scope, None)
        RoleAssignment.objects.filter(membership=scope.membership_id).delete()
    Membership.objects.filter(principal=SYSTEM_ID, tenant=acme).update(access_version=99)
    with scoped(tenant_scope("acme")) as scope, scope_transaction(), pytest.raises(PermissionDenied):
        RoleGuard().authorize(deliver, scope, None)


def test_a_role_counts_in_its_own_tenant_only(acme, globex, admin):
    """EC-RBAC-003, EC-INV-R2."""
    with scoped(tenant_scope("globex")):
        Membership.objects.create(tenant=globex, principal=admin, created_at=globex.created_at)
    with people.acting(admin, globex), pytest.raises(PermissionDenied):
        dispatch("project.create", name="Abroad")
    with people.acting(admin, acme):
        dispatch("project.create", name="At home")


def test_permissions_are_the_union_of_active_roles(acme, admin, viewer):
    """EC-RBAC-003."""
    with people.acting(admin, acme):
        role = dispatch("role.create", name="Builder")
        dispatch("role.grant_permission", role.pk, permission_id="project.create")
        dispatch("role.assign", viewer.pk, role_id=role.pk)
    scope = people.scope_of(viewer, acme)
    assert {"form.view", "project.create"} <= queries.permissions_of(scope).keys()

    with people.acting(admin, acme):
        dispatch("role.disable", role.pk)
    assert "project.create" not in queries.permissions_of(people.scope_of(viewer, acme))


def test_permissions_are_read_once_per_version(acme, viewer, django_assert_num_queries):
    scope = people.scope_of(viewer, acme)
    queries.permissions_of(scope)

    with django_assert_num_queries(0):
        assert "form.view" in queries.permissions_of(scope)
        assert queries.holds("form.view", scope)


def test_allow_and_deny_are_recorded_with_the_rule_that_decided(acme, admin, viewer):
    """EC-RBAC-005, EC-EDGE: one allowed and one denied command make two rows."""
    with people.acting(admin, acme):
        dispatch("project.create", name="Yes")
    with people.acting(viewer, acme), pytest.raises(PermissionDenied) as refused:
        dispatch("project.create", name="No")

    with people.reading(acme):
        rows = queries.decisions_of_tenant().filter(permission="project.create")
        recorded = [(row.actor_id, row.decision, row.decision_rule) for row in rows]
    assert recorded == [(viewer.pk, "deny", "PERMISSION_DENIED"), (admin.pk, "allow", "role:Admin")]
    assert refused.value.details == {"permission": "project.create"}


def test_a_refused_agent_is_recorded(acme, admin):
    bot = people.agent(acme, admin, roles=["Admin"])
    with people.acting(bot, acme), pytest.raises(AgentNotAllowed):
        dispatch("role.create", name="Mine")

    with people.reading(acme):
        record = CommandRecord.objects.get(actor_id=bot.pk)
    assert (record.decision, record.decision_rule, record.actor_kind) == ("deny", "AGENT_NOT_ALLOWED", "agent")


def test_the_permission_is_asked_before_the_object(acme, globex, viewer, admin):
    """EC-RBAC-008: a 403 never tells whether another tenant's object exists."""
    greta = people.person(globex, "Greta")
    foreign = Membership.objects.get(tenant=globex, principal=greta).pk
    with people.acting(viewer, acme), pytest.raises(PermissionDenied):
        dispatch("membership.remove", foreign)
    with people.acting(admin, acme), pytest.raises(Exception, match="no such object"):
        dispatch("membership.remove", foreign)


def test_has_perm_answers_for_the_member_of_the_scope_and_nobody_else(acme, admin, viewer):
    """EC-RBAC-011: the admin's buttons ask the same guard."""
    assert admin.has_perm("role.assign") is False
    with people.acting(admin, acme):
        assert admin.has_perm("role.assign") is True
        assert admin.has_perms(["role.assign", "form.view"]) is True
        assert viewer.has_perm("form.view") is False
        assert PermissionBackend().has_perm(Principal(pk=admin.pk, is_active=False), "role.assign") is False
    with people.acting(viewer, acme):
        assert (viewer.has_perm("form.view"), viewer.has_perm("role.assign")) == (True, False)


def test_nobody_is_a_superuser(acme, admin):
    assert admin.is_superuser is False
    assert people.operator().has_perm("anything.at_all") is False
