"""Where the time of a page goes, and what its SQL takes alone: with the walls, and without them."""

import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from functools import wraps
from importlib import import_module
from typing import Any
from unittest.mock import patch

import psycopg
from django.apps import apps
from django.db import connection
from django.template.backends.jinja2 import Template
from django.test import Client
from django.test.utils import CaptureQueriesContext

from mash.common.postgresql.base import DatabaseWrapper

PARTS = ("SQL", "who acts", "policy", "template", "other Python")


class Stopwatch:
    """What was spent on each part, in seconds: what goes on within another part counts for the inner one alone."""

    def __init__(self) -> None:
        self.spent: dict[str, float] = defaultdict(float)
        self._within: list[str] = ["other Python"]
        self._since = time.perf_counter()

    @contextmanager
    def on(self, part: str) -> Iterator[None]:
        """Count for one part what goes on in the block."""
        self._turn()
        self._within.append(part)
        try:
            yield
        finally:
            self._turn()
            self._within.pop()

    def _turn(self) -> None:
        now = time.perf_counter()
        self.spent[self._within[-1]] += now - self._since
        self._since = now

    def begin(self) -> None:
        """Count from now on: what went on before belongs to nobody."""
        self._since = time.perf_counter()


def spent_on(client: Client, addresses: list[str]) -> dict[str, float]:
    """Return milliseconds a page, by part, through the whole product in this process."""
    watch = Stopwatch()
    with ExitStack() as stack:
        stack.enter_context(connection.execute_wrapper(_timed_statement(watch)))
        for owner, name, part in _places():
            stack.enter_context(patch.object(owner, name, _timed(watch, part, getattr(owner, name))))
        for address in addresses:
            watch.begin()
            with watch.on("other Python"):
                assert client.get(address).status_code == 200, address
    return {part: round(watch.spent[part] / len(addresses) * 1000, 1) for part in PARTS}


def _places() -> Iterator[tuple[Any, str, str]]:
    yield Template, "render", "template"
    yield DatabaseWrapper, "_say_who_acts", "who acts"
    for app in apps.get_app_configs():
        if app.name.startswith("mash."):
            try:
                policy = import_module(f"{app.name}.policy")
            except ModuleNotFoundError:
                continue
            for name, found in vars(policy).items():
                if callable(found) and getattr(found, "__module__", "") == policy.__name__:
                    yield policy, name, "policy"


def _timed(watch: Stopwatch, part: str, work: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(work)
    def timed(*args: Any, **named: Any) -> Any:
        with watch.on(part):
            return work(*args, **named)

    return timed


def _timed_statement(watch: Stopwatch) -> Callable[..., Any]:
    def timed(execute: Callable[..., Any], *asked: Any) -> Any:
        with watch.on("SQL"):
            return execute(*asked)

    return timed


def without_walls(client: Client, address: str, administrator: str) -> float:
    """Return the seconds that a page's reading statements take for somebody whom no wall holds.

    What asks who acts is left out: nobody does.
    """
    with CaptureQueriesContext(connection) as asked:
        client.get(address)
    reads = [one["sql"] for one in asked.captured_queries if one["sql"].lstrip().upper().startswith("SELECT")]
    took = 0.0
    with psycopg.connect(administrator, autocommit=True) as admin, admin.cursor() as cursor:
        for words in reads:
            began = time.perf_counter()
            with suppress(psycopg.errors.InsufficientPrivilege):
                cursor.execute(words.encode())
                cursor.fetchall()
                took += time.perf_counter() - began
    return took
