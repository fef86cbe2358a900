"""The browser's rules for every answer, and who the client is behind trusted proxies."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

POLICY_HEADER = "Content-Security-Policy"
STRICT = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}
# Unfold's Alpine evaluates its attributes and sets styles; no inline script is allowed even there.
ADMIN = {**STRICT, "script-src": "'self' 'unsafe-eval'", "style-src": "'self' 'unsafe-inline'"}
FEATURES = "camera=(), geolocation=(), microphone=(), payment=(), usb=()"


def written(policy: dict[str, str]) -> str:
    """A policy as the header's text."""
    return "; ".join(f"{name} {sources}" for name, sources in policy.items())


STRICT_TEXT, ADMIN_TEXT = written(STRICT), written(ADMIN)


class SecurityHeadersMiddleware:
    """Adds the content security policy of the path, unless the view set its own; drops cookies under /api/."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if not response.has_header(POLICY_HEADER):
            response[POLICY_HEADER] = ADMIN_TEXT if request.path.startswith("/admin/") else STRICT_TEXT
        if not response.has_header("Permissions-Policy"):
            response["Permissions-Policy"] = FEATURES
        if request.path.startswith("/api/"):
            response.cookies.clear()
        return response


def client_address(request: HttpRequest) -> str:
    """The client's address: as many hops back in X-Forwarded-For as there are trusted proxies, and no further."""
    nearest = str(request.META.get("REMOTE_ADDR", ""))
    hops = [hop.strip() for hop in request.headers.get("X-Forwarded-For", "").split(",") if hop.strip()]
    trusted: int = settings.TRUSTED_PROXIES
    return hops[-trusted] if 0 < trusted <= len(hops) else nearest
