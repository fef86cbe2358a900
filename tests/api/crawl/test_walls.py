"""Every operation against the walls: no identity, no tenant, another tenant's ids, an agent."""

from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client

from apps.kernel import commands
from apps.kernel.commands import Agents
from apps.tenancy.core.built_in import SYSTEM_ID
from tests import people
from tests.api.conftest import World
from tests.api.crawl.conftest import Furnished
from tests.api.crawl.operations import (
    Operation,
    addresses,
    an_id,
    asked,
    each,
    filled,
    operations,
)

pytestmark = pytest.mark.django_db

OPERATIONS = operations()
GLOBAL = {
    "tenancy_tenant": "to_jsonb(t)",
    "tenancy_principal": "to_jsonb(t)",
    "tenancy_membership": "to_jsonb(t)",
    "tenancy_token": "to_jsonb(t) - 'last_used_at'",
}


#: Reads whose object acme has none of: 404 for acme too.
EMPTY = {"changes_workspace_retrieve", "changes_plan_retrieve"}
#: Commands that are given elsewhere than over REST, each with its place.
WITHOUT_ROUTE = {
    "metadata.rebuild_references",  # the server's shell, when a projection has to be made anew
}


def tenant_tables() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "select c.relname from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'tenant_id'"
            " where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition"
            " and c.relrowsecurity order by 1"
        )
        return [row[0] for row in cursor.fetchall()]


def state_of(world: World) -> dict[str, Any]:
    """A digest of every row acme has, and of what is global, but for the commands themselves (refusals are kept)."""
    found: dict[str, Any] = {}
    tables = {name: "to_jsonb(t)" for name in tenant_tables() if name != "events_command"} | GLOBAL
    with people.reading(world.acme), connection.cursor() as cursor:
        for table, shown in tables.items():
            cursor.execute(
                f"select count(*), md5(coalesce(string_agg(md5(({shown})::text), '' order by ({shown})::text), ''))"  # noqa: S608
                f' from "{table}" t'
            )
            found[table] = cursor.fetchone()
    return found


class TestIdentity:
    @each(OPERATIONS)
    def test_nobody_gets_nothing(self, operation: Operation) -> None:
        """EC-EDGE-14, EC-INV-T3, EC-INV-T6: no token, a session cookie, a made-up token: 401; nobody is the system."""
        url = f"/api/v1{operation.address()}"
        for sent in ({}, {"cookie": "sessionid=x"}, {"authorization": "Bearer ec3lh_madeup"}):
            response = Client().generic(operation.method.upper(), url, headers={"x-tenant-id": "acme", **sent})
            assert response.status_code == 401, response.content
            assert not response.cookies

    @each([operation for operation in OPERATIONS if operation.needs_tenant])
    def test_without_a_tenant_or_with_an_unknown_one(self, operation: Operation, furnished: Furnished) -> None:
        """EC-INV-T1, T3, T4: no header is 401; an unknown slug, a foreign one and a UUID are 404."""
        address = operation.address()
        bare = {"authorization": f"Bearer {furnished.acme.secret}"}
        url = f"/api/v1{address}"
        assert Client().generic(operation.method.upper(), url, headers=bare).status_code == 401
        for slug in ("nope", "globex", str(furnished.world.acme.pk)):
            response = furnished.acme.send(operation.method, address, x_tenant_id=slug)
            assert (response.status_code, response.json()["error"]["code"]) == (404, "TENANT_NOT_FOUND")

    @each(OPERATIONS)
    def test_a_person_and_an_agent_at_once(self, operation: Operation, furnished: Furnished) -> None:
        """EC-EDGE-14, EC-GLO-002."""
        both = {"x_user_id": str(uuid4()), "x_agent_id": str(uuid4())}
        response = furnished.acme.send(operation.method, operation.address(), **both)
        assert response.status_code == 400

    @each([operation for operation in OPERATIONS if operation.needs_tenant])
    def test_another_actor_than_the_token_s(self, operation: Operation, furnished: Furnished) -> None:
        response = furnished.acme.send(operation.method, operation.address(), x_user_id=str(uuid4()))
        assert (response.status_code, response.json()["error"]["code"]) == (403, "ACTOR_MISMATCH")


class TestOtherTenant:
    @each([operation for operation in OPERATIONS if operation.variables])
    def test_its_ids_do_not_exist_and_nothing_moves(self, operation: Operation, furnished: Furnished) -> None:
        """EC-INV-T2, EC-INV-T5, EC-RBAC-008: the Admin of globex with an id of acme, on every operation with one."""
        acme, globex = furnished.acme, furnished.globex
        address = next(addresses(acme, operation.path, besides=globex))
        foreign_body, own_body = filled(operation, globex), filled(operation, acme)
        before = state_of(furnished.world)

        refused = globex.send(operation.method, address, foreign_body)

        assert state_of(furnished.world) == before
        own = acme.send(operation.method, address, own_body)
        if refused.status_code == 403:
            assert own.status_code == 403  # a right that no tenant's Admin has
            return
        assert refused.status_code == 404, refused.content
        assert own.status_code != 404 or operation.name in EMPTY, own.content

    @each([operation for operation in OPERATIONS if operation.ids_in_body])
    def test_its_ids_in_a_body_do_not_exist(self, operation: Operation, furnished: Furnished) -> None:
        """EC-INV-P3, EC-INV-T2: an id of acme in the body of globex is like no id, and nothing moves."""
        acme, globex = furnished.acme, furnished.globex
        address = next(addresses(globex, operation.path))
        for name in operation.ids_in_body:
            body = filled(operation, globex) or {}
            nobody = globex.send(operation.method, address, {**body, name: str(uuid4())})
            foreign = an_id(acme, name, besides=globex)
            before = state_of(furnished.world)

            refused = globex.send(operation.method, address, {**body, name: foreign})

            assert state_of(furnished.world) == before
            assert refused.status_code >= 400, (name, refused.content)
            assert told(refused) == told(nobody)

    @each([operation for operation in OPERATIONS if not operation.variables and operation.method == "get"])
    def test_no_list_shows_an_id_of_it(self, operation: Operation, furnished: Furnished) -> None:
        """EC-INV-T2: nothing acme owns appears in what globex sees."""
        acme, globex = furnished.acme, furnished.globex
        assert acme.get(next(asked(operation, acme, operation.path))).status_code == 200
        shown = globex.get(next(asked(operation, globex, operation.path)))
        assert shown.status_code == 200, shown.content
        text = shown.content.decode()
        assert [key for key in keys_of(furnished.world) if key in text] == []

    @each([operation for operation in OPERATIONS if operation.method == "get" and operation.ids_in_query])
    def test_its_ids_in_a_query_find_nothing(self, operation: Operation, furnished: Furnished) -> None:
        """EC-INV-T2: an id of acme as a parameter is like no id."""
        acme, globex = furnished.acme, furnished.globex
        for name in operation.ids_in_query:
            foreign = an_id(acme, name, besides=globex)
            address = next(addresses(globex, operation.path))
            refused, nobody = (globex.get(f"{address}?{name}={ident}") for ident in (foreign, str(uuid4())))
            assert refused.status_code == nobody.status_code
            if refused.status_code == 200:
                assert refused.json() == nobody.json()


class TestAgents:
    @each([operation for operation in OPERATIONS if operation.described.get("x-agents") == "never"])
    def test_an_agent_that_holds_admin_is_refused(self, operation: Operation, furnished: Furnished) -> None:
        """EC-EDGE-14, EC-INV-R1, EC-RBAC-009: on every guarded command; the refusal is all that is written."""
        address = next(addresses(furnished.acme, operation.path))
        before = state_of(furnished.world)
        refused = furnished.agent.send(operation.method, address, filled(operation, furnished.acme))
        assert (refused.status_code, refused.json()["error"]["code"]) == (403, "AGENT_NOT_ALLOWED")
        assert state_of(furnished.world) == before

    @each([operation for operation in OPERATIONS if operation.described.get("x-agents") == "never"])
    def test_a_person_s_id_as_an_agent_shares_no_role(self, operation: Operation, furnished: Furnished) -> None:
        """EC-EDGE-14: the Admin's id in ``x-agent-id`` is no agent with Admin, and the system's is nobody."""
        address = next(addresses(furnished.acme, operation.path))
        before = state_of(furnished.world)
        for ident in (furnished.acme.principal.pk, SYSTEM_ID):
            refused = furnished.acme.send(operation.method, address, x_agent_id=str(ident))
            assert (refused.status_code, refused.json()["error"]["code"]) == (403, "ACTOR_MISMATCH")
        assert state_of(furnished.world) == before

    def test_every_command_has_a_route(self) -> None:
        """A command without one could be tested by nobody from outside."""
        routed = {operation.command for operation in OPERATIONS if operation.command}
        public = {command.name for command in commands.registered() if not command.internal}
        assert public - routed == WITHOUT_ROUTE

    def test_no_route_gives_an_internal_command(self) -> None:
        routed = {operation.command for operation in OPERATIONS if operation.command}
        assert routed <= {command.name for command in commands.registered() if not command.internal}
        never = {command.name for command in commands.registered() if command.agents is Agents.NEVER}
        assert {o.command for o in OPERATIONS if o.described.get("x-agents") == "never"} == never & routed


def told(response: Any) -> tuple[int, str]:
    return response.status_code, response.json()["error"]["code"]


def keys_of(world: World) -> list[str]:
    """The primary keys of every row of acme that are random enough to be recognised."""
    found: list[str] = []
    with people.reading(world.acme), connection.cursor() as cursor:
        for table in tenant_tables():
            cursor.execute(f"select coalesce(to_jsonb(t) ->> 'id', to_jsonb(t) ->> 'event_id') from \"{table}\" t")  # noqa: S608
            found += [row[0] for row in cursor.fetchall() if row[0] and len(row[0]) == 36]
    return found
