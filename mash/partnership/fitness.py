"""Whether the walls hold in this database, the worker works, and the sign-in of agencies is as it should be."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any

from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from django.core.checks import CheckMessage, register
from django.db import DatabaseError, connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone
from requests import RequestException

from mash.common.fitness import ALIVE, FIT, look_at, unsafe
from mash.common.identity import as_service
from mash.partnership import providers
from mash.partnership.assertions import counts_for
from mash.partnership.models import Agency
from mash.partnership.oidc import described
from mash.partnership.providers import OpenIdProvider, Provider, SamlProvider

OLDEST, NEWEST = 15, 18  # of PostgreSQL
MOST_APART = timedelta(seconds=5)
LATEST_WORK = timedelta(minutes=10)
SOON = timedelta(days=30)
TOO_MIGHTY = """
    SELECT r.rolsuper OR r.rolbypassrls OR pg_has_role(current_user, 'mash_owner', 'MEMBER')
    FROM pg_roles r WHERE r.rolname = current_user
"""
UNWALLED = """
    SELECT DISTINCT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname IN ('hub_id', 'contact_id', 'person_id') AND a.attnum > 0
    WHERE n.nspname IN ('public', 'sealed') AND c.relkind IN ('r', 'p')
      AND NOT (c.relrowsecurity AND c.relforcerowsecurity)
    ORDER BY 1
"""
LOSES = """
    SELECT name FROM pg_settings
    WHERE name IN ('fsync', 'full_page_writes', 'synchronous_commit') AND setting = 'off' ORDER BY name
"""
IN_THE_OPEN = """
    SELECT inet_server_addr() IS NOT NULL
      AND NOT inet_server_addr() <<= '127.0.0.0/8' AND NOT inet_server_addr() = '::1'
      AND NOT coalesce((SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()), false)
"""
WORKS = "SELECT EXISTS (SELECT FROM procrastinate_workers WHERE last_heartbeat > %s)"
LATE = """
    SELECT min(coalesce(job.scheduled_at, event.at)) FROM procrastinate_jobs job
    JOIN procrastinate_events event ON event.job_id = job.id AND event.type = 'deferred'
    WHERE job.status = 'todo' AND coalesce(job.scheduled_at, event.at) < %s
"""


@register(ALIVE, deploy=True)
def database(**_: Any) -> Sequence[CheckMessage]:
    """Ask the database what it is, and through which role it is reached."""
    try:
        with as_service("setup"), transaction.atomic():
            return list(_of_the_database())
    except DatabaseError as why:
        do = "Is it running, and is DATABASE_URL right?  Was `mash migrate` run?"
        return [unsafe(f"The database does not answer: {type(why).__name__}.", "020", do=do)]


def _of_the_database() -> Iterator[CheckMessage]:
    version = connection.pg_version // 10000  # type: ignore[attr-defined]
    if not OLDEST <= version <= NEWEST:
        yield unsafe(
            f"PostgreSQL {version} is not one of {OLDEST} to {NEWEST}.",
            "021",
            do="Use one of these.",
        )
    if _one(TOO_MIGHTY):
        yield unsafe(
            "The role in DATABASE_URL is above the walls: a superuser, an owner, or free of row-level security.",
            "022",
            do="Use mash_app for the web and mash_worker for the worker.",
        )
    unwalled = _all(UNWALLED)
    if unwalled:
        yield unsafe(f"Tables without their wall: {', '.join(unwalled)}.", "023", do="Run `mash migrate`.")
    loses = _all(LOSES)
    if loses:
        do = "Switch them on: a crash would lose what was answered as kept."
        yield unsafe(f"Switched off in PostgreSQL: {', '.join(loses)}.", "024", do=do)
    if _one(IN_THE_OPEN):
        do = "Add sslmode=verify-full to DATABASE_URL."
        yield unsafe("The way to the database is not encrypted.", "025", do=do)
    apart = abs(timezone.now() - _one("SELECT clock_timestamp()"))
    if apart > MOST_APART:
        do = "Set both by the same time server: clocks and deadlines are read from them."
        yield unsafe(
            f"This machine and the database are {apart.total_seconds():.0f} seconds apart.",
            "026",
            do=do,
        )
    plan = MigrationExecutor(connection).migration_plan(
        MigrationExecutor(connection).loader.graph.leaf_nodes()
    )
    if plan:
        yield unsafe(f"{len(plan)} migrations have not been run.", "027", do="Run `mash migrate`.")
    late = _one(LATE, timezone.now() - LATEST_WORK)
    if late:
        do = "Is `mash procrastinate worker` running?  Reminders, e-mails and the ledger's roots wait for it."
        yield unsafe(f"Work has waited since {late:%-d %B, %H:%M} UTC.", "028", do=do)
    if not _one(
        "SELECT EXISTS (SELECT FROM procrastinate_workers WHERE last_heartbeat > %s)",
        timezone.now() - LATEST_WORK,
    ):
        do = "Start `mash procrastinate worker`."
        yield look_at("No worker has given a sign of life in the last ten minutes.", "029", do=do)


@register(FIT, deploy=True)
def sign_in_of_agencies(**_: Any) -> Sequence[CheckMessage]:
    """Look at which agencies' providers the settings name, and how narrowly."""
    return [one for provider in providers.every() for one in _of_the_settings(provider)]


def _of_the_settings(provider: Provider) -> Iterator[CheckMessage]:
    who = f"The provider of {provider.agency}"
    if not all(place.startswith("https://") for place in provider.places):
        do = "Name it by https://, on a machine of its own."
        yield unsafe(f"{who} is reached without encryption.", "040", do=do)
    if not provider.domains:
        do = "List the domains of its addresses in MASH_PROVIDERS."
        yield look_at(f"{who} may vouch for any address.", "041", do=do)
    if isinstance(provider, SamlProvider):
        yield from _of_the_certificates(provider, who)
    if not provider.also_locally:
        do = "Name two accounts in `also_locally`: docs/security/sign-in.md."
        yield look_at(f"Nobody of {provider.agency} can sign in when its provider is down.", "042", do=do)


def _of_the_certificates(provider: SamlProvider, who: str) -> Iterator[CheckMessage]:
    """Look at how long what a provider signs with still counts; one that counts is enough."""
    left = max(counts_for(one, timezone.now()) for one in provider.certificates)
    do = "Ask its people for the next certificate, and add it in MASH_PROVIDERS: several may stand there."
    if left <= timedelta(0):
        yield unsafe(f"{who} signs with a certificate that has ended: nobody can sign in.", "045", do=do)
    elif left < SOON:
        yield look_at(f"{who} signs with a certificate that ends in {left.days} days.", "046", do=do)


@register(ALIVE, deploy=True)
def providers_answer(**_: Any) -> Sequence[CheckMessage]:
    """Ask each agency's provider what it is, and the hubs whether they know the agency."""
    return [one for provider in providers.every() for one in _of_what_answers(provider)]


def _of_what_answers(provider: Provider) -> Iterator[CheckMessage]:
    try:
        if isinstance(
            provider, OpenIdProvider
        ):  # by SAML the server asks nobody: browsers carry what is said
            described(provider)
    except (OAuth2Error, RequestException) as why:
        do = "Look at issuer and hosts in MASH_PROVIDERS, and at the way there."
        said = str(why) if isinstance(why, OAuth2Error) else "it does not answer"
        yield look_at(f"The provider of {provider.agency}: {said}.", "043", do=do)
    with as_service("setup"), transaction.atomic():
        known = Agency.objects.filter(name__iexact=provider.agency).exists()
    if not known:
        do = "Write it as the hubs do, or let it join one."
        yield look_at(f"No hub knows an agency called {provider.agency}.", "044", do=do)


def _one(words: str, *values: Any) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(words, values)
        return cursor.fetchone()[0]


def _all(words: str) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(words)
        return [row[0] for row in cursor.fetchall()]
