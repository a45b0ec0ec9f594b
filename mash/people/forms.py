"""The shape of input on the pages about people."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms

from mash.common.fields import DateInputField
from mash.people.details import Home
from mash.people.identifiers import LA_CHILD_ID, NHS, UPN
from mash.people.models import KINDS, Person, Sex
from mash.people.tokens import LONGEST_SEARCH

RELATIONS = [(kind, words.capitalize()) for kind, words in KINDS.items()]
CORRECTED = (
    "given", "family", "pronunciation", "born_on", "sex", "language", "school", "gp", "died_on",
)  # fmt: skip
INTERPRETER = [("no", "No"), ("yes", "Yes")]
NAMES = [("known_as", "Also known as"), ("former", "Former name"), ("written", "As somebody wrote it")]
NUMBERS = [
    (NHS, "NHS number"),
    (UPN, "Unique pupil number"),
    (LA_CHILD_ID, "The council’s number for the child"),
]
RESPONSIBILITY = [("yes", "Yes"), ("no", "No"), ("unknown", "Not known")]


class Search(forms.Form):
    """One box for any part of what is known."""

    q = forms.CharField(
        label="Name, date of birth, postcode, telephone, NHS number, UPN or school",
        help_text="Any part, in any order. For example: smith dan NF2, or 04/03/2016.",
        max_length=LONGEST_SEARCH,
        error_messages={"required": "Enter what you know of the person"},
    )


class Alert(forms.Form):
    """Something that whoever opens the record must know."""

    words = forms.CharField(
        label="What must whoever opens this record know?",
        help_text="For example: two workers at every visit, because of the dog.",
        max_length=240,
        widget=forms.Textarea,
        error_messages={"required": "Enter what must be known"},
    )
    expires_on = DateInputField(
        label="Until when?",
        name="The last day of the alert",
        help_text="It is shown until this day and no longer. For example, 24 5 2027.",
        error_messages={"required": "Enter the last day of the alert"},
    )

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["expires_on"].earliest = today  # type: ignore[attr-defined]


class CourtOrder(forms.Form):
    """An order of a court."""

    kind = forms.CharField(
        label="What kind of order?",
        help_text="For example: care order, non-molestation order.",
        max_length=80,
        error_messages={"required": "Enter what kind of order it is"},
    )
    court = forms.CharField(label="Which court?", max_length=120, required=False)
    made_on = DateInputField(
        label="When was it made?",
        name="The date of the order",
        error_messages={"required": "Enter when the order was made"},
    )
    until_on = DateInputField(label="Until when, if it ends?", name="The end of the order", required=False)
    words = forms.CharField(
        label="What does it say that must be known?", max_length=4000, required=False, widget=forms.Textarea
    )

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["made_on"].latest = today  # type: ignore[attr-defined]

    def clean_until_on(self) -> date | None:
        """Refuse an order that ends before it was made."""
        made_on, until_on = self.cleaned_data.get("made_on"), self.cleaned_data.get("until_on")
        if made_on and until_on and until_on < made_on:
            raise forms.ValidationError("The end of the order must be after it was made", code="day")
        return until_on


class Correct(forms.Form):
    """What the record itself says of a person, put right; a name that is replaced is kept as a former one."""

    given = forms.CharField(label="Given names", max_length=120, required=False)
    family = forms.CharField(label="Family name", max_length=120, required=False)
    pronunciation = forms.CharField(
        label="How is the name said?",
        help_text="As you would write it for a colleague. For example: SHIV-awn.",
        max_length=120,
        required=False,
    )
    born_on = DateInputField(label="Date of birth", required=False)
    sex = forms.ChoiceField(
        label="Sex",
        choices=Sex.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Select their sex, or that it is not known"},
    )
    language = forms.CharField(label="Language they speak at home", max_length=60, required=False)
    interpreter = forms.ChoiceField(
        label="Do they need an interpreter?",
        choices=INTERPRETER,
        widget=forms.RadioSelect,
        error_messages={"required": "Select whether they need an interpreter"},
    )
    school = forms.CharField(label="School or nursery", max_length=160, required=False)
    gp = forms.CharField(label="GP", max_length=160, required=False)
    died_on = DateInputField(label="Date of death, if they have died", name="Date of death", required=False)
    why = forms.CharField(
        label="Where does the correction come from?",
        help_text="For example: the mother, by telephone; the school’s register.",
        max_length=400,
        error_messages={"required": "Enter where the correction comes from"},
    )

    def __init__(self, *args: Any, person: Person, today: date, **kwargs: Any) -> None:
        now = {name: getattr(person, name) for name in CORRECTED} | {
            "interpreter": "yes" if person.interpreter else "no"
        }
        super().__init__(*args, **({"initial": now} | kwargs))
        self.person = person
        for name in ("born_on", "died_on"):
            self.fields[name].latest = today  # type: ignore[attr-defined]

    def clean_interpreter(self) -> bool:
        """Return whether one is needed."""
        return bool(self.cleaned_data["interpreter"] == "yes")

    def clean(self) -> dict[str, Any]:
        """Refuse a record without any name that had one, and a death before birth."""
        said = super().clean() or {}
        if not (said.get("given") or said.get("family")) and (self.person.given or self.person.family):
            self.add_error("given", "Enter at least one name")
        born, died = said.get("born_on"), said.get("died_on")
        if born and died and died < born:
            self.add_error("died_on", "The date of death must be after the date of birth")
        return said


class Add(forms.Form):
    """A further name, a home, a telephone or a number; one of them at least."""

    given = forms.CharField(label="Given names", max_length=120, required=False)
    family = forms.CharField(label="Family name", max_length=120, required=False)
    kind = forms.ChoiceField(
        label="What sort of name is it?", choices=NAMES, widget=forms.RadioSelect, required=False
    )
    lines = forms.CharField(
        label="Address, without the postcode", max_length=400, required=False, widget=forms.Textarea
    )
    postcode = forms.CharField(label="Postcode", max_length=10, required=False)
    since = DateInputField(label="Since when, if it is known?", name="The day they moved", required=False)
    number = forms.CharField(label="Telephone number", max_length=40, required=False)
    scheme = forms.ChoiceField(
        label="What sort of number is it?", choices=NUMBERS, widget=forms.RadioSelect, required=False
    )
    value = forms.CharField(label="Number", max_length=40, required=False)

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["since"].latest = today  # type: ignore[attr-defined]

    def clean_number(self) -> str:
        """Refuse a telephone number without figures: nobody would find it."""
        said = str(self.cleaned_data["number"])
        if said and not any(one.isdigit() for one in said):
            raise forms.ValidationError("Enter a telephone number in figures")
        return said

    def clean(self) -> dict[str, Any]:
        """Refuse half of a name, a number or an address, and nothing at all."""
        said = super().clean() or {}
        named, numbered = said.get("given") or said.get("family"), said.get("value")
        if named and not said.get("kind"):
            self.add_error("kind", "Select what sort of name it is")
        if numbered and not said.get("scheme"):
            self.add_error("scheme", "Select what sort of number it is")
        homed = said.get("lines") or said.get("postcode")
        if said.get("since") and not homed:
            self.add_error("lines", "Enter the address they moved to")
        if not self.errors and not (named or numbered or homed or said.get("number")):
            self.add_error("given", "Enter a name, an address, a telephone or a number to add")
        return said

    @property
    def home(self) -> Home | None:
        """The address typed, if one was."""
        said = self.cleaned_data
        lines = tuple(line.strip() for line in said["lines"].splitlines() if line.strip())
        if not lines and not said["postcode"]:
            return None
        return Home(lines=lines, postcode=said["postcode"].upper(), from_on=said["since"])


class Relate(forms.Form):
    """How somebody else on record stands to this person.  Without `other`, it only asks who `q` finds."""

    q = forms.CharField(
        label="Find the other person",
        help_text="Name, date of birth, postcode or a number.",
        max_length=LONGEST_SEARCH,
        required=False,
    )
    other = forms.ChoiceField(
        label="Who is it?",
        widget=forms.RadioSelect,
        error_messages={"required": "Select who it is, or search again"},
    )
    kind = forms.ChoiceField(
        label="They are this person’s",
        choices=RELATIONS,
        widget=forms.RadioSelect,
        error_messages={"required": "Select how they are related"},
    )
    responsibility = forms.ChoiceField(
        label="Do they have parental responsibility for this person?",
        choices=RESPONSIBILITY,
        widget=forms.RadioSelect,
        error_messages={"required": "Select whether they have parental responsibility"},
    )

    def __init__(self, *args: Any, people: Iterable[Person], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = {str(person.pk): person for person in people}
        born = {
            key: f", born {person.born_on:%-d %B %Y}" if person.born_on else ""
            for key, person in self.people.items()
        }
        choices = [(key, f"{person}{born[key]}") for key, person in self.people.items()]
        self.fields["other"].choices = choices  # type: ignore[attr-defined]
