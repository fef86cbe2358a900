"""The demo is what a newcomer sees first. It is loaded once, whatever happened on the way."""

import json
import os
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client, override_settings

from apps.access.models import RoleAssignment
from apps.access.queries import people_who_are, people_who_may
from apps.changes.models import Change
from apps.console.demo import story
from apps.console.demo.cast import acting
from apps.events.models import CommandRecord
from apps.kernel.dispatch import dispatch
from apps.kernel.scope import scope_transaction, scoped
from apps.metadata.models import Head
from apps.tenancy.models import Membership, Principal, TeamMember, Token
from apps.tenancy.queries import members_of_team, teams_of_tenant, tenant_scope
from tests import database

ROOT = Path(__file__).parents[3]
#: Statements of three loads, each of which goes on where the last was killed.
KILLED_AT = (60, 200, 200)
AFFECTED_USERS = {
    "op_type": "add_field",
    "payload": {"field": "affected_users", "definition": {"type": "number"}},
    "target": {"type": "record_type", "selector": {"record_type_key": "incident"}},
}

pytestmark = pytest.mark.slow


@dataclass(frozen=True)
class Demo:
    """The loaded demo, and the file that says how to sign in."""

    file: Path

    @property
    def told(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.file.read_text())
        return found

    def get(self, who: str, tenant: str, address: str) -> tuple[int, Any]:
        headers = {"authorization": f"Bearer {self.told['tokens'][who]}", "x-tenant-id": tenant}
        answer = Client().get(f"/api/v1{address}", headers=headers)
        return answer.status_code, answer.json()


@pytest.fixture(scope="module")
def _loaded(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: Any) -> Iterator[Demo]:
    """Killed three times on the way, and then loaded to its end."""
    file = tmp_path_factory.mktemp("demo") / ".local" / "demo.json"
    with django_db_blocker.unblock():
        try:
            for at in KILLED_AT:
                assert _load_killed(at, file) == -signal.SIGKILL
                assert not file.exists()
            call_command("load_demo", file=file, verbosity=0)
            connection.close()
            yield Demo(file)
        finally:
            database.empty()


@pytest.fixture
def demo(_loaded: Demo, django_db_blocker: Any) -> Iterator[Demo]:
    with django_db_blocker.unblock():
        yield _loaded
        connection.close()


def test_a_load_that_was_killed_goes_on_where_it_was(demo: Demo) -> None:
    """Half a demo would look like a broken product, and a doubled one like a careless one."""
    with scoped(tenant_scope("acme")), scope_transaction():
        changes = list(Change.objects.order_by("number").values_list("number", "status"))
        record_types = list(Head.objects.filter(kind="record_type").order_by("key").values_list("key", "number"))

    assert changes == [
        ("CHG0000001", "Merged"), ("CHG0000002", "Merged"), ("CHG0000003", "Merged"), ("CHG0000004", "Draft"),
        ("CHG0000005", "Draft"), ("CHG0000006", "Merged"), ("CHG0000007", "Merged"), ("CHG0000008", "Ready"),
    ]  # fmt: skip
    assert record_types == [("change_request", 1), ("incident", 1), ("problem", 1), ("task", 1)]
    assert Principal.objects.filter(kind="human").count() == 7
    assert Membership.objects.filter(tenant__slug="acme", principal__kind__in=("agent", "service")).count() == 3


def test_loading_again_changes_nothing(demo: Demo) -> None:
    """``make up`` loads it at every start."""
    before = (_size(), demo.file.read_text())

    call_command("load_demo", file=demo.file, verbosity=0)

    assert (_size(), demo.file.read_text()) == before


def test_another_port_is_told_and_the_tokens_stay(demo: Demo) -> None:
    """A new address must not cost the tokens that people have pasted elsewhere."""
    before = demo.told

    with override_settings(BASE_URL="http://localhost:8019"):
        call_command("load_demo", file=demo.file, verbosity=0)

    assert demo.told == {**before, "base_url": "http://localhost:8019"}


def test_only_its_owner_reads_the_passwords(demo: Demo) -> None:
    """The file has passwords and tokens in clear."""
    assert stat.S_IMODE(demo.file.stat().st_mode) == 0o600
    assert [path.name for path in demo.file.parent.iterdir()] == ["demo.json"]


def test_everybody_can_sign_in_as_it_says(demo: Demo) -> None:
    """A password that does not work ends the first ten minutes in the first."""
    for person in demo.told["people"]:
        assert Principal.objects.get(email=person["email"]).check_password(person["password"]), person["email"]
    for name in ("ada", "ben", "cleo", "eve", "vic", "scribe", "pipeline"):
        assert demo.get(name, "acme", "/projects")[0] == 200, name


def test_production_can_be_approved(demo: Demo) -> None:
    """Two people besides the author, one of them an Owner: without them the demo ends before `prod`."""
    with scoped(tenant_scope("acme")), scope_transaction():
        approvers = people_who_may("change.approve")
        owners = people_who_are(["role:Owner"])
        (team,) = teams_of_tenant()
        seated = set(members_of_team(team.pk).values_list("principal_name", flat=True))
    ada, ben, cleo = (Principal.objects.get(email=f"{name}@acme.example.com").pk for name in ("ada", "ben", "cleo"))

    assert approvers >= {ada, ben, cleo}
    assert ben in owners
    assert (team.key, seated) == ("platform", {"Ben Approver", "Cleo Approver"})


def test_a_visitor_finds_something_to_decide(demo: Demo) -> None:
    """An empty inbox and a change without conflicts show nothing of what the product is for."""
    inboxes = {who: demo.get(who, "acme", "/approvals")[1]["items"] for who in ("ada", "ben", "cleo", "eve")}
    (policy,) = demo.get("vic", "acme", "/policies")[1]["items"]
    met = demo.get("eve", "acme", "/changes/CHG0000005/conflicts")[1]

    assert {who: [found["number"] for found in items] for who, items in inboxes.items()} == {
        "ada": [], "ben": ["CHG0000008"], "cleo": ["CHG0000008"], "eve": [],
    }  # fmt: skip
    assert (policy["key"], policy["active_version"], policy["newest_status"]) == ("shared_lists", 1, "active")
    ((conflict,), errors) = met["conflicts"], [found for found in met["findings"] if found["severity"] == "error"]
    assert (conflict["base"], conflict["theirs"], conflict["mine"]) == (
        "1 - Critical", "P1 - Critical", "1 - Work stands still",
    )  # fmt: skip
    assert (conflict["moved_by"]["number"], conflict["is_open"]) == ("CHG0000006", True)
    assert errors == []


def test_what_visitors_did_stays(demo: Demo) -> None:
    """``make up`` the next day: the change was withdrawn, the team left, a draft went on."""
    with scoped(tenant_scope("acme")), scope_transaction():
        (team,) = teams_of_tenant()
        waiting, drafted = (Change.objects.get(number=number) for number in ("CHG0000008", "CHG0000004"))
    ben, eve = (Principal.objects.get(email=f"{name}@acme.example.com") for name in ("ben", "eve"))
    with acting(ben):
        dispatch("team.remove_member", team.pk, principal_id=ben.pk)
        dispatch("change.withdraw", waiting.pk)
    with acting(eve):
        dispatch("change.stage_operation", drafted.pk, **AFFECTED_USERS)
    before = (_size(), demo.told["tokens"])

    call_command("load_demo", file=demo.file, verbosity=0)

    assert (_size(), demo.told["tokens"]) == before


def test_a_demo_of_an_earlier_release_gets_what_is_new(demo: Demo) -> None:
    """``make up`` after an upgrade: Ben was no Owner then, there were no teams, and nothing waited."""
    with scoped(tenant_scope("acme")), scope_transaction():
        (team,) = teams_of_tenant()
        TeamMember.objects.filter(team=team).delete()
        RoleAssignment.objects.filter(role__name="Owner", membership__principal__name="Ben Approver").delete()
        Change.objects.filter(title=story.WAITS).update(title="Something else")

    call_command("load_demo", file=demo.file, verbosity=0)

    test_production_can_be_approved(demo)
    assert [found["number"] for found in demo.get("ben", "acme", "/approvals")[1]["items"]] == ["CHG0000009"]


def test_globex_sees_nothing_of_acme(demo: Demo) -> None:
    """The second tenant is there to show the wall; it must not show a hole."""
    with scoped(tenant_scope("acme")), scope_transaction():
        incident = Head.objects.get(key="incident").definition_id

    assert demo.get("gil", "acme", "/projects")[0] == 404
    assert demo.get("gil", "globex", f"/record-types/{incident}")[0] == 404
    assert demo.get("gil", "globex", "/changes/CHG0000001")[0] == 404
    assert [project["key"] for project in demo.get("gil", "globex", "/projects")[1]["items"]] == ["facilities"]
    assert demo.get("gil", "globex", "/record-types")[1]["items"] == []
    assert demo.get("eve", "globex", "/projects")[0] == 404


def _load_killed(at: int, file: Path) -> int:
    """The exit code of a load in a process of its own."""
    given = connection.settings_dict
    login = f"{quote(given['USER'])}:{quote(given['PASSWORD'])}"
    url = f"postgresql://{login}@{given['HOST']}:{given['PORT']}/{given['NAME']}"
    done = subprocess.run(
        [sys.executable, "-m", "tests.services.console.killed", str(at), str(file)],
        cwd=ROOT, env={**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings.test", "DATABASE_URL": url},
        capture_output=True, timeout=120, check=False,
    )  # fmt: skip
    return done.returncode


def _size() -> tuple[int, ...]:
    counts = [Principal.objects.count(), Token.objects.count()]
    for slug in ("platform", "acme", "globex"):
        with scoped(tenant_scope(slug)), scope_transaction():
            counts.append(CommandRecord.objects.count())
    return tuple(counts)
