"""Claiming rows of every tenant in batches, through the dispatcher's functions. Work is done in the tenant."""

import traceback
from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID

from django.db import connection

from apps.kernel.scope import scope_transaction

Queue = Literal["job", "timer", "outbox"]
MOST_ATTEMPTS = 3
#: How long the work of an archived tenant waits before somebody looks again.
ARCHIVED_SECONDS = 300


@dataclass(frozen=True, slots=True)
class Claimed:
    """A row this worker holds until its lease ends. The fence proves it."""

    queue: Queue
    id: UUID
    tenant_id: UUID
    fence: int


def claim(queue: Queue, *, batch: int, lease_seconds: int) -> list[Claimed]:
    """The oldest due rows, fairly across tenants. Each claim counts as an attempt and is committed at once."""
    return _call(queue, f"ec3l_claim_{queue}(%s, %s * interval '1 second')", [batch, lease_seconds])


def claim_one(queue: Queue, row: UUID, *, lease_seconds: int) -> list[Claimed]:
    """That row, when it is due and nobody holds it."""
    return _call(queue, f"ec3l_claim_one_{queue}(%s, %s * interval '1 second')", [row, lease_seconds])


def quarantine_exhausted(queue: Queue) -> list[Claimed]:
    """Put aside what was attempted too often without an answer, as when it kills its worker."""
    return _call(queue, f"ec3l_quarantine_{queue}(%s)", [MOST_ATTEMPTS])


def release(claimed: Claimed, *, wait_seconds: int = 0) -> None:
    """Give a row back untried: as it was on an orderly stop, or to wait, as when its tenant is archived."""
    key = "event_id" if claimed.queue == "outbox" else "id"
    with scope_transaction(tenant_id=claimed.tenant_id), connection.cursor() as cursor:
        cursor.execute(
            f"update events_{claimed.queue} set lease_until = null, attempts = greatest(attempts - 1, 0),"  # noqa: S608
            " due_at = case when %s > 0 then clock_timestamp() + %s * interval '1 second' else due_at end"
            f" where {key} = %s and fence = %s",
            [wait_seconds, wait_seconds, claimed.id, claimed.fence],
        )


def error_text(error: Exception) -> str:
    """What a row keeps of a failure; the traceback is in the log.

    It can always be stored: a character that the database refuses would stop the work of all tenants.
    """
    said = "".join(traceback.format_exception_only(error)).strip()[:2000]
    return said.replace("\0", "\N{REPLACEMENT CHARACTER}").encode(errors="replace").decode()


def _call(queue: Queue, function: str, values: list[Any]) -> list[Claimed]:
    with connection.cursor() as cursor:
        cursor.execute(f"select id, tenant_id, fence from {function}", values)  # noqa: S608  no value in the text
        return [Claimed(queue, *row) for row in cursor.fetchall()]
