"""Questions between the two made-up hubs, a summary that one lets the other read, and a family on its way."""

import uuid
from datetime import datetime, timedelta

from mash.boroughs import actions, queries
from mash.boroughs.actions.telling import tell_asked
from mash.boroughs.models import Asked, Question
from mash.contact.models import Contact
from mash.decision import queries as decisions
from mash.desk.demo import own_records, story
from mash.desk.demo.setting_up import as_program, as_worker
from mash.partnership.models import Staff

KNOWN, NOT_KNOWN, MOVED = "NF26-A18", "NF26-A31", "NF26-A10"
ASKER, ANSWERER, MANAGER = "social.worker", "decision.maker", "manager"
WHY_ASKED = "Her grandmother says that they lived on your side of the canal until last spring."
WHY_ASKED_TOO = "She was at a school in your area until July, her mother says."
SUMMARY = (
    "Known to us for five months until April. A family worker came weekly and helped with nursery and with rent. "
    "The mother asked for this help herself. It ended when they moved, and nobody could be found to go on with it."
)
WHY_GIVEN = "So that whoever visits now need not begin anew."
WHY_MOVED = "They live with the children’s aunt in Eastmere since Saturday, and mean to stay there."
LIVES = "With the children’s aunt, near Eastmere station; the mother tells you the house when you ring"
WORRIES = (
    "He knows the aunt’s street. The mother has not been to work since, and the older child does not sleep."
)
SAFETY = "Nadia Rahimi rings the mother each morning, and the school has her number, until you have accepted."
REACH = "020 7946 0143, until six"


def tell(here: story.Stage, there: story.Stage, found: dict[str, Contact]) -> None:
    """Have the first hub ask twice, the other answer what it knows, and a family be sent that nobody took on yet.

    found: the contacts of the first, by their sender's reference.
    """
    asked = ask(here, found[KNOWN], WHY_ASKED, here.now - timedelta(hours=7))
    ask(here, found[NOT_KNOWN], WHY_ASKED_TOO, here.now - timedelta(hours=6))
    grant(there, asked, there.now - timedelta(hours=2))
    send(here, there, found[MOVED])


def ask(stage: story.Stage, contact: Contact, why: str, at: datetime) -> Question:
    """Have a worker ask the other hubs about the first person of a contact."""
    by = stage.posts[ASKER]
    person = own_records.person_in(stage, contact, 0)
    with as_worker(by):
        made = actions.ask(key=uuid.uuid4(), contact=contact, person=person, why=why, by=by, at=at)
    with as_program("boroughs"):
        tell_asked(question_id=made.pk, at=at)
    return made


def grant(stage: story.Stage, question: Question, at: datetime) -> None:
    """Have a hub that was asked let whoever asks read a summary for a week."""
    by: Staff = stage.posts[ANSWERER]
    with as_worker(by):
        asked: Asked = queries.what_was_asked(by).get(question_id=question.pk)
        one = queries.find_asked(by, asked.pk)
        actions.grant(asked=one, follows=0, words=SUMMARY, why=WHY_GIVEN, days=7, by=by, at=at)


def send(here: story.Stage, there: story.Stage, contact: Contact) -> None:
    """Have a hub decide that a family's case goes to the other, and send it."""
    story.decide(here, contact, "to_other_authority", 3, WHY_MOVED)
    by = here.posts[ANSWERER]
    with as_worker(by):
        made = decisions.newest_standing(contact)
        outcome = made.outcomes.filter(alongside=False).order_by("about__ref").first() if made else None
        assert outcome is not None  # noqa: S101 - the story decided
        actions.send(
            key=uuid.uuid4(),
            outcome=queries.outcome_to_move(by, outcome.pk),
            to=there.hub,
            lives=LIVES,
            worries=WORRIES,
            safety=SAFETY,
            reach=REACH,
            by=by,
            at=here.now - timedelta(hours=1),
        )
