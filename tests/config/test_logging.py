"""What the log says, and what it must never say."""

import json
import logging
import logging.config

import pytest
import structlog

from config.env import load
from config.settings.parts import logging as part
from tests.config.test_env import GOOD


@pytest.fixture
def lines(capsys):
    """Log through a fresh configuration; afterwards the suite's own is back."""
    kept = structlog.get_config()
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level

    def configure(log_format):
        logging.config.dictConfig(part.settings(load({**GOOD, "LOG_FORMAT": log_format}))["LOGGING"])
        return written

    def written():
        return capsys.readouterr().err.splitlines()

    yield configure
    structlog.configure(**kept)
    root.handlers[:], root.level = handlers, level
    structlog.contextvars.clear_contextvars()


def test_every_line_carries_the_correlation_id_whoever_wrote_it(lines):
    read = lines("json")
    structlog.contextvars.bind_contextvars(correlation_id="c-1")
    structlog.get_logger("ours").info("change.merged", number="CHG0000012")
    logging.getLogger("theirs").warning("slow %s", "query")

    ours, theirs = (json.loads(line) for line in read())

    assert (ours["event"], ours["number"], ours["correlation_id"]) == ("change.merged", "CHG0000012", "c-1")
    assert (theirs["event"], theirs["level"], theirs["correlation_id"]) == ("slow query", "warning", "c-1")


@pytest.mark.parametrize("log_format", ["json", "console"])
def test_a_traceback_shows_no_local_values(lines, log_format):
    read = lines(log_format)

    def sign_in(password):
        raise ValueError("wrong")

    try:
        sign_in("hunter2" * 3)
    except ValueError:
        structlog.get_logger("ours").exception("login.failed")

    text = "\n".join(read())
    assert "login.failed" in text
    assert "ValueError" in text
    assert "hunter2hunter2" not in text
