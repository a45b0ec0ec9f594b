"""A hub's logo: what is taken, what is refused, and how it is shown."""

import hashlib
import struct
import zlib

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from mash.partnership.models import Hub
from mash.setup.logo import PNG, SVG, NotALogo, read_logo
from mash.setup.models import Change, Logo
from tests.factories.base import browser, signed_in_as
from tests.factories.partnership import HubFactory, StaffFactory
from tests.factories.setup import LogoFactory
from tests.setup.test_hub_pages import kept, said

XMLNS = 'xmlns="http://www.w3.org/2000/svg"'


def drawing(inside="<circle cx='5' cy='5' r='4' fill='#0b3d5c'/>", more=""):
    return f'<svg {XMLNS} viewBox="0 0 10 10" {more}>{inside}</svg>'.encode()


def chunk(kind, inside):
    return struct.pack(">I", len(inside)) + kind + inside + struct.pack(">I", zlib.crc32(kind + inside))


def picture(width=4, height=3, points=None, more=b"", after=b"", header=None):
    points = b"".join(b"\0" + b"\x10\x20\x30" * width for _ in range(height)) if points is None else points
    header = header or struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = chunk(b"IHDR", header) + more + chunk(b"IDAT", zlib.compress(points)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body + after


def test_a_drawing_of_shapes_and_a_picture_are_taken():
    assert read_logo(drawing()).media_type == SVG
    assert b"<circle" in read_logo(drawing()).body
    assert read_logo(picture()) == (PNG, picture())


def test_what_a_drawing_program_wrote_into_it_is_left_out():
    ink = (
        f"<?xml version='1.0' encoding='UTF-8'?><!-- by hand --><svg {XMLNS} xmlns:ink='http://ink.example/'"
        " width='20px' height='10' ink:version='1'><metadata>Ann</metadata><ink:view/><title>Logo</title>"
        "<g style='fill:#ffffff;-ink-font:x'><path d='M0 0L1 1' data-by='Ann'/></g>"
        "<defs><linearGradient id='a'><stop offset='0'/></linearGradient></defs>"
        "<rect fill='url(#a)' width='1' height='1'/></svg>"
    ).encode()
    body = read_logo(ink).body.decode()
    assert 'viewBox="0 0 20 10"' in body
    assert 'fill="#ffffff"' in body
    assert 'fill="url(#a)"' in body
    assert not [word for word in ("Ann", "ink", "style", "Logo", "<!--") if word in body]


HOSTILE = [
    "<script>alert(1)</script>",
    "<g onload='alert(1)'/>",
    "<g ONLOAD='alert(1)'/>",
    "<a href='https://evil.example'><rect/></a>",
    "<image href='https://evil.example/x.png'/>",
    "<use href='https://evil.example/x.svg#a'/>",
    "<foreignObject><body/></foreignObject>",
    "<style>@import 'https://evil.example/x.css';</style>",
    "<rect fill='url(https://evil.example/x)'/>",
    "<rect style='fill:url(https://evil.example/x)'/>",
    "<rect style='background:url(//evil.example)'/>",
    "<rect fill='javascript:alert(1)'/>",
    "<animate attributeName='href' to='javascript:alert(1)'/>",
    "<set attributeName='onload' to='alert(1)'/>",
    "<linearGradient id='a' xlink:href='https://evil.example#b' xmlns:xlink='http://www.w3.org/1999/xlink'/>",
    "<linearGradient id='a' href='data:image/svg+xml,x'/>",
    "<text>words</text>",
    "<iframe src='https://evil.example'/>",
    "<handler>alert(1)</handler>",
    "<rect clip-path='url(\"https://evil.example#x\")'/>",
]


@pytest.mark.parametrize("inside", HOSTILE)
def test_a_drawing_that_could_run_load_or_lead_somewhere_is_refused(inside):
    with pytest.raises(NotALogo, match="could run or load"):
        read_logo(drawing(inside))


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"", "empty"),
        (b"GIF89a....", "must be a drawing"),
        (b"%PDF-1.7", "must be a drawing"),
        (b"<html><script>1</script></html>", "must be a drawing"),
        (b"<svg viewBox='0 0 1 1'/>", "must be a drawing"),
        (b"<!DOCTYPE svg [<!ENTITY a 'aaaa'>]>" + drawing("&a;"), "document type"),
        (b"<!DOCTYPE svg SYSTEM 'file:///etc/passwd'>" + drawing(), "document type"),
        (b"<?xml-stylesheet href='x.css'?>" + drawing(), "document type"),
        (drawing("<![CDATA[x]]>"), "document type"),
        (drawing()[:-3], "not whole"),
        (b"<" + "ü".encode("latin-1"), "UTF-8"),
        (drawing("<g>" * 30 + "</g>" * 30), "nested too deep"),
        (drawing("<g/>" * 2001), "more than 2000 parts"),
        (drawing().ljust(101 * 1024), "at most 100 kB"),
        (f"<svg {XMLNS}/>".encode(), "how large it is"),
        (picture(after=b"<script>alert(1)</script>"), "stands behind its end"),
        (picture()[:-5], "not whole"),
        (picture().replace(b"IDAT", b"IDAX"), "not whole"),
        (picture(points=b"\0" * 5_000_000), "not as large"),
        (picture(points=b"\0"), "not as large"),
        (picture(width=9000, height=9000, points=b""), "at most 1200 by 600"),
        (picture(header=struct.pack(">IIBBBBB", 4, 3, 8, 2, 0, 0, 1)), "without interlacing"),
        (picture(header=struct.pack(">IIBBBBB", 4, 3, 8, 7, 0, 0, 0)), "rare kind"),
        (picture(header=b"short"), "cannot be read"),
        (b"\x89PNG\r\n\x1a\n" + chunk(b"IDAT", b"") + chunk(b"IEND", b""), "not said first"),
    ],
)
def test_what_is_no_logo_is_refused_with_the_reason(body, why):
    with pytest.raises(NotALogo, match=why):
        read_logo(body)


def test_what_a_camera_wrote_into_a_picture_is_left_out():
    kept = read_logo(
        picture(more=chunk(b"tEXt", b"Comment\0<script>") + chunk(b"eXIf", b"where it was"))
    ).body
    assert kept == picture()


# The pages


@pytest.fixture
def administrator(transactional_db):
    return StaffFactory(administrator=True, hub=HubFactory(name="Riverside hub"))


def send(administrator, body=None, name="logo.svg"):
    file = SimpleUploadedFile(name, drawing() if body is None else body)
    return browser(administrator).post(reverse("setup:logo"), {"picture": file})


def test_a_logo_is_sent_looked_at_and_then_shown_with_its_words(administrator):
    answer = send(administrator)
    (logo,) = kept(Logo)
    assert answer.url == reverse("setup:logo_look", args=[logo.digest])
    assert "mash-header__logo" not in said(browser(administrator).get("/rota/"))
    assert browser(administrator).post(answer.url, {"alt": "A lighthouse"}).status_code == 302
    page = said(browser(administrator).get("/rota/"))
    assert f'src="{reverse("setup:logo_shown", args=[logo.digest])}" alt="A lighthouse"' in page
    (line,) = kept(Change)
    assert line.differences == [["Logo", "none", f"picture {logo.digest[:8]}, described as: A lighthouse"]]
    public = said(Client().get(reverse("referral:start", args=[administrator.hub.prefix.lower()])))
    assert 'alt="A lighthouse"' in public
    browser(administrator).post(reverse("setup:logo_away"))
    assert "mash-header__logo" not in said(browser(administrator).get("/rota/"))


def test_nothing_runs_from_a_logo_that_is_opened_by_itself(administrator):
    send(administrator)
    (logo,) = kept(Logo)
    answer = Client().get(reverse("setup:logo_shown", args=[logo.digest]))
    assert answer.headers["Content-Type"] == SVG
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; style-src 'none'; sandbox"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert hashlib.sha256(answer.content).hexdigest() == logo.digest


def test_what_is_refused_is_said_at_its_field_and_nothing_is_kept(administrator):
    page = said(send(administrator, drawing("<script/>"), name="logo.png"))
    assert "could run or load" in page
    assert 'href="#id_picture"' in page
    assert "Choose a file" in said(browser(administrator).post(reverse("setup:logo"), {}))
    assert not kept(Logo)


def test_sent_twice_it_is_kept_once(administrator):
    for _ in range(2):
        assert send(administrator).status_code == 302
    assert len(kept(Logo)) == 1


def test_nobody_shows_another_hubs_logo_or_sends_one_without_the_duty(administrator):
    other = LogoFactory()
    address = reverse("setup:logo_look", args=[other.digest])
    assert browser(administrator).get(address).status_code == 404
    assert browser(administrator).post(address, {"alt": ""}).status_code == 404
    assert send(StaffFactory(screener=True)).status_code == 403
    assert {hub.logo for hub in Hub.objects.using("builder").all()} == {""}
    with signed_in_as(StaffFactory(hub=other.hub, screener=True)):
        assert Logo.objects.count() == 1
    with signed_in_as(administrator):
        assert not Logo.objects.exists()


def test_a_logo_that_there_is_not_is_absent(administrator):
    assert Client().get(reverse("setup:logo_shown", args=["0" * 64])).status_code == 404
