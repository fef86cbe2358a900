"""The search box: apps answer for the objects they own, by number, key or name."""

from collections.abc import Callable, Iterator, Sequence

from django.http import HttpRequest

from apps.kernel.admin.parts import Link

Finder = Callable[[HttpRequest, str], Sequence[Link]]
_finders: list[Finder] = []


def finder(function: Finder) -> Finder:
    """Answer searches with at most a handful of links."""
    if function not in _finders:
        _finders.append(function)
    return function


def find(request: HttpRequest, term: str) -> Iterator[Link]:
    for function in _finders:
        yield from function(request, term)
