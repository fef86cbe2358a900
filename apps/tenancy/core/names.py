"""How tenants, principals, projects and environments are named."""

import re
import unicodedata
from dataclasses import dataclass
from typing import Final
from uuid import UUID

SLUG: Final = r"^[a-z0-9]+(-[a-z0-9]+)*$"
HANDLE: Final = r"^[a-z0-9]+([._-][a-z0-9]+)*$"
KEY: Final = r"^[a-z][a-z0-9_]*$"
UUID_SHAPED: Final = r"^[0-9a-f]{8}-?([0-9a-f]{4}-?){3}[0-9a-f]{12}$"
#: Relative, without a step upwards, a doubled or a closing slash; `.` is the project's root.
ROOT_PATH: Final = r"^(\.|[A-Za-z0-9_-][A-Za-z0-9._-]*(/[A-Za-z0-9_-][A-Za-z0-9._-]*)*)$"

SLUG_LENGTH: Final = 63
HANDLE_LENGTH: Final = 80
KEY_LENGTH: Final = 63

RESERVED_SLUGS: Final = frozenset({"platform", "admin", "api", "static", "system", "www"})


def looks_like_uuid(text: str) -> bool:
    """Whether text could be taken for an id: a slug never may."""
    return re.fullmatch(UUID_SHAPED, text) is not None


def ascii_words(text: str) -> list[str]:
    """The words of a text in lower-case ASCII letters and digits: accents are dropped, all else separates."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.findall(r"[a-z0-9]+", plain)


def project_key(name: str) -> str:
    """The key a project gets from its name: ``IT service`` becomes ``it_service``."""
    return _key(name, "project")


def team_key(name: str) -> str:
    """The key a team gets from its name."""
    return _key(name, "team")


def _key(name: str, noun: str) -> str:
    key = "_".join(ascii_words(name)) or noun
    return (key if key[0].isalpha() else f"{noun[0]}_{key}")[:KEY_LENGTH].rstrip("_")


def human_handle(email: str, principal_id: UUID, *, taken: bool) -> str:
    """The handle of a person from the first part of the e-mail; with a piece of the id when it is taken."""
    handle = "-".join(ascii_words(email.partition("@")[0]))[: HANDLE_LENGTH - 9].rstrip("-") or "person"
    return f"{handle}-{principal_id.hex[:8]}" if taken else handle


@dataclass(frozen=True, slots=True)
class EnvironmentPlan:
    """One of the environments every project is born with."""

    name: str
    position: int
    is_default: bool = False


ENVIRONMENTS: Final = (
    EnvironmentPlan("dev", 1, is_default=True),
    EnvironmentPlan("test", 2),
    EnvironmentPlan("prod", 3),
)
ENVIRONMENT_ALIASES: Final = {"staging": "test"}


def environment_name(text: str) -> str:
    """The canonical name behind a name or an alias; an unknown one is returned as it is."""
    name = text.strip().lower()
    return ENVIRONMENT_ALIASES.get(name, name)
