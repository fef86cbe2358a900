"""Keeping the order of delivery when the log has moved to another database cluster."""

from collections.abc import Iterable
from uuid import UUID

from django.db import connection, transaction

from apps.kernel.scope import scope_transaction

_AHEAD = """
select coalesce(max(transaction_id), 0) - pg_current_xact_id()::text::bigint - (select lead from events_epoch)
from events_event
"""


def raise_epoch(tenants: Iterable[UUID]) -> int:
    """Let new events be numbered after every stored one, and answer by how much the numbering was raised.

    Run as the owner after each migration, and so after each restore. Where the cluster is the same it changes nothing.
    """
    ahead = max((_ahead(tenant) for tenant in tenants), default=0)
    if ahead > 0:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("update events_epoch set lead = lead + %s", [ahead])
    return max(ahead, 0)


def _ahead(tenant: UUID) -> int:
    with scope_transaction(durable=False, tenant_id=tenant), connection.cursor() as cursor:
        cursor.execute(_AHEAD)
        ahead: int = cursor.fetchone()[0]
    return ahead
