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


#: What policies are asked about, and the hook that answers whether its tests passed: none where it takes no tests.
_asked: dict[str, str | None] = dict.fromkeys(map(str, Act))


def register_action(action: str, *, tests: str | None = None) -> None:
    """Make known that the policies are asked about an action. Rules may name others; nothing comes of them."""
    _asked[action] = tests


def asked_actions() -> Mapping[str, str | None]:
    """Every action that policies are asked about, with the hook that knows of its tests."""
    return dict(sorted(_asked.items()))


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
