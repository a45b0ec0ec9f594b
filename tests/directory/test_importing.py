"""A directory of another system is taken in whole; the same file again changes nothing; nothing of an entry is lost."""

import json

import pytest
from django.core.management import CommandError

from mash.directory.models import Location, Organisation, Past, Service, Site, Taxonomy, Term, Token
from mash.ledger.models import Entry
from tests.directory.entries import an_attribute, an_entry, an_organisation, key, take_in
from tests.factories.partnership import HubFactory

pytestmark = pytest.mark.usefixtures("transactional_db")


def kept(model, **filters):
    return model.objects.using("builder").filter(**filters)


def everything():
    return [
        list(kept(model).order_by("pk").values())
        for model in (Service, Organisation, Location, Taxonomy, Term, Site, Token, Past)
    ]


def test_an_entry_is_kept_whole_with_what_the_standard_does_not_know(tmp_path):
    hub = HubFactory()
    one = an_entry(
        postcode="nf1 2ab",
        at=(51.5, -0.1),
        minimum_age=11,
        maximum_age=18,
        fees="Free",
        attributes=[an_attribute("Topic", "Grief")],
        unheard_of={"deep": [1, {"b": None}]},
    )
    said, complained = take_in(hub, one, tmp_path=tmp_path)
    assert said.startswith(
        f"{hub}: 1 new services, 0 changed, 0 as they were, 0 left as changed here, 0 refused"
    )
    assert not complained
    service = kept(Service).get()
    assert service.entry == {name: value for name, value in one.items() if name != "organization"}
    assert kept(Organisation).get().entry == one["organization"]
    assert (service.minimum_age, service.maximum_age, service.is_free) == (11, 18, True)
    assert str(service.verified_on) == "2026-10-20"
    assert kept(Site).get().postcode == "NF1 2AB"
    assert kept(Term).get().name == "Grief"
    assert kept(Taxonomy).get().name == "Topic"
    assert kept(Entry, event="directory.imported", hub_id=hub.pk).count() == 1


def test_the_same_file_again_changes_nothing(tmp_path):
    hub = HubFactory()
    entries = [
        an_entry("One", postcode="NF1 2AB"),
        an_entry("Two", attributes=[an_attribute("Topic", "Grief")]),
    ]
    lists = {"organizations": [an_organisation(website="https://harbour.example.org")]}
    take_in(hub, *entries, lists=lists, tmp_path=tmp_path)
    before = everything()
    said, _ = take_in(hub, *entries, lists=lists, tmp_path=tmp_path)
    assert "0 new services, 0 changed, 2 as they were" in said
    assert "0 organisations, places and terms" in said
    assert everything() == before
    assert kept(Organisation).get().entry["website"] == "https://harbour.example.org"


def test_an_entry_that_changed_takes_the_place_of_the_old_which_is_kept(tmp_path):
    hub = HubFactory()
    take_in(hub, an_entry(description="Old words about cats"), tmp_path=tmp_path)
    said, _ = take_in(hub, an_entry(description="New words about dogs"), tmp_path=tmp_path)
    assert "0 new services, 1 changed" in said
    service, past = kept(Service).get(), kept(Past).get()
    assert (service.version, past.version) == (2, 1)
    assert past.entry["description"] == "Old words about cats"
    assert kept(Token, token="w:dog").exists()
    assert not kept(Token, token="w:cat").exists()


def test_a_bad_entry_is_listed_and_left_out_and_the_rest_is_kept(tmp_path):
    hub = HubFactory()
    bad = an_entry("Bad", schedules=[{"id": key("s"), "opens_at": "nine"}])
    said, complained = take_in(hub, an_entry("Good"), bad, an_entry("Good too"), tmp_path=tmp_path)
    assert "2 new services" in said
    assert "1 refused" in said
    assert complained == "services[1].schedules[0].opens_at: is not a time of day such as 09:30\n"


def test_twice_in_one_file_counts_once_and_with_other_words_is_refused(tmp_path):
    hub = HubFactory()
    one = an_entry()
    said, complained = take_in(hub, one, one, one | {"description": "Else"}, tmp_path=tmp_path)
    assert "1 new services, 0 changed, 1 as they were" in said
    assert "services[2].id: came before in this file with other content" in complained
    assert kept(Service).get().version == 1


def test_an_organisation_that_stands_by_itself_is_found_by_its_key(tmp_path):
    hub = HubFactory()
    one = {name: value for name, value in an_entry().items() if name != "organization"}
    _, complained = take_in(hub, one, tmp_path=tmp_path)
    assert "services[0].organization_id: no organisation has this key" in complained
    said, _ = take_in(hub, one, lists={"organizations": [an_organisation()]}, tmp_path=tmp_path)
    assert "1 new services" in said


def test_two_hubs_may_hold_one_key(tmp_path):
    for hub in (HubFactory(), HubFactory()):
        said, _ = take_in(hub, an_entry(), tmp_path=tmp_path)
        assert "1 new services" in said
    assert kept(Service).count() == 2


def test_a_dry_run_says_what_would_be_and_keeps_nothing(tmp_path):
    hub = HubFactory()
    said, _ = take_in(hub, an_entry(), tmp_path=tmp_path, dry_run=True)
    assert said.startswith(f"dry run, nothing kept: {hub}: 1 new services")
    assert not kept(Service).exists()
    assert not kept(Entry, event="directory.imported").exists()


def test_a_file_that_breaks_off_keeps_what_stood_before(tmp_path):
    hub = HubFactory()
    text = f'{{"services": [{json.dumps(an_entry())}, {{"id": '
    with pytest.raises(CommandError, match=r"stops being JSON .*; what stood before it is kept"):
        take_in(hub, text=text, tmp_path=tmp_path)
    assert kept(Service).count() == 1


def test_why_each_was_refused_can_be_written_to_a_file(tmp_path):
    hub, list_of = HubFactory(), tmp_path / "refused.txt"
    take_in(hub, an_entry(name=""), tmp_path=tmp_path, refusals=list_of)
    assert list_of.read_text() == "services[0].name: is empty\n"


def test_nobody_imports_into_a_hub_that_is_not(tmp_path):
    hub = HubFactory.build(name="Nowhere")
    with pytest.raises(CommandError, match="no hub named Nowhere"):
        take_in(hub, an_entry(), tmp_path=tmp_path)
