"""The product as a web server calls it."""

import os
import sys

from django.conf import settings
from django.core.wsgi import get_wsgi_application

from mash.common.fitness import unsafe_to_start
from mash.common.keys import PublishedKeys, refuse_published

try:
    refuse_published(os.environ)
except PublishedKeys as why:
    sys.exit(f"mash: {why}")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
application = get_wsgi_application()
if settings.MASH_LIVE and (unsafe := unsafe_to_start()):
    sys.exit("\n".join(["mash: not fit to be live", *(f"{one.msg} {one.hint}" for one in unsafe)]))
