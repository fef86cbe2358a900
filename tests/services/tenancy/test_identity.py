"""Who calls, and where: what is lost here is the wall itself."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.core.checks.registry import registry
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.kernel.dispatch import dispatch
from apps.kernel.errors import NotFound, Unauthenticated
from apps.kernel.scope import Scope
from apps.tenancy import checks, queries
from apps.tenancy.core import tokens
from apps.tenancy.core.built_in import SYSTEM_ID
from apps.tenancy.errors import ActorMismatch, TenantHeaderMissing, TenantNotFound, TokenExpired, TokenInvalid
from apps.tenancy.models import Membership, Principal, Token
from apps.tenancy.queries import identity
from tests import people

pytestmark = pytest.mark.django_db


def identify(
    token: str | None, slug: str | None = "acme", user: UUID | None = None, agent: UUID | None = None, **others: Any
) -> Scope:
    given = {"environment_name": None, "correlation_id": "c", **others}
    return identity.identify(token=token, tenant_slug=slug, user_id=user, agent_id=agent, **given)


@pytest.fixture
def secret(acme, admin):
    return people.token(admin, acme)


@pytest.fixture
def gateway(acme, admin):
    """A service whose token may act for others."""
    portal = people.service(acme, admin, "portal", roles=["Editor"])
    with people.acting(admin, acme):
        return dispatch("token.create_gateway", name="portal", principal_id=portal.pk).secret


def test_a_token_gives_its_principal_in_the_tenant(acme, admin, secret):
    scope = identify(secret, environment_name="prod", correlation_id="mine")

    membership = Membership.objects.get(tenant=acme, principal=admin)
    assert (scope.tenant_id, scope.tenant_slug, scope.actor) == (acme.pk, "acme", admin.actor)
    assert (scope.membership_id, scope.access_version) == (membership.pk, membership.access_version)
    assert (scope.environment, scope.correlation_id, scope.token_permissions) == ("prod", "mine", None)


def test_identifying_costs_one_statement(secret):
    """Every request pays it; the first use in an hour pays one more."""
    identify(secret)
    with CaptureQueriesContext(connection) as queries:
        identify(secret)

    assert len(queries) == 1


def test_last_use_is_written_at_most_once_an_hour(secret):
    identify(secret)
    first = Token.objects.get(name="test").last_used_at
    identify(secret)
    assert Token.objects.get(name="test").last_used_at == first

    Token.objects.update(last_used_at=first - timedelta(hours=2))
    identify(secret)
    assert Token.objects.get(name="test").last_used_at >= first


def test_without_a_token_nobody_is_anybody(acme, admin):
    """EC-AMB-06, EC-AMB-07, EC-RBAC-010: headers alone prove nothing."""
    for user in (None, admin.pk, SYSTEM_ID):
        with pytest.raises(Unauthenticated):
            identify(None, user=user)


def test_a_malformed_token_never_reaches_the_database(acme, django_assert_num_queries):
    with django_assert_num_queries(0), pytest.raises(TokenInvalid):
        identify("ec3lh_" + "0" * 39)


def test_an_unknown_token_is_refused(acme):
    with pytest.raises(TokenInvalid):
        identify(tokens.mint("human", b"x" * 24).text)


def test_without_a_tenant_header_the_answer_is_401(secret):
    """EC-INV-T3."""
    for missing in (None, ""):
        with pytest.raises(TenantHeaderMissing):
            identify(secret, missing)


def test_an_unknown_slug_a_foreign_tenant_and_an_id_are_answered_alike(acme, globex, secret):
    """EC-INV-T1, EC-INV-T4, EC-GLO-001."""
    for slug in ("nope", "globex", str(acme.pk), "ACME", "acme "):
        with pytest.raises(TenantNotFound) as refused:
            identify(secret, slug)
        assert refused.value.details == {}


def test_a_token_does_not_work_in_another_tenant_of_its_principal(acme, globex, admin):
    """A token made in one tenant says nothing about the will of the other."""
    globex_admin = people.administrator(globex)
    with people.acting(globex_admin, globex):
        invited = dispatch("principal.invite", email=admin.email).invitation
    assert invited.email == admin.email
    Membership.objects.create(tenant=globex, principal=admin, created_at=globex.created_at)
    bound = people.token(admin, acme)
    free = people.token(admin, acme, all_my_tenants=True)

    with pytest.raises(TenantNotFound):
        identify(bound, "globex")
    assert identify(free, "globex").tenant_id == globex.pk


def test_a_revoked_token_is_refused_at_once(acme, admin, secret):
    with people.acting(admin, acme):
        dispatch("token.revoke", Token.objects.get(name="test").pk)

    with pytest.raises(TokenInvalid):
        identify(secret)


def test_an_expired_token_is_refused(secret):
    token = Token.objects.get(name="test")
    Token.objects.update(expires_at=token.created_at - timedelta(days=1))

    with pytest.raises(TokenExpired):
        identify(secret)


def test_a_removed_member_finds_no_tenant(acme, admin):
    ann = people.person(acme, "Ann", roles=["Viewer"])
    secret = people.token(ann, acme)
    with people.acting(admin, acme):
        dispatch("membership.remove", Membership.objects.get(tenant=acme, principal=ann).pk)

    with pytest.raises(TenantNotFound):
        identify(secret)


def test_an_agent_stops_with_its_owner(acme, admin):
    """Nobody would answer for what it proposes."""
    ann = people.person(acme, "Ann", roles=["Viewer"])
    secret = people.token(people.agent(acme, ann), acme)
    assert identify(secret).actor.responsible_id == ann.pk

    Principal.objects.filter(pk=ann.pk).update(is_active=False)
    with pytest.raises(TokenInvalid):
        identify(secret)


@pytest.mark.parametrize("named", ["stranger", "viewer", "system"])
def test_a_header_that_names_somebody_else_is_refused(acme, admin, viewer, secret, named):
    other = {"stranger": uuid4(), "viewer": viewer.pk, "system": SYSTEM_ID}[named]

    with pytest.raises(ActorMismatch):
        identify(secret, user=other)


def test_a_header_that_names_the_tokens_own_principal_is_accepted(admin, secret):
    assert identify(secret, user=admin.pk).actor.id == admin.pk


def test_an_agent_cannot_come_as_a_user_nor_a_user_as_an_agent(acme, admin, secret):
    """The agent guard looks at the kind; the header must not blur it."""
    bot = people.agent(acme, admin)
    bot_secret = people.token(bot, acme)

    assert identify(bot_secret, agent=bot.pk).actor.kind == "agent"
    with pytest.raises(ActorMismatch):
        identify(bot_secret, user=bot.pk)
    with pytest.raises(ActorMismatch):
        identify(secret, agent=admin.pk)


def test_a_gateway_acts_for_members_with_their_rights(acme, admin, viewer, gateway):
    scope = identify(gateway, user=viewer.pk)

    assert scope.actor == viewer.actor
    assert scope.membership_id == Membership.objects.get(tenant=acme, principal=viewer).pk
    assert identify(gateway).actor.handle == "portal"
    bot = people.agent(acme, admin)
    assert identify(gateway, agent=bot.pk).actor.kind == "agent"


def test_a_gateway_acts_for_nobody_outside_its_tenant(acme, globex, gateway):
    """EC-RBAC-007."""
    for stranger in (uuid4(), people.person(globex, "Greta").pk):
        with pytest.raises(ActorMismatch):
            identify(gateway, user=stranger)
    with pytest.raises(TenantNotFound):
        identify(gateway, "globex", user=people.administrator(globex).pk)


def test_a_gateway_does_not_act_for_the_system(gateway):
    """EC-INV-R3: HTTP cannot be system. What the system proposes has no author who could not approve it."""
    for header in ({"user": SYSTEM_ID}, {"agent": SYSTEM_ID}):
        with pytest.raises(ActorMismatch):
            identify(gateway, **header)


def test_a_token_says_whether_it_opens_one_tenant(acme, admin, secret, gateway):
    assert identify(secret).token_is_bound
    assert identify(gateway, user=admin.pk).token_is_bound
    assert not identify(people.token(admin, acme, all_my_tenants=True)).token_is_bound


def test_an_agent_stops_where_its_owner_is_removed(acme, admin):
    """Who left keeps no way in through a machine whose token they know."""
    ann = people.person(acme, "Ann", roles=["Viewer"])
    bot = people.service(acme, ann)
    secret = people.token(bot, acme)
    with people.acting(admin, acme):
        dispatch("membership.remove", Membership.objects.get(tenant=acme, principal=ann).pk)

    with pytest.raises(TenantNotFound):
        identify(secret)
    with pytest.raises(TenantNotFound):
        queries.session_scope(bot, acme.pk, correlation_id="c")
    with people.acting(admin, acme):
        dispatch("principal.assign_owner", bot.pk, owner_id=admin.pk)
    with pytest.raises(Unauthenticated):
        identify(secret)  # the former owner may know it still
    bot.refresh_from_db()
    assert identify(people.token(bot, acme)).actor.responsible_id == admin.pk


def test_a_gateway_does_not_act_for_a_machine_whose_owner_was_removed(acme, admin, gateway):
    ann = people.person(acme, "Ann", roles=["Viewer"])
    bot = people.agent(acme, ann)
    with people.acting(admin, acme):
        dispatch("membership.remove", Membership.objects.get(tenant=acme, principal=ann).pk)

    with pytest.raises(ActorMismatch):
        identify(gateway, agent=bot.pk)


def test_a_gateway_does_not_act_for_a_deactivated_person(acme, viewer, gateway):
    Principal.objects.filter(pk=viewer.pk).update(is_active=False)

    with pytest.raises(ActorMismatch):
        identify(gateway, user=viewer.pk)


def test_an_ordinary_service_does_not_act_for_others(acme, admin, viewer):
    secret = people.token(people.service(acme, admin), acme)

    with pytest.raises(ActorMismatch):
        identify(secret, user=viewer.pk)


def test_identity_by_header_works_for_demos_only(acme, admin, settings):
    """EC-RBAC-010: a deployment with it does not pass its checks."""
    settings.HEADER_IDENTITY = True
    assert identify(None, user=admin.pk).actor == admin.actor
    for user, agent in ((uuid4(), None), (None, None)):
        with pytest.raises(Unauthenticated):
            identify(None, user=user, agent=agent)
    with pytest.raises(ActorMismatch):
        identify(None, agent=admin.pk)
    with pytest.raises(TenantNotFound):
        identify(None, "nope", user=admin.pk)
    assert checks.identity_is_proved in registry.get_checks(include_deployment_checks=True)
    assert [found.id for found in checks.identity_is_proved(None)] == ["tenancy.E001"]

    settings.HEADER_IDENTITY = False
    assert checks.identity_is_proved(None) == []


def test_the_actor_alone_needs_no_tenant(admin, secret, settings):
    assert identity.actor(token=secret, user_id=None, agent_id=None) == admin.actor
    with pytest.raises(Unauthenticated):
        identity.actor(token=None, user_id=admin.pk, agent_id=None)
    settings.HEADER_IDENTITY = True
    assert identity.actor(token=None, user_id=admin.pk, agent_id=None) == admin.actor


def test_another_member_can_act_in_the_same_scope_and_a_stranger_cannot(acme, globex, admin, viewer):
    scope = people.scope_of(admin, acme)

    assert identity.scope_as(scope, viewer.actor).actor == viewer.actor
    with pytest.raises(NotFound):
        identity.scope_as(scope, people.administrator(globex).actor)
