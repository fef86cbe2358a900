"""The kind this app brings: policies."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from django.utils.translation import gettext_noop

from apps.kernel import commands, hooks, kinds
from apps.metadata.core.content import Content
from apps.metadata.core.kinds import MetadataKind
from apps.metadata.core.operations import Context, Operation
from apps.policies.core import binding, content
from apps.policies.core.acts import asked_actions
from apps.policies.core.operations import OPERATIONS
from apps.policies.core.payloads import InvalidPolicy, Words
from apps.policies.core.vocabulary import KIND, PLANNED_ACTIONS, PLANNED_RESOURCE_TYPES
from apps.policies.errors import InvalidPolicyInput, PolicyTypeNotServed
from apps.policies.queries import strangers


def words(payload: Mapping[str, Any]) -> Words:
    """What a rule may name in this installation: its commands and kinds, and those the ledger plans; and who is not in
    this tenant of those whom a payload names."""
    return Words(
        actions=frozenset(one.name for one in commands.registered()) | PLANNED_ACTIONS,
        resource_types=frozenset(one.name for one in kinds.all()) | PLANNED_RESOURCE_TYPES,
        strangers=strangers(_texts(payload)),
        untested=frozenset(
            action for action, tests in asked_actions().items() if tests is not None and not hooks.is_joined(tests)
        ),
    )


def _texts(value: Any) -> Iterator[str]:
    """Every text in a JSON value: what is no subject is passed over by whoever asks."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for member in value.values():
            yield from _texts(member)
    elif isinstance(value, list | tuple):
        for member in value:
            yield from _texts(member)


def bind(
    operation_type: str,
    payload: Mapping[str, Any],
    before: Content | None,
    context: Context,
    lineage: Callable[[int], str],
) -> Operation:
    """The binding, with an invalid payload as the error that the interfaces know."""
    try:
        return binding.bind(operation_type, payload, before, context, lineage, words(payload))
    except InvalidPolicy as error:
        form = PolicyTypeNotServed if error.code == PolicyTypeNotServed.code else InvalidPolicyInput
        raise form(error.message, reason=error.code, errors=error.errors) from error


POLICY = MetadataKind(
    name=KIND,
    label=gettext_noop("policy"),
    label_plural=gettext_noop("policies"),
    content_model=content.PolicyContent,
    operations=OPERATIONS,
    bind=bind,
    check=content.check,
    project=content.projected,
)
