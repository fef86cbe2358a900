"""People who answer for something together."""

from django.db import models
from django.db.models import Q

from apps.kernel.fields import TenantForeignKey
from apps.kernel.models import TenantModel
from apps.tenancy.core import names
from apps.tenancy.models.archivable import Archivable, archived_at_is_known


class Team(Archivable, TenantModel):
    """A named group of members. An approval may ask for one of them; an archived team is asked for nothing.

    The key never changes and is never used again.
    """

    name = models.CharField(max_length=200)
    key = models.CharField(max_length=names.KEY_LENGTH)
    created_at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(fields=["tenant_id", "name"], name="tenancy_team_name"),
            models.UniqueConstraint(fields=["tenant_id", "key"], name="tenancy_team_key"),
            models.CheckConstraint(condition=Q(key__regex=names.KEY), name="tenancy_team_key_form"),
            models.CheckConstraint(condition=~Q(name=""), name="tenancy_team_named"),
            archived_at_is_known("tenancy_team_archived_at"),
        ]

    def __str__(self) -> str:
        return self.name


class TeamMember(TenantModel):
    """A member of the tenant belongs to a team. The row ends with the membership."""

    team = TenantForeignKey("tenancy.Team", related_name="members")
    membership = TenantForeignKey("tenancy.Membership", related_name="+")
    added_by = models.ForeignKey("tenancy.Principal", models.PROTECT, related_name="+")
    added_at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        ordering = ["added_at", "id"]
        constraints = [
            # Starts with the membership: it serves "in which teams is this member?".
            models.UniqueConstraint(fields=["tenant_id", "membership", "team"], name="tenancy_team_member_once")
        ]
        indexes = [
            # The list of a team's members.
            models.Index(fields=["tenant_id", "team", "added_at", "id"], name="tenancy_team_members"),
        ]

    def __str__(self) -> str:
        return f"{self.team_id} → {self.membership_id}"
