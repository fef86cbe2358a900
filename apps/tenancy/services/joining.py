"""The door for a person who has no identity yet: the signed link of an invitation stands for it."""

from uuid import UUID

from pydantic import SecretStr

from apps.kernel.dispatch import dispatch
from apps.kernel.scope import scoped
from apps.tenancy.models import Principal
from apps.tenancy.queries import tenant_scope
from apps.tenancy.queries.people import read_invitation_link


def accept_invitation_by_link(
    token: str, name: str = "", password: str | None = None, *, signed_in_id: UUID | None = None
) -> Principal:
    """Accept the invitation behind a link, acting as the system of its tenant. ``signed_in_id``: whose session it is.

    Raises ``NotFound`` for a forged link, ``InvitationClosed`` for one that is settled or has run out, ``SignInNeeded``
    for an account that nobody has signed in with.
    """
    slug, invitation_id = read_invitation_link(token)
    secret = None if password is None else SecretStr(password)
    with scoped(tenant_scope(slug)):
        person: Principal = dispatch(
            "principal.accept_invitation", invitation_id, name=name, password=secret, signed_in_id=signed_in_id
        )
    return person
