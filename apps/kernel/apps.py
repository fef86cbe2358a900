from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules

from apps.kernel import checks

__all__ = ["KernelConfig", "checks"]


class KernelConfig(AppConfig):
    """Listed last of our apps, so that every model exists when it loads their ``wiring``."""

    name = "apps.kernel"
    label = "kernel"

    def ready(self) -> None:
        """Import ``wiring`` of every app: where services, kinds, subscribers and ports are registered."""
        autodiscover_modules("wiring")
