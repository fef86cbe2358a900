"""Who may sign in to the admin, and how: Argon2, a brute-force lock, short links."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from config.env import Env

ATTEMPTS = 5
LOCK = timedelta(minutes=15)


def settings(env: Env) -> dict[str, Any]:
    return {
        "AUTH_USER_MODEL": "tenancy.Principal",
        "AUTHENTICATION_BACKENDS": [
            "axes.backends.AxesStandaloneBackend",  # first: refuses a locked login before a password is compared
            "apps.tenancy.adapters.PasswordBackend",  # signs in by e-mail, grants nothing
            "apps.access.adapters.PermissionBackend",  # the one that answers has_perm
        ],
        "PASSWORD_HASHERS": ["django.contrib.auth.hashers.Argon2PasswordHasher"],
        "AUTH_PASSWORD_VALIDATORS": [
            {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
            {
                "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
                "OPTIONS": {"min_length": 12},
            },
            {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
            {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
        ],
        "PASSWORD_RESET_TIMEOUT": int(timedelta(hours=2).total_seconds()),
        "LOGIN_URL": "admin:login",
        "LOGIN_REDIRECT_URL": "admin:index",
        "AXES_FAILURE_LIMIT": ATTEMPTS,
        "AXES_COOLOFF_TIME": LOCK,
        "AXES_LOCKOUT_PARAMETERS": [["username", "ip_address"]],
        # One person, one counter: the lock's own reading misses the field, and would count each spelling apart.
        "AXES_USERNAME_CALLABLE": "apps.tenancy.adapters.login_name",
        "AXES_RESET_ON_SUCCESS": True,
        "AXES_CLIENT_IP_CALLABLE": "apps.kernel.api.security.client_address",
        "AXES_ENABLE_ADMIN": False,
        "AXES_VERBOSE": False,
        # Object grants live in tenant-scoped tables; guardian's own global ones stay empty and ungranted.
        "ANONYMOUS_USER_NAME": None,
        "SILENCED_SYSTEM_CHECKS": [
            "guardian.W001",  # asks for guardian's backend; the access app's answers has_perm for objects too
            "security.W021",  # entering the browsers' preload list is the domain owner's decision
        ],
    }
