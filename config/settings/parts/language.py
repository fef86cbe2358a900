"""English texts through gettext; times stored in UTC, shown in the person's zone."""

from __future__ import annotations

from typing import Any

from config.env import Env
from config.settings.parts.paths import ROOT


def settings(env: Env) -> dict[str, Any]:
    return {
        "LANGUAGE_CODE": "en",
        "LANGUAGES": [("en", "English")],
        "LOCALE_PATHS": [ROOT / "locale"],
        "USE_I18N": True,
        "USE_TZ": True,
        "TIME_ZONE": "UTC",
    }
