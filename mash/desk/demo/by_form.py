"""What came by the online form: from a school's post and from a neighbour, and one that is begun and not sent."""

from datetime import datetime, timedelta

from mash.common.editions import content_of
from mash.contact.message import Message
from mash.desk.demo.setting_up import as_program, as_worker
from mash.partnership.models import Hub, Staff
from mash.referral import actions
from mash.referral.actions import Screen, Sender
from mash.referral.composing import compose
from mash.referral.journey import Said, Told
from mash.referral.models import Draft

Pages = dict[str, dict[str, str]]
NEIGHBOUR: Pages = {
    "danger": {"immediate_danger": "no"},
    "who": {
        "subject": "child",
        "given": "Tilly",
        "family": "",
        "age": "about 5",
        "address": "Above the bakery, Mill Lane",
    },
    "what": {
        "what_happened": "She is often on the landing in her nightdress late at night.",
        "event": "Most nights",
    },
    "know": {"seen": "I have seen her three times this week.", "told": ""},
    "home": {"household_words": "Her dad. I think her mum works nights."},
    "how": {"impact": "Tired and cold. She asked me for bread.", "history": ""},
    "you": {"named": "not_named", "role": "Neighbour", "family_aware": "no"},
}
SCHOOL: Pages = {
    "you": {"phone": "020 7946 0101", "role": "Safeguarding lead"},
    "person": {
        "subject": "child", "type": "early_help", "given": "Kofi", "family": "Amponsah", "born_on-day": "9",
        "born_on-month": "5", "born_on-year": "2015", "address": "3 Larch Close", "postcode": "NF4 1QT",
        "school": "Northfield Schools",
    },
    "family": {
        "people": "1", "m1-role": "parent_or_carer", "m1-given": "Abena", "m1-family": "Amponsah",
        "m1-relation": "parent", "m1-parental_responsibility": "yes", "m1-same_home": "yes",
    },
    "concern": {
        "immediate_danger": "no", "what_happened": "Attendance has fallen to 81% since his grandmother died.",
        "seen": "He sleeps in lessons.", "told": "His mother said she would welcome help.",
        "opinion": "He is grieving, and home has no routine.", "impact": "He has stopped reading and eats little.",
    },
    "strengths": {"strengths": "His mother comes whenever we ask.", "voice": "“I miss her making breakfast.”"},
    "agreement": {"family_aware": "yes", "sought": "given", "agreed_by": "Abena Amponsah", "covers": "p1"},
}  # fmt: skip
BEGUN: Pages = {"concern": {"what_happened": "Came in with the same clothes for the fourth day"}}


def neighbour_tells(hub: Hub, at: datetime) -> None:
    """Have a member of the public tell a hub something, without a name."""
    with as_program("front_door"):
        draft, code = actions.begin_by_code(hub=hub, at=at - timedelta(minutes=12))
        _type(draft, NEIGHBOUR, at)
        actions.send(draft_id=draft.pk, sender=Sender(code=code), compose=_message, at=at)


def school_refers(post: Staff, at: datetime) -> None:
    """Have a post send one referral and begin another."""
    known = {
        "name": post.account.name,
        "email": post.account.email,
        "organisation": post.agency.name,
        "kind": "school",
    }
    with as_worker(post):
        sent = actions.begin_from_post(by=post, at=at - timedelta(minutes=14))
        _type(sent, SCHOOL | {"you": SCHOOL["you"] | known}, at)
        _type(actions.begin_from_post(by=post, at=at), BEGUN, at)
    with as_program("front_door"):
        actions.send(draft_id=sent.pk, sender=Sender(post=post), compose=_message, at=at)


def _type(draft: Draft, pages: Pages, at: datetime) -> None:
    for page, values in pages.items():
        said: Said = {name: [words] for name, words in values.items()}
        actions.keep_page(draft=draft, page=page, said=said, screen=Screen("demo", 0), at=at)


def _message(draft: Draft) -> Message:
    told = Told(draft.is_public, draft.answers)
    with content_of(draft.hub_id):
        return compose(told, reference=f"FORM-{draft.pk}", begun_at=draft.begun_at)
