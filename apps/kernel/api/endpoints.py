"""A viewset's declarations as a list of endpoints."""

from dataclasses import replace
from typing import TYPE_CHECKING

from apps.kernel.api.declarations import Endpoint, Read, Write

if TYPE_CHECKING:
    from apps.kernel.api.viewsets import ScopedViewSet

_DETAIL = "<str:id>"


def declared_endpoints(cls: "type[ScopedViewSet]") -> list[Endpoint]:
    """Every operation of the class: the standard reads, the marked reads, the commands."""
    return [*_standard(cls), *_marked(cls), *_writes(cls)]


def _standard(cls: "type[ScopedViewSet]") -> list[Endpoint]:
    shows = getattr(cls, "serializer_class", None)
    if cls.queryset_from is None or shows is None:
        return []
    found = []
    if "list" in cls.standard_reads:
        read = Read(
            path="",
            shows=shows,
            many=True,
            detail=False,
            ordering=cls.ordering,
            filters=cls.filterset_class,
            permission=cls.read_permission,
        )
        found.append(Endpoint("", "get", "list", read))
    if "retrieve" in cls.standard_reads:
        read = Read("", cls.detail_serializer_class or shows, permission=cls.read_permission)
        found.append(Endpoint(_DETAIL, "get", "retrieve", read))
    return found


def _marked(cls: "type[ScopedViewSet]") -> list[Endpoint]:
    found = []
    for name in dir(cls):
        declared = getattr(getattr(cls, name, None), "declared", None)
        if isinstance(declared, Read):
            path = "/".join(part for part in (_DETAIL if declared.detail else "", declared.path) if part)
            found.append(Endpoint(path, "get", name, declared))
    return found


def _writes(cls: "type[ScopedViewSet]") -> list[Endpoint]:
    standard = (
        ("", cls.create_command, "post"),
        (_DETAIL, cls.update_command, "patch"),
        (_DETAIL, cls.delete_command, "delete"),
    )
    found = [_write(path, given, method) for path, given, method in standard if given]
    found += [_keyed("", key, given) for key, given in cls.collection_commands.items()]
    found += [_keyed(_DETAIL + "/", key, given) for key, given in cls.commands.items()]
    return found


def _keyed(prefix: str, key: str, given: str | Write) -> Endpoint:
    method, space, path = key.rpartition(" ")
    return _write(prefix + path, given, method.lower() if space else None)


def _write(path: str, given: str | Write, method: str | None) -> Endpoint:
    write = given if isinstance(given, Write) else Write(given)
    if method is not None:
        write = replace(write, method=method)
    words = "".join(letter if letter.isalnum() else "_" for letter in path)
    return Endpoint(path, write.method, f"{write.method}_{words}".rstrip("_"), write)
