"""What command forms offer for roles and permissions; the roles on a member's page."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from apps.access import queries
from apps.access.core.roles import SYSTEM
from apps.kernel.admin.choices import Option, choices_for
from apps.kernel.admin.linking import labels_for, page_of, targets
from apps.kernel.admin.naming import called, explains
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
        "access.seed_defaults": _("Seed the default roles"),
    }
)
explains(
    {
        "role.assign": _(
            "The member may do what the role grants, from their next request on. An agent may hold any role; what an "
            "agent may never do stays refused."
        ),
        "role.create": _("A role starts without permissions; its page grants them."),
        "role.grant_permission": _("Whoever holds the role has the permission from their next request on."),
    }
)


@targets("access.role", "role")
@labels_for("access.role")
def names_of_roles(ids: set[str]) -> dict[Any, str]:
    return dict(queries.roles_of_tenant().filter(pk__in=ids).order_by().values_list("pk", "name"))


@choices_for("role_id")
def roles(request: HttpRequest) -> list[Option]:
    return [(str(row.pk), row.name) for row in queries.roles_of_tenant().exclude(name=SYSTEM)]


@choices_for("roles")
def role_names(request: HttpRequest) -> list[Option]:
    return [(row.name, row.name) for row in queries.roles_of_tenant().exclude(name=SYSTEM)]


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
