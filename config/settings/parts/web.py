"""The request's way in: middleware, hosts, cookies, templates, limits."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from config.env import Env
from config.settings.parts.paths import ROOT

YEAR = 365 * 24 * 3600


def settings(env: Env) -> dict[str, Any]:
    secure = env.base_url.startswith("https://")
    return {
        "BASE_DIR": ROOT,
        "SECRET_KEY": env.secret_key,
        "SECRET_KEY_FALLBACKS": list(env.secret_key_fallbacks),
        "TOKEN_KEY": env.token_key,
        "TOKEN_KEY_FALLBACKS": list(env.token_key_fallbacks),
        "DEBUG": env.debug,
        "ENVIRONMENT": env.environment,
        "BASE_URL": env.base_url,
        "ALLOWED_HOSTS": list(env.allowed_hosts),
        "CSRF_TRUSTED_ORIGINS": [env.base_url],
        "HEADER_IDENTITY": env.header_identity,
        "TRUSTED_PROXIES": env.proxies,
        "ROOT_URLCONF": "config.urls",
        "WSGI_APPLICATION": "config.wsgi.application",
        "MIDDLEWARE": [
            "apps.kernel.api.security.SecurityHeadersMiddleware",
            "django.middleware.security.SecurityMiddleware",
            "apps.kernel.api.correlation.CorrelationIdMiddleware",
            "whitenoise.middleware.WhiteNoiseMiddleware",
            "django.middleware.gzip.GZipMiddleware",
            "apps.kernel.api.admin_only.SessionMiddleware",
            "apps.kernel.api.admin_only.LocaleMiddleware",
            "django.middleware.common.CommonMiddleware",
            "django.middleware.csrf.CsrfViewMiddleware",
            "apps.kernel.api.admin_only.AuthenticationMiddleware",
            "apps.kernel.api.admin_only.MessageMiddleware",
            "django.middleware.clickjacking.XFrameOptionsMiddleware",
            "apps.kernel.api.admin_only.HtmxMiddleware",
            "axes.middleware.AxesMiddleware",  # last: it turns a locked login into its answer
        ],
        "TEMPLATES": [
            {
                "BACKEND": "django.template.backends.django.DjangoTemplates",
                "DIRS": [ROOT / "templates"],
                "APP_DIRS": True,
                "OPTIONS": {
                    "context_processors": [
                        "django.template.context_processors.request",
                        "django.contrib.auth.context_processors.auth",
                        "django.contrib.messages.context_processors.messages",
                    ]
                },
            }
        ],
        "APPEND_SLASH": False,
        "MESSAGE_STORAGE": "django.contrib.messages.storage.session.SessionStorage",
        "SESSION_COOKIE_SECURE": secure,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_PATH": "/admin/",
        "SESSION_COOKIE_AGE": 12 * 3600,
        "CSRF_COOKIE_SECURE": secure,
        "CSRF_COOKIE_HTTPONLY": True,
        "CSRF_COOKIE_PATH": "/admin/",
        "X_FRAME_OPTIONS": "DENY",
        "SECURE_CONTENT_TYPE_NOSNIFF": True,
        "SECURE_REFERRER_POLICY": "same-origin",
        "SECURE_CROSS_ORIGIN_OPENER_POLICY": "same-origin",
        "SECURE_HSTS_SECONDS": YEAR if secure else 0,
        "SECURE_HSTS_INCLUDE_SUBDOMAINS": secure,
        "SECURE_SSL_REDIRECT": secure,
        "SECURE_REDIRECT_EXEMPT": [r"^healthz$", r"^readyz$"],
        "SECURE_PROXY_SSL_HEADER": ("HTTP_X_FORWARDED_PROTO", "https") if env.proxies else None,
        "SITE_HOST": urlsplit(env.base_url).netloc,
    }
