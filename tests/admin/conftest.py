"""Seats in front of the console: Django's test client, signed in, in a tenant."""

import re
from dataclasses import dataclass
from html import unescape
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from apps.console import shell
from apps.tenancy.models import Principal, Tenant
from tests.changing import World, world
from tests.statements import statements_of

BACKEND = "apps.tenancy.adapters.PasswordBackend"


@dataclass(frozen=True, slots=True)
class Seat:
    """A person at a browser. Paths are below ``/admin``."""

    client: Client

    def get(self, path: str = "/", /, **given: Any) -> HttpResponse:
        return self.client.get(f"/admin{path}", given)

    def cost(self, path: str) -> int:
        """How many statements the page takes."""

        def shown() -> None:
            assert self.get(path).status_code == 200

        return statements_of(shown)

    def post(self, path: str, /, **given: Any) -> HttpResponse:
        return self.client.post(f"/admin{path}", {name: value for name, value in given.items() if value is not None})

    def command(self, name: str, target: Any = None, /, **given: Any) -> HttpResponse:
        """Press a button, or send a form with ``_form=1``."""
        path = f"/commands/{name}/" if target is None else f"/commands/{name}/{target}/"
        return self.post(path, **given)

    def take_in_hand(self, change: Any) -> None:
        self.post("/pick/change/", value=str(change.pk), next="/admin/")

    def chosen(self) -> dict[str, Any]:
        return dict(self.client.session.items())


def sit(principal: Principal, tenant: Tenant | None = None) -> Seat:
    client = Client()
    client.force_login(principal, BACKEND)
    if tenant is not None:
        session = client.session
        session[shell.TENANT] = str(tenant.pk)
        session.save()
    return Seat(client)


@pytest.fixture
def acme(db: Any) -> World:
    return world()


@pytest.fixture
def ada(acme: World) -> Seat:
    """The Admin, who may do everything."""
    return sit(acme.ada, acme.tenant)


def text(response: HttpResponse) -> str:
    """What a reader sees: no tags, one space between words."""
    body = re.sub(r"(?s)<(script|style|head).*?</\1>|<svg.*?</svg>", " ", response.content.decode())
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", body)).split())


def offered(response: HttpResponse) -> set[str]:
    """The commands a page offers, those that are blocked now left out."""
    return set(re.findall(r'(?:action|href)="/admin/commands/([a-z_.]+)/', response.content.decode()))


__all__ = ["BACKEND", "Seat", "offered", "sit", "text"]
