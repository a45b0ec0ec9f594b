"""The rules in words, the database as the app's own roles, and the pages: asked the same question, they agree.

`make prove` asks the database everything and the pages MASH_DECISIONS questions, and prints how much that was.
Otherwise both are asked a sample, which the seed MASH_SEED repeats.  What is allowed to whom stands in rules.py and
routes.py, and in no line of this file.
"""

import collections
import os
import random

import pytest
from django.core.cache import cache
from django.db import connections
from django.urls import reverse

from mash.contact.models import Settlement
from tests.access import scene as telling
from tests.access.asking import answers, forged, renamed, strayed
from tests.access.filling import forms
from tests.access.routes import FORM_FIRST, ROUTES
from tests.access.rules import (
    ABSENT,
    ADD,
    ALLOWED,
    DUTIES,
    READ,
    REFUSED,
    RELATIONS,
    TABLES,
    VERBS,
    Who,
)
from tests.addresses import patterns
from tests.figures import figure
from tests.journeys.ways import of_the_rota

pytestmark = pytest.mark.exhaustive
EVERYTHING = bool(os.environ.get("MASH_DECISIONS"))
POSTS_IN_A_SAMPLE = 8
REQUESTS = int(os.environ.get("MASH_DECISIONS") or 600)  # to pages; the database is asked more cheaply
SEED = int(os.environ.get("MASH_SEED", "34"))
BY_NAME = {one.name: one for one in RELATIONS}
OK, FOUND, AGAIN, NO, GONE, NO_SUCH_METHOD = 200, 302, 307, 403, 404, 405
NOT_HELD_TO_A_NAME = {}  # tables to which a post adds what is not its own word, and why
NAME_CHANGES = {  # tables in which a post puts another's name to a row, and why
    "desk_handover": "who holds it: whoever moves a worker's work passes it on",
}
ADDED_ELSEWHERE = {  # tables to which a post adds a row of another hub, and why
    "ledger_entry": "that one hub asked another stands in the record of both, in the name of who asked",
}
IN_ADDRESS = {  # what stands in an address, where that is not the scene's object of the argument's own name
    "triage:adult": {"contact_id": "about_an_adult", "contact_person_id": "adult"},
    "desk:keep_list": {"of": "narrowed_list"},
    "decision:tell_school": {"child_id": "pupil"},
    "decision:school_called": {"child_id": "pupil"},
    "decision:school_not_told": {"child_id": "pupil"},
    "check:answer": {"enquiry_id": "enquiry_id", "person_id": "asked_of_the_police"},
    "directory:change": {"change_id": "proposed"},
    "directory:approve": {"change_id": "proposed"},
    "directory:turn_down": {"change_id": "proposed"},
    "contact:find_same": {"person_id": "one_of_two"},
    "contact:compare_records": {"person_id": "one_of_two"},
    "retention:answer": {"standing_id": "proposed_standing"},
    "retention:take_back": {"standing_id": "proposed_standing"},
    "plans:begin": {"outcome_id": "to_plan"},
    "plans:after": {"closure_id": "closed"},
    **{
        f"panel:{name}": {"item_id": "planned_item"}
        for name in (
            "item",
            "check",
            "needed",
            "take_off",
            "correct",
            "room",
            "decide",
            "action",
            "take_over",
        )
    },
    "panel:progress": {"item_id": "planned_item", "action_id": "planned_action"},
    "panel:tick": {"action_id": "panel_action"},
    "panel:review": {"plan_id": "due_plan"},
    "panel:minutes_pdf": {"meeting_id": "held_meeting"},
    "boroughs:ask": {"contact_id": "asked_elsewhere", "contact_person_id": "named_elsewhere"},
    "boroughs:end": {"reply_id": "granted_here"},
    "boroughs:send": {"outcome_id": "to_move"},
    "boroughs:take_back": {"transfer_id": "went"},
    "training:certificate": {"booking_id": "attended"},
    "training:certificate_pdf": {"booking_id": "attended"},
}
QUERIES = {reverse("rota:fill"): of_the_rota}  # of addresses that are nothing without one
LEADS_TO = {  # the table in which the object of an argument lies
    "contact_person_id": "contact_contactperson",
    "child_id": "contact_contactperson",
    "check_id": "check_check",
    "enquiry_id": "check_enquiry",
    "decision_id": "decision_decision",
    "outcome_id": "decision_outcome",
    "strategy_id": "decision_strategy",
    "letter_id": "decision_letter",
    "notice_id": "decision_schoolnotice",
    "pack_id": "handover_pack",
    "step_id": "handover_step",
    "link_id": "contact_consultationlink",
    "release_id": "sealed.sealed_release",
    "file_id": "contact_attachment",
    "alongside_id": "alongside_alongside",
    "question_id": "boroughs_question",
}


def in_turn(told):
    """Yield the posts to ask, first those whose cases are open and then, while they are restricted, the others."""
    posts = sorted(told.posts.items())
    if not EVERYTHING:
        posts = random.Random(SEED).sample(posts, POSTS_IN_A_SAMPLE)
    yield from ((key, post) for key, post in posts if not BY_NAME[key[1]].restricted)
    with telling.restricted(told.scene):
        yield from ((key, post) for key, post in posts if BY_NAME[key[1]].restricted)


# The rules themselves


def test_there_is_enough_to_ask():
    decisions = len(DUTIES) * len(RELATIONS) * len(TABLES) * len(VERBS)
    assert len(DUTIES) >= 14
    assert len(TABLES) >= 30
    assert len(VERBS) >= 6
    assert len(RELATIONS) >= 5
    assert decisions >= 12_600


def everybody():
    return [
        Who(duty, relation, tonight) for duty in DUTIES for relation in RELATIONS for tonight in (True, False)
    ]


@pytest.mark.parametrize("name", sorted(name for name, page in ROUTES.items() if page.about in TABLES))
def test_no_page_lets_anybody_do_what_the_database_would_not(name):
    page = ROUTES[name]
    table, wider = TABLES[page.about], []
    for who in everybody():
        if page.get and page.get.answer(who) == ALLOWED and table.answer(READ, who) != ALLOWED:
            wider.append(("get", who))
        if page.post and page.post.answer(who) == ALLOWED and table.answer(page.verb, who) != ALLOWED:
            wider.append(("post", who))
    assert wider == []


# The database


def test_the_database_answers_as_the_rules_say(told):
    asked, wrong = collections.Counter(), []
    by_table = {row.table: row for row in told.rows}
    assert set(by_table) == set(TABLES), "say in scene.py how a row comes into each table of rules.py"
    for (duty, relation), post in in_turn(told):
        for (table, verb), said in answers(post, told.rows).items():
            contact = by_table[table].contact
            who = Who(duty, BY_NAME[relation], contact is None or contact in told.tonight)
            owed = TABLES[table].answer(verb, who)
            asked[said] += 1
            if said != owed:
                wrong.append(
                    f"{verb} {table} as {duty or 'nobody in particular'}, {relation}: {said}, owed {owed}"
                )
    total = sum(asked[one] for one in (ALLOWED, REFUSED, ABSENT))
    figure(
        "S1 the database",
        f"{total} decisions, {len(wrong)} wrong: {dict(asked)}",
        "12,600 decisions, 0 wrong",
    )
    assert not wrong, "\n".join(sorted(wrong))


def test_nobody_adds_a_row_in_another_name(told):
    """Whoever may add it may add it as their own word alone."""
    named, taken, refused = [one for one in told.rows if one.is_in_a_name], set(), set()
    here = {duty: post for (duty, relation), post in told.posts.items() if relation == "of the hub"}
    for duty, post in here.items():
        who = Who(duty, BY_NAME["of the hub"])
        mine = [one for one in named if TABLES[one.table].answer(ADD, who) == ALLOWED]
        other = here["screen" if duty != "screen" else "assess"]
        for table, said in forged(post, mine, other).items():
            (taken if said == ALLOWED else refused).add(table)
    assert taken == set(NOT_HELD_TO_A_NAME)
    assert len(refused) > 80


def test_nobody_adds_a_row_to_another_hub(told):
    """Whoever may add it may add it to their own hub alone."""
    here = {duty: post for (duty, relation), post in told.posts.items() if relation == "of the hub"}
    elsewhere = told.posts["manage", "elsewhere"].hub_id
    taken, refused = set(), set()
    for duty, post in here.items():
        mine = [
            one
            for one in told.rows
            if TABLES[one.table].answer(ADD, Who(duty, BY_NAME["of the hub"])) == ALLOWED
        ]
        for table, said in strayed(post, mine, elsewhere).items():
            (taken if said == ALLOWED else refused).add(table)
    assert taken == set(ADDED_ELSEWHERE)
    assert len(refused) > 80


def test_nobody_puts_another_name_to_a_row(told):
    """What was written stays in the name of who wrote it, whoever may change the rest of it."""
    here = {duty: post for (duty, relation), post in told.posts.items() if relation == "of the hub"}
    taken, refused = set(), set()
    for duty, post in here.items():
        other = here["screen" if duty != "screen" else "assess"]
        for table, said in renamed(post, told.rows, other).items():
            (taken if said == ALLOWED else refused).add(table)
    assert taken == set(NAME_CHANGES)
    assert len(refused) > 80


def test_every_kind_of_answer_is_given_to_each_verb():
    """Or the comparison would prove little: somebody may, and somebody may not."""
    for verb in VERBS:
        given = {table.answer(verb, who) for table in TABLES.values() for who in everybody()}
        assert {ALLOWED} < given, verb


# The pages


def path_of(told, name, wanted):
    """Return an address, and the contact behind it if there is one."""
    known = told.scene.told | told.more
    keys = {one: known[IN_ADDRESS.get(name, {}).get(one, one)] for one in wanted}
    contact = keys.get("contact_id")
    for one, table in LEADS_TO.items():
        if one in keys and contact is None:
            with connections["builder"].cursor() as cursor:
                cursor.execute(f"SELECT to_jsonb(one) FROM {table} one WHERE id = %s", [keys[one]])
                contact = telling.contact_of(table, telling.read(cursor.fetchone()[0]))
    return reverse(name, kwargs=keys), contact


def questions(told):
    """Return every question to a page: name, method, path, contact."""
    found = []
    for name, wanted in patterns():
        if page := ROUTES.get(name):
            path, contact = path_of(told, name, wanted)
            found += [(name, one, path, contact) for one in ("get", "post") if getattr(page, one)]
    return found


def asked_at(told, path, relation=""):
    """Return an address with what stands in its query: of the hub of whoever asks."""
    query = QUERIES.get(path)
    return path + query(told.scene, quiet=bool(relation) and BY_NAME[relation].elsewhere) if query else path


def sent_by_hand(told, name):
    """Return what is sent to an address that shows no form of its own."""
    scene = told.scene
    if name == "contact:undo_settlement":
        who = scene.told["contact_person_id"]
        word = Settlement.objects.using("builder").get(contact_person=who, undone_at=None)
        return {"settlement": word.pk}
    if name == "desk:print":
        page = reverse("desk:case", args=[scene.told["contact_id"]])
        return {"page": page, "what": "page", "purpose": "court", "words": "Ordered"}
    return {}


def outcome(answer):
    """Return what an answer amounts to, or its status if that is none of the three."""
    if answer.status_code in {FOUND, AGAIN}:
        to = answer.headers["Location"]
        return ABSENT if to.startswith(("/post/", "/accounts/login/")) else ALLOWED
    return {OK: ALLOWED, NO: REFUSED, GONE: ABSENT}.get(answer.status_code, answer.status_code)


def filled(told, path):
    """Return what the form of a page sends, filled in by a worker who sees it; empty for none."""
    usual = (
        "decision.maker",
        "manager",
        "police",
        "release.approver",
        "intelligence",
        "auditor",
        "administrator",
    )
    for name in usual:
        shown = told.browser(name, told.scene.posts[name]).get(asked_at(told, path))
        if shown.status_code == OK and (found := forms(shown.content, path)):
            return found[0]
    return {}


def test_the_pages_answer_as_the_rules_say(told):
    wrong, asked, sent = [], collections.Counter(), {}
    marks = (told.scene.reference.encode(), b"Okafor", b"Cobbold")
    every = questions(told)
    share = REQUESTS / (len(every) * (len(told.posts) if EVERYTHING else POSTS_IN_A_SAMPLE))
    drawn = random.Random(SEED)
    with telling.undone():
        for name, method, path, _ in every:
            if method == "post":
                sent[path] = sent_by_hand(told, name) or filled(told, path)
        for (duty, relation), post in in_turn(told):
            for name, method, path, contact in every:
                if drawn.random() > share:
                    continue
                who = Who(duty, BY_NAME[relation], contact is None or contact in told.tonight)
                cache.clear()  # no limit of asking from before
                client, at = told.browser((duty, relation), post), asked_at(told, path, relation)
                try:
                    answer = client.get(at) if method == "get" else client.post(at, sent[path])
                except Exception as error:  # noqa: BLE001 (whatever it is, it is an answer of ours)
                    wrong.append(f"{method} {name} as {duty}, {relation}: breaks with {error!r}")
                    continue
                said, owed = outcome(answer), getattr(ROUTES[name], method).answer(who)
                asked[said] += 1
                if ROUTES[name].unless and owed != ABSENT:
                    asked["told apart from absent alone"] += 1
                    agrees = said != ABSENT or ROUTES[name].unless != FORM_FIRST
                else:
                    agrees = said == owed
                shows = said != ALLOWED and any(one in answer.content for one in marks)
                if not agrees or shows:
                    wrong.append(
                        f"{method} {name} as {duty or 'nobody in particular'}, {relation}: {said}, owed {owed}"
                        + (" and shows the case" if shows else "")
                    )
    total = sum(asked[one] for one in (ALLOWED, REFUSED, ABSENT))
    figure("S1 the pages", f"{total} decisions, {len(wrong)} wrong: {dict(asked)}", "all agree")
    assert not wrong, "\n".join(sorted(wrong))


def test_no_address_is_served_in_a_way_that_no_rule_names(told):
    """Another method than those in routes.py is answered "no such method", or as if nothing were there."""
    found = []
    with telling.undone():
        for name, wanted in patterns():
            if page := ROUTES.get(name):
                path, _ = path_of(told, name, wanted)
                for method in [one for one in ("get", "post") if not getattr(page, one)] + [
                    "put",
                    "patch",
                    "delete",
                ]:
                    client = told.browser("decision.maker", told.scene.posts["decision.maker"])
                    if (said := getattr(client, method)(path).status_code) not in {GONE, NO_SUCH_METHOD}:
                        found.append(f"{method} {name}: {said}")
    assert found == []
