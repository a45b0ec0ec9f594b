"""Django's form fields in the design system's markup, and dates typed into three boxes."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, ClassVar, NamedTuple

from django import forms
from django.core.exceptions import ValidationError
from django.forms.boundfield import BoundField
from django.forms.widgets import Input

BOXES = ("day", "month", "year")
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
COUNT_SHOWN_FROM = 75  # per cent of the characters allowed
REQUIRED = str(forms.Field.default_error_messages["required"])
Params = dict[str, Any]


# Dates in three boxes


class VagueDate(NamedTuple):
    """A date as precisely as somebody knows it: `precision` is day, month or year; the rest of `on` is 1."""

    on: date
    precision: str


class DateBoxes(forms.MultiWidget):
    """Three text boxes named `<field>-day`, `<field>-month` and `<field>-year`."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__([forms.TextInput() for _ in BOXES], attrs)
        self.widgets_names = [f"-{box}" for box in BOXES]

    def decompress(self, value: Any) -> list[str]:
        """Split a date, a vague date or what was typed into the three boxes."""
        on, precision = value if isinstance(value, VagueDate) else (value, "day")
        if not on:
            return ["", "", ""]
        day = str(on.day) if precision == "day" else ""
        month = "" if precision == "year" else str(on.month)
        return [day, month, str(on.year)]


class DateInputField(forms.MultiValueField):
    """A whole date.  The month may be a number or a name.

    name: how errors call it, as in "Date of birth"; the label if left out.
    earliest, latest: bounds, set on the form's own copy of the field when today matters:
        `self.fields["born_on"].latest = today`.
    """

    earliest: date | None = None
    latest: date | None = None

    def __init__(self, *, name: str = "", **options: Any) -> None:
        boxes = [forms.CharField(required=False) for _ in BOXES]
        options.setdefault("widget", DateBoxes)
        super().__init__(boxes, require_all_fields=False, **options)
        self.name = name

    def clean(self, value: Any) -> Any:
        """Return the date typed, or None if nothing was and nothing need be.

        Raises ValidationError whose code names the box to mend first: day, month or year.
        """
        typed = [str(part or "").strip() for part in (value or ["", "", ""])]
        if not any(typed):
            if self.required:
                raise ValidationError(self.error_messages["required"], code="required")
            return None
        found = self.read(typed)
        on = found.on if isinstance(found, VagueDate) else found
        self.check_bounds(on)
        return found

    def read(self, typed: Sequence[str]) -> date | VagueDate:
        """Make a date of day, month and year as typed."""
        missing = [box for box, part in zip(BOXES, typed, strict=True) if not part]
        if missing:
            raise ValidationError(f"{self.called} must include a {' and '.join(missing)}", code=missing[0])
        return self.real_date(*typed)

    def real_date(self, day: str, month: str, year: str) -> date:
        """Read the three parts as a date that exists."""
        if not (year.isascii() and year.isdigit() and len(year) == 4):
            raise ValidationError(f"Year of {self.called_within} must have 4 numbers, like 2019", code="year")
        try:
            return date(int(year), _month(month), int(day))
        except (ValueError, OverflowError):
            wrong = "day" if _is_month(month) else "month"
            raise ValidationError(f"{self.called} must be a real date", code=wrong) from None

    def check_bounds(self, on: date) -> None:
        """Refuse a date outside what the form allows."""
        if self.latest and on > self.latest:
            raise ValidationError(f"{self.called} must be {_spoken(self.latest)} or earlier", code="day")
        if self.earliest and on < self.earliest:
            raise ValidationError(f"{self.called} must be {_spoken(self.earliest)} or later", code="day")

    @property
    def called(self) -> str:
        """How an error begins."""
        return self.name or str(self.label or "The date").rstrip("?")

    @property
    def called_within(self) -> str:
        """How an error names the field in the middle of a sentence."""
        return lower_first(self.called)


class VagueDateField(DateInputField):
    """A date as precisely as it is known: a year, a month and year, or a day.  Cleans to a `VagueDate`."""

    def read(self, typed: Sequence[str]) -> VagueDate:
        day, month, year = typed
        if not year:
            raise ValidationError(f"{self.called} must include a year", code="year")
        if day and not month:
            raise ValidationError(f"{self.called} must include a month, or no day", code="month")
        precision = "day" if day else "month" if month else "year"
        return VagueDate(self.real_date(day or "1", month or "1", year), precision)


class TimeInputField(forms.TimeField):
    """A time of day on the 24-hour clock, typed as 14:30, 9:30 or 14.30."""

    input_formats = ("%H:%M", "%H.%M")
    widget = forms.TimeInput(format="%H:%M")
    default_error_messages: ClassVar = {"invalid": "Enter a time such as 09:30"}


def _month(typed: str) -> int:
    if typed.isascii() and typed.isdigit():
        return int(typed)
    return MONTHS.index(typed[:3].lower()) + 1


def _is_month(typed: str) -> bool:
    try:
        return 1 <= _month(typed) <= 12
    except ValueError:
        return False


def _spoken(on: date) -> str:
    return f"{on.day} {on:%B} {on.year}"


def lower_first(words: str) -> str:
    """Lower the first letter for use within a sentence, but leave "NHS number" and "I agree" alone."""
    return words if words[1:2].isupper() or words[1:2] == " " else words[:1].lower() + words[1:]


# From a bound field to a macro's parameters


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What a page may say about a field beyond what its form says.  `field.html` explains each."""

    label: str = ""
    hint: str = ""
    heading: bool = False
    size: str = "s"
    hide_label: bool = False
    classes: str = ""
    width: str | int = ""
    prefix: str = ""
    suffix: str = ""
    rows: int = 0
    limit: int = 0
    autocomplete: str = ""
    inputmode: str = ""
    inline: bool = False
    small: bool = False
    hints: Mapping[Any, str] = field(default_factory=dict)
    reveals: Mapping[Any, Any] = field(default_factory=dict)
    divider_before: str = ""
    exclusive: str = ""
    attributes: Mapping[str, Any] = field(default_factory=dict)
    keep: bool = False


class Parts(NamedTuple):
    """Which macro draws a field, and what it is given.  keep: whether what is drawn is kept for the next time."""

    macro: str
    params: Params
    keep: bool = False


def parts(bound: BoundField, options: Mapping[str, Any] | None = None) -> Parts:
    """Say how to draw a field.

    Raises TypeError for an option that does not exist.
    """
    chosen = Options(**(options or {}))
    widget = bound.field.widget
    if widget.is_hidden:
        return Parts("hidden", {"html": bound.as_hidden()})
    for kinds, macro, draw in DRAWN:
        if isinstance(widget, kinds):
            keep = not bound.errors and (chosen.keep or _is_empty_box(bound))
            return Parts(macro(bound, chosen), draw(bound, chosen), keep)
    raise TypeError(f"No macro draws a {type(widget).__name__}")


class Refusable(forms.Form):
    """A form whose refusals by an action are put at their fields."""

    def refuse(self, places: Mapping[str, str]) -> None:
        """Show why something does not do, at its field; where there is none, above the form."""
        for place, why in places.items():
            name = next((one for one in self.names_of(place) if one in self.fields), None)
            if name not in self.errors:
                self.add_error(name, why)

    def names_of(self, place: str) -> Sequence[str]:
        """Return which fields may stand for what an action calls a place."""
        return (place,)


def _is_empty_box(bound: BoundField) -> bool:
    """Tell whether a field is a box, or the boxes of a date, in which nothing stands: nobody's data."""
    if not isinstance(bound.field.widget, EMPTY_BOXES):
        return False
    value = bound.value()
    return not any(value) if isinstance(value, list | tuple) else value is None or value == ""


def errors_of(form_or_forms: Any) -> list[dict[str, str]]:
    """Return every error of one form or several, each with the address of the box to mend, for the summary."""
    several = isinstance(form_or_forms, Iterable) and not isinstance(form_or_forms, forms.BaseForm)
    found: list[dict[str, str]] = []
    for form in form_or_forms if several else [form_or_forms]:
        found += [{"text": str(error)} for error in form.non_field_errors()]
        for name in form.fields:
            bound = form[name]
            if bound.errors:
                found.append(_error_link(bound))
    return found


def first_id(bound: BoundField) -> str:
    """Return the id an error links to: the box itself, the first of several choices, the box of a date to mend."""
    if isinstance(bound.field.widget, DateBoxes):
        return f"{bound.auto_id}-{_box_to_mend(bound)}"
    return bound.auto_id


def error_words(bound: BoundField) -> str:
    """Return a field's first error; one that only says "required" is put in terms of the question."""
    said = str(bound.errors[0])
    if said != REQUIRED:
        return said.removesuffix(".") if said.count(".") == 1 else said
    label = str(bound.label)
    if label.endswith("?"):
        return f"Answer “{label}”"
    if isinstance(bound.field.widget, forms.CheckboxInput):
        return f"Tick “{label}” to go on"
    chooses = isinstance(bound.field.widget, forms.RadioSelect | forms.Select | forms.CheckboxSelectMultiple)
    return f"{'Select' if chooses else 'Enter'} {lower_first(label)}"


def _error_link(bound: BoundField) -> dict[str, str]:
    text = error_words(bound)
    return {"text": text} if bound.is_hidden else {"text": text, "href": f"#{first_id(bound)}"}


def _box_to_mend(bound: BoundField) -> str:
    codes = [error.code for error in bound.errors.as_data()] if bound.errors else []
    return str(codes[0]) if codes and codes[0] in BOXES else "day"


def _frame(bound: BoundField, options: Options) -> Params:
    """Return what every control has: name, hint, error."""
    hint = options.hint or str(bound.help_text or "")
    params: Params = {"name": bound.html_name, "classes": options.classes}
    if hint:
        params["hint"] = {"text": hint}
    if bound.errors:
        params["errorMessage"] = {"text": error_words(bound)}
    return params


def _labelled(bound: BoundField, options: Options) -> Params:
    label = {
        "text": options.label or str(bound.label),
        "classes": "govuk-visually-hidden" if options.hide_label else f"govuk-label--{options.size}",
        "isPageHeading": options.heading,
    }
    return _frame(bound, options) | {"id": bound.auto_id, "label": label}


def _legend(bound: BoundField, options: Options) -> Params:
    classes = "govuk-visually-hidden" if options.hide_label else f"govuk-fieldset__legend--{options.size}"
    text = options.label or str(bound.label)
    return {"legend": {"text": text, "classes": classes, "isPageHeading": options.heading}}


def _attributes(bound: BoundField, options: Options) -> Params:
    """Return the widget's own attributes and the page's, less those that the macro writes itself."""
    own = {key: value for key, value in bound.field.widget.attrs.items() if key not in WRITTEN_BY_MACRO}
    return own | dict(options.attributes)


WRITTEN_BY_MACRO = {
    "class", "id", "name", "rows", "cols", "maxlength", "minlength", "autocomplete", "inputmode", "spellcheck",
    "required", "aria-describedby", "value", "step", "min", "max",
}  # fmt: skip


def _value(bound: BoundField) -> str:
    shown = bound.field.widget.format_value(bound.value())
    return "" if shown is None else str(shown)


def _input(bound: BoundField, options: Options) -> Params:
    widget = bound.field.widget
    params = _labelled(bound, options)
    width = options.width
    sized = f"govuk-input--width-{width}" if str(width).isdigit() else f"govuk-!-width-{width}"
    params["classes"] = " ".join(filter(None, [options.classes, sized if width else ""]))
    numeric = isinstance(widget, forms.NumberInput)
    decimal = isinstance(bound.field, forms.DecimalField | forms.FloatField)
    kind = str(getattr(widget, "input_type", "text"))
    return params | {
        "value": _value(bound),
        "type": "text" if numeric or kind in ("date", "time") else kind,
        "inputmode": options.inputmode or (("decimal" if decimal else "numeric") if numeric else None),
        "spellcheck": False if kind != "text" or numeric else None,
        "autocomplete": options.autocomplete or widget.attrs.get("autocomplete"),
        "prefix": {"text": options.prefix} if options.prefix else None,
        "suffix": {"text": options.suffix} if options.suffix else None,
        "attributes": _attributes(bound, options),
    }


def _password(bound: BoundField, options: Options) -> Params:
    autocomplete = options.autocomplete or bound.field.widget.attrs.get("autocomplete")
    extra = {"autocomplete": autocomplete, "attributes": _attributes(bound, options)}
    return _labelled(bound, options) | extra


def _textarea(bound: BoundField, options: Options) -> Params:
    limit = _limit(bound, options)
    params = _labelled(bound, options) | {
        "value": _value(bound),
        "rows": options.rows or 5,
        "attributes": _attributes(bound, options),
    }
    return params | {"maxlength": limit, "threshold": COUNT_SHOWN_FROM} if limit else params


def _limit(bound: BoundField, options: Options) -> int:
    return int(options.limit or getattr(bound.field, "max_length", None) or 0)


def _file(bound: BoundField, options: Options) -> Params:
    multiple = getattr(bound.field.widget, "allow_multiple_selected", False)
    extra = {"multiple": multiple, "attributes": _attributes(bound, options)}
    return _labelled(bound, options) | extra


def _date(bound: BoundField, options: Options) -> Params:
    value = bound.value()
    typed = value if isinstance(value, list) else bound.field.widget.decompress(value)
    mend = {_box_to_mend(bound)} if bound.errors else set()
    if bound.errors and not any(typed):
        mend = set(BOXES)
    items = [
        {
            "name": box,
            "id": f"{bound.auto_id}-{box}",
            "value": part,
            "inputmode": "text" if box == "month" else "numeric",
            "autocomplete": f"bday-{box}" if options.autocomplete == "bday" else None,
            "classes": f"govuk-input--width-{4 if box == 'year' else 3 if box == 'month' else 2}"
            + (" govuk-input--error" if box in mend else ""),
        }
        for box, part in zip(BOXES, typed, strict=True)
    ]
    own = {"id": bound.auto_id, "namePrefix": bound.html_name, "fieldset": _legend(bound, options)}
    return _frame(bound, options) | own | {"items": items, "attributes": dict(options.attributes)}


def _select(bound: BoundField, options: Options) -> Params:
    items = [{"value": value, "text": label, "selected": chosen} for value, label, chosen in _choices(bound)]
    return _labelled(bound, options) | {"items": items, "attributes": _attributes(bound, options)}


def _radios(bound: BoundField, options: Options) -> Params:
    style = ["govuk-radios--inline" if options.inline else "", "govuk-radios--small" if options.small else ""]
    own = {
        "idPrefix": bound.auto_id,
        "fieldset": _legend(bound, options),
        "classes": " ".join(filter(None, [options.classes, *style])),
        "items": _items(bound, options),
        "attributes": dict(options.attributes),
    }
    return _frame(bound, options) | own


def _checkboxes(bound: BoundField, options: Options) -> Params:
    own = {
        "idPrefix": bound.auto_id,
        "fieldset": _legend(bound, options),
        "classes": " ".join(
            filter(None, [options.classes, "govuk-checkboxes--small" if options.small else ""])
        ),
        "items": _items(bound, options),
        "attributes": dict(options.attributes),
    }
    return _frame(bound, options) | own


def _single(bound: BoundField, options: Options) -> Params:
    """Draw one box to tick: its label stands beside it, its hint below."""
    frame = _frame(bound, options)
    hint = frame.pop("hint", None)
    item: Params = {"value": "on", "text": options.label or str(bound.label), "checked": bool(bound.value())}
    item |= {"hint": hint} if hint else {}
    item |= {"attributes": dict(options.attributes)} if options.attributes else {}
    revealed = options.reveals.get(True)
    item |= {"conditional": {"html": revealed}} if revealed else {}
    small = "govuk-checkboxes--small" if options.small else ""
    classes = " ".join(filter(None, [options.classes, small]))
    return frame | {"idPrefix": bound.auto_id, "classes": classes, "items": [item]}


def _choices(bound: BoundField) -> list[tuple[str, str, bool]]:
    """Return value, label and whether chosen; a group's name goes before the labels in it."""
    chosen = set(bound.field.widget.format_value(bound.value()))
    found = []
    for value, label in bound.field.widget.choices:
        group = label if isinstance(label, list | tuple) else None
        for one, words in group if group is not None else [(value, label)]:
            said = f"{value}: {words}" if group is not None else str(words)
            code = "" if one is None else str(one)
            found.append((code, said, code in chosen))
    return found


def _items(bound: BoundField, options: Options) -> list[Params]:
    """Return the choices for radios or checkboxes; an empty choice is no choice, and nothing is preselected."""
    hints = {str(key): text for key, text in {**getattr(bound.field, "hints", {}), **options.hints}.items()}
    reveals = {str(key): html for key, html in options.reveals.items()}
    items: list[Params] = []
    for value, label, chosen in _choices(bound):
        if value == "":
            continue
        item: Params = {"value": value, "text": label, "checked": chosen}
        if value in hints:
            item["hint"] = {"text": hints[value]}
        if value in reveals:
            item["conditional"] = {"html": reveals[value]}
        if value == options.exclusive:
            item["behaviour"] = "exclusive"
        if value == options.divider_before:
            items.append({"divider": "or"})
        items.append(item)
    return items


def _always(macro: str) -> Any:
    return lambda _bound, _options: macro


def _textarea_macro(bound: BoundField, options: Options) -> str:
    return "character_count" if _limit(bound, options) else "textarea"


EMPTY_BOXES = (forms.TextInput, forms.EmailInput, forms.NumberInput, forms.Textarea, DateBoxes)
DRAWN: tuple[tuple[Any, Any, Any], ...] = (
    (DateBoxes, _always("date"), _date),
    (forms.CheckboxSelectMultiple, _always("checkboxes"), _checkboxes),
    (forms.RadioSelect, _always("radios"), _radios),
    (forms.Select, _always("select"), _select),
    (forms.CheckboxInput, _always("checkboxes"), _single),
    (forms.Textarea, _textarea_macro, _textarea),
    (forms.FileInput, _always("file"), _file),
    (forms.PasswordInput, _always("password"), _password),
    (Input, _always("input"), _input),
)
