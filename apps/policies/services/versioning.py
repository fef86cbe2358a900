"""Versions: made by the merge that writes a policy, or as the return to an older one. None is in force by that."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from django.db.models import Max
from pydantic import Field

from apps.kernel import hooks
from apps.kernel.commands import Agents, Gateways, Safety, command
from apps.kernel.scope import Actor
from apps.kernel.unit import emit
from apps.metadata.core.operations import RETIRED
from apps.metadata.models import Revision
from apps.metadata.services import Move, Moved, lock_environment
from apps.policies.core.lifecycle import State
from apps.policies.core.vocabulary import KIND
from apps.policies.errors import NothingToRollBack
from apps.policies.models import PolicyBody, PolicyVersion
from apps.tenancy.models import Environment

Reason = Annotated[str, Field(min_length=1, max_length=2_000, pattern=r"\S", examples=["Version 4 stopped releases."])]


def keep_versions(
    environment: Environment, moved: Sequence[Moved], moves: Sequence[Move], *, actor: Actor, at: datetime
) -> list[PolicyVersion]:
    """A draft version for each policy whose head moved, unless its newest version says the same or it was retired.

    Runs in the merge's transaction, under the environment's lock: numbers rise one by one.
    """
    written = {(move.kind, move.key): move for move in moves if move.kind == KIND}
    rows = [one for one in moved if one.kind == KIND and written[one.kind, one.key].content.get("status") != RETIRED]
    if not rows:
        return []
    newest = _newest(environment.pk, [one.key for one in rows])
    rows = [one for one in rows if not _says_the_same(newest.get(one.key), written[one.kind, one.key].digest)]
    bodies = keep_bodies({move.digest: move.content for move in written.values()}, at=at)
    changes = dict(Revision.objects.filter(pk__in=[one.revision_id for one in rows]).values_list("pk", "change_id"))
    authors = {change_id: _authors_of(change_id, actor) for change_id in set(changes.values())}
    made = []
    for one in rows:
        move, before = written[one.kind, one.key], newest.get(one.key)
        version = PolicyVersion(
            environment=environment,
            definition_id=one.definition_id,
            revision_id=one.revision_id,
            body_id=bodies[move.digest],
            key=one.key,
            name=str(move.content.get("name", one.key)),
            number=before.number + 1 if before else 1,
            digest=move.digest,
            change_id=changes[one.revision_id],
            authors=sorted(authors[changes[one.revision_id]]),
            created_by_id=actor.id,
            created_at=at,
        )
        version.save(force_insert=True)
        _tell_made(version, actor=actor, at=at)
        made.append(version)
    return made


@command(
    "policy.roll_back",
    permission="policy.roll_back",
    agents=Agents.NEVER,
    gateways=Gateways.NEVER,
    safety=Safety.WRITE_INTERNAL,
    status=201,
)
def roll_back_policy(version_id: UUID, *, reason: Reason, actor: Actor, at: datetime) -> PolicyVersion:
    """Make what an earlier version said the newest version, for a reason.

    It begins as a draft and is simulated, approved and activated as any other: its number rises, its digest is that
    of the earlier one. Whoever rolls back counts as its author.
    """
    found: PolicyVersion = PolicyVersion.objects.one(version_id)
    lock_environment(found.environment_id)
    earlier: PolicyVersion = PolicyVersion.objects.lock(version_id)
    if earlier.activated_at is None or earlier.status == State.ACTIVE:
        raise NothingToRollBack(status=earlier.status)

    newest = _newest(earlier.environment_id, [earlier.key])[earlier.key]
    version = PolicyVersion(
        environment_id=earlier.environment_id,
        definition_id=earlier.definition_id,
        revision_id=earlier.revision_id,
        body_id=earlier.body_id,
        key=earlier.key,
        name=earlier.name,
        number=newest.number + 1,
        digest=earlier.digest,
        change_id=earlier.change_id,
        authors=[actor.responsible_id],
        rolls_back_to=earlier,
        reason=reason,
        created_by_id=actor.id,
        created_at=at,
    )
    version.save(force_insert=True)
    _tell_made(version, rolls_back_to=earlier.number, actor=actor, at=at)
    return version


def keep_bodies(contents: Mapping[str, Mapping[str, Any]], *, at: datetime) -> dict[str, UUID]:
    """The bodies of these contents, by digest, made where they are missing."""
    PolicyBody.objects.bulk_create(
        [PolicyBody(digest=digest, content=dict(contents[digest]), created_at=at) for digest in sorted(contents)],
        ignore_conflicts=True,
    )
    return dict(PolicyBody.objects.filter(digest__in=contents).values_list("digest", "pk"))


def _newest(environment_id: UUID, keys: Iterable[str]) -> dict[str, PolicyVersion]:
    """The newest version of each key in the environment."""
    numbers = (
        PolicyVersion.objects.filter(environment_id=environment_id, key__in=list(keys))
        .order_by()
        .values("key")
        .annotate(newest=Max("number"))
    )
    found = {row["key"]: row["newest"] for row in numbers}
    versions = PolicyVersion.objects.filter(environment_id=environment_id, key__in=found, number__in=found.values())
    return {one.key: one for one in versions if found[one.key] == one.number}


def _says_the_same(newest: PolicyVersion | None, digest: str) -> bool:
    """A policy moved to where its newest version is already: by a promotion that is repeated, or a restoration."""
    return newest is not None and newest.digest == digest and newest.status != State.DEPRECATED


def _authors_of(change_id: UUID, actor: Actor) -> frozenset[UUID]:
    """Who answers for what the change wrote; whoever moved the head where nobody knows the change."""
    answered = list(hooks.run("metadata.authors_of_change", change_id=change_id))
    return frozenset().union(*answered) or frozenset({actor.responsible_id})


def _tell_made(version: PolicyVersion, *, rolls_back_to: int | None = None, actor: Actor, at: datetime) -> None:
    told = {
        "key": version.key,
        "number": version.number,
        "digest": version.digest,
        "environment_id": version.environment_id,
        "change_id": version.change_id,
        "rolls_back_to": rolls_back_to,
        "reason": version.reason,
    }
    name = "policy.created" if version.number == 1 else "policy.updated"
    emit(name, subject=version, actor=actor, at=at, payload=told)
