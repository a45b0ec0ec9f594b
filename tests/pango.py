"""Pango, which PDF output needs: without it tests of PDFs are skipped, loudly, and never in continuous integration."""

import os

import pytest

from mash.common.pdf import can_make_pdf

HAS_PDF = can_make_pdf()
assert HAS_PDF or not os.environ.get("CI"), "no Pango on this machine: continuous integration must install it"
needs_pango = pytest.mark.skipif(not HAS_PDF, reason="NO PANGO: install Debian's libpango-1.0-0 to try PDFs")
