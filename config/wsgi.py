"""The product as a web server calls it."""

import os
import sys

from django.core.wsgi import get_wsgi_application

from mash.common.keys import PublishedKeys, refuse_published

try:
    refuse_published(os.environ)
except PublishedKeys as why:
    sys.exit(f"mash: {why}")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
application = get_wsgi_application()
