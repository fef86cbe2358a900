"""What command forms offer for roles and permissions; the roles on a member's page."""

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from apps.access import queries
from apps.kernel.admin.choices import Option, choices_for
from apps.kernel.admin.linking import page_of
from apps.kernel.admin.naming import called
from apps.kernel.admin.offers import offer, offered
from apps.kernel.admin.panels import cards_on
from apps.kernel.admin.parts import Card, Empty, Link, Row, Table, table
from apps.tenancy.models import Membership

called(
    {
        "role.create": _("New role"),
        "role.assign": _("Give a role"),
        "role.unassign": _("Take a role away"),
        "role.grant_permission": _("Grant a permission"),
        "role.revoke_permission": _("Revoke a permission"),
    }
)


@choices_for("role_id")
def roles(request: HttpRequest) -> list[Option]:
    return [(str(row.pk), row.name) for row in queries.roles_of_tenant()]


@choices_for("roles")
def role_names(request: HttpRequest) -> list[Option]:
    return [(row.name, row.name) for row in queries.roles_of_tenant()]


@choices_for("permission_id", "permissions")
def permissions(request: HttpRequest) -> list[Option]:
    return [(row.name, f"{row.name}: {row.description}") for row in queries.catalogue_here()]


@cards_on("tenancy.membership")
def member_roles(request: HttpRequest, member: Membership) -> list[Card]:
    """The roles of a member, each with the button that takes it away."""
    rows = [
        Row(
            [Link(role.name, page_of(role)), role.description],
            muted=role.status != "active",
            buttons=offered(
                offer(
                    "role.unassign",
                    member.principal_id,
                    label=_("Take away"),
                    inputs={"role_id": role.pk},
                    size="small",
                )
            ),
        )
        for role in queries.roles_of_principal(member.principal_id)
    ]
    empty = Empty(_("No roles"), _("Every member may read and stage; roles give the rest."), icon="shield_person")
    return [table(_("Roles"), Table([_("Role"), _("Description")], rows, empty))]
