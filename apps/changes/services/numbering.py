"""Numbers people use for changes: CHG0000012, one row of counting a tenant."""

from uuid import uuid4

from apps.kernel.prepared import prepared_cursor
from apps.kernel.scope import open_tenant_id

PREFIX = "CHG"
DIGITS = 7

_NEXT = """
insert into changes_changecounter (id, tenant_id, last) values (%s, %s, 1)
on conflict (tenant_id) do update set last = changes_changecounter.last + 1
returning last
"""


def next_number() -> str:
    """The tenant's next number. The row stays locked until the commit, so ask for it right before the insert."""
    with prepared_cursor() as cursor:
        cursor.execute(_NEXT, [uuid4(), open_tenant_id()])
        last: int = cursor.fetchone()[0]
    return f"{PREFIX}{last:0{DIGITS}d}"
