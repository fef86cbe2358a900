"""REST: stateless, JSON only, closed unless a view says otherwise; the schema of it all."""

from __future__ import annotations

from typing import Any

from config.api_texts import DESCRIPTION, TAGS
from config.env import Env

VERSION = "1.0.0"
MEGABYTE = 1024 * 1024


def settings(env: Env) -> dict[str, Any]:
    per_minute: int | None = getattr(env, "api_rate_limit", None)
    return {
        "API_RATE_LIMIT": (per_minute, 60) if per_minute else None,
        "DATA_UPLOAD_MAX_MEMORY_SIZE": MEGABYTE,
        "REST_FRAMEWORK": {
            "DEFAULT_AUTHENTICATION_CLASSES": [],
            "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
            "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
            "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
            "DEFAULT_FILTER_BACKENDS": ["apps.kernel.api.filters.FilterBackend"],
            "DEFAULT_SCHEMA_CLASS": "apps.kernel.api.schema.EndpointSchema",
            "EXCEPTION_HANDLER": "apps.kernel.api.errors.exception_handler",
            "UNAUTHENTICATED_USER": None,
        },
        "SPECTACULAR_SETTINGS": {
            "TITLE": "EC3L",
            "DESCRIPTION": DESCRIPTION,
            "TAGS": [{"name": name, "description": text} for name, text in TAGS.items()],
            "VERSION": VERSION,
            "OAS_VERSION": "3.1.0",
            "SERVE_INCLUDE_SCHEMA": False,
            "SCHEMA_PATH_PREFIX": r"/api/v1",
            "SORT_OPERATIONS": "apps.kernel.api.documentation.in_schema_order",
            "POSTPROCESSING_HOOKS": [],
            "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
        },
    }
