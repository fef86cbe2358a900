"""One alias, the app role, pooled; the owner's login is beside it for `migrate` and owner commands."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl

from config.env import Env

POOL_WAIT_SECONDS = 5
CONNECT_SECONDS = 5
PREPARED_FROM = 3


def settings(env: Env) -> dict[str, Any]:
    app, owner = env.database_url, env.database_owner_url
    options: dict[str, Any] = {
        **dict(parse_qsl(app.query)),  # sslmode and the like
        "connect_timeout": CONNECT_SECONDS,
        # Cursors that bind on the server (kernel.prepared) have a statement planned once a connection from its third
        # use on; the ORM binds on the client and stays as it is. PgBouncer in transaction mode: 1.21 or later.
        "prepare_threshold": PREPARED_FROM,
        # An unreachable database must answer in seconds; the pool's own default is half a minute.
        "pool": {"min_size": 0, "max_size": env.database_pool_size, "timeout": POOL_WAIT_SECONDS},
    }
    return {
        "DATABASES": {
            "default": {
                "ENGINE": "django.db.backends.postgresql",
                "NAME": app.name,
                "USER": app.user,
                "PASSWORD": app.password,
                "HOST": app.host,
                "PORT": str(app.port or ""),
                "CONN_MAX_AGE": 0,  # the pool keeps connections
                "ATOMIC_REQUESTS": False,  # dispatch opens the outermost transaction
                "OPTIONS": options,
            }
        },
        "DATABASE_OWNER": {"USER": owner.user, "PASSWORD": owner.password} if owner else None,
    }
