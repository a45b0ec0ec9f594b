import pytest

from mash.common.content import ContentError
from mash.contact.content import (
    CATEGORIES,
    categories,
    categories_for,
    category_content,
    duties,
    groups,
    load_categories,
)


def broken(tmp_path, old, new):
    """Write the categories with one thing changed, and return the file."""
    text = CATEGORIES.read_text()
    assert old in text
    file = tmp_path / "categories.yaml"
    file.write_text(text.replace(old, new, 1))
    return file


def test_every_category_stands_under_a_group_and_every_group_has_some():
    assert {category.group for category in categories().values()} == set(groups())


def test_a_child_is_offered_no_adult_category_and_the_reverse():
    offered = {
        subject: {one.id for some in categories_for(subject).values() for one in some}
        for subject in ("child", "adult", "both")
    }
    assert "neglect" in offered["child"]
    assert "adult_self_neglect" not in offered["child"]
    assert "neglect" not in offered["adult"]
    assert "forced_marriage" in offered["child"] & offered["adult"]
    assert offered["both"] == set(categories())


def test_the_retired_census_factors_are_not_suggested():
    suggested = {factor for category in categories().values() for factor in category.cin_factors}
    assert suggested
    assert not suggested & {"18A", "19A"}


def test_only_census_needs_are_suggested():
    for category in categories().values():
        needs = {category.cin_need, *category.cin_need_or} - {None}
        assert needs <= {f"N{number}" for number in range(10)}, category.id


def test_a_duty_that_may_not_be_law_yet_is_off():
    assert not duties()["csa_report"].enabled


def test_sexual_abuse_starts_restricted():
    assert categories()["sexual_abuse_by_adult"].sealed
    assert not categories()["neglect"].sealed


def test_the_content_can_not_be_changed_by_a_reader():
    with pytest.raises(TypeError):
        categories()["neglect"] = None
    with pytest.raises(AttributeError):
        categories()["neglect"].label = "Other"
    assert category_content().version == 1


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ("group: abuse_and_neglect, subject", "group: unheard_of, subject", "categories.neglect.group"),
        ("duty: csa_report, sealed", "duty: unheard_of, sealed", "categories.sexual_abuse_by_adult.duty"),
        ("{id: emotional_abuse,", "{id: neglect,", "categories.neglect: this id is used twice"),
        ('label: "Neglect",', 'label: "Neglect", colour: red,', "categories.neglect.colour"),
        (', subject: child, label: "Neglect"', ', label: "Neglect"', "categories.neglect.subject"),
        ('subject: child, label: "Neglect"', 'subject: pet, label: "Neglect"', "categories.neglect.subject"),
        ('label: "Neglect",', 'label: "Neglect", label: "Again",', "given twice: label"),
        ("source: safelives", "source: hearsay", "duties.marac.source: hearsay"),
        ("categories/1", "categories/9", "format"),
        ("groups:", "groups: [", "categories.yaml"),
    ],
)
def test_a_broken_file_names_its_place(tmp_path, old, new, place):
    with pytest.raises(ContentError) as error:
        load_categories(broken(tmp_path, old, new))
    assert str(error.value).startswith("categories.yaml: ")
    assert place in str(error.value)


def test_a_file_that_holds_no_mapping_is_refused(tmp_path):
    file = tmp_path / "categories.yaml"
    file.write_text("- one\n")
    with pytest.raises(ContentError, match=r"categories\.yaml: top"):
        load_categories(file)
