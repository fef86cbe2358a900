"""What only the database knows of a plan: targets of another project, names that are taken, a module that is read
only, and seats of policies that nobody fills today."""

from collections.abc import Mapping
from uuid import UUID

from django.utils.translation import gettext as _

from apps.changes.errors import ModuleReadOnly
from apps.changes.services.guards import is_read_only
from apps.changes.services.loading import Loaded
from apps.kernel.kinds import Projected
from apps.metadata.core.content import Content
from apps.metadata.core.findings import Finding, NodeId
from apps.metadata.core.kinds import kind_named
from apps.metadata.models import Head
from apps.metadata.queries import heads_named
from apps.policies.core.content import check
from apps.policies.core.vocabulary import KIND as POLICY
from apps.policies.queries import seats_nobody_fills


def foreign_targets(loaded: Loaded) -> list[Finding]:
    """A target of another project can only have been forged; it is refused all the same."""
    return [
        Finding.error("PROJECT_MISMATCH", _("The target belongs to another project than the change.")).at(*identity)
        for identity, target in sorted(loaded.targets.items())
        if target.project_id != loaded.change.project_id
    ]


def read_only_module(loaded: Loaded) -> list[Finding]:
    """A module that became read only after the operations were staged takes none of them."""
    if not is_read_only(loaded.change):
        return []
    return [Finding.error(ModuleReadOnly.code, str(ModuleReadOnly.message_default))]


def empty_seats(after: Mapping[NodeId, Content]) -> list[Finding]:
    """Seats of the policies that are written which the people of today cannot fill. Of those that are whole."""
    policies = {key: content for (kind, key), content in after.items() if kind == POLICY and not check(content)}
    return [finding.at(POLICY, key) for key, found in seats_nobody_fills(policies).items() for finding in found]


def taken_names(environment_id: UUID, heads: Mapping[NodeId, Head], after: Mapping[NodeId, Content]) -> list[Finding]:
    """Names are unique by kind in an environment. Only new names are asked for, in one query."""
    projected: dict[NodeId, Projected] = {
        identity: kind_named(identity[0]).project(after[identity]) for identity in after
    }
    wanted: dict[str, set[str]] = {}
    owners: dict[tuple[str, str], NodeId] = {}
    findings: list[Finding] = []
    for identity in sorted(projected):
        name = (identity[0], projected[identity].name)
        if name in owners:
            findings.append(_name_taken(identity, name[1], owners[name][1]))
        owners.setdefault(name, identity)
        head = heads.get(identity)
        if head is None or head.name != name[1]:
            wanted.setdefault(identity[0], set()).add(name[1])
    if not wanted:
        return findings
    for other in heads_named(environment_id, wanted):
        bearer = owners[(other.kind, other.name)]
        if (other.kind, other.key) not in projected:
            findings.append(_name_taken(bearer, other.name, other.key))
    return findings


def _name_taken(identity: NodeId, name: str, other: str) -> Finding:
    message = _("The name “%(name)s” is taken by %(other)s.") % {"name": name, "other": other}
    return Finding.error("NAME_TAKEN", message, ("name",), details={"name": name, "other": other}).at(*identity)
