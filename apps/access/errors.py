"""What can be refused about roles and rights."""

from django.utils.translation import gettext_lazy as _

from apps.kernel.errors import Conflict, IllegalTransition, InvalidInput, NotFound, PermissionDenied


class RoleNameTaken(Conflict):
    code = "NAME_TAKEN"
    message_default = _("Another role has this name.")


class RoleUnchanged(IllegalTransition):
    """The role is in that state already."""


class LastAdmin(Conflict):
    code = "LAST_ADMIN"
    message_default = _("Nobody would be left who can give rights. Give another person the Admin role first.")


class LastOwner(Conflict):
    code = "LAST_OWNER"
    message_default = _("Nobody would be left who answers for production. Give another person the Owner role first.")


class OwnersNameOwners(PermissionDenied):
    """An Admin who could take the seat that production asks for would need nobody to sit on it."""

    code = "OWNERS_NAME_OWNERS"
    message_default = _("Only an Owner gives the role Owner to somebody.")


class UnknownPermission(InvalidInput):
    code = "UNKNOWN_PERMISSION"
    message_default = _("There is no such permission.")


class PlatformPermission(InvalidInput):
    code = "PLATFORM_PERMISSION"
    message_default = _("This permission exists in the platform tenant only.")


class UnknownRole(NotFound):
    code = "ROLE_NOT_FOUND"
    message_default = _("There is no such role.")


class SystemRoleReserved(Conflict):
    code = "SYSTEM_ROLE_RESERVED"
    message_default = _("The System role belongs to the system principal alone, and the system has no other.")
