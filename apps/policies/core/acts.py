"""What is done to a version, and what an approval of it is for."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Final

from apps.kernel.canonical import digest
from apps.policies.core.judgement import Judgement


class Act(StrEnum):
    """The two acts that change what is in force: each is judged by the policies active before it."""

    ACTIVATE = "policy.activate"
    DEPRECATE = "policy.deprecate"


#: Whatever a policy says, it governs everything in its environment.
RISK: Final = "high"


def approval_digest(
    act: Act, *, key: str, number: int, body: str, report: Mapping[str, Any] | None, judgement: Judgement
) -> str:
    """64 hexadecimal digits over the act, what the version says, what its simulation found, and what the act takes."""
    return digest(
        {
            "act": str(act),
            "key": key,
            "number": number,
            "body": body,
            "report": report if act == Act.ACTIVATE else None,
            "judgement": judgement.digest_material(),
        }
    )
