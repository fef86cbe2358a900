"""The operations on the rules of a policy. A rule's id never changes: decisions name it."""

from collections.abc import Mapping
from typing import Any, ClassVar

from pydantic import JsonValue

from apps.metadata.core.content import MISSING, Content, Path, get, put, remove
from apps.metadata.core.operations import (
    Context,
    Define,
    Inverse,
    Operation,
    Refusal,
    Restore,
    Retire,
    Reversibility,
    SetAttribute,
    existing,
)
from apps.policies.core.content import rules_of


def rule_at(lineage: str, content: Content) -> Mapping[str, Any]:
    """The rule, or the refusal that there is none."""
    rule = rules_of(content).get(lineage)
    if rule is None:
        raise Refusal("RULE_NOT_FOUND", f"There is no rule {lineage}.", ("rules", lineage), rule=lineage)
    return rule


class RuleOperation(Operation):
    """What all operations on one rule share. ``rule_id`` is for people and for what no two operations may name."""

    lineage: str
    rule_id: str

    def claims(self) -> frozenset[str]:
        return frozenset({self.rule_id, "#" + self.lineage})

    def touches(self, content: Content | None, context: Context) -> frozenset[Path]:
        return frozenset({("rules", self.lineage)})


class AddRule(RuleOperation):
    type: ClassVar[str] = "add_rule"

    rule: dict[str, JsonValue]

    def apply(self, content: Content | None, context: Context) -> Content:
        content = existing(content)
        rules = rules_of(content)
        if self.lineage in rules or any(rule.get("rule_id") == self.rule_id for rule in rules.values()):
            message = f"There is a rule “{self.rule_id}” already."
            raise Refusal("RULE_EXISTS", message, ("rules", self.lineage), rule=self.rule_id)
        return put(content, ("rules", self.lineage), self.rule)

    def touches(self, content: Content | None, context: Context) -> frozenset[Path]:
        if content is not None and "rules" not in content:
            return frozenset({("rules",)})
        return super().touches(content, context)

    def invert(self, content: Content | None, context: Context) -> Inverse:
        self.apply(content, context)
        if "rules" not in existing(content):
            return Inverse(SetAttribute(path=("rules",), clear=True), Reversibility.LOSSLESS)
        return Inverse(RemoveRule(lineage=self.lineage, rule_id=self.rule_id), Reversibility.LOSSLESS)

    def summary(self) -> str:
        return f"Add rule “{self.rule_id}”: {self.rule.get('effect')}"


class SetRule(RuleOperation):
    """Change attributes of a rule, each as a whole; null clears one."""

    type: ClassVar[str] = "set_rule"

    attributes: dict[str, JsonValue]

    def apply(self, content: Content | None, context: Context) -> Content:
        content = existing(content)
        rule_at(self.lineage, content)
        for attribute in sorted(self.attributes):
            path, value = ("rules", self.lineage, attribute), self.attributes[attribute]
            content = remove(content, path) if value is None else put(content, path, value)
        return content

    def touches(self, content: Content | None, context: Context) -> frozenset[Path]:
        return frozenset(("rules", self.lineage, attribute) for attribute in self.attributes)

    def invert(self, content: Content | None, context: Context) -> Inverse:
        content = existing(content)
        rule_at(self.lineage, content)
        before: dict[str, JsonValue] = {}
        for attribute in self.attributes:
            value = get(content, ("rules", self.lineage, attribute))
            before[attribute] = None if value is MISSING else value
        inverse = SetRule(lineage=self.lineage, rule_id=self.rule_id, attributes=before)
        return Inverse(inverse, Reversibility.LOSSLESS)

    def summary(self) -> str:
        return f"Change rule “{self.rule_id}”: {', '.join(sorted(self.attributes)) or 'nothing'}"


class RemoveRule(RuleOperation):
    type: ClassVar[str] = "remove_rule"

    def apply(self, content: Content | None, context: Context) -> Content:
        content = existing(content)
        rule_at(self.lineage, content)
        return remove(content, ("rules", self.lineage))

    def invert(self, content: Content | None, context: Context) -> Inverse:
        rule = dict(rule_at(self.lineage, existing(content)))
        inverse = AddRule(lineage=self.lineage, rule_id=str(rule.get("rule_id", self.rule_id)), rule=rule)
        return Inverse(inverse, Reversibility.LOSSLESS)

    def summary(self) -> str:
        return f"Remove rule “{self.rule_id}”"


OPERATIONS: Mapping[str, type[Operation]] = {
    operation.type: operation for operation in (Define, SetAttribute, Retire, Restore, AddRule, SetRule, RemoveRule)
}
