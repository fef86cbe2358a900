"""The demo tenants, built by the commands everybody uses: nothing here writes a row of its own."""

from typing import Any

from django.conf import settings

from apps.console.demo import story
from apps.console.demo.cast import (
    OPERATOR,
    PEOPLE,
    acting,
    make_machines,
    make_person,
    make_team,
    make_tokens,
    signing_in,
)
from apps.kernel.dispatch import dispatch
from apps.tenancy.core.built_in import PLATFORM_SLUG
from apps.tenancy.models import Tenant


def is_loaded() -> bool:
    """Whether the last thing the demo makes was made, whatever people did with it since."""
    return Tenant.objects.filter(slug="acme").exists() and story.is_told()


def load() -> dict[str, Any]:
    """Make what is missing of the demo and answer how to sign in.

    Killed halfway, it goes on where it was. Tokens are made anew: their secrets are not kept.
    """
    olga = make_person(OPERATOR)
    for slug, name in (("globex", "Globex Corporation"), ("acme", "Acme Corporation")):
        if not Tenant.objects.filter(slug=slug).exists():
            with acting(olga, PLATFORM_SLUG):
                dispatch("tenant.create", slug=slug, name=name)
    cast = {person.handle: make_person(person) for person in PEOPLE if person is not OPERATOR}
    make_machines(cast)
    story.tell(cast, make_team(cast))
    return {"base_url": settings.BASE_URL, "people": signing_in(), "tokens": make_tokens(cast)}
