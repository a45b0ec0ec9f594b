"""What is said of agencies' providers before an installation is live."""

import pytest
from django.core.checks import run_checks

from mash.common.fitness import ALIVE, FIT
from tests.factories.partnership import AgencyFactory
from tests.identity_provider import IdentityProvider, known

GOOD = {
    "id": "a",
    "agency": "Northshire Police",
    "issuer": "https://x.example",
    "client_id": "c",
    "client_secret": "s",
}
NARROW = {"domains": ["x.example"], "also_locally": ["a@x.example"]}
OURS = {"mash.E040", "mash.W041", "mash.W042", "mash.W043", "mash.W044"}


def found(tag):
    return {one.id for one in run_checks(tags=[tag], include_deployment_checks=True)} & OURS


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (NARROW, set()),
        (NARROW | {"issuer": "http://127.0.0.1:9"}, {"mash.E040"}),
        (NARROW | {"hosts": ["http://localhost"]}, {"mash.E040"}),
        (NARROW | {"domains": []}, {"mash.W041"}),
        (NARROW | {"also_locally": []}, {"mash.W042"}),
    ],
)
def test_the_settings_of_a_provider_are_looked_at(settings, words, said):
    settings.MASH_PROVIDERS = known(GOOD | words)
    assert found(FIT) == said


def test_each_provider_is_asked_what_it_is(settings, transactional_db):
    AgencyFactory(name="northshire police")
    with IdentityProvider("Northshire Police").running() as police:
        settings.MASH_PROVIDERS = known(police.settings())
        assert found(ALIVE) == set()
        police.description = {"issuer": "https://another.example"}
        assert found(ALIVE) == {"mash.W043"}
    assert found(ALIVE) == {"mash.W043"}


def test_an_agency_that_no_hub_knows_is_named(settings, transactional_db):
    with IdentityProvider("Northshire Police").running() as police:
        settings.MASH_PROVIDERS = known(police.settings(agency="Northshire Polic"))
        assert found(ALIVE) == {"mash.W044"}
