"""How a plan begins, what the family said, who leads it, and who sees it."""

from collections.abc import Sequence
from typing import Any

from django import forms

from mash.common.fields import DateInputField
from mash.decision.forms import line
from mash.decision.forms import words as text
from mash.decision.models import Outcome
from mash.partnership.models import Agency, Staff
from mash.plans.actions import Named
from mash.plans.forms.doing import offer
from mash.plans.models import FamilyMember, Said

NOBODY, BY_NAME = "nobody", "by_name"
SCOPES = (
    ("early_help", "Working on a plan together with the agencies in it"),
    ("panel", "Being talked about at the multi-agency panel"),
)


class WithALead(forms.Form):
    """Who leads: one of the hub's agencies' workers, somebody by name, or nobody yet."""

    lead = forms.ChoiceField(label="Who leads the plan?", widget=forms.Select)
    lead_agency = forms.ChoiceField(label="Their agency, if by name", required=False, widget=forms.Select)
    lead_name = line("Their name, if by name", required=False, longest=160)
    telephone = line("Their telephone number", required=False, longest=40)

    def __init__(
        self, data: Any, *, posts: Sequence[Staff], agencies: Sequence[Agency], **options: Any
    ) -> None:
        super().__init__(data, **options)
        self.posts = {str(one.pk): one for one in posts}
        self.agencies = {str(one.pk): one for one in agencies}
        people = [(key, f"{one.account.name}, {one.title}, {one.agency}") for key, one in self.posts.items()]
        others = [
            ("", "Choose"),
            (NOBODY, "Nobody at present"),
            (BY_NAME, "Somebody without an account, by name"),
        ]
        offer(self, "lead", [*others, *people])
        offer(self, "lead_agency", [("", "Choose"), *((key, str(one)) for key, one in self.agencies.items())])

    def clean(self) -> dict[str, Any]:
        """Ask for a name and an agency where somebody is named who has no post here."""
        said = super().clean() or {}
        if said.get("lead") == BY_NAME:
            for name, wanted in (("lead_agency", "Select their agency"), ("lead_name", "Enter their name")):
                if not said.get(name, "").strip():
                    self.add_error(name, wanted)
        return said

    @property
    def named(self) -> Named | None:
        """Who leads; None for nobody."""
        said = self.cleaned_data
        post = self.posts.get(said["lead"])
        if post:
            return Named(post.agency, post.account.name, said["telephone"], post)
        if said["lead"] == NOBODY:
            return None
        return Named(self.agencies[said["lead_agency"]], said["lead_name"].strip(), said["telephone"])


class Begin(WithALead):
    """For whom a plan is, who leads it, and since when."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    children = forms.MultipleChoiceField(
        label="For which children is the plan?", widget=forms.CheckboxSelectMultiple
    )
    adults = forms.CharField(
        label="Which adults share in it?",
        help_text="One name a line, as the family writes them",
        required=False,
        widget=forms.Textarea,
        max_length=1000,
    )
    started_on = DateInputField(label="On which day did it begin?", name="The first day")
    field_order = (
        "key", "children", "adults", "started_on", "lead", "lead_agency", "lead_name", "telephone",
    )  # fmt: skip

    def __init__(self, data: Any, *, children: Sequence[Outcome], **options: Any) -> None:
        super().__init__(data, **options)
        self.outcomes = {str(one.pk): one for one in children}
        offer(self, "children", [(key, str(one.person)) for key, one in self.outcomes.items()])

    @property
    def answers(self) -> dict[str, Any]:
        """What was answered, as the action takes it."""
        said = self.cleaned_data
        chosen = [self.outcomes[key] for key in said["children"]]
        return {
            "key": said["key"],
            "outcome": chosen[0],
            "children": chosen,
            "adults": said["adults"].splitlines(),
            "started_on": said["started_on"],
            "lead": self.named,
        }


class LeadForm(WithALead):
    """Who leads from now on, and why."""

    follows = forms.IntegerField(widget=forms.HiddenInput)
    from_on = DateInputField(label="From which day?", name="The first day")
    why = line("Why?", longest=240, help_text="It stays in the plan’s history")

    @property
    def answers(self) -> dict[str, Any]:
        """What was answered, as the action takes it."""
        said, named = self.cleaned_data, self.named
        return {
            "agency": named.agency if named else None,
            "name": named.name if named else "",
            "staff": named.staff if named else None,
            "telephone": said["telephone"] if named else "",
            "from_on": said["from_on"],
            "why": said["why"],
            "follows": said["follows"],
        }


class Agree(forms.Form):
    """What somebody said about working on the plan together."""

    said = forms.ChoiceField(label="What did they say?", choices=Said.choices, widget=forms.RadioSelect)
    said_by = line("Who said it?", longest=160, help_text="Their name, and who they are to the children")
    covers = forms.MultipleChoiceField(label="Of whom?", widget=forms.CheckboxSelectMultiple)
    scopes = forms.MultipleChoiceField(label="For what?", choices=SCOPES, widget=forms.CheckboxSelectMultiple)
    said_on = DateInputField(label="On which day?", name="The day")
    how = line(
        "How did you hear it?",
        longest=160,
        help_text="At home, by telephone, in writing, with an interpreter",
    )
    words = text("Their words, and anything they do not want", required=False)

    def __init__(self, data: Any, *, members: Sequence[FamilyMember], **options: Any) -> None:
        super().__init__(data, **options)
        self.members = {str(one.pk): one for one in members}
        offer(self, "covers", [(key, str(one)) for key, one in self.members.items()])

    @property
    def answers(self) -> dict[str, Any]:
        """What was answered, as the action takes it."""
        return dict(self.cleaned_data) | {
            "covers": [self.members[key] for key in self.cleaned_data["covers"]]
        }


class Withdraw(forms.Form):
    """That somebody took their agreement back."""

    withdrawn_by = line("Who took it back?", longest=160)
    withdrawn_on = DateInputField(label="On which day?", name="The day")
    words = text("What did they say?", required=False)


class OpenTo(forms.Form):
    """An agency that is to see the plan."""

    agency = forms.ChoiceField(label="Which agency?", widget=forms.Select)
    why = line("Why does it need to see the plan?", longest=160)

    def __init__(self, data: Any, *, agencies: Sequence[Agency], **options: Any) -> None:
        super().__init__(data, **options)
        self.agencies = {str(one.pk): one for one in agencies}
        offer(self, "agency", [("", "Choose"), *((key, str(one)) for key, one in self.agencies.items())])

    @property
    def answers(self) -> dict[str, Any]:
        """What was answered, as the action takes it."""
        return {"agency": self.agencies[self.cleaned_data["agency"]], "why": self.cleaned_data["why"]}


class Copy(forms.Form):
    """That the family was given the plan."""

    to = line("Who has it?", longest=160)
    how = line("How did they get it?", longest=160, help_text="By hand, read aloud, with an interpreter")
    on = DateInputField(label="On which day?", name="The day")
