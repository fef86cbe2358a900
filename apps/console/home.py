"""The home page: what waits for this person, what went wrong, and what happened last."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from apps.kernel.admin.offers import offer
from apps.kernel.admin.panels import panels_of
from apps.kernel.admin.shell import shell_of


def summary(request: HttpRequest) -> dict[str, Any]:
    """The panels the apps bring; the number of queries does not grow with what there is."""
    panels = list(panels_of(request))
    return {
        "stats": [panel.stat for panel in panels if panel.stat],
        "boxes": [panel.card for panel in panels if not panel.wide],
        "wide": [panel.card for panel in panels if panel.wide],
        # Without an environment there is nothing to change.
        "start": shell_of(request).environment
        and offer("change.create", label=_("New change"), asks=True, look="primary", icon="add"),
    }
