"""What was decided, who did not agree, and what was written of it to others."""

from collections.abc import Iterator

from mash.contact.models import Contact
from mash.decision.models import (
    Accepted,
    Approval,
    Decision,
    Dissent,
    DissentEnd,
    DissentWord,
    Letter,
    LetterVersion,
    Outcome,
    PassedBack,
    Reopening,
    SchoolNotice,
    Strategy,
)
from mash.subject_access.queries.gathering.text import Text, day_of, plain, said_of, written_words


def decided(contact: Contact) -> Iterator[Text]:
    """Yield what was decided on a contact, who did not agree, and what services said of it."""
    here = contact.pk
    for one in Decision.objects.filter(contact=contact).order_by("at", "pk"):
        said = said_of({"Reasons": one.reasons, "What would change it": one.what_would_change_it})
        yield Text(
            f"decision.decision:{one.pk}", "decision", "What we decided, and why", said, here, day_of(one.at)
        )
    outcomes = Outcome.objects.filter(decision__contact=contact).select_related("about", "decision")
    for two in outcomes.order_by("decision__at", "pk"):
        facts = {"For": str(two.about), "Outcome": two.outcome.replace("_", " "), **plain(two.needs)}
        heading, on = "What was to be done", day_of(two.decision.at)
        yield Text(f"decision.outcome:{two.pk}", "decision", heading, said_of(facts), here, on)
    for word in Approval.objects.filter(decision__contact=contact).order_by("at", "pk"):
        heading = "What a second person said"
        yield Text(f"decision.approval:{word.pk}", "decision", heading, word.why, here, day_of(word.at))
    yield from _disagreed(contact)
    for again in Reopening.objects.filter(contact=contact).order_by("at", "pk"):
        said = said_of({"Why": again.why, "Said by": again.said_by})
        yield Text(
            f"decision.reopening:{again.pk}", "decision", "Why we looked again", said, here, day_of(again.at)
        )
    for talk in Strategy.objects.filter(contact=contact).order_by("held_at", "pk"):
        who = "; ".join(", ".join(str(one) for one in there.values() if one) for there in talk.attenders)
        said = said_of(
            {"There": who, "Information": talk.information, "Decisions": talk.decisions,
             "Grounds": talk.section_47_grounds,
             "Actions": "; ".join(", ".join(map(str, one.values())) for one in talk.actions)}
        )  # fmt: skip
        yield Text(
            f"decision.strategy:{talk.pk}",
            "decision",
            "Strategy discussion",
            said,
            here,
            day_of(talk.held_at),
        )
    for kind in (Accepted, PassedBack):
        for taken in kind.objects.filter(outcome__decision__contact=contact).order_by("at", "pk"):
            words = said_of(written_words(taken))
            place = f"{taken._meta.label_lower}:{taken.pk}"
            yield Text(place, "decision", "What the service said", words, here, day_of(taken.at))


def written(contact: Contact) -> Iterator[Text]:
    """Yield the letters about a contact, and what a school was told."""
    here = contact.pk
    for letter in Letter.objects.filter(contact=contact).order_by("at", "pk"):
        newest = LetterVersion.objects.filter(letter=letter).order_by("-number").first()
        if newest:
            heading = "A letter, as it stands"
            yield Text(
                f"decision.letter:{letter.pk}", "letter", heading, newest.words, here, day_of(newest.at)
            )
    for notice in SchoolNotice.objects.filter(contact=contact).order_by("at", "pk"):
        words = said_of(written_words(notice))
        yield Text(
            f"decision.schoolnotice:{notice.pk}",
            "letter",
            "What a school was told",
            words,
            here,
            day_of(notice.at),
        )


def _disagreed(contact: Contact) -> Iterator[Text]:
    """Yield who did not agree, what was answered at each stage, and how it ended."""
    here = contact.pk
    for one in Dissent.objects.filter(decision__contact=contact).order_by("at", "pk"):
        said = said_of({"Who": one.who, "Words": one.words})
        yield Text(f"decision.dissent:{one.pk}", "decision", "Who did not agree", said, here, day_of(one.at))
    for word in DissentWord.objects.filter(stage__dissent__decision__contact=contact).order_by("at", "pk"):
        said, heading = (
            said_of({"Who": word.who, "Words": word.text}),
            "What was answered to who did not agree",
        )
        yield Text(f"decision.dissentword:{word.pk}", "decision", heading, said, here, day_of(word.at))
    for end in DissentEnd.objects.filter(dissent__decision__contact=contact).order_by("at", "pk"):
        said, heading = said_of(written_words(end)), "How the disagreement ended"
        yield Text(f"decision.dissentend:{end.pk}", "decision", heading, said, here, day_of(end.at))
