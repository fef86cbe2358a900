"""Every permission, what it allows, and the seeded roles that hold it: one table.

A test proves that it and the registry of commands name the same permissions. ``reserved`` rows are names of the
specification that no command asks for yet; ``platform`` rows count in the platform tenant only.
"""

from dataclasses import dataclass
from typing import Final

from apps.access.core.roles import ADMIN, EDITOR, OPERATOR, OWNER, SYSTEM, VIEWER


@dataclass(frozen=True, slots=True)
class Permission:
    """The right to give one command, or one family of them."""

    name: str
    description: str
    roles: tuple[str, ...]
    platform: bool = False
    reserved: bool = False


ALL: Final = (ADMIN, EDITOR, VIEWER)
WRITERS: Final = (ADMIN, EDITOR)

CATALOGUE: Final = (
    # The specification's nine.
    Permission("form.view", "See forms.", ALL, reserved=True),
    Permission("form.edit", "Store form overrides.", WRITERS, reserved=True),
    Permission("workflow.execute", "Run workflows and fire triggers.", WRITERS, reserved=True),
    Permission("workflow.approve", "Answer paused approvals of workflows.", (ADMIN,), reserved=True),
    Permission("override.activate", "Activate overrides.", WRITERS, reserved=True),
    Permission("change.approve", "Check in, approve and merge changes.", (ADMIN,)),
    Permission("admin.view", "See the console, decisions, graph and telemetry.", (ADMIN,)),
    Permission("environment.release_create", "Cut releases.", (ADMIN,), reserved=True),
    Permission("environment.promote", "Approve and execute promotions.", (ADMIN,), reserved=True),
    # The platform.
    Permission("tenant.create", "Make a tenant.", (OPERATOR,), platform=True),
    Permission("tenant.archive", "Archive and restore a tenant.", (OPERATOR,), platform=True),
    Permission("tenant.enter", "Enter a tenant for support; the visit is recorded.", (OPERATOR,), platform=True),
    Permission("principal.create_administrator", "Make the first operator.", (SYSTEM,), platform=True),
    # The tenant and its people.
    Permission("tenant.rename", "Rename the tenant.", (ADMIN,)),
    Permission("principal.invite", "Invite people, send again and revoke invitations.", (ADMIN,)),
    Permission("principal.create_human", "Make a person without an invitation.", (SYSTEM,)),
    Permission("principal.create_agent", "Make agents.", (ADMIN,)),
    Permission("principal.create_service", "Make services.", (ADMIN,)),
    Permission("principal.deactivate", "Deactivate and activate agents and services, and hand them over.", (ADMIN,)),
    Permission("membership.add", "Take former members back.", (ADMIN,)),
    Permission("membership.remove", "Remove members.", (ADMIN,)),
    Permission("token.create", "Make tokens for oneself and for what one owns.", ALL),
    Permission("token.create_gateway", "Make tokens that act for other members.", (ADMIN,)),
    Permission("principal.accept_invitation", "Take in whoever holds the link of an invitation.", (SYSTEM,)),
    Permission("invitation.deliver", "Send invitations by e-mail.", (SYSTEM,)),
    Permission("team.create", "Make and rename teams.", (ADMIN,)),
    Permission("team.archive", "Archive and restore teams.", (ADMIN,)),
    Permission("team.add_member", "Put members into teams and take them out.", (ADMIN,)),
    # Projects.
    Permission("project.create", "Make projects.", WRITERS),
    Permission("project.rename", "Rename and describe projects.", WRITERS),
    Permission("project.archive", "Archive, restore and choose the default project.", (ADMIN,)),
    Permission("environment.configure", "Set gates and webhooks of environments.", (ADMIN,)),
    Permission("module.create", "Make modules.", WRITERS),
    Permission("module.configure", "Set path, version and capability profile of modules.", (ADMIN,)),
    # Metadata and work.
    Permission("job.replay", "Run a quarantined job, timer or delivery once more.", (ADMIN,)),
    Permission("metadata.rebuild_references", "Make the table of references anew from the heads.", (ADMIN,)),
    # Policies.
    Permission("policy.simulate", "Have past decisions made again with a policy that is not in force.", WRITERS),
    Permission("policy.approve", "Agree to a policy, ask for another one, or refuse it.", (ADMIN,)),
    Permission("policy.activate", "Put approved policies in force.", (ADMIN,)),
    Permission("policy.deprecate", "End policies.", (ADMIN,)),
    Permission("policy.roll_back", "Return to what a policy said before.", (ADMIN,)),
    # Roles.
    Permission("role.create", "Make roles.", (ADMIN,)),
    Permission("role.enable", "Enable and disable roles.", (ADMIN,)),
    Permission("role.grant_permission", "Grant and revoke permissions of roles.", (ADMIN,)),
    Permission("role.assign", "Give roles to members and take them back.", (ADMIN,)),
)

BY_NAME: Final = {permission.name: permission for permission in CATALOGUE}

#: Whoever holds this can give every other right: a tenant must never be left without such a person.
ADMINISTERS: Final = "role.assign"


def grants_of(role: str) -> tuple[str, ...]:
    """The permissions a seeded role starts with. An Owner holds what an Admin holds: the table names the Admin only."""
    named = ADMIN if role == OWNER else role
    return tuple(permission.name for permission in CATALOGUE if named in permission.roles)
