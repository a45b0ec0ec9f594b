import pytest

from mash.triage.models import Hold
from tests.factories.base import browser
from tests.factories.contact import ContactFactory
from tests.factories.partnership import StaffFactory

pytestmark = pytest.mark.usefixtures("transactional_db")


def held():
    return set(Hold.objects.using("builder").values_list("staff", flat=True))


def test_signing_out_gives_back_what_the_worker_held_and_nobody_elses():
    worker = StaffFactory(screener=True)
    colleague = StaffFactory(screener=True, hub=worker.hub)
    for one in (worker, colleague):
        browser(one).post(f"/triage/{ContactFactory(hub=worker.hub).pk}/take/")
    assert held() == {worker.pk, colleague.pk}

    client = browser(worker)
    client.post("/accounts/logout/")

    assert held() == {colleague.pk}
    assert "post" not in client.session


def test_asking_whether_to_sign_out_gives_nothing_back():
    worker = StaffFactory(screener=True)
    browser(worker).post(f"/triage/{ContactFactory(hub=worker.hub).pk}/take/")
    assert browser(worker).get("/accounts/logout/").status_code == 200
    assert held() == {worker.pk}
