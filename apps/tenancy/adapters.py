"""Django's sign-in, for the admin site."""

from typing import Any
from uuid import UUID

from django.contrib.auth.backends import BaseBackend
from django.contrib.auth.hashers import check_password, make_password
from django.http import HttpRequest

from apps.tenancy.models import Principal


class PasswordBackend(BaseBackend):
    """E-mail and password of an active human. It grants no permission: that is the access app's."""

    def authenticate(
        self, request: HttpRequest | None, username: str | None = None, password: str | None = None, **named: Any
    ) -> Principal | None:
        email = username or named.get("email")
        if not email or password is None:
            return None
        found = Principal.objects.filter(email=email.strip().lower(), kind=Principal.Kind.HUMAN).first()
        if found is None:
            # As long as a real comparison, so that time does not tell which addresses are known.
            make_password(password)
            return None
        # Also when inactive, for the same reason.
        matches = check_password(password, found.password, setter=lambda raw: _rehash(found, raw))
        return found if matches and found.is_active else None

    def get_user(self, user_id: UUID) -> Principal | None:
        return Principal.objects.filter(pk=user_id, kind=Principal.Kind.HUMAN, is_active=True).first()


def login_name(request: HttpRequest, credentials: dict[str, Any] | None = None) -> str:
    """The address a login was tried with, as the lock counts it: however it was spelt."""
    given = credentials or request.POST
    return str(given.get("username") or given.get("email") or "").strip().lower()


def _rehash(principal: Principal, raw: str) -> None:
    """Store the password again when the parameters of the hash were raised."""
    principal.set_password(raw)
    principal.save(update_fields=["password"])
