"""The embedded servers: made, reused, mended after a crash, stopped in order, and private."""

import os
import signal
import socket
import stat
import subprocess
import sys
import time

import psutil
import psycopg
import pytest
import redis

from config.local import binaries, postgres, valkey
from config.local.account import Account, service_account
from config.local.addresses import POSTGRES_STATE, VALKEY_STATE, postgres_url, settings_of
from config.local.errors import LaunchError
from config.local.processes import find, write_pid
from config.local.servers import Servers
from config.local.state import Profile, Users, read_json, secrets_of, write_json


@pytest.fixture
def profile(tmp_path):
    """A profile in a directory that only we may enter: the hardest place for root to start PostgreSQL in."""
    root = tmp_path / "private"
    root.mkdir(mode=0o700)
    made = Profile("test", root)
    yield made
    made.remove()


@pytest.fixture
def servers(profile):
    made = Servers(profile)
    made.start()
    yield made
    made.stop()


def postmaster(servers):
    return int((servers.postgres.data / "postmaster.pid").read_text().splitlines()[0])


def wait_until(fact, seconds=10):
    limit = time.monotonic() + seconds
    while not fact():
        assert time.monotonic() < limit, "it did not happen in time"
        time.sleep(0.02)


def test_started_servers_serve_the_app_role_and_stop_without_a_trace(profile):
    servers = Servers(profile)
    servers.start()
    addresses = settings_of(profile)
    with psycopg.connect(addresses["database_url"]) as connection:
        row = connection.execute("SELECT current_user, current_setting('is_superuser')").fetchone()
    broker = redis.Redis.from_url(addresses["redis_url"])
    pids = [postmaster(servers), find(profile.path(valkey.PID)).pid]

    assert row == ("ec3l_app", "off")
    assert broker.ping()

    broker.close()
    servers.stop()

    assert servers.status() == {"postgres": False, "valkey": False}
    wait_until(lambda: not any(psutil.pid_exists(pid) for pid in pids))


def test_the_four_roles_have_exactly_their_rights(servers):
    with servers.postgres.connect("ec3l") as connection:
        roles = connection.execute(
            "SELECT rolname, rolcanlogin, rolsuper, rolcreatedb, rolcreaterole, rolbypassrls"
            " FROM pg_roles WHERE rolname LIKE 'ec3l%' ORDER BY rolname"
        ).fetchall()
        app_may_create = connection.execute(
            "SELECT has_schema_privilege('ec3l_app', 'public', 'CREATE'),"
            " has_database_privilege('ec3l_app', 'ec3l', 'CREATE')"
        ).fetchone()

    assert roles == [
        ("ec3l_app", True, False, False, False, False),
        ("ec3l_backup", True, False, False, False, True),
        ("ec3l_dispatcher", False, False, False, False, False),
        ("ec3l_owner", True, False, True, False, False),
    ]
    assert app_may_create == (False, False)


def test_nobody_gets_in_without_a_password(servers):
    port = read_json(servers.profile.path(POSTGRES_STATE))["port"]

    with pytest.raises(psycopg.OperationalError, match="no password supplied"):
        psycopg.connect(f"postgresql://postgres@127.0.0.1:{port}/postgres")
    broker = read_json(servers.profile.path(VALKEY_STATE))["port"]
    with redis.Redis(port=broker) as client, pytest.raises(redis.AuthenticationError):
        client.ping()


def test_passwords_are_readable_by_us_alone_and_parents_keep_their_modes(servers):
    for name in (POSTGRES_STATE, VALKEY_STATE):
        assert stat.S_IMODE(servers.profile.path(name).stat().st_mode) == 0o600
    assert stat.S_IMODE(servers.profile.root.stat().st_mode) == 0o700


def test_a_second_start_uses_the_servers_that_run(servers):
    before = postmaster(servers)
    again = Servers(servers.profile)

    again.start()

    assert postmaster(again) == before
    again.release()
    assert servers.status() == {"postgres": True, "valkey": True}


def test_the_last_user_stops_them_unless_they_were_started_to_stay(profile):
    kept, passing = Servers(profile), Servers(profile)
    kept.start()
    kept.keep()
    passing.start()
    kept.release()
    passing.release()
    assert passing.status() == {"postgres": True, "valkey": True}

    kept.stop()
    assert passing.status() == {"postgres": False, "valkey": False}


def test_committed_data_survives_a_crash_and_stale_pid_files_are_cleared(profile):
    servers = Servers(Profile("local", profile.root))
    servers.start()
    with psycopg.connect(settings_of(servers.profile)["database_owner_url"], autocommit=True) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 1 AS row")
    assert servers.died() == []
    os.kill(postmaster(servers), signal.SIGKILL)
    os.kill(find(servers.profile.path(valkey.PID)).pid, signal.SIGKILL)
    wait_until(lambda: servers.status() == {"postgres": False, "valkey": False})
    wait_until(lambda: servers.died() == ["PostgreSQL", "Valkey"])

    mended = Servers(servers.profile)
    mended.start()

    with psycopg.connect(settings_of(servers.profile)["database_owner_url"]) as connection:
        assert connection.execute("SELECT count(*) FROM kept").fetchone() == (1,)
    mended.remove()


def test_a_pid_file_of_another_program_is_not_believed(profile):
    profile.prepare()
    path = profile.path("web.pid")
    write_json(path, {"pid": os.getpid(), "born": 1.0})

    assert find(path) is None
    assert not path.exists()


def test_a_pid_file_of_the_same_process_is_believed(profile):
    profile.prepare()
    path = profile.path("web.pid")
    write_pid(path, os.getpid())

    assert find(path).pid == os.getpid()


def test_a_taken_port_is_left_to_its_owner(servers):
    port = read_json(servers.profile.path(POSTGRES_STATE))["port"]
    servers.stop()
    with socket_on(port):
        again = Servers(servers.profile)
        again.start()

        assert read_json(servers.profile.path(POSTGRES_STATE))["port"] != port
        assert again.status()["postgres"]


def socket_on(port):
    taken = socket.socket()
    taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    taken.bind(("127.0.0.1", port))
    taken.listen()
    return taken


def test_servers_tied_to_us_die_with_us_even_by_kill(profile):
    script = (
        "import sys, time; from pathlib import Path\n"
        "from config.local.servers import Servers; from config.local.state import Profile\n"
        "Servers(Profile('test', Path(sys.argv[1]))).start(die_with_us=True)\n"
        "print('up', flush=True); time.sleep(60)"
    )
    process = subprocess.Popen([sys.executable, "-c", script, str(profile.root)], stdout=subprocess.PIPE)
    assert process.stdout.readline() == b"up\n"
    servers = Servers(profile)
    pids = [postmaster(servers), find(profile.path(valkey.PID)).pid]

    process.kill()
    process.wait()
    process.stdout.close()

    wait_until(lambda: not any(psutil.pid_exists(pid) for pid in pids), 15)


def test_missing_programs_are_an_error_that_says_what_to_do(profile, monkeypatch, tmp_path):
    monkeypatch.setattr(binaries.importlib.util, "find_spec", lambda name: None)
    monkeypatch.setattr(binaries, "_system", list)

    with pytest.raises(LaunchError, match="Run `make venv`, set PG_BIN"):
        binaries.postgres_directory(Account(), tmp_path)


def test_durable_data_without_its_passwords_is_never_thrown_away(profile):
    durable = Profile("local", profile.root)
    server = postgres.Postgres(durable)
    server.data.mkdir(parents=True)
    (server.data / "PG_VERSION").write_text("18")

    with pytest.raises(LaunchError, match=r"passwords .* are gone"):
        server.start()

    assert (server.data / "PG_VERSION").exists()
    durable.remove()


def test_a_damaged_state_file_is_named(profile):
    profile.prepare()
    profile.path(POSTGRES_STATE).write_text("{")

    with pytest.raises(LaunchError, match="is damaged"):
        postgres_url(profile, "ec3l_app", "ec3l")


def test_the_keys_of_a_machine_are_made_once(tmp_path):
    first = secrets_of(tmp_path)

    assert secrets_of(tmp_path) == first
    assert first["secret_key"] != first["token_key"]
    assert stat.S_IMODE((tmp_path / ".local" / "secrets.json").stat().st_mode) == 0o600


def test_users_are_counted_by_locks_that_die_with_their_process(profile):
    one, other = Users(profile), Users(profile)
    one.join()
    other.join()

    assert one.leave() is False
    assert other.leave() is True


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has another account to become")
def test_root_never_runs_postgres_itself():
    assert service_account().uid not in (None, 0)
