"""The environment's one reader: an operator mends a deployment in one go."""

import pytest

from config.env import BadEnvironment, load

SECRET, TOKEN = "s" * 40, "t" * 40
GOOD = {
    "SECRET_KEY": SECRET,
    "TOKEN_KEY": TOKEN,
    "DATABASE_URL": "postgresql://ec3l_app:p%40ss@db.internal:6432/ec3l?sslmode=require",
    "REDIS_URL": "rediss://:secret@broker.internal:6380/0",
    "ALLOWED_HOSTS": "ec3l.example.org, admin.example.org",
    "BASE_URL": "https://ec3l.example.org",
}


def problems(**changed: str) -> list[str]:
    with pytest.raises(BadEnvironment) as refused:
        load({**GOOD, **changed})
    return [line.split(":", 1)[0] for line in refused.value.problems]


def test_a_full_environment_is_typed():
    env = load(GOOD)

    assert (env.database_url.user, env.database_url.password, env.database_url.port) == ("ec3l_app", "p@ss", 6432)
    assert env.allowed_hosts == ("ec3l.example.org", "admin.example.org")
    assert env.database_owner_url is None
    assert env.environment == "production"


def test_everything_missing_or_bad_is_named_at_once():
    with pytest.raises(BadEnvironment) as refused:
        load({"DATABASE_URL": "mysql://x", "LOG_LEVEL": "loud", "DATABASE_POOL_SIZE": "0"})

    assert [line.split(":", 1)[0] for line in refused.value.problems] == [
        "SECRET_KEY",
        "TOKEN_KEY",
        "DATABASE_URL",
        "DATABASE_POOL_SIZE",
        "REDIS_URL",
        "LOG_LEVEL",
        "ALLOWED_HOSTS",
        "BASE_URL",
    ]
    assert "SECRET_KEY: is missing (signs sessions and cursors)" in refused.value.problems


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ({"ALLOWED_HOSTS": "*"}, "ALLOWED_HOSTS: must name the hosts of the site in production"),
        ({"BASE_URL": "http://ec3l.example.org"}, "BASE_URL: must begin with https:// in production"),
        ({"HEADER_IDENTITY": "1"}, "HEADER_IDENTITY: is for local demos and is refused in production"),
        ({"DEBUG": "1"}, "DEBUG: shows the code to visitors and is refused in production"),
        ({"TOKEN_KEY": SECRET}, "TOKEN_KEY: must differ from SECRET_KEY"),
    ],
)
def test_production_refuses_what_only_a_demo_may_do(changed, named):
    with pytest.raises(BadEnvironment) as refused:
        load({**GOOD, **changed})

    assert list(refused.value.problems) == [named]


def test_two_demo_settings_in_production_are_both_named():
    assert len(problems(DEBUG="1", ALLOWED_HOSTS="*")) == 2


def test_no_variable_turns_production_into_something_weaker():
    assert load({**GOOD, "ENVIRONMENT": "development"}).environment == "production"


def test_a_short_secret_is_refused_without_being_shown():
    with pytest.raises(BadEnvironment) as refused:
        load({**GOOD, "SECRET_KEY": "tellnobody"})

    assert "tellnobody" not in str(refused.value)


def test_former_keys_are_a_list_and_as_long_as_the_present_one():
    assert load({**GOOD, "TOKEN_KEY_FALLBACKS": f"{SECRET}, {SECRET[::-1]}"}).token_key_fallbacks == (SECRET, SECRET)
    with pytest.raises(BadEnvironment) as refused:
        load({**GOOD, "SECRET_KEY_FALLBACKS": "tellnobody"})

    (problem,) = refused.value.problems
    assert problem.startswith("SECRET_KEY_FALLBACKS: ")
    assert "tellnobody" not in problem


def test_a_password_does_not_reach_a_log_through_repr():
    assert "p@ss" not in repr(load(GOOD).database_url)
    assert "p%40ss" not in repr(load(GOOD).database_url)


def test_a_database_of_your_own_does_not_get_the_owner_of_another():
    assert load(GOOD, database_owner_url="postgresql://ec3l_owner@127.0.0.1:1/ec3l").database_owner_url is None


def test_what_the_environment_says_wins_over_a_fallback():
    assert load(GOOD, log_level="DEBUG").log_level == "DEBUG"
    assert load({**GOOD, "LOG_LEVEL": "ERROR"}, log_level="DEBUG").log_level == "ERROR"
