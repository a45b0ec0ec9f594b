"""The product's settings, without a second factor: the pages are asked in process."""

from config.settings import *  # noqa: F403

MASH_SECOND_FACTOR = False
EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
MASH_LIMITS_TIMES = 1_000_000  # one worker asks for everything there, as fast as it goes
