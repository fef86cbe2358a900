"""How to reach the servers of a profile: read from its state files, without any of the machinery that runs them."""

from __future__ import annotations

from urllib.parse import quote

from config.local.state import DATABASE, Profile, read_json, secrets_of

POSTGRES_STATE = "postgres.json"
VALKEY_STATE = "valkey.json"
# Addresses nobody answers, so that commands without a database work before the servers were ever made.
NOT_MADE = {
    "database_url": f"postgresql://ec3l_app@127.0.0.1:1/{DATABASE}",
    "database_owner_url": f"postgresql://ec3l_owner@127.0.0.1:1/{DATABASE}",
    "redis_url": "redis://127.0.0.1:1/0",
}


def postgres_url(profile: Profile, role: str, database: str = DATABASE) -> str | None:
    """How ``role`` reaches ``database``, or None when the cluster was never made."""
    state = read_json(profile.path(POSTGRES_STATE))
    if not state:
        return None
    return f"postgresql://{role}:{quote(state['passwords'][role], safe='')}@127.0.0.1:{state['port']}/{database}"


def valkey_url(profile: Profile) -> str | None:
    """How to reach the broker, or None when it was never made."""
    state = read_json(profile.path(VALKEY_STATE))
    return f"redis://:{quote(state['password'], safe='')}@127.0.0.1:{state['port']}/0" if state else None


def settings_of(profile: Profile) -> dict[str, str]:
    """The environment that the profile's servers stand for."""
    found = {
        "database_url": postgres_url(profile, "ec3l_app"),
        "database_owner_url": postgres_url(profile, "ec3l_owner"),
        "redis_url": valkey_url(profile),
    }
    return {name: found[name] or NOT_MADE[name] for name in NOT_MADE} | secrets_of(profile.root)
