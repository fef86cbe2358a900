"""An operator is told what is missing and how to mend it."""

from io import StringIO

import pytest
from django.conf import settings as project
from django.core.management import CommandError, call_command

from apps.kernel.management.commands import preflight
from tests.database import become

STRONG = "kX3vQ9-bW7mLz_TfR2aYc8NpEu5HsJd4GoVi6B0tCwZq"


def told(check):
    return [(report.level, report.subject) for report in check()]


@pytest.fixture
def strong(settings):
    settings.SECRET_KEY, settings.TOKEN_KEY = STRONG, STRONG[::-1]


@pytest.mark.django_db
def test_a_sound_deployment_passes(strong):
    output = StringIO()

    call_command("preflight", stdout=output)

    lines = output.getvalue().splitlines()
    assert "ok    app role: ec3l_app owns nothing and passes no wall" in lines
    assert "ok    roles: owner, app, backup and dispatcher have their rights" in lines
    assert "ok    migrations: are applied" in lines
    assert not [line for line in lines if line.startswith("wrong")]


@pytest.mark.django_db(transaction=True)
def test_serving_as_the_owner_is_refused(strong):
    app = {name: project.DATABASES["default"][name] for name in ("USER", "PASSWORD")}
    become(project.DATABASE_OWNER)
    try:
        (report,) = preflight.app_role()
    finally:
        become(app)

    assert report.level == "wrong"
    assert "ec3l_owner may make databases or roles, owns" in report.fact
    assert report.mend == "use ec3l_app of config/sql/roles.sql in DATABASE_URL"


def test_a_repetitive_secret_is_named_with_the_way_to_a_better_one(settings):
    settings.SECRET_KEY, settings.TOKEN_KEY = "ab" * 30, STRONG

    first, second = preflight.secrets()

    assert (first.level, first.subject, second.level) == ("wrong", "SECRET_KEY", "ok")
    assert "secrets.token_urlsafe" in first.mend


def test_a_former_key_is_noted_and_a_key_that_was_not_changed_is_refused(settings, strong):
    settings.SECRET_KEY_FALLBACKS, settings.TOKEN_KEY_FALLBACKS = [STRONG], [STRONG]

    assert told(preflight.secrets) == [
        ("ok", "SECRET_KEY"),
        ("wrong", "SECRET_KEY_FALLBACKS"),
        ("ok", "TOKEN_KEY"),
        ("note", "TOKEN_KEY_FALLBACKS"),
    ]


def test_an_unreachable_database_ends_only_its_own_part(monkeypatch, strong):
    monkeypatch.setitem(project.DATABASES["default"], "PORT", "1")

    found = told(preflight.reports)

    assert ("wrong", "database") in found
    assert ("wrong", "owner") in found
    assert ("ok", "broker") in found
    assert "migrations" not in [subject for _, subject in found]


def test_an_unreachable_broker_is_named(settings):
    settings.CELERY_BROKER_URL = "redis://127.0.0.1:1/0"

    assert told(preflight.broker) == [("wrong", "broker")]


def test_production_without_collected_files_or_mail_is_told_so(settings, tmp_path):
    settings.ENVIRONMENT, settings.WHITENOISE_USE_FINDERS, settings.STATIC_ROOT = "production", False, tmp_path
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"

    assert told(preflight.static_files) == [("wrong", "static files")]
    assert told(preflight.mail) == [("note", "mail")]


@pytest.mark.django_db
def test_anything_wrong_fails_the_command(settings, strong):
    settings.CELERY_BROKER_URL = "redis://127.0.0.1:1/0"

    with pytest.raises(CommandError, match="1 to mend"):
        call_command("preflight", stdout=StringIO())


def test_the_roles_are_printed_without_any_server():
    output = StringIO()

    call_command("preflight", "--sql", stdout=output)

    assert "CREATE ROLE ec3l_dispatcher" in output.getvalue()
    assert "GRANT CREATE ON SCHEMA public TO ec3l_dispatcher" in output.getvalue()
