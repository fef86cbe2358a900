"""EC-GRA-015: validators are given whatever is stored and still answer."""

from typing import Any
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from apps.metadata.core.faults import InvalidPayload
from apps.metadata.core.findings import Finding, Neighbourhood, Node
from apps.metadata.core.operations import Context, Refusal
from apps.types.core import bind_choice_list, bind_record_type
from apps.types.core.content_checks import check_choice_list, check_record_type, projected, record_type_edges
from apps.types.core.fields import problems_of
from apps.types.core.graph import check_graph
from apps.types.core.values import misfit
from tests.core.types.documents import identity, json_values, lineages

FIELD = {"name": "title", "type": "string", "order": "a0"}

keys = st.sampled_from(
    ["name", "type", "fields", "overrides", "removed", "assignment", "sla", "base_type", "status", "order", "default",
     "choice_list", "references", "pattern", "min", "max", "scale", "max_length", "multiple", "required", "items",
     "field", "complete_when", "task", "incident", identity(1), identity(2)]
)  # fmt: skip
words = st.sampled_from(["task", "incident", "active", "retired", "string", "choice", "number", "(", identity(1)])
garbage = st.recursive(
    json_values | words,
    lambda children: st.dictionaries(keys, children, max_size=6) | st.lists(children, max_size=3),
    max_leaves=15,
)


@given(garbage)
def test_checks_of_one_content_answer_for_anything(content: Any) -> None:
    for check in (check_record_type, check_choice_list):
        findings = check(content)
        assert all(isinstance(finding, Finding) for finding in findings)
        assert findings == check(content)
    assert isinstance(record_type_edges(content), tuple)
    assert isinstance(projected(content).name, str)


@given(st.dictionaries(st.sampled_from(["task", "incident", "outage"]), garbage), garbage)
def test_graph_rules_answer_for_anything(contents: dict[str, Any], items: Any) -> None:
    project = UUID(int=1)
    nodes = {("record_type", key): Node("record_type", key, project, content) for key, content in contents.items()}
    nodes["choice_list", "task"] = Node("choice_list", "task", project, items)
    graph = Neighbourhood(project, nodes, missing=frozenset({("record_type", "x")}))
    findings = check_graph(graph)
    assert findings == check_graph(graph)
    assert all(finding.code and finding.message for finding in findings)


@given(garbage, st.dictionaries(keys, garbage))
def test_a_value_fits_or_has_a_reason(value: Any, definition: dict[str, Any]) -> None:
    reason = misfit(value, definition)
    assert reason is None or isinstance(reason, str)
    assert isinstance(problems_of(definition), tuple)


payload_keys = st.sampled_from(
    ["field", "definition", "position", "old_name", "new_name", "attribute", "value", "key", "name", "fields", "items",
     "label", "active", "status", "base_type", "assignment", "sla", "numbering", "type", "default", "pattern", "min"]
)  # fmt: skip
fragments = st.sampled_from(
    ["title", "f1", "string", "number", "choice", "name", "sla", "assignment", "numbering", "status", "active", "(", ""]
)
payload_values = st.recursive(
    json_values | fragments | st.integers(-(2**70), 2**70) | st.text(st.characters(), max_size=3),
    lambda children: st.dictionaries(payload_keys, children, max_size=4) | st.lists(children, max_size=2),
    max_leaves=8,
)


@given(
    st.sampled_from([*bind_record_type.OPERATION_TYPES, *bind_choice_list.OPERATION_TYPES, "explode"]),
    st.dictionaries(payload_keys, payload_values, max_size=5),
    st.booleans(),
)
def test_a_payload_is_bound_or_refused_and_what_is_bound_stays_valid(
    operation_type: str, payload: dict[str, Any], derived: bool
) -> None:
    """Nothing a caller sends is a server error, and no accepted payload makes content that its own check rejects."""
    record_type = {"name": "Thing", "status": "draft", "fields": {identity(1): FIELD}}
    choices = {"name": "List", "status": "active", "items": {"title": {"order": "a0", "label": "T", "active": True}}}
    context = Context(chain=({"name": "Base", "fields": {identity(2): {**FIELD, "name": "f1"}}},) if derived else ())
    for bind, check, content in (
        (bind_record_type.bind, check_record_type, record_type),
        (bind_choice_list.bind, check_choice_list, choices),
    ):
        before = None if operation_type == "define" else content
        try:
            after = bind(operation_type, payload, before, context, lineages()).apply(before, context)
        except (InvalidPayload, Refusal):
            continue
        assert check(after) == []
