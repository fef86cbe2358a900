"""Every address of the site."""

from django.urls import include, path
from django.views.generic import RedirectView

from apps.console.site import site
from config import health

urlpatterns = [
    path("", RedirectView.as_view(url="/admin/", permanent=False)),
    path("admin/", site.urls),
    path("api/", include("config.api_urls")),
    path("admin", RedirectView.as_view(url="/admin/", permanent=False)),
    path("healthz", health.alive, name="healthz"),
    path("readyz", health.ready, name="readyz"),
]

handler400 = "apps.kernel.api.errors.bad_request"
handler403 = "apps.kernel.api.errors.permission_denied"
handler404 = "apps.kernel.api.errors.not_found"
handler500 = "apps.kernel.api.errors.server_error"
