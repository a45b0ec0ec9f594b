"""What is sealed goes with the record it belongs to, and the record says which rows went: none can be taken out so."""

import pytest

from mash.ledger.findings import Kind
from mash.retention.actions.disposing import Came
from mash.sealed.models import Item
from tests.factories.releases import Cast
from tests.factories.retention import WordFactory, a_family
from tests.ledger.test_tampering_rows import looked_through
from tests.retention.test_disposal import carry_out, child  # noqa: F401 (a fixture)

pytestmark = pytest.mark.usefixtures("transactional_db")


def test_a_room_and_its_releases_go_with_their_record_and_are_missed_by_nobody(hub, child, administrator):  # noqa: F811
    contact = a_family(hub, child)
    cast, other = Cast(hub=hub, contact=contact), Cast(hub=hub)
    cast.goes_out()
    before = looked_through()
    agreed = WordFactory(proposal__person=child, proposal__hub=hub).proposal
    administrator.execute("CREATE TABLE kept_item AS TABLE sealed.sealed_item")
    assert carry_out(agreed).came == Came.DISPOSED
    assert Item.objects.using("builder").values_list("pk", flat=True).get() == other.item
    after = looked_through()
    assert after.found == []
    assert 0 < after.rows < before.rows
    administrator.execute("SET session_replication_role = replica")
    administrator.execute("INSERT INTO sealed.sealed_item SELECT * FROM kept_item WHERE id = %s", [cast.item])
    assert [(one.kind, one.keys) for one in looked_through().found] == [
        (Kind.ROW_PUT_BACK, (f"item:{cast.item}",))
    ]
    administrator.execute("DELETE FROM sealed.sealed_item")
    administrator.execute("DROP TABLE kept_item")
    assert [(one.kind, one.keys) for one in looked_through().found] == [
        (Kind.ROW_GONE, (f"item:{other.item}",))
    ]
