"""What people read on the forms of tenancy, and after them."""

from django.utils.translation import gettext_lazy as _

from apps.kernel.admin.naming import answers, asks, called, explains
from apps.kernel.admin.pages import arrives

called(
    {
        "principal.invite": _("Invite a person"),
        "principal.create_agent": _("New agent"),
        "principal.create_service": _("New service"),
        "principal.assign_owner": _("Change the owner"),
        "membership.add": _("Take back into the tenant"),
        "membership.remove": _("Remove from the tenant"),
        "token.create": _("New token"),
        "token.create_gateway": _("New gateway token"),
        "team.create": _("New team"),
        "team.rename": _("Rename team"),
        "team.add_member": _("Add to the team"),
        "team.remove_member": _("Take out of the team"),
        "project.create": _("New project"),
        "project.rename": _("Edit project"),
        "module.create": _("New module"),
        "tenant.create": _("New tenant"),
        "invitation.resend": _("Send the invitation again"),
        "invitation.revoke": _("Take the invitation back"),
        "principal.deactivate": _("Deactivate"),
        "principal.activate": _("Activate"),
        "project.make_default": _("Make it the default project"),
    }
)
answers(
    {
        "principal.invite": _("The invitation is on its way."),
        "membership.remove": _("The membership is ended."),
        "membership.add": _("They are a member again."),
        "team.create": _("The team is there. Now add its members."),
        "team.add_member": _("They are in the team."),
        "team.remove_member": _("They are in the team no more."),
        "team.rename": _("The team has its new name."),
        "team.archive": _("The team is archived."),
        "team.restore": _("The team is back."),
        "token.revoke": _("The token is revoked. It opens nothing any more."),
        "project.create": _("The project is there, with its environments."),
    }
)
arrives("team.create")
explains(
    {
        "module.create": _("The root path is relative to the repository of the project and never leads upwards."),
        "project.archive": _("Nothing new begins in the project, and nothing of it is deleted."),
        "team.add_member": _(
            "Agents and services may be in a team; where an approval asks for the team, only its people count."
        ),
        "team.create": _("A policy can ask for the agreement of a team. Its members are added on its page."),
        "team.rename": _("The key of the team stays."),
        "token.create": _(
            "A token is what programs sign in with: yours, or those of an agent or a service you own. It is shown "
            "once, on the next page, and works in this tenant."
        ),
        "token.create_gateway": _(
            "With it a service acts for any member it names in its requests. It is for gateways that sign people in "
            "themselves, is shown once, and works in this tenant only."
        ),
        "token.rotate": _(
            "You get a new token with the same rights and as long a life. The old one ends after the time below."
        ),
    }
)
asks(
    {
        "token.create:name": (_("Name"), _("What it is for, such as the name of a machine.")),
        "token.create:principal_id": (_("For"), _("Yourself, unless you choose an agent or a service you own.")),
        "token.create:permissions": (_("Only these permissions"), _("None chosen: all that its owner may do.")),
        "token.create:expires_in_days": (_("Days until it expires"), ""),
        "token.create:all_my_tenants": (
            _("Works in all my tenants"),
            _("Only for a token of your own. Otherwise it works in this tenant."),
        ),
        "token.create_gateway:principal_id": (_("Service"), ""),
        "token.create_gateway:permissions": (_("Only these permissions"), _("None chosen: all that they may do.")),
        "token.create_gateway:expires_in_days": (_("Days until it expires"), ""),
        "token.rotate:grace_minutes": (_("Minutes for which the old one goes on working"), ""),
        "team.add_member:principal_id": (_("Member"), ""),
        "tenant.enter:hours": (_("Hours until the visit ends"), ""),
    }
)
