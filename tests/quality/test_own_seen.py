"""The copy of a picture: each line is picked by name, so what is not named is not there."""

from datetime import UTC, datetime

from mash.quality.own import seen

AT = datetime(2026, 11, 10, 12, tzinfo=UTC)
PICTURE = {
    "contacts": [
        {
            "key": "k1",
            "reference": "NF-1",
            "received_at": "2026-11-02T09:00:00+00:00",
            "from": "Fernbank Primary",
            "type": "Safeguarding",
            "categories": ["neglect"],
            "concern": {"what_happened": "No coat, says Ruth Adler.", "zqx_new": "zqxhidden"},
            "added": [{"by": "zqxworker", "words": "He was cold.", "at": "2026-11-11T09:00:00+00:00"}],
        },
    ],
    "people": [
        {
            "key": "c1",
            "person": "p1",
            "name": "OKAFOR, Daniel",
            "role": "child",
            "born_on": "2018-03-04",
            "at_risk": True,
        }
    ],
    "ratings": [
        {
            "colour": "zqxcolour",
            "why": "zqxwhy",
            "by": "zqxrater",
            "change": "First",
            "at": "2026-11-02T09:00:00+00:00",
        }
    ],
    "agreements": [
        {
            "about": "OKAFOR, Daniel",
            "sought": "Given",
            "scopes": ["Asking named agencies"],
            "words": "Yes.",
            "at": "2026-11-02T09:00:00+00:00",
            "withdrawn_at": "2026-11-12T09:00:00+00:00",
            "lapses_at": None,
            "from_message": True,
        },
        {
            "about": "OKAFOR, Daniel",
            "sought": "Given",
            "scopes": ["Early help or family help"],
            "words": "zqxagrees",
            "at": "2026-11-02T09:00:00+00:00",
            "withdrawn_at": None,
            "lapses_at": None,
            "from_message": False,
        },
    ],
    "grounds": [
        {
            "about": "OKAFOR, Daniel",
            "ground": "Asking would raise the risk",
            "reason": "He is near.",
            "approved_by": "zqxmanager",
            "refused": False,
        }
    ],
    "bases": ["Children Act 1989 s17"],
    "check": {
        "key": "x",
        "opened_at": "2026-11-03T09:00:00+00:00",
        "on_a_ground": False,
        "closed_at": None,
        "again": [],
    },
    "agencies": [
        {
            "key": "a",
            "agency": "Education",
            "asked_about": ["Daniel"],
            "added": "",
            "sent_at": "2026-11-03T09:00:00+00:00",
            "due_at": "2026-11-04T09:00:00+00:00",
            "returned_at": "2026-11-04T09:00:00+00:00",
            "nil": False,
            "part": False,
            "missing": False,
            "let_go_at": None,
            "withheld": [["Not ours to share", "A file of another force"]],
            "answers": [
                {
                    "question": "Attendance?",
                    "about": "Daniel",
                    "value": "81 %",
                    "text": "Late twice.",
                    "summary": False,
                    "source": "Register",
                    "on": None,
                    "precision": "day",
                    "at": "2026-11-04T09:00:00+00:00",
                }
            ],
        },
        {
            "key": "b",
            "agency": "Police",
            "asked_about": [],
            "added": "",
            "sent_at": "2026-11-03T09:00:00+00:00",
            "due_at": "2026-11-04T09:00:00+00:00",
            "returned_at": None,
            "nil": False,
            "part": False,
            "missing": True,
            "let_go_at": None,
            "withheld": [],
            "answers": [],
        },
    ],
    "missing": ["Police"],
    "history": [
        {
            "key": "c1",
            "name": "OKAFOR, Daniel",
            "decided_here": ["zqxdecided"],
            "work": [
                {
                    "tier": 3,
                    "plan": "Child in need",
                    "agency": "Social care",
                    "team": "",
                    "worker": "zqxallocated",
                    "manager": "",
                    "from_on": "2026-06-01",
                    "until_on": "2026-11-20",
                    "as_at": None,
                }
            ],
            "earlier": [
                {
                    "key": "k0",
                    "reference": "NF-0",
                    "received_at": "2026-09-01T09:00:00+00:00",
                    "from": "A ward",
                    "categories": [],
                    "outcome": "Early help",
                },
                {
                    "key": "k9",
                    "reference": "NF-9",
                    "received_at": "2026-11-28T09:00:00+00:00",
                    "from": "A ward",
                    "categories": [],
                    "outcome": "",
                },
            ],
        },
    ],
    "adults": [],
    "repeats": [{"id": "r", "label": "Twice in a year", "prompt": "zqxprompt", "contacts": ["NF-1", "NF-0"]}],
    "risk": {
        "worries": "Hunger.",
        "strengths": "Aunt.",
        "needs_to_happen": "",
        "childs_voice": "“I am cold.”",
        "missing": "",
        "picked": {"zqxmatrix": 3},
        "at": "2026-11-05T09:00:00+00:00",
        "by": "zqxassessor",
    },
    "views": [
        {
            "agency": "Health",
            "colour": "zqxagencycolour",
            "disagrees": True,
            "words": "We would worry more.",
            "at": "2026-11-05T09:00:00+00:00",
        }
    ],
    "events": [
        {
            "on": "2026-10-01",
            "precision": "day",
            "title": "Moved home",
            "agency": "Housing",
            "significant": True,
        }
    ],
    "strategies": [],
    "zqx_later": [{"outcome": "zqxlater"}],
}
HELPS = {"Early help or family help"}


def words(picture=PICTURE, **how):
    return str(seen.sections(picture, helps=HELPS, **how))


def test_what_was_known_from_whom_and_what_was_missing_is_there():
    said = words()
    for one in (
        "No coat",
        "Fernbank Primary",
        "He was cold.",
        "OKAFOR, Daniel",
        "4 March 2018",
        "Asking named agencies",
        "Children Act 1989 s17",
        "81 % Late twice. (Register)",
        "Held and not shared",
        "Police",
        "Had not answered whole",
        "Child in need, Social care",
        "NF-0 from A ward. Early help",
        "Twice in a year",
        "Hunger.",
        "“I am cold.”",
        "We would worry more.",
        "Moved home",
    ):
        assert one in said, one


def test_what_is_not_named_is_hidden_whatever_a_picture_learns():
    assert "zqx" not in words()


def test_whoever_decided_is_covered_in_others_words_too():
    assert "Ruth" in words()
    assert "Ruth Adler" not in words(hide=["Ruth Adler"])


def test_a_picture_without_a_check_says_that_nobody_was_asked():
    said = words(PICTURE | {"check": None, "agencies": [], "missing": []})
    assert "No agency was asked" in said
    whole = words(PICTURE | {"agencies": PICTURE["agencies"][:1], "missing": []})
    assert "Every agency that was asked answered" in whole


def test_what_is_closed_is_taken_out_wherever_it_stands():
    said = str(seen.without(PICTURE, {"k0", "NF-0"}))
    assert "NF-0" not in said
    assert "NF-9" in said
    keys, told, people = seen.speaks_of(PICTURE)
    assert (keys, told, people) == ({"k1", "k0", "k9"}, {"NF-1", "NF-0"}, {"p1"})


def test_a_picture_drawn_later_is_drawn_back_to_its_day():
    before = seen.as_it_was(PICTURE, AT)
    said = words(before)
    assert "He was cold." not in said  # added the day after
    assert "NF-9" not in said  # came afterwards
    assert "Withdrawn" not in said
    assert "Withdrawn" in words()
    assert "from 1 June 2026, open" in said
    assert "to 20 November 2026" in words()
    assert "81 %" in said
