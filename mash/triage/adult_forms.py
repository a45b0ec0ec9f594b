"""The shape of input on the page of an adult at risk.  Nothing is chosen before the worker chooses."""

from typing import Any

from django import forms

from mash.triage.forms import REASON, Once
from mash.triage.models import PARTS, Asked, Finding, Said

WHO_WHERE_LACKING = {"assessed_by": "Enter who assessed it", "decides_for_them": "Enter who decides for them"}


def _radios(label: str, choices: Any, help_text: str = "") -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=choices, widget=forms.RadioSelect, help_text=help_text)


def _words(label: str, help_text: str = "") -> forms.CharField:
    return forms.CharField(label=label, max_length=REASON, widget=forms.Textarea, help_text=help_text)


class Test(Once):
    """The three parts of section 42(1) of the Care Act."""

    needs = _radios(PARTS["needs"], Said.choices, "Whether or not the council meets any of them.")
    needs_words = _words("Which needs, and how you know")
    harm = _radios(PARTS["harm"], Said.choices, "Self-neglect counts.")
    harm_words = _words("What harm or risk, from whom, and how you know")
    protect = _radios(PARTS["protect"], Said.choices, "Think of the risk and of the harm itself.")
    protect_words = _words("Why they can or cannot protect themselves")


class Want(Once):
    """What the adult wants."""

    asked = _radios("Was the adult asked what they want?", Asked.choices)
    words = _words("What they want to happen, in their words; or why they were not asked")
    spoken_for_by = forms.CharField(
        label="Who spoke for them, and as what",
        help_text="An advocate, attorney, deputy, or whom they chose. Leave empty if they spoke themselves.",
        max_length=160,
        required=False,
    )

    def clean(self) -> dict[str, Any]:
        """Ask who spoke for them."""
        said = super().clean() or {}
        if said.get("asked") == Asked.ADVOCATE and not said.get("spoken_for_by", "").strip():
            self.add_error("spoken_for_by", "Enter who spoke for them")
        return said


class Able(Once):
    """What is known of the adult's capacity for one decision."""

    decision = forms.CharField(
        label="Which decision is this about?",
        help_text="For example, whether to share what happened, or whether to stay at home.",
        max_length=240,
    )
    finding = _radios("What is known of their capacity to decide it?", Finding.choices)
    words = _words("What this rests on, and what was done to help them decide")
    assessed_by = forms.CharField(
        label="Who assessed it, and when", help_text="Needed if they lack it.", max_length=160, required=False
    )
    decides_for_them = forms.CharField(
        label="Who decides in their best interests",
        help_text="Needed if they lack it. A relative decides for them only with a power to do so.",
        max_length=160,
        required=False,
    )

    def clean(self) -> dict[str, Any]:
        """Ask who assessed and who decides, where they lack capacity."""
        said = super().clean() or {}
        if said.get("finding") == Finding.LACKS:
            for name, words in [
                ("assessed_by", "Enter who assessed it"),
                ("decides_for_them", "Enter who decides for them"),
            ]:
                if not said.get(name, "").strip():
                    self.add_error(name, words)
        return said


PARTS_OF_THE_PAGE: dict[str, type[Once]] = {"test": Test, "wishes": Want, "capacity": Able}
