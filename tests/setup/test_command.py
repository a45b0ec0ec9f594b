"""Opening a hub from the command line, with its first administrator."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from mash.partnership.models import Account, Hub, Staff
from tests.factories.base import browser

PASSWORD = "tractor velvet onion harbour"
pytestmark = pytest.mark.usefixtures("transactional_db")


def open_hub(name="Riverside MASH", prefix="RV", words=()):
    said = StringIO()
    who = ["--agency", "Riverside Children's Services", "--administrator", "asha@riverside.example"]
    call_command("hub", "open", name, "--prefix", prefix, *who, "--name", "Asha Verma", *words, stdout=said)
    return said.getvalue().strip()


def test_a_hub_is_opened_and_its_administrator_signs_in_and_sets_it_up():
    said = open_hub()
    account = Account.objects.using("builder").get()
    assert not account.has_usable_password()
    typed = {"email": account.email, "code": said.split()[-1], "new": PASSWORD, "again": PASSWORD}
    assert Client().post("/accounts/password/set/", typed).status_code == 302
    account.refresh_from_db()
    assert account.check_password(PASSWORD)
    post = Staff.objects.using("builder").select_related("account", "hub").get()
    assert post.duties == ["administer"]
    page = browser(post).get("/set-up/").content.decode()
    assert "How Riverside MASH is set up" in page


def test_it_is_safe_to_repeat_and_makes_no_code_for_who_has_a_password():
    open_hub()
    account = Account.objects.using("builder").get()
    account.set_password(PASSWORD)
    account.save(using="builder")
    assert "code" not in open_hub()
    assert Staff.objects.using("builder").count() == 1


def test_a_dry_run_leaves_nothing():
    assert open_hub(words=["--dry-run"]).startswith("would be done")
    assert not Hub.objects.using("builder").exists()


def test_a_hub_practises_for_another():
    open_hub()
    open_hub("Riverside practice", "RP", words=["--practises-for", "riverside mash"])
    practice = Hub.objects.using("builder").get(name="Riverside practice")
    assert practice.is_training
    assert practice.practises_for.name == "Riverside MASH"
    with pytest.raises(CommandError, match="no hub called Nowhere"):
        open_hub("Other", "OT", words=["--practises-for", "Nowhere"])
