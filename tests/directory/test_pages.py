"""The pages of the directory and of the guide: what anybody reads, and what a worker does."""

import uuid

import pytest
from django.test import Client
from django.urls import resolve, reverse
from django.utils import timezone

from mash.directory import middleware
from mash.directory.models import Confirmed, NamedContact, Past, Proposal, Service
from mash.ledger.models import Entry
from tests.directory.entries import an_attribute, an_entry, an_organisation, key, take_in
from tests.factories.base import browser
from tests.factories.directory import NamedContactFactory, linked
from tests.factories.partnership import AgencyFactory, HubFactory, MembershipFactory, StaffFactory

pytestmark = pytest.mark.usefixtures("transactional_db")
FILLED = {
    "saved": "1",
    "name": "Harbour counselling",
    "description": "Talking with somebody who listens.",
    "status": "active",
    "wait": "Two weeks",
    "days": ["MO", "TU"],
    "opens_at": "9:00",
    "closes_at": "17:00",
    "needs": ["bereavement"],
    "levels": ["2"],
    "route": "Anybody may ask",
    "cost": "free",
    "telephone": "020 7946 0700",
    "contact_title": "Duty worker",
    "contact_name": "Ann Somebody",
}


def kept(model, **filters):
    return model.objects.using("builder").filter(**filters)


@pytest.fixture
def hub():
    return HubFactory(prefix="DI", telephone="020 7946 0000")


@pytest.fixture
def service(hub, tmp_path):
    contacts = [
        {
            "id": key("c"),
            "name": "Ann Persona",
            "title": "Reception",
            "phones": [{"id": key("p"), "number": "020 7946 0123"}],
        }
    ]
    take_in(
        hub,
        an_entry(postcode="NF1 2AB", contacts=contacts, assurer_email="ann@harbour.example.org"),
        tmp_path=tmp_path,
    )
    return kept(Service).get()


@pytest.fixture
def provider(hub, service):
    agency = AgencyFactory(name="Harbour Minds (agency)")
    MembershipFactory(hub=hub, agency=agency)
    linked(service.organisation, agency)
    return StaffFactory(hub=hub, agency=agency, answerer=True)


def text(answer):
    return answer.content.decode()


# Anybody


def test_anybody_finds_a_service_and_reads_it_without_the_names_of_people(hub, service):
    client = Client()
    found = client.get(reverse("directory:find", args=["di"]), {"q": "listens", "place": "NF1"})
    assert found.status_code == 200
    assert "1 service found" in text(found)
    assert reverse("directory:entry", args=["di", service.pk]) in text(found)
    shown = client.get(reverse("directory:entry", args=["di", service.pk]))
    assert "020 7946 0123" in text(shown)
    assert "Reception" in text(shown)
    assert "Persona" not in text(shown)
    assert "ann@harbour" not in text(shown)


def test_a_worker_reads_the_names_and_another_hubs_directory_as_anybody_does(hub, service):
    worker = browser(StaffFactory(hub=hub))
    assert "Ann Persona" in text(worker.get(reverse("directory:service", args=[service.pk])))
    stranger = browser(StaffFactory())
    assert stranger.get(reverse("directory:service", args=[service.pk])).status_code == 404
    shown = stranger.get(reverse("directory:entry", args=["di", service.pk]))
    assert shown.status_code == 200
    assert "Persona" not in text(shown)


@pytest.mark.parametrize(
    "query",
    [
        "place=somewhere",
        "age=old",
        "need=cats",
        "level=9",
        "miles=7",
        "language=Klingon",
        "day=XX",
        "cost=cheap",
    ],
)
def test_what_cannot_be_looked_for_is_said_and_finds_nothing(hub, service, query):
    answer = Client().get(f"{reverse('directory:find', args=['di'])}?{query}")
    assert answer.status_code == 200
    assert "<title>Error: Find a service" in text(answer)
    assert "There is a problem" in text(answer)
    assert "Nothing was looked for yet" in text(answer)


def test_a_page_beyond_the_last_and_one_that_is_none_answer(hub, service):
    for page in ("99999", "-1", "x", "0"):
        assert Client().get(reverse("directory:find", args=["di"]), {"page": page}).status_code == 200


def test_no_such_hub_or_service_is_absent(hub, service):
    client = Client()
    for address in (
        reverse("directory:find", args=["zz"]),
        reverse("directory:guide", args=["zz"]),
        reverse("directory:entry", args=["di", uuid.uuid4()]),
    ):
        assert client.get(address).status_code == 404


def test_what_is_read_too_often_from_one_place_waits(hub, monkeypatch):
    client = Client()
    address = reverse("directory:find", args=["di"])
    limit = resolve(address).func.limit
    monkeypatch.setattr(resolve(address).func, "limit", middleware.Limit(limit.what, 2))
    assert [client.get(address).status_code for _ in range(3)] == [200, 200, 429]
    assert "call 999" in text(client.get(address))


def test_a_service_that_ended_is_not_found_and_one_that_is_closed_says_so(hub, tmp_path):
    take_in(
        hub,
        an_entry("Ended", status="defunct"),
        an_entry("Closed", status="temporarily closed"),
        tmp_path=tmp_path,
    )
    shown = text(Client().get(reverse("directory:find", args=["di"])))
    assert "Ended" not in shown
    assert "Closed for a time" in shown


def test_an_entry_that_nobody_confirmed_for_long_is_shown_as_such(hub, tmp_path):
    take_in(hub, an_entry(assured_date="2020-01-01"), tmp_path=tmp_path)
    service = kept(Service).get()
    shown = text(Client().get(reverse("directory:entry", args=["di", service.pk])))
    assert "last verified on 1 January 2020, longer ago than 90 days" in shown


# The guide


def test_the_guide_fills_its_gaps_and_leaves_out_what_nobody_filled(hub):
    shown = text(Client().get(reverse("directory:guide", args=["di"])))
    assert "If somebody is in danger now, call 999." in shown
    assert "020 7946 0000" in shown
    assert "Level 1: Universal" in shown
    assert "?need=self_harm" in shown
    assert "{" not in shown.split("<main")[1].split("</main>")[0]
    questions = text(Client().get(reverse("directory:questions", args=["di"])))
    assert "Can a teacher contact the hub" in questions
    assert "employed by" not in questions


def test_a_published_contact_stands_in_the_guide_by_role_and_by_name_only_if_agreed(hub):
    hidden = NamedContactFactory(hub=hub, role="named_nurse", name="Hidden Nurse", telephone="020 7946 0991")
    by_role = NamedContactFactory(
        hub=hub, role="prevent_lead", name="Quiet Lead", telephone="020 7946 0992", published=True
    )
    by_name = NamedContactFactory(
        hub=hub,
        role="crime_prevention_officer",
        name="PC Open",
        telephone="020 7946 0993",
        published=True,
        with_name=True,
    )
    NamedContactFactory(
        hub=hub,
        role="family_support",
        name="Past",
        telephone="020 7946 0994",
        published=True,
        until_on="2020-02-01",
        from_on="2020-01-01",
    )
    NamedContactFactory(role="prevent_lead", name="Elsewhere", telephone="020 7946 0995", published=True)
    shown = text(Client().get(reverse("directory:guide", args=["di"]))) + text(
        Client().get(reverse("directory:questions", args=["di"]))
    )
    assert by_role.telephone in shown
    assert by_name.telephone in shown
    assert by_name.name in shown
    for words in (
        hidden.telephone,
        hidden.name,
        by_role.name,
        "Past",
        "020 7946 0994",
        "Elsewhere",
        "020 7946 0995",
    ):
        assert words not in shown
    worker = text(browser(StaffFactory(hub=hub)).get(reverse("directory:named")))
    assert hidden.name in worker
    assert "Elsewhere" not in worker


# Changing an entry


def propose(who, service, **said):
    return browser(who).post(reverse("directory:edit", args=[service.pk]), FILLED | said)


def test_a_provider_proposes_and_somebody_else_of_the_hub_approves(hub, service, provider):
    assert propose(provider, service).status_code == 302
    proposal = kept(Proposal).get()
    assert kept(Service).get().version == 1
    assert browser(provider).post(reverse("directory:approve", args=[proposal.pk])).status_code == 403
    manager = browser(StaffFactory(hub=hub, manager=True))
    look = text(manager.get(reverse("directory:change", args=[proposal.pk])))
    assert "Two weeks" in look
    assert manager.post(reverse("directory:approve", args=[proposal.pk])).status_code == 302
    now, past = kept(Service).get(), kept(Past).get()
    assert (now.version, past.version, past.origin) == (2, 1, "imported")
    shown = text(Client().get(reverse("directory:entry", args=["di", service.pk])))
    for words in ("Two weeks", "Monday and Tuesday, 09:00 to 17:00", "Loss and bereavement", "020 7946 0700"):
        assert words in shown
    assert "Ann" not in shown
    assert kept(Entry, event__in=("entry.proposed", "entry.approved")).count() == 2
    found = text(
        Client().get(
            reverse("directory:find", args=["di"]), {"need": "bereavement", "day": "TU", "level": "2"}
        )
    )
    assert "1 service found" in found


def test_nobody_approves_their_own_change_not_even_in_another_post(hub, service):
    manager = StaffFactory(hub=hub, manager=True)
    propose(manager, service)
    proposal = kept(Proposal).get()
    other_post = StaffFactory(hub=hub, account=manager.account, administrator=True)
    for post in (manager, other_post):
        assert browser(post).post(reverse("directory:approve", args=[proposal.pk])).status_code == 403
    assert kept(Proposal).get().answered_at is None


def test_two_who_answer_at_once_are_told_and_one_counts(hub, service, provider):
    propose(provider, service)
    proposal = kept(Proposal).get()
    one, two = (
        browser(StaffFactory(hub=hub, manager=True)),
        browser(StaffFactory(hub=hub, administrator=True)),
    )
    assert one.post(reverse("directory:turn_down", args=[proposal.pk]), {"why": "Not now"}).status_code == 302
    answer = two.post(reverse("directory:approve", args=[proposal.pk]), follow=True)
    assert "Somebody else answered this change before you" in text(answer)
    assert kept(Service).get().version == 1
    assert "Not now" in text(browser(provider).get(reverse("directory:change", args=[proposal.pk])))


def test_a_change_is_turned_down_with_a_reason(hub, service, provider):
    propose(provider, service)
    address = reverse("directory:turn_down", args=[kept(Proposal).get().pk])
    answer = browser(StaffFactory(hub=hub, manager=True)).post(address, {"why": " "})
    assert "Enter why it is turned down" in text(answer)
    assert kept(Proposal).get().answered_at is None


def test_a_second_change_waits_for_the_first_and_an_old_page_hides_nothing(hub, service, provider):
    propose(provider, service)
    assert "waits for approval already" in text(propose(provider, service))
    browser(StaffFactory(hub=hub, manager=True)).post(
        reverse("directory:approve", args=[kept(Proposal).get().pk])
    )
    assert "Somebody else changed this entry after you opened it" in text(propose(provider, service))
    assert kept(Proposal).count() == 1


def test_who_may_change_an_entry(hub, service, provider):
    for who, status in (
        (provider, 200),
        (StaffFactory(hub=hub, administrator=True), 200),
        (StaffFactory(hub=hub, answerer=True), 403),
        (StaffFactory(agency=provider.agency, answerer=True), 404),
    ):
        assert browser(who).get(reverse("directory:edit", args=[service.pk])).status_code == status
    assert Client().get(reverse("directory:edit", args=[service.pk])).status_code == 302


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"name": ""}, "Enter the name of the service"),
        ({"opens_at": "soon"}, "Enter a time such as 09:00"),
        ({"postcode": "NF1"}, "Enter a whole postcode, such as NF1 2AB"),
        ({"minimum_age": "18", "maximum_age": "11"}, "Oldest age must be the youngest age or more"),
        ({"url": "javascript:alert(1)"}, "Enter a website, such as https://www.example.org"),
        ({"days": []}, "Choose the days on which it opens at this time"),
        ({"needs": ["cats"]}, "Select a valid choice"),
    ],
)
def test_what_cannot_be_is_said_in_words_and_nothing_is_kept(hub, service, provider, said, words):
    answer = propose(provider, service, **said)
    assert words in text(answer)
    assert not kept(Proposal).exists()


def test_a_changed_entry_keeps_what_the_form_does_not_show(hub, provider, tmp_path, service):
    rich = an_entry(
        "Rich",
        postcode="NF1 2AB",
        at=(51.5, -0.1),
        attributes=[an_attribute("Topic", "Grief")],
        funding=[{"id": key("f"), "source": "The lottery"}],
        unheard_of={"kept": 1},
        contacts=[{"id": key("c1"), "title": "One"}, {"id": key("c2"), "title": "Two"}],
    )
    take_in(hub, rich, tmp_path=tmp_path)
    one = kept(Service, name="Rich").get()
    propose(provider, one, name="Rich", address_1="1 Market Row", city="Northfield", postcode="NF1 2AB")
    entry = kept(Proposal).get().entry
    assert entry["funding"] == rich["funding"]
    assert entry["unheard_of"] == {"kept": 1}
    assert entry["contacts"][1] == {"id": key("c2"), "title": "Two"}
    assert entry["service_at_locations"] == rich["service_at_locations"]
    assert an_attribute("Topic", "Grief") in entry["attributes"]


def test_a_new_service_is_seen_by_nobody_until_it_is_approved(hub, service, provider):
    answer = browser(provider).post(
        reverse("directory:new"),
        FILLED | {"saved": "0", "name": "Brand new", "organisation": str(service.organisation_id)},
    )
    assert answer.status_code == 302
    assert "Brand new" not in text(Client().get(reverse("directory:find", args=["di"])))
    manager = browser(StaffFactory(hub=hub, manager=True))
    manager.post(reverse("directory:approve", args=[kept(Proposal).get().pk]))
    assert "Brand new" in text(Client().get(reverse("directory:find", args=["di"])))
    assert kept(Proposal).get().service_id is not None


def test_an_entry_that_was_changed_here_is_not_overwritten_by_an_import(hub, service, provider, tmp_path):
    propose(provider, service)
    browser(StaffFactory(hub=hub, manager=True)).post(
        reverse("directory:approve", args=[kept(Proposal).get().pk])
    )
    said, complained = take_in(hub, an_entry(description="From outside"), tmp_path=tmp_path)
    assert "1 left as changed here" in said
    assert "was changed here since, and is left as it is" in complained
    assert kept(Service).get().entry["description"] == "Talking with somebody who listens."


# Confirming


def test_whoever_keeps_an_entry_confirms_it_once_a_day(hub, provider, tmp_path, service):
    take_in(hub, an_entry(assured_date="2020-01-01"), tmp_path=tmp_path)
    client = browser(provider)
    assert "1 to look through again" in text(client.get(reverse("directory:home")))
    for _ in range(2):
        assert client.post(reverse("directory:confirm", args=[service.pk])).status_code == 302
    assert kept(Confirmed).count() == 1
    assert kept(Entry, event="entry.confirmed").count() == 1
    assert "Every entry was looked through in time" in text(client.get(reverse("directory:keeping")))
    stranger = browser(StaffFactory(hub=hub, answerer=True))
    assert stranger.post(reverse("directory:confirm", args=[service.pk])).status_code == 403


# Named contacts


def test_an_agency_names_its_own_and_the_hub_anybody(hub, provider):
    other = AgencyFactory()
    MembershipFactory(hub=hub, agency=other)
    said = {
        "role": "safeguarding_lead",
        "name": "Ines Duarte",
        "telephone": "020 7946 0611",
        "published": "no",
    }
    said |= {"from_on-day": "1", "from_on-month": "11", "from_on-year": "2026"}
    client = browser(provider)
    assert "Select a valid choice" in text(
        client.post(reverse("directory:name"), said | {"agency": str(other.pk)})
    )
    assert (
        client.post(reverse("directory:name"), said | {"agency": str(provider.agency_id)}).status_code == 302
    )
    made = kept(NamedContact).get()
    assert (made.keeps_id, made.published) == (provider.agency_id, False)
    manager = browser(StaffFactory(hub=hub, manager=True))
    assert (
        manager.post(
            reverse("directory:name"), said | {"at_school": "Fernbank Primary", "published": "name"}
        ).status_code
        == 302
    )
    assert kept(NamedContact, with_name=True).get().keeps_id is None
    assert browser(StaffFactory(hub=hub)).get(reverse("directory:name")).status_code == 403


def test_a_named_contact_must_be_of_somewhere_and_be_reached(hub, provider):
    answer = text(
        browser(provider).post(reverse("directory:name"), {"role": "safeguarding_lead", "name": "Ines"})
    )
    for words in ("one of the two", "Enter a telephone number or an e-mail address", "Choose who may see it"):
        assert words in answer
    assert not kept(NamedContact).exists()


def test_a_named_contact_is_ended_by_whoever_keeps_it_and_stays_on_record(hub, provider):
    ours = NamedContactFactory(hub=hub, keeps=provider.agency)
    theirs = NamedContactFactory(hub=hub)
    client = browser(provider)
    assert client.post(reverse("directory:end_named", args=[theirs.pk])).status_code == 403
    assert client.post(reverse("directory:end_named", args=[ours.pk])).status_code == 302
    assert kept(NamedContact, pk=ours.pk).get().until_on == timezone.localdate()
    assert kept(NamedContact, pk=theirs.pk).get().until_on is None


def test_the_hub_says_which_agency_keeps_whose_entries(hub, service, provider):
    address = reverse("directory:organisation", args=[service.organisation_id])
    assert browser(provider).get(address).status_code == 403
    manager = browser(StaffFactory(hub=hub, manager=True))
    assert manager.post(address, {"agency": ""}).status_code == 302
    assert browser(provider).get(reverse("directory:edit", args=[service.pk])).status_code == 403
    assert kept(Entry, event="organisation.linked").count() == 1


def test_what_is_hostile_stands_as_words(hub, tmp_path):
    bad = "<script>alert(1)</script>"
    take_in(
        hub, an_entry(bad, description=bad, fees=bad, organisation=an_organisation(bad)), tmp_path=tmp_path
    )
    service = kept(Service).get()
    for address in (
        reverse("directory:find", args=["di"]),
        reverse("directory:entry", args=["di", service.pk]),
    ):
        assert bad not in text(Client().get(address))
    assert (
        Client().get(reverse("directory:find", args=["di"]), {"q": "' OR 1=1 --; %_\x00"}).status_code == 200
    )
