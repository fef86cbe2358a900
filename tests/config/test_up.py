"""``make up`` as a person uses it, from the outside."""

import signal
import subprocess
import sys
import time

import psutil
import pytest

from config.local.state import Profile
from config.local.supervisor import pid_path

STARTER = """
import sys
from pathlib import Path
from config.local import up
from config.local.__main__ import main
from config.local.state import Profile

sys.exit(main(["up"], root=Path(sys.argv[1])))
"""


@pytest.mark.parametrize("with_signal", [signal.SIGINT, signal.SIGTERM])
def test_a_stop_before_it_is_ready_leaves_nothing_behind(tmp_path, with_signal):
    """The signal arrives while the servers start: the earliest a person can change their mind."""
    profile = Profile("local", tmp_path)
    process = subprocess.Popen(
        [sys.executable, "-c", STARTER, str(tmp_path)],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        # As a shell starts what it runs in the background.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_IGN),
    )
    limit = time.monotonic() + 30
    while not pid_path(profile, "supervisor").exists():
        assert time.monotonic() < limit
        time.sleep(0.02)
    time.sleep(0.3)

    process.send_signal(with_signal)
    said, _ = process.communicate(timeout=60)

    assert process.returncode == 130, said
    assert "Traceback" not in said
    left = [p for p in psutil.process_iter(["cmdline"]) if str(tmp_path) in " ".join(p.info["cmdline"] or [])]
    assert left == []
    assert list(profile.directory.glob("*.pid")) == []
    profile.remove()
    assert [path.name for path in tmp_path.iterdir()] == [".local"]
