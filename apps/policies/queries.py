"""Which policies are in force, what they decided, and the versions of a policy. Inside a scope transaction."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from apps.access.core.roles import seeded_roles
from apps.access.core.subjects import named_subjects, principal_subject, role_subject, team_subject
from apps.access.queries import approver_subjects, people_who_may, roles_of_tenant
from apps.approvals.core.subjects import subject_types
from apps.approvals.queries import open_request_of, subject_labels
from apps.kernel.canonical import canonical_json
from apps.kernel.canonical import digest as digest_of
from apps.kernel.models import TenantQuerySet
from apps.metadata.core.findings import Finding
from apps.metadata.queries import contents_by_digest, with_heads
from apps.policies.adapters import bodies
from apps.policies.core.built_in import BUILT_IN, in_force
from apps.policies.core.evaluate import evaluate, rules_in_order
from apps.policies.core.inputs import Inputs
from apps.policies.core.judgement import ActivePolicy, Judgement, as_compared
from apps.policies.core.lifecycle import State
from apps.policies.core.people import asks_people, named_in, unmet
from apps.policies.core.vocabulary import unknown
from apps.policies.models import Decision, Policy, PolicyBody, PolicyVersion
from apps.tenancy.models import Team
from apps.tenancy.queries import members_of_tenant

#: How votes, requests and events name a version.
SUBJECT = "policies.policyversion"
#: How many teams are named where one is not known.
SUGGESTED = 5


def bodies_remembered(digests: Iterable[str]) -> dict[str, Any]:
    """What policies of these digests say; a digest nobody knows is left out."""
    wanted = set(digests)
    found = bodies.recall(wanted)
    if BUILT_IN.digest in wanted:
        found[BUILT_IN.digest] = dict(BUILT_IN.content)
    missing = wanted - found.keys()
    if missing:
        for digest, content in PolicyBody.objects.filter(digest__in=missing).values_list("digest", "content"):
            bodies.keep(digest, content)
            found[digest] = content
    return found


def active_policies(environment_id: UUID) -> tuple[ActivePolicy, ...]:
    """The policies in force in an environment, the built-in one among them. Two queries at most."""
    rows = list(
        PolicyVersion.objects.filter(environment_id=environment_id, status=State.ACTIVE.value)
        .order_by("key")
        .values_list("key", "number", "digest")
    )
    contents = bodies_remembered(digest for _, _, digest in rows)
    return in_force(ActivePolicy(key, number, digest, contents[digest]) for key, number, digest in rows)


def remembered_policies(stored: Iterable[Mapping[str, Any]]) -> tuple[ActivePolicy, ...]:
    """The policies a decision was made by, with what they said then."""
    rows = list(stored)
    contents = bodies_remembered(row["digest"] for row in rows)
    return tuple(
        ActivePolicy(row["key"], row["version"], row["digest"], contents[row["digest"]], row["fallback"])
        for row in rows
    )


def policy_of(version: PolicyVersion) -> ActivePolicy:
    """What a version says, as the evaluator asks it."""
    content = bodies_remembered([version.digest])[version.digest]
    return ActivePolicy(version.key, version.number, version.digest, content)


def versions_visible() -> TenantQuerySet[Any]:
    """Every version of every policy, newest first."""
    found: TenantQuerySet[Any] = PolicyVersion.objects.select_related("environment", "body").order_by(
        "-created_at", "-id"
    )
    return found


def versions_of(definition_id: UUID) -> TenantQuerySet[Any]:
    """The versions of one policy in every environment, newest first, without what they say."""
    return versions_visible().filter(definition_id=definition_id).defer("report", "body__content")


def active_version(environment_id: UUID, key: str) -> PolicyVersion | None:
    """The version of a policy that is in force in an environment."""
    found: PolicyVersion | None = PolicyVersion.objects.filter(
        environment_id=environment_id, key=key, status=State.ACTIVE.value
    ).first()
    return found


def decisions_visible() -> TenantQuerySet[Any]:
    """Every decision, newest first."""
    found: TenantQuerySet[Any] = Decision.objects.select_related("environment", "actor").order_by("-decided_at", "-id")
    return found


def decisions_on(subject_type: str, subject_id: UUID) -> TenantQuerySet[Any]:
    """What was decided about one subject, newest first: the answer to "why?"."""
    return decisions_visible().filter(subject_type=subject_type, subject_id=subject_id)


def asked_authors(version_id: UUID) -> tuple[UUID, ...]:
    """Who asked for what people are asked about a version now; nobody where nothing is asked."""
    request = open_request_of(SUBJECT, version_id)
    return tuple(request.authors) if request is not None else ()


class Replayed(NamedTuple):
    """A decision made again from what was kept of it."""

    judgement: Judgement
    same: bool

    @property
    def digest(self) -> str:
        """That of the judgement's canonical bytes, to compare with the decision's."""
        return digest_of(as_compared(self.judgement.as_dict()))


def replayed(decision: Decision) -> Replayed:
    """The decision made again: from its inputs and the policies asked then, whatever has become of them.

    ``same`` when it meets the stored bytes.
    """
    judgement = evaluate(remembered_policies(decision.policies), Inputs.from_dict(decision.inputs))
    stored = {**decision.outcome, "inputs": decision.inputs, "policies": decision.policies}
    return Replayed(judgement, judgement.as_bytes() == canonical_json(as_compared(stored)))


class Reason(NamedTuple):
    """A rule that decided, in words and as it was written, of which version of which policy."""

    policy_key: str
    policy_name: str
    version: int
    version_id: UUID | None
    rule_id: str
    effect: str
    text: str
    rule: Mapping[str, Any]


def why(decision: Decision) -> list[Reason]:
    """The rules behind a decision, the strongest effect first (XY-098). The built-in policy has no version's id."""
    matches = decision.outcome["matches"]
    contents = bodies_remembered(match["digest"] for match in matches)
    versions = {
        (key, number): pk
        for pk, key, number in PolicyVersion.objects.filter(
            environment_id=decision.environment_id, key__in={match["policy_key"] for match in matches}
        ).values_list("pk", "key", "number")
    }
    return [
        Reason(
            policy_key=match["policy_key"],
            policy_name=str(contents[match["digest"]].get("name", match["policy_key"])),
            version=match["version"],
            version_id=versions.get((match["policy_key"], match["version"])),
            rule_id=match["rule_id"],
            effect=match["effect"],
            text=match["text"],
            rule=_rule(contents[match["digest"]], match["rule_id"]),
        )
        for match in matches
    ]


def _rule(content: Mapping[str, Any], rule_id: str) -> Mapping[str, Any]:
    return next((rule for rule in rules_in_order(content) if rule["rule_id"] == rule_id), {})


def strangers(subjects: Iterable[str]) -> dict[str, str]:
    """Those of the approver subjects that nobody of this tenant ever was, with a sentence that says what there is.

    Three queries at most: a role that is disabled, an archived team and a former member are known.
    """
    named = named_subjects(subjects)
    found: dict[str, str] = {}
    asked = named.roles - {role.name for role in seeded_roles(platform=False)}
    roles = set(roles_of_tenant().values_list("name", flat=True)) if asked else set()
    for name in sorted(asked - roles):
        found[role_subject(name)] = unknown("role", name, roles)
    teams = dict(Team.objects.values_list("pk", "name")) if named.teams else {}
    for team_id in sorted(named.teams - teams.keys()):
        listed = ", ".join(f"{name} ({team_subject(pk)})" for pk, name in list(teams.items())[:SUGGESTED])
        found[team_subject(team_id)] = f"There is no team {team_id}." + (f" The teams are: {listed}." if listed else "")
    members = members_of_tenant().order_by().filter(principal__in=named.principals) if named.principals else ()
    for person in sorted(named.principals - {member.principal_id for member in members}):
        found[principal_subject(person)] = f"{person} is nobody of this tenant."
    return found


def seats_nobody_fills(policies: Mapping[str, Mapping[str, Any]]) -> dict[str, list[Finding]]:
    """What policies, by any name, ask of people that the people of today cannot give. A few queries, whatever they say.

    People who may approve one type of thing count for all: which act a rule is about is decided when it is asked.
    """
    asking = {name: content for name, content in policies.items() if asks_people(content)}
    if not asking:
        return {}
    able = {person for subject in subject_types() for person in people_who_may(subject.permission)}
    who = approver_subjects(able).values()
    subjects = {subject for content in asking.values() for subject in named_in(content)}
    labels, unknown_ones = subject_labels(subjects), strangers(subjects)
    return {name: list(unmet(content, who, unknown_ones, labels)) for name, content in asking.items()}


class PolicyView(NamedTuple):
    """A policy as an environment runs its definition, and what of it is in force there."""

    id: UUID
    project_id: UUID
    environment_id: UUID
    environment: str
    key: str
    name: str
    status: str
    revision: int
    digest: str
    created_at: datetime
    moved_at: datetime
    policy_type: str
    evaluation_mode: str
    description: str
    owner: str | None
    rules: list[dict[str, Any]]
    metadata: Mapping[str, Any]
    active_version: int | None
    active_version_id: UUID | None
    newest_version: int | None
    newest_version_id: UUID | None
    newest_status: str | None


def policies_visible(*, environment_id: UUID | None = None) -> TenantQuerySet[Any]:
    """The policies of the environment that is given, that the request names, or that is each project's default."""
    return with_heads(Policy.objects.all(), environment_id=environment_id).order_by("key", "id")


def shown_policies(rows: Sequence[Any]) -> list[PolicyView]:
    """What pages and the API show of these, in three queries however many they and their versions are."""
    contents = contents_by_digest({row.digest: row.revision_id for row in rows})
    versions = PolicyVersion.objects.filter(
        environment_id__in={row.environment_id for row in rows}, key__in={row.key for row in rows}
    ).only("environment_id", "key", "number", "status")
    one_each = "environment_id", "key"
    newest = {(one.environment_id, one.key): one for one in versions.order_by(*one_each, "-number").distinct(*one_each)}
    active = {(one.environment_id, one.key): one for one in versions.filter(status=State.ACTIVE.value)}
    return [
        _shown(row, contents[row.digest], active.get(place), newest.get(place))
        for row in rows
        for place in [(row.environment_id, row.key)]
    ]


def _shown(
    row: Any, content: Mapping[str, Any], active: PolicyVersion | None, newest: PolicyVersion | None
) -> PolicyView:
    return PolicyView(
        id=row.pk,
        project_id=row.project_id,
        environment_id=row.environment_id,
        environment=row.environment_name,
        key=row.key,
        name=row.name,
        status=row.status,
        revision=row.number,
        digest=row.digest,
        created_at=row.created_at,
        moved_at=row.moved_at,
        policy_type=content["policy_type"],
        evaluation_mode=content["evaluation_mode"],
        description=content.get("description", ""),
        owner=content.get("owner"),
        rules=[dict(rule) for rule in rules_in_order(content)],
        metadata=content.get("metadata", {}),
        active_version=active.number if active else None,
        active_version_id=active.pk if active else None,
        newest_version=newest.number if newest else None,
        newest_version_id=newest.pk if newest else None,
        newest_status=newest.status if newest else None,
    )
