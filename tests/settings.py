"""The product's settings, and a second connection as the builder, who exists in test clusters only."""

from config.settings import *  # noqa: F403
from config.settings import DATABASES, MIDDLEWARE, STATIC_ROOT

DATABASES["default"]["CONN_MAX_AGE"] = None
DATABASES["builder"] = DATABASES["default"] | {"ABOVE_THE_RULES": True}
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}  # emptied before each test
PASSWORD_HASHERS = [
    "tests.hashing.InHaste"
]  # tests/partnership/test_signing_in.py asks for the product's own
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
MIDDLEWARE = [name for name in MIDDLEWARE if "whitenoise" not in name]
STATICFILES_DIRS = [STATIC_ROOT]  # the live server looks for files here, without whitenoise
STATIC_ROOT = None
MASH_LIMITS_TIMES = 10_000  # tests look at everything; tests/partnership/test_paces.py sets it to one
