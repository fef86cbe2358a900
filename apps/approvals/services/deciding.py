"""Deciding from the inbox: each of these gives the subject's own command, under the subject's own permission."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field

from apps.approvals.core.subjects import SubjectType, subject_type
from apps.approvals.errors import NoOpenRequest
from apps.approvals.models import Request
from apps.kernel import commands, ports
from apps.kernel.commands import Agents, Gateways, Safety, command
from apps.kernel.scope import Actor

Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$", examples=["0" * 64])]
Remark = Annotated[str, Field(max_length=2_000, examples=["Looks right."])]
Objection = Annotated[
    str, Field(min_length=1, max_length=2_000, pattern=r"\S", examples=["The label should say “Urgency”."])
]


@command("approval.approve", agents=Agents.NEVER, gateways=Gateways.NEVER, safety=Safety.WRITE_INTERNAL)
def approve_request(request_id: UUID, *, digest: Digest, comment: Remark = "", actor: Actor, at: datetime) -> Request:
    """Vote for exactly this digest of what is asked about.

    It is the approval of the subject itself, with its permission and its refusals: nobody approves their own work, and
    a digest that is not the current one is refused.
    """
    return _decide(request_id, "approve", digest=digest, comment=comment, actor=actor, at=at)


@command("approval.deny", agents=Agents.NEVER, gateways=Gateways.NEVER, safety=Safety.WRITE_INTERNAL)
def deny_request(
    request_id: UUID, *, comment: Objection, digest: Digest | None = None, actor: Actor, at: datetime
) -> Request:
    """Refuse what is asked about for good, saying why."""
    return _decide(request_id, "deny", digest=digest, comment=comment, actor=actor, at=at)


@command("approval.request_changes", agents=Agents.NEVER, gateways=Gateways.NEVER, safety=Safety.WRITE_INTERNAL)
def request_changes(
    request_id: UUID, *, comment: Objection, digest: Digest | None = None, actor: Actor, at: datetime
) -> Request:
    """Send what is asked about back into work, saying what should be different."""
    return _decide(request_id, "request_changes", digest=digest, comment=comment, actor=actor, at=at)


@command("approval.withdraw", agents=Agents.NEVER, gateways=Gateways.NEVER, safety=Safety.WRITE_INTERNAL)
def withdraw_approval(request_id: UUID, *, actor: Actor, at: datetime) -> Request:
    """Take your own vote back, as long as nothing came of it."""
    return _decide(request_id, "withdraw_approval", actor=actor, at=at)


def _decide(request_id: UUID, verb: str, *, actor: Actor, at: datetime, **inputs: Any) -> Request:
    """Ask the guard about the subject's command, then carry it out: what is recorded is the subject's right."""
    request: Request = Request.objects.one(request_id)
    known: SubjectType = subject_type(request.subject_type)
    name: str = getattr(known, verb)
    ports.authorize(name, request.subject_id)
    if request.is_closed:
        raise NoOpenRequest
    commands.get(name).function(request.subject_id, **inputs, actor=actor, at=at)
    return Request.objects.one(request_id)
