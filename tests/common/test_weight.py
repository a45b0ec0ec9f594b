"""What goes over the wire: our own files compressed, pages that hold records never."""

import gzip
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from config import settings as product
from tests.factories.base import browser
from tests.factories.contact import ContactFactory
from tests.factories.partnership import StaffFactory

pytestmark = pytest.mark.usefixtures("transactional_db")
GZIP = {"HTTP_ACCEPT_ENCODING": "gzip, deflate, br"}
STATIC = Path(__file__).parent.parent.parent / "mash" / "static"


@pytest.fixture(autouse=True)
def as_it_is_served(settings):
    """Let whitenoise serve the files, as in the product."""
    settings.MIDDLEWARE, settings.STATIC_ROOT = product.MIDDLEWARE, product.STATIC_ROOT


@pytest.mark.parametrize("name", ["mash.css", "mash.js"])
def test_our_own_files_are_sent_compressed_to_whoever_takes_them_so(name):
    packed = Client(**GZIP).get(f"/static/{name}")
    assert packed["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in packed["Vary"]
    assert gzip.decompress(packed.content) == (STATIC / name).read_bytes()
    assert int(packed["Content-Length"]) == len(packed.content) < 30_000
    assert "ETag" not in packed
    plain = Client().get(f"/static/{name}")
    assert "Content-Encoding" not in plain
    assert b"".join(plain.streaming_content) == (STATIC / name).read_bytes()
    plain.close()


def test_a_file_that_did_not_change_is_not_sent_again_and_an_absent_one_is_absent():
    first = Client(**GZIP).get("/static/mash.css")
    again = Client(**GZIP).get("/static/mash.css", HTTP_IF_MODIFIED_SINCE=first["Last-Modified"])
    assert again.status_code == 304
    assert Client(**GZIP).get("/static/nothing.css").status_code == 404


def test_a_page_that_holds_a_record_is_never_compressed():
    contact = ContactFactory()
    client = browser(StaffFactory(hub=contact.hub, screener=True), **GZIP)
    page = client.get(reverse("desk:case", args=[contact.pk]))
    assert page.status_code == 200
    assert "Content-Encoding" not in page
