"""The house rules a machine can read: where a line lives, how long a file is, what no file says."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LONGEST = 400
ROOMS_WITHOUT_A_SUBJECT = {"utils", "util", "helpers", "helper", "common", "manager", "managers", "base", "misc"}
# Written by programs, or by others.
FOREIGN = {"requirements.lock", "requirements-run.lock", "openapi.yaml"}


def committed() -> list[Path]:
    """Every file of the work tree that Git knows or would take."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return [path for path in map(ROOT.joinpath, listed.stdout.splitlines()) if path.is_file()]


def texts(*suffixes: str) -> list[tuple[Path, str]]:
    return [
        (path.relative_to(ROOT), path.read_text())
        for path in committed()
        if path.suffix in suffixes and path.name not in FOREIGN
    ]


def test_every_import_contract_holds():
    ran = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert ran.returncode == 0, ran.stdout[-4000:] + ran.stderr[-2000:]


def test_every_app_stands_in_the_street_and_has_its_stairs_checked():
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())
    contracts = {contract["id"]: contract for contract in settings["tool"]["importlinter"]["contracts"]}
    apps = {path.parent.name for path in (ROOT / "apps").glob("*/__init__.py")}
    street = set(re.findall(r"\w+", " ".join(contracts["street"]["layers"])))
    stairs = {name.removeprefix("apps.") for name in contracts["stairs"]["containers"]}

    assert apps - street == set()
    assert apps - stairs == {"kernel", "console"}


def test_no_file_is_longer_than_a_person_reads():
    long = {
        str(path): text.count("\n")
        for path, text in texts(".py", ".html", ".css", ".js", ".sh")
        if not {"vendor", "migrations"} & set(path.parts)
    }

    assert {path: lines for path, lines in long.items() if lines > LONGEST} == {}


def test_no_room_in_apps_is_named_after_nothing():
    named = {path for path, _ in texts(".py") if path.parts[0] == "apps" and path.stem in ROOMS_WITHOUT_A_SUBJECT}

    assert named == set()


@pytest.mark.parametrize(
    ("what", "pattern"),
    [
        ("a deferred thought", r"\b(TODO|FIXME|XXX|HACK)\b"),
        ("a place of one machine", r"(?<![\w.])/(?:root|home|work|Users)/"),
    ],
)
def test_no_file_says(what, pattern):
    found = [
        f"{path}:{number}: {line.strip()}"
        for path, text in texts(".py", ".html", ".js", ".css", ".md", ".toml", ".yaml", ".yml", ".sh", ".sql")
        for number, line in enumerate(text.splitlines(), 1)
        if re.search(pattern, line) and path != Path(__file__).relative_to(ROOT)
    ]

    assert found == [], what


def test_the_lock_is_hashed_names_no_host_and_has_one_state_machine_library():
    lock = (ROOT / "requirements.lock").read_text()
    pins = re.findall(r"^([a-z0-9][a-z0-9.-]*)==", lock, re.MULTILINE)

    assert pins
    assert "://" not in lock
    assert len(re.findall(r"^[a-z0-9].*== *\S+ \\$", lock, re.MULTILINE)) == len(pins), "each pin is followed by hashes"
    assert "django-fsm" not in pins, "it would overwrite django-fsm-2, which has the same import name"
    assert "django-fsm-2" in pins


@pytest.mark.parametrize("name", ["requirements", "requirements-run"])
def test_every_wish_of_the_requirements_is_locked(name):
    wished = re.findall(r"^([a-z0-9][a-z0-9-]*)", (ROOT / f"{name}.in").read_text(), re.MULTILINE)
    pins = set(re.findall(r"^([a-z0-9][a-z0-9.-]*)==", (ROOT / f"{name}.lock").read_text(), re.MULTILINE))

    assert set(wished) - pins == set()


def test_what_the_image_installs_is_what_the_tests_ran_on():
    tried = (ROOT / "requirements.lock").read_text().splitlines()
    installed = (ROOT / "requirements-run.lock").read_text().splitlines()

    assert installed
    assert set(installed) - set(tried) == set()
