"""The product as a web server calls it."""

import gc
import os
import sys
from importlib import import_module

from django.conf import settings
from django.core.wsgi import get_wsgi_application

from mash.common.fitness import unsafe_to_start
from mash.common.keys import PublishedKeys, refuse_published

try:
    refuse_published(os.environ)
except PublishedKeys as why:
    sys.exit(f"mash: {why}")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
gc.disable()  # nothing that is loaded is garbage, and to look for it takes a third of a start
application = get_wsgi_application()
if settings.MASH_LIVE and (unsafe := unsafe_to_start()):
    sys.exit("\n".join(["mash: not fit to be live", *(f"{one.msg} {one.hint}" for one in unsafe)]))
import_module(settings.ROOT_URLCONF)  # here, and not while somebody waits for the first page
gc.freeze()  # what was loaded stays for good
gc.enable()
