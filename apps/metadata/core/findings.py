"""What checks see and what they say. Findings are values, so that a page can show all of them at once."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any, Literal, NamedTuple, TypeAlias
from uuid import UUID

from apps.metadata.core.content import Content, Path, pointer

NodeId: TypeAlias = tuple[str, str]
EdgeName: TypeAlias = Literal["inherits", "references", "uses", "binds"]


class Severity(StrEnum):
    """An error stops the change; a warning is shown and does not."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing a check has to say: a stable code, a sentence, and where."""

    severity: Severity
    code: str
    message: str
    path: Path = ()
    kind: str = ""
    key: str = ""
    operation_id: UUID | None = None
    details: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def error(cls, code: str, message: str, path: Path = (), **rest: Any) -> "Finding":
        return cls(Severity.ERROR, code, message, path, **rest)

    @classmethod
    def warning(cls, code: str, message: str, path: Path = (), **rest: Any) -> "Finding":
        return cls(Severity.WARNING, code, message, path, **rest)

    @property
    def is_error(self) -> bool:
        return self.severity == Severity.ERROR

    def at(self, kind: str, key: str, operation_id: UUID | None = None) -> "Finding":
        """The same finding, placed on a definition unless it already names one."""
        return replace(
            self,
            kind=self.kind or kind,
            key=self.key or key,
            operation_id=self.operation_id or operation_id,
        )

    def as_warning(self) -> "Finding":
        """The same finding, for an error that was there before and is not of this change's making."""
        return replace(self, severity=Severity.WARNING)

    def as_dict(self) -> dict[str, Any]:
        """The JSON form, with the path as a pointer."""
        return {
            "severity": str(self.severity),
            "code": self.code,
            "message": self.message,
            "path": pointer(self.path),
            "kind": self.kind,
            "key": self.key,
            "operation_id": None if self.operation_id is None else str(self.operation_id),
            "details": dict(self.details),
        }

    @property
    def sort_key(self) -> tuple[str, str, str, Path, str, str]:
        """Errors first, then by place, code and sentence: the same order in every process."""
        return (str(self.severity), self.kind, self.key, self.path, self.code, self.message)


def has_errors(findings: Iterable[Finding]) -> bool:
    return any(finding.is_error for finding in findings)


class Edge(NamedTuple):
    """A content's pointer to another definition, and the path that holds it."""

    edge: EdgeName
    kind: str
    key: str
    path: Path


@dataclass(frozen=True, slots=True)
class Node:
    """A definition as it would be. ``touched`` when the change at hand alters it."""

    kind: str
    key: str
    project_id: UUID
    content: Content
    touched: bool = False

    @property
    def id(self) -> NodeId:
        return (self.kind, self.key)


@dataclass(frozen=True, slots=True)
class Neighbourhood:
    """The definitions around what changed: never the whole tenant.

    ``missing`` are targets that exist nowhere, ``elsewhere`` those that exist only in another project; a target that
    is in none of the three was not looked up and says nothing.
    """

    project_id: UUID
    nodes: Mapping[NodeId, Node]
    missing: frozenset[NodeId] = frozenset()
    elsewhere: frozenset[NodeId] = frozenset()

    def node(self, kind: str, key: str) -> Node | None:
        return self.nodes.get((kind, key))

    def of_kind(self, kind: str) -> list[Node]:
        """The nodes of one kind, by key."""
        return [self.nodes[identity] for identity in sorted(self.nodes) if identity[0] == kind]
