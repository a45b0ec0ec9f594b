"""Whether this installation is set so that real people's records may be kept in it.

Each app registers what it knows with Django's own checks, as `fit` or `alive`; `mash doctor` asks them all, and a live
web server asks `fit`, which needs no database, before it starts.
"""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core import checks
from django.core.checks import CheckMessage, register, run_checks

from mash.common.keys import PublishedKeys, refuse_published

FIT = "fit"  # how it is set
ALIVE = "alive"  # what answers: the database, the worker, the witness
NOWHERE = {
    "django.core.mail.backends.dummy.EmailBackend",
    "django.core.mail.backends.console.EmailBackend",
    "django.core.mail.backends.locmem.EmailBackend",
    "django.core.mail.backends.filebased.EmailBackend",
}
SHORTEST_SECRET = 50  # characters
THIS_MACHINE = {"localhost", "127.0.0.1", "[::1]", "testserver"}


def unsafe(words: str, number: str, *, do: str) -> CheckMessage:
    """Return something that forbids real records.  do: what to do about it."""
    return checks.Error(words, hint=do, id=f"mash.E{number}")


def look_at(words: str, number: str, *, do: str) -> CheckMessage:
    """Return something to look at before there are real records.  do: what to do about it."""
    return checks.Warning(words, hint=do, id=f"mash.W{number}")


def unsafe_to_start() -> list[CheckMessage]:
    """Return what forbids this installation to serve real records, as far as its settings say.

    Source: docs/rules.md, "Fit to be live".
    """
    found = run_checks(tags=[FIT], include_deployment_checks=True)
    return [one for one in found if one.is_serious()]


@register(FIT, deploy=True)
def keys(**_: Any) -> Sequence[CheckMessage]:
    """Look at the keys: of one's own, long enough, and each another."""
    own = {
        "MASH_SECRET_KEY": settings.SECRET_KEY,
        "MASH_IDENTITY_KEY": settings.MASH_IDENTITY_KEY,
        "MASH_SEAL_KEY": settings.MASH_SEAL_KEY,
    }
    try:
        refuse_published(own)
    except PublishedKeys as why:
        return [unsafe("A key is one that everybody knows.", "001", do=str(why))]
    found: list[CheckMessage] = []
    every = [*own.values(), settings.MASH_HUBS_KEY]
    if len({value.casefold() for value in every}) < len(every):
        found.append(unsafe("Two keys are the same.", "002", do="Make one of its own for each."))
    if len(settings.SECRET_KEY) < SHORTEST_SECRET:
        do = f"Make it {SHORTEST_SECRET} characters long or longer."
        found.append(unsafe("MASH_SECRET_KEY is short.", "003", do=do))
    return found


@register(FIT, deploy=True)
def database(**_: Any) -> Sequence[CheckMessage]:
    """Refuse the embedded database: it has one machine, no backup and its keys beside its data."""
    if not settings.MASH_EMBEDDED:
        return []
    do = "Give DATABASE_URL of a PostgreSQL server that is looked after, with the role mash_app."
    return [unsafe("The embedded database is for trying out, never for real records.", "004", do=do)]


@register(FIT, deploy=True)
def doors(**_: Any) -> Sequence[CheckMessage]:
    """Look at how people come in: encrypted, at names of its own, with a second factor, and nothing made up."""
    found: list[CheckMessage] = []
    if settings.DEBUG:
        found.append(unsafe("DEBUG is on: errors would show what they hold.", "005", do="Switch it off."))
    if not settings.MASH_HTTPS:
        do = "Put a proxy with a certificate in front of it, and set MASH_HTTPS=1."
        found.append(unsafe("Pages are served without encryption.", "006", do=do))
    if settings.MASH_HTTPS and not settings.MASH_PROXIES:
        do = "Set MASH_PROXIES to how many stand before it; they must set X-Forwarded-For and -Proto themselves."
        found.append(
            look_at("It believes no proxy: nobody would get past being sent to https.", "012", do=do)
        )
    if not settings.MASH_SECOND_FACTOR:
        do = "Take MASH_SECOND_FACTOR out of the environment."
        found.append(unsafe("Nobody is asked for a second factor.", "007", do=do))
    if "*" in settings.ALLOWED_HOSTS or not set(settings.ALLOWED_HOSTS) - THIS_MACHINE:
        do = "Set MASH_HOSTS to the names under which people reach it, and to nothing else."
        found.append(unsafe("It answers to any name, or only to this machine's.", "008", do=do))
    if settings.MASH_DEMO or settings.MASH_BANNER:
        do = "Start it without `demo`, and take MASH_DEMO and MASH_BANNER out of the environment."
        found.append(unsafe("It is set up as a demo: its password stands on the sign-in page.", "009", do=do))
    return found


@register(FIT, deploy=True)
def post(**_: Any) -> Sequence[CheckMessage]:
    """Look at whether e-mails leave."""
    if settings.EMAIL_BACKEND not in NOWHERE:
        return []
    do = "Set MASH_EMAIL_BACKEND and the server's settings; reminders, codes and answers to referrers go by e-mail."
    return [look_at("No e-mail leaves this installation.", "010", do=do)]


@register(FIT, deploy=True)
def guard(**_: Any) -> Sequence[CheckMessage]:
    """Look at whether an unsafe start would be refused."""
    if settings.MASH_LIVE:
        return []
    do = "Set MASH_LIVE=1: the web server then refuses to start while anything here is unsafe."
    return [look_at("Nothing keeps this from being started unsafe.", "011", do=do)]
