"""What exists before anybody signs in: the tenant `platform` and the principal `system`.

Their ids are constants, so that every database has the same ones and seeding twice changes nothing.
"""

from typing import Final
from uuid import UUID

from apps.kernel.canonical import deterministic_uuid

PLATFORM_ID: Final = UUID("00000000-0000-8000-8000-000000000001")
PLATFORM_SLUG: Final = "platform"
PLATFORM_NAME: Final = "Platform"

SYSTEM_ID: Final = UUID("00000000-0000-8000-8000-000000000002")
SYSTEM_HANDLE: Final = "system"
SYSTEM_NAME: Final = "System"


def system_membership_id(tenant_id: UUID) -> UUID:
    """The id of the system's membership in a tenant: made from the tenant's, so that it needs no look-up."""
    return deterministic_uuid("membership", tenant_id, SYSTEM_ID)
