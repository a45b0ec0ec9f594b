"""What a hub may change in its content, part by part and field by field.  Pure: data, and how to read and set it.

Whatever is not named here is fixed by law, by national guidance or by the code, and no page changes it.
"""

import copy
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from mash.common.content import CHOSEN_LOCALLY
from mash.setup import lettering
from mash.setup.retention import COUNTED_FROM

Raw = Any  # plain lists and mappings
Kind = Literal["line", "text", "lines", "letter", "number", "choice", "choices", "yes_no"]
EFFECTS = (
    ("manager_review", "A manager reads them together"),
    ("joint_review", "Both services meet"),
    ("second_manager_decides", "A manager who made none of the earlier decisions decides"),
    ("mark_only", "It is only marked"),
)
DECIDES = (
    ("hub_worker", "A worker at the hub’s desk"),
    ("social_worker", "A social worker on duty"),
    ("decision_maker", "The social care decision maker"),
    ("adult_decision_maker", "The adult decision maker"),
)
SECOND = (("red", "On red"), ("repeat", "On a repeat"), ("always", "Always"))
READERS = (
    ("parent", "A parent or carer"),
    ("young_person", "A young person"),
    ("adult", "An adult at risk"),
)
SUBJECTS = (("child", "A child"), ("adult", "An adult"), ("both", "Both"))
RULES = {
    "number",
    "choice",
    "choices",
    "yes_no",
}  # a change of one of these is the hub's own choice, not its source's
WORD = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True, slots=True)
class Field:
    """One thing that can be changed.  path: where it stands in its thing, steps parted by dots."""

    path: str
    label: str
    kind: Kind = "line"
    choices: tuple[tuple[str, str], ...] = ()
    required: bool = True
    hint: str = ""

    @property
    def name(self) -> str:
        """Its name in a form."""
        return self.path.replace(".", "-")


@dataclass(frozen=True, slots=True)
class Part:
    """One list of a content.  path: where the list stands.  blank: what a new thing starts from; None: none is added.

    retires: a thing can be taken out of use; it stays known.
    unused: ids of things that nothing reads yet, and `all_unused` where that is so of all: their pages say so.
    """

    path: str
    title: str
    fields: tuple[Field, ...]
    named_by: str = "label"
    blank: Mapping[str, Any] | None = None
    retires: bool = False
    unused: frozenset[str] = frozenset()
    all_unused: bool = False

    def is_unused(self, thing: str) -> bool:
        """Tell whether nothing reads a thing of it yet."""
        return self.all_unused or thing in self.unused

    @property
    def name(self) -> str:
        """Its name in an address."""
        return self.path.replace(".", "-")


LABEL, PROMPT = Field("label", "Name"), Field("prompt", "What people are asked", "text")
VALUE = Field("value", "How many", "number")
FACTOR = {"label": ""}
TEXT = Field(
    "text",
    "What it says",
    "text",
    hint="Gaps in braces are filled for whoever reads it; a sentence whose gap is empty is left out",
)
GAPS_OF_THE_GUIDE = (
    "Gaps in braces are filled from the list of gaps; a sentence whose gap is empty is left out."
)
URGENCIES = (("now", "Now: within minutes"), ("today", "Today"), ("this_week", "This week"))
AUDIENCES = (
    ("all", "Anybody"),
    ("school", "Schools and colleges"),
    ("health", "Health"),
    ("police", "Police"),
)
WAYS_TO_LEARN = (
    ("face_to_face", "Face to face"),
    ("online", "Online, together"),
    ("elearning", "E-learning"),
    ("mentoring", "Mentoring"),
    ("video", "Recorded session watched"),
)
PARTS: dict[str, tuple[Part, ...]] = {
    "categories": (
        Part(
            "categories",
            "Categories",
            (
                LABEL,
                Field("means", "What it means", "text"),
                Field("ask", "The first thing to find out", "text"),
                Field("subject", "For whom?", "choice", SUBJECTS),
                Field("group", "Under which heading?", "choice"),
            ),
            blank={"label": "", "means": "", "ask": "", "subject": "", "group": ""},
            retires=True,
        ),
        Part("groups", "Headings", (LABEL,)),
    ),
    "wards": (
        Part(
            "wards",
            "Wards",
            (
                LABEL,
                Field(
                    "postcodes",
                    "Postcodes in it",
                    "lines",
                    hint="One a line: a whole postcode, or how they begin, such as NF1 or NF1 2",
                ),
            ),
            blank={"label": "", "postcodes": []},
            retires=True,
        ),
    ),
    "outcomes": (
        Part(
            "outcomes",
            "Outcomes",
            (
                LABEL,
                Field("means", "What it means", "text", required=False),
                Field("decided_by", "Who decides it?", "choice", DECIDES),
                Field(
                    "second_person.when", "When must somebody else agree?", "choices", SECOND, required=False
                ),
            ),
            retires=True,
        ),
        Part(
            "disagreement",
            "Steps of disagreement",
            (
                Field("who", "Who talks", "text"),
                Field("within.value", "Working days", "number"),
                Field("urgent_within.value", "Hours, where a child is at immediate risk", "number"),
            ),
            named_by="who",
        ),
    ),
    "passed_back": (
        Part("reasons", "Reasons", (LABEL,), blank={"label": "", "source": CHOSEN_LOCALLY}, retires=True),
    ),
    "plans": (
        Part("numbers", "Numbers", (Field("value", "How many", "number"),)),
        Part(
            "before_asking",
            "What holds before somebody asks for a plan",
            (Field("label", "What holds", "text"),),
            blank={"label": "", "source": CHOSEN_LOCALLY},
            retires=True,
        ),
        Part(
            "questions",
            "Questions of a look at a plan",
            (Field("label", "Question"), Field("hint", "Help with it", "text")),
        ),
        Part(
            "vague",
            "Words for which something is no action",
            (Field("label", "Words"),),
            blank={"label": "", "source": CHOSEN_LOCALLY},
            retires=True,
        ),
        Part(
            "step_up",
            "Reasons to go up to the hub",
            (Field("label", "Reason", "text"), Field("act", "What to do then", "text")),
            blank={"label": "", "act": "", "source": CHOSEN_LOCALLY},
        ),
        Part(
            "closing",
            "Reasons to close a plan",
            (
                Field("label", "Reason", "text"),
                Field("asks", "What must be said with it", "text", required=False),
            ),
            blank={"label": "", "asks": None, "source": CHOSEN_LOCALLY},
            retires=True,
        ),
    ),
    "alongside": (
        Part("within", "How soon it is to arrive", (LABEL, Field("limit.value", "How many", "number"))),
        Part(
            "kinds",
            "What goes alongside",
            (Field("first", "What is read before it is opened", "text", required=False),),
            named_by="id",
        ),
        Part(
            "questions",
            "What is asked before it is opened",
            (Field("label", "Question"), Field("hint", "Hint", "text", required=False)),
        ),
        Part(
            "results",
            "What may come of it",
            (LABEL, Field("asks", "What must be said with it", "text")),
        ),
    ),
    "grading": (
        Part(
            "criteria",
            "What a referral is looked at for",
            (
                LABEL,
                *(Field(f"g{grade}", f"What a {grade} looks like", "text") for grade in range(1, 5)),
            ),
        ),
        Part(
            "caps",
            "What holds the whole down",
            (
                Field("whole_at_most", "The whole is at most", "number"),
                Field("unless_urgent", "Not where danger or red was stated", "yes_no"),
            ),
            named_by="id",
        ),
        Part("rules", "Numbers by which grading goes", (LABEL, Field("value", "Number", "number"))),
        Part("also_found", "What graders may also have found", (LABEL,)),
    ),
    "dip_samples": (
        Part("rules", "Numbers by which samples go", (LABEL, Field("value", "Number", "number"))),
        Part(
            "questions",
            "What is asked of each incident",
            (Field("text", "Question"), Field("hint", "Hint", "text", required=False)),
            named_by="text",
        ),
    ),
    "patterns": (
        Part("windows", "Over how long events are counted", (LABEL, Field("days", "Days", "number"))),
        Part(
            "patterns",
            "What is looked for",
            (LABEL, Field("count", "How many events", "number")),
            retires=True,
        ),
        Part("numbers", "Numbers by which it goes", (LABEL, Field("value", "Number", "number"))),
    ),
    "notifications": (Part("numbers", "Hours and minutes", (Field("value", "How many", "number"),)),),
    "handover": (
        Part(
            "answer_within",
            "By when a service answers",
            (LABEL, Field("days", "Working days, or 0 for the same day", "number")),
        ),
        Part(
            "receivers",
            "Who receives hand-overs",
            (LABEL, Field("case_number.says", "How their case numbers look, in words", "text")),
        ),
        Part(
            "steps", "Steps between tiers", (LABEL, Field("product", "What the sender writes")), retires=True
        ),
    ),
    "releases": (
        Part(
            "purposes",
            "What something is released for",
            (LABEL,),
            blank={"label": "", "source": CHOSEN_LOCALLY},
            retires=True,
        ),
        Part(
            "protocols",
            "Protocols of sharing",
            (LABEL,),
            blank={"label": "", "source": CHOSEN_LOCALLY},
            retires=True,
        ),
    ),
    "thresholds": (
        Part(
            "levels",
            "Levels of need",
            (
                Field("name", "Name"),
                Field("plain", "In plain words", "text"),
                Field("also_called", "Also called", "lines", required=False, hint="One on each line"),
                Field("descriptors", "Signs of it", "lines", hint="One on each line"),
                Field("examples", "Examples", "lines", hint="One on each line"),
            ),
            named_by="name",
        ),
    ),
    "form": (
        Part("texts", "What the pages say", (TEXT,)),
        Part("after_hours", "What is said while nobody is there to read", (TEXT,)),
        Part("while_open", "What is said while the hub is open", (TEXT,)),
        Part(
            "contacts",
            "Other numbers to call",
            (
                Field("label", "Who answers"),
                Field("number", "Telephone number"),
                Field("when", "When", required=False, hint="For example: Monday to Friday, 9 to 5"),
            ),
            blank={"label": "", "number": "", "when": ""},
            retires=True,
        ),
    ),
    "letters": (
        Part(
            "templates",
            "Letters",
            (
                Field("label", "Name"),
                Field("reader", "For whom is it?", "choice", READERS),
                Field("subject_line", "Subject", required=False),
                Field("body", "The words", "letter", hint=lettering.HOW),
                Field(
                    "never", "What it never says", "lines", hint="One on each line; read before it is cleared"
                ),
            ),
            blank={
                "label": "",
                "reader": "",
                "goes": "draft_only",
                "subject_line": "",
                "body": [],
                "never": [],
            },
            retires=True,
        ),
    ),
    "ratings": (
        Part(
            "ratings",
            "Ratings",
            (Field("meaning", "What it means", "text"), Field("typical", "Typical of it", "text")),
        ),
        Part(
            "repeats",
            "Repeats",
            (
                LABEL,
                Field("count", "How many contacts", "number"),
                Field("within_days", "Within how many days", "number"),
                Field("effect", "What follows?", "choice", EFFECTS),
                PROMPT,
            ),
        ),
        Part(
            "bounce",
            "Going to and fro between levels",
            (
                LABEL,
                Field("within_days", "Within how many days", "number"),
                Field(
                    "effect",
                    "What follows?",
                    "choice",
                    EFFECTS,
                    hint="It is shown to whoever reads the case; nobody is asked by it yet",
                ),
                PROMPT,
            ),
        ),
        Part(
            "fixed_clocks",
            "Clocks of law and national guidance: shorter, never longer",
            (VALUE,),
            named_by="id",
            unused=frozenset({"assessment", "initial_conference"}),
        ),
        Part("local_clocks", "Local clocks", (VALUE,), named_by="id"),
        Part("adult_clocks.clocks", "Local clocks for adults", (VALUE,), named_by="id"),
        Part(
            "working_time.pauses",
            "Reasons to pause a clock: none, unless you add one",
            (LABEL,),
            blank={"label": ""},
            retires=True,
        ),
    ),
    "lawful_bases": (
        Part(
            "bases",
            "Lawful bases",
            (
                LABEL,
                Field("plain", "In plain words", "text"),
                Field("enabled", "Is it offered here?", "yes_no"),
            ),
        ),
        Part("override_grounds", "Grounds for going without agreement", (LABEL, PROMPT)),
        Part(
            "refusal_reasons",
            "Reasons not to share",
            (LABEL, Field("explain", "Must it be explained in words?", "yes_no")),
        ),
    ),
    "risk_matrix": (
        Part("vulnerabilities", "What makes harm more likely or worse", (LABEL,), blank=FACTOR),
        Part("aggravating", "What makes it more serious", (LABEL,), blank=FACTOR),
        Part(
            "protective",
            "Strengths",
            (LABEL, Field("test", "How do we know that it is real?", "text")),
            blank={"label": "", "test": ""},
        ),
        Part(
            "rationale_prompts",
            "What the reasons answer",
            (Field("text", "Question", "text"),),
            named_by="text",
        ),
    ),
    "directory": (
        Part("rules", "When entries are looked through", (Field("value", "How many days", "number"),)),
        Part(
            "needs",
            "Needs",
            (
                LABEL,
                Field(
                    "words",
                    "Words that speak of it",
                    "lines",
                    hint="One on each line. An entry that holds one of them is found under this need.",
                ),
            ),
            blank={"label": "", "words": []},
            retires=True,
        ),
        Part(
            "roles",
            "Roles of named contacts",
            (LABEL, Field("asks", "What they are asked about", required=False)),
            blank={"label": "", "asks": ""},
            retires=True,
        ),
    ),
    "referral_guide": (
        Part(
            "placeholders",
            "Gaps and what fills them here",
            (Field("value", "What fills it here", "text", required=False),),
        ),
        Part(
            "answers",
            "Questions practitioners ask",
            (
                Field("question", "The question"),
                Field("answer", "The answer", "text", hint=GAPS_OF_THE_GUIDE),
                Field("audience", "Who asks it?", "choice", AUDIENCES),
            ),
            named_by="question",
            blank={"question": "", "answer": "", "audience": ""},
            retires=True,
        ),
        Part(
            "pathways",
            "From a sign to help",
            (
                Field("heading", "Heading"),
                Field("sign", "What somebody sees", "text"),
                Field("urgency", "How soon?", "choice", URGENCIES),
                Field("today", "What to do first", "lines", hint="One on each line, in order"),
                Field("contact", "Who to call", "lines", hint="One on each line. " + GAPS_OF_THE_GUIDE),
                Field("route", "How it goes on", "text"),
                Field("agreement", "Agreement", "text"),
            ),
            named_by="heading",
            blank={
                "heading": "",
                "sign": "",
                "urgency": "",
                "today": [],
                "contact": [],
                "route": "",
                "agreement": "",
            },
            retires=True,
        ),
        Part(
            "principles",
            "What stands above the signs",
            (TEXT,),
            named_by="text",
            blank={"text": ""},
            retires=True,
        ),
        Part(
            "afterwards", "What stands below them", (TEXT,), named_by="text", blank={"text": ""}, retires=True
        ),
    ),
    "training": (
        Part("rules", "Numbers by which training works", (Field("value", "How many", "number"),)),
        Part(
            "modules",
            "Modules",
            (
                LABEL,
                Field(
                    "version",
                    "Version",
                    "number",
                    hint="Raise it when law or guidance changes what the module teaches",
                ),
                Field("because", "What changed with this version", "text", required=False),
                Field("again", "Does whoever took an earlier version take it anew?", "yes_no"),
                Field("minutes", "How many minutes", "number"),
                Field("ways", "How can it be taken?", "choices", WAYS_TO_LEARN),
                Field("renew_months", "Taken again after how many months, 0 for never", "number"),
                Field("link", "Where the e-learning is, beginning with https://", required=False),
                Field("covers", "What it covers", "lines", hint="One on each line"),
                Field("able_to", "What one can do afterwards", "lines", hint="One on each line"),
            ),
            blank={
                "label": "",
                "version": 1,
                "because": "",
                "again": False,
                "minutes": 60,
                "ways": [],
                "renew_months": 0,
                "link": "",
                "covers": [],
                "able_to": [],
            },
            retires=True,
        ),
        Part(
            "paths",
            "What each role takes before working alone",
            (
                Field("required", "Which modules?", "choices"),
                Field("by_days", "Within how many working days", "number"),
            ),
        ),
        Part(
            "duties",
            "Duties that are given only to whoever is signed off",
            (Field("needed", "Does this hub ask for the path before the duty?", "yes_no"),),
        ),
        Part("roles", "Roles in the hub", (LABEL,), blank={"label": ""}, retires=True),
        Part(
            "topics",
            "Topics of continuing development",
            (LABEL,),
            blank={"label": "", "from": "hub"},
            retires=True,
        ),
        Part(
            "programmes",
            "Programmes",
            (
                LABEL,
                Field("minutes", "How many minutes is a day", "number"),
                Field("audience", "For whom", "lines", hint="One on each line"),
                Field("taught_by", "Who teaches it", "text"),
            ),
            retires=True,
        ),
    ),
    "panel": (
        Part("rules", "Numbers by which a panel works", (Field("value", "How many", "number"),)),
        Part(
            "agenda",
            "What stands on an agenda",
            (LABEL, Field("minutes", "How many minutes", "number")),
            retires=True,
        ),
        Part("decisions", "What a panel decides", (LABEL,), retires=True),
        Part("entry", "What must be so before a family is brought", (TEXT,), named_by="text"),
        Part("members", "What a member promises", (TEXT,), named_by="text"),
    ),
    "retention": (
        Part(
            "periods",
            "Classes of record",
            (
                Field("label", "Which records"),
                Field("covers", "What belongs to it", "text"),
                Field("years", "How many years", "number"),
                Field("counted_from", "From when is it counted?", "choice", COUNTED_FROM),
            ),
            blank={"label": "", "covers": "", "years": "", "counted_from": "", "source": CHOSEN_LOCALLY},
            retires=True,
        ),
    ),
    "rota": (
        Part(
            "posts",
            "Posts that must be filled",
            (
                LABEL,
                Field("at_least", "How many at least", "number"),
                Field("deputies", "How many deputies", "number"),
            ),
        ),
    ),
}


def part_named(content: str, name: str) -> Part:
    """Return a part of a content.  Raises KeyError for one that there is not."""
    return {part.name: part for part in PARTS[content]}[name]


def things(words: Raw, part: Part) -> list[dict[str, Any]]:
    """Return the things of a part, in order."""
    found = words
    for step in part.path.split("."):
        found = found[step]
    return list(found)


def thing_named(words: Raw, part: Part, thing_id: str) -> dict[str, Any]:
    """Return one thing of a part.  Raises KeyError for one that there is not."""
    return {str(one["id"]): one for one in things(words, part)}[thing_id]


def fields_of(words: Raw, part: Part, thing: Mapping[str, Any]) -> Iterator[Field]:
    """Yield the fields of one thing: a field that holds several is one field for each."""
    for one in part.fields:
        if one.path == "group":
            choices = tuple((group["id"], group["label"]) for group in words["groups"])
            yield Field("group", one.label, "choice", choices)
        elif one.path == "required" and one.kind == "choices":
            choices = tuple((module["id"], module["label"]) for module in words["modules"])
            yield Field("required", one.label, "choices", choices)
        elif one.path == "descriptors":
            for domain in words["domains"]:
                yield Field(
                    f"descriptors.{domain['id']}", f"{one.label}: {domain['label']}", "lines", hint=one.hint
                )
        elif one.path == "reader":
            if "id" not in thing:  # said once: who reads a letter decides who may write it
                yield one
        elif one.path == "decided_by" and thing.get("decided_by") not in dict(DECIDES):
            continue  # somebody outside the hub decides it, by law
        elif one.path != "subject_line" or thing.get("subject_line") is not None:
            yield one


def value_at(thing: Any, path: str) -> Any:
    """Return what stands at a path; None where nothing does."""
    for step in path.split("."):
        if thing is None:
            return None
        thing = thing[int(step)] if isinstance(thing, list) else thing.get(step)
    return thing


def with_values(words: Raw, part: Part, thing_id: str, values: Mapping[str, Any]) -> Raw:
    """Return the content with some values of one thing changed.

    values: by path.  A rule that changes is the hub's own choice from then on, and says so as its source.

    Raises KeyError for a thing that there is not.
    """
    changed = copy.deepcopy(words)
    thing = thing_named(changed, part, thing_id)
    kinds = {one.path: one.kind for one in fields_of(words, part, thing)}
    for path, value in values.items():
        before = value_at(thing, path)
        if before == value or (before is None and value in ("", [], None)):
            continue
        _set(thing, path, value)
        is_a_rule = kinds.get(path) in RULES and part.path not in {"fixed_clocks", "bases"}
        if is_a_rule and "source" in thing and not isinstance(thing["source"], list):
            thing["source"] = CHOSEN_LOCALLY
    return changed


def with_new(words: Raw, part: Part, values: Mapping[str, Any]) -> tuple[Raw, str]:
    """Return the content with a new thing at the end of a part, and the id it was given: from its name, and new."""
    changed = copy.deepcopy(words)
    known = {str(one["id"]) for one in things(changed, part)}
    stem = WORD.sub("_", str(values[part.named_by]).lower()).strip("_")[:40] or "new"
    numbered = (f"{stem}_{number}" for number in range(2, len(known) + 3))
    new_id = next(one for one in (stem, *numbered) if one not in known)
    place = changed
    for step in part.path.split("."):
        place = place[step]
    place.append({"id": new_id, **dict(part.blank or {}), **values})
    return changed, new_id


def retired(words: Raw, part: Part, thing_id: str, *, gone: bool) -> Raw:
    """Return the content with one thing taken out of use, or brought back into use."""
    changed = copy.deepcopy(words)
    thing = thing_named(changed, part, thing_id)
    thing.pop("retired", None)
    if gone:
        thing["retired"] = True
    return changed


def _set(thing: Any, path: str, value: Any) -> None:
    *way, last = path.split(".")
    if path == "second_person.when":
        thing.pop("second_person", None)
        if value:
            thing["second_person"] = {"when": list(value), "source": CHOSEN_LOCALLY}
        return
    for step in way:
        thing = thing[int(step)] if isinstance(thing, list) else thing.setdefault(step, {})
    if isinstance(thing, list):
        thing[int(last)] = value
    else:
        thing[last] = value
        if way and "source" in thing:
            thing["source"] = CHOSEN_LOCALLY
