"""The parts of the set-up in the order in which a new hub goes through them."""

from mash.common.navigation import address_of
from mash.partnership.models import Staff
from mash.setup.models import Part
from mash.setup.queries import hubs as queries

SECTIONS = (
    (Part.HUB, "setup:particulars", "What the hub is called, its colour, and how it is reached"),
    (Part.LOGO, "setup:logo", "A small picture beside the name; a hub can do without"),
    (Part.HOURS, "setup:hours", "When it is staffed: working time counts only then"),
    (
        Part.CLOSURES,
        "setup:closures",
        "Days on which it is closed although the week says open; bank holidays",
    ),
    (Part.CLOCKS, "setup:clocks", "How long each stage may take, by rating, for a child and for an adult"),
    (Part.AGENCIES, "setup:agencies", "Who can be asked in a check, and where a reminder reaches them"),
    (Part.POSTS, "setup:posts", "Who works here, for which agency, with which duties, from when until when"),
    (
        Part.CONTENT,
        "setup:contents",
        "Questions, categories, outcomes, levels of need, letters, bases and rules",
    ),
)


def sections(staff: Staff) -> list[dict[str, str]]:
    """Return each part with its address, and whether anybody has been through it."""
    last = queries.last_changed(staff)
    return [
        {
            "title": part.label,
            "href": address_of(name),
            "state": "done" if part in last else "to_do",
            "hint": hint,
        }
        for part, name, hint in SECTIONS
        if address_of(name)
    ]
