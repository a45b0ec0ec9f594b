"""The shape of what is typed about what harm comes back to."""

from collections.abc import Sequence
from typing import Any

from django import forms

from mash.common.fields import DateInputField, Refusable
from mash.decision.forms import hidden, line, words
from mash.harm.models import Ending, Group
from mash.partnership.models import Agency, Staff
from mash.people.models import Person


class NameGroup(Refusable):
    """What a group is called, why, and who belongs to it."""

    key = hidden(forms.UUIDField())
    name = line("What is it called here?", longest=120, help_text="Name none of its people")
    why = words("Why do they belong together?", help_text="What was seen, by whom. Name none of its people")

    def __init__(self, data: Any, *, people: Sequence[Person], initial: dict[str, Any]) -> None:
        super().__init__(data, initial=initial)
        self.fields["people"] = forms.MultipleChoiceField(
            label="Who belongs to it?",
            widget=forms.CheckboxSelectMultiple,
            choices=[(str(one.pk), str(one)) for one in people],
            error_messages={"required": "Choose at least two people"},
        )


class CountTo(Refusable):
    """To which group somebody is counted, and why."""

    why = words("Why do they belong to it?")
    field_order = ("group", "why")

    def __init__(self, data: Any, *, groups: Sequence[Group]) -> None:
        super().__init__(data)
        self.fields["group"] = forms.ChoiceField(
            label="To which group?",
            widget=forms.RadioSelect,
            choices=[(str(one.pk), one.name) for one in groups],
            error_messages={"required": "Choose a group"},
        )
        self.order_fields(self.field_order)


class Why(Refusable):
    """Why something ends."""

    why = words("Why?")


class WatchForm(Refusable):
    """Why something is watched, who is told, and until when."""

    key = hidden(forms.UUIDField())
    why = words("Why is it watched?", help_text="What happened, and what you would want to know")
    review_on = DateInputField(
        label="By when does somebody look at it again?",
        name="The day",
        help_text="Within half a year. Nobody is told after that day unless somebody has looked at it again",
    )
    field_order = ("key", "why", "told", "review_on")

    def __init__(self, data: Any, *, posts: Sequence[Staff], initial: dict[str, Any]) -> None:
        super().__init__(data, initial=initial)
        self.fields["told"] = forms.MultipleChoiceField(
            label="Who is told when a new contact touches it?",
            widget=forms.CheckboxSelectMultiple,
            choices=[(str(one.pk), f"{one.account.name}, {one.title}") for one in posts],
            help_text="Each reads this page, and is told a reference and nothing else",
            error_messages={"required": "Choose at least one person who is told"},
        )
        self.order_fields(self.field_order)


class Review(Refusable):
    """What somebody saw who looked at it again, and until when it goes on."""

    key = hidden(forms.UUIDField())
    words = words("What did you see?")
    next_on = DateInputField(label="By when does somebody look at it again?", name="The day")


class TakeUp(Refusable):
    """What is done about a pattern, by whom, by when, and how one would know."""

    key = hidden(forms.UUIDField())
    named = line("Who there answers for it?", help_text="A name, and how to reach them")
    action = words("What is done?")
    known_by = words("How would you know that it helped?")
    due_on = DateInputField(label="By when is it done?", name="The day it is done")
    from_on = DateInputField(
        label="From which day do you count what happens after?",
        name="The day to count from",
        help_text="As long a time before that day is set beside it",
    )
    field_order = ("key", "agency", "named", "action", "known_by", "due_on", "from_on")

    def __init__(self, data: Any, *, agencies: Sequence[Agency], initial: dict[str, Any]) -> None:
        super().__init__(data, initial=initial)
        self.fields["agency"] = forms.ChoiceField(
            label="Which agency answers for it?",
            choices=[("", "Choose"), *((str(one.pk), one.name) for one in agencies)],
            error_messages={"required": "Choose the agency"},
        )
        self.order_fields(self.field_order)


class Note(Refusable):
    """What was done of it."""

    key = hidden(forms.UUIDField())
    words = words("What was done?")


class Close(Refusable):
    """What came of it."""

    ending = forms.ChoiceField(
        label="What came of it?",
        widget=forms.RadioSelect,
        choices=Ending.choices,
        error_messages={"required": "Choose what came of it"},
    )
    words = words("What came of it, and how do you know?")


def _file(label: str, help_text: str) -> forms.FileField:
    words_ = dict.fromkeys(("required", "missing", "invalid"), "Choose the file") | {
        "empty": "The file is empty"
    }
    return forms.FileField(label=label, help_text=help_text, error_messages=words_, widget=forms.FileInput)


class Put(Refusable):
    """A file that is taken in whole, or not at all."""

    def not_taken(self, wrong: Sequence[str]) -> None:
        """Show at the file what is wrong in it, and where."""
        for why in wrong:
            self.add_error("file", why)


class PutMap(Put):
    """A hub's own boundaries."""

    file = _file("The boundaries, as GeoJSON", "A FeatureCollection of polygons in WGS 84, at most 8 MB")
    name = line("What are the areas called?", longest=120, help_text="For example, wards")
    source = line(
        "Where is it from?", longest=240, help_text="Who published it, when, and under which licence"
    )


class PutPostcodes(Put):
    """Which postcode lies in which area."""

    file = _file("The table, as CSV", "With the columns postcode and code, at most 20 MB")
    source = line(
        "Where is it from?", longest=240, help_text="Who published it, when, and under which licence"
    )
