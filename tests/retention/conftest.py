"""Who stands in every test of how long records are kept: a hub, who manages it, and a second person."""

import pytest

from tests.factories.partnership import HubFactory, StaffFactory
from tests.ledger.conftest import witness

__all__ = ["witness"]


@pytest.fixture
def hub(transactional_db):
    return HubFactory()


@pytest.fixture
def manager(hub):
    return StaffFactory(hub=hub, manager=True)


@pytest.fixture
def other(hub):
    return StaffFactory(hub=hub, second_person=True)
