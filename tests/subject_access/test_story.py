"""One request from the day it came to the day it was answered; and who sees what of it."""

import pytest
from django.urls import reverse

from mash.ledger.models import Entry
from mash.subject_access.models import Found, Output, Sent
from tests.factories.base import browser
from tests.subject_access import case as steps
from tests.test_nothing_leaks import SET, _tell

pytestmark = pytest.mark.usefixtures("transactional_db")


@pytest.fixture
def case(settings):
    for name, value in SET.items():
        setattr(settings, name, value)
    return steps.of_told(_tell())


def test_a_request_is_recorded_gathered_marked_passed_read_by_another_and_sent(case):
    steps.recorded(case)
    steps.with_the_unit(case)
    steps.passed(case)
    output = steps.answered(case)
    steps.approved(case, output)
    steps.sent(case, output)
    page = browser(case.handler).get(reverse("subject_access:request", args=[case.request.pk]))
    assert "Sent" in page.content.decode()
    html = steps.finished(case).html.decode()
    assert "Nora" in html
    for words in ("Craig", "Stone", *case.told.planted):
        assert words not in html, words
    events = set(steps.kept(Entry, about__contains=str(case.request.pk)).values_list("event", flat=True))
    assert {"subject_request.recorded", "subject_request.gathered", "subject_request.sent"} <= events
    sent = steps.kept(Sent).get()
    assert sent.digest == steps.kept(Output, request=case.request).get().digest
    assert sent.recipient == "Nora Lindqvist"
    assert steps.kept(Found, request=case.request).exists()
