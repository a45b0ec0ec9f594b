"""A referral is graded by keyboard alone, criterion by criterion: in a real browser."""

import sys

import pytest
from django.urls import reverse

from mash.quality import content
from mash.quality.models import Given
from tests.journeys.typist import Typist
from tests.quality.story import opened

pytestmark = pytest.mark.usefixtures("transactional_db")
MOST_PAGES, MOST_PRESSES = 1, 90  # after the referral is open; text is not counted


@pytest.mark.parametrize("scripted", [True], indirect=True)
def test_a_referral_is_graded_by_keyboard(visitor):
    panel = opened()
    sheet = panel.sheets()[0]
    grader = visitor(panel.grader_of(sheet))
    grader.opens(reverse("quality:grade", args=[sheet.pk]))
    typist = Typist(grader)
    typist.skips_to_the_page()
    for name in content.criteria():
        typist.tabs_to_field(f"c_{name}")
        typist.chooses("3")
    typist.tabs_to_field("grade")
    typist.chooses("3")
    for name, words in (("done_well", "His own words stand there."), ("to_improve", "Say who told it.")):
        typist.tabs_to_field(name)
        typist.types(words)
    typist.tabs_to_button("Give this grade")
    typist.goes("Enter")
    grader.looks()
    assert grader.sees("is graded")
    assert Given.objects.using("builder").get().grade == 3
    sys.stderr.write(f"graded: {typist.pages} pages, {typist.presses} key presses\n")
    assert typist.pages <= MOST_PAGES
    assert typist.presses <= MOST_PRESSES, typist.log
