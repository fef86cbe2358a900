"""Who calls, as Django REST framework's own token authentication finds out."""

from __future__ import annotations

from typing import Any

from rest_framework import authentication, exceptions
from rest_framework.request import Request

from bench.baselines.models import Token


class TokenAuthentication(authentication.BaseAuthentication):
    """What DRF's own does, over our table."""

    def authenticate(self, request: Request) -> tuple[Any, Any] | None:
        key = request.headers.get("Authorization", "").removeprefix("Bearer ")
        try:
            token = Token.objects.select_related("person").get(key=key)
        except Token.DoesNotExist:
            raise exceptions.AuthenticationFailed from None
        return token.person, token
