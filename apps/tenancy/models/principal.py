"""Who acts: a human, an agent or a service."""

from typing import Any, ClassVar
from uuid import uuid4

from django.contrib.auth import get_backends
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from apps.kernel.scope import Actor
from apps.tenancy.core import names


class PrincipalManager(BaseUserManager["Principal"]):
    """Principals are made by commands; Django needs this for sign-in and password reset."""

    def get_by_natural_key(self, username: str | None) -> "Principal":
        return self.get(email=(username or "").lower())


class Principal(AbstractBaseUser):
    """A human signs in with an e-mail address; agents and services act by token only and have a home and an owner."""

    class Kind(models.TextChoices):
        HUMAN = "human", _("human")
        AGENT = "agent", _("agent")
        SERVICE = "service", _("service")

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    handle = models.CharField(max_length=names.HANDLE_LENGTH)
    name = models.CharField(max_length=200)
    email = models.EmailField(null=True, blank=True, unique=True)
    home_tenant = models.ForeignKey("tenancy.Tenant", models.PROTECT, null=True, related_name="residents")
    owner = models.ForeignKey("self", models.PROTECT, null=True, related_name="owned")
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField()

    #: Nobody is above the permissions: Django's shortcut stays off for everyone.
    is_superuser = False

    objects = PrincipalManager()

    class Meta:
        default_permissions = ()
        ordering = ["name", "id"]
        constraints = [
            # Serves composite keys of other tables, such as the vote that only a human may cast.
            models.UniqueConstraint(fields=["id", "kind"], name="tenancy_principal_id_kind"),
            models.UniqueConstraint(
                fields=["home_tenant", "handle"], name="tenancy_principal_handle", nulls_distinct=False
            ),
            models.CheckConstraint(condition=Q(kind__in=["human", "agent", "service"]), name="tenancy_principal_kind"),
            models.CheckConstraint(
                condition=Q(kind="human", email__isnull=False, home_tenant__isnull=True, owner__isnull=True)
                | Q(~Q(kind="human"), email__isnull=True, home_tenant__isnull=False),
                name="tenancy_principal_identity",
            ),
            models.CheckConstraint(
                condition=~Q(kind="agent") | Q(owner__isnull=False), name="tenancy_principal_agent_has_owner"
            ),
            # Django marks a password nobody can sign in with by an exclamation mark.
            models.CheckConstraint(
                condition=Q(kind="human") | Q(password__startswith="!"),  # noqa: S106
                name="tenancy_principal_machine_no_password",
            ),
            models.CheckConstraint(condition=Q(email=Lower(F("email"))), name="tenancy_principal_email_lower"),
            models.CheckConstraint(condition=Q(handle__regex=names.HANDLE), name="tenancy_principal_handle_form"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_staff(self) -> bool:
        """Whether the admin lets this principal in: any active human; what it then sees depends on the tenant."""
        return self.kind == self.Kind.HUMAN and self.is_active

    @property
    def actor(self) -> Actor:
        return Actor(self.id, self.kind, self.handle, self.name, self.owner_id)  # type: ignore[arg-type]

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name

    def has_perm(self, perm: str, obj: Any = None) -> bool:
        """Whether a backend grants the permission in the current scope."""
        return self.is_active and any(
            backend.has_perm(self, perm, obj) for backend in get_backends() if hasattr(backend, "has_perm")
        )

    def has_perms(self, perm_list: Any, obj: Any = None) -> bool:
        return all(self.has_perm(perm, obj) for perm in perm_list)

    def has_module_perms(self, app_label: str) -> bool:
        """Every member may read: what a page shows is decided by the page and the tenant wall."""
        return self.is_staff
