"""The registry of commands: every write the system can do, by name.

Permissions, admin buttons, API routes, agent tools and the audit vocabulary are made from it.
"""

import inspect
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import Enum
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError, create_model

from apps.kernel.errors import InvalidInput

Service = TypeVar("Service", bound=Callable[..., Any])


class Agents(Enum):
    """Whether an agent may give the command at all, whatever its roles."""

    ALLOWED = "allowed"
    NEVER = "never"


class Gateways(Enum):
    """Whether a gateway may give the command in somebody's name. What a person agrees to takes the person."""

    ALLOWED = "allowed"
    NEVER = "never"


class Safety(Enum):
    """What the command can do at worst (AT-023)."""

    READ = "READ"
    WRITE_INTERNAL = "WRITE_INTERNAL"
    WRITE_EXTERNAL_SIDE_EFFECT = "WRITE_EXTERNAL_SIDE_EFFECT"


class CommandInput(BaseModel):
    """What a caller may say. Unknown keys are refused; a tenant, an actor or a status is never among them."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False, arbitrary_types_allowed=False)


@dataclass(frozen=True, slots=True)
class Command:
    name: str
    permission: str | None
    agents: Agents
    gateways: Gateways
    safety: Safety
    status: int
    secret_output: bool
    internal: bool
    takes_target: bool
    input_model: type[CommandInput]
    function: Callable[..., Any]
    summary: str
    description: str
    passes: frozenset[str]

    @property
    def app_label(self) -> str:
        return self.function.__module__.split(".")[1]

    def parse_body(self, body: bytes) -> dict[str, Any]:
        """The keywords for the service from a JSON body; :class:`InvalidInput` lists every fault with its path."""
        return self._values(lambda: self.input_model.model_validate_json(body or b"{}", strict=True))

    def parse_values(self, values: dict[str, Any]) -> dict[str, Any]:
        """The same from Python values or form fields, which may still be text."""
        return self._values(lambda: self.input_model.model_validate(values))

    def _values(self, validate: Callable[[], CommandInput]) -> dict[str, Any]:
        try:
            parsed = validate()
        except ValidationError as invalid:
            raise InvalidInput(errors=list(faults(invalid))) from None
        return {name: getattr(parsed, name) for name in type(parsed).model_fields}


def faults(invalid: ValidationError) -> Iterable[dict[str, str]]:
    """A pydantic error as paths and sentences, without the input itself (it may hold a secret)."""
    for fault in invalid.errors(include_url=False, include_context=False, include_input=False):
        yield {"path": "/" + "/".join(str(part) for part in fault["loc"]), "message": fault["msg"]}


_PASSED = frozenset({"actor", "at"})
_registry: dict[str, Command] = {}


def command(
    name: str,
    *,
    safety: Safety,
    permission: str | None = None,
    agents: Agents = Agents.ALLOWED,
    gateways: Gateways = Gateways.ALLOWED,
    status: int = 200,
    secret_output: bool = False,
    internal: bool = False,
) -> Callable[[Service], Service]:
    """Register a service as a command. The function itself stays as it is, so that services can call each other.

    The first positional parameter is the target's id; keyword-only parameters other than ``actor`` and ``at`` make
    the input model; the docstring makes the documentation. ``permission=None`` means any member.
    ``agents`` and ``gateways`` say who is refused whatever the roles: see decision 0010 for what people agree to.
    ``internal`` commands are given by workers only and have no route, button or tool.
    """

    def register(function: Service) -> Service:
        if name in _registry:
            raise RuntimeError(f"The command {name} is registered twice.")
        parameters = inspect.signature(function, eval_str=True).parameters.values()
        positional = [p for p in parameters if p.kind is not p.KEYWORD_ONLY]
        keywords = [p for p in parameters if p.kind is p.KEYWORD_ONLY]
        if len(positional) > 1:
            raise RuntimeError(f"The command {name} takes one target at most; its input is keyword-only.")
        fields: dict[str, Any] = {
            p.name: (p.annotation, ... if p.default is p.empty else p.default)
            for p in keywords
            if p.name not in _PASSED
        }
        documentation = inspect.getdoc(function) or ""
        if not documentation:
            raise RuntimeError(f"The command {name} needs a docstring: it is its documentation.")
        summary, _, description = documentation.partition("\n")
        _registry[name] = Command(
            name=name,
            permission=permission,
            agents=agents,
            gateways=gateways,
            safety=safety,
            status=status,
            secret_output=secret_output,
            internal=internal,
            takes_target=bool(positional),
            input_model=create_model(_model_name(name), __base__=CommandInput, **fields),
            function=function,
            summary=summary.strip(),
            description=description.strip(),
            passes=frozenset(p.name for p in keywords) & _PASSED,
        )
        return function

    return register


def _model_name(name: str) -> str:
    return "".join(part.capitalize() for part in name.replace("-", "_").replace(".", "_").split("_"))


def get(name: str) -> Command:
    """The command of that name; ``LookupError`` when there is none."""
    return _registry[name]


def registered() -> list[Command]:
    """Every command, by name."""
    return [_registry[name] for name in sorted(_registry)]
