"""``manage.py preflight``: what a deployment still lacks, and how to mend it."""

from __future__ import annotations

import time
from argparse import ArgumentParser
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import psycopg
import redis
from django.conf import settings
from django.core.cache import cache
from django.core.checks import WARNING, run_checks
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

MINIMUM_SERVER = 150000
STRONG_SECRET = 40
VARIED = 12
ROLES_SQL, DATABASE_SQL = "config/sql/roles.sql", "config/sql/database.sql"


@dataclass(frozen=True, slots=True)
class Report:
    """One fact: ``ok``, ``note`` (works, but is worth a look) or ``wrong``, with what to do about it."""

    level: Literal["ok", "note", "wrong"]
    subject: str
    fact: str
    mend: str = ""


class Command(BaseCommand):
    help = "Say what this deployment still lacks and how to mend it; exit code 1 when something is wrong."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--sql", action="store_true", help="print the SQL that makes roles and rights, and stop")

    def handle(self, *args: Any, sql: bool, **options: Any) -> None:
        if sql:
            for name in (ROLES_SQL, DATABASE_SQL):
                self.stdout.write((Path(settings.BASE_DIR) / name).read_text())
            return
        wrong = 0
        for report in reports():
            wrong += report.level == "wrong"
            self.stdout.write(f"{report.level:<6}{report.subject}: {report.fact}")
            if report.mend:
                self.stdout.write(f"      -> {report.mend}")
        if wrong:
            raise CommandError(f"{wrong} to mend before EC3L can run here.")


def reports() -> Iterator[Report]:
    """Every fact, in the order in which to mend them; a database nobody reaches ends the database's part."""
    yield from secrets()
    if (yield from reachable()):
        yield from app_role()
        yield from rights()
        yield from migrations()
    yield from owner_login()
    yield from broker()
    yield from static_files()
    yield from mail()
    yield from system_checks()


def secrets() -> Iterator[Report]:
    for name in ("SECRET_KEY", "TOKEN_KEY"):
        value: str = getattr(settings, name)
        if len(value) < STRONG_SECRET or len(set(value)) < VARIED:
            command = "python -c 'import secrets; print(secrets.token_urlsafe(48))'"
            yield Report("wrong", name, "is short or repetitive", f"set it to the output of: {command}")
        else:
            yield Report("ok", name, "is long and varied")
        former: list[str] = getattr(settings, f"{name}_FALLBACKS")
        if value in former:
            yield Report("wrong", f"{name}_FALLBACKS", f"has {name} itself", f"put the former key there, not {name}")
        elif former:
            yield Report(
                "note",
                f"{name}_FALLBACKS",
                f"{len(former)} former, still believed",
                "unset it when the overlap is over",
            )


def reachable() -> Generator[Report, None, bool]:
    """Yields one report; its return value says whether to go on."""
    given = settings.DATABASES["default"]
    try:
        with _login(given["USER"], given["PASSWORD"]) as direct:
            number, text = direct.info.server_version, direct.info.parameter_status("server_version")
    except psycopg.OperationalError as error:
        yield Report("wrong", "database", _first_line(error), "mend DATABASE_URL, or start the server it names")
        return False
    if number < MINIMUM_SERVER:
        yield Report("wrong", "database", f"PostgreSQL {text} is too old", "use PostgreSQL 15 or later")
        return False
    yield Report("ok", "database", f"PostgreSQL {text} answers")
    return True


def app_role() -> Iterator[Report]:
    """The app role owns nothing and passes no wall; anything more would make row-level security a decoration."""
    row = _row(
        "SELECT current_user, rolsuper, rolbypassrls, rolcreatedb OR rolcreaterole,"
        " (SELECT count(*) FROM pg_class WHERE relowner = pg_roles.oid),"
        " has_schema_privilege(current_user, 'public', 'CREATE') FROM pg_roles WHERE rolname = current_user"
    )
    name, superuser, bypasses, makes, owned, creates = row
    faults = [
        text
        for wrong, text in (
            (superuser, "is a superuser"),
            (bypasses, "passes row-level security"),
            (makes, "may make databases or roles"),
            (owned, f"owns {owned} tables or indexes"),
            (creates, "may create in schema public"),
        )
        if wrong
    ]
    if faults:
        yield Report("wrong", "app role", f"{name} {', '.join(faults)}", f"use ec3l_app of {ROLES_SQL} in DATABASE_URL")
    else:
        yield Report("ok", "app role", f"{name} owns nothing and passes no wall")


def rights() -> Iterator[Report]:
    missing = _row(
        "SELECT array(SELECT name FROM unnest(ARRAY['ec3l_owner', 'ec3l_app', 'ec3l_backup', 'ec3l_dispatcher'])"
        " AS name WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name))"
    )[0]
    if missing:
        yield Report("wrong", "roles", f"missing: {', '.join(missing)}", f"run {ROLES_SQL} as a superuser")
        return
    member, creates = _row(
        "SELECT pg_has_role('ec3l_owner', 'ec3l_dispatcher', 'MEMBER'),"
        " has_schema_privilege('ec3l_dispatcher', 'public', 'CREATE')"
    )
    if not member:
        yield Report("wrong", "roles", "ec3l_owner is no member of ec3l_dispatcher", f"run {ROLES_SQL} as a superuser")
    elif not creates:
        yield Report(
            "wrong", "rights", "ec3l_dispatcher may not own functions here", f"run {DATABASE_SQL} as the owner"
        )
    else:
        yield Report("ok", "roles", "owner, app, backup and dispatcher have their rights")


def owner_login() -> Iterator[Report]:
    owner = settings.DATABASE_OWNER
    if owner is None:
        yield Report("note", "owner", "DATABASE_OWNER_URL is unset, so `migrate` cannot run here")
        return
    try:
        _login(owner["USER"], owner["PASSWORD"]).close()
    except psycopg.OperationalError as error:
        yield Report("wrong", "owner", _first_line(error), "mend DATABASE_OWNER_URL")
        return
    yield Report("ok", "owner", f"{owner['USER']} can log in")


def migrations() -> Iterator[Report]:
    executor = MigrationExecutor(connection)
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if waiting:
        yield Report("wrong", "migrations", f"{len(waiting)} are waiting", "run: python manage.py migrate")
    else:
        yield Report("ok", "migrations", "are applied")


def broker() -> Iterator[Report]:
    client = redis.Redis.from_url(settings.CELERY_BROKER_URL, socket_connect_timeout=3, socket_timeout=3)
    try:
        client.ping()
        beat = cache.get(settings.WORKER_HEARTBEAT_KEY)
    except redis.RedisError as error:
        yield Report("wrong", "broker", str(error) or type(error).__name__, "mend REDIS_URL, or start the server")
        return
    finally:
        client.close()
    yield Report("ok", "broker", "answers")
    if beat is None or time.time() - float(beat) > settings.WORKER_HEARTBEAT_SECONDS:
        yield Report("note", "worker", "none was seen lately", "start: celery -A config.celery:app worker, and beat")
    else:
        yield Report("ok", "worker", "works")


def static_files() -> Iterator[Report]:
    if settings.WHITENOISE_USE_FINDERS:
        yield Report("ok", "static files", "are served from where they lie")
    elif (Path(settings.STATIC_ROOT or "") / "staticfiles.json").exists():
        yield Report("ok", "static files", "are collected")
    else:
        yield Report("wrong", "static files", "were not collected", "run: python manage.py collectstatic --no-input")


def mail() -> Iterator[Report]:
    if settings.ENVIRONMENT == "production" and settings.EMAIL_BACKEND.endswith("console.EmailBackend"):
        yield Report(
            "note", "mail", "invitations go to the log only", "set EMAIL_URL=smtp+tls://user:password@host:587"
        )


def system_checks() -> Iterator[Report]:
    production = settings.ENVIRONMENT == "production"
    found = [
        message
        for message in run_checks(include_deployment_checks=production)
        if message.level >= WARNING and not message.is_silenced()
    ]
    for message in found:
        level: Literal["note", "wrong"] = "wrong" if message.is_serious() else "note"
        yield Report(level, message.id or "check", str(message.msg), str(message.hint or ""))
    if not found:
        yield Report("ok", "checks", "Django's own checks find nothing")


def _row(query: str) -> tuple[Any, ...]:
    with connection.cursor() as cursor:
        cursor.execute(query)
        row: tuple[Any, ...] = cursor.fetchone()
    return row


def _login(user: str, password: str) -> psycopg.Connection[tuple[Any, ...]]:
    """Past the pool, which would tell only that it waited."""
    given = settings.DATABASES["default"]
    options = {name: value for name, value in given["OPTIONS"].items() if name != "pool"}
    return psycopg.connect(
        host=given["HOST"], port=given["PORT"] or None, dbname=given["NAME"], user=user, password=password, **options
    )


def _first_line(error: Exception) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0]
