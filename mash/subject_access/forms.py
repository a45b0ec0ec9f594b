"""What is typed about a request."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from django import forms

from mash.common.fields import DateInputField
from mash.partnership.models import Staff
from mash.subject_access.actions.recording import ROUTES
from mash.subject_access.grounds import GIVE, GROUNDS, REPLACE, WITHHOLD
from mash.subject_access.models import Asker, Competence, OwnerSays, SentHow, StepKind
from mash.subject_access.passages import Cut, Span, occurrences, without
from mash.subject_access.sealed_part import Decided, Pass, Strike

AS_THE_SENTENCE = "stays"
ELSEWHERE = [("police", "The police"), ("court", "A court")]
WORDS = forms.Textarea(attrs={"rows": 3})


class Record(forms.Form):
    """A request as it came."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    asker = forms.ChoiceField(
        label="Who asks?", choices=[*Asker.choices, *ELSEWHERE], widget=forms.RadioSelect
    )
    asker_name = forms.CharField(label="Name of whoever asks, who gets the answer", max_length=200)
    reached = forms.CharField(
        label="How does the answer reach them safely?",
        help_text="The address, or the way. Ask who else opens their post or reads their e-mail",
        max_length=400,
        widget=WORDS,
    )
    words = forms.CharField(label="What do they ask for, in their words?", widget=WORDS)
    received_on = DateInputField(
        label="When did the request come?",
        name="The day",
        help_text="The month counts from this day, whoever got it",
    )
    authority = forms.CharField(
        label="What shows that they may ask for somebody else?",
        help_text="Parental responsibility, a signed authority, a power of attorney. Not needed for oneself",
        required=False,
        widget=WORDS,
    )
    interest = forms.CharField(
        label="Is it in the child’s interest that the parent has this, and why?", required=False, widget=WORDS
    )
    child_view = forms.CharField(
        label="What does the child say about it?",
        help_text="In their words, or why they were not asked",
        required=False,
        widget=WORDS,
    )
    competent = forms.ChoiceField(
        label="Can the child decide about their own information?",
        choices=Competence.choices,
        required=False,
        widget=forms.RadioSelect,
    )
    handler = forms.ChoiceField(label="Who handles it?", widget=forms.RadioSelect)

    def __init__(self, data: Any, *, handlers: Sequence[Staff], today: date, **options: Any) -> None:
        """handlers: posts that may be given it.  today: no request comes later."""
        super().__init__(data, **options)
        self.handlers = {str(one.pk): one for one in handlers}
        _offer(self, "handler", [(key, str(one)) for key, one in self.handlers.items()])
        self.fields["received_on"].latest = today  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Ask for what goes with who asks."""
        said = super().clean() or {}
        asker = said.get("asker", "")
        if asker in ROUTES:
            self.add_error("asker", ROUTES[asker])
            return said
        if asker and asker != Asker.SELF and not said.get("authority", "").strip():
            self.add_error("authority", "Enter what shows that they may ask for this person")
        if asker == Asker.PARENT:
            for name, wanted in (
                ("interest", "Enter whether it is in the child’s interest, and why"),
                ("child_view", "Enter what the child says, or why they were not asked"),
                ("competent", "Select whether the child can decide"),
            ):
                if not said.get(name, "").strip():
                    self.add_error(name, wanted)
        if "handler" in said:
            said["handler"] = self.handlers[said["handler"]]
        return said


class OnADay(forms.Form):
    """Something that was asked for or seen on a day."""

    on = DateInputField(label="On which day?", name="The day")
    words = forms.CharField(label="What was seen, and what does it show?", max_length=400, widget=WORDS)

    def __init__(self, data: Any, *, today: date, asked: bool = False, **options: Any) -> None:
        """asked: the words say what was asked for, not what was seen."""
        super().__init__(data, **options)
        self.fields["on"].latest = today  # type: ignore[attr-defined]
        if asked:
            self.fields["words"].label = "What were they asked to show?"


class Extend(forms.Form):
    """That the time was extended, and the requester told."""

    why = forms.CharField(
        label="Why is it extended?",
        help_text="The request is complex, or one of several by the same person",
        widget=WORDS,
    )
    told_on = DateInputField(label="On which day were they told, with the reason?", name="The day")
    told_how = forms.CharField(label="How were they told?", max_length=240)

    def __init__(self, data: Any, *, today: date, **options: Any) -> None:
        super().__init__(data, **options)
        self.fields["told_on"].latest = today  # type: ignore[attr-defined]


class Give(forms.Form):
    """Somebody else to handle it."""

    follows = forms.IntegerField(widget=forms.HiddenInput)
    to = forms.ChoiceField(label="Who handles it from now on?", widget=forms.RadioSelect)
    why = forms.CharField(label="Why?", max_length=240)

    def __init__(self, data: Any, *, handlers: Sequence[Staff], **options: Any) -> None:
        super().__init__(data, **options)
        self.handlers = {str(one.pk): one for one in handlers}
        _offer(self, "to", [(key, str(one)) for key, one in self.handlers.items()])


class End(forms.Form):
    """A request ends without an answer."""

    kind = forms.ChoiceField(
        label="How does it end?",
        choices=[(one.value, one.label) for one in (StepKind.WITHDRAWN, StepKind.REFUSED)],
        widget=forms.RadioSelect,
    )
    words = forms.CharField(
        label="Why?",
        help_text="If it is refused: the reason as the requester was told it, with how to complain",
        widget=WORDS,
    )


class AskOwner(forms.Form):
    """That an agency was asked what to withhold, or what it said."""

    follows = forms.IntegerField(widget=forms.HiddenInput)
    on = DateInputField(label="On which day?", name="The day")
    who = forms.CharField(label="With whom did you speak?", max_length=200)
    says = forms.ChoiceField(
        label="What do they say?",
        choices=[("", "They were asked; the answer is awaited"), *OwnerSays.choices],
        required=False,
        widget=forms.RadioSelect,
    )
    words = forms.CharField(
        label="What is to be withheld, and why? Or: what were they asked, and until when?", widget=WORDS
    )

    def __init__(self, data: Any, *, today: date, **options: Any) -> None:
        super().__init__(data, **options)
        self.fields["on"].latest = today  # type: ignore[attr-defined]


class Handed(forms.Form):
    """The handler's part is done.  looked_at is asked where words are both withheld and given."""

    looked_at = forms.CharField(
        label="Why may these words stand where they are given?",
        help_text="They are withheld in one place and given, word for word, in another",
        required=False,
        widget=WORDS,
    )


class GiveBack(forms.Form):
    """What the handler is to do."""

    words = forms.CharField(
        label="What is its handler to do?",
        help_text="They are not cleared: say nothing of what only the unit knows",
        widget=WORDS,
    )


class Second(forms.Form):
    """The second person's word on exactly what the page shows."""

    digest = forms.CharField(widget=forms.HiddenInput)
    agreed = forms.ChoiceField(
        label="May exactly this go to exactly this person?",
        choices=[("yes", "Yes, as it stands"), ("no", "No")],
        widget=forms.RadioSelect,
    )
    why = forms.CharField(label="Why not?", required=False, widget=WORDS)

    def clean(self) -> dict[str, Any]:
        """Ask for a reason for a no."""
        said = super().clean() or {}
        if said.get("agreed") == "no" and not said.get("why", "").strip():
            self.add_error("why", "Enter why it may not go out")
        return said


class Sending(forms.Form):
    """That the answer went out."""

    how = forms.ChoiceField(label="How did it go?", choices=SentHow.choices, widget=forms.RadioSelect)
    sent_on = DateInputField(label="On which day?", name="The day")

    def __init__(self, data: Any, *, today: date, **options: Any) -> None:
        super().__init__(data, **options)
        self.fields["sent_on"].latest = today  # type: ignore[attr-defined]


class Follows(forms.Form):
    """Something that is made after what the page showed."""

    follows = forms.IntegerField(widget=forms.HiddenInput)


# Marking


def choices_of_a_passage(first: tuple[str, str]) -> list[tuple[str, str]]:
    """Return what may become of words: as `first` says, withheld, or replaced, each on a ground."""
    return [
        first,
        *((f"{WITHHOLD}:{one.id}", f"Withhold: {one.label}") for one in GROUNDS),
        *((f"{REPLACE}:{one.id}", f"Replace: {one.label}") for one in GROUNDS),
    ]


class Marks(forms.Form):
    """What becomes of each sentence of a text, and of single words in it.

    For sentence n: `p<n>` and the words in its place `w<n>`.  For the k-th words in it that are decided on by
    themselves: `p<n>_<k>` and `w<n>_<k>`.  `own`: exact words to decide on wherever they stand in the text.
    """

    follows = forms.IntegerField(widget=forms.HiddenInput)
    own = forms.CharField(
        label="Only some words: which, exactly as they stand?",
        help_text="Wherever they stand in this text",
        required=False,
        max_length=2000,
    )
    own_becomes = forms.ChoiceField(
        label="What becomes of them?",
        choices=choices_of_a_passage(("", "Choose"))[1:],
        required=False,
        widget=forms.Select,
    )
    own_instead = forms.CharField(
        label="What stands in their place, if they are replaced?", required=False, max_length=400
    )

    def __init__(
        self,
        data: Any,
        *,
        text: str,
        sentences: Sequence[Span],
        within: Mapping[int, Sequence[Span]],
        **options: Any,
    ) -> None:
        """within: by the place of a sentence, the words in it that are decided on by themselves."""
        super().__init__(data, **options)
        self.text, self.sentences, self.within = text, sentences, within
        own = [("", "Choose"), *choices_of_a_passage(("", ""))[1:]]
        _offer(self, "own_becomes", own)
        for place, span in enumerate(sentences):
            self._add(f"{place}", span, (GIVE, "Give"))
            for number, inner in enumerate(within.get(place, ())):
                self._add(f"{place}_{number}", inner, (AS_THE_SENTENCE, "Give, with the sentence"))
        self.cuts: list[Cut] = []

    def _add(self, name: str, span: Span, first: tuple[str, str]) -> None:
        words = self.text[span.start : span.end]
        shown = words if len(words) < 60 else f"{words[:57]}…"
        self.fields[f"p{name}"] = forms.ChoiceField(
            label=f"What becomes of “{shown}”",
            choices=[("", "Not decided"), *choices_of_a_passage(first)],
            required=False,
            widget=forms.Select,
        )
        self.fields[f"w{name}"] = forms.CharField(
            label="In its place, if replaced", required=False, max_length=400
        )

    def clean(self) -> dict[str, Any]:
        """Put the choices together as cuts; every sentence is decided on, and in a given one each word marked in it."""
        said = super().clean() or {}
        if said.get("own", "").strip() and not said.get("own_becomes"):
            self.add_error("own_becomes", "Select what becomes of these words")
        if said.get("own_becomes") and not occurrences(self.text, said.get("own", "")):
            self.add_error("own", "Enter words exactly as they stand in the text")
        elif not all(self._is_in_a_sentence(one) for one in occurrences(self.text, said.get("own", ""))):
            self.add_error("own", "Enter words of one sentence")
        own = self._own(said)
        for place, span in enumerate(self.sentences):
            self.cuts += self._of_sentence(place, span, said, own)
        return said

    def _is_in_a_sentence(self, one: Span) -> bool:
        return any(span.start <= one.start and one.end <= span.end for span in self.sentences)

    def _own(self, said: Mapping[str, Any]) -> list[Cut]:
        chosen = said.get("own_becomes", "")
        if not chosen:
            return []
        words = self._instead("own_instead", chosen, said)
        what, _, ground = chosen.partition(":")
        return [Cut(*one, what, ground, words) for one in occurrences(self.text, said.get("own", ""))]

    def _of_sentence(self, place: int, span: Span, said: Mapping[str, Any], own: Sequence[Cut]) -> list[Cut]:
        chosen = said.get(f"p{place}", "")
        if not chosen:
            self.add_error(f"p{place}", "Select what becomes of this sentence")
            return []
        if chosen != GIVE:
            what, _, ground = chosen.partition(":")
            return [Cut(*span, what, ground, self._instead(f"w{place}", chosen, said))]
        inside = [one for one in own if span.start <= one.start and one.end <= span.end]
        for number, inner in enumerate(self.within.get(place, ())):
            name = f"{place}_{number}"
            becomes = said.get(f"p{name}", "")
            if any(inner.start < one.end and one.start < inner.end for one in inside):
                continue
            if not becomes:
                self.add_error(f"p{name}", "Select whether these words are given")
            elif becomes != AS_THE_SENTENCE:
                what, _, ground = becomes.partition(":")
                inside.append(Cut(*inner, what, ground, self._instead(f"w{name}", becomes, said)))
        rest = without(span, [Span(one.start, one.end) for one in inside])
        return [*inside, *(Cut(*one, GIVE) for one in rest if self.text[one.start : one.end].strip())]

    def _instead(self, name: str, chosen: str, said: Mapping[str, Any]) -> str:
        if not chosen.startswith(REPLACE):
            return ""
        words = str(said.get(name, "")).strip()
        if not words:
            self.add_error(name, "Enter what stands in its place")
        return words


def before(
    cuts: Iterable[Cut], sentences: Sequence[Span], within: Mapping[int, Sequence[Span]]
) -> dict[str, str]:
    """Return how a marking would have been chosen, as initial values of `Marks`."""
    found: dict[str, str] = {}
    known = list(cuts)
    for place, span in enumerate(sentences):
        inside = [one for one in known if span.start <= one.start and one.end <= span.end]
        whole = next((one for one in inside if (one.start, one.end) == span and one.what != GIVE), None)
        if not inside:
            continue
        found[f"p{place}"] = f"{whole.what}:{whole.ground}" if whole else GIVE
        found[f"w{place}"] = whole.words if whole else ""
        for number, inner in enumerate(within.get(place, ())):
            cut = next((one for one in inside if (one.start, one.end) == inner and one.what != GIVE), None)
            found[f"p{place}_{number}"] = f"{cut.what}:{cut.ground}" if cut else AS_THE_SENTENCE
            found[f"w{place}_{number}"] = cut.words if cut else ""
    return found


class WholeText(forms.Form):
    """One decision for a whole text."""

    follows = forms.IntegerField(widget=forms.HiddenInput)
    whole = forms.ChoiceField(label="All of it", widget=forms.Select)

    def __init__(self, data: Any, **options: Any) -> None:
        super().__init__(data, **options)
        shown = [
            one for one in choices_of_a_passage((GIVE, "Give all of it")) if not one[0].startswith(REPLACE)
        ]
        _offer(self, "whole", [("", "Choose"), *shown])


# The unit's pass


class UnitPassForm(forms.Form):
    """What becomes of each sealed thing; and words that are left out wherever they stand."""

    follows = forms.IntegerField(widget=forms.HiddenInput)
    strike = forms.CharField(
        label="Words to leave out wherever they stand, one a line",
        help_text="With the sentence around them. The request’s handler does not see this",
        required=False,
        widget=WORDS,
    )
    strike_ground = forms.ChoiceField(
        label="On which ground?",
        choices=[("", "Choose"), *((one.id, one.label) for one in GROUNDS)],
        required=False,
        widget=forms.Select,
    )

    def __init__(self, data: Any, *, keys: Sequence[str], **options: Any) -> None:
        """keys: of the sealed things, in the order in which the page shows them."""
        super().__init__(data, **options)
        self.keys = keys
        for place, _ in enumerate(keys):
            self.fields[f"t{place}"] = forms.ChoiceField(
                label="What becomes of it?",
                choices=[("", "Choose"), (GIVE, "Give: in new words, its owner agrees"),
                         *((one.id, f"Withhold: {one.label}") for one in GROUNDS)],
                widget=forms.Select,
            )  # fmt: skip
            self.fields[f"n{place}"] = forms.CharField(
                label="The new words, as the requester reads them", required=False, widget=WORDS
            )
            self.fields[f"o{place}"] = forms.CharField(
                label="Who of the agency that owns it agreed, and when?", required=False, max_length=400
            )

    def clean(self) -> dict[str, Any]:
        """Ask for new words and the owner's agreement where something is given, and a ground for struck words."""
        said = super().clean() or {}
        for place, _ in enumerate(self.keys):
            if said.get(f"t{place}") == GIVE:
                for name, wanted in (
                    (f"n{place}", "Enter the words that are given"),
                    (f"o{place}", "Enter who of its owner agreed, and when"),
                ):
                    if not said.get(name, "").strip():
                        self.add_error(name, wanted)
        if said.get("strike", "").strip() and not said.get("strike_ground"):
            self.add_error("strike_ground", "Select a ground")
        return said

    @property
    def decided(self) -> Pass:
        """What was decided."""
        said = self.cleaned_data
        things = {}
        for place, key in enumerate(self.keys):
            chosen = said[f"t{place}"]
            given = chosen == GIVE
            things[key] = Decided(
                GIVE if given else WITHHOLD,
                "" if given else chosen,
                said[f"n{place}"].strip() if given else "",
                said[f"o{place}"].strip() if given else "",
            )
        struck = [line.strip() for line in said.get("strike", "").splitlines() if line.strip()]
        return Pass(things, tuple(Strike(line, said["strike_ground"]) for line in struck))


def pass_before(decided: Pass, keys: Sequence[str]) -> dict[str, Any]:
    """Return what a pass said, as initial values of its form."""
    found: dict[str, Any] = {
        "strike": "\n".join(one.words for one in decided.strikes),
        "strike_ground": decided.strikes[0].ground if decided.strikes else "",
    }
    for place, key in enumerate(keys):
        one = decided.things.get(key)
        if one:
            found |= {
                f"t{place}": one.what if one.is_given else one.ground,
                f"n{place}": one.words,
                f"o{place}": one.owner_said,
            }
    return found


def _offer(form: forms.Form, name: str, choices: list[tuple[str, str]]) -> None:
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)  # noqa: S101
    field.choices = choices
