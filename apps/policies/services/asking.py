"""Whose agreement an act on a version takes now, and whether it is given: asked, counted, and counted again."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from apps.access.queries import approver_subjects
from apps.approvals import services as approvals
from apps.approvals.core.requirement import Requirement, Tally
from apps.approvals.models import Request
from apps.approvals.queries import open_request_of, requests_of, standing_tally
from apps.kernel.errors import AgentNotAllowed, IllegalTransition
from apps.kernel.scope import Actor
from apps.kernel.unit import emit
from apps.policies.core.acts import RISK, Act, approval_digest
from apps.policies.core.evaluate import rules_in_order
from apps.policies.core.judgement import Judgement
from apps.policies.core.lifecycle import State, allowed_from
from apps.policies.core.vocabulary import KIND
from apps.policies.errors import (
    NothingToApprove,
    NotSimulated,
    OutsideTimeWindow,
    PolicyActDenied,
    PolicyApprovalMissing,
    SeparationOfDuties,
)
from apps.policies.models import PolicyVersion
from apps.policies.queries import SUBJECT, bodies_remembered
from apps.policies.services.judging import judge, keep_decision

PERMISSION = "policy.approve"
#: A request's number is at most 60 characters.
MOST_OF_KEY = 48
#: States of versions about which people can be asked.
WAITING = (State.SIMULATED.value, State.APPROVED.value, State.ACTIVE.value)
#: How a question ends that only another simulation asks again.
SENT_BACK = frozenset({Request.Outcome.CHANGES_REQUESTED, Request.Outcome.EXPIRED})


@dataclass(frozen=True, slots=True)
class Asked:
    """What an act on a version takes: the judgement of the policies in force now, and the digest a vote is for."""

    version: PolicyVersion
    act: Act
    authors: frozenset[UUID]
    judgement: Judgement
    digest: str

    def tally(self) -> Tally:
        """Whose votes count now, and what is missing."""
        return standing_tally(
            SUBJECT,
            self.version.pk,
            digest=self.digest,
            requirement=self.judgement.requirement,
            authors=self.authors,
            permission=PERMISSION,
        )

    def refuse(self, *, actor: Actor, at: datetime) -> None:
        """Raise unless the act may be carried out now, by this person.

        ``tests_required`` asks for nothing here: the test of a policy is its simulation, which it always takes.
        """
        judgement = self.judgement
        if judgement.is_denied:
            raise PolicyActDenied(matches=[match.as_dict() for match in judgement.deciding])
        if judgement.separation_of_duties and actor.id in self.authors:
            raise SeparationOfDuties
        tally = self.tally()
        if not tally.is_met:
            raise PolicyApprovalMissing(
                required=judgement.requirement.votes, missing=[seat.as_dict() for seat in tally.missing_seats]
            )
        if not judgement.is_open(at):
            opens_at = judgement.next_opening(at)
            raise OutsideTimeWindow(opens_at=opens_at.isoformat() if opens_at else None)


def refuse_machines(actor: Actor) -> None:
    """What is in force is changed by people. The kernel's guard stops agents; services end here."""
    if actor.kind != "human":
        raise AgentNotAllowed


def refuse_move(version: PolicyVersion, target: State) -> IllegalTransition:
    """The refusal of a move the table does not have: what it takes, and the moves there are."""
    before = [str(state) for state in State if target in allowed_from(state) and state != target]
    needs = _("Only a version that is %(before)s can become %%(target)s.") % {"before": _(" or ").join(before)}
    return IllegalTransition(version.status, target, allowed_from(version.status), what=version, needs=needs)


def asked_for(
    version: PolicyVersion, act: Act, authors: Collection[UUID], *, candidate: PolicyVersion | None = None
) -> Asked:
    """What the act takes now, judged by the policies that are in force before it, or as if a candidate were."""
    subjects = approver_subjects(authors)
    judgement = judge(
        str(act),
        environment=version.environment,
        resource_types=[KIND],
        risk=RISK,
        actors=subjects.values(),
        candidate=candidate,
    )
    digest = approval_digest(
        act, key=version.key, number=version.number, body=version.digest, report=version.report, judgement=judgement
    )
    return Asked(version, act, frozenset(authors), judgement, digest)


def asked_now(version: PolicyVersion) -> Asked:
    """What people can agree to on this version now. Raises ``NotSimulated`` and ``NothingToApprove``."""
    if version.status == State.DRAFT:
        raise NotSimulated
    if version.status in (State.SIMULATED, State.APPROVED):
        return asked_for(version, Act.ACTIVATE, version.authors)
    request = open_request_of(SUBJECT, version.pk)
    if version.status != State.ACTIVE or request is None:
        raise NothingToApprove(status=version.status)
    return asked_for(version, Act.DEPRECATE, request.authors)


def ask(asked: Asked, *, title: str = "", reason: str = "replanned", actor: Actor, at: datetime) -> Request | None:
    """Have people asked for what the act takes; None where it takes nobody. The version is locked.

    Nobody is asked for what a policy denies: the decision is kept, so that everybody can see which rule says so.
    """
    version, judgement = asked.version, asked.judgement
    if judgement.is_denied:
        keep_decision(judgement, version, actor=actor, at=at)
    return approvals.open_request(
        SUBJECT,
        version.pk,
        title=title or str(_("Put %(name)s v%(number)s in force") % {"name": version.name, "number": version.number}),
        number=f"{version.key[:MOST_OF_KEY]} v{version.number}",
        digest=asked.digest,
        requirement=Requirement() if judgement.is_denied else judgement.requirement,
        reasons=[match.as_dict() for match in judgement.deciding],
        authors=asked.authors,
        environment_id=version.environment_id,
        permission=PERMISSION,
        deadline_hours=judgement.deadline_hours,
        reason=reason,
        actor=actor,
        at=at,
    )


def settle(version: PolicyVersion, *, actor: Actor, at: datetime) -> None:
    """Make the state of a simulated version what the votes say now. The version is locked; saves it."""
    if version.status not in (State.SIMULATED, State.APPROVED):
        return
    asked = asked_for(version, Act.ACTIVATE, version.authors)
    met = not asked.judgement.is_denied and asked.tally().is_met
    if met and version.status == State.SIMULATED:
        version.approve(at=at)
        version.save()
        if asked.judgement.requirement.votes == 0:
            told = {"key": version.key, "number": version.number, "digest": asked.digest, "complete": True}
            emit("policy.approved", subject=version, actor=actor, at=at, payload=told)
    elif not met and version.status == State.APPROVED:
        version.lapse()
        version.save()


def ask_again(environment_id: UUID, *, but: UUID, actor: Actor, at: datetime) -> None:
    """Other policies are in force in the environment: what its waiting versions take is asked anew.

    Votes given under the policies before are void where the judgement is another. What people sent back, or let expire,
    is not asked again before it is simulated again.
    """
    waiting = PolicyVersion.objects.filter(environment_id=environment_id, status__in=WAITING).exclude(pk=but)
    for version in waiting.select_related("environment").order_by("pk").select_for_update(no_key=True, of=("self",)):
        if version.status == State.ACTIVE:
            request = open_request_of(SUBJECT, version.pk)
            if request is not None:
                ask(asked_now(version), title=request.title, reason="policy_changed", actor=actor, at=at)
            continue
        last = requests_of(SUBJECT, version.pk).last()
        if last is None or last.outcome not in SENT_BACK:
            ask(asked_for(version, Act.ACTIVATE, version.authors), reason="policy_changed", actor=actor, at=at)
        settle(version, actor=actor, at=at)


def asked_if_any(version: PolicyVersion) -> Asked | None:
    """What people can agree to on this version now, if there is anything. For pages and the API."""
    try:
        return asked_now(version)
    except (NotSimulated, NothingToApprove):
        return None


def version_detail(version: PolicyVersion) -> dict[str, Any]:
    """A version with its rules and what the next act on it takes."""
    content = bodies_remembered([version.digest])[version.digest]
    asked = asked_if_any(version)
    return {
        **{field.attname: getattr(version, field.attname) for field in version._meta.concrete_fields},
        "evaluation_mode": content["evaluation_mode"],
        "rules": [dict(rule) for rule in rules_in_order(content)],
        "approval_digest": asked.digest if asked else None,
        "act": str(asked.act) if asked else None,
        "required": asked.judgement.requirement.votes if asked else 0,
        "missing": [seat.as_dict() for seat in asked.tally().missing_seats] if asked else [],
    }
