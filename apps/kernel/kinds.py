"""The registry of metadata kinds. A kind is a plug-in: adding one touches no code outside its own folder.

The kernel knows the shape of a kind and nothing of what flows through it; ``apps.metadata.core.kinds`` binds the type
parameters to operations, contexts, graphs, edges and findings.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, NamedTuple, TypeAlias, TypeVar

from pydantic import BaseModel

OperationT = TypeVar("OperationT", bound=BaseModel)
ContextT = TypeVar("ContextT")
GraphT = TypeVar("GraphT")
EdgeT = TypeVar("EdgeT")
FindingT = TypeVar("FindingT")

Content: TypeAlias = dict[str, Any]


class Projected(NamedTuple):
    """What a head shows of its content without reading it."""

    name: str
    status: str


def _nothing(_of: object) -> tuple[()]:
    return ()


def _no_base(_content: Content) -> str | None:
    return None


def _as_it_is(content: Content) -> Content:
    return content


def _converts_nothing(_before: Content, _after: Content) -> bool:
    return False


@dataclass(frozen=True, kw_only=True)
class Kind(Generic[OperationT, ContextT, GraphT, EdgeT, FindingT]):
    """One kind of definition. Every callable is pure: no database, no clock, no randomness.

    ``bind(type, payload, content, context, lineage)`` turns a payload with names into an operation with ids; it raises
    ``InvalidInput`` for a payload that is wrong in itself and ``Refusal`` for one that does not fit the content.
    ``base(content)`` is the key of the definition of this kind whose chain is the context. ``check`` sees the content
    alone, ``check_graph`` the neighbourhood; neither raises, and their findings come in a fixed order. A kind that says
    nothing of them points at nothing, has no base and no rules about others. ``tidy`` is for
    a content put together from two sides: what is in two places then stays in one. ``converts(before, after)`` says
    whether live values would be converted, so that they need not come back as they were.
    """

    name: str
    label: str
    label_plural: str
    content_model: type[BaseModel]
    operations: Mapping[str, type[OperationT]]
    bind: Callable[[str, Mapping[str, Any], Content | None, ContextT, Callable[[int], str]], OperationT]
    check: Callable[[Content], list[FindingT]]
    project: Callable[[Content], Projected]
    edges: Callable[[Content], tuple[EdgeT, ...]] = _nothing
    base: Callable[[Content], str | None] = _no_base
    check_graph: Callable[[GraphT], Sequence[FindingT]] = _nothing
    tidy: Callable[[Content], Content] = _as_it_is
    converts: Callable[[Content, Content], bool] = _converts_nothing


AnyKind: TypeAlias = Kind[Any, Any, Any, Any, Any]


class UnknownKind(KeyError):
    """No installed app brings a kind of this name."""

    def __str__(self) -> str:
        return f"There is no kind named {self.args[0]!r}."


_kinds: dict[str, AnyKind] = {}


def register(kind: AnyKind) -> None:
    """Make a kind known; called from ``AppConfig.ready``. A second kind of one name is a mistake and raises."""
    if _kinds.setdefault(kind.name, kind) is not kind:
        raise ValueError(f"The kind {kind.name!r} is already registered.")


def get(name: str) -> AnyKind:
    """The kind of that name; raises ``UnknownKind``."""
    try:
        return _kinds[name]
    except KeyError:
        raise UnknownKind(name) from None


def all() -> Iterable[AnyKind]:  # noqa: A001 - read as kinds.all() at every call
    """Every kind, by name."""
    return tuple(_kinds[name] for name in sorted(_kinds))
