"""The admin's look, title and menu."""

from django.templatetags.static import static


def _asset(path: str) -> object:
    """Resolved on each request: with hashed names the address is only known when files are collected."""
    return lambda request: static(f"console/{path}")


STYLESHEETS = ("tokens", "shell", "page", "actions", "lifeline", "diff", "story")

UNFOLD = {
    "SITE_TITLE": "EC3L",
    "SITE_HEADER": "EC3L",
    "SITE_SUBHEADER": "Governed metadata",
    "SITE_URL": None,
    "SITE_ICON": _asset("img/mark.svg"),
    "SITE_FAVICONS": [{"rel": "icon", "type": "image/svg+xml", "href": _asset("img/mark.svg")}],
    "SHOW_HISTORY": False,
    "SHOW_VIEW_ON_SITE": False,
    "BORDER_RADIUS": "6px",
    "STYLES": [_asset(f"css/{name}.css") for name in STYLESHEETS],
    "SCRIPTS": [_asset("js/console.js")],
    "COMMAND": {"show_history": False, "search_models": False},
    "SIDEBAR": {
        "show_search": True,
        "command_search": True,
        "show_all_applications": False,
        "navigation": "apps.console.navigation.navigation",
    },
    # Indigo of the same palette the base colours come from.
    "COLORS": {
        "primary": {
            "50": "oklch(96.2% .018 272.314)",
            "100": "oklch(93% .034 272.788)",
            "200": "oklch(87% .065 274.039)",
            "300": "oklch(78.5% .115 274.713)",
            "400": "oklch(67.3% .182 276.935)",
            "500": "oklch(58.5% .233 277.117)",
            "600": "oklch(51.1% .262 276.966)",
            "700": "oklch(45.7% .24 277.023)",
            "800": "oklch(39.8% .195 277.366)",
            "900": "oklch(35.9% .144 278.697)",
            "950": "oklch(25.7% .09 281.288)",
        }
    },
}
