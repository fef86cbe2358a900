"""Types of the values commands take: trimmed, bounded, in the form the database insists on."""

from typing import Annotated, Final

from pydantic import AfterValidator, Field, StringConstraints

from apps.tenancy.core import names


def _no_uuid(text: str) -> str:
    if names.looks_like_uuid(text):
        raise ValueError("looks like an id; choose words")
    return text


def _not_reserved(text: str) -> str:
    if text in names.RESERVED_SLUGS:
        raise ValueError("is reserved")
    return text


Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
ShortName = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=120)]
Reason = Annotated[str, StringConstraints(strip_whitespace=True, min_length=3, max_length=500)]
Description = Annotated[str, StringConstraints(max_length=10_000)]
Slug = Annotated[
    str,
    Field(pattern=names.SLUG, min_length=2, max_length=names.SLUG_LENGTH, examples=["acme"]),
    AfterValidator(_no_uuid),
    AfterValidator(_not_reserved),
]
Handle = Annotated[str, Field(pattern=names.HANDLE, min_length=2, max_length=names.HANDLE_LENGTH)]
Key = Annotated[str, Field(pattern=names.KEY, max_length=names.KEY_LENGTH)]
RootPath = Annotated[str, Field(pattern=names.ROOT_PATH, max_length=200)]
RoleNames = Annotated[tuple[ShortName, ...], Field(max_length=20)]
PermissionNames = Annotated[
    list[Annotated[str, Field(pattern=r"^[a-z_]+(\.[a-z_]+)+$", max_length=80)]], Field(max_length=200)
]
TokenDays = Annotated[int, Field(ge=1, le=3650, description="days until it expires")]

TOKEN_DAYS: Final = 90
