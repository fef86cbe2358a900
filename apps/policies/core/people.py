"""What a policy asks of people, held against those there are today: seats that nobody fills, actors that nobody is.

Warnings, no errors: people can be found and roles be given. Staging refuses names that never were anybody's.
"""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from apps.metadata.core.findings import Finding
from apps.metadata.core.operations import RETIRED
from apps.policies.core.content import rules_of
from apps.policies.core.texts import subjects_text


def named_in(content: Mapping[str, Any]) -> set[str]:
    """Every subject that the rules name, as an approver or as an actor."""
    return {
        subject
        for rule in rules_of(content).values()
        for listed in (
            rule.get("match", {}).get("actor", ()),
            *(group.get("from_any_of", ()) for group in _groups(rule)),
        )
        for subject in listed
    }


def asks_people(content: Mapping[str, Any]) -> bool:
    """Whether a rule asks for anybody or names anybody."""
    return bool(named_in(content)) or any(_groups(rule) for rule in rules_of(content).values())


def unmet(
    content: Mapping[str, Any],
    able: Collection[frozenset[str]],
    strangers: Mapping[str, str],
    labels: Mapping[str, str],
) -> Iterator[Finding]:
    """``able``: what each of the people is who may approve anything. ``strangers``: subjects that nobody ever was, with
    the sentence that says so. ``labels``: how subjects are called.
    """
    if content.get("status") == RETIRED:
        return
    counted: dict[tuple[str, ...], int] = {}
    for lineage, rule in sorted(rules_of(content).items()):
        for subject in rule.get("match", {}).get("actor", ()):
            if subject in strangers:
                details = {"rule": rule["rule_id"], "subject": subject}
                message = f"Rule “{rule['rule_id']}” is about nobody: {strangers[subject]}"
                yield Finding.warning("ACTOR_UNKNOWN", message, ("rules", lineage, "match", "actor"), details=details)
        for index, group in enumerate(_groups(rule)):
            any_of = tuple(group.get("from_any_of", ()))
            if any_of not in counted:
                counted[any_of] = sum(not any_of or not subjects.isdisjoint(any_of) for subjects in able)
            if counted[any_of] >= group["min"]:
                continue
            path = ("rules", lineage, "requirements", "approvals", str(index))
            asked = {"rule": rule["rule_id"], "asked": group["min"], "there": counted[any_of], "any_of": list(any_of)}
            yield Finding.warning(
                "SEAT_UNFILLED", _sentence(rule["rule_id"], group, counted, labels), path, details=asked
            )


def _sentence(
    rule_id: str, group: Mapping[str, Any], counted: Mapping[tuple[str, ...], int], labels: Mapping[str, str]
) -> str:
    any_of = tuple(group.get("from_any_of", ()))
    who = subjects_text(labels.get(subject, subject) for subject in any_of) + (" who may approve" if any_of else "")
    there = counted[any_of]
    today = "nobody is today" if not there else f"only {there} {'is' if there == 1 else 'are'} today"
    return f"Rule “{rule_id}” asks for {group['min']} of {who}, and {today}."


def _groups(rule: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return list(rule.get("requirements", {}).get("approvals", ()))
