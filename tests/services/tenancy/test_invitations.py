"""Invitations: the one way in over the network."""

import re

import pytest
from django.core import mail, signing
from django.db.models import F

from apps.access.errors import UnknownRole
from apps.access.queries import roles_of_principal
from apps.events.models import Job
from apps.kernel.dispatch import dispatch
from apps.kernel.errors import Conflict, InvalidInput, NotFound, PermissionDenied
from apps.kernel.scope import scoped
from apps.tenancy import queries
from apps.tenancy.errors import AlreadyMember, InvitationClosed, PasswordNeeded, SignInNeeded
from apps.tenancy.models import Invitation, Membership, Principal
from apps.tenancy.services import accept_invitation_by_link
from tests import log, people

pytestmark = pytest.mark.django_db
EMAIL = "bea@acme.example"


@pytest.fixture
def issued(acme, admin):
    with people.acting(admin, acme):
        return dispatch("principal.invite", email="Bea@acme.example", name="Bea", roles=["contributor"])


def token_of(issued) -> str:
    return re.search(r"/admin/invitations/([^/]+)/$", issued.link)[1]


def standing(of, issued) -> str:
    with people.reading(of):
        return Invitation.objects.get(pk=issued.invitation.pk).status


def test_invite_principal_defers_the_mail_and_keeps_no_secret(acme, issued):
    assert log.events(acme)[-1] == "principal.invited"
    assert log.deferred(acme) == [("invitation.deliver", str(issued.invitation.pk))]
    with people.reading(acme):
        assert token_of(issued) not in str(list(Invitation.objects.values()))


def test_accepting_makes_the_person_a_member_with_the_promised_role(acme, issued):
    shown = queries.open_invitation(token_of(issued))
    assert (shown.tenant_name, shown.email, shown.name, shown.needs_password) == ("Acme", EMAIL, "Bea", True)

    bea = accept_invitation_by_link(token_of(issued), "Bea B.", people.PASSWORD)

    assert (bea.email, bea.name, bea.check_password(people.PASSWORD)) == (EMAIL, "Bea B.", True)
    with people.reading(acme):
        assert [role.name for role in roles_of_principal(bea.pk)] == ["Editor"]
    assert log.events(acme)[-4:] == [
        "principal.created",
        "role.assigned",
        "membership.added",
        "principal.accepted_invitation",
    ]


def test_an_invitation_opens_once(acme, issued):
    accept_invitation_by_link(token_of(issued), "", people.PASSWORD)

    with pytest.raises(NotFound):
        queries.open_invitation(token_of(issued))
    with pytest.raises(InvitationClosed):
        accept_invitation_by_link(token_of(issued), "", people.PASSWORD)
    assert Principal.objects.filter(email=EMAIL).count() == 1


@pytest.mark.parametrize(
    ("password", "refusal"), [(None, PasswordNeeded), ("", PasswordNeeded), ("short", InvalidInput)]
)
def test_accepting_without_a_good_password_changes_nothing(acme, issued, password, refusal):
    with pytest.raises(refusal):
        accept_invitation_by_link(token_of(issued), "Bea", password)

    assert standing(acme, issued) == "pending"
    assert not Principal.objects.filter(email=EMAIL).exists()


def test_a_person_with_an_account_keeps_their_password(acme, globex, issued):
    """Whoever controls one tenant's invitations must not take over an account that other tenants trust."""
    bea = people.person(globex, "Bea")
    Principal.objects.filter(pk=bea.pk).update(email=EMAIL)
    assert queries.open_invitation(token_of(issued)).needs_password is False

    with pytest.raises(SignInNeeded):
        accept_invitation_by_link(token_of(issued), "Somebody", "another-long-password")
    assert standing(acme, issued) == "pending"

    accept_invitation_by_link(token_of(issued), "Somebody", "another-long-password", signed_in_id=bea.pk)

    bea.refresh_from_db()
    assert bea.check_password(people.PASSWORD)
    assert bea.name == "Bea"
    assert [seat.tenant_slug for seat in queries.memberships_of(bea.pk)] == ["acme", "globex"]


def test_a_switched_off_account_does_not_come_back_by_invitation(acme, globex, issued):
    bea = people.person(globex, "Bea")
    Principal.objects.filter(pk=bea.pk).update(email=EMAIL, is_active=False)

    with pytest.raises(Conflict):
        accept_invitation_by_link(token_of(issued))
    assert standing(acme, issued) == "pending"


def test_a_forged_link_opens_nothing(acme, globex, issued):
    token = token_of(issued)
    forged = [
        token[:-1] + ("a" if token[-1] != "a" else "b"),
        token.replace("acme.", "globex.", 1),
        signing.Signer(salt="another purpose").sign(f"acme.{issued.invitation.pk}"),
        "nonsense",
        "",
    ]
    for text in forged:
        with pytest.raises(NotFound):
            queries.open_invitation(text)
        with pytest.raises(NotFound):
            accept_invitation_by_link(text, "", people.PASSWORD)
    assert standing(acme, issued) == "pending"


def test_a_late_guest_finds_the_door_closed(acme, issued):
    with people.reading(acme):
        Invitation.objects.update(expires_at=F("created_at"))

    with pytest.raises(NotFound):
        queries.open_invitation(token_of(issued))
    with pytest.raises(InvitationClosed):
        accept_invitation_by_link(token_of(issued), "", people.PASSWORD)


def test_an_invitation_ends_with_the_membership_of_who_sent_it(acme, admin):
    mallory = people.person(acme, "Mallory", roles=["Admin"])
    with people.acting(mallory, acme):
        sent = dispatch("principal.invite", email="back.door@example.org", roles=["Admin"])
    with people.acting(admin, acme):
        dispatch("membership.remove", Membership.objects.get(tenant=acme, principal=mallory).pk)

    with pytest.raises(InvitationClosed):
        accept_invitation_by_link(token_of(sent), "", people.PASSWORD)


def test_an_invitation_promises_no_role_its_sender_could_not_give_any_more(acme, admin):
    """Who loses the right to give roles must not have left a door open for a second self."""
    mallory = people.person(acme, "Mallory", roles=["Admin"])
    with people.acting(mallory, acme):
        sent = dispatch("principal.invite", email="back.door@example.org", roles=["Admin"])
        plain = dispatch("principal.invite", email="guest@example.org")
    with people.acting(admin, acme):
        dispatch("role.unassign", mallory.pk, role_id=people.role_id(acme, "Admin"))

    with pytest.raises(InvitationClosed):
        accept_invitation_by_link(token_of(sent), "", people.PASSWORD)
    assert standing(acme, sent) == "pending"
    assert accept_invitation_by_link(token_of(plain), "", people.PASSWORD).email == "guest@example.org"


def test_inviting_again_renews_and_revoking_closes(acme, admin, issued):
    with people.acting(admin, acme):
        again = dispatch("principal.invite", email=EMAIL)
        assert again.invitation.pk == issued.invitation.pk
        assert again.invitation.roles == []
        dispatch("invitation.resend", issued.invitation.pk)
        dispatch("invitation.revoke", issued.invitation.pk)
        with pytest.raises(InvitationClosed):
            dispatch("invitation.resend", issued.invitation.pk)

    with pytest.raises(NotFound):
        queries.open_invitation(token_of(issued))


def test_only_those_who_may_give_its_roles_are_shown_a_link_again(acme, admin, issued):
    """Whoever has the link of an invitation nobody accepted yet becomes whom it promises."""
    clerk = people.person(acme, "Clerk", roles=["Editor"])
    with people.acting(admin, acme):
        dispatch("role.grant_permission", people.role_id(acme, "Editor"), permission_id="principal.invite")
        plain = dispatch("principal.invite", email="guest@example.org")

    with people.acting(clerk, acme):
        with pytest.raises(PermissionDenied):
            dispatch("invitation.resend", issued.invitation.pk)
        assert dispatch("invitation.resend", plain.invitation.pk).link == plain.link


def test_a_member_is_not_invited(acme, admin):
    ann = people.person(acme, "Ann")
    with people.acting(admin, acme), pytest.raises(AlreadyMember):
        dispatch("principal.invite", email=ann.email.upper())


def test_an_unknown_role_is_noticed_when_inviting(acme, admin):
    """At acceptance it would be too late: the guest cannot mend it."""
    with people.acting(admin, acme), pytest.raises(UnknownRole):
        dispatch("principal.invite", email="x@example.org", roles=["Emperor"])

    with people.reading(acme):
        assert not Invitation.objects.exists()


def test_only_those_who_may_invite_do(acme, viewer):
    with people.acting(viewer, acme), pytest.raises(PermissionDenied):
        dispatch("principal.invite", email="x@example.org")


def test_the_mail_holds_the_link_and_leaves_after_the_commit(acme, issued, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True), scoped(queries.tenant_scope("acme")):
        dispatch("invitation.deliver", issued.invitation.pk)
        assert mail.outbox == []

    assert [message.to for message in mail.outbox] == [[EMAIL]]
    assert issued.link in mail.outbox[0].body
    with people.reading(acme):
        assert Invitation.objects.get().mailed_at is not None


def test_a_mail_that_did_not_leave_is_sent_again(acme, issued, settings, django_capture_on_commit_callbacks):
    """The mail server was down, or the worker died between the commit and the mail: nobody else would notice."""
    backend, settings.EMAIL_BACKEND = settings.EMAIL_BACKEND, "tests.mail.Unreachable"
    with scoped(queries.tenant_scope("acme")):
        with pytest.raises(ConnectionRefusedError), django_capture_on_commit_callbacks(execute=True):
            dispatch("invitation.deliver", issued.invitation.pk)
        with people.reading(acme):
            assert Invitation.objects.get().mailed_at is None
            again = Job.objects.order_by("created_at").last()
        assert (again.command, again.due_at > again.created_at) == ("invitation.deliver", True)
        assert "invitation.delivered" not in log.events(acme)

        settings.EMAIL_BACKEND = backend
        with django_capture_on_commit_callbacks(execute=True):
            dispatch("invitation.deliver", issued.invitation.pk, **again.inputs)
        with django_capture_on_commit_callbacks(execute=True):  # what was waiting in case this mail had not left
            dispatch("invitation.deliver", issued.invitation.pk, attempt=3)

    assert [message.to for message in mail.outbox] == [[EMAIL]]
    assert log.events(acme).count("invitation.delivered") == 1


def test_a_mail_that_never_leaves_is_given_up(acme, issued):
    with scoped(queries.tenant_scope("acme")):
        before = log.deferred(acme)
        dispatch("invitation.deliver", issued.invitation.pk, attempt=5)

    assert log.deferred(acme) == before


def test_a_closed_invitation_is_not_sent(acme, admin, issued, django_capture_on_commit_callbacks):
    with people.acting(admin, acme):
        dispatch("invitation.revoke", issued.invitation.pk)
    with django_capture_on_commit_callbacks(execute=True), scoped(queries.tenant_scope("acme")):
        assert dispatch("invitation.deliver", issued.invitation.pk) is None

    assert mail.outbox == []
