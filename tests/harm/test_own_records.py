"""What a request for own records gathers of patterns: what was written of somebody, and nothing that counts."""

import pytest

from mash.subject_access.queries import gathering
from tests.factories import harm as made
from tests.factories.base import signed_in_as
from tests.factories.partnership import MONDAY_9AM, HubFactory, StaffFactory
from tests.factories.triage import KnownFactory

pytestmark = pytest.mark.usefixtures("transactional_db")


def test_what_was_written_of_somebody_is_gathered_and_says_that_it_is_to_be_weighed():
    hub = HubFactory()
    person, other = KnownFactory(hub=hub), KnownFactory(hub=hub)
    for one in (person, other):
        made.TouchFactory(hub=hub, person=one, contact=made.ContactFactory(hub=hub))
    made.WatchReviewFactory(watch=made.WatchFactory(hub=hub, person=person))
    made.WatchFactory(hub=hub, person=other, why="Of somebody else")
    made.MemberFactory(group=made.GroupFactory(hub=hub), person=person)
    made.ReductionNoteFactory(reduction=made.ReductionFactory(hub=hub, person=person))
    with signed_in_as(StaffFactory(hub=hub, manager=True)):
        found = [one for one in gathering.gather(person, MONDAY_9AM) if one.place.startswith("harm.")]
    kinds = {one.place.partition(":")[0] for one in found}
    assert kinds == {"harm.watch", "harm.watchreview", "harm.member", "harm.reduction", "harm.reductionnote"}
    assert all("weigh" in one.heading for one in found)
    assert not [one for one in found if "somebody else" in one.text]
