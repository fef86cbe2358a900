"""The one guard, as the kernel and as Django ask for it."""

from typing import Any

from django.contrib.auth.backends import BaseBackend
from django.utils.translation import gettext as _

from apps.access.core.catalogue import BY_NAME
from apps.access.queries import holds, permissions_of
from apps.kernel.commands import Agents, Command, Gateways
from apps.kernel.errors import AgentNotAllowed, GatewayNotAllowed, PermissionDenied
from apps.kernel.ports import Decision
from apps.kernel.scope import Scope, current_scope_or_none
from apps.tenancy.core.built_in import PLATFORM_ID, SYSTEM_ID


class RoleGuard:
    """Agent guard, gateway guard, then permission. The order is fixed: both are refused whatever the roles.

    Internal commands are the system's alone, also where they ask for no permission.
    """

    def authorize(self, command: Command, scope: Scope, target: Any) -> Decision:
        if command.agents is Agents.NEVER and scope.actor.kind == "agent":
            raise AgentNotAllowed(command=command.name)
        if command.gateways is Gateways.NEVER and scope.voucher_id is not None:
            raise GatewayNotAllowed(command=command.name)
        if scope.membership_id is None or (command.internal and scope.actor.id != SYSTEM_ID):
            raise PermissionDenied(command=command.name)
        if command.permission is None:
            return Decision("member")
        self.require(command.permission, scope)
        return Decision(f"role:{permissions_of(scope)[command.permission]}")

    def require(self, permission: str, scope: Scope) -> None:
        known = BY_NAME.get(permission)
        if known is not None and known.platform and scope.tenant_id != PLATFORM_ID:
            raise PermissionDenied(_("This is done in the platform tenant."), permission=permission)
        if scope.token_permissions is not None and permission not in scope.token_permissions:
            raise PermissionDenied(_("The token is not made for this."), permission=permission)
        if permission not in permissions_of(scope):
            raise PermissionDenied(permission=permission)


class PermissionBackend(BaseBackend):
    """Answers ``has_perm`` for the member of the current scope, and for nobody else. It signs nobody in."""

    def has_perm(self, user_obj: Any, perm: str, obj: Any = None) -> bool:
        scope = current_scope_or_none()
        if scope is None or scope.actor.id != user_obj.pk or not user_obj.is_active:
            return False
        return holds(perm, scope)
