"""E-mail in the demo: a teacher's, with a file, that waits; an automatic reply put aside; one that is no referral."""

from datetime import timedelta
from email.message import EmailMessage
from email.utils import format_datetime

from mash.desk.demo.setting_up import as_program, as_worker
from mash.desk.demo.story import Stage
from mash.mail import actions
from mash.mail.models import Mail
from mash.mail.reading import read

SETTLES = "screener"
HUB = "intake@northfield.example"
WORRIED = (
    "Hello,\n\nI am worried about Kofi Lamptey in Year 4. He came without a coat on three days this week, and was "
    "hungry.\nHis mother knows that I am writing to you. A note of the days is enclosed.\n\nInes Duarte, class "
    "teacher, 020 7946 0719\n"
)
DAYS = "Tuesday: no lunch, no coat. Wednesday: asleep in the first lesson. Friday: no coat again.\n"


def tell(stage: Stage) -> None:
    """Take three e-mails in, and say of the newest that it is no referral."""
    worried = written("Ines Duarte <ines.duarte@fernbank.example>", "Worried about a pupil", WORRIED)
    worried.add_attachment(DAYS, filename="days.txt")
    take(stage, worried, ago=timedelta(hours=5))
    away = written("Fernbank office <office@fernbank.example>", "Out of office", "We are back on Monday.\n")
    away["Auto-Submitted"] = "auto-replied"
    take(stage, away, ago=timedelta(hours=4))
    offer = written("Sales <hello@stationer.example>", "Spring catalogue", "Our spring catalogue is out.\n")
    mail = take(stage, offer, ago=timedelta(hours=3))
    by = stage.posts[SETTLES]
    with as_worker(by):
        why = "An advertisement, and about nobody."
        actions.not_a_referral(mail=mail, why=why, by=by, at=stage.now - timedelta(hours=2))


def written(sender: str, subject: str, words: str) -> EmailMessage:
    """Return an e-mail to the hub."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, HUB, subject
    message.set_content(words)
    return message


def take(stage: Stage, message: EmailMessage, *, ago: timedelta) -> Mail:
    """Take one e-mail in as the hub's mailbox would give it."""
    came = stage.now - ago
    message["Date"] = format_datetime(came)
    with as_program("mail_room"):
        mail, _ = actions.take_in(
            read(message.as_bytes()), hub=stage.hub, uid_validity="1", uid=str(Mail.objects.count() + 1),
            received_at=came, at=came + timedelta(minutes=1),
        )  # fmt: skip
    return mail
