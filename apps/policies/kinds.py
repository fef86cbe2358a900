"""The kind this app brings: policies."""

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext_noop

from apps.kernel import commands, kinds
from apps.metadata.core.content import Content
from apps.metadata.core.kinds import MetadataKind
from apps.metadata.core.operations import Context, Operation
from apps.policies.core import binding, content
from apps.policies.core.operations import OPERATIONS
from apps.policies.core.payloads import InvalidPolicy, Words
from apps.policies.core.vocabulary import KIND, PLANNED_ACTIONS, PLANNED_RESOURCE_TYPES
from apps.policies.errors import InvalidPolicyInput, PolicyTypeNotServed


def words() -> Words:
    """What a rule may name in this installation: its commands and kinds, and those the ledger plans."""
    return Words(
        actions=frozenset(one.name for one in commands.registered()) | PLANNED_ACTIONS,
        resource_types=frozenset(one.name for one in kinds.all()) | PLANNED_RESOURCE_TYPES,
    )


def bind(
    operation_type: str,
    payload: Mapping[str, Any],
    before: Content | None,
    context: Context,
    lineage: Callable[[int], str],
) -> Operation:
    """The binding, with an invalid payload as the error that the interfaces know."""
    try:
        return binding.bind(operation_type, payload, before, context, lineage, words())
    except InvalidPolicy as error:
        errors = [{"path": fault.path, "message": fault.message} for fault in error.faults]
        form = PolicyTypeNotServed if error.code == PolicyTypeNotServed.code else InvalidPolicyInput
        raise form(error.message, reason=error.code, errors=errors) from error


POLICY = MetadataKind(
    name=KIND,
    label=gettext_noop("policy"),
    label_plural=gettext_noop("policies"),
    content_model=content.PolicyContent,
    operations=OPERATIONS,
    bind=bind,
    edges=content.no_edges,
    base=content.no_base,
    check=content.check,
    check_graph=content.no_graph_rules,
    project=content.projected,
)
