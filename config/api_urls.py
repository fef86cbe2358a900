"""Everything under ``/api/``: version 1 of each app, the schema with its readers, one shape for what is not there."""

from importlib import import_module
from importlib.util import find_spec

from django.conf import settings
from django.urls import include, path, re_path
from django.views.decorators.csrf import csrf_exempt

from apps.kernel.api.documentation import OpenApiView, RedocView, SwaggerView
from apps.kernel.api.errors import not_found


def _apps_with_api() -> list[str]:
    """The installed apps of ours that have routes, from the cellar up."""
    ours = [
        app
        for app in settings.INSTALLED_APPS
        if app.startswith("apps.") and ".apps." not in app and app != "apps.kernel"
    ]
    return [app for app in reversed(ours) if find_spec(f"{app}.api") and find_spec(f"{app}.api.urls")]


version_1 = [pattern for app in _apps_with_api() for pattern in import_module(f"{app}.api.urls").urlpatterns]

urlpatterns = [
    path("v1/", include(version_1)),
    path("schema", OpenApiView.as_view(), name="openapi"),
    path("schema.yaml", OpenApiView.as_view(form="yaml"), name="openapi-yaml"),
    path("schema/swagger", SwaggerView.as_view(), name="swagger"),
    path("schema/redoc", RedocView.as_view(), name="redoc"),
    # No session is read here: a POST to a mistyped address is told that it is one, and not that a cookie is missing.
    re_path(r"^.*$", csrf_exempt(not_found)),
]
