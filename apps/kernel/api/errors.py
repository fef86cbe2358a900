"""Every refusal in one shape: ``{"error": {"code", "message", "details"}, "correlation_id"}``.

``answer_for`` translates what our views raise; the four handlers do the same for what Django answers by itself.
"""

import json
from typing import Any

from django.core.exceptions import BadRequest, RequestDataTooBig, SuspiciousOperation
from django.core.exceptions import PermissionDenied as DjangoPermissionDenied
from django.core.serializers.json import DjangoJSONEncoder
from django.db import OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.http.request import UnreadablePostError
from django.utils.translation import gettext as _
from django.views import defaults
from rest_framework import exceptions as drf

from apps.kernel.api.correlation import correlation_id_of
from apps.kernel.errors import DomainError, InvalidInput, NotFound, PayloadTooLarge, PermissionDenied

JSON = "application/json"
API_PREFIX = "/api/"

#: What a view of ours answers in the envelope; anything else is a defect and becomes a plain 500.
ANSWERED = (
    DomainError,
    drf.APIException,
    Http404,
    DjangoPermissionDenied,
    SuspiciousOperation,
    BadRequest,
    UnreadablePostError,
    OperationalError,
)

_DJANGO: dict[type[BaseException], type[DomainError]] = {
    Http404: NotFound,
    DjangoPermissionDenied: PermissionDenied,
    RequestDataTooBig: PayloadTooLarge,
}
_DRF_CODES = {
    drf.MethodNotAllowed: "METHOD_NOT_ALLOWED",
    drf.NotAcceptable: "NOT_ACCEPTABLE",
    drf.UnsupportedMediaType: "UNSUPPORTED_MEDIA_TYPE",
    drf.Throttled: "TOO_MANY_REQUESTS",
    drf.ParseError: "INVALID_INPUT",
    drf.ValidationError: "INVALID_INPUT",
    drf.NotAuthenticated: "UNAUTHENTICATED",
    drf.AuthenticationFailed: "UNAUTHENTICATED",
    drf.PermissionDenied: "PERMISSION_DENIED",
    drf.NotFound: "NOT_FOUND",
}


def envelope(
    request: HttpRequest,
    status: int,
    code: str,
    message: str,
    *,
    details: dict[str, Any] | None = None,
    headers: dict[str, str] | None = None,
) -> HttpResponse:
    """The error answer. A 401 says which scheme is accepted."""
    correlation_id = correlation_id_of(request)
    body = {
        "error": {"code": code, "message": str(message), "details": details or {}},
        "correlation_id": correlation_id,
    }
    response = HttpResponse(
        json.dumps(body, cls=DjangoJSONEncoder, ensure_ascii=False), status=status, content_type=JSON, headers=headers
    )
    if status == 401:
        response["WWW-Authenticate"] = "Bearer"
    return response


def answer_for(error: BaseException, request: HttpRequest) -> HttpResponse:
    """The envelope for one of :data:`ANSWERED`."""
    if isinstance(error, DomainError):
        headers = {"Retry-After": str(error.details["retry_after"])} if "retry_after" in error.details else None
        return envelope(request, error.status, error.code, error.message, details=error.details, headers=headers)
    if isinstance(error, drf.APIException):
        return _from_drf(error, request)
    if isinstance(error, OperationalError):
        # No free connection, a deadlock or a lock timeout: nothing was done, and a repeat may succeed.
        message = _("The database is busy. Nothing was changed; try again shortly.")
        return envelope(request, 503, "UNAVAILABLE", message, headers={"Retry-After": "1"})
    refusal = next((made for kind, made in _DJANGO.items() if isinstance(error, kind)), InvalidInput)()
    return envelope(request, refusal.status, refusal.code, refusal.message)


def _from_drf(error: drf.APIException, request: HttpRequest) -> HttpResponse:
    code = next((name for kind, name in _DRF_CODES.items() if isinstance(error, kind)), "REQUEST_REFUSED")
    details: dict[str, Any] = {}
    message = str(error.detail)
    if isinstance(error, drf.ValidationError):
        message = _("The input is not valid.")
        details = {"errors": list(_faults(error.detail))}
    return envelope(request, error.status_code, code, message, details=details)


def _faults(detail: Any, path: str = "") -> Any:
    if isinstance(detail, dict):
        for key, value in detail.items():
            yield from _faults(value, path if key == "non_field_errors" else f"{path}/{key}")
    elif isinstance(detail, list):
        for position, value in enumerate(detail):
            yield from _faults(value, f"{path}/{position}" if isinstance(value, dict | list) else path)
    else:
        yield {"path": path or "/", "message": str(detail)}


def exception_handler(error: Exception, context: dict[str, Any]) -> HttpResponse | None:
    """For DRF views that are not ours (the schema's)."""
    return answer_for(error, context["request"]) if isinstance(error, ANSWERED) else None


def _is_api(request: HttpRequest) -> bool:
    return request.path.startswith(API_PREFIX)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's handler400."""
    if not _is_api(request):
        return defaults.bad_request(request, exception)
    return answer_for(exception if isinstance(exception, ANSWERED) else BadRequest(), request)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's handler403."""
    if not _is_api(request):
        return defaults.permission_denied(request, exception)
    return answer_for(DjangoPermissionDenied(), request)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Django's handler404, and the last route under ``/api/``."""
    if not _is_api(request):
        return defaults.page_not_found(request, exception or Http404())
    return envelope(request, 404, "NOT_FOUND", _("There is no such address."))


def server_error(request: HttpRequest) -> HttpResponse:
    """Django's handler500: the correlation id is all a stranger learns."""
    if not _is_api(request):
        return defaults.server_error(request)
    return envelope(request, 500, "INTERNAL_ERROR", _("Something failed on our side. Quote the correlation id."))
