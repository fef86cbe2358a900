"""What can be refused about tenants, principals, tokens and projects."""

from django.utils.translation import gettext_lazy as _

from apps.kernel.errors import Conflict, IllegalTransition, InvalidInput, NotFound, PermissionDenied, Unauthenticated


class TokenInvalid(Unauthenticated):
    """Misspelt, unknown, revoked, or its principal may not act any more: the caller is not told which."""

    code = "TOKEN_INVALID"
    message_default = _("The token is not valid.")


class TokenExpired(Unauthenticated):
    code = "TOKEN_EXPIRED"
    message_default = _("The token has expired. Make a new one or rotate it earlier.")


class TenantHeaderMissing(Unauthenticated):
    code = "TENANT_HEADER_MISSING"
    message_default = _("Name the tenant by its slug in the header x-tenant-id.")


class TenantNotFound(NotFound):
    """Unknown, archived, or the caller is no member of it."""

    code = "TENANT_NOT_FOUND"
    message_default = _("There is no such tenant.")


class ActorMismatch(PermissionDenied):
    code = "ACTOR_MISMATCH"
    message_default = _("The token does not belong to the principal named in the header.")


class SlugTaken(Conflict):
    code = "SLUG_TAKEN"
    message_default = _("Another tenant has this slug.")


class NameTaken(Conflict):
    code = "NAME_TAKEN"
    message_default = _("The name is taken.")


class HandleTaken(Conflict):
    code = "HANDLE_TAKEN"
    message_default = _("The handle is taken in this tenant.")


class AlreadyMember(Conflict):
    code = "ALREADY_MEMBER"
    message_default = _("This principal is a member already.")


class PlatformIsPermanent(Conflict):
    code = "PLATFORM_IS_PERMANENT"
    message_default = _("The platform tenant and its system principal cannot be changed.")


class NotInThisTenant(Conflict):
    code = "NOT_IN_THIS_TENANT"
    message_default = _("This is decided where the principal is at home; here its membership can be removed.")


class OwnerUnfit(Conflict):
    code = "OWNER_UNFIT"
    message_default = _("The owner has to be an active human member of this tenant.")


class NotYourToken(PermissionDenied):
    code = "NOT_YOUR_TOKEN"
    message_default = _(
        "A token is made and changed by the person it acts for, or by the owner of its agent or service."
    )


class TokenTooWide(PermissionDenied):
    code = "TOKEN_TOO_WIDE"
    message_default = _("A token cannot be given more than the token it is made with.")


class TokenSettled(Conflict):
    code = "TOKEN_SETTLED"
    message_default = _("The token was revoked or has expired.")


class InvitationClosed(Conflict):
    code = "INVITATION_CLOSED"
    message_default = _("The invitation was accepted, revoked, or has expired. Ask for a new one.")


class PasswordNeeded(InvalidInput):
    code = "PASSWORD_NEEDED"
    message_default = _("Choose a password.")


class SignInNeeded(PermissionDenied):
    """The link proves the address, and not that the account of that address is theirs who follow it."""

    code = "SIGN_IN_NEEDED"
    message_default = _("There is an account for this address. Sign in with it, then open the link again.")


class AdministratorExists(Conflict):
    code = "ADMINISTRATOR_EXISTS"
    message_default = _("There is an administrator already. People are added by invitation.")


class TeamArchived(Conflict):
    code = "TEAM_ARCHIVED"
    message_default = _("The team is archived.")


class VisitorInTeam(Conflict):
    code = "VISITOR_IN_TEAM"
    message_default = _("A visiting operator joins no team.")


class ProjectArchived(Conflict):
    code = "PROJECT_ARCHIVED"
    message_default = _("The project is archived.")


class DefaultProjectStays(Conflict):
    code = "DEFAULT_PROJECT_STAYS"
    message_default = _("The default project cannot be archived. Choose another default first.")


class NoDefaultProject(InvalidInput):
    code = "PROJECT_NEEDED"
    message_default = _("Name a project: the tenant has no default one.")


class IllegalMove(IllegalTransition):
    """A life cycle of tenants, projects or teams refuses the step."""
