"""Tokens as rows: what is lost when one says more than its maker may."""

import pytest
from django.conf import settings

from apps.kernel.dispatch import dispatch
from apps.kernel.errors import InvalidInput, NotFound, PermissionDenied, Unauthenticated
from apps.kernel.scope import scoped
from apps.tenancy import queries
from apps.tenancy.core import tokens
from apps.tenancy.core.built_in import SYSTEM_ID
from apps.tenancy.errors import NotYourToken, TokenSettled, TokenTooWide
from apps.tenancy.models import Token
from apps.tenancy.queries import identity
from tests import log, people

pytestmark = pytest.mark.django_db


def works(secret: str, slug: str = "acme") -> bool:
    given = {"user_id": None, "agent_id": None, "environment_name": None, "correlation_id": "c"}
    try:
        identity.identify(token=secret, tenant_slug=slug, **given)
    except Unauthenticated:
        return False
    return True


def test_create_token_stores_a_keyed_hash_and_never_the_secret(acme, admin):
    with people.acting(admin, acme):
        issued = dispatch("token.create", name="laptop")

    row = Token.objects.get(pk=issued.token.pk)
    parsed = tokens.parse(issued.secret)
    assert row.keyed_hash == tokens.keyed_hash(parsed, settings.TOKEN_KEY)
    assert issued.secret not in str(list(Token.objects.values()))
    assert (row.hint, row.tenant_id, row.permissions) == (issued.secret[:10], acme.pk, None)
    assert (row.expires_at - row.created_at).days == 90
    assert log.events(acme)[-1] == "token.created"
    with people.reading(acme):
        assert issued.secret not in str(list(queries.tokens_of_tenant_members().values()))


def test_a_token_of_a_former_key_works_and_moves_to_the_present_one(acme, admin, settings):
    used, unused = people.token(admin, acme), people.token(admin, acme)
    former, settings.TOKEN_KEY = settings.TOKEN_KEY, "another-key-that-is-long-enough-to-be-one"
    assert not works(used)

    settings.TOKEN_KEY_FALLBACKS = ["a-key-from-before-that-which-signed-nothing", former]
    assert works(used)

    settings.TOKEN_KEY_FALLBACKS = []
    assert works(used)
    assert not works(unused)


def test_a_token_is_made_for_oneself_and_for_what_one_owns(acme, admin, viewer):
    own = people.agent(acme, viewer)
    others = people.agent(acme, admin, "another-agent")
    with people.acting(viewer, acme):
        assert dispatch("token.create", name="bot", principal_id=own.pk).secret.startswith("ec3la_")
        for stranger in (admin.pk, others.pk, SYSTEM_ID):
            with pytest.raises(NotYourToken):
                dispatch("token.create", name="theft", principal_id=stranger)

    assert not Token.objects.filter(name="theft").exists()


def test_nobody_makes_a_token_for_the_system(acme, admin):
    """EC-RBAC-006: nobody comes in from outside as the system."""
    with people.acting(admin, acme), pytest.raises(NotYourToken):
        dispatch("token.create_gateway", name="x", principal_id=SYSTEM_ID)


def test_an_agent_makes_no_token(acme, admin):
    bot = people.agent(acme, admin, roles=["Admin"])
    with people.acting(bot, acme), pytest.raises(PermissionDenied) as refused:
        dispatch("token.create", name="self made")

    assert refused.value.code == "AGENT_NOT_ALLOWED"
    assert not Token.objects.filter(name="self made").exists()


def test_a_narrow_token_makes_no_wider_one(acme, admin):
    narrow = frozenset({"token.create", "form.view"})
    with people.acting(admin, acme, token_permissions=narrow):
        for wanted in (None, ["change.approve"], ["form.view", "change.approve"]):
            with pytest.raises(TokenTooWide):
                dispatch("token.create", name="wide", permissions=wanted)
        with pytest.raises(TokenTooWide):
            dispatch("token.create", name="wide", permissions=["form.view"], all_my_tenants=True)
        made = dispatch("token.create", name="narrow", permissions=["form.view", "form.view"])
    assert made.token.permissions == ["form.view"]
    assert not Token.objects.filter(name="wide").exists()


def test_a_token_of_one_tenant_makes_none_that_opens_others(acme, admin):
    """A gateway of one tenant would enter, as a person it signs in, every other tenant of that person."""
    with people.acting(admin, acme):
        everywhere = dispatch("token.create", name="everywhere", all_my_tenants=True).token
    with people.acting(admin, acme, token_is_bound=True):
        with pytest.raises(TokenTooWide):
            dispatch("token.create", name="wide", all_my_tenants=True)
        with pytest.raises(TokenTooWide):
            dispatch("token.rotate", everywhere.pk)
        assert dispatch("token.create", name="bound").token.tenant_id == acme.pk

    assert not Token.objects.filter(name="wide").exists()
    assert not Token.objects.filter(rotated_from=everywhere).exists()


def test_a_narrowed_token_is_refused_what_it_was_not_made_for(acme, admin):
    narrow = frozenset({"form.view"})
    with people.acting(admin, acme, token_permissions=narrow), pytest.raises(PermissionDenied):
        dispatch("project.create", name="No")
    with people.acting(admin, acme, token_permissions=frozenset({"project.create"})):
        assert dispatch("project.create", name="Yes").name == "Yes"


def test_an_unknown_permission_is_refused(acme, admin):
    with people.acting(admin, acme), pytest.raises(InvalidInput) as refused:
        dispatch("token.create", name="x", permissions=["form.vieuw"])

    assert refused.value.details["errors"][0]["path"] == "/permissions"


def test_only_a_service_becomes_a_gateway(acme, admin, viewer):
    with people.acting(admin, acme), pytest.raises(InvalidInput):
        dispatch("token.create_gateway", name="x", principal_id=admin.pk)
    portal = people.service(acme, viewer, "portal")
    with people.acting(viewer, acme), pytest.raises(PermissionDenied):
        dispatch("token.create_gateway", name="x", principal_id=portal.pk)

    assert not Token.objects.filter(may_act_for_others=True).exists()


def test_a_gateway_makes_no_tokens_in_anothers_name(acme, admin, viewer):
    """They would act for that person without the gateway, and so past what it may not vouch for."""
    portal = people.service(acme, admin, "portal")
    with people.acting(admin, acme):
        secret = dispatch("token.create_gateway", name="portal", principal_id=portal.pk).secret
    scope = identity.identify(
        token=secret, tenant_slug="acme", user_id=viewer.pk, agent_id=None, environment_name=None, correlation_id="c"
    )
    before = Token.objects.count()
    for inputs in ({}, {"all_my_tenants": True}):
        with scoped(scope), pytest.raises(TokenTooWide):
            dispatch("token.create", name="mine now", **inputs)

    assert Token.objects.count() == before


def test_rotate_token_replaces_it_at_once(acme, admin):
    with people.acting(admin, acme):
        old = dispatch("token.create", name="ci", permissions=["form.view"], expires_in_days=10)
        new = dispatch("token.rotate", old.token.pk)

    assert (works(old.secret), works(new.secret)) == (False, True)
    assert (new.token.permissions, new.token.name, new.token.tenant_id) == (["form.view"], "ci", acme.pk)
    assert (new.token.expires_at - new.token.created_at).days == 10
    assert log.events(acme)[-1] == "token.rotated"


def test_rotate_token_with_grace_lets_both_work_and_only_once(acme, admin):
    with people.acting(admin, acme):
        old = dispatch("token.create", name="ci")
        new = dispatch("token.rotate", old.token.pk, grace_minutes=30)
        with pytest.raises(TokenSettled):
            dispatch("token.rotate", old.token.pk)

    assert (works(old.secret), works(new.secret)) == (True, True)
    row = Token.objects.get(pk=old.token.pk)
    assert row.expires_at < new.token.created_at + (new.token.expires_at - new.token.created_at) / 2


def test_a_gateway_token_is_rotated_by_those_who_may_make_one(acme, admin):
    """Its owner is not enough: who lost the right to make one cannot renew one."""
    owner = people.person(acme, "Olive Owner", roles=["Admin"])
    portal = people.service(acme, owner, "portal")
    with people.acting(owner, acme):
        old = dispatch("token.create_gateway", name="portal", principal_id=portal.pk)
    with people.acting(admin, acme):
        dispatch("role.unassign", owner.pk, role_id=people.role_id(acme, "Admin"))
    people.assign(acme, owner, "Viewer")
    with people.acting(owner, acme), pytest.raises(PermissionDenied):
        dispatch("token.rotate", old.token.pk)

    assert works(old.secret)


def test_a_new_owner_inherits_no_gateway_of_the_former_one(acme, admin, viewer):
    portal = people.service(acme, admin, "portal")
    with people.acting(admin, acme):
        old = dispatch("token.create_gateway", name="portal", principal_id=portal.pk)
        dispatch("principal.assign_owner", portal.pk, owner_id=viewer.pk)
    with people.acting(viewer, acme), pytest.raises(TokenSettled):
        dispatch("token.rotate", old.token.pk)

    assert not works(old.secret)


def test_revoke_token_ends_it_once(acme, admin):
    with people.acting(admin, acme):
        issued = dispatch("token.create", name="lost")
        dispatch("token.revoke", issued.token.pk)
        with pytest.raises(TokenSettled):
            dispatch("token.revoke", issued.token.pk)
    assert not works(issued.secret)


def test_an_administrator_ends_any_token_of_the_tenant_and_nobody_else_does(acme, globex, admin, viewer):
    editor = people.person(acme, "Eddie", roles=["Editor"])
    secret = people.token(viewer, acme)
    token = Token.objects.get(principal=viewer)
    with people.acting(editor, acme), pytest.raises(PermissionDenied):
        dispatch("token.revoke", token.pk)
    with people.acting(people.administrator(globex), globex), pytest.raises(NotFound):
        dispatch("token.revoke", token.pk)
    assert works(secret)

    with people.acting(admin, acme):
        dispatch("token.revoke", token.pk)
    assert not works(secret)


def test_members_see_their_own_tokens_and_administrators_all_of_the_tenant(acme, globex, admin, viewer):
    people.token(viewer, acme)
    people.token(admin, acme)
    people.token(people.administrator(globex), globex)

    def seen(who):
        with people.acting(who, acme):
            return {token.principal_id for token in queries.tokens_visible()}

    assert seen(viewer) == {viewer.pk}
    assert seen(admin) == {viewer.pk, admin.pk}
