"""Which page is asked for is looked up once a request."""

from django.test import RequestFactory

from mash.common import asked_for
from mash.common.asked_for import page_asked_for


def test_the_page_is_looked_up_once_a_request(monkeypatch):
    looked_up, resolve = [], asked_for.resolve
    monkeypatch.setattr(asked_for, "resolve", lambda address: looked_up.append(address) or resolve(address))
    for _ in range(2):
        request = RequestFactory().get("/accounts/login/")
        assert {page_asked_for(request).view_name for _ in range(3)} == {"account_login"}
    assert looked_up == ["/accounts/login/"] * 2


def test_no_page_stands_at_an_address_that_is_none():
    request = RequestFactory().get("/no/such/page")
    assert page_asked_for(request) is None
    assert page_asked_for(request) is None


def test_a_request_that_is_sent_on_to_another_address_is_looked_up_anew():
    request = RequestFactory().get("/no/such/page")
    assert page_asked_for(request) is None
    request.path_info = "/accounts/login/"
    assert page_asked_for(request).view_name == "account_login"
