"""The template engine: strict about blanks, with the design system's macros and our own filters."""

import re
import uuid
from collections.abc import Callable, Iterable, Mapping, MutableMapping
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import jinja2
import jinja2.ext
from django.conf import settings
from django.contrib.messages import get_messages
from django.contrib.messages.storage.base import Message
from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import NoReverseMatch, reverse
from markupsafe import Markup, escape

from mash.common import fields, navigation

LIBRARY = "govuk_frontend_jinja"
NOT_OURS = {"govukHeader", "govukFooter", "govukLogo", "govukCookieBanner"}  # they draw somebody else's logo
LONDON = ZoneInfo("Europe/London")
NOT_KNOWN = "not known"
DRAWINGS_KEPT = 2_000
KEPT = {
    "input": "govukInput",
    "character_count": "govukCharacterCount",
    "textarea": "govukTextarea",
    "date": "govukDateInput",
    "radios": "govukRadios",
    "checkboxes": "govukCheckboxes",
    "select": "govukSelect",
}  # macros whose drawings of fields are kept
INDENTATION = re.compile(r"(?<=\n)[ \t]+")


class WithoutIndentation(jinja2.ext.Extension):
    """Takes out how a template's lines are indented, which is for whoever writes it: pages go uncompressed.

    Once, as it is compiled.  What a page is told keeps its spaces, and a line's end keeps words apart.
    """

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:  # noqa: ARG002
        """Return the source with each line at the margin."""
        return INDENTATION.sub("", source)


class Engine(jinja2.Environment):
    """Shares its globals with every template that has none besides them, as none of ours has.

    Jinja chains an empty mapping before them, and goes through that chain in Python for each `import` of each page: a
    fifth of what drawing a page takes.
    """

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """Return the names that a template knows.  d: those that it alone knows."""
        return super().make_globals(d) if d else self.globals


TRAINING_HUB = "Training hub: nobody acts on anything that is sent here"
EXERCISE = "An exercise: everybody in it is made up, and nothing leaves it"
NAMELESS_HUB = "Multi-Agency Safeguarding Hub"


def environment(**options: Any) -> jinja2.Environment:
    """Return the engine that Django's Jinja2 backend asks for."""
    strict = options | {
        "undefined": jinja2.StrictUndefined,
        "bytecode_cache": compiled_before(),
        "extensions": [*options.get("extensions", ()), WithoutIndentation],
    }
    made = Engine(**(strict | {"autoescape": True}))  # it is on  # nosec B701
    macros = components()
    made.globals.update(macros)
    made.globals.update(
        url=url,
        static=static,
        banner=banner,
        demo=demo,
        hub_name=hub_name,
        colour_sheet=colour_sheet,
        logo=logo,
        messages_of=messages_of,
        navigation=navigation.navigation,
        shortcuts=navigation.shortcuts,
        support=navigation.support,
        address_of=navigation.address_of,
        field_parts=fields.parts,
        kept_drawing=Drawings({kind: macros[name] for kind, name in KEPT.items()}).of,
        errors_of=fields.errors_of,
    )
    made.filters.update(
        day=day, moment=moment, clock_time=clock_time, date_words=date_words, age=age, nl2p=nl2p
    )
    return made


def compiled_before() -> jinja2.BytecodeCache | None:
    """Return where compiled templates are kept between starts: a folder that only this user may open, or nowhere.

    To compile them takes more than a second of every start.  A changed template is compiled anew.
    """
    try:
        return jinja2.FileSystemBytecodeCache(pattern="__at_the_margin_%s.cache")
    except (
        OSError,
        RuntimeError,
    ):  # no folder for temporary files, or one under this name that is somebody else's
        return None


def components() -> dict[str, jinja2.runtime.Macro]:
    """Return the design system's macros by name, each still bound to its own lenient engine."""
    package = jinja2.PackageLoader(LIBRARY)
    engine = Engine(
        loader=jinja2.ChoiceLoader([package, jinja2.PrefixLoader({LIBRARY: package})]),
        undefined=jinja2.ChainableUndefined,
        autoescape=True,
        extensions=[WithoutIndentation],
        auto_reload=False,
        bytecode_cache=compiled_before(),
    )
    files = [name for name in engine.list_templates() if name.endswith("macro.html")]
    named = [item for file in files for item in vars(engine.get_template(file).module).items()]
    return {
        name: thing
        for name, thing in named
        if isinstance(thing, jinja2.runtime.Macro) and name not in NOT_OURS
    }


class Drawings:
    """Drawings of fields that many pages show alike; a macro makes nothing of anything but what it is given.

    macros: by which kind of field each draws.
    """

    def __init__(self, macros: Mapping[str, Callable[[fields.Params], Any]]) -> None:
        self._macros = macros
        self._kept: dict[str, Markup] = {}

    def of(self, made: fields.Parts) -> Markup:
        """Return the drawing of a field, made the first time that these very words are asked for."""
        said = repr(made)
        if said not in self._kept:
            if len(self._kept) >= DRAWINGS_KEPT:
                self._kept.clear()
            self._kept[said] = Markup(self._macros[made.macro](made.params))  # a macro has escaped it  # noqa: S704  # nosec B704
        return self._kept[said]


# What templates may call


def url(name: str, *args: Any, **kwargs: Any) -> str:
    """Return the address of a page: `url('contact:page', contact.pk)`."""
    known = ""
    if not args and not kwargs:
        known = navigation.address_of(name)
    elif len(args) == 1 and not kwargs and isinstance(args[0], uuid.UUID):
        known = navigation.address_of_one(name, args[0])
    return known or reverse(name, args=args, kwargs=kwargs)


def banner(request: HttpRequest | None) -> str:
    """Return what the environment strip says on each page, or nothing in live use.

    A training hub stands beside live ones, so each of its pages says what it is.

    Source: docs/rules.md, "Training hubs".
    """
    hub = _hub_of(request)
    if hub and hub.exercise_for_id:
        return EXERCISE
    return str(settings.MASH_BANNER) or (TRAINING_HUB if hub and hub.is_training else "")


def demo() -> Any:
    """Return the made-up accounts that a demo lists on its sign-in page; nothing anywhere else."""
    return settings.MASH_DEMO


def hub_name(request: HttpRequest | None) -> str:
    """Return the name in the header: of the hub a public page is for or of the current post, or a general one."""
    hub = _hub_of(request)
    return str(hub.name) if hub else NAMELESS_HUB


def colour_sheet(request: HttpRequest | None) -> str:
    """Return the address of the style sheet with the hub's colour; "" for the usual colour."""
    hub = _hub_of(request)
    return address_or_none("setup:colour", str(hub.colour).lstrip("#")) if hub else ""


def logo(request: HttpRequest | None) -> dict[str, str]:
    """Return address and alternative text of the hub's logo; empty where it has none."""
    hub = _hub_of(request)
    src = address_or_none("setup:logo_shown", hub.logo) if hub and hub.logo else ""
    return {"src": src, "alt": str(hub.logo_alt)} if hub and src else {}


def address_or_none(name: str, *args: str) -> str:
    """Return a page's address, or "" where this installation does not serve the page."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""


def _hub_of(request: HttpRequest | None) -> Any:
    """Return the hub that a public page is for, or that of the current post."""
    staff = getattr(request, "staff", None)
    return getattr(request, "hub_shown", None) or (staff.hub if staff else None)


def messages_of(request: HttpRequest | None) -> Iterable[Message]:
    """Return what earlier pages left to be said on this one."""
    return get_messages(request) if request else []


# How values are said


def day(value: date | None) -> str:
    """Say a day: "24 November 2026".  A moment is read on England's clock."""
    if value is None:
        return NOT_KNOWN
    local = _local(value)
    return f"{local.day} {local:%B} {local.year}"


def moment(value: datetime | None) -> str:
    """Say a moment on England's clock: "24 Nov 2026, 4:10pm"."""
    if value is None:
        return NOT_KNOWN
    local = _local(value)
    return f"{local.day} {local:%b} {local.year}, {clock_time(value)}"


def clock_time(value: datetime) -> str:
    """Say the time of day on England's clock: "4:10pm", "4pm", "midday", "midnight"."""
    local = _local(value)
    if local.minute == 0 and local.hour in (0, 12):
        return "midday" if local.hour else "midnight"
    minutes = f":{local.minute:02}" if local.minute else ""
    return f"{local.hour % 12 or 12}{minutes}{'am' if local.hour < 12 else 'pm'}"


def date_words(value: date | None, precision: str = "day") -> str:
    """Say a date no more precisely than it is known.

    precision: moment | day | month | year | unknown.
    Raises KeyError for any other precision.
    """
    if value is None or precision == "unknown":
        return "date not known"
    says: dict[str, Callable[[Any], str]] = {
        "moment": moment,
        "day": day,
        "month": lambda local: f"{local:%B} {local.year}",
        "year": lambda local: str(local.year),
    }
    return str(says[precision](value))


def age(born_on: date | None, today: date) -> str:
    """Say an age as practitioners do: years, and below two the months, and below one month the days."""
    if born_on is None:
        return "age not known"
    if born_on > today:
        return "not yet born"
    months = (today.year - born_on.year) * 12 + today.month - born_on.month - (today.day < born_on.day)
    if months >= 24:
        return f"{months // 12} years"
    return _plural(months, "month") if months else _plural((today - born_on).days, "day")


def nl2p(text: str | None, write: Callable[[str], Markup] = escape) -> Markup:
    """Turn plain text into paragraphs; whatever the text holds is escaped.

    write: makes one line safe, and may mark parts of it.
    """
    pieces = (text or "").replace("\r\n", "\n").split("\n\n")
    lines = [Markup("<br>").join(write(line) for line in piece.strip().split("\n")) for piece in pieces]
    return Markup("\n").join(Markup('<p class="govuk-body">{}</p>').format(line) for line in lines if line)


def _local(value: Any) -> Any:
    return value.astimezone(LONDON) if isinstance(value, datetime) else value


def _plural(count: int, unit: str) -> str:
    return f"{count} {unit}" if count == 1 else f"{count} {unit}s"
