"""Two children who went to and fro: her help was stepped down and up again, and her brother's ended and began anew."""

from datetime import timedelta
from typing import Any

from django.utils.timezone import localdate

from mash.contact.models import Contact
from mash.desk.demo import story
from mash.desk.demo.setting_up import as_worker
from mash.people import actions as people
from mash.people.models import Person

CHILDREN = (("Zofia", "Marek-Lowe", "2015-06-19"), ("Tymon", "Marek-Lowe", "2018-01-30"))
LIVED_THERE = timedelta(days=500)
SOCIAL_CARE, EARLY_HELP = "Northfield Children's Social Care", "Northfield Family Help"
SPELLS = (  # of each child: who worked with them, at which tier, from and until so many days ago
    (
        (SOCIAL_CARE, "Child in need", 3, 410, 150),
        (EARLY_HELP, "Early help", 2, 150, 75),
        (SOCIAL_CARE, "Child in need", 3, 75, 0),
    ),
    ((SOCIAL_CARE, "Child in need", 3, 410, 180), (EARLY_HELP, "Early help", 2, 100, 0)),
)
MESSAGE: dict[str, Any] = {
    "format": "openmash.referral/1",
    "reference": "NS-GOING-1",
    "source": {"kind": "school", "organisation": "Fernbank Primary School", "name": "Head teacher"},
    "subject": "child",
    "type": "early_help",
    "concern": {
        "categories": ["neglect"],
        "what_happened": "Both children come without breakfast again, as they did before the help that ended.",
    },
    "agreement": {"sought": "given", "by": "Their mother", "covers": ["p1", "p2"], "family_aware": True},
}


def tell(stage: story.Stage) -> Contact:
    """Receive a referral about two children, settle who they are, and put on record what was open with them before."""
    at = stage.now - timedelta(hours=6)
    said = MESSAGE | {
        "sent_at": at.isoformat(),
        "people": [
            {
                "id": f"p{number}",
                "role": "child",
                "name": {"given": given, "family": family},
                "born_on": born_on,
            }
            for number, (given, family, born_on) in enumerate(CHILDREN, 1)
        ],
    }
    past = story.Stage(stage.hub, stage.posts, at + timedelta(minutes=20), timedelta())
    (contact,) = story.receive_all(past, [said]).values()
    story.settle_all(past, contact)
    story.rate(past, contact, "amber")
    by, today = stage.posts["social.worker"], localdate(at)
    with as_worker(by):
        them = [
            Person.objects.get(pk__in=contact.people.filter(ref=ref).values("settlements__person"))
            for ref in ("p1", "p2")
        ]
        people.share_a_home(people=them, label="Marek-Lowe", by=by, at=at - LIVED_THERE)
    for person, spells in zip(them, SPELLS, strict=True):
        with as_worker(by):
            for agency, plan, tier, begun, ended in spells:
                people.open_involvement(
                    person=person,
                    source="panel",
                    agency=agency,
                    plan=plan,
                    tier=tier,
                    from_on=today - timedelta(days=begun),
                    until_on=today - timedelta(days=ended) if ended else None,
                    by=by,
                    at=at,
                )
    return contact
