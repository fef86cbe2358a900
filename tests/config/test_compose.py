"""``compose.yaml`` against the settings: nobody starts containers in the tests, but a misspelt variable starts none."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from config.env import VARIABLES, Env
from config.reference import PROGRAMS

ROOT = Path(__file__).resolve().parents[2]
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text())
OURS = {name: service for name, service in COMPOSE["services"].items() if service["image"] == "ec3l"}
KNOWN = {name.upper() for name in VARIABLES} | {name for name, *_ in PROGRAMS}
REQUIRED = {name.upper() for name in VARIABLES if Env.model_fields[name].is_required()} | {"ALLOWED_HOSTS", "BASE_URL"}


@pytest.mark.parametrize("name", OURS)
def test_a_part_gets_every_variable_it_needs_and_none_that_is_not_read(name):
    given = set(OURS[name]["environment"])

    assert set(OURS) == {"migrate", "web", "worker", "beat"}
    assert (given - KNOWN, REQUIRED - given) == (set(), set())


@pytest.mark.parametrize("name", ["web", "worker", "beat"])
def test_a_part_that_serves_knows_no_password_but_its_own(name):
    text = str(OURS[name]["environment"])

    assert "env_file" not in OURS[name]
    assert [secret for secret in ("OWNER", "SUPERUSER", "BACKUP") if secret in text] == []


def test_the_example_names_what_has_to_be_filled_in():
    named = {
        line.split("=")[0] for line in (ROOT / ".env.example").read_text().splitlines() if line and line[0] not in "# "
    }
    asked = {part.split("}")[0] for part in (ROOT / "compose.yaml").read_text().split("${")[1:]}

    assert {name.removesuffix(":?") for name in asked if name.endswith(":?")} <= named
    assert named <= {name.split(":")[0] for name in asked}
