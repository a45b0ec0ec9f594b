"""The page frame: what templates may hold, that every component is in the gallery, and how pages come out."""

import gzip
import re
from datetime import UTC, date, datetime
from pathlib import Path
from types import SimpleNamespace

import jinja2
import jinja2.meta
import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.http import HttpResponse
from django.template import engines
from django.test import RequestFactory
from django.urls import include, path, resolve

from mash.common import navigation, samples, templates
from mash.partnership.models import Account, Hub, Staff

ROOT = Path(templates.__file__).parents[1]
FILES = sorted((ROOT / "templates").rglob("*.html"))
COMPONENTS = sorted((ROOT / "templates" / "components").glob("*.html"))
BUNDLES = [ROOT / "static" / name for name in ("mash.css", "mash.js")]
FIRST_LOAD = 90 * 1024  # bytes over the wire
SAFE_ALLOWED = {}  # template name to why it may use the filter
BRAND = ("govuk-crest", "gds transport", "govuk-logo", "logotype", "govuk-footer__crown", "govuk-header__")
SETS = re.compile(r"\{%-? set (\w+)")
FORBIDDEN = {
    "joins HTML with ~": r"""['"]\w*[hH]tml['"]\s*:\s*[^,}\n]*~""",
    "has an inline style": r"\sstyle\s*=|<style\b",
    "has an inline script": r"<script\b(?![^>]*\ssrc=)",
    "has an event attribute": r"<[^>{]*\son[a-z]+\s*=",
    "has htmx run code": r"hx-on|\bjs:|javascript:|hx-vars|hx-live|hx-trigger=\"[^\"]*\[",
    "loads something from elsewhere": (
        r"(?:\bsrc|\baction|hx-\w+)\s*=\s*[\"'](?:https?:)?//|<link[^>]*href=[\"'](?:https?:)?//"
    ),
}
PAGES = {
    "accessibility": "/accessibility/",
    "privacy": "/privacy/",
    "cookies": "/cookies/",
    "help": "/help/",
    "gallery": "/gallery/",
}
OURS = ("script-src", "style-src", "img-src", "connect-src", "form-action")
CSP = "default-src 'none'; " + "; ".join(f"{kind} 'self'" for kind in OURS)
urlpatterns = [
    path("", include("mash.common.urls")),
    path("accounts/", include("allauth.urls")),
    path("post/", lambda request: HttpResponse(), name="post"),
]
pytestmark = pytest.mark.urls(__name__)


def name_of(file):
    return str(file.relative_to(ROOT / "templates"))


def engine():
    return engines["jinja2"].env


def a_worker(**more):
    hub = Hub(name="Northfield Safeguarding Hub")
    return Staff(hub=hub, account=Account(name="Jo Example"), title="Screener", **more)


def asking(address, staff=None):
    request = RequestFactory().get(address)
    if staff:
        request.user, request.staff = SimpleNamespace(is_authenticated=True), staff
    return request


def shown(address, staff=None):
    match = resolve(address)
    return match.func(asking(address, staff), *match.args, **match.kwargs).content.decode()


def words(html):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


# What templates hold


def test_no_page_asks_for_a_name_that_the_frame_has_taken():
    frame = next(file for file in FILES if file.name == "base.html")
    taken = {"asked", *SETS.findall(frame.read_text())}
    assert {"asked", "failed", "further", "left", "menu", "out"} <= taken
    found = set()
    for file in FILES:
        text = file.read_text()
        used = jinja2.meta.find_undeclared_variables(engine().parse(text)) - set(SETS.findall(text))
        found |= {(name_of(file), word) for word in used & taken}
    assert found == set()


def test_a_template_compiles():
    assert len(FILES) > 100
    broken = {}
    for file in FILES:
        try:
            engine().get_template(name_of(file))
        except jinja2.TemplateError as why:
            broken[name_of(file)] = str(why)
    assert broken == {}


@pytest.mark.parametrize("fault", FORBIDDEN)
def test_a_template_holds_nothing_a_strict_page_forbids(fault):
    pattern = re.compile(FORBIDDEN[fault], re.IGNORECASE if "HTML" not in fault else 0)
    found = {name_of(file): said.group() for file in FILES if (said := pattern.search(file.read_text()))}
    assert found == {}, fault


def test_a_template_escapes_what_it_shows():
    raw = {name_of(file) for file in FILES if re.search(r"\|\s*safe\b|autoescape", file.read_text())}
    assert raw <= set(SAFE_ALLOWED)


@pytest.mark.parametrize(
    ("fault", "line"),
    [
        ("joins HTML with ~", "{{ govukTag({'html': '<b>' ~ name}) }}"),
        ("has an inline style", '<p style="color: red">'),
        ("has an inline script", "<script>alert(1)</script>"),
        ("has an event attribute", '<a href="#" onclick="go()">'),
        ("has htmx run code", '<div hx-on:click="go()">'),
        ("has htmx run code", '<div hx-trigger="every 1s [seen]">'),
        ("loads something from elsewhere", '<img src="//cdn.example/a.png">'),
        ("loads something from elsewhere", '<link rel="stylesheet" href="https://cdn.example/a.css">'),
    ],
)
def test_the_rules_catch_what_they_forbid(fault, line):
    assert re.search(FORBIDDEN[fault], line)


def test_no_branding_is_borrowed():
    texts = {str(file): file.read_text().lower() for file in (*FILES, *BUNDLES)}
    assert [(file, word) for file, text in texts.items() for word in BRAND if word in text] == []


@pytest.mark.parametrize("file", COMPONENTS, ids=name_of)
def test_a_component_says_how_it_is_called_and_is_in_the_gallery(file):
    text, gallery = file.read_text(), (ROOT / "templates/common/gallery.html").read_text()
    used = re.sub(r"{% from .*?%}", "", gallery)
    assert text.startswith("{#-")
    for macro in re.findall(r"{%-? macro (\w+)\(", text):
        assert f"{macro}(" in text[: text.index("-#}")], f"{macro} is not explained"
        assert f"{macro}(" in used, f"{macro} is not shown"


# The bundle


@pytest.mark.parametrize("file", BUNDLES, ids=lambda file: file.name)
def test_the_bundle_asks_nobody_else_for_anything(file):
    text = file.read_text()
    assert re.findall(r"url\((?!\s*[\"']?data:)[^)]*\)|@import|@font-face", text) == []
    assert re.findall(r"[\"'`](?:https?:)?//[\w.-]+\.\w+", text) == []


def test_a_first_load_is_light():
    assert sum(len(gzip.compress(file.read_bytes())) for file in BUNDLES) < FIRST_LOAD


def test_the_lock_file_names_no_index():
    assert "resolved" not in (ROOT.parent / "package-lock.json").read_text()


# Pages


@pytest.mark.parametrize("address", PAGES.values(), ids=PAGES)
def test_every_page_leads_to_the_same_help_in_the_same_order(address):
    html = shown(address)
    links = re.findall(r'class="mash-footer__link" href="([^"]+)"', html)
    assert links == ["/accessibility/", "/privacy/", "/cookies/", "/help/"]
    assert html.count("<h1") == 1
    assert '<html lang="en-GB"' in html


def test_somebody_not_signed_in_sees_no_navigation_and_nothing_to_sign_out_of():
    html = shown("/help/")
    assert "Sign out" not in html
    assert "govuk-service-navigation" not in html
    assert templates.NAMELESS_HUB in html


def test_a_worker_sees_their_hub_their_post_and_the_pages_of_their_duties(monkeypatch):
    entries = [
        navigation.Entry("My work", "help", 1),
        navigation.Entry("Audit desk", "privacy", 2, lambda staff: "audit" in staff.duties),
    ]
    monkeypatch.setattr(navigation, "ENTRIES", entries)
    html = shown("/help/", a_worker(duties=["screen"]))
    assert "Jo Example, Screener" in html
    assert "Northfield Safeguarding Hub" in html
    assert 'aria-current="page"' in html
    assert "Audit desk" not in html
    assert "Audit desk" in shown("/help/", a_worker(duties=["audit"]))


def test_signing_out_is_a_post():
    html = shown("/help/", a_worker())
    form = re.search(r"<form[^>]*>.*?Sign out", html, re.DOTALL).group()
    assert 'method="post"' in form
    assert "csrfmiddlewaretoken" in form


def test_navigation_entries_are_kept_once_and_in_their_place(monkeypatch):
    monkeypatch.setattr(navigation, "ENTRIES", [])
    first, second = navigation.Entry("First", "help", 1), navigation.Entry("Second", "privacy", 2)
    navigation.add(second, first)
    navigation.add(first)
    assert [first, second] == navigation.ENTRIES


def test_training_data_is_named_on_each_page(settings):
    settings.MASH_BANNER = "Training data only"
    assert "Training data only" in shown("/help/")
    settings.MASH_BANNER = ""
    assert "mash-strip" not in shown("/help/")


def test_a_form_with_mistakes_says_so_in_the_title():
    form = samples.SampleForm({"full_name": ""})
    assert "<title>Error: Help" in engine().get_template("common/help.html").render(form=form)
    assert "<title>Help" in engine().get_template("common/help.html").render(form=samples.SampleForm())
    assert "<title>Error: Help" in engine().get_template("common/help.html").render(has_errors=True)


def test_a_refusal_is_said_in_words_and_escaped():
    refusal = SimpleNamespace(title="You cannot do this", why="Ask <b>the manager</b>.")
    html = engine().get_template("error.html").render(refusal=refusal)
    assert "Ask &lt;b&gt;the manager&lt;/b&gt;." in html
    assert "Gone" in engine().get_template("error.html").render(title="Gone", words="It is not here.")


def test_a_blank_variable_is_a_failure():
    with pytest.raises(jinja2.UndefinedError):
        engine().from_string("{{ nobody.name }}").render()
    with pytest.raises(jinja2.UndefinedError):
        engine().from_string("{{ nothing }}").render()


def test_a_page_is_not_indented_and_what_it_is_told_keeps_its_spaces():
    drawn = engine().from_string(
        "<ul>\n    {% if 1 %}\n\t<li>{{ told }}</li>\n  {% endif %} <li>b c</li>\n</ul>"
    )
    assert drawn.render(told="a\n    b") == "<ul>\n\n<li>a\n    b</li>\n <li>b c</li>\n</ul>"


def test_the_design_systems_own_logo_cannot_be_drawn():
    assert not {"govukHeader", "govukFooter", "govukLogo"} & set(engine().globals)


def test_ids_are_unique_and_what_was_typed_is_escaped():
    html = shown("/gallery/", a_worker())
    ids = re.findall(r'\sid="([^"]+)"', html)
    assert sorted(ids) == sorted(set(ids))
    assert "Sample &lt;Name&gt;" in html
    assert "Sample <Name>" not in html


@pytest.mark.browser
@pytest.mark.parametrize("width", [1280, 360])
def test_no_page_breaks_an_accessibility_rule_or_the_content_security_policy(width, chromium):
    pages = {address: shown(address, a_worker()) for address in PAGES.values()}
    for strict in (True, False):  # the rules' engine is itself an inline script
        page = chromium.new_context(
            viewport={"width": width, "height": 800}, bypass_csp=not strict
        ).new_page()
        said = []
        page.on("console", lambda line, said=said: said.append(line.text) if line.type == "error" else None)
        page.on("pageerror", lambda error, said=said: said.append(str(error)))
        page.route("**/*", lambda route: serve(route, pages))
        for address in pages:
            page.goto(f"http://hub.example{address}")
            page.wait_for_selector("body.js-enabled")
            assert page.evaluate("document.documentElement.scrollWidth") <= width, address
            if not strict:
                assert Axe().run(page).response["violations"] == [], address
        assert said == []


BAIT = """
<button id="bait" type="button" hx-get="/again/" hx-on:click="window.caught = 1"
        hx-vals="js:{a: (window.caught = 2)}"></button>
<p id="clock" hx-get="/again/" hx-trigger="minute from:body" hx-swap="outerHTML">before</p>
<input id="search" data-shortcut="s">
"""


@pytest.fixture
def page(chromium):
    """A browser tab without the content security policy, so that our own scripts are tried by themselves."""
    pages = {
        "/gallery/": shown("/gallery/", a_worker()),
        "/help/": shown("/help/").replace("<h1", f"{BAIT}<h1"),
        "/again/": '<p id="clock">after</p>',
    }
    context = chromium.new_context(bypass_csp=True)
    page = context.new_page()
    page.route("**/*", lambda route: serve(route, pages))
    yield page
    context.close()


def opened(page, address):
    page.goto(f"http://hub.example{address}")
    page.wait_for_selector("body.js-enabled")
    page.wait_for_function(
        "document.querySelector('[data-htmx-powered]') || !document.querySelector('[hx-get]')"
    )


@pytest.mark.browser
def test_code_written_in_an_attribute_is_refused(page):
    said = []
    page.on("console", lambda line: said.append(line.text))
    opened(page, "/help/")
    page.evaluate("document.querySelector('#bait').click()")
    page.wait_for_function("true")
    assert page.evaluate("window.caught") is None
    assert sum("No code is run from attributes" in line for line in said) == 2


@pytest.mark.browser
def test_a_clock_asks_for_itself_when_a_minute_has_passed(page):
    opened(page, "/help/")
    page.evaluate("document.body.dispatchEvent(new CustomEvent('minute'))")
    page.wait_for_function("document.querySelector('#clock').innerText === 'after'")


@pytest.mark.browser
def test_shortcuts_are_off_until_somebody_turns_them_on(page):
    opened(page, "/help/")
    page.keyboard.press("Alt+Shift+S")
    assert page.evaluate("document.activeElement.id") != "search"
    page.get_by_role("button", name="Turn shortcuts on").click()
    page.keyboard.press("Alt+Shift+S")
    assert page.evaluate("document.activeElement.id") == "search"


@pytest.mark.browser
def test_a_choice_shows_its_question_and_hides_it_again(page):
    opened(page, "/gallery/")
    assert not page.is_visible("#empty_why_not")
    page.check("#empty_asked-2", force=True)
    assert page.is_visible("#empty_why_not")
    page.check("#empty_asked", force=True)
    assert not page.is_visible("#empty_why_not")


@pytest.mark.browser
def test_the_summary_of_mistakes_takes_the_focus(page):
    opened(page, "/gallery/")
    assert page.evaluate("document.activeElement.className") == "govuk-error-summary"


def serve(route, pages):
    address = route.request.url.removeprefix("http://hub.example")
    if address.startswith("/static/"):
        file = ROOT / "static" / address.removeprefix("/static/")
        kinds = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
        route.fulfill(body=file.read_bytes(), content_type=kinds[file.suffix])
    else:
        route.fulfill(body=pages[address], content_type="text/html", headers={"Content-Security-Policy": CSP})


# How values are said


@pytest.mark.parametrize(
    ("template", "said"),
    [
        ("{{ at | day }}", "24 November 2026"),
        ("{{ at | moment }}", "24 Nov 2026, 4:10pm"),
        ("{{ summer | moment }}", "1 Jul 2026, midnight"),
        ("{{ at | clock_time }}", "4:10pm"),
        ("{{ on | day }}", "3 March 2019"),
        ("{{ none | day }} {{ none | moment }}", "not known not known"),
        ("{{ on | date_words }}", "3 March 2019"),
        ("{{ on | date_words('month') }}", "March 2019"),
        ("{{ on | date_words('year') }}", "2019"),
        ("{{ on | date_words('unknown') }}", "date not known"),
        ("{{ at | date_words('moment') }}", "24 Nov 2026, 4:10pm"),
    ],
)
def test_dates_are_said_as_england_says_them(template, said):
    at, summer = datetime(2026, 11, 24, 16, 10, tzinfo=UTC), datetime(2026, 6, 30, 23, 0, tzinfo=UTC)
    assert engine().from_string(template).render(at=at, summer=summer, on=date(2019, 3, 3)) == said


@pytest.mark.parametrize(
    ("born_on", "said"),
    [
        (date(2019, 3, 4), "7 years"),
        (date(2019, 11, 25), "6 years"),
        (date(2024, 11, 24), "2 years"),
        (date(2024, 11, 25), "23 months"),
        (date(2026, 10, 24), "1 month"),
        (date(2026, 11, 23), "1 day"),
        (date(2026, 11, 24), "0 days"),
        (date(2027, 1, 1), "not yet born"),
        (None, "age not known"),
    ],
)
def test_an_age_is_said_in_years_then_months_then_days(born_on, said):
    assert templates.age(born_on, date(2026, 11, 24)) == said


def test_text_becomes_paragraphs_and_stays_text():
    made = templates.nl2p("One\ntwo\r\n\r\n<script>x</script>\n\n\n")
    assert made.count("<p ") == 2
    assert "One<br>two" in made
    assert "<script>" not in made
    assert templates.nl2p(None) == ""


def test_the_engine_is_the_one_the_settings_name():
    assert settings.TEMPLATES[0]["OPTIONS"]["environment"] == "mash.common.templates.environment"


def test_compiled_templates_are_kept_in_a_folder_of_ones_own_or_nowhere(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    kept = templates.compiled_before()
    mine = Path(kept.directory)
    assert mine.parent == tmp_path
    assert mine.stat().st_mode & 0o077 == 0
    mine.rmdir()
    (tmp_path / "elsewhere").mkdir(mode=0o777)
    mine.symlink_to(tmp_path / "elsewhere")
    assert templates.compiled_before() is None
