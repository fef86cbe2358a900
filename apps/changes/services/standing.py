"""What only the database knows to be wrong with a plan: targets of another project, and names that are taken."""

from collections.abc import Mapping
from uuid import UUID

from django.utils.translation import gettext as _

from apps.changes.services.loading import Loaded
from apps.kernel.kinds import Projected
from apps.metadata.core.content import Content
from apps.metadata.core.findings import Finding, NodeId
from apps.metadata.core.kinds import kind_named
from apps.metadata.models import Head
from apps.metadata.queries import heads_named


def foreign_targets(loaded: Loaded) -> list[Finding]:
    """A target of another project can only have been forged; it is refused all the same."""
    return [
        Finding.error("PROJECT_MISMATCH", _("The target belongs to another project than the change.")).at(*identity)
        for identity, target in sorted(loaded.targets.items())
        if target.project_id != loaded.change.project_id
    ]


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
