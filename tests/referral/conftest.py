"""A hub, a post in it, and whoever begins to refer."""

import re

import pytest
from django.urls import reverse

from mash.partnership.models import Email
from mash.referral.models import Draft
from tests.factories.base import browser
from tests.factories.partnership import AgencyFactory, HubFactory, StaffFactory
from tests.referral.pages import Writer

LEAD = "ines.duarte@fernbank.example.org"


@pytest.fixture
def hub():
    return HubFactory(name="Northfield MASH", prefix="NF", telephone="020 7946 0000")


@pytest.fixture
def post(hub):
    return StaffFactory(hub=hub, agency=AgencyFactory(name="Fernbank Primary"), title="Safeguarding lead")


@pytest.fixture
def lead(hub, post):
    one = Writer(browser(post))
    one.begins(hub)
    return one


def sent_code():
    return re.search(r"is (\S+)\.", Email.objects.using("builder").order_by("queued_at").last().body)[1]


def by_email(hub):
    one = Writer()
    assert (
        one.client.post(reverse("referral:by_email", args=["nf"]), {"email": LEAD.upper()}).status_code == 200
    )
    draft = Draft.objects.using("builder").latest("begun_at")
    one.client.post(reverse("referral:enter"), {"reference": draft.reference, "code": sent_code()})
    one.draft_id = draft.pk
    return one
