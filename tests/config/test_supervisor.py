"""The parts of ``make up`` live and end together, and speak readably."""

import io
import os
import signal
import subprocess
import sys
import time

import psutil
import pytest

from config.local import up
from config.local.errors import LaunchError
from config.local.processes import find, write_pid
from config.local.state import Profile
from config.local.supervisor import Part, Supervisor, end_left_overs, pid_path

FAMILY = (
    "import subprocess, sys, time\n"
    "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'])\n"
    "print(f'child {child.pid}', flush=True); time.sleep(60)"
)


def python(code):
    return [sys.executable, "-u", "-c", code]


def start_supervisor(profile, codes):
    """A supervisor in a process of its own, which says READY once its parts run."""
    script = f"""
import os, sys
from pathlib import Path
from config.local.state import Profile
from config.local.supervisor import Part, Supervisor

parts = [Part(name, [sys.executable, "-u", "-c", code]) for name, code in {codes!r}.items()]
supervisor = Supervisor(Profile("local", Path(sys.argv[1])), parts, os.environ)
sys.exit(supervisor.run(lambda: True, lambda: print("READY", flush=True)))
"""
    return subprocess.Popen([*python(script), str(profile.root)], stdout=subprocess.PIPE, text=True)


def supervise(profile, parts, ready=lambda: True, announce=lambda: None, died=tuple):
    output = io.StringIO()
    code = Supervisor(profile, parts, dict(os.environ), output).run(ready, announce, died)
    return code, output.getvalue().splitlines()


@pytest.fixture
def profile(tmp_path):
    made = Profile("local", tmp_path)
    made.prepare()
    return made


def gone(pid, seconds=10):
    limit = time.monotonic() + seconds
    while time.monotonic() < limit:
        try:
            if psutil.Process(pid).status() == psutil.STATUS_ZOMBIE:
                return True
        except psutil.NoSuchProcess:
            return True
        time.sleep(0.02)
    return False


def test_a_part_that_ends_by_itself_takes_the_others_and_their_children_with_it(profile):
    parts = [Part("web", python(FAMILY)), Part("worker", python("import time; time.sleep(0.5); raise SystemExit(3)"))]

    code, lines = supervise(profile, parts)

    child = int(next(line for line in lines if "child" in line).rsplit(" ", 1)[1])
    assert code == 1
    assert "ec3l   | worker ended by itself with exit code 3; stopping the rest." in lines
    assert gone(parts[0].process.pid)
    assert gone(child)
    assert list(profile.directory.glob("*.pid")) == []


def test_a_server_that_dies_ends_the_parts_which_could_do_nothing_without_it(profile):
    parts = [Part("web", python("import time; time.sleep(60)"))]

    code, lines = supervise(profile, parts, died=lambda: ["PostgreSQL"])

    assert (code, lines) == (1, ["ec3l | PostgreSQL ended by itself; stopping the rest."])
    assert gone(parts[0].process.pid)


def test_a_part_that_ignores_the_request_is_killed(profile, monkeypatch):
    monkeypatch.setattr("config.local.supervisor.PATIENCE", 0.5)
    deaf = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf'); time.sleep(60)"
    parts = [Part("web", python(deaf)), Part("worker", python("import time; time.sleep(0.5)"))]

    supervise(profile, parts)

    assert gone(parts[0].process.pid)


def test_whole_lines_are_shown_behind_the_name_of_their_part(profile):
    parts = [
        Part("web", python("import sys; sys.stdout.write('half '); sys.stdout.flush(); print('line\\nlast', end='')"))
    ]

    _, lines = supervise(profile, parts)

    assert lines[:2] == ["web  | half line", "web  | last"]


def test_ctrl_c_stops_in_order_and_says_so(profile):
    process = start_supervisor(profile, {"web": FAMILY})
    child = read_child(process)

    process.send_signal(signal.SIGINT)
    rest, _ = process.communicate(timeout=20)

    assert process.returncode == 0
    assert "Stopping (SIGINT)." in rest
    assert gone(child)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends children when their parent is killed")
def test_a_killed_supervisor_leaves_no_part_behind(profile):
    quiet = "import time; time.sleep(60)"
    process = start_supervisor(profile, {"web": quiet, "beat": quiet})
    while process.stdout.readline() != "READY\n":
        pass
    pids = [find(pid_path(profile, name)).pid for name in ("web", "beat")]

    process.kill()
    process.wait()
    process.stdout.close()

    assert all(gone(pid) for pid in pids)


def read_child(process):
    while True:
        line = process.stdout.readline()
        if "child" in line:
            return int(line.rsplit(" ", 1)[1])


def test_parts_left_behind_are_ended_by_the_next_start(profile):
    orphan = subprocess.Popen(python("import time; time.sleep(60)"))
    write_pid(pid_path(profile, "worker"), orphan.pid)

    assert end_left_overs(profile, up.PARTS) == ["worker"]
    assert gone(orphan.pid)
    orphan.wait()
    assert find(pid_path(profile, "worker")) is None


def test_a_second_up_is_refused_while_the_first_lives(profile):
    write_pid(pid_path(profile, up.SUPERVISOR), os.getpid())

    with pytest.raises(LaunchError, match="runs already"):
        up.up(profile)

    assert find(pid_path(profile, up.SUPERVISOR)).pid == os.getpid()
