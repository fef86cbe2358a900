"""Policies to start from: payloads of ``define``, of which a tenant makes its own (XY-092)."""

from typing import Any, Final

from apps.policies.core.vocabulary import Effect, Mode

#: Who applies infrastructure, who agrees to a deployment to production, and tests before a promotion.
DELIVERY: Final[dict[str, Any]] = {
    "key": "delivery",
    "name": "Delivery",
    "description": "Only operators apply infrastructure, deployments to production take one owner or administrator, "
    "and packages are promoted with their tests passed.",
    "evaluation_mode": str(Mode.FIRST_MATCH),
    "rules": [
        {
            "rule_id": "infra-by-operators",
            "priority": 10,
            "match": {"action": "infra.apply", "actor": ["role:Operator"]},
            "effect": str(Effect.ALLOW),
        },
        {
            "rule_id": "infra-by-nobody-else",
            "priority": 20,
            "match": {"action": "infra.apply"},
            "effect": str(Effect.DENY),
        },
        {
            "rule_id": "deploy-to-prod",
            "priority": 30,
            "match": {"action": "cicd.deploy", "stage": "prod"},
            "effect": str(Effect.REQUIRE_APPROVAL),
            "requirements": {"approvals": [{"min": 1, "from_any_of": ["role:Admin", "role:Owner"]}]},
        },
        {
            "rule_id": "tests-before-promotion",
            "priority": 40,
            "match": {"action": "pack.promote"},
            "effect": str(Effect.ALLOW),
            "requirements": {"tests_required": True},
        },
    ],
}

TEMPLATES: Final = (DELIVERY,)
