"""Content answers for the hub that acts: a worker's, a referrer's, or the one a program names."""

import pytest
from django.db import ProgrammingError, connection, transaction
from django.test.utils import CaptureQueriesContext

from mash.common.content import ContentError
from mash.common.editions import WhichHub, content_of, forget
from mash.common.identity import acting_as
from mash.contact.content import categories, categories_for, offered_categories
from mash.decision.content import outcome_content, outcomes, outcomes_for
from mash.setup.models import Draft, Edition
from tests.factories.base import in_service, signed_in_as
from tests.factories.partnership import HubFactory, StaffFactory
from tests.factories.setup import DraftFactory, EditionFactory, changed, labelled

pytestmark = pytest.mark.usefixtures("transactional_db")
OWN = "Signpost and close"


@pytest.fixture
def worker():
    return StaffFactory(screener=True)


@pytest.fixture
def own(worker):
    words = labelled("outcomes", "outcomes", "no_further_action", OWN)
    return EditionFactory(hub=worker.hub, words=words)


def label():
    return outcomes()["no_further_action"].label


def test_a_worker_reads_their_hubs_own_words_and_another_hub_what_the_product_carries(worker, own):
    carried = label()
    assert carried != OWN
    with signed_in_as(worker):
        assert label() == OWN
    with signed_in_as(StaffFactory(screener=True)):
        assert label() == carried
    assert label() == carried


def test_the_newest_edition_counts(worker, own):
    EditionFactory(
        hub=worker.hub, version=3, words=labelled("outcomes", "outcomes", "no_further_action", "Third")
    )
    with signed_in_as(worker):
        assert label() == "Third"


def test_a_program_says_whose_content_it_asks_for_and_goes_from_hub_to_hub(worker, own):
    other = HubFactory()
    with in_service("reminders"):
        with content_of(worker.hub_id):
            assert label() == OWN
        with content_of(other.pk):
            assert label() != OWN
        with pytest.raises(WhichHub):
            label()


def test_the_editions_in_force_are_asked_for_once_a_transaction(worker, own):
    with signed_in_as(worker):
        label()
    with signed_in_as(worker), CaptureQueriesContext(connection) as asked:
        label()
        outcomes_for("child", "main")
        categories()
    assert len(asked) == 1
    with signed_in_as(worker), CaptureQueriesContext(connection) as asked:
        label()
    assert len(asked) == 1


def test_an_edition_published_in_a_transaction_counts_in_it_once_it_is_asked_afresh(worker):
    with in_service("setup"), content_of(worker.hub_id):
        assert label() != OWN
        words = labelled("outcomes", "outcomes", "no_further_action", OWN)
        Edition.objects.bulk_create(
            [Edition(hub=worker.hub, content="outcomes", version=2, words=words, note="x", at=worker.from_at)]
        )
        forget()
        assert label() == OWN


def test_somebody_without_a_post_reads_what_the_product_carries(worker, own):
    with acting_as(worker.account.identity), transaction.atomic():
        assert label() != OWN


def test_what_is_retired_keeps_its_name_and_is_no_longer_offered(worker):
    def retire(raw):
        raw["categories"][0]["retired"] = True

    edition = EditionFactory(hub=worker.hub, content="categories", words=changed("categories", retire))
    gone = edition.words["categories"][0]["id"]
    with signed_in_as(worker):
        assert categories()[gone].label
        assert gone not in {one.id for one in offered_categories()}
        assert gone not in {one.id for some in categories_for("both").values() for one in some}


def test_content_that_is_not_kept_yet_is_checked_and_the_message_names_the_place():
    def break_it(raw):
        raw["outcomes"][0]["send"][0]["product"] = "pigeon"

    with pytest.raises(ContentError, match=r"outcomes\.yaml: outcomes\..*\.send: there is no pigeon"):
        outcome_content.check(changed("outcomes", break_it))


# The walls


def seen(post, model):
    with signed_in_as(post):
        return model.objects.exists()


def test_an_edition_is_seen_in_its_hub_and_nowhere_else(worker, own):
    assert seen(worker, Edition)
    assert not seen(StaffFactory(administrator=True), Edition)


def test_a_draft_is_seen_by_whoever_sets_up_its_hub(worker):
    draft = DraftFactory()
    assert seen(draft.by, Draft)
    assert seen(StaffFactory(hub=draft.hub, manager=True), Draft)
    assert not seen(StaffFactory(hub=draft.hub, screener=True), Draft)
    assert not seen(StaffFactory(administrator=True), Draft)


def test_a_published_edition_is_frozen(own):
    administrator = StaffFactory(hub=own.hub, administrator=True)
    with pytest.raises(ProgrammingError, match="permission denied"), signed_in_as(administrator):
        Edition.objects.filter(pk=own.pk).update(note="other")
    with pytest.raises(ProgrammingError, match="permission denied"), signed_in_as(administrator):
        Edition.objects.filter(pk=own.pk).delete()


@pytest.mark.parametrize(
    ("duty", "elsewhere", "may"),
    [
        ("administrator", False, True),
        ("manager", False, True),
        ("screener", False, False),
        ("auditor", False, False),
        ("administrator", True, False),
    ],
)
def test_who_may_publish_is_held_by_the_database_too(duty, elsewhere, may):
    hub = HubFactory()
    post = StaffFactory(hub=HubFactory() if elsewhere else hub, **{duty: True})
    row = Edition(
        hub=hub, content="outcomes", version=2, words=changed("outcomes"), note="x", at=post.from_at, by=post
    )
    try:
        with signed_in_as(post):
            Edition.objects.bulk_create([row])
    except ProgrammingError:
        assert not may
    else:
        assert may


def test_an_administrator_reaches_the_hub_that_practises_for_theirs():
    administrator = StaffFactory(administrator=True)
    practice = HubFactory(is_training=True, practises_for=administrator.hub)
    edition = EditionFactory(hub=practice)
    assert seen(administrator, Edition)
    assert not seen(StaffFactory(hub=administrator.hub, screener=True), Edition)
    with signed_in_as(administrator):
        assert label() == outcomes()["no_further_action"].label
        assert Edition.objects.get().pk == edition.pk
