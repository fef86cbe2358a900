"""What is installed, in the order that decides templates, static files and commands."""

INSTALLED_APPS = [
    # Ours come first, from the top of the street down: their templates and commands replace those of others.
    "apps.console",
    "apps.types",
    "apps.changes",
    "apps.policies",
    "apps.metadata",
    "apps.approvals",
    "apps.access",
    "apps.tenancy",
    "apps.events",
    "apps.kernel",
    "config.apps.ProductConfig",
    "unfold.apps.BasicAppConfig",  # the default one replaces the admin site, which is the console's
    "unfold.contrib.filters",
    "unfold.contrib.forms",
    "apps.console.apps.ConsoleAdminConfig",  # in place of django.contrib.admin
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django_fsm",
    "django_filters",
    "django_htmx",
    "guardian",
    "axes",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
