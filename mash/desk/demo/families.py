"""A family whose relations a worker wrote down, beside what three agencies said of it in their contacts."""

from datetime import timedelta

from mash.contact import queries as contacts
from mash.contact.models import Contact
from mash.desk.demo import story
from mash.desk.demo.setting_up import as_worker
from mash.people import actions as people

POLICE, SCHOOL = "NF26-A01", "NF26-A02"
CHILD, SISTER, MOTHER, PARTNER = (POLICE, "p1"), (POLICE, "p2"), (POLICE, "p3"), (POLICE, "p4")
GRANDMOTHER, FATHER = (SCHOOL, "p3"), (SCHOOL, "p4")
KNOWN = (  # who is the what of whom, and whether with parental responsibility
    (MOTHER, "parent", CHILD, True),
    (MOTHER, "parent", SISTER, True),
    (FATHER, "parent", CHILD, None),
    (FATHER, "parent", SISTER, None),
    (FATHER, "separated", MOTHER, None),
    (GRANDMOTHER, "parent", FATHER, None),
    (GRANDMOTHER, "carer", CHILD, False),
)
WRITTEN_AFTER = timedelta(hours=3)


def tell(stage: story.Stage, found: dict[str, Contact]) -> None:
    """Have the social worker write down what the family's mother said of it on the telephone."""
    by, at = stage.posts["social.worker"], min(found[POLICE].received_at + WRITTEN_AFTER, stage.now)
    for reference in (POLICE, SCHOOL):
        story.settle_all(stage, found[reference])
    with as_worker(by):
        settled = {
            (reference, named.who.ref): named.word.person
            for reference in (POLICE, SCHOOL)
            for named in contacts.people_of(found[reference])
            if named.word and named.word.person
        }
        for one, kind, other, responsible in KNOWN:
            people.relate_people(
                from_person=settled[one],
                to_person=settled[other],
                kind=kind,
                parental_responsibility=responsible,
                by=by,
                at=at,
            )
