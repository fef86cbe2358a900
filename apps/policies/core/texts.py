"""Rules in words."""

from collections.abc import Iterable, Mapping
from typing import Any

from apps.policies.core.vocabulary import ANY, Effect
from apps.policies.core.windows import Window

_NARROWING = ("resource_type", "risk", "env_id", "actor_kind", "lane", "safety_class", "reversibility")


def rule_text(rule: Mapping[str, Any]) -> str:
    """One sentence: the rule's own description, or one made from what it matches and asks for."""
    described = rule.get("description")
    if described:
        return str(described)
    where = match_text(rule.get("match", {}))
    effect = Effect(rule["effect"])
    needed = requirements_text(rule.get("requirements", {}))
    verb = {
        Effect.ALLOW: f"Allow {where}",
        Effect.DENY: f"Deny {where}",
        Effect.REQUIRE_APPROVAL: f"Approval for {where}",
    }[effect]
    return f"{verb}: {needed}" if needed and effect != Effect.DENY else verb


def match_text(match: Mapping[str, Any]) -> str:
    """What a rule is about."""
    action = match.get("action", "*")
    parts = ["anything" if action == "*" else str(action)]
    if match.get("stage", ANY) != ANY:
        parts.append(f"in {match['stage']}")
    parts += [f"with {key.replace('_', ' ')} {match[key]}" for key in _NARROWING if match.get(key, ANY) != ANY]
    if match.get("actor"):
        parts.append(f"by {subjects_text(match['actor'])}")
    return " ".join(parts)


def requirements_text(requirements: Mapping[str, Any]) -> str:
    """What a rule asks for."""
    parts = [approvals_text(entry) for entry in requirements.get("approvals", ())]
    if requirements.get("tests_required"):
        parts.append("tests passed")
    if requirements.get("separation_of_duties"):
        parts.append("carried out by somebody else than its author")
    if "time_window" in requirements:
        parts.append(f"between {Window.from_dict(requirements['time_window']).text()}")
    if requirements.get("deadline_hours"):
        parts.append(f"within {requirements['deadline_hours']} hours")
    return ", ".join(parts)


def approvals_text(entry: Mapping[str, Any]) -> str:
    """One group of seats."""
    more = " more" if entry.get("additional") else ""
    return f"{entry['min']}{more} of {subjects_text(entry.get('from_any_of', ()))}"


def subjects_text(subjects: Iterable[str]) -> str:
    """Approver subjects: a role by its name, teams and people as they are written."""
    return " or ".join(one.removeprefix("role:") for one in subjects) or "anybody who may approve"
