"""The console on top of the street: the admin site and its shell."""

from django.apps import AppConfig
from django.contrib.admin import apps as django_admin


class ConsoleConfig(AppConfig):
    name = "apps.console"
    label = "console"
    verbose_name = "Console"
    default = True


class ConsoleAdminConfig(django_admin.AdminConfig):
    """Django's admin with our site as the default, so that ``admin.register`` in any app lands there."""

    default_site = "apps.console.site.ConsoleSite"
    default = False
