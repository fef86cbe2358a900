"""What a browser may do with our pages, and whom we believe to be the client."""

import pytest
from django.test import RequestFactory

from apps.kernel.api.security import client_address
from config.env import load
from config.settings.base import compose
from tests.config.test_env import GOOD


def policy(answer):
    return dict(part.strip().split(" ", 1) for part in answer["Content-Security-Policy"].split(";"))


@pytest.mark.django_db
def test_the_admin_may_evaluate_and_style_but_runs_no_inline_script(client):
    given = policy(client.get("/admin/login/"))

    assert given["script-src"] == "'self' 'unsafe-eval'"
    assert given["style-src"] == "'self' 'unsafe-inline'"
    assert given["default-src"] == "'none'"


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/healthz", "/api/v1/changes", "/nowhere", "/static/nowhere.css"])
def test_everything_else_has_neither_exception(client, path):
    given = policy(client.get(path))

    assert "unsafe" not in " ".join(given.values())
    assert given["script-src"] == "'self'"
    assert given["frame-ancestors"] == "'none'"


@pytest.mark.django_db
def test_nothing_under_api_sets_a_cookie(client):
    client.get("/admin/login/")  # a cookie is there to be renewed

    for path in ("/api/v1/changes", "/api/schema", "/api/nowhere"):
        assert not client.get(path).cookies


@pytest.mark.parametrize(
    ("proxies", "forwarded", "expected"),
    [
        (0, "203.0.113.9", "10.0.0.1"),  # nobody is trusted: a header is a claim
        (1, "203.0.113.9", "203.0.113.9"),
        (1, "6.6.6.6, 203.0.113.9", "203.0.113.9"),  # the first was written by the client
        (2, "6.6.6.6, 203.0.113.9, 10.0.0.2", "203.0.113.9"),
        (2, "203.0.113.9", "10.0.0.1"),  # fewer hops than proxies: somebody went around them
        (1, None, "10.0.0.1"),
    ],
)
def test_the_client_is_as_many_hops_back_as_proxies_are_trusted(settings, proxies, forwarded, expected):
    settings.TRUSTED_PROXIES = proxies
    headers = {"X-Forwarded-For": forwarded} if forwarded else {}

    assert client_address(RequestFactory(headers=headers).get("/", REMOTE_ADDR="10.0.0.1")) == expected


def test_production_insists_on_tls_and_argon2():
    given = compose(load(GOOD))

    assert given["SECURE_SSL_REDIRECT"]
    assert given["SECURE_HSTS_SECONDS"] >= 31_536_000
    assert (given["SESSION_COOKIE_SECURE"], given["CSRF_COOKIE_SECURE"]) == (True, True)
    assert given["PASSWORD_HASHERS"] == ["django.contrib.auth.hashers.Argon2PasswordHasher"]
    assert given["DEBUG"] is False
    assert given["DATABASES"]["default"]["ATOMIC_REQUESTS"] is False
    assert given["DATABASES"]["default"]["OPTIONS"]["pool"]["timeout"] == 5
    assert given["DATABASES"]["default"]["OPTIONS"]["sslmode"] == "require"
