"""The made-up boroughs load whole: every referral of the sample goes as far as its story says."""

import sys
from datetime import UTC, datetime

from django.test import override_settings
from django.urls import reverse
from django.utils import timezone

from config import settings as product
from mash.alongside.models import Alongside, Happening
from mash.boroughs.models import Known, Question, Transfer
from mash.boroughs.models import Reply as ReplyOfHub
from mash.check.models import Check, Enquiry, Return, Withheld
from mash.common.editions import content_of
from mash.common.pdf import can_make_pdf
from mash.contact.content import categories
from mash.contact.models import Consultation, ConsultationLink, Contact, Reply
from mash.decision.models import Accepted, Decision, DissentStage, DissentWord, Letter, Reopening
from mash.desk.demo import (
    advice,
    deciding_again,
    harming,
    keeping,
    letters,
    loading,
    region,
    releasing,
    speaking,
    story,
)
from mash.desk.demo.places import BOROUGHS, EASTMERE, NORTHFIELD, OPENS_PACKS
from mash.desk.demo.setting_up import accounts
from mash.directory.models import Proposal as Proposed
from mash.directory.models import Service
from mash.directory.queries.keeping import stale
from mash.harm.models import AreaMap, Group, Reduction, Watch
from mash.mail.models import Enclosed, Mail
from mash.outage.encrypting import pages_of
from mash.outage.models import Passphrase
from mash.partnership.models import Duty, Hub, Staff
from mash.partnership.rota import Turn
from mash.people.models import Involvement, Person, Suspected
from mash.quality.models import Again, Earlier, Followed, Month, Round, Told
from mash.referral.models import Draft as Begun
from mash.region.models import LookedOver, Met
from mash.retention.models import Disposed, Hold, Proposal, Standing
from mash.returns.models import Made
from mash.setup.models import Change, Draft, Edition
from mash.subject_access.models import Identity, Request
from mash.systems.models import Arrival, Call, Mapping, MappingAdopted
from mash.training.models import Attendance, Booking, SelfRating, Session, SignOff
from mash.triage.actions import put_open_right
from mash.triage.in_writing import not_yet_in_writing
from mash.triage.models import Returned
from mash.triage.reading import ClockFact, Confirmation, Noted, Reading, RepeatReview
from tests.factories.base import browser, in_service

NOW = datetime(2026, 11, 24, 15, tzinfo=UTC)


def count(model, **found):
    return model.objects.using("builder").filter(**found).count()


def test_two_boroughs_load_with_referrals_part_way_through_their_journeys(
    transactional_db, monkeypatch, settings, tmp_path
):
    settings.MASH_OUTAGE_FOLDER = str(tmp_path)
    since = timezone.now() - NOW  # the database approves no release that would be over by its own clock
    monkeypatch.setattr(releasing, "LASTS", since + releasing.LASTS)
    monkeypatch.setattr(region, "FOR", since + region.FOR)  # nor compares what is let no more by that clock
    monkeypatch.setattr("mash.region.actions.granting.LONGEST", region.FOR)
    loading.load(NOW, bar=False)
    for hub in Hub.objects.using("builder"):
        with in_service("reminders"):
            assert put_open_right(hub, at=NOW) == 0, hub  # whatever any story did to a contact
    assert count(LookedOver) == 2
    assert count(Met, likely=True) > 0
    assert count(Alongside) == 4
    assert count(Alongside, sealed=True) == 1
    assert count(Happening, ends=True) == 1
    assert count(Attendance, came="came") == 19
    assert count(SelfRating) == 24
    assert count(SignOff, signed=True) == 3
    assert count(SignOff, signed=False) == 1
    assert count(Session, day=2, starts_at__gt=NOW) == 2
    assert count(Booking, session__offer="sealed_information") == 4  # for three places

    assert count(Round, closed_at=None) == count(Round, closed_at__isnull=False) == 1
    assert count(Earlier) == 6
    assert count(Month, closed_at=None) == count(Month, closed_at__isnull=False) == 1
    assert count(Again, reopened_at__isnull=False) == count(Reopening, kind="again") == 1
    assert count(Followed) == 3
    closed = Month.objects.using("builder").get(closed_at__isnull=False)
    assert closed.results["at_risk"] == 1
    assert sum(half["n"] for half in closed.results["halves"].values()) == len(deciding_again.EARLIER)
    assert count(Told) == 5
    made = Made.objects.using("builder").get(run__kind="annex_a")
    assert count(Made, trouble="") == 3
    assert made.counts["List 1"] > 50
    assert {"8500", "4220"} <= set(made.problems)

    assert count(Group) == count(Watch) == count(Reduction) == 1
    assert count(AreaMap) == 1
    old = len(keeping.ABOUT) - 1  # one of them is disposed of
    again = len(deciding_again.EARLIER) + len(deciding_again.LATER)
    assert count(Contact, hub__name=NORTHFIELD.hub, channel="file") == 61 + old + again + len(
        harming.EVENTS
    )  # 60 lines, one of them a resend; one about both, and one of a family that goes to and fro
    assert count(Contact, hub__name=EASTMERE.hub, channel="file") == 6
    for borough, by_form in (
        (NORTHFIELD, 4),
        (EASTMERE, 2),
    ):  # one comes back up from a service, one from a plan
        assert count(Contact, hub__name=borough.hub, channel="form") == by_form
        assert count(Begun, hub__name=borough.hub, sent_at=None) == 1
    assert count(Contact, channel="telephone") == 1
    with in_service("reminders"):
        assert Contact.objects.filter(not_yet_in_writing()).count() == 1
    offered = set(categories())
    for contact in Contact.objects.using("builder"):
        assert set(contact.categories) <= offered, contact.sender_reference
    assert count(Person, hub__name=NORTHFIELD.hub, source_key__startswith="NA") == 3000
    assert count(Involvement, hub__name=NORTHFIELD.hub, until_on=None) > 200
    live = {"hub__exercise_for": None}  # what groups did in exercises stands in hubs of their own
    assert count(Check, **live) == len(story.responses()) + len(loading.ASKED_JUST_NOW) + 1
    assert count(Enquiry) > count(Return) > 30
    assert count(Withheld) == 1
    decided = (
        3
        + again
        + len(harming.EVENTS)
        + len(loading.DECIDED)
        + sum(1 for _, outcome in loading.WITHOUT_CHECK.values() if outcome)
    )
    assert count(Decision, made_at__isnull=False, **live) == count(Decision, **live) == decided
    assert count(Decision, hub__exercise_for__name=NORTHFIELD.hub) == 2
    assert count(Hub, exercise_for__name=NORTHFIELD.hub) == 3
    assert count(Reply, kind="decided") >= decided
    assert count(Returned, back_at=None) == 1
    assert count(ClockFact) == count(Reading) == 1
    assert count(Noted, undone_at=None) == 1 + old
    assert count(Disposed) == count(Proposal, ended_at=None, word=None) == 1
    assert count(Passphrase) == 1
    for file in tmp_path.iterdir():
        assert file.name == "outage-NF-2611241500.pdf"
        assert pages_of(file.read_bytes(), OPENS_PACKS) > count(
            Contact, hub__name=NORTHFIELD.hub, standing=None
        )
    assert len(list(tmp_path.iterdir())) == can_make_pdf()
    assert count(Hold, lifted_at=None) == 2
    assert count(Hold, lifted_at=None, review_on__lte=NOW.date()) == 1
    between_hubs()
    climbed, *others = (
        DissentStage.objects.using("builder").order_by("-number").values_list("number", flat=True)
    )
    assert (climbed, len(others)) == (2, 1)
    assert count(DissentWord, stage__number=2) == 0
    assert count(Request) == 4
    assert count(Identity) == 3
    assert count(Standing, carried=False, due_on__lte=NOW.date()) == old
    assert not Person.objects.using("builder").filter(family=keeping.ABOUT[keeping.DISPOSED][1]).exists()
    assert count(RepeatReview, at=None) > 1
    for borough in (NORTHFIELD, EASTMERE):
        assert count(Suspected, hub__name=borough.hub, likely=True) > 0
        assert count(Suspected, hub__name=borough.hub, likely=False) > 0
    assert count(Consultation) == len(advice.HELD)
    assert count(Arrival) == len(speaking.NOTICES)
    assert (count(Mapping), count(MappingAdopted)) == (2, 1)
    assert count(Call, kind="enquiry.sent", taken_at=None) >= 1
    emails = Mail.objects.using("builder").values_list("kind", "outcome")
    assert sorted(emails) == [("automatic", ""), ("person", ""), ("person", "not_a_referral")]
    assert Enclosed.objects.using("builder").get().refused == ""
    assert count(ConsultationLink, undone_at=None) == 1
    assert sorted(Letter.objects.using("builder").values_list("state", flat=True)) == letters.STATES
    assert count(Consultation, asker__isnull=False) == 1
    assert not Contact.objects.using("builder").filter(received_at__gt=NOW).exists()
    assert count(Turn, post="answers_education") == 10
    assert count(Edition, hub__name=NORTHFIELD.hub) == 3  # among them the guide, its gaps filled
    assert count(Service, hub__name=NORTHFIELD.hub) == 62
    assert 0 < count(Service, hub__name=EASTMERE.hub) < 62
    assert count(Proposed, hub__name=NORTHFIELD.hub, answered_at=None) == 1
    with in_service("directory_keeper"), content_of(Hub.objects.get(name=NORTHFIELD.hub).pk):
        assert 3 <= stale(Hub.objects.get(name=NORTHFIELD.hub).pk, NOW.date()).count() <= 8
    assert count(Draft) == 1
    assert count(Accepted) >= len(loading.ACCEPTED)
    assert count(Confirmation, agreed=True) > 10
    assert count(Hub, practises_for__name=NORTHFIELD.hub) == 1
    assert {one.hub.name for one in Change.objects.using("builder").select_related("hub")} >= {
        NORTHFIELD.hub,
        EASTMERE.hub,
    }
    weigh()


def between_hubs():
    """Look at what the hubs asked of each other, and at the family that is on its way."""
    assert count(Question, hub__name=NORTHFIELD.hub) == 2
    assert count(Known) == 1
    (reply,) = ReplyOfHub.objects.using("builder").select_related("hub")
    assert (reply.hub.name, reply.is_grant, reply.until_at > NOW) == (EASTMERE.hub, True, True)
    (sent,) = Transfer.objects.using("builder").select_related("to")
    assert (sent.to.name, sent.answer) == (EASTMERE.hub, None)


HEAVIEST, FILES = 90 * 1024, ("mash.css", "mash.js")  # bytes over the wire: one page and all that it loads


def weigh():
    """Ask for the pages of each whole case as a browser does that takes gzip; print and check the heaviest."""
    worker = Staff.objects.using("builder").get(hub__name=NORTHFIELD.hub, account__name="Ruth Adler")
    with override_settings(MIDDLEWARE=product.MIDDLEWARE, STATIC_ROOT=product.STATIC_ROOT):
        client = browser(worker, HTTP_ACCEPT_ENCODING="gzip")
        files = sum(len(client.get(f"/static/{name}").content) for name in FILES)
        cases = [{name: len(client.get(at).content) for name, at in pages.items()} for pages in whole_cases()]
    fullest = max(cases, key=lambda case: sum(case.values()))
    for name, size in fullest.items():
        sys.stdout.write(f"{name}: page {size:,} + files {files:,} = {size + files:,} bytes\n")
    assert {name for case in cases for name, size in case.items() if size + files > HEAVIEST} == set()


def whole_cases():
    """Yield the addresses of every case that has been checked and decided."""
    decided = Decision.objects.using("builder").exclude(mash_check=None).filter(made_at__isnull=False)
    for one in decided:
        yield {
            "contact": reverse("desk:case", args=[one.contact_id]),
            "check": reverse("check:board", args=[one.mash_check_id]),
            "chronology": reverse("check:chronology", args=[one.contact_id]),
            "decision": reverse("decision:page", args=[one.pk]),
        }


def test_there_is_a_made_up_account_for_every_duty_and_agency_of_the_journey():
    duties = {duty for worker in NORTHFIELD.workers for duty in worker.duties}
    assert duties == set(Duty)
    assert {worker.agency for worker in NORTHFIELD.workers} >= set(NORTHFIELD.agencies)
    addresses = [one["email"] for listed in accounts(BOROUGHS).values() for one in listed]
    assert all(address.endswith(".example") for address in addresses)
