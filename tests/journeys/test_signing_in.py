import pytest

from mash.partnership.models import Account
from tests.factories.partnership import HubFactory, StaffFactory

PASSWORD = "a-long-enough-secret"


@pytest.fixture
def worker(transactional_db):
    post = StaffFactory(screener=True)
    account = Account.objects.using("builder").get(pk=post.account_id)
    account.set_password(PASSWORD)
    account.save(using="builder")
    return post


def test_a_worker_mistypes_the_password_and_then_chooses_between_two_posts(visitor, worker):
    StaffFactory(account=worker.account, hub=HubFactory(name="Eastmere MASH"), title="Night worker")
    person = visitor()
    person.opens("/accounts/login/")
    person.fills("E-mail address", worker.account.email)
    person.fills("Password", "not this one")
    person.presses("Sign in")
    assert person.page.title().startswith("Error: ")
    person.fills("Password", PASSWORD)
    person.presses("Sign in")
    assert person.sees("Choose your post")
    person.page.get_by_role("button", name="Work in Eastmere MASH as Night worker").click()
    assert person.sees("Eastmere MASH")


def test_somebody_without_a_post_is_told_whom_to_ask(visitor, worker):
    account = Account.objects.db_manager("builder").create_user("new@hub.example", "New", PASSWORD)
    person = visitor()
    person.opens("/accounts/login/")
    person.fills("E-mail address", account.email)
    person.fills("Password", PASSWORD)
    person.presses("Sign in")
    assert person.sees("You have no post yet")
