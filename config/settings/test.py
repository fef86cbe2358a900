"""The test suite: the embedded test servers, a cheap password hash, mail kept in memory."""

from config.env import load, process
from config.local.addresses import settings_of
from config.local.state import Profile
from config.settings.base import compose
from config.settings.parts.tasks import broker_options

ENV = load(
    environment="test",
    allowed_hosts="testserver,localhost,127.0.0.1",
    base_url="http://testserver",
    log_level="WARNING",
    **settings_of(Profile("test")),
)
globals().update(compose(ENV))

# Several people may test on one machine at the same time: database and broker keys carry this name.
TEST_DATABASE = process().get("TEST_DATABASE", "") or "test_ec3l"
TEST_WORKER = process().get("PYTEST_XDIST_WORKER", "")
DATABASES = compose(ENV)["DATABASES"]
DATABASES["default"]["TEST"] = {"NAME": TEST_DATABASE}
CACHES = compose(ENV)["CACHES"]
CACHES["default"]["KEY_PREFIX"] = f"{TEST_DATABASE}{TEST_WORKER}"
CELERY_BROKER_TRANSPORT_OPTIONS = broker_options(f"{TEST_DATABASE}{TEST_WORKER}:")

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# Each test client makes a handler of its own; looking files up when asked beats listing them all each time.
WHITENOISE_AUTOREFRESH = True
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
