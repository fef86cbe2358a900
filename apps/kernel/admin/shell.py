"""Where a page works: the tenant, environment and change that were chosen in the shell."""

from dataclasses import dataclass
from uuid import UUID

from django.http import HttpRequest


@dataclass(frozen=True, slots=True)
class ChosenEnvironment:
    """``guarded`` environments are shown in a warning colour: a merge there needs votes of several people."""

    id: UUID
    name: str
    project_id: UUID
    project_name: str
    guarded: bool


@dataclass(frozen=True, slots=True)
class ChosenChange:
    """``open`` changes still take operations."""

    id: UUID
    number: str
    title: str
    status: str
    open: bool


@dataclass(frozen=True, slots=True)
class Shell:
    tenant_id: UUID
    tenant_slug: str
    tenant_name: str
    environment: ChosenEnvironment | None = None
    change: ChosenChange | None = None

    @property
    def environment_id(self) -> UUID | None:
        return self.environment.id if self.environment else None

    @property
    def project_id(self) -> UUID | None:
        return self.environment.project_id if self.environment else None


def shell_of(request: HttpRequest) -> Shell:
    """The shell the site opened for this request."""
    shell: Shell = request.shell  # type: ignore[attr-defined]
    return shell
