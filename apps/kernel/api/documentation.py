"""The OpenAPI document and its two readers, served from this machine: no foreign request, no inline script."""

import hashlib
import re
from functools import cache
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.views.generic import TemplateView, View
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import OpenApiJsonRenderer, OpenApiYamlRenderer

from apps.kernel.api.security import POLICY_HEADER, STRICT, written

_RENDERERS = {
    "json": (OpenApiJsonRenderer, "application/vnd.oai.openapi+json"),
    "yaml": (OpenApiYamlRenderer, "application/vnd.oai.openapi"),
}
# Redoc writes its styles through the interface of an empty element, and its search brings one fixed sheet: only these
# two are allowed, by their hashes.
_REDOC_STYLES = (
    "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='",
    "'sha256-QMIg+bpjm3JdElJ388KYke01izlUW0UoNOeKjpMxdgc='",
)


@cache
def openapi_document() -> dict[str, Any]:
    """The document of the whole API; it changes only with the code."""
    document: dict[str, Any] = SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
    return document


@cache
def _rendered(form: str) -> tuple[bytes, str, str]:
    renderer, content_type = _RENDERERS[form]
    rendered = renderer().render(openapi_document(), renderer_context={})
    body = rendered.encode() if isinstance(rendered, str) else rendered
    return body, content_type, f'"{hashlib.sha256(body).hexdigest()[:32]}"'


def in_schema_order(endpoint: tuple[str, str, str, Any]) -> tuple[str, int]:
    """By path, then by method: the committed document must not depend on the order of declarations."""
    path, _regex, method, _callback = endpoint
    order = ("GET", "POST", "PUT", "PATCH", "DELETE")
    return re.sub(r"{[a-z_]+}", "{}", path), order.index(method)


class OpenApiView(View):
    """The document, as JSON or YAML. Public, like the code it describes."""

    form = "json"

    def get(self, request: HttpRequest) -> HttpResponse:
        body, content_type, tag = _rendered(self.form)
        if tag in request.headers.get("If-None-Match", ""):
            return HttpResponseNotModified()
        return HttpResponse(body, content_type=content_type, headers={"ETag": tag, "Cache-Control": "no-cache"})


class SwaggerView(TemplateView):
    """Try the API in the browser."""

    template_name = "kernel/api/swagger.html"


class RedocView(TemplateView):
    """Read the API's reference in the browser."""

    template_name = "kernel/api/redoc.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = super().get(request, *args, **kwargs)
        response[POLICY_HEADER] = written(
            {**STRICT, "style-src": " ".join(("'self'", *_REDOC_STYLES)), "worker-src": "blob:"}
        )
        return response
