"""The menu: grouped by what people do, not by app."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from apps.kernel.admin import offers

Item = dict[str, Any]


def navigation(request: HttpRequest) -> list[dict[str, Any]]:
    """The groups and their entries; what the person may not read is left out."""
    if getattr(request, "shell", None) is None:
        return []
    groups = [
        (
            "",
            [
                _item(_("Home"), "home", "admin:index"),
                _item(_("Changes"), "difference", "admin:changes_change_changelist"),
                _item(_("Approvals"), "how_to_vote", "admin:approvals_request_changelist"),
                _item(_("Notices"), "notifications", "admin:approvals_notice_changelist"),
            ],
        ),
        (
            _("Metadata"),
            [
                _item(_("Record types"), "schema", "admin:types_recordtype_changelist"),
                _item(_("Choice lists"), "list_alt", "admin:types_choicelist_changelist"),
                _item(_("Heads"), "commit", "admin:metadata_head_changelist"),
                _item(_("Revisions"), "commit", "admin:metadata_revision_changelist"),
                _item(_("History"), "history", "admin:metadata_headmove_changelist"),
                _item(_("Compare"), "difference", "admin:metadata_definition_compare"),
            ],
        ),
        (
            _("Governance"),
            [
                _item(_("Policies"), "policy", "admin:policies_policy_changelist"),
                _item(_("Policy versions"), "rule_settings", "admin:policies_policyversion_changelist"),
                _item(_("Decisions"), "gavel", "admin:policies_decision_changelist"),
            ],
        ),
        (
            _("Activity"),
            [
                _item(_("Events"), "timeline", "admin:events_event_changelist"),
                _item(_("Commands"), "terminal", "admin:events_commandrecord_changelist", "admin.view"),
                _item(_("Jobs"), "work_history", "admin:events_job_changelist", "admin.view"),
            ],
        ),
        (
            _("Organisation"),
            [
                _item(_("Projects"), "folder_open", "admin:tenancy_project_changelist"),
                _item(_("Environments"), "layers", "admin:tenancy_environment_changelist"),
                _item(_("Members"), "group", "admin:tenancy_membership_changelist"),
                _item(_("Teams"), "groups", "admin:tenancy_team_changelist"),
                _item(_("Invitations"), "mail", "admin:tenancy_invitation_changelist", "principal.invite"),
                _item(_("Tokens"), "key", "admin:tenancy_token_changelist"),
                _item(_("Roles"), "shield_person", "admin:access_role_changelist"),
                _item(_("Assignments"), "assignment_ind", "admin:access_roleassignment_changelist"),
                _item(_("Delegations"), "swap_horiz", "admin:approvals_delegation_changelist"),
                _item(_("Tenants"), "domain", "admin:tenancy_tenant_changelist"),
            ],
        ),
    ]
    return [{"title": title, "items": [item for item in items if item]} for title, items in groups]


def _item(title: str, icon: str, name: str, permission: str | None = None) -> Item | None:
    if permission is not None and not offers.may_read(permission):
        return None
    try:
        link = reverse(name)
    except NoReverseMatch:
        return None
    return {"title": title, "icon": icon, "link": link, "active": _beneath(link, exact=name == "admin:index")}


def _beneath(link: str, *, exact: bool) -> Callable[[HttpRequest], bool]:
    def active(request: HttpRequest) -> bool:
        return request.path == link if exact else request.path.startswith(link)

    return active
