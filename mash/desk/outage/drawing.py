"""An outage pack as a document: what to do, whom to telephone, the worklist, each open contact, and numbered forms."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.template.loader import render_to_string
from markupsafe import Markup

from mash.common.document import Cover, Part, document, printed_by
from mash.common.templates import moment
from mash.desk.outage.reading import Held, held_for
from mash.desk.paper import HANDLING
from mash.outage.forms_on_paper import FORMS, number_of
from mash.partnership.content import posts
from mash.partnership.models import Staff

TITLE = "Outage pack"
NOTE = (
    "What was open when it was made, for going on by hand while the product cannot be reached. Print what is needed, "
    "keep it locked away, and shred it once everything is entered again."
)


@dataclass(frozen=True, slots=True)
class Drawn:
    """A pack to be made a PDF.  forms: how many numbered sheets it has."""

    html: str
    contacts: int
    forms: int


def drawn(staff: Staff, number: str, at: datetime) -> Drawn:
    """Return a hub's pack, as this post may read it now.

    Source: docs/rules.md, "Outage packs".
    """
    held = held_for(staff, at)
    parts = list(_parts(staff, held, number, at))
    forms = sum(one.copies for one in FORMS)
    return Drawn(document(_cover(staff, number, at), parts, contents=True), len(held.cases), forms)


def _cover(staff: Staff, number: str, at: datetime) -> Cover:
    hub = staff.hub
    return Cover(
        hub=hub.name,
        title=TITLE,
        reference=number,
        handling=HANDLING,
        printed=printed_by(f"the product for {staff.account.name}", at),
        facts=[
            ("As things stood", moment(at)),
            ("In the name of", f"{staff.account.name}, {staff.title}"),
            ("The hub", hub.telephone),
            ("Out of hours", hub.out_of_hours_telephone),
        ],
        note=NOTE,
        banner=str(settings.MASH_BANNER) or ("A hub for training" if hub.is_training else ""),
    )


def _parts(staff: Staff, held: Held, number: str, at: datetime) -> Iterator[Part]:
    about = {"hub": staff.hub, "held": held, "number": number, "at": at, "posts": posts()}
    yield _part("Before anything else", "before", about)
    yield _part("Whom to telephone", "telephone", about)
    yield _part("The worklist, by when it is due", "worklist", about)
    for case in held.cases:
        yield _part(f"{case.contact.reference}: {case.row.name}", "case", about | {"case": case})
    place = 0
    for form in FORMS:
        for _ in range(form.copies):
            place += 1
            said = {"blank": held.blank, "form_number": number_of(number, place), "form": form}
            yield _part(f"Form {said['form_number']}: {form.title}", form.template, about | said)
    yield _part("What each agency is asked", "questions", about | {"blank": held.blank})


def _part(title: str, template: str, said: dict[str, object]) -> Part:
    words = render_to_string(f"desk/outage/{template}.html", said)
    return Part(title, Markup(words))  # drawn by templates that escape  # noqa: S704  # nosec B704
