"""What a viewset declares: reads with their answers, writes with their commands."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from pydantic import BaseModel

from apps.kernel.api.filters import Filters
from apps.kernel.api.representation import Representation

Method = TypeVar("Method", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Write:
    """One write: ``POST`` unless told otherwise, answered by ``shows`` (the viewset's own when None).

    ``target`` names the path variable that is the command's target. Every other variable becomes an input, under the
    name ``renames`` gives it. ``if_match`` makes ``If-Match`` required and passes ``expected_version``.
    ``also`` lists statuses a result may have beside the command's own, such as 202.
    """

    command: str
    method: str = "post"
    shows: Representation | None = None
    target: str | None = "id"
    renames: Mapping[str, str] = field(default_factory=dict)
    if_match: bool = False
    also: tuple[int, ...] = ()
    errors: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Read:
    """One read beside the standard two. See :func:`reads`."""

    path: str
    shows: Representation
    many: bool = False
    detail: bool = True
    ordering: tuple[str, ...] = ()
    filters: type[Filters] | None = None
    query: type[BaseModel] | None = None
    permission: str | None = None
    errors: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One operation: path below the prefix, method, the action that answers it, and its declaration."""

    path: str
    method: str
    action: str
    declared: Write | Read


def reads(
    path: str,
    shows: Representation,
    *,
    many: bool = False,
    detail: bool = True,
    ordering: Sequence[str] = (),
    filters: type[Filters] | None = None,
    query: type[BaseModel] | None = None,
    permission: str | None = None,
    errors: Sequence[int] = (),
) -> Callable[[Method], Method]:
    """Make a method of a viewset a ``GET`` route.

    The method is called inside the scope transaction with the object of the address (when ``detail``) and the other
    path variables as keywords; it returns one value, or with ``many`` a queryset (then ``ordering`` is needed, ending
    in a unique column) or a sequence. ``query`` types the query parameters, given as ``self.query``; ``filters`` are
    applied to the queryset. ``permission`` is asked first. ``errors`` are statuses it may refuse with beside those of
    every read. The docstring is the operation's documentation.
    """

    def mark(method: Method) -> Method:
        method.declared = Read(  # type: ignore[attr-defined]
            path=path,
            shows=shows,
            many=many,
            detail=detail,
            ordering=tuple(ordering),
            filters=filters,
            query=query,
            permission=permission,
            errors=tuple(errors),
        )
        return method

    return mark
