"""What a deployment of tenancy must not do."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register


@register(Tags.security, deploy=True)
def identity_is_proved(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Identity by header alone is for demos on one's own machine."""
    if not settings.HEADER_IDENTITY:
        return []
    return [
        Error(
            "HEADER_IDENTITY lets anybody act as anybody by naming them in a header.",
            hint="Unset HEADER_IDENTITY and let callers send tokens.",
            id="tenancy.E001",
        )
    ]
