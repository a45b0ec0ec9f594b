"""What is watched, counted to a group, or done about somebody: the handler weighs whether it may be given."""

from collections.abc import Iterator

from mash.harm.models import Member, Reduction, Watch
from mash.people.joined import as_one
from mash.people.models import Person
from mash.subject_access.queries.gathering.text import Text, day_of, said_of

WEIGH = "weigh whether giving it would put somebody at risk, or prejudice preventing crime"


def watched(person: Person) -> Iterator[Text]:
    """Yield each watch of somebody, each group they are counted to and each thing done about them, the oldest first.

    What is counted is not gathered: it says nothing that the contacts do not say.

    Source: docs/rules.md, "Subject access", "What is watched".
    """
    own = as_one([person.pk])
    for watch in Watch.objects.filter(person__in=own).order_by("at", "pk"):
        words = said_of({"Why": watch.why, "Until": str(watch.review_on), "Ended": watch.ended_why})
        yield Text(f"harm.watch:{watch.pk}", "record", f"Watched; {WEIGH}", words, None, day_of(watch.at))
        for one in watch.reviews.order_by("at", "pk"):
            place = f"harm.watchreview:{one.pk}"
            yield Text(place, "record", f"Watched, looked at again; {WEIGH}", one.words, None, day_of(one.at))
    for member in Member.objects.filter(person__in=own).select_related("group").order_by("at", "pk"):
        words = said_of({"Group": member.group.name, "Why": member.why, "Until": member.ended_why})
        yield Text(
            f"harm.member:{member.pk}",
            "record",
            f"Counted to a group; {WEIGH}",
            words,
            None,
            day_of(member.at),
        )
    for done in Reduction.objects.filter(person__in=own).order_by("at", "pk"):
        words = said_of(
            {"What is done": done.action, "How one would know": done.known_by, "In the end": done.ended_words}
        )
        yield Text(
            f"harm.reduction:{done.pk}", "record", f"Done about it; {WEIGH}", words, None, day_of(done.at)
        )
        for note in done.notes.order_by("at", "pk"):
            place = f"harm.reductionnote:{note.pk}"
            yield Text(place, "record", f"Done about it; {WEIGH}", note.words, None, day_of(note.at))
