"""Whoever keeps stale entries is asked to sign in and confirm, once in so many days, and told nothing else."""

from datetime import timedelta

import pytest

from mash.common.editions import content_of
from mash.directory import actions
from mash.directory.models import Chase, Organisation
from mash.partnership.models import Email
from tests.directory.entries import an_entry, an_organisation, take_in
from tests.factories.base import in_service, signed_in_as
from tests.factories.directory import NamedContactFactory, linked
from tests.factories.partnership import MONDAY_9AM, HubFactory, MembershipFactory, StaffFactory
from tests.factories.setup import EditionFactory, changed

pytestmark = pytest.mark.usefixtures("transactional_db")


def kept(model, **filters):
    return model.objects.using("builder").filter(**filters)


def chase(hub, at=MONDAY_9AM):
    with content_of(hub.pk), in_service("directory_keeper"):
        return actions.chase(hub=hub, at=at)


@pytest.fixture
def hub(tmp_path):
    made = HubFactory()
    larch = an_organisation("Larch")
    take_in(
        made,
        an_entry("Old one", assured_date="2026-05-01"),
        an_entry("Old two", assured_date="2026-05-02"),
        an_entry("New", assured_date="2026-10-20"),
        an_entry("Old and nobody's", assured_date="2026-05-01", organisation=larch),
        an_entry("Old and ended", assured_date="2026-05-01", status="defunct", organisation=larch),
        tmp_path=tmp_path,
    )
    member = MembershipFactory(hub=made, email="inbox@harbour.example.org")
    linked(kept(Organisation, name="Harbour Minds").get(), member.agency)
    made.member = member
    return made


def test_the_agency_is_written_to_once_and_the_words_say_nothing_of_a_service(hub):
    assert chase(hub) == 1
    email = kept(Email).get()
    assert email.to == "inbox@harbour.example.org"
    assert email.body == "Sign in to see what needs to be confirmed: /directory/keeping/"
    assert "Old" not in email.subject + email.body
    row = kept(Chase).get()
    assert (row.services, row.to) == (2, email.to)


def test_nobody_is_asked_again_within_the_hubs_days(hub):
    chase(hub)
    assert chase(hub, MONDAY_9AM + timedelta(days=13)) == 0
    assert chase(hub, MONDAY_9AM + timedelta(days=15)) == 1


def test_a_named_keeper_is_written_to_in_the_agencys_place(hub):
    NamedContactFactory(
        hub=hub, role="directory_keeper", agency=hub.member.agency, email="kim@harbour.example.org"
    )
    chase(hub)
    assert kept(Email).get().to == "kim@harbour.example.org"


def test_what_was_confirmed_here_is_not_stale(hub):
    worker = StaffFactory(hub=hub, agency=hub.member.agency, answerer=True)
    with signed_in_as(worker):
        from mash.directory.queries.keeping import stale_of

        for service in list(stale_of(worker, MONDAY_9AM.date())):
            actions.confirm(service=service, by=worker, on=MONDAY_9AM.date(), at=MONDAY_9AM)
    assert chase(hub) == 0


def test_the_hub_says_after_how_many_days(hub):
    words = changed("directory")
    words["rules"][0]["value"] = 400
    EditionFactory(hub=hub, content="directory", words=words)
    assert chase(hub) == 0
