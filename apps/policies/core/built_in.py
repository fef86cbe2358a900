"""The policy every environment has until it activates its own of the same key."""

from collections.abc import Iterable
from typing import Any, Final

from apps.kernel.canonical import digest
from apps.policies.core.judgement import ActivePolicy
from apps.policies.core.vocabulary import GOVERNANCE, Effect, Mode

KEY: Final = "approvals"
OWNER: Final = "role:Owner"


def _rule(rule_id: str, priority: int, match: dict[str, Any], *approvals: dict[str, Any]) -> dict[str, Any]:
    effect = Effect.REQUIRE_APPROVAL if approvals else Effect.ALLOW
    rule: dict[str, Any] = {
        "rule_id": rule_id, "priority": priority, "match": {"action": "*", **match}, "effect": str(effect),
    }  # fmt: skip
    if approvals:
        rule["requirements"] = {"approvals": list(approvals)}
    return rule


CONTENT: Final[dict[str, Any]] = {
    "name": "Approvals",
    "status": "active",
    "policy_type": GOVERNANCE,
    "evaluation_mode": str(Mode.COLLECT_REQUIREMENTS),
    "description": "Nobody else in dev, one more person in test, two in prod of whom one is an Owner; one more for "
    "what cannot be undone.",
    "rules": {
        "0000000000001": _rule("dev", 10, {"stage": "dev"}),
        "0000000000002": _rule("test", 20, {"stage": "test"}, {"min": 1}),
        "0000000000003": _rule("prod", 30, {"stage": "prod"}, {"min": 1, "from_any_of": [OWNER]}, {"min": 1}),
        "0000000000004": _rule("irreversible", 40, {"reversibility": "irreversible"}, {"min": 1, "additional": True}),
    },
}

BUILT_IN: Final = ActivePolicy(key=KEY, version=0, digest=digest(CONTENT), content=CONTENT)


def in_force(active: Iterable[ActivePolicy]) -> tuple[ActivePolicy, ...]:
    """The active policies with the built-in one. An own policy of its key takes its place, and it answers where that
    one says nothing, so that no gap in a rule book is an open door."""
    own = tuple(active)
    replaced = any(policy.key == KEY for policy in own)
    built_in = ActivePolicy(BUILT_IN.key, BUILT_IN.version, BUILT_IN.digest, BUILT_IN.content, fallback=replaced)
    return (*own, built_in)
