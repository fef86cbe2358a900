"""This machine: what the environment leaves unset comes from the embedded servers of `make up`."""

from config.env import load
from config.local.addresses import settings_of
from config.local.state import Profile
from config.settings.base import compose

globals().update(
    compose(
        load(
            environment="development",
            allowed_hosts="localhost,127.0.0.1,[::1]",
            log_format="console",
            **settings_of(Profile("local")),
        )
    )
)
