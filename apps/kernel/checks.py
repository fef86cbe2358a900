"""What must hold before the system starts."""

from typing import Any

from django.core.checks import CheckMessage, Error, register

from apps.kernel import ports


@register()
def every_port_is_provided(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """A guard, a journal and a directory of principals must be registered, or no command could run safely."""
    return [
        Error(f"Nobody provides the kernel's port '{port}'.", hint="Register it in an app's ready().", id="kernel.E001")
        for port in ports.missing()
    ]
