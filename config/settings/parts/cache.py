"""The cache: counters, heartbeats and derived values that may vanish at any time."""

from __future__ import annotations

from typing import Any

from config.env import Env


def settings(env: Env) -> dict[str, Any]:
    return {
        "CACHES": {
            "default": {
                "BACKEND": "django.core.cache.backends.redis.RedisCache",
                "LOCATION": env.redis_url.text,
                "KEY_PREFIX": "ec3l",
                "TIMEOUT": 300,
            }
        }
    }
