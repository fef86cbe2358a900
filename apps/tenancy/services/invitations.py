"""Asking people in. The link is a signature over the invitation, so it is nowhere stored."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated
from uuid import UUID

from django.conf import settings
from django.core import signing
from django.core.mail import send_mail
from django.db import transaction
from django.utils.translation import gettext as _
from pydantic import EmailStr, Field, SecretStr, StringConstraints

from apps.kernel import hooks, ports
from apps.kernel.commands import Agents, Safety, command
from apps.kernel.dispatch import dispatch
from apps.kernel.errors import Conflict, NotFound, PermissionDenied
from apps.kernel.scope import Actor, current_scope, scoped
from apps.kernel.unit import defer, emit
from apps.tenancy.core.inputs import RoleNames
from apps.tenancy.errors import AlreadyMember, InvitationClosed, PasswordNeeded, SignInNeeded
from apps.tenancy.models import Invitation, Membership, Principal, Tenant
from apps.tenancy.queries.people import INVITATION_SALT
from apps.tenancy.queries.scopes import scope_as
from apps.tenancy.services.founding import join, save_human

VALID_DAYS = 7
MOST_MAILS = 5
OptionalName = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)]


@dataclass(frozen=True, slots=True)
class IssuedInvitation:
    """An invitation and the link that opens it."""

    invitation: Invitation
    link: str


@command(
    "principal.invite",
    permission="principal.invite",
    agents=Agents.NEVER,
    safety=Safety.WRITE_EXTERNAL_SIDE_EFFECT,
    secret_output=True,
    status=201,
)
def invite_principal(
    *,
    email: EmailStr,
    name: OptionalName = "",
    roles: RoleNames = (),
    actor: Actor,
    at: datetime,
) -> IssuedInvitation:
    """Invite a person by e-mail, with the roles they will have. The link works for seven days.

    Inviting the same address again renews the invitation. Naming roles needs the right to assign them.
    Raises ``AlreadyMember``.
    """
    address = email.lower()
    if roles:
        ports.guard().require("role.assign", current_scope())
        list(hooks.run("tenancy.roles_promised", roles=roles, actor=actor))
    _refuse_member(address)
    invitation = (
        Invitation.objects.select_for_update(no_key=True)
        .filter(email=address, status=Invitation.Status.PENDING)
        .first()
    )
    if invitation is None:
        invitation = Invitation(email=address, created_at=at)
    invitation.name, invitation.roles, invitation.invited_by_id = name, list(roles), actor.id
    invitation.expires_at, invitation.mailed_at = at + timedelta(days=VALID_DAYS), None
    invitation.save()
    emit("principal.invited", subject=invitation, actor=actor, at=at, payload={"email": address, "roles": list(roles)})
    defer("invitation.deliver", invitation.pk)
    return IssuedInvitation(invitation, invitation_link(invitation))


@command(
    "invitation.resend",
    permission="principal.invite",
    agents=Agents.NEVER,
    safety=Safety.WRITE_EXTERNAL_SIDE_EFFECT,
    secret_output=True,
)
def resend_invitation(invitation_id: UUID, *, actor: Actor, at: datetime) -> IssuedInvitation:
    """Send an open invitation again and let it run for another seven days.

    The answer holds the link: of one that promises roles it needs the right to assign them.
    """
    invitation = _lock_pending(invitation_id)
    if invitation.roles:
        ports.guard().require("role.assign", current_scope())
    invitation.expires_at, invitation.mailed_at = at + timedelta(days=VALID_DAYS), None
    invitation.save(update_fields=["expires_at", "mailed_at"])
    payload = {"email": invitation.email, "roles": invitation.roles}
    emit("principal.invited", subject=invitation, actor=actor, at=at, payload=payload)
    defer("invitation.deliver", invitation.pk)
    return IssuedInvitation(invitation, invitation_link(invitation))


@command("invitation.revoke", permission="principal.invite", agents=Agents.NEVER, safety=Safety.WRITE_INTERNAL)
def revoke_invitation(invitation_id: UUID, *, actor: Actor, at: datetime) -> Invitation:
    """Close an invitation: its link opens nothing any more."""
    invitation = _lock_pending(invitation_id)
    invitation.revoke(at=at)
    invitation.save()
    emit("invitation.revoked", subject=invitation, actor=actor, at=at, payload={"email": invitation.email})
    return invitation


@command(
    "invitation.deliver",
    permission="invitation.deliver",
    agents=Agents.NEVER,
    safety=Safety.WRITE_EXTERNAL_SIDE_EFFECT,
    internal=True,
)
def deliver_invitation(
    invitation_id: UUID, *, attempt: Annotated[int, Field(ge=1, le=MOST_MAILS)] = 1, actor: Actor, at: datetime
) -> Invitation | None:
    """Send the e-mail of an invitation, once the commit stands. A settled or a mailed invitation is not sent.

    The next attempt waits already, in case the mail does not leave; one that finds it mailed does nothing.
    """
    invitation = (
        Invitation.objects.select_for_update(no_key=True, of=("self",))
        .select_related("invited_by")
        .filter(pk=invitation_id, status=Invitation.Status.PENDING, mailed_at=None)
        .first()
    )
    if invitation is None:
        return None
    if attempt < MOST_MAILS:
        defer("invitation.deliver", invitation.pk, due_at=at + timedelta(minutes=attempt), attempt=attempt + 1)
    tenant = Tenant.objects.get(pk=invitation.tenant_id)
    subject = _("%(name)s invites you to %(tenant)s") % {"name": invitation.invited_by.name, "tenant": tenant.name}
    body = _("Open this link to join %(tenant)s. It works for %(days)s days:\n\n%(link)s\n") % {
        "tenant": tenant.name,
        "days": VALID_DAYS,
        "link": invitation_link(invitation),
    }
    scope = current_scope()

    def send() -> None:
        send_mail(subject, body, None, [invitation.email])
        with scoped(scope):
            dispatch("invitation.confirm_delivery", invitation.pk)

    # Outside the transaction: a slow mail server must not hold a lock.
    transaction.on_commit(send)
    return invitation


@command(
    "invitation.confirm_delivery",
    permission="invitation.deliver",
    agents=Agents.NEVER,
    safety=Safety.WRITE_INTERNAL,
    internal=True,
)
def confirm_delivery(invitation_id: UUID, *, actor: Actor, at: datetime) -> Invitation:
    """Record that the mail server took the e-mail of an invitation."""
    invitation: Invitation = Invitation.objects.lock(invitation_id)
    invitation.mailed_at = at
    invitation.save(update_fields=["mailed_at"])
    emit("invitation.delivered", subject=invitation, actor=actor, at=at, payload={"email": invitation.email})
    return invitation


@command(
    "principal.accept_invitation",
    permission="principal.accept_invitation",
    agents=Agents.NEVER,
    safety=Safety.WRITE_INTERNAL,
    internal=True,
)
def accept_invitation(
    invitation_id: UUID,
    *,
    name: OptionalName = "",
    password: SecretStr | None = None,
    signed_in_id: UUID | None = None,
    actor: Actor,
    at: datetime,
) -> Principal:
    """Join the tenant by an invitation. Who holds the link has proved the address.

    A new person needs a password; one who has an account has signed in with it (``signed_in_id``) and keeps it: another
    tenant that invited the address may have made the account, and know its password.
    Raises ``InvitationClosed``, ``SignInNeeded``, ``PasswordNeeded``, or ``InvalidInput`` for a weak password.
    """
    invitation = _lock_pending(invitation_id)
    if invitation.expires_at <= at or not _may_be_sent(invitation):
        raise InvitationClosed
    person = Principal.objects.filter(email=invitation.email).first()
    if person is None:
        if password is None or not password.get_secret_value():
            raise PasswordNeeded(errors=[{"path": "/password", "message": _("Choose a password.")}])
        person = save_human(invitation.email, name or invitation.name or invitation.email, password, at)
        made = {"kind": "human", "handle": person.handle}
        emit("principal.created", subject=person, actor=person.actor, at=at, payload=made)
    elif not person.is_active:
        raise Conflict(_("This account is switched off. Ask the operator of the installation."))
    elif signed_in_id != person.pk:
        raise SignInNeeded
    invitation.accept(by=person, at=at)
    invitation.save()
    membership = join(person, roles=invitation.roles, actor=invitation.invited_by.actor, at=at)
    payload = {"principal_id": person.pk}
    emit("principal.accepted_invitation", subject=membership, actor=person.actor, at=at, payload=payload)
    return person


def invitation_link(invitation: Invitation) -> str:
    """The address that opens the invitation."""
    slug = Tenant.objects.values_list("slug", flat=True).get(pk=invitation.tenant_id)
    token = signing.Signer(salt=INVITATION_SALT).sign(f"{slug}.{invitation.pk}")
    return f"{settings.BASE_URL}/admin/invitations/{token}/"


def _lock_pending(invitation_id: UUID) -> Invitation:
    invitation: Invitation = Invitation.objects.lock(invitation_id)
    if invitation.status != Invitation.Status.PENDING:
        raise InvitationClosed
    return invitation


def _may_be_sent(invitation: Invitation) -> bool:
    """An invitation speaks for the one who sent it: it ends with their membership, and with their right to give the
    roles it promises."""
    try:
        sender = scope_as(current_scope(), invitation.invited_by.actor)
        if invitation.roles:
            ports.guard().require("role.assign", sender)
    except (NotFound, PermissionDenied):
        return False
    return True


def _refuse_member(address: str) -> None:
    members = Membership.objects.filter(
        tenant=current_scope().tenant_id,
        principal__email=address,
        status=Membership.Status.ACTIVE,
        expires_at=None,
    )
    if members.exists():
        raise AlreadyMember
