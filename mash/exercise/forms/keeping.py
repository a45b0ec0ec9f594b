"""A file is put in; an exercise is edited: as a text, or one inject, seat or heading in a form."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms

from mash.exercise.format import KINDS, LARGEST, Exercise, Inject


def line(
    label: str, missing: str = "", *, longest: int = 240, hint: str = "", required: bool = True
) -> forms.CharField:
    """Return one line of words."""
    return forms.CharField(
        label=label,
        max_length=longest,
        required=required,
        help_text=hint,
        error_messages={"required": missing},
    )


def words(
    label: str, missing: str = "", *, hint: str = "", required: bool = True, longest: int = 4000
) -> forms.CharField:
    """Return a box of words."""
    return forms.CharField(
        label=label, max_length=longest, required=required, help_text=hint, widget=forms.Textarea,
        error_messages={"required": missing},
    )  # fmt: skip


def lines_of(said: str) -> list[str]:
    """Return the lines of a box, without the blank ones."""
    return [one.strip() for one in said.splitlines() if one.strip()]


class PutIn(forms.Form):
    """A file of an exercise."""

    file = forms.FileField(
        label="The file of an exercise, in YAML",
        error_messages={"required": "Choose the file", "empty": "The file is empty"},
        help_text=f"At most {LARGEST // 1000} kilobytes. How one is written stands in the guide for trainers.",
    )

    def clean_file(self) -> bytes:
        """Return what the file holds, as far as it is taken."""
        self.file_name = str(self.cleaned_data["file"].name)
        body: bytes = self.cleaned_data["file"].read(LARGEST + 1)
        return body


class Saves(forms.Form):
    """A form that makes a new version.  builds_on: the number of the version that it shows."""

    builds_on = forms.IntegerField(widget=forms.HiddenInput)
    what = line("What is different in this version?", "Say what is different in this version")


class AsText(Saves):
    """The whole exercise as a text."""

    text = forms.CharField(
        label="The exercise as a text",
        widget=forms.Textarea(attrs={"spellcheck": "false"}),
        strip=False,
        error_messages={"required": "The text is empty"},
    )
    field_order = ("builds_on", "text", "what")

    def clean_text(self) -> str:
        """Return the text with the line ends of a file; a browser sends others."""
        return str(self.cleaned_data["text"]).replace("\r\n", "\n")


class Heading(Saves):
    """Title, purpose, length and pace."""

    title = line("Title", "Enter the title")
    purpose = words("What is it for?", "Say what it is for")
    length_minutes = forms.IntegerField(
        label="How many real minutes does it last?", min_value=10, max_value=2400
    )
    pace = forms.FloatField(
        label="How many simulated minutes pass in a real minute?", min_value=0.1, max_value=240
    )
    field_order = ("builds_on", "title", "purpose", "length_minutes", "pace", "what")

    @staticmethod
    def of(exercise: Exercise) -> dict[str, Any]:
        """Return what the form begins with."""
        said = exercise.file
        return {
            "title": said.title,
            "purpose": said.purpose,
            "length_minutes": said.length_minutes,
            "pace": f"{exercise.pace:g}",
        }

    def change(self, raw: dict[str, Any]) -> None:
        """Write what was said into the plain mapping of a version."""
        said = self.cleaned_data
        raw |= {name: said[name] for name in ("title", "purpose", "length_minutes")}
        raw["clock"] = raw["clock"] | {"simulated_minutes_per_real_minute": said["pace"]}


class InjectForm(Saves):
    """One inject.  What its referral says, where it brings one, stays as the text has it."""

    day = forms.IntegerField(label="On which simulated day?", min_value=1, max_value=5)
    at = line("At what time of that day?", "Enter a time such as 09:05", longest=5)
    kind = forms.ChoiceField(
        label="What is it?", choices=list(KINDS.items()), widget=forms.RadioSelect,
        error_messages={"required": "Choose what it is"},
    )  # fmt: skip
    to = forms.MultipleChoiceField(
        label="To which seats does it go?", widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose at least one seat"},
    )  # fmt: skip
    text = words("What stands on the paper?", "Write what stands on the paper")
    expects = words(
        "What do you hope to see? (optional)",
        required=False,
        hint="For whoever trains alone: no seat reads it.",
    )
    field_order = ("builds_on", "day", "at", "kind", "to", "text", "expects", "what")

    def __init__(self, data: Any = None, *, exercise: Exercise, **options: Any) -> None:
        super().__init__(data, **options)
        self.fields["to"].choices = [(one.id, one.label) for one in exercise.seats.values()]  # type: ignore[attr-defined]

    @staticmethod
    def of(inject: Inject) -> dict[str, Any]:
        """Return what the form begins with."""
        names = ("day", "at", "kind", "text")
        return {name: getattr(inject, name) for name in names} | {
            "to": list(inject.to),
            "expects": inject.expects or "",
        }

    def change(self, raw: dict[str, Any], number: int | None) -> None:
        """Write what was said into the plain mapping: over the inject with a number, or as a new one.

        A new one has the next number; injects keep theirs, whatever their order in time.
        """
        said = self.cleaned_data
        injects = [dict(one) for one in raw["injects"]]
        new = {
            "day": said["day"],
            "at": said["at"].strip(),
            "to": said["to"],
            "kind": said["kind"],
            "text": said["text"],
        } | ({"expects": said["expects"]} if said["expects"] else {})
        if number is None:
            number = max((int(one["n"]) for one in injects), default=0) + 1
            injects.append({"n": number} | new)
        else:
            kept = ("n", "referral") if said["kind"] == "referral" else ("n",)
            injects = [
                {name: one[name] for name in kept if name in one} | new if int(one["n"]) == number else one
                for one in injects
            ]
        raw["injects"] = injects


class RemoveInject(Saves):
    """Why an inject is taken out."""


class MeetingForm(Saves):
    """The meeting: what is on its agenda and what each seat should ask."""

    title = line("What is it called?", "Enter what the meeting is called")
    chair = forms.ChoiceField(label="Who chairs?", error_messages={"required": "Choose who chairs"})
    attendees = forms.MultipleChoiceField(
        label="Who comes?",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose who comes"},
    )
    apologies = forms.MultipleChoiceField(
        label="Who sends apologies, which the group has to handle? (optional)",
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    agenda = words("The agenda, one item a line", "Write the agenda")

    def __init__(self, data: Any = None, *, exercise: Exercise, **options: Any) -> None:
        super().__init__(data, **options)
        seats = [(one.id, one.label) for one in exercise.seats.values()]
        for name in ("chair", "attendees", "apologies"):
            self.fields[name].choices = seats  # type: ignore[attr-defined]
        for key, label in seats:
            self.fields[f"q-{key}"] = words(
                f"What should {label} ask? One question a line (optional)", required=False
            )
        self.order_fields(
            [
                "builds_on",
                "title",
                "chair",
                "attendees",
                "apologies",
                "agenda",
                *(f"q-{key}" for key, _ in seats),
                "what",
            ]
        )

    @staticmethod
    def of(exercise: Exercise) -> dict[str, Any]:
        """Return what the form begins with."""
        said = exercise.file.meeting
        questions = {
            f"q-{seat}": "\n".join(asked) for seat, asked in said.questions_each_agency_should_raise.items()
        }
        return questions | {
            "title": said.title,
            "chair": said.chair,
            "attendees": list(said.attendees),
            "apologies": list(said.apologies_to_handle),
            "agenda": "\n".join(said.agenda),
        }

    def change(self, raw: dict[str, Any]) -> None:
        """Write what was said into the plain mapping of a version."""
        said = self.cleaned_data
        asked = {name[2:]: lines_of(value) for name, value in said.items() if name.startswith("q-")}
        raw["meeting"] = raw["meeting"] | {
            "title": said["title"],
            "chair": said["chair"],
            "attendees": said["attendees"],
            "apologies_to_handle": said["apologies"],
            "agenda": lines_of(said["agenda"]),
            "questions_each_agency_should_raise": {seat: ones for seat, ones in asked.items() if ones},
        }


class AnswerForm(Saves):
    """The model answer and the learning points, one a line."""

    decision_reasonable_range = words("Which decisions are reasonable? One a line", "Write at least one")
    not_reasonable = words("Which are not? One a line (optional)", required=False)
    must_show = words("What must the record show? One a line", "Write at least one")
    learning_points = words("What is there to learn? One a line (optional)", required=False)
    not_scored = words("What is not scored? One a line (optional)", required=False)
    field_order = (
        "builds_on", "decision_reasonable_range", "not_reasonable", "must_show", "learning_points", "not_scored",
        "what",
    )  # fmt: skip
    NAMES: Sequence[str] = ("decision_reasonable_range", "not_reasonable", "must_show", "learning_points")

    @staticmethod
    def of(exercise: Exercise) -> dict[str, Any]:
        """Return what the form begins with."""
        said = exercise.file.model_answer
        found = {name: "\n".join(getattr(said, name)) for name in AnswerForm.NAMES}
        return found | {"not_scored": "\n".join(exercise.file.scoring.not_scored)}

    def change(self, raw: dict[str, Any]) -> None:
        """Write what was said into the plain mapping of a version."""
        said: Mapping[str, str] = self.cleaned_data
        raw["model_answer"] = {name: lines_of(said[name]) for name in self.NAMES}
        raw["scoring"] = raw["scoring"] | {"not_scored": lines_of(said["not_scored"])}


class PointsForm(Saves):
    """The observable points, one a line: code, seat and what is seen, with a stroke between."""

    points = words(
        "The observable points, one a line",
        "Write at least one point",
        hint="Code, seat and what is seen, with a stroke between: S1 | all | Names both children. "
        "Each is scored 0, 1 or 2, and the bands are made anew in three equal parts when their number changes.",
        longest=9000,
    )
    field_order = ("builds_on", "points", "what")

    @staticmethod
    def of(exercise: Exercise) -> dict[str, Any]:
        """Return what the form begins with."""
        said = exercise.file.scoring.points
        return {"points": "\n".join(f"{one.id} | {one.seat} | {one.observe}" for one in said)}

    def clean_points(self) -> list[dict[str, str]]:
        """Return the points; each line has three parts."""
        found = []
        for place, said in enumerate(lines_of(self.cleaned_data["points"]), start=1):
            parts = [one.strip() for one in said.split("|", 2)]
            if len(parts) != 3 or not all(parts):
                raise forms.ValidationError(
                    f"Line {place}: write a code, a seat and what is seen, with a stroke between"
                )
            found.append(dict(zip(("id", "seat", "observe"), parts, strict=True)))
        return found

    def change(self, raw: dict[str, Any]) -> None:
        """Write what was said into the plain mapping of a version."""
        points = self.cleaned_data["points"]
        before = raw["scoring"]
        out_of = 2 * len(points)
        bands = before["bands"]
        if out_of != before["out_of"]:
            bands = dict(zip(_thirds(out_of), _three(bands.values()), strict=True))
        raw["scoring"] = before | {"points": points, "out_of": out_of, "bands": bands}


def _thirds(out_of: int) -> list[str]:
    first, second = round(out_of / 3), round(2 * out_of / 3)
    return [f"0-{first}", f"{first + 1}-{second}", f"{second + 1}-{out_of}"]


def _three(labels: Any) -> list[str]:
    usual = ["repeat the day", "meets with feedback", "ready to shadow"]
    said = [str(one) for one in labels]
    return said if len(said) == 3 else usual
