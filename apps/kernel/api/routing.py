"""Routes made from a viewset's declarations: exact paths without a trailing slash, one pattern a path.

Reads and writes of one path (``GET`` and ``POST /changes/{id}/targets``) meet in one pattern, so a wrong method is 405.
"""

import re
from collections.abc import Callable
from typing import Any

from django.urls import URLPattern, URLResolver, include, path

_VARIABLE = re.compile(r"<(?:[a-z]+:)?([a-z_]+)>")


def routes(prefix: str, viewset: Any) -> list[URLPattern | URLResolver]:
    """The URL patterns of a :class:`~apps.kernel.api.views.ScopedViewSet` at and below ``prefix`` (may be empty).

    Those below it are one branch: an address that begins otherwise passes all of them at once.
    """
    paths: dict[str, dict[str, str]] = {}
    for endpoint in viewset.endpoints():
        address = "/".join(part for part in (prefix, endpoint.path) if part)
        methods = paths.setdefault(address, {})
        if endpoint.method in methods:
            raise RuntimeError(f"{viewset.__name__}: {endpoint.method} {address} is declared twice.")
        methods[endpoint.method] = endpoint.action
    branch = f"{prefix}/"
    own: list[URLPattern | URLResolver] = []
    below: list[URLPattern] = []
    for address in sorted(paths, key=_rank):
        view, name = _view(viewset, paths[address]), _name(address)
        if address.startswith(branch):
            below.append(path(address.removeprefix(branch), view, name=name))
        else:
            own.append(path(address, view, name=name))
    return [*own, path(branch, include(below))] if below else own


def _view(viewset: Any, methods: dict[str, str]) -> Callable[..., Any]:
    view: Callable[..., Any] = viewset.as_view(methods)
    return view


def _rank(address: str) -> tuple[tuple[bool, str], ...]:
    """Literal segments come before variables, so that ``by-key/<key>`` is not taken for an id."""
    return tuple((segment.startswith("<"), segment) for segment in address.split("/"))


def _name(address: str) -> str:
    return "-".join(part for part in _VARIABLE.sub(r"\1", address).split("/") if part)
