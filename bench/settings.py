"""Django as the baselines use it: the product's database and pool, and nothing that a stateless API can do without."""

from __future__ import annotations

from bench.servers import BASELINE
from config.env import load
from config.settings.parts import database

ENV = load(environment="test", base_url="http://localhost")

SECRET_KEY = ENV.secret_key
ALLOWED_HOSTS = ["localhost"]
INSTALLED_APPS = ["bench.baselines"]
MIDDLEWARE = ["django.middleware.security.SecurityMiddleware", "django.middleware.common.CommonMiddleware"]
ROOT_URLCONF = "bench.baselines.urls"
USE_TZ = True
DATABASES = database.settings(ENV)["DATABASES"]
DATABASES["default"]["OPTIONS"]["options"] = f"-c search_path={BASELINE}"
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["bench.baselines.authentication.TokenAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "UNAUTHENTICATED_USER": None,
}
