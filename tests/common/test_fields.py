"""Fields in the design system's markup, and dates in three boxes."""

import re
from datetime import date

import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.template import engines

from mash.common import templates
from mash.common.fields import DateInputField, Parts, VagueDate, VagueDateField, errors_of, parts
from mash.common.samples import SampleForm

PAGE = """
{% from 'components/field.html' import field, error_summary %}
{{ error_summary(form) }}
{% for one in form %}{{ field(one) }}{% endfor %}
"""
PAGE_THAT_REVEALS = """
{% from 'components/field.html' import field %}
{% set more %}{{ field(form['why_not']) }}{% endset %}
{{ field(form['asked'], reveals={'no': more}, hints={'yes': 'All of them'}) }}
"""
PAGE_THAT_KEEPS = """
{% from 'components/field.html' import field %}
{% for one in form %}{{ field(one, keep=true) }}{% endfor %}
"""


def drawn(form, page=PAGE):
    return engines["jinja2"].env.from_string(page).render(form=form)


def typed(field, day, month, year):
    return field.clean([day, month, year])


@pytest.mark.parametrize("month", ["3", "03", "March", "mar"])
def test_a_month_may_be_a_number_or_a_name(month):
    assert typed(DateInputField(label="Date of birth"), "27", month, "2019") == date(2019, 3, 27)


@pytest.mark.parametrize(
    ("boxes", "error", "mend"),
    [
        (("", "", ""), "This field is required.", "required"),
        (("27", "", ""), "Date of birth must include a month and year", "month"),
        (("", "3", "2019"), "Date of birth must include a day", "day"),
        (("31", "2", "2019"), "Date of birth must be a real date", "day"),
        (("1", "13", "2019"), "Date of birth must be a real date", "month"),
        (("1", "Smarch", "2019"), "Date of birth must be a real date", "month"),
        (("x", "3", "2019"), "Date of birth must be a real date", "day"),
        (("1", "9" * 20, "2019"), "Date of birth must be a real date", "month"),
        (("9" * 5000, "3", "2019"), "Date of birth must be a real date", "day"),
        (("1", "3", "19"), "Year of date of birth must have 4 numbers, like 2019", "year"),
        (("1", "3", "²019"), "Year of date of birth must have 4 numbers, like 2019", "year"),
        (("25", "11", "2026"), "Date of birth must be 24 November 2026 or earlier", "day"),
        (("1", "1", "1890"), "Date of birth must be 1 January 1900 or later", "day"),
    ],
)
def test_a_date_that_cannot_be_read_says_what_to_mend(boxes, error, mend):
    field = DateInputField(label="Date of birth")
    field.earliest, field.latest = date(1900, 1, 1), date(2026, 11, 24)
    with pytest.raises(forms.ValidationError) as caught:
        typed(field, *boxes)
    assert (caught.value.message, caught.value.code) == (error, mend)


def test_a_date_that_need_not_be_given_may_be_left_out():
    assert typed(DateInputField(required=False), "", " ", "") is None


@pytest.mark.parametrize(
    ("boxes", "known"),
    [
        (("", "", "2019"), VagueDate(date(2019, 1, 1), "year")),
        (("", "May", "2019"), VagueDate(date(2019, 5, 1), "month")),
        (("4", "5", "2019"), VagueDate(date(2019, 5, 4), "day")),
    ],
)
def test_a_vague_date_is_no_more_precise_than_what_was_typed(boxes, known):
    field = VagueDateField(label="When")
    assert typed(field, *boxes) == known
    assert field.clean(field.widget.decompress(known)) == known


@pytest.mark.parametrize("boxes", [("4", "", "2019"), ("", "5", ""), ("4", "5", "")])
def test_a_vague_date_needs_a_year_and_no_day_without_a_month(boxes):
    with pytest.raises(forms.ValidationError):
        typed(VagueDateField(label="When"), *boxes)


def test_every_error_links_to_something_on_the_page_and_hidden_ones_to_nothing():
    form = SampleForm({"born_on-day": "1", "born_on-month": "2", "born_on-year": "3"})
    html = drawn(form)
    links = re.findall(r'<a href="#([^"]+)"', html)
    assert {link for link in links if f'id="{link}"' not in html} == set()
    assert "id_born_on-year" in links
    assert {"text": "Enter version"} in errors_of(form)


def test_the_first_radio_button_carries_the_id_that_errors_link_to():
    assert {"text": "Say whether the family knows", "href": "#id_asked"} in errors_of(SampleForm({}))
    assert re.search(r'id="id_asked" name="asked" type="radio"', drawn(SampleForm({})))


def test_several_forms_have_one_summary():
    assert len(errors_of([SampleForm({}), SampleForm({}, prefix="second")])) == 2 * len(
        errors_of(SampleForm({}))
    )


def test_an_error_of_the_whole_form_comes_first():
    form = SampleForm({})
    form.is_valid()
    form.add_error(None, "Choose one or the other")
    assert errors_of(form)[0] == {"text": "Choose one or the other"}


def test_a_form_without_mistakes_has_no_summary():
    assert "govuk-error-summary" not in drawn(SampleForm())


def test_nothing_is_preselected():
    html = drawn(SampleForm())
    assert not re.search(r'type="(radio|checkbox)"[^>]* checked', html)


def test_what_was_typed_comes_back_after_a_mistake():
    typed_before = {
        "full_name": 'A "quoted" <name>',
        "worry": "</textarea><script>x</script>",
        "asked": "no",
        "harms": ["alone"],
        "school": "south",
        "born_on-day": "31",
        "born_on-month": "feb",
        "born_on-year": "2019",
        "sure": "on",
        "password": "never shown again",
    }
    html = drawn(SampleForm(typed_before, {"photograph": SimpleUploadedFile("a.txt", b"a")}))
    assert "A &#34;quoted&#34; &lt;name&gt;" in html
    assert "<script>" not in html
    assert re.search(r'value="no"[^>]* checked', html)
    assert re.search(r'value="alone"[^>]* checked', html)
    assert re.search(r'value="south"[^>]* selected', html)
    assert re.search(r'name="born_on-month"[^>]* value="feb"', html)
    assert re.search(r'name="sure"[^>]* checked', html)
    assert "never shown again" not in html


def test_a_text_area_with_a_limit_counts_and_does_not_cut():
    html = drawn(SampleForm())
    assert 'data-maxlength="400" data-threshold="75"' in html
    assert ' maxlength="' not in html


def test_a_choice_may_reveal_a_question():
    html = drawn(SampleForm(), PAGE_THAT_REVEALS)
    assert 'data-aria-controls="conditional-id_asked-2"' in html
    assert re.search(r'id="conditional-id_asked-2">.*name="why_not"', html, re.DOTALL)
    assert "All of them" in html


def test_an_empty_choice_is_no_radio_button():
    class Choice(forms.Form):
        pick = forms.ChoiceField(choices=[("", "---------"), ("a", "A")], widget=forms.RadioSelect)

    assert [item["value"] for item in parts(Choice()["pick"]).params["items"]] == ["a"]


def test_an_option_that_does_not_exist_is_refused():
    with pytest.raises(TypeError):
        parts(SampleForm()["full_name"], {"labell": "Name"})


def test_a_widget_that_nobody_draws_is_refused():
    class Odd(forms.Form):
        when = forms.SplitDateTimeField()

    with pytest.raises(TypeError, match="SplitDateTimeWidget"):
        parts(Odd()["when"])


class Chosen(forms.Form):
    colour = forms.ChoiceField(label="Colour <b>", choices=[("red", "Red & hot"), ("blue", "Blue")])
    several = forms.MultipleChoiceField(choices=[("a", "A"), ("b", "B")], widget=forms.CheckboxSelectMultiple)


@pytest.mark.parametrize(
    "data",
    [
        None,
        {"colour": "red"},
        {"colour": "blue", "several": ["b"]},
        {"colour": "<i>none", "several": ["a"]},
    ],
)
def test_what_is_kept_of_a_field_is_what_would_be_drawn_anew(data):
    anew = PAGE_THAT_KEEPS.replace(", keep=true", "")
    for _ in range(2):
        assert drawn(Chosen(data), PAGE_THAT_KEEPS) == drawn(Chosen(data), anew)


def test_only_so_many_drawings_are_kept():
    kept = templates.Drawings({"select": lambda params: f"<p>{params['label']}</p>"})
    for number in range(templates.DRAWINGS_KEPT + 1):
        assert kept.of(Parts("select", {"label": str(number)}, keep=True)) == f"<p>{number}</p>"
    assert len(kept._kept) == 1


def test_a_field_that_is_wrong_is_not_kept():
    assert not parts(Chosen({"colour": "typed here"})["colour"], {"keep": True}).keep
    assert parts(Chosen({"colour": "red"})["colour"], {"keep": True}).keep


class Typed(forms.Form):
    name = forms.CharField()
    mail = forms.EmailField()
    words = forms.CharField(widget=forms.Textarea, max_length=200)
    more = forms.CharField(widget=forms.Textarea)
    on = VagueDateField()
    file = forms.FileField()
    word = forms.CharField(widget=forms.PasswordInput)
    who = forms.ChoiceField(choices=[("1", "Zara Malloy")])
    tick = forms.BooleanField()


def test_a_box_in_which_nothing_stands_is_kept_and_what_somebody_typed_never_is():
    form = Typed()
    assert {one.name for one in form if parts(one).keep} == {"name", "mail", "words", "more", "on"}
    data = {"name": "Zara", "mail": "z@x.example", "words": "She", "more": "cried", "on-year": "2019"}
    assert not any(parts(one).keep for one in Typed(data))
    assert not any(
        parts(one).keep
        for one in Typed(initial={"on": VagueDate(date(2019, 1, 1), "year")} | data)
        if one.name in data
    )


def test_an_empty_box_is_drawn_as_it_is_drawn_anew():
    kept, anew = drawn(Typed()), drawn(Typed())
    drawings = engines["jinja2"].env.globals["kept_drawing"].__self__
    drawings._kept.clear()
    assert drawn(Typed()) == kept == anew
    assert not any("Zara" in one for one in drawings._kept)
