"""Files for the browser: served by the web process itself, from this host only."""

from __future__ import annotations

from typing import Any

from config.env import Env
from config.settings.parts.paths import ROOT


def settings(env: Env) -> dict[str, Any]:
    collected = env.environment == "production"
    storage = "whitenoise.storage.CompressedManifestStaticFilesStorage" if collected else _PLAIN
    return {
        "STATIC_URL": "/static/",
        "STATIC_ROOT": ROOT / "staticfiles" if collected else None,
        "STATICFILES_DIRS": [ROOT / "static"] if (ROOT / "static").is_dir() else [],
        "STORAGES": {
            "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
            "staticfiles": {"BACKEND": storage},
        },
        # Outside production files are served from where they lie: nothing has to be collected first.
        "WHITENOISE_USE_FINDERS": not collected,
        "WHITENOISE_AUTOREFRESH": env.debug,
    }


_PLAIN = "django.contrib.staticfiles.storage.StaticFilesStorage"
