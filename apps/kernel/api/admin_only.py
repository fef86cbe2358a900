"""Middleware of the pages with a session. The API knows neither session nor language nor message, and does not pay."""

from typing import Any

from django.conf import settings
from django.contrib.auth import middleware as auth
from django.contrib.messages import middleware as messages
from django.contrib.sessions import middleware as sessions
from django.http import HttpRequest
from django.middleware import locale
from django.utils import translation
from django_htmx import middleware as htmx

API_PREFIX = "/api/"


class _NotForTheApi:
    """Hands a request of the API straight on. Works in both modes: it returns what comes back, awaited or not."""

    get_response: Any

    def __call__(self, request: HttpRequest) -> Any:
        if request.path.startswith(API_PREFIX):
            return self.get_response(request)
        return super().__call__(request)  # type: ignore[misc]


class SessionMiddleware(_NotForTheApi, sessions.SessionMiddleware):
    """Sessions, for pages."""


class LocaleMiddleware(locale.LocaleMiddleware):
    """The language of the reader, for pages. The API has one language, whatever page this thread showed before."""

    def __call__(self, request: HttpRequest) -> Any:
        if request.path.startswith(API_PREFIX):
            translation.activate(settings.LANGUAGE_CODE)
            return self.get_response(request)
        return super().__call__(request)


class AuthenticationMiddleware(_NotForTheApi, auth.AuthenticationMiddleware):
    """The signed-in person, for pages."""


class MessageMiddleware(_NotForTheApi, messages.MessageMiddleware):
    """Messages to the next page."""


class HtmxMiddleware(_NotForTheApi, htmx.HtmxMiddleware):
    """Partial pages."""
