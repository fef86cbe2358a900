"""Which commands a page offers: those the actor may give, each with the reason when it cannot be given now."""

from collections.abc import Iterable
from typing import Any, Literal

from django.urls import NoReverseMatch, reverse

from apps.kernel import commands, ports
from apps.kernel.admin.naming import title_of
from apps.kernel.admin.parts import Button, Text
from apps.kernel.errors import PermissionDenied
from apps.kernel.scope import current_scope


def may(name: str, target: Any = None) -> bool:
    """Whether the guard would let the actor give this command. Asks only: nothing is recorded."""
    try:
        ports.guard().authorize(commands.get(name), current_scope(), target)
    except PermissionDenied:
        return False
    return True


def may_read(permission: str) -> bool:
    """Whether the actor holds the permission a guarded page needs."""
    try:
        ports.guard().require(permission, current_scope())
    except PermissionDenied:
        return False
    return True


def command_url(name: str, target: Any = None) -> str:
    if target is None:
        return reverse("admin:command", args=[name])
    return reverse("admin:command_on", args=[name, str(target)])


def offer(
    name: str,
    target: Any = None,
    *,
    label: Text = "",
    inputs: dict[str, Any] | None = None,
    blocked: Text = "",
    asks: bool = False,
    look: Literal["", "primary", "danger", "quiet"] = "",
    icon: str = "",
    size: Literal["", "small"] = "",
) -> Button | None:
    """A button for the command, or None when it is not registered or the actor may not give it."""
    try:
        commands.get(name)
        url = command_url(name, target)
    except (LookupError, NoReverseMatch):
        return None
    if not may(name, target):
        return None
    return Button(name, label or title_of(name), url, inputs or {}, blocked, asks, look, icon, size)


def offered(*buttons: Button | None) -> list[Button]:
    return [button for button in buttons if button is not None]


def allowed(names: Iterable[str]) -> list[Button]:
    """Buttons that lead to the forms of these commands."""
    return offered(*(offer(name, asks=True) for name in names))
