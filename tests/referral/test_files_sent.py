"""What becomes of files that were put to a referral, and what its sender and the desk read of each."""

import pytest
from django.urls import reverse

from mash.contact.models import Attachment
from mash.referral.models import DraftFile
from tests.contact.test_opening_files import asked
from tests.factories.base import browser
from tests.factories.files import LookedFactory, a_pdf
from tests.factories.partnership import StaffFactory
from tests.referral.pages import PROFESSIONAL
from tests.referral.test_walls import put

pytestmark = pytest.mark.usefixtures("transactional_db")


@pytest.fixture(autouse=True)
def _a_scanner(settings):
    settings.MASH_SCANNER = "mash.contact.looking.scanners.OfTheDemo"


def test_a_file_put_to_a_draft_is_opened_by_nobody_and_after_sending_by_the_desk_alone(lead, hub):
    lead.fills(PROFESSIONAL)
    assert put(lead, "map.pdf", a_pdf()).status_code == 302
    drafted = DraftFile.objects.using("builder").get()
    desk = browser(StaffFactory(hub=hub, whole_desk=True))
    assert asked(lead.client, drafted).status_code == asked(desk, drafted).status_code == 404
    lead.sends()
    sent = Attachment.objects.using("builder").get()
    LookedFactory(attachment=sent)
    assert asked(desk, drafted).status_code == 404
    assert asked(desk, sent).status_code == 200
    assert asked(lead.client, sent).status_code == 404


# What the pages say


def test_the_case_and_the_senders_page_say_how_each_file_stands(lead, hub, settings):
    lead.fills(PROFESSIONAL)
    for name, content in {
        "a.pdf": a_pdf(),
        "b.pdf": a_pdf(before=b"% b\n"),
        "c.pdf": a_pdf(before=b"% c\n"),
    }.items():
        assert put(lead, name, content).status_code == 302
    lead.sends()
    files = {one.name: one for one in Attachment.objects.using("builder").select_related("contact__hub")}
    LookedFactory(attachment=files["b.pdf"])
    LookedFactory(attachment=files["c.pdf"], outcome="harmful", found="Worm-7")
    contact = files["a.pdf"].contact_id
    case = (
        browser(StaffFactory(hub=hub, screener=True))
        .get(reverse("desk:case", args=[contact]))
        .content.decode()
    )
    sent = lead.client.get(reverse("desk:my_referral", args=[contact])).content.decode()
    for page in (case, sent):
        assert page.count("Waits to be looked through") == 1
        assert "demo’s scanner only" in page
    assert "Worm-7" in case
    assert "Worm-7" not in sent
    assert "something harmful was found" in sent
    address = reverse("contact:open_file", args=[files["b.pdf"].pk])
    assert address in case
    assert "/contacts/files/" not in sent
    assert case.count("/contacts/files/") == 1
    settings.MASH_SCANNER = ""
    case = (
        browser(StaffFactory(hub=hub, screener=True))
        .get(reverse("desk:case", args=[contact]))
        .content.decode()
    )
    assert case.count("Nobody can look through files here") == 2
    assert "Worm-7" in case


@pytest.mark.parametrize(
    ("name", "body", "words"),
    [
        (
            "form.pdf",
            a_pdf(b"8 0 obj\n<< /S /JavaScript /JS (1) >>\nendobj\n"),
            "It holds a program (JavaScript). Print it",
        ),
        ("half.pdf", a_pdf()[:200], "It is damaged or not whole."),
        ("both.pdf", a_pdf() + b"<html>", "It is two kinds of file in one."),
        ("letter.exe.pdf", a_pdf(), "Its name has the ending of a program"),
        ("mail.msg", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "An Outlook message cannot be looked into."),
    ],
)
def test_what_could_do_harm_is_refused_at_its_field_with_its_name_and_what_to_do(lead, name, body, words):
    page = put(lead, name, body).content.decode()
    assert f"“{name}” was not put to the referral. {words}" in page
    assert not DraftFile.objects.using("builder").exists()
