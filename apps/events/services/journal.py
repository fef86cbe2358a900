"""The kernel's journal: what a command leaves behind, written in one statement where it tells nothing unusual."""

import json
from typing import Any
from uuid import UUID

from django.db import transaction

from apps.events.core.identity import timer_id
from apps.events.services import doorbell
from apps.events.services import journal_sql as sql
from apps.events.services.journal_rows import answer_row, command_row, event_rows, job_rows
from apps.kernel.errors import AnswerNotStored, IdempotencyInFlight, IdempotencyKeyReused, LeaseLost
from apps.kernel.ports import Answer, Entry, Key
from apps.kernel.prepared import prepared_cursor
from apps.kernel.unit import Claim, Unit


class DatabaseJournal:
    """Implements :class:`apps.kernel.ports.Journal` on PostgreSQL."""

    def accepted(self, entry: Entry, unit: Unit, answer: Answer | None, claim: Claim | None) -> None:
        self._write(entry, unit, answer)
        if claim is not None:
            _settle(claim, sql.SETTLED[claim.queue], "")

    def rejected(self, entry: Entry, unit: Unit, answer: Answer | None, claim: Claim | None) -> None:
        self._write(entry, unit, answer)
        if claim is not None:
            # A timer has fired even when its command came too late to do anything.
            code = entry.refusal.code if entry.refusal else ""
            _settle(claim, "rejected" if claim.queue == "job" else sql.SETTLED["timer"], code)

    def stored_answer(self, key: Key, actor_id: UUID, input_digest: str) -> Answer | None:
        """Try the lock first and read in a second statement, so that what the winner committed is seen."""
        scope = json.dumps(key.scope, sort_keys=True)
        with prepared_cursor() as cursor:
            cursor.execute(sql.TRY_KEY, [f"{actor_id}:{scope}:{key.value}"])
            if not cursor.fetchone()[0]:
                raise IdempotencyInFlight
            cursor.execute(sql.KNOWN_ANSWER, [actor_id, scope, key.value])
            row = cursor.fetchone()
        if row is None:
            return None
        known_digest, status, body = row
        if known_digest != input_digest:
            raise IdempotencyKeyReused
        if body is None:
            raise AnswerNotStored
        return Answer(status, bytes(body), replayed=True)

    def _write(self, entry: Entry, unit: Unit, answer: Answer | None) -> None:
        with prepared_cursor() as cursor:
            if unit.events:
                rows = [json.dumps(event_rows(entry, unit.events)), json.dumps(command_row(entry))]
                cursor.execute(sql.EVENTS + sql.COMMAND, rows)
            else:
                cursor.execute(sql.COMMAND, [json.dumps(command_row(entry))])
        if unit.jobs:
            _enqueue(entry, unit)
        if unit.timers:
            _set_timers(entry, unit)
        if entry.key is not None and answer is not None:
            _store_answer(entry, entry.key, answer)


def _enqueue(entry: Entry, unit: Unit) -> None:
    rows = job_rows(entry, unit)
    with prepared_cursor() as cursor:
        cursor.execute(sql.JOBS, [json.dumps(rows)])
    ready = [(row["id"], str(entry.scope.tenant_id)) for row in rows if row["due_at"] is None]
    transaction.on_commit(lambda: doorbell.ring(ready))


def _set_timers(entry: Entry, unit: Unit) -> None:
    with prepared_cursor() as cursor:
        for ordinal, timer in enumerate(unit.timers):
            if timer.due_at is None:
                cursor.execute(sql.STOP_TIMER, [timer.kind, *timer.subject])
            else:
                identity: list[Any] = [timer_id(entry.id, ordinal), entry.scope.tenant_id, timer.kind, *timer.subject]
                cursor.execute(sql.START_TIMER, [*identity, timer.due_at, entry.scope.correlation_id, entry.id])


def _store_answer(entry: Entry, key: Key, answer: Answer) -> None:
    with prepared_cursor() as cursor:
        cursor.execute(sql.ANSWER, answer_row(entry, key, answer))
        if cursor.rowcount == 0:
            raise IdempotencyInFlight


def _settle(claim: Claim, status: str, error: str) -> None:
    """Mark the claimed row as worked on, or undo everything because another worker holds it now."""
    with prepared_cursor() as cursor:
        cursor.execute(sql.SETTLE[claim.queue], [status, error, claim.id, claim.fence])
        if cursor.rowcount == 0:
            raise LeaseLost
