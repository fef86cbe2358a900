"""Who never changes what is in force: agents, services, other tenants, and SQL (XY-097)."""

from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.db.utils import DatabaseError, IntegrityError

from apps.events.models import Event
from apps.kernel.errors import AgentNotAllowed, NotFound, PermissionDenied
from apps.policies.models import PolicyVersion
from tests import changing, people
from tests.changing import World
from tests.services.policies.governing import THREE, Government


def test_no_agent_and_no_editor_changes_what_is_in_force(acme: World, government: Government) -> None:
    version = government.simulate(government.write("releases", THREE, environment="test"))
    agent = people.agent(acme.tenant, acme.ada, roles=["Admin"])

    given: dict[str, dict[str, str]] = {
        "policy.activate": {},
        "policy.approve": {"digest": "0" * 64},
        "policy.withdraw_approval": {},
        "policy.request_changes": {"comment": "No"},
        "policy.deny": {"comment": "No"},
        "policy.deprecate": {"reason": "No"},
        "policy.request_deprecation": {"reason": "No"},
        "policy.roll_back": {"reason": "No"},
    }
    for command, inputs in given.items():
        with pytest.raises(AgentNotAllowed):
            acme.give(command, version.pk, by=agent, **inputs)
        with pytest.raises(PermissionDenied):
            acme.give(command, version.pk, by=acme.eve, **inputs)

    assert government.again(version).status == "simulated"


def test_a_service_with_every_permission_activates_nothing(acme: World, government: Government) -> None:
    version = government.simulate(government.write("releases", THREE))
    service = people.service(acme.tenant, acme.ada, roles=["Admin"])

    with pytest.raises(AgentNotAllowed):
        acme.give("policy.activate", version.pk, by=service)
    assert government.again(version).status == "approved"


@pytest.mark.parametrize("command", ["policy.simulate", "policy.activate", "policy.withdraw_approval"])
def test_another_tenants_version_does_not_exist(acme: World, government: Government, command: str) -> None:
    version = government.simulate(government.write("releases", THREE))
    globex = changing.world("globex")

    with pytest.raises(NotFound):
        globex.give(command, version.pk)
    with globex.reading():
        assert not PolicyVersion.objects.exists()
        assert not Event.objects.filter(event_type__startswith="policy.").exists()


def test_a_missing_version_is_not_found(acme: World) -> None:
    with pytest.raises(NotFound):
        acme.give("policy.activate", uuid4())


def test_the_database_refuses_to_change_an_active_version(acme: World, government: Government) -> None:
    """XY-097: only the move to deprecated is allowed, whoever asks."""
    version = government.activate(government.write("releases", THREE))

    for statement in (
        "update policies_policyversion set name = 'Other' where id = %s",
        "update policies_policyversion set digest = 'x' where id = %s",
        "update policies_policyversion set status = 'approved' where id = %s",
        "update policies_policyversion set report = '{}' where id = %s",
        "update policies_policyversion set activated_at = now() where id = %s",
        "update policies_policyversion set status = 'deprecated', name = 'Other' where id = %s",
        "delete from policies_policyversion where id = %s",
    ):
        with (
            acme.reading(),
            pytest.raises(IntegrityError, match="policy version"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement, [version.pk])

    assert government.again(version).status == "active"


@pytest.mark.parametrize("status", ["draft", "simulated", "active"])
def test_the_database_refuses_to_revive_a_deprecated_version_or_to_skip_the_approval(
    acme: World, government: Government, status: str
) -> None:
    ended = government.activate(government.write("releases", THREE))
    acme.give("policy.deprecate", ended.pk, reason="Over")
    draft = government.write("other", THREE)
    revive = "update policies_policyversion set status = %s where id = %s"

    with (
        acme.reading(),
        pytest.raises(IntegrityError, match="policy version"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(revive, [status, ended.pk])
    with (
        acme.reading(),
        pytest.raises(IntegrityError, match="policy version"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(revive, ["active", draft.pk])


def test_the_body_of_a_policy_and_a_decision_are_append_only(acme: World, government: Government) -> None:
    government.activate(government.write("releases", THREE))
    for table in ("policies_policybody", "policies_decision"):
        with acme.reading(), pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"update {table} set digest = 'x'")  # noqa: S608  a name of this file
