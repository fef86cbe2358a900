"""A poke from anywhere reaches the broker of the settings."""

import subprocess
import sys

from config.local.state import ROOT


def test_a_plain_command_has_the_application_as_the_default_one():
    """Without it a task sent from a command or the web goes to a broker nobody runs, after seconds of trying."""
    script = "from celery import current_app; print(current_app.main, current_app.conf.task_default_queue)"

    ran = subprocess.run(
        [sys.executable, "manage.py", "shell", "--no-imports", "-c", script],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )

    assert ran.stdout.split() == ["ec3l", "work"]
