"""From what callers send about a policy to operations: words are checked, rules get their lineage ids, once."""

from collections.abc import Callable, Mapping
from typing import Any

from pydantic import TypeAdapter, ValidationError

from apps.metadata.core.content import Content
from apps.metadata.core.faults import Fault
from apps.metadata.core.operations import Context, Define, Operation, Refusal, Restore, Retire, SetAttribute, existing
from apps.policies.core.content import Description, Name, Subject, lineage_of, rules_of, sparse_rule
from apps.policies.core.operations import AddRule, RemoveRule, SetRule
from apps.policies.core.payloads import (
    AttributePayload,
    DefinePolicyPayload,
    InvalidPolicy,
    NothingPayload,
    RemoveRulePayload,
    SetRulePayload,
    Words,
    from_validation,
    read,
    read_rule,
    refuse_unserved,
)
from apps.policies.core.vocabulary import Mode, suggestions, unknown

Lineage = Callable[[int], str]

_ADAPTERS: Mapping[str, TypeAdapter[Any]] = {
    "name": TypeAdapter(Name),
    "description": TypeAdapter(Description),
    "evaluation_mode": TypeAdapter(Mode),
    "owner": TypeAdapter(Subject),
    "metadata": TypeAdapter(dict[str, Any]),
}
#: Attributes a policy can be without.
_CLEARABLE = frozenset({"description", "owner", "metadata"})
_CLEARING: tuple[Any, ...] = (None, "", {})


def bind(
    operation_type: str,
    payload: Mapping[str, Any],
    content: Content | None,
    _context: Context,
    lineage: Lineage,
    words: Words,
) -> Operation:
    """The operation that carries out the payload.

    Raises ``InvalidPolicy`` for a payload that is wrong in itself, an unknown word among them, and ``Refusal`` for one
    that does not fit the content.
    """
    if operation_type == Define.type:
        return _define(payload, lineage, words)
    binder = _BINDERS.get(operation_type)
    if binder is None:
        known = [Define.type, *sorted(_BINDERS)]
        raise InvalidPolicy("INVALID_OPERATION", unknown("operation of policies", operation_type, known))
    return binder(payload, existing(content), lineage, words)


def _define(payload: Mapping[str, Any], lineage: Lineage, words: Words) -> Define:
    wanted = read(DefinePolicyPayload, payload)
    refuse_unserved(wanted.policy_type)
    rules: dict[str, dict[str, Any]] = {}
    names: set[str] = set()
    for index, written in enumerate(wanted.rules):
        rule = read_rule(written, words, "rules", str(index))
        if rule.rule_id in names:
            message = f"There are two rules named “{rule.rule_id}”."
            raise InvalidPolicy("RULE_EXISTS", message, Fault(f"rules.{index}.rule_id", message))
        names.add(rule.rule_id)
        rules[lineage(index)] = sparse_rule(rule)
    content: Content = {
        "name": wanted.name,
        "status": "active",
        "policy_type": wanted.policy_type,
        "evaluation_mode": wanted.evaluation_mode,
        "rules": rules,
    }
    if wanted.description:
        content["description"] = wanted.description
    if wanted.owner:
        content["owner"] = wanted.owner
    if wanted.metadata:
        content["metadata"] = wanted.metadata
    return Define(key=wanted.key, content=content)


def _add_rule(payload: Mapping[str, Any], content: Content, lineage: Lineage, words: Words) -> AddRule:
    rule = read_rule(payload, words)
    if lineage_of(content, rule.rule_id) is not None:
        message = f"There is a rule “{rule.rule_id}” already."
        raise Refusal("RULE_EXISTS", message, ("rules",), rule=rule.rule_id)
    return AddRule(lineage=lineage(0), rule_id=rule.rule_id, rule=sparse_rule(rule))


def _set_rule(payload: Mapping[str, Any], content: Content, _lineage: Lineage, words: Words) -> SetRule:
    wanted = read(SetRulePayload, payload)
    given = {
        name: value for name, value in wanted.model_dump(mode="json", exclude_unset=True).items() if name != "rule"
    }
    lineage = _found(wanted.rule, content)
    before = dict(rules_of(content)[lineage])
    if not given:
        message = "Give a priority, match, requirements, an effect or a description."
        raise InvalidPolicy("INVALID_INPUT", message, Fault("rule", message))
    written = {name: value for name, value in {**before, **given}.items() if value is not None}
    after = sparse_rule(read_rule(written, words))
    return SetRule(
        lineage=lineage, rule_id=after["rule_id"], attributes={name: after.get(name) for name in sorted(given)}
    )


def _remove_rule(payload: Mapping[str, Any], content: Content, _lineage: Lineage, _words: Words) -> RemoveRule:
    lineage = _found(read(RemoveRulePayload, payload).rule, content)
    return RemoveRule(lineage=lineage, rule_id=rules_of(content)[lineage]["rule_id"])


def _found(reference: str, content: Content) -> str:
    """The lineage id of the rule, or the refusal with the rules that look like it."""
    lineage = lineage_of(content, reference)
    if lineage is None:
        names = [rule["rule_id"] for rule in rules_of(content).values()]
        near = suggestions(reference, names)
        raise Refusal("RULE_NOT_FOUND", unknown("rule", reference, names), ("rules",), rule=reference, suggestions=near)
    return lineage


def _set_attribute(payload: Mapping[str, Any], _content: Content, _lineage: Lineage, _words: Words) -> SetAttribute:
    wanted = read(AttributePayload, payload)
    attribute, value = wanted.attribute, wanted.value
    if attribute not in _ADAPTERS:
        message = unknown("attribute that can be set", attribute, _ADAPTERS)
        raise InvalidPolicy("ATTRIBUTE_NOT_FOUND", message, Fault("attribute", message))
    if attribute in _CLEARABLE and value in _CLEARING:
        return SetAttribute(path=(attribute,), clear=True)
    try:
        return SetAttribute(path=(attribute,), value=_ADAPTERS[attribute].validate_python(value))
    except ValidationError as error:
        raise from_validation(error, "value") from error


def _retire(payload: Mapping[str, Any], _content: Content, _lineage: Lineage, _words: Words) -> Retire:
    read(NothingPayload, payload)
    return Retire()


def _restore(payload: Mapping[str, Any], _content: Content, _lineage: Lineage, _words: Words) -> Restore:
    read(NothingPayload, payload)
    return Restore()


_BINDERS: Mapping[str, Callable[[Mapping[str, Any], Content, Lineage, Words], Operation]] = {
    AddRule.type: _add_rule,
    SetRule.type: _set_rule,
    RemoveRule.type: _remove_rule,
    SetAttribute.type: _set_attribute,
    Retire.type: _retire,
    Restore.type: _restore,
}
