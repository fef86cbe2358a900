"""What the process environment says, typed: the only reader of ``os.environ``.

``load`` names every missing or bad variable at once, so that an operator mends a deployment in one go.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, MutableMapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal
from urllib.parse import unquote, urlsplit

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

MINIMUM_SECRET = 32
POSTGRES_SCHEMES = ("postgresql", "postgres")
REDIS_SCHEMES = ("redis", "rediss", "valkey", "unix")
SMTP_SCHEMES = ("smtp", "smtp+tls", "smtps", "console")


class BadEnvironment(Exception):
    """The environment cannot be used; ``problems`` has one line for each variable to mend."""

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("The environment is incomplete:\n" + "\n".join(f"  {line}" for line in self.problems))


@dataclass(frozen=True, slots=True)
class ServerUrl:
    """A URL of a server, taken apart; user and password are unquoted."""

    scheme: str
    host: str
    port: int | None
    user: str
    password: str
    name: str
    query: str
    text: str

    def __repr__(self) -> str:
        return f"ServerUrl({self.scheme}://{self.user}@{self.host}:{self.port}/{self.name})"


def _server_url(*schemes: str) -> BeforeValidator:
    def parse(value: object) -> object:
        if not isinstance(value, str):
            return value
        parts = urlsplit(value)
        if parts.scheme not in schemes:
            raise ValueError(f"must be a URL that begins with {' or '.join(s + '://' for s in schemes)}")
        return ServerUrl(
            scheme=parts.scheme,
            host=parts.hostname or "",
            port=parts.port,
            user=unquote(parts.username or ""),
            password=unquote(parts.password or ""),
            name=unquote(parts.path.lstrip("/")),
            query=parts.query,
            text=value,
        )

    return BeforeValidator(parse)


def _split(value: Any) -> Any:
    return tuple(item.strip() for item in value.split(",") if item.strip()) if isinstance(value, str) else value


Names = Annotated[tuple[str, ...], BeforeValidator(_split)]
PostgresUrl = Annotated[ServerUrl, _server_url(*POSTGRES_SCHEMES)]
RedisUrl = Annotated[ServerUrl, _server_url(*REDIS_SCHEMES)]
EmailUrl = Annotated[ServerUrl, _server_url(*SMTP_SCHEMES)]
Secret = Annotated[str, Field(min_length=MINIMUM_SECRET)]
Secrets = Annotated[tuple[Secret, ...], BeforeValidator(_split)]


class Env(BaseModel):
    """Every variable the product reads. Field names are the variables' names in lower case."""

    model_config = ConfigDict(frozen=True, extra="ignore", arbitrary_types_allowed=True)

    # Said by the settings module and never by a variable: nobody turns production's strictness off by accident.
    environment: Literal["development", "test", "production"] = "production"
    secret_key: Secret = Field(description="signs sessions and cursors")
    secret_key_fallbacks: Secrets = Field(default=(), description="former SECRET_KEYs, still believed")
    token_key: Secret = Field(description="keys the hash under which API tokens are stored")
    token_key_fallbacks: Secrets = Field(default=(), description="former TOKEN_KEYs, still believed")
    database_url: PostgresUrl = Field(description="PostgreSQL as the app role, which owns nothing")
    database_owner_url: PostgresUrl | None = Field(
        default=None, description="PostgreSQL as the owner role; only `migrate` and owner commands need it"
    )
    database_pool_size: int = Field(default=16, ge=1, le=1000, description="connections a process may hold")
    redis_url: RedisUrl = Field(description="broker, cache and heartbeat")
    allowed_hosts: Names = Field(default=(), description="host names the site answers to")
    base_url: str = Field(default="http://localhost:8000", pattern=r"^https?://[^/\s]+$", description="public origin")
    email_url: EmailUrl = Field(default="console://", validate_default=True, description="where invitations are sent")
    email_from: str = Field(default="EC3L <ec3l@localhost>", description="sender of invitations and resets")
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        default="INFO", description="the least severe line that is written"
    )
    debug: bool = Field(default=False, description="tracebacks in the browser")
    log_format: Literal["json", "console"] = Field(default="json", description="for machines or for people")
    proxies: int = Field(default=0, ge=0, le=9, description="trusted proxies in front; their forwarded headers count")
    api_rate_limit: int | None = Field(default=None, ge=1, description="requests a caller may send in a minute")
    header_identity: bool = Field(default=False, description="demo only: believe x-user-id without a token")


VARIABLES = tuple(name for name in Env.model_fields if name != "environment")


def load(source: Mapping[str, str] | None = None, /, **fallbacks: str) -> Env:
    """The typed environment; ``fallbacks`` fill what the environment leaves unset.

    Raises ``BadEnvironment`` with every problem found.
    """
    variables = os.environ if source is None else source
    values: dict[str, Any] = dict(fallbacks)
    if variables.get("DATABASE_URL", ""):
        values.pop("database_owner_url", None)  # the fallback's owner belongs to another server
    for name in VARIABLES:
        if variables.get(name.upper(), ""):
            values[name] = variables[name.upper()]
    problems = _production_problems(values) if values.get("environment", "production") == "production" else []
    try:
        env = Env.model_validate(values)
    except ValidationError as error:
        raise BadEnvironment([*_problems(error), *problems]) from None
    if problems:
        raise BadEnvironment(problems)
    return env


def _problems(error: ValidationError) -> list[str]:
    lines = []
    for item in error.errors(include_url=False, include_input=False):
        name = str(item["loc"][0])
        purpose = Env.model_fields[name].description
        reason = "is missing" if item["type"] == "missing" else item["msg"].removeprefix("Value error, ")
        lines.append(f"{name.upper()}: {reason}" + (f" ({purpose})" if purpose else ""))
    return lines


def _production_problems(values: Mapping[str, Any]) -> list[str]:
    """What only a demo may do, told from the raw values, so that a missing variable does not hide it."""
    hosts = _split(str(values.get("allowed_hosts", "")))
    facts = {
        "ALLOWED_HOSTS: must name the hosts of the site in production": not hosts or "*" in hosts,
        "BASE_URL: must begin with https:// in production": not str(values.get("base_url", "")).startswith("https://"),
        "DEBUG: shows the code to visitors and is refused in production": _is_on(values.get("debug")),
        "HEADER_IDENTITY: is for local demos and is refused in production": _is_on(values.get("header_identity")),
        "TOKEN_KEY: must differ from SECRET_KEY": bool(values.get("token_key"))
        and values.get("token_key") == values.get("secret_key"),
    }
    return [problem for problem, holds in facts.items() if holds]


def _is_on(value: object) -> bool:
    return str(value or "").lower() not in ("", "0", "false", "no", "off", "n", "f")


def process() -> MutableMapping[str, str]:
    """The environment itself, for those who hand it to child processes."""
    return os.environ


def select_settings(module: str) -> None:
    """Use ``module`` as Django's settings unless the environment already names one."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", module)
