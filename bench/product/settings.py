"""EC3L as it runs in production, with one more app: the trivial command."""

from config.env import load
from config.settings.base import compose

globals().update(compose(load(environment="development", base_url="http://localhost", allowed_hosts="localhost")))
INSTALLED_APPS = ["bench.product", *globals()["INSTALLED_APPS"]]
ROOT_URLCONF = "bench.product.urls"
