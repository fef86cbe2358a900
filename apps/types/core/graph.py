"""The rules between record types and what they point at. Pure; never raises; findings in a fixed order.

Every rule reports errors. Whether one was there before and only warns is for the change's plan to weigh.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from apps.metadata.core.content import Content
from apps.metadata.core.findings import Finding, Neighbourhood, Node
from apps.types.core.choice_list import KIND as CHOICE_LIST
from apps.types.core.content_checks import base_of, record_type_edges, status_of
from apps.types.core.inheritance import (
    EffectiveField,
    ancestors,
    by_name,
    effective_fields,
    inherited_fields,
    mapping,
    members,
)
from apps.types.core.pointers import pointed_at
from apps.types.core.record_type import KIND
from apps.types.core.weakening import OVERRIDABLE, weakened


def check_graph(graph: Neighbourhood) -> list[Finding]:
    """Everything wrong in the neighbourhood, rule by rule, type by type in the order of their keys."""
    view = GraphView(graph)
    return [finding for rule in RULES for finding in rule(view)]


class GraphView:
    """A neighbourhood with the base chains of its record types worked out once."""

    def __init__(self, graph: Neighbourhood) -> None:
        self.graph = graph
        self.types: dict[str, Node] = {node.key: node for node in graph.of_kind(KIND)}
        self.bases: dict[str, str | None] = {key: base_of(node.content) for key, node in self.types.items()}

    def chain(self, key: str) -> tuple[Content, ...]:
        """The contents of the base chain, nearest first, as far as it is known."""
        return tuple(self.types[base].content for base in ancestors(key, self.bases) if base in self.types)

    def is_whole(self, key: str) -> bool:
        """Whether the base chain is known to its end, without a loop or a missing type."""
        chain = [key, *ancestors(key, self.bases)]
        return all(name in self.types for name in chain) and self.bases[chain[-1]] is None

    def derived_from(self, key: str) -> list[Node]:
        """The types whose base this is, by key."""
        return [node for name, node in self.types.items() if self.bases[name] == key and name != key]


def orphans(view: GraphView) -> Iterator[Finding]:
    """A base type that exists nowhere."""
    for key, base in view.bases.items():
        if base is not None and base not in view.types and (KIND, base) in view.graph.missing:
            message = f"The base type “{base}” does not exist."
            yield _error("ORPHAN_BASE_TYPE", message, key, "base_type", base_type=base)


def cross_project(view: GraphView) -> Iterator[Finding]:
    """A base type that exists only in another project."""
    for key, base in view.bases.items():
        if base is None:
            continue
        node = view.types.get(base)
        elsewhere = (KIND, base) in view.graph.elsewhere if node is None else _project(view, key) != node.project_id
        if elsewhere:
            message = f"The base type “{base}” belongs to another project."
            yield _error("BASE_TYPE_CROSS_PROJECT", message, key, "base_type", base_type=base)


def _project(view: GraphView, key: str) -> Any:
    return view.types[key].project_id


def cycles(view: GraphView) -> Iterator[Finding]:
    """Each loop of base types once, on its first type by key, with the way round."""
    seen: set[str] = set()
    for key in view.types:
        way: list[str] = []
        current: str | None = key
        while current is not None and current in view.types and current not in seen:
            seen.add(current)
            way.append(current)
            current = view.bases[current]
        if current in way:
            loop = way[way.index(current) :]
            start = loop.index(min(loop))
            path = [*loop[start:], *loop[:start], loop[start]]
            message = f"Base types run in a circle: {' → '.join(path)}."
            yield _error("BASE_TYPE_CYCLE", message, path[0], "base_type", path=path)


def weaker_fields(view: GraphView) -> Iterator[Finding]:
    """Inherited fields that a derived type promises less of, or shadows with one of its own."""
    for key, node in view.types.items():
        if view.bases[key] is None:
            continue
        inherited = inherited_fields(view.chain(key))
        for field_id, override in sorted(mapping(mapping(node.content).get("overrides")).items()):
            field = inherited.get(field_id)
            if field is not None:
                yield from _weaker_override(key, field, mapping(override))
        yield from _shadowing(key, node, inherited)


def _weaker_override(key: str, field: EffectiveField, override: Mapping[str, Any]) -> Iterator[Finding]:
    wrong = {*weakened(field.definition, override), *(name for name in override if name not in OVERRIDABLE)}
    for attribute in sorted(map(str, wrong)):
        message = f"“{field.name}” is inherited; its {attribute} may not be weakened."
        details = {"name": field.name, "attribute": attribute}
        yield _error("PROTECTED_FIELD_WEAKENED", message, key, "overrides", field.id, attribute, **details)


def _shadowing(key: str, node: Node, inherited: Mapping[str, EffectiveField]) -> Iterator[Finding]:
    names = by_name(inherited.values())
    for field_id, own in members(node.content, "fields").items():
        base = inherited.get(field_id) or names.get(str(own.get("name")))
        if base is None:
            continue
        promised = {name: own.get(name) for name in {*base.definition, *own} if name not in ("name", "order")}
        attributes = weakened(base.definition, promised)
        details = {"name": base.name, "fields": sorted({base.id, field_id}), "attributes": list(attributes)}
        if attributes:
            message = f"“{base.name}” is inherited and the type's own field of that name contradicts it."
            yield _error("PROTECTED_FIELD_WEAKENED", message, key, "fields", field_id, **details)
        else:
            message = f"“{base.name}” is inherited and the type has a field of that name itself."
            yield _error("DUPLICATE_FIELD", message, key, "fields", field_id, "name", **details)


def missing_targets(view: GraphView) -> Iterator[Finding]:
    """Pointers to types, choice lists and fields that are not there."""
    for key, node in view.types.items():
        for edge in record_type_edges(node.content):
            target = (edge.kind, edge.key)
            if edge.edge == "inherits" or target in view.graph.nodes:
                continue
            if target in view.graph.missing or target in view.graph.elsewhere:
                message = f"The {edge.kind.replace('_', ' ')} “{edge.key}” does not exist in this project."
                details = {"kind": edge.kind, "key": edge.key}
                yield _error("BINDING_TARGET_MISSING", message, key, *edge.path, target=details)
        if view.is_whole(key):
            yield from _missing_fields(key, node.content, view.chain(key))


def _missing_fields(key: str, content: Content, chain: tuple[Content, ...]) -> Iterator[Finding]:
    fields = effective_fields(content, chain)
    for place, field_id in pointed_at(content):
        if field_id not in fields:
            message = f"The {place[0]} points at a field the type does not have."
            yield _error("BINDING_TARGET_MISSING", message, key, *place, target={"field": field_id})
    inherited = inherited_fields(chain)
    for field_id in sorted(mapping(mapping(content).get("overrides"))):
        if field_id not in inherited:
            message = "A field is overridden that the base type does not have."
            yield _error("BINDING_TARGET_MISSING", message, key, "overrides", field_id, target={"field": field_id})


def statuses(view: GraphView) -> Iterator[Finding]:
    """Active types need a field and a base in use; a type in use as a base is not retired."""
    for key, node in view.types.items():
        status = status_of(node.content)
        if status == "active":
            if view.is_whole(key) and not effective_fields(node.content, view.chain(key)):
                yield _error("NO_FIELDS", "An active record type needs a field, its own or inherited.", key, "status")
            base = view.types.get(view.bases[key] or "")
            if base is not None and status_of(base.content) == "retired" and (node.touched or not base.touched):
                message = f"The base type “{base.key}” is retired."
                yield _error("BASE_TYPE_RETIRED", message, key, "base_type", base_type=base.key)
        elif status == "retired" and node.touched:
            users = [
                derived.key
                for derived in view.derived_from(key)
                if status_of(derived.content) == "active" and not derived.touched
            ]
            if users:
                message = f"Active types are derived from it: {', '.join(users)}."
                yield _error("HAS_ACTIVE_DERIVED_TYPES", message, key, "status", derived=users)


def choices(view: GraphView) -> Iterator[Finding]:
    """Defaults that are no item of their choice list; lists that are out of use."""
    for key, node in view.types.items():
        for field in effective_fields(node.content, view.chain(key)).values():
            chosen = view.graph.node(CHOICE_LIST, str(field.definition.get("choice_list")))
            if chosen is None or not (field.depth == 0 or "default" in _overrides(node, field)):
                continue
            where = ("overrides" if field.inherited else "fields", field.id)
            if status_of(chosen.content) == "retired" and not field.inherited:
                message = f"“{field.name}” uses the retired choice list “{chosen.key}”."
                yield Finding.warning("CHOICE_LIST_RETIRED", message, (*where, "choice_list"), kind=KIND, key=key)
            items = mapping(mapping(chosen.content).get("items"))
            default = field.definition.get("default")
            for value in default if isinstance(default, list) else [default]:
                if value is not None and not (isinstance(value, str) and value in items):
                    message = f"The default of “{field.name}” is no choice of “{chosen.key}”."
                    yield _error("DEFAULT_NOT_A_CHOICE", message, key, *where, "default", value=value)


def _overrides(node: Node, field: EffectiveField) -> Mapping[str, Any]:
    return mapping(mapping(mapping(node.content).get("overrides")).get(field.id))


def _error(code: str, message: str, key: str, *path: str, **details: Any) -> Finding:
    return Finding.error(code, message, path, kind=KIND, key=key, details=details)


#: The rules in the order their findings are listed.
RULES: tuple[Callable[[GraphView], Iterator[Finding]], ...] = (
    orphans,
    cycles,
    cross_project,
    weaker_fields,
    missing_targets,
    statuses,
    choices,
)
