"""Where invitations and password links go."""

from __future__ import annotations

from typing import Any

from config.env import Env


def settings(env: Env) -> dict[str, Any]:
    url = env.email_url
    common = {"DEFAULT_FROM_EMAIL": env.email_from, "SERVER_EMAIL": env.email_from, "EMAIL_TIMEOUT": 5}
    if url.scheme == "console":
        return {**common, "EMAIL_BACKEND": "django.core.mail.backends.console.EmailBackend"}
    return {
        **common,
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": url.host,
        "EMAIL_PORT": url.port or (465 if url.scheme == "smtps" else 587),
        "EMAIL_HOST_USER": url.user,
        "EMAIL_HOST_PASSWORD": url.password,
        "EMAIL_USE_SSL": url.scheme == "smtps",
        "EMAIL_USE_TLS": url.scheme == "smtp+tls",
    }
