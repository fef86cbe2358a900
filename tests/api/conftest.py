"""A small world seen through the API: tenant ``acme`` with its people, and ``globex`` beside it."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client

from apps.tenancy.models import Principal, Tenant
from tests import database, people
from tests.api.answers import done
from tests.feed import wait_for_the_feed
from tests.statements import statements_of


@dataclass(frozen=True, slots=True)
class Caller:
    """Somebody with a token. The methods are the API's: paths below ``/api/v1``, JSON in, the answer out."""

    principal: Principal
    tenant: Tenant
    secret: str

    def send(self, method: str, path: str, body: Any = None, **headers: str) -> HttpResponse:
        given = {**people.headers(self.secret, self.tenant), **{k.replace("_", "-"): v for k, v in headers.items()}}
        client = Client(raise_request_exception=True)
        if body is None and method in ("get", "delete"):
            return getattr(client, method)(f"/api/v1{path}", headers=given)
        data = body if isinstance(body, str | bytes) or body is None else _dumped(body)
        return client.generic(
            method.upper(), f"/api/v1{path}", data or b"", content_type="application/json", headers=given
        )

    def get(self, path: str, **headers: str) -> HttpResponse:
        return self.send("get", path, **headers)

    def post(self, path: str, body: Any = None, **headers: str) -> HttpResponse:
        return self.send("post", path, body, **headers)

    def cost(self, path: str) -> int:
        """How many statements it takes to answer."""
        return statements_of(lambda: done(self.get(path)))


def _dumped(body: Any) -> str:
    return json.dumps(body)


def caller(principal: Principal, tenant: Tenant) -> Caller:
    return Caller(principal, tenant, people.token(principal, tenant))


@dataclass(frozen=True, slots=True)
class World:
    acme: Tenant
    globex: Tenant
    admin: Caller
    viewer: Caller
    agent: Caller
    stranger: Caller


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """Committed before the module's tests and removed after them: the feed shows nothing of an open transaction."""
    try:
        with django_db_blocker.unblock():
            made = make_world()
            wait_for_the_feed()
            connection.close()
        yield made
    finally:
        with django_db_blocker.unblock():
            database.empty()


def make_world() -> World:
    acme = people.tenant("acme")
    administrator = people.administrator(acme)
    globex = people.tenant("globex", creator=people.person(people.platform(), "Greta Founder", roles=["Operator"]))
    return World(
        acme=acme,
        globex=globex,
        admin=caller(administrator, acme),
        viewer=caller(people.person(acme, "Vera Viewer", roles=["Viewer"]), acme),
        agent=caller(people.agent(acme, administrator, roles=["Admin"]), acme),
        stranger=caller(people.person(globex, "Gil Globex", roles=["Admin"]), globex),
    )


@pytest.fixture
def acme(world: World) -> Tenant:
    return world.acme


@pytest.fixture
def globex(world: World) -> Tenant:
    return world.globex


@pytest.fixture
def admin(world: World) -> Caller:
    """The Admin of acme."""
    return world.admin


@pytest.fixture
def viewer(world: World) -> Caller:
    """A member of acme who may only look."""
    return world.viewer


@pytest.fixture
def agent(world: World) -> Caller:
    """An agent of acme that holds Admin."""
    return world.agent


@pytest.fixture
def stranger(world: World) -> Caller:
    """The Admin of globex, who is nobody in acme."""
    return world.stranger
