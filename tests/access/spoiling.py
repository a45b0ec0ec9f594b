"""Walls, functions, rights and guards are spoilt one at a time, and the comparison with the oracle must see it.

A fault that the oracle cannot tell is explained in UNTOLD, or a test is missing.  `make prove` plants as many as
MASH_FAULTS says.  MASH_SURVIVORS names a file that is told of each fault as it is tried; MASH_AGAIN names such a file,
whose missed ones alone are planted.
"""

import collections
import os
import random
import re
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg
import pytest
from django.core.cache import cache
from django.db import connections

from tests import cluster, conftest, test_catalogue
from tests.access import guards
from tests.access import scene as telling
from tests.access.asking import answers, forged, strayed
from tests.access.rules import ADD, ALLOWED, RELATIONS, TABLES, Who
from tests.access.test_oracle import ADDED_ELSEWHERE, NOT_HELD_TO_A_NAME, in_turn, questions
from tests.faults.mutations import Fault, of_functions, of_policies, of_rights
from tests.figures import figure

pytestmark = pytest.mark.exhaustive
PLANTED = int(os.environ.get("MASH_FAULTS") or 12)
GUARDS = int(os.environ.get("MASH_GUARDS") or 0)  # of the pages: each takes hundreds of requests
SEED = int(os.environ.get("MASH_SEED", "34"))
AGAIN = os.environ.get("MASH_AGAIN")
APPS = {one.name for one in (Path(__file__).parent.parent).iterdir() if one.is_dir()}
PLAINLY = ("-q", "-x", "-n", "0", "-p", "no:cacheprovider", "-m", "not exhaustive")
BESIDE = {  # further tests that ask the walls of an app
    "partnership": (
        "tests/desk/test_opening.py",
        "tests/desk/test_access.py",
        "tests/desk/test_restricted.py",
    ),
}
FAILED = 1  # what pytest ends with where a test failed
MISSED = "missed\t"  # how a line of MASH_SURVIVORS begins
BY_NAME = {one.name: one for one in RELATIONS}
ASKED = re.compile(
    r"work_out_(duties|hubs|desks|agency|clearances|grants|bars|barred_people|nights|night|post)$|my_(checks|released|asked|releases|register)$"
)
EACH_DUTY_IN = ("of the hub",)
EACH_RELATION_AS = ("screen", "answer", "clear", "manage", "out_of_hours", "audit", "administer")
UNTOLD = {  # faults that the oracle cannot tell, by a pattern of their names, and why
    r"_wall: (USING|CHECK) (without \(hub_id = ANY \(my_(desks|hubs)\)\)|my_desks becomes my_hubs)": (
        "a row hangs from a parent whose own wall asks the same, or a duty is asked beside it that only the desk has"
    ),
    r"_wall: CHECK without .*(EXISTS|SELECT FROM)": "a parent that is not there: tests of each app ask for it by name",
    r"_by_day_(insert|update)": "a duty is asked beside it that nobody has who works nights alone",
    r"work_out_(grants|bars|barred_people|night): ELSE .*my_hubs": "a hub's key is no contact's or person's",
    r"ledger_entry_wall: CHECK without \(xact": "tests/ledger/test_record.py asks it",
    r"check_check_wall: CHECK without": "tests/check/test_gate.py asks it",
    r"subject_access_ownerasked_wall: USING without .*FROM subject_access_request": (
        "what was found of the same request is asked for beside it, and its own wall asks for the request"
    ),
    r"panel_item_own: CHECK lets screen": (
        "whoever screens brings any family whose case and people they see, and sees no plan of the others"
    ),
}

WITHOUT_A_BAR = re.compile(r"_wall: CHECK without \((?P<column>\w+) <> ALL \(my_(bars|barred_people)\)\)$")


def whom(told):
    """Return the posts to ask: each duty in the hub, and the telling duties in each relation."""
    return {
        key: post for key, post in told.posts.items() if key[1] in EACH_DUTY_IN or key[0] in EACH_RELATION_AS
    }


def differs(told, rows, drawn):
    """Return the first answer of the database that is not the oracle's, or an empty text."""
    posts = list(whom(told).items())
    drawn.shuffle(posts)
    by_table = {row.table: row for row in rows}

    def first(restricted):
        for (duty, relation), post in posts:
            if BY_NAME[relation].restricted is restricted:
                for (table, verb), said in answers(post, rows).items():
                    contact = by_table[table].contact
                    who = Who(duty, BY_NAME[relation], contact is None or contact in told.tonight)
                    if said != TABLES[table].answer(verb, who):
                        return f"{verb} {table} as {duty or 'nobody in particular'}, {relation}: {said}"
        return ""

    if found := first(False):
        return found
    with telling.restricted(told.scene):
        return first(True)


def takes_a_forgery(told, rows):
    """Return a row that somebody can add in another's name, or to another hub, or an empty text."""
    here = {duty: post for (duty, relation), post in told.posts.items() if relation == "of the hub"}
    elsewhere = told.posts["manage", "elsewhere"].hub_id
    for duty, post in here.items():
        who = Who(duty, BY_NAME["of the hub"])
        mine = [one for one in rows if TABLES[one.table].answer(ADD, who) == ALLOWED]
        named = [one for one in mine if one.is_in_a_name and one.table not in NOT_HELD_TO_A_NAME]
        ours = [one for one in mine if one.table not in ADDED_ELSEWHERE]
        other = here["screen" if duty != "screen" else "assess"]
        for what, said in (("name", forged(post, named, other)), ("hub", strayed(post, ours, elsewhere))):
            if found := next((table for table, how in said.items() if how == ALLOWED), None):
                return f"forged: add {found} in another {what} as {duty}"
    return ""


def own_tests_see(fault):
    """Return the first test of the table's own app that fails with this fault in its database, or an empty text.

    One that fails with nothing planted too saw nothing.
    """
    table = fault.table.removeprefix("sealed.")
    app = next(
        (one for one in sorted(APPS, key=len, reverse=True) if table.startswith(f"{one}_")), "partnership"
    )
    with TemporaryDirectory() as folder:
        planted = Path(folder) / "fault.sql"
        planted.write_text(fault.spoil)
        asked = _tests_with(f"tests/{app}", *BESIDE.get(app, ()), MASH_PLANTED=str(planted))
    first = next(
        (line for line in asked.stdout.splitlines() if line.startswith(("FAILED", "ERROR tests"))), ""
    )
    if asked.returncode != FAILED or not first:
        return ""
    sound = _tests_with(first.partition(" ")[2].partition(" - ")[0])
    return "" if sound.returncode else f"own tests: {first}"


def _tests_with(*tests, **environment):
    return subprocess.run(
        [sys.executable, "-m", "pytest", *PLAINLY, *tests],
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=False,
    )


def catalogue_differs():
    """Return which question to the catalogue is answered otherwise, or an empty text."""
    for name, test in vars(test_catalogue).items():
        if name.startswith("test_") and not getattr(test, "pytestmark", None):
            try:
                test()
            except AssertionError:
                return f"test_catalogue.{name}"
    for role in ("mash_app", "mash_worker", "mash_reader", "mash_sealed"):
        for right in ("TRUNCATE", "REFERENCES", "TRIGGER"):
            if test_catalogue.tables_on_which(role, right):
                return "test_catalogue: structure"
    return ""


@contextmanager
def planted(admin, fault):
    """Plant one fault in the database while the block lasts.  Raises psycopg.Error if it cannot even be planted."""
    admin.execute(fault.spoil)
    try:
        yield
    finally:
        admin.execute(fault.mend)


def faults(admin):
    """Return every fault that could be planted, in the order in which a seed repeats it."""

    def ask(question):
        return admin.execute(question).fetchall()

    tables = sorted(TABLES)
    found = [*of_policies(ask, tables), *of_rights(ask, tables), *of_functions(ask, ASKED)]
    random.Random(SEED).shuffle(found)
    return again(found)


def again(found):
    """Return the faults that MASH_AGAIN says were missed, or all if it names no file."""
    if not AGAIN:
        return found
    lines = [line.split("\t") for line in Path(AGAIN).read_text().splitlines()]
    came = {line[1]: line[0] for line in lines}  # the last word on each: its own tests may see it yet
    return [one for one in found if came.get(one.name) == MISSED.strip()]


def seen(told, fault, drawn):
    """Return what saw a planted fault, or an empty text."""
    try:
        near = [row for row in told.rows if not fault.table or row.table == fault.table]
        return differs(told, near, drawn) or takes_a_forgery(told, near) or catalogue_differs()
    except Exception as error:  # noqa: BLE001 (a product that breaks was caught)
        for alias in connections:
            connections[alias].close()
        return f"breaks: {type(error).__name__}"


def test_a_spoilt_wall_is_seen(told):
    drawn, caught, survived, cannot = random.Random(SEED), [], [], 0
    name = connections["default"].settings_dict["NAME"]
    with cluster.administrator(conftest._server(), name) as admin:
        every = faults(admin)
        assert not seen(told, Fault("nothing at all", "", "", ""), drawn), (
            "what is sound must pass, or all are caught"
        )
        for fault in every:
            if len(caught) + len(survived) == PLANTED:
                break
            try:
                with planted(admin, fault):
                    by = seen(told, fault, drawn)
            except psycopg.Error:
                cannot += 1  # not SQL at all: no fault that could be there
                continue
            (caught if by else survived).append((fault, by))
            _keep(fault, by)
    for fault, _ in [one for one in survived if not untold(one[0])]:
        if by := own_tests_see(fault):
            survived.remove((fault, ""))
            caught.append((fault, by))
            _keep(fault, by)
    _tell("S3 the database", caught, survived, f"{cannot} could not be planted, of {len(every)} there are")


def test_a_spoilt_guard_is_seen(told):
    drawn, caught, survived = random.Random(SEED), [], []
    every = guards.faults()
    drawn.shuffle(every)
    asked = questions(told)
    with telling.undone():
        sent = guards.what_is_sent(told, asked)
        for fault in every[: GUARDS or PLANTED // 4]:
            with fault.planted():
                cache.clear()
                by = guards.differs(told, fault, asked, sent, whom(told), drawn)
            (caught if by else survived).append((fault, by))
            _keep(fault, by)
    _tell("S3 the pages", caught, survived, f"of {len(every)} there are")


def untold(fault):
    """Return why the oracle cannot tell this fault, or an empty text."""
    if fault.same:
        return fault.same
    if hangs_from_a_parent(fault):
        return "the row hangs from a parent that its own wall hides from whoever is barred"
    return next((why for pattern, why in UNTOLD.items() if re.search(pattern, fault.name)), "")


def hangs_from_a_parent(fault):
    """Tell whether a wall without a bar on a column still asks for the row that the column names, under its wall."""
    without = WITHOUT_A_BAR.search(fault.name)
    return bool(without) and f"parent.id = {fault.table}.{without['column']}" in fault.spoil


def _keep(fault, by):
    if kept := os.environ.get("MASH_SURVIVORS"):
        how = (
            f"caught\t{fault.name}\t{by}"
            if by
            else f"{'untold' + chr(9) if untold(fault) else MISSED}{fault.name}"
        )
        with Path(kept).open("a") as file:
            file.write(how.replace("\n", " ") + "\n")


def _tell(goal, caught, survived, more):
    by = collections.Counter(how.split(":")[0].split(" ")[0] for _, how in caught)
    missed = [one.name for one, _ in survived if not untold(one)]
    critical = sum(one.critical for one, _ in caught)
    missed_critical = [one.name for one, _ in survived if one.critical and not untold(one)]
    planted_ = len(caught) + len(survived)
    share = 100 * (planted_ - len(missed)) / planted_
    said = (
        f"{planted_} planted, {len(caught)} caught, {len(survived) - len(missed)} not to be told by the oracle, "
        f"{len(missed)} missed: {share:.1f} %, "
        f"{critical} critical caught, {len(missed_critical)} critical missed; {more}; by {dict(by)}"
    )
    figure(goal, said, "200 planted, 95 % caught, every critical one")
    assert not missed_critical, "\n".join([said, *missed])
    assert share >= 95, "\n".join([said, *missed])


def test_the_restricted_relation_is_among_those_asked(told):
    assert {relation for _, relation in whom(told)} == {one.name for one in RELATIONS}
    assert list(in_turn(told))
