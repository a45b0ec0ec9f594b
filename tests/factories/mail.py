"""E-mail for tests: from a school, about a boy without a coat."""

from email.message import EmailMessage

import factory

from mash.mail.models import Enclosed, Kind, Mail
from tests.factories.base import Factory
from tests.factories.partnership import MONDAY_9AM, HubFactory

WORDS = "Daniel Okafor came without a coat for the third day."


class MailFactory(Factory):
    """An e-mail that waits."""

    class Meta:
        model = Mail

    hub = factory.SubFactory(HubFactory)
    reference = factory.Sequence("ML-2{:05}".format)
    digest = factory.Sequence("{:064x}".format)
    uid_validity = "7"
    uid = factory.Sequence(str)
    kind = Kind.PERSON
    sender_name = "Ines Duarte"
    sender = "ines@fernbank.example.org"
    subject = "Worried about a pupil"
    received_at = MONDAY_9AM
    read_at = MONDAY_9AM
    words = WORDS


class EnclosedFactory(Factory):
    """A file that was refused."""

    class Meta:
        model = Enclosed

    hub = factory.SelfAttribute("mail.hub")
    mail = factory.SubFactory(MailFactory)
    place = 0
    name = "read me.exe"
    size = 2
    sha256 = "0" * 64
    body = b""
    refused = "It is no kind of file that is taken, or not what its name says."


def an_email(words=WORDS, *, files=(), html="", **headers):
    """Return an e-mail as it comes over the line.  files: (name, media type, body); headers by their names."""
    message = EmailMessage()
    usual = {
        "From": "Ines Duarte <ines@fernbank.example.org>",
        "To": "intake@hub.example",
        "Subject": "Worried about a pupil",
        "Date": "Mon, 30 Nov 2026 08:55:00 +0000",
        "Message-ID": "<1@fernbank.example.org>",
    }
    for name, value in (usual | {key.replace("_", "-"): value for key, value in headers.items()}).items():
        message[name] = value
    message.set_content(words)
    if html:
        message.add_alternative(html, subtype="html")
    for name, media_type, body in files:
        main, _, sub = media_type.partition("/")
        message.add_attachment(body, maintype=main, subtype=sub, filename=name)
    return message.as_bytes().replace(b"\n", b"\r\n")
