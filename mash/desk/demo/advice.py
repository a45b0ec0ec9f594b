"""Made-up advice to professionals: most without names, one that a referral came of, one with a day to ask again."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from mash.contact import actions as contacts
from mash.contact.advice import UNANSWERED
from mash.contact.models import Contact
from mash.desk.demo.setting_up import as_worker
from mash.desk.demo.story import Stage


@dataclass(frozen=True, slots=True)
class Advice:
    """One consultation.  days: before now.  led_to: the sender's reference of the referral that came of it."""

    days: int
    by: str
    how: str
    kind: str
    organisation: str
    role: str
    question: str
    categories: tuple[str, ...]
    levels: tuple[int, ...]
    advice: str
    agreed: str
    advised: bool = False
    named: str = ""
    email: bool = False
    ask_in: int | None = None
    led_to: str = ""
    guide: str = ""


HELD = (
    Advice(
        24, "social.worker", "telephone", "school", "Tallow Green Primary", "Designated safeguarding lead",
        "A pupil in year 2 often comes hungry and without a coat. The parent is friendly and says money is short. "
        "Is this for you, or do we go on by ourselves?",
        ("neglect", "housing_or_money"), (1, 2),
        "Level 2 as described. Speak with the parent, offer early help together, and write down what you see.",
        "The school speaks with the parent this week and offers the breakfast club.", led_to="NF26-A05",
        guide="who_to_ask_for_advice",
    ),
    Advice(
        12, "social.worker", "telephone", "health", "Northfield Community Health", "Health visitor",
        "A mother of a baby of four months says she is low and alone. No worry about her care of him. What is there?",
        ("parent_mental_health",), (2,),
        "Talk with her about her GP and the perinatal service; early help can offer a worker at home if she wants it.",
        "The health visitor asks the mother, and sees her again on Monday.", ask_in=0,
    ),
    Advice(
        8, "decision.maker", "meeting", "school", "Northfield High", "Head of year",
        "Two pupils of 14 are in a relationship and one has stopped seeing friends. When is that abuse?",
        ("abuse_in_teenage_relationship",), (2, 3),
        "Speak with each alone; use the signs on the borough's page. If there is fear or force, refer that day.",
        "The school's counsellor sees the pupil this week.", ask_in=6, guide=UNANSWERED,
    ),
    Advice(
        3, "screener", "email", "school", "Northfield Schools", "Education officer",
        "A family says they will teach three children at home from next week. Does that come to you?",
        ("missing_education",), (1,),
        "Not by itself. Tell the home education team; refer if the children would no longer be seen.",
        "The education officer tells the home education team today.", email=True, guide=UNANSWERED,
    ),
    Advice(
        1, "social.worker", "telephone", "housing", "Orchard Homes", "Housing officer",
        "A tenant has bruises and her partner answers for her. She has not asked for anything. May I say her name?",
        ("adult_domestic_abuse", "domestic_abuse_in_home"), (3,),
        "Yes: children live there and somebody may be hurt. This is no longer advice: refer today.",
        "The housing officer refers today.", advised=True, named="A tenant and two children of primary age",
    ),
)  # fmt: skip


def give(stage: Stage, found: Mapping[str, Contact]) -> None:
    """Record the advice, and link what came of it.  found: contacts by their sender's reference."""
    for one in HELD:
        by, at = stage.posts[one.by], stage.now - timedelta(days=one.days)
        contact = found.get(one.led_to)
        at = min(at, contact.received_at - timedelta(days=2)) if contact else at
        with as_worker(by):
            held = contacts.record_consultation(
                key=uuid.uuid4(),
                held_at=at,
                how=one.how,
                source_kind=one.kind,
                organisation=one.organisation,
                asked_role=one.role,
                asked_email=_email_of_education(stage) if one.email else "",
                why_named="safety" if one.named else "",
                named=one.named,
                question=one.question,
                categories=one.categories,
                levels=one.levels,
                guide=one.guide,
                advice=one.advice,
                referral_advised=one.advised,
                next_steps=one.agreed,
                follow_up_on=(stage.now + timedelta(days=one.ask_in)).date()
                if one.ask_in is not None
                else None,
                by=by,
                at=at + timedelta(minutes=20),
            )
        if contact:
            with as_worker(stage.posts["screener"]):
                contacts.link_consultation(
                    consultation=held,
                    contact=contact,
                    why="The school says that it was advised to try early help first.",
                    by=stage.posts["screener"],
                    at=contact.received_at + timedelta(hours=1),
                )


def _email_of_education(stage: Stage) -> str:
    return stage.posts["education"].account.email
