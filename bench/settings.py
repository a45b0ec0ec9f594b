"""The product's settings, without a second factor: the pages are asked in process."""

from config.settings import *  # noqa: F403

MASH_SECOND_FACTOR = False
EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
