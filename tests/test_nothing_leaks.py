"""What is sealed reaches nobody who is not cleared: not by any address of the product, any search, or any row.

One case is told through the real actions, with words nobody could guess in a sealed answer, in the sealed reason of
a refusal and in a protected address.  Every address is then opened by everybody who must not learn them: each page
by each of them, on one of its objects, which a draw names; on every object and in every way with MASH_LEAKS=all, as
`make prove` has it.
"""

import dataclasses
import itertools
import json
import logging
import os
import re
import secrets
import uuid
from dataclasses import dataclass, field
from datetime import date, timedelta
from importlib import import_module
from types import SimpleNamespace

import pytest
from django.conf import settings as configured
from django.contrib.sessions.models import Session
from django.db import connections
from django.test import Client, override_settings
from django.urls import reverse
from django.utils import timezone

from mash.check.actions import Sending, save_draft, send_answers, withhold
from mash.check.given import Given, Search
from mash.check.models import Happened, Return
from mash.common.pdf import document_to_pdf
from mash.contact.actions import receive, say_why
from mash.contact.actions.receiving import DifferentContent
from mash.contact.message import parse
from mash.contact.models import Channel, Settlement
from mash.decision.models import Decision, Outcome
from mash.desk.demo import own_records, releasing, story
from mash.desk.demo.places import EASTMERE, NORTHFIELD
from mash.desk.demo.setting_up import open_borough
from mash.desk.hand_over.actions import add_line
from mash.desk.hand_over.actions import begin as begin_hand_over
from mash.desk.outage.drawing import drawn
from mash.desk.paper import TITLES, WHOLE
from mash.outage.forms_on_paper import FORMS
from mash.partnership.models import Email, Membership, ReferrerCode, Staff
from mash.people.details import Details
from mash.referral.actions import Screen, begin_by_code, keep_page
from mash.retention.actions.looking import look_over
from mash.retention.models import Standing
from mash.sealed.actions import seal, seal_subject
from mash.sealed.models import Item, Recipient
from mash.sealed.queries import items_for
from mash.sealed.subjects import Words
from mash.subject_access.models import Found
from tests import conftest, drawing
from tests.addresses import patterns
from tests.factories.base import browser, in_service, signed_in_as
from tests.factories.check import asked_about, doing
from tests.factories.contact import ConsultationFactory, ConsultationLinkFactory, a_message
from tests.factories.decision import LetterFactory, SchoolNoticeFactory, StrategyFactory, people_of
from tests.factories.desk import LongPaperFactory
from tests.factories.files import AttachmentFactory, LookedFactory
from tests.factories.partnership import AccessFactory, AccountFactory, HubFactory, StaffFactory
from tests.pango import needs_pango
from tests.pdf_ua import close_text_of, every_byte_of
from tests.the_case_goes_on import HELPED, MOVED, go_on

pytestmark = pytest.mark.exhaustive
EVERYTHING = os.environ.get("MASH_LEAKS") == "all"
AGAIN = (
    True,
    False,
    False,
    False,
)  # how many of those that were refused are asked again, once more is sealed
REFERRER = "lead@fernbank.example.org"
SET = {"MASH_SECOND_FACTOR": False, "MASH_SCANNER": "mash.contact.looking.scanners.OfTheDemo"}
SUBJECT = uuid.UUID(int=7)
NOBODY = uuid.UUID(
    int=7
)  # no other hub, and no agency's system, is told of anybody who is held in confidence
SHARED_WORDS = "Officers spoke with her in the kitchen."
RELEASED_WORDS = "Go there in twos."
CAME_AGAIN = "She asks who can help."
SEARCHED = Search(result="something_held_see_answers", how="All systems, by name and date of birth")
OK, FOUND, ABSENT, NO_SUCH_METHOD = 200, 302, 404, 405
BETWEEN_HUBS = {"question_id", "asked_id", "reply_id", "transfer_id"}
VIEWS_OF_PAPER = {"check:chronology": ("", "?view=compact", "?view=full&order=oldest")}
PAGE_BY_PAGE = ("screener", "cleared")  # a file of each page; anybody else's whole case holds the same pages
THE_RECORD = "/audit/"  # an auditor's lists of lines, to which each of these readings adds one
SIGNING_IN = "/accounts/"  # shows no case, and makes a secret each time
OF_NO_CASE = "directory:api_"  # what everybody may read: any key is as good as another
PUBLIC = {"directory:entry"}
FOR_A_SYSTEM = (  # asks for a key, which no browser shows
    "/handed-over/api/",
    "/api/v1/enquiries",
    "/api/v1/referrals",
    "/api/v1/hand-overs",
    "/api/v1/services",
    "/api/v1/open-cases",
)
KEY = re.compile(rb"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
TOKEN = re.compile(
    rb'(name="csrfmiddlewaretoken"[^>]*value="|csrftoken=|X-CSRFToken[^A-Za-z0-9]+|"token": ")[A-Za-z0-9]{32,64}'
)
FORM_KEY = re.compile(rb'(name="(?:(?:[\w-]+-)?key|search|kept_for)"[^>]*value=")[^"]*')

TIMES_READ = re.compile(rb"Read \d+ times?, last [^<]*\.")  # of a summary: each of these readings adds one


def _a_postcode():
    letters = "ABDEFGHJLNPQRSTUWXYZ"
    end = "".join(secrets.choice(letters) for _ in range(2))
    return f"HV{secrets.randbelow(89) + 10} {secrets.randbelow(9) + 1}{end}"


@dataclass
class Told:
    """The case, whoever works on it, and the words that nobody else may learn."""

    now: object
    posts: dict
    elsewhere: dict
    contact: object = None
    check: object = None
    enquiries: dict = field(default_factory=dict)
    decision: object = None
    strategy: object = None
    hand_over: object = None
    release: object = None
    request: object = None
    output: object = None
    recipient: object = None
    advice: object = None
    letter: object = None
    notice: object = None
    file: object = None
    printing: object = None
    paper: object = None
    later: dict = field(default_factory=dict)
    answer: str = field(default_factory=lambda: f"zqa{secrets.token_hex(8)}")
    item: str = field(default_factory=lambda: f"zqi{secrets.token_hex(8)}")
    reason: str = field(default_factory=lambda: f"zqr{secrets.token_hex(8)}")
    house: str = field(default_factory=lambda: f"zqh{secrets.token_hex(8)}")
    street: str = field(default_factory=lambda: f"zqs{secrets.token_hex(8)}")
    postcode: str = field(default_factory=_a_postcode)
    moved_to: str = field(default_factory=lambda: f"zqm{secrets.token_hex(8)}")
    filed: str = field(default_factory=lambda: f"zqf{secrets.token_hex(8)}")
    unsent: str = field(default_factory=lambda: f"zqu{secrets.token_hex(8)}")
    alleged: str = field(default_factory=lambda: f"zql{secrets.token_hex(8)}")
    draft: object = None

    @property
    def planted(self):
        """Return every planted word, as it might be written."""
        words = [
            self.answer,
            self.item,
            self.reason,
            self.house,
            self.street,
            self.moved_to,
            self.unsent,
            self.filed,
            self.alleged,
        ]
        return [*words, self.postcode, self.postcode.replace(" ", ""), self.postcode.replace(" ", "%20")]

    @property
    def author(self):
        return self.posts["police"]

    @property
    def refuser(self):
        return self.posts["education"]


# The case


@pytest.fixture(scope="module")
def told(django_db_setup, django_db_blocker):
    """Tell the case once; every test of this file asks about it."""
    found = conftest.environment(conftest._server(), "mash_app")
    keys = {
        name: found[name]
        for name in ("MASH_SECRET_KEY", "MASH_IDENTITY_KEY", "MASH_SEAL_KEY", "MASH_HUBS_KEY")
    }
    keys["SECRET_KEY"] = keys.pop("MASH_SECRET_KEY")
    with override_settings(**keys, **SET), django_db_blocker.unblock():
        logging.disable(logging.WARNING)  # every refusal asked for here would be one
        try:
            yield django_db_setup.told(_tell)  # whoever asks about it stops the clock at its moment
        finally:
            logging.disable(logging.NOTSET)
            django_db_setup.delete()


def _tell():
    now = timezone.now().replace(microsecond=0)
    since = now - timedelta(days=30)
    posts = open_borough(NORTHFIELD, since, since.date())
    case = Told(now, posts, open_borough(EASTMERE, since, since.date()))
    stage = story.Stage(posts["screener"].hub, posts, now, timedelta(0))
    _received(case, stage)
    story.settle_all(stage, case.contact)
    story.rate(stage, case.contact, "amber")
    opened_at = case.contact.received_at + timedelta(hours=1)
    story.adopt(stage, case.contact, opened_at)
    case.check = story.open_check(stage, case.contact, opened_at)
    case.enquiries = story.ask(stage, case.check, ("police", "education"), opened_at)
    for one in case.enquiries.values():
        one.hub = stage.hub
    _answered(case, opened_at + timedelta(minutes=30))
    _refused(case, opened_at + timedelta(minutes=40))
    story.decide(stage, case.contact, "child_and_family_assessment", 3, "The picture asks for an assessment.")
    case.decision = Decision.objects.using("builder").get()
    case.decision._state.db = "default"  # or what is made for it would go on as the builder
    case.decision.hub, case.decision.contact, case.decision.by = (
        stage.hub,
        case.contact,
        posts["decision.maker"],
    )
    case.draft = _begun(case, stage.hub)
    case.strategy = StrategyFactory(contact=case.contact, hub=stage.hub, by=posts["decision.maker"])
    advice = ConsultationFactory(hub=stage.hub, by=posts["screener"], contacts=[case.contact.pk])
    case.advice = ConsultationLinkFactory(contact=case.contact, consultation=advice, by=posts["screener"])
    case.letter = LetterFactory(decision=case.decision, recipient=people_of(case.contact)[1])
    case.notice = SchoolNoticeFactory(
        contact=case.contact, about=people_of(case.contact)[0], agency=posts["education"].agency
    )
    case.hand_over = _handed_over(case)
    case.release, case.recipient = _released(case, stage)
    child = own_records.person_in(stage, case.contact, 0)
    case.request = own_records.begin(stage, child, own_records.WAITS)
    case.output = own_records.finish(stage, case.request)
    at_home = f"She stays c/o {case.filed} now.\n".encode()
    case.printing = doing(
        posts["decision.maker"], say_why, contact=case.contact, page=WHOLE, purpose="court", at=now
    )
    case.paper = LongPaperFactory(printing=case.printing, hub=stage.hub, by=posts["decision.maker"])
    letter = AttachmentFactory(
        contact=case.contact, content=at_home, name="note.txt", media_type="text/plain"
    )
    case.file = LookedFactory(attachment=letter).attachment
    messages = [_message(case, one, case.house, case.postcode, CAME_AGAIN) for one in (HELPED, MOVED)]
    case.later = go_on(case, stage, messages)
    with in_service("retention"):
        look_over(hub=stage.hub, at=case.now)
    return case


def _released(case, stage):
    """Have the unit release something from the room to a worker of the hospital, and to somebody outside the hub."""
    told = releasing.OUT
    words = dataclasses.replace(told, to=("hospital",), words=RELEASED_WORDS)
    release = releasing.propose(stage, case.contact, words)
    releasing.approve(stage, release)
    return release, Recipient.objects.using("builder").get(staff=None).pk


def _handed_over(case):
    """Have the shift handed over, with a line that a person added."""
    by = case.posts["decision.maker"]
    made = doing(by, begin_hand_over, which="to_emergency_duty", key=uuid.uuid4(), at=case.now)
    doing(by, add_line, hand_over=made, listed="people_who_may_call", words="The aunt may call.", at=case.now)
    return made


def _message(case, reference, house, postcode, what_happened):
    home = {"lines": [f"c/o {house}", f"4 {case.street} Row"], "postcode": postcode, "protected": True}
    child = {
        "role": "child",
        "given": "Nora",
        "family": "Lindqvist",
        "born_on": "2019-10-31",
        "address": home,
    }
    mother = {"role": "parent_or_carer", "given": "Eva", "family": "Lindqvist", "born_on": "1992-04-04"}
    father = {"role": "alleged_perpetrator", "given": "Craig", "family": "Stone", "born_on": "1987-07-19"}
    return a_message(
        reference,
        [child, mother | {"address": home}, father],
        sent_at=(case.now - timedelta(days=2)).isoformat(),
        source={
            "kind": "school",
            "organisation": "Fernbank Primary",
            "name": "Ines Duarte",
            "email": REFERRER,
        },
        concern={"categories": ["domestic_abuse"], "what_happened": what_happened},
        event={"place": {"description": f"4 {case.street} Row", "postcode": postcode}},
        relationships=[{"from": "p2", "to": "p1", "kind": "parent", "parental_responsibility": True}],
        agreement={"sought": "given", "by": "Eva Lindqvist", "covers": ["p1", "p2"], "family_aware": True},
    )


def _received(case, stage):
    """Take the referral in, and then the same reference with other words and another protected address."""
    words = f"He is looking for them near {case.postcode.lower()}; they stay c/o {case.house}."
    first = _message(case, "FB-1", case.house, case.postcode, words)
    case.contact = story.receive_all(stage, [first])["FB-1"]
    case.contact.hub = stage.hub
    again = _message(case, "FB-1", case.moved_to, case.postcode, f"They have moved to c/o {case.moved_to}.")
    with in_service("intake"), pytest.raises(DifferentContent):
        receive(parse(json.dumps(again).encode()), hub=stage.hub, channel=Channel.FILE, received_at=stage.now)


def _begun(case, hub):
    """Have somebody begin a referral that they do not send."""
    with in_service("front_door"):
        draft, _ = begin_by_code(hub=hub, at=case.now)
        said = {"given": [case.unsent], "address": [f"1 {case.unsent} Street"]}
        keep_page(draft=draft, page="who", said=said, screen=Screen("one", 0), at=case.now)
    return draft


def _answered(case, at):
    """Have the police share one thing and seal two."""
    enquiry, by = case.enquiries["police"], case.author
    people = asked_about(enquiry)
    about = {"person": str(people[0].pk)}
    given = [
        Given(**about, question="incident", words=SHARED_WORDS, sharing="share"),
        Given(**about, question="staff_safety", words=f"He {case.answer} said so", sharing="sealed"),
        Given(
            **about,
            question="item",
            words=f"{case.item} was seen",
            source=f"{case.item} source",
            sharing="sealed",
            source_grade="2",
            information_grade="D",
            handling="C",
            conditions=f"Ask {case.item} first",
        ),
    ]
    kept = doing(by, save_draft, enquiry=enquiry, person=people[0], given=given, version=0, at=at)
    searches = {str(one.pk): SEARCHED for one in people}
    sending = Sending(key=uuid.uuid4(), part=False, searches=searches)
    doing(by, send_answers, enquiry=enquiry, sending=sending, version=kept.version, at=at)


def _refused(case, at):
    doing(
        case.refuser,
        withhold,
        enquiry=case.enquiries["education"],
        reason="source_at_risk",
        explanation=f"{case.reason} would be found",
        approved_by_words=f"Head {case.reason}",
        key=uuid.uuid4(),
        at=at,
    )


# Whoever is not cleared


def uncleared(case):
    """Return a browser for everybody who must not learn it."""
    posts, elsewhere = case.posts, case.elsewhere
    police = case.enquiries["police"].agency
    at_desk = ("screener", "social.worker", "decision.maker", "second.person", "manager", "night")
    found = {name: browser(posts[name]) for name in (*at_desk, "auditor", "administrator", "health")}
    found["answerer of the other agency"] = browser(posts["education"])
    found["colleague of the author"] = browser(
        StaffFactory(hub=case.contact.hub, agency=police, answerer=True)
    )
    found["colleague of whoever refused"] = browser(
        StaffFactory(hub=case.contact.hub, agency=case.enquiries["education"].agency, answerer=True)
    )
    found["same agency elsewhere"] = browser(
        StaffFactory(hub=elsewhere["screener"].hub, agency=police, answerer=True)
    )
    found["desk elsewhere"] = browser(elsewhere["decision.maker"])
    let_in = StaffFactory(hub=case.contact.hub, answerer=True)
    AccessFactory(staff=let_in, contact_id=case.contact.pk)
    found["worker let in by name"] = browser(let_in)
    found["without a post"] = Client()
    found["without a post"].force_login(AccountFactory())
    found["nobody"] = Client()
    found["referrer"] = _referrer(case)
    return found


def _referrer(case):
    """Return the browser of whoever referred, let in by the code they were sent."""
    client, reference = Client(), case.contact.reference
    codes = Email.objects.using("builder").filter(to=REFERRER, subject__startswith="Your code")
    before = [*codes.values_list("pk", flat=True)]  # all of one moment, where the clock stands still
    assert (
        client.post(reverse("desk:ask_code"), {"reference": reference, "email": REFERRER}).status_code == 200
    )
    sent = codes.exclude(pk__in=before).get()
    code = re.search(r"is (\S+)\.", sent.body)[1]
    opened = client.post(reverse("desk:open_referral"), {"reference": reference, "code": code})
    assert opened.status_code == 302
    # A code ends by the database's clock, which does not stand still: on a slow machine before the second reading.
    ReferrerCode.objects.using("builder").update(expires_at=case.now + timedelta(hours=12))
    return client


# Every address


def keys_of(case):
    """Return, by the name of an argument, every object of the case that could stand there."""
    people = people_of(case.contact)
    police, education = case.enquiries["police"], case.enquiries["education"]

    def of_the_hub(model, column="pk", **how):
        rows = model.objects.using("builder").filter(hub_id=case.contact.hub_id, **how)
        return [*rows.order_by("pk").values_list(column, flat=True)]

    persons = {*of_the_hub(Settlement, "person_id", person__isnull=False)}
    return {
        "draft_id": [case.draft.pk],
        "page": ["who"],
        "of": ["worklist"],
        "prefix": ["nf"],
        "contact_id": [case.contact.pk],
        "contact_person_id": [one.pk for one in people],
        "check_id": [case.check.pk],
        "enquiry_id": [police.pk, education.pk],
        "person_id": sorted(persons),
        "about": ["person"],
        "subject": sorted(persons),
        "decision_id": [case.decision.pk],
        "outcome_id": of_the_hub(Outcome),
        "strategy_id": [case.strategy.pk],
        "consultation_id": [case.advice.consultation_id],
        "link_id": [case.advice.pk],
        "letter_id": [case.letter.pk],
        "letter": ["family_outcome"],
        "child_id": [one.pk for one in people],
        "notice_id": [case.notice.pk],
        "pk": [1],
        "release_id": [case.release],
        "recipient_id": [case.recipient],
        "file_id": [case.file.pk],
        "digest": ["0" * 64],
        "hand_over_id": [case.hand_over.pk],
        "key": [*of_the_hub(Item), *of_the_hub(Happened), *of_the_hub(Return)],
        "colour": ["0b3d5c"],
        "on": [case.now.date()],
        "standing_id": of_the_hub(Standing),
        "other_id": sorted(persons)[::-1],
        "subject_id": [SUBJECT],
        "content": ["outcomes"],
        "kind": ["marac_referral"],
        "return_kind": ["annex_a"],
        "measure": ["came"],
        "rule": ["re_referral", "three_low_in_90_days"],
        "part": ["outcomes"],
        "thing": ["no_further_action"],
        "version": [1],
        "series": ["education"],
        "question": ["attendance"],
        "membership_id": of_the_hub(Membership, agency__in=[police.agency_id, education.agency_id]),
        "provider_id": ["police"],
        "post_id": [case.posts["screener"].pk],
        "request_id": [case.request.pk],
        "output_id": [case.output.pk],
        "text_id": [*dict(zip(of_the_hub(Found, "kind"), of_the_hub(Found), strict=True)).values()],
        "agency_id": [police.agency.pk, education.agency.pk],
        "printing_id": [case.printing.pk],
        "paper_id": [case.paper.pk],
        "email_id": of_the_hub(Email, account__isnull=False)[:2],
        "met_id": [NOBODY],
        "case_like_id": [NOBODY],
        **case.later,
    }


def places(case):
    """Yield every pattern with the objects of the case in it; fail on an argument that is not known here."""
    known = keys_of(case)
    asked = {one.pk: one for one in case.enquiries.values()}
    for name, wanted in patterns():
        missing = set(wanted) - set(known)
        assert not missing, f"say in keys_of() which objects of the case stand in {name}: {missing}"
        several = max((len(known[one]) for one in wanted), default=1)
        for place in range(1 if name.startswith(OF_NO_CASE) else several):
            chosen = {one: known[one][place % len(known[one])] for one in wanted}
            if name == "check:answer":
                chosen["person_id"] = asked_about(asked[chosen["enquiry_id"]])[0].pk
            yield name, chosen


def pages(case):
    """Return, by the name of each page of the product, its addresses: one for each object of the case in it."""
    found = {}
    for name, chosen in places(case):
        found.setdefault(name, {})[reverse(name, kwargs=chosen)] = None
    return {name: list(all_of) for name, all_of in found.items()}


def addresses(case):
    """Return every address of the product with the objects of the case in it."""
    return [address for all_of in pages(case).values() for address in all_of]


def one_of_each(found, number):
    """Return which addresses of such pages somebody with this number opens: of each page one, the next the next."""
    if EVERYTHING:
        return {address: name for name, all_of in found.items() for address in all_of}
    return {drawing.drawn(all_of, name, turn=number): name for name, all_of in found.items()}


def bytes_of(answer):
    """Return every byte of an answer: status line, headers and cookies, redirect target, body."""
    headers = [f"{name}: {value}" for name, value in sorted(answer.headers.items())]
    cookies = [one.OutputString() for one in answer.cookies.values()]
    head = "\n".join([f"{answer.status_code} {answer.reason_phrase}", *headers, *cookies])
    return head.encode() + b"\n\n" + answer.content


def comparable(answer):
    """Return status, address and body of an answer without what differs each time it is made."""
    body = TIMES_READ.sub(b"", FORM_KEY.sub(rb"\1", TOKEN.sub(rb"\1", answer.content)))
    return answer.status_code, answer.headers.get("Location", ""), body


def where_they_part(before, after):
    """Return what two answers say around the first place in which they differ."""
    one, other = (repr(each) for each in (before, after))
    place = next((n for n, pair in enumerate(zip(one, other, strict=False)) if pair[0] != pair[1]), 0)
    return one[max(place - 80, 0) : place + 80], other[max(place - 80, 0) : place + 80]


def left_behind(client, answer):
    """Return the words that a redirect leaves for the next page, and leave none: which page is next may differ."""
    if answer.status_code != FOUND or configured.SESSION_COOKIE_NAME not in client.cookies:
        return ""
    session = client.session
    words = session.pop("_messages", "")
    if words:
        session.save()
    return words


def leaks(case, said, who):
    """Return which planted words stand in the bytes, but for those that this worker gave."""
    own = {case.reason} if who == "answerer of the other agency" else set()
    lower = said.lower()
    return [word for word in case.planted if word not in own and word.lower().encode() in lower]


@pytest.fixture(scope="module")
def opened(told, monkeypatch_module):
    """Open every page as everybody, and what they could read again, after one more thing is sealed in the case.

    Of what they could not, a part that a draw names is asked again too.
    """
    monkeypatch_module.setattr(timezone, "now", lambda: told.now)
    # What the public reads is counted by where it comes from: all of these would reach the limit between two readings.
    monkeypatch_module.setattr("mash.directory.middleware.is_within", lambda *_, **__: True)
    people, every = uncleared(told), pages(told)
    where = {address: name for name, all_of in every.items() for address in all_of}
    for client in people.values():  # that somebody has read is shown to others: let that be behind us
        for one in told.enquiries.values():
            client.get(reverse("check:enquiry", args=[one.pk]))
        client.get(reverse("desk:referral"))
        client.get(reverse("decision:school_notice", args=[told.notice.pk]))
    found, before, after = [], {}, {}
    for number, (who, client) in enumerate(people.items()):
        for address in one_of_each(every, number):
            answer = client.get(address)
            left = left_behind(client, answer)
            before[who, address] = (*comparable(answer), left)
            found += [(who, address, word) for word in leaks(told, bytes_of(answer) + left.encode(), who)]
    _seal_one_more(told)
    for (who, address), said in before.items():
        asked = EVERYTHING or said[0] == OK or drawing.drawn(AGAIN, (who, where[address]))
        if asked and said[0] != NO_SUCH_METHOD and not address.startswith((SIGNING_IN, THE_RECORD)):
            answer = people[who].get(address)
            after[who, address] = (*comparable(answer), left_behind(people[who], answer))
    return SimpleNamespace(people=people, where=where, found=found, before=before, after=after)


@pytest.fixture(scope="module")
def monkeypatch_module():
    with pytest.MonkeyPatch.context() as patch:
        yield patch


def _seal_one_more(case):
    """Seal another item, and put the child on the unit's own list."""
    who = Details(given="Nora", family="Lindqvist", born_on=date(2019, 10, 31))
    doing(case.posts["cleared"], seal_subject, key=SUBJECT, words=Words(who, case.item), at=case.now)
    enquiry, by = case.enquiries["police"], case.author
    doing(
        by,
        lambda by, **words: seal(author=by.pk, **words),
        hub_id=enquiry.hub_id,
        case=case.contact.pk,
        agency=enquiry.agency_id,
        about=f"enquiry:{enquiry.pk}/item",
        people=[one.pk for one in people_of(case.contact)],
        words=json.dumps({"question": "item", "words": case.item, "on": "", "precision": "day"}),
        at=case.now,
    )


def test_no_address_gives_anything_sealed_away_to_anybody_who_is_not_cleared(opened):
    assert len(opened.people) == 18
    assert len(opened.where) > 100
    assert {address for _, address in opened.before} == set(opened.where)
    statuses = {(address.startswith(FOR_A_SYSTEM), said[0]) for (_, address), said in opened.before.items()}
    assert {status for system, status in statuses if not system} <= {200, 302, 403, 404, 405}
    assert {status for system, status in statuses if system} <= {401, 405}
    assert opened.found == []


def paper(case):
    """Return, by the name of each page that prints, its addresses: for each object, in each view."""
    return {
        name: [f"{address}{view}" for address in all_of for view in VIEWS_OF_PAPER.get(name, ("",))]
        for name, all_of in pages(case).items()
        if name in TITLES
    }


def sheets(case, people, *, whole=True):
    """Return what comes out of the printer, by who prints, and which page: everything that prints, said why.

    whole: all of it; otherwise what `one_of_each` says.
    """
    found, every = {}, paper(case)
    for number, (who, client) in enumerate(people.items()):
        for address in itertools.chain(*every.values()) if whole else one_of_each(every, number):
            why = {"page": address, "what": "page", "purpose": "court", "words": "Ordered"}
            asked = client.post(reverse("desk:print", args=[case.contact.pk]), why)
            if asked.status_code == FOUND and asked.headers["Location"].startswith(address):
                sheet = client.get(asked.headers["Location"])
                if sheet.status_code == OK:
                    found[who, address] = sheet
                else:  # an adult's page asked for a child, for instance: absent on paper as on a screen
                    assert client.get(address).status_code == sheet.status_code == ABSENT, (who, address)
    return found


def test_no_printed_byte_of_anybody_who_is_not_cleared_gives_anything_sealed_away(told, opened):
    before = sheets(told, opened.people)
    printed = {who: sum(1 for one, _ in before if one == who) for who in opened.people}
    assert all(printed[who] >= len(TITLES) for who in ("screener", "decision.maker", "manager")), printed
    assert not any(printed[who] for who in ("nobody", "referrer", "desk elsewhere", "administrator")), printed
    for (who, address), sheet in before.items():
        assert b"mash-cover" in sheet.content, (who, address)
        assert leaks(told, bytes_of(sheet), who) == [], (who, address)
        assert b"onfidential information" not in sheet.content, (who, address)
    _seal_one_more(told)
    after = sheets(told, opened.people, whole=False)
    asked = {
        (who, address)
        for number, who in enumerate(opened.people)
        for address in one_of_each(paper(told), number)
    }
    assert len(before.keys() & asked) >= 3 * (len(TITLES) - 1)
    assert {key: comparable(sheet) for key, sheet in after.items()} == {
        key: comparable(sheet) for key, sheet in before.items() if key in asked
    }


def files(case, people):
    """Return the files that the printing of a case gives, by who prints: the whole, and to some each page of it."""
    found, every = {}, paper(case)
    for number, (who, client) in enumerate(people.items()):
        asked = [(address, "page") for address in one_of_each(every, number)] if who in PAGE_BY_PAGE else []
        for address, what in [*asked, (reverse("desk:case", args=[case.contact.pk]), "whole")]:
            why = {"page": address, "what": what, "way": "file", "purpose": "court", "words": "Ordered"}
            answer = client.post(reverse("desk:print", args=[case.contact.pk]), why)
            if answer.status_code == FOUND and answer.headers["Location"].startswith("/cases/"):
                given = client.get(answer.headers["Location"])
                if given.status_code == OK:
                    found[who, what, address] = given
    return found


@needs_pango
def test_no_file_of_a_case_gives_anything_sealed_away_to_anybody(told):
    names = ("screener", "decision.maker", "manager", "health", "referrer", "desk elsewhere", "nobody")
    people = {name: client for name, client in uncleared(told).items() if name in names}
    assert len(people) == len(names)
    people |= {name: browser(told.posts[name]) for name in ("cleared", "intelligence")}
    made = files(told, people)
    whole = {who for who, what, _ in made if what == "whole"}
    assert whole == {"screener", "decision.maker", "manager", "cleared", "intelligence"}
    assert {who for who, _, _ in made} == whole
    assert all(sum(one == who for one, _, _ in made) >= len(TITLES) for who in PAGE_BY_PAGE)
    for (who, what, address), answer in made.items():
        assert answer["Content-Type"] == "application/pdf", (who, address)
        words = close_text_of(answer.content)
        assert SHARED_WORDS.replace(" ", "").casefold() in words or what == "page", (who, address)
        assert [one for one in told.planted if one.replace(" ", "").casefold() in words] == [], (who, address)
        assert [one for one in told.planted if one.encode() in every_byte_of(answer.content)] == [], (
            who,
            address,
        )
        assert "onfidentialinformation" not in words, (who, address)


@needs_pango
@pytest.mark.parametrize("also_cleared", [False, True])
def test_no_outage_pack_holds_anything_sealed_or_says_that_it_is_held(told, also_cleared, monkeypatch):
    """The case is drawn as it is, as if it were open still."""
    still_open = SimpleNamespace(key=told.contact.pk, stage="decision")
    monkeypatch.setattr("mash.desk.outage.reading.queries.whole_list", lambda *_: [still_open])
    once = tuple(dataclasses.replace(one, copies=1) for one in FORMS)
    monkeypatch.setattr(
        "mash.desk.outage.drawing.FORMS", once
    )  # each copy of a form is the same but its number
    keeper = told.posts["manager"]
    duties = list(keeper.duties)
    if also_cleared:
        Staff.objects.using("builder").filter(pk=keeper.pk).update(duties=[*duties, "clear", "decide"])
    with signed_in_as(keeper):
        as_now = Staff.objects.select_related("hub", "account", "agency").get(pk=keeper.pk)
        made = drawn(as_now, "NF-2612011200", told.now).html
    Staff.objects.using("builder").filter(pk=keeper.pk).update(duties=duties)
    body = document_to_pdf(made)
    words = close_text_of(body)
    assert told.contact.reference.casefold() in words
    assert SHARED_WORDS.replace(" ", "").casefold() in words
    assert [one for one in told.planted if one.replace(" ", "").casefold() in words] == []
    assert [one for one in told.planted if one.encode() in every_byte_of(body)] == []
    assert "confidentialinformation" not in words


def test_what_the_cleared_print_holds_no_mark_of_what_is_held(told, opened):
    cleared = {name: browser(told.posts[name]) for name in ("cleared", "intelligence")}
    printed = sheets(told, cleared)
    assert printed
    for (who, address), sheet in printed.items():
        assert leaks(told, bytes_of(sheet), who) == [], (who, address)
        assert b"onfidential information" not in sheet.content, (who, address)


def test_one_more_sealed_thing_changes_no_byte_for_anybody_who_is_not_cleared(opened):
    different = {
        where: where_they_part(opened.before[where], said)
        for where, said in opened.after.items()
        if said != opened.before[where]
    }
    assert len(opened.after) > 1000
    assert different == {}


def test_the_author_reads_what_they_sealed_and_the_cleared_learn_that_something_is_held(told):
    author = browser(told.author).get(reverse("check:enquiry", args=[told.enquiries["police"].pk]))
    assert set(leaks(told, bytes_of(author), "author")) == {told.answer, told.item}
    cleared, screener = browser(told.posts["cleared"]), browser(told.posts["screener"])
    for name, key in (("check:board", told.check.pk), ("check:chronology", told.contact.pk)):
        address = reverse(name, args=[key])
        assert b"Confidential information is held" in cleared.get(address).content
        assert b"Confidential information is held" not in screener.get(address).content
    assert told.item.encode() in b"".join(
        bytes_of(browser(told.posts["intelligence"]).get(address)) for address in addresses(told)
    )


def test_a_file_of_a_case_with_a_protected_address_is_opened_by_the_cleared_alone(told, opened):
    address = reverse("contact:open_file", args=[told.file.pk])
    assert address in opened.where
    assert {opened.before[who, address][0] for who in opened.people} <= {302, 403, 404}
    assert leaks(told, bytes_of(browser(told.posts["cleared"]).get(address)), "cleared") == [told.filed]


def test_a_sealed_reason_is_read_by_whoever_gave_it_and_by_the_cleared_and_by_no_colleague(told, opened):
    address = reverse("check:enquiry", args=[told.enquiries["education"].pk])
    assert leaks(told, bytes_of(browser(told.refuser).get(address)), "refuser") == [told.reason]
    colleague = opened.people["colleague of whoever refused"]
    answer = colleague.get(address)
    assert answer.status_code == 200
    assert leaks(told, bytes_of(answer), "colleague") == []
    with signed_in_as(told.posts["cleared"]):
        items = items_for(told.posts["cleared"], told.contact.pk, at=told.now)
    assert any(told.reason in one.words for one in items)


def test_the_sealed_room_shows_all_of_it_to_the_cleared_with_a_reason_and_is_not_there_for_anybody_else(
    told, opened
):
    """What was sealed after the first reading (`_seal_one_more`) is in the room too."""
    here, nowhere = (reverse("check:held", args=[key]) for key in (told.contact.pk, uuid.uuid4()))
    why = {"why": "To pass the closing"}
    room = browser(told.posts["cleared"]).post(here, why)
    read = set(leaks(told, bytes_of(room), "cleared"))
    assert read >= {
        told.answer,
        told.item,
        told.reason,
        told.house,
        told.street,
        told.moved_to,
        told.postcode,
    }
    for who, client in opened.people.items():
        there, absent = client.post(here, why), client.post(nowhere, why)
        assert there.status_code == absent.status_code, who
        assert comparable(there)[2] == comparable(absent)[2], who
        assert leaks(told, bytes_of(there), who) == []


# Searches


@pytest.mark.parametrize("name", ["desk:search", "people:search"])
def test_a_search_for_sealed_words_finds_what_a_search_for_nothing_finds(told, opened, name):
    different = []
    for who, client in opened.people.items():
        for word in (told.answer, told.reason, told.house, f"{told.street} Row", told.postcode):
            nothing = _a_postcode() if word == told.postcode else word[:3] + secrets.token_hex(8) + word[19:]
            if _searched(client, name, word) != _searched(client, name, nothing):
                different.append((who, word))
    assert different == []


def _searched(client, name, words):
    """Return every answer on the way of a search, without the words that were typed and the keys made for it."""
    said, answer = [], client.post(reverse(name), {"q": words})
    for _ in range(3):
        body = KEY.sub(b"key", comparable(answer)[2].replace(words.encode(), b"typed"))
        where = answer.headers.get("Location", "")
        said.append((answer.status_code, where.partition("?")[0], body))
        if answer.status_code == 307:
            answer = client.post(where, {"q": words})
        elif answer.status_code == 302:
            answer = client.get(where)
        else:
            break
    return said


# Every row


def test_no_row_outside_the_sealed_room_holds_it(told, opened):
    for client in opened.people.values():
        for word in told.planted:
            client.post(reverse("people:search"), {"q": word}, follow=True)
    elsewhere = {told.filed, told.alleged}
    scanned, found = found_in_tables([word for word in told.planted if word not in elsewhere])
    assert {"partnership_email", "ledger_entry", "procrastinate_jobs", "django_session"} <= scanned
    assert found == set()
    assert found_in_tables([told.filed])[1] == {"contact_attachment.body"}  # a file lies there as it came
    assert found_in_tables([told.alleged])[1] == {"alongside_alongside.said"}  # kept by its wall alone
    assert found_in_tables([SHARED_WORDS])[1] >= {"check_answer.text"}


def found_in_tables(words):
    """Return the tables looked through and the columns in which any of these words stand, as text or as bytes."""
    patterns_ = [word.lower() for word in words]
    with connections["builder"].cursor() as cursor:
        cursor.execute("""
            SELECT c.table_schema, c.table_name, c.column_name, c.data_type FROM information_schema.columns c
            JOIN information_schema.tables t USING (table_schema, table_name)
            WHERE table_schema IN ('public', 'sealed') AND t.table_type = 'BASE TABLE'
        """)
        columns, found = cursor.fetchall(), set()
        for schema, table, column, kind in columns:
            text = f"encode(\"{column}\", 'escape')" if kind == "bytea" else f'"{column}"::text'
            cursor.execute(
                f'SELECT count(*) FROM {schema}."{table}" WHERE lower({text}) ~ %s',
                ["|".join(re.escape(one) for one in patterns_)],
            )
            if cursor.fetchone()[0]:
                found.add(f"{table}.{column}")
    return {table for _, table, _, _ in columns}, found


def test_no_session_or_message_to_a_worker_holds_it(told, opened):
    store = import_module(configured.SESSION_ENGINE).SessionStore()
    sessions = [store.decode(one.session_data) for one in Session.objects.using("builder").all()]
    assert any("post" in one for one in sessions)
    assert any("referrer" in one for one in sessions)
    assert leaks(told, json.dumps(sessions).encode(), "sessions") == []


# Deny looks like absent


def test_what_another_hub_holds_looks_like_what_nobody_holds(told, opened):
    """What was sent to the other hub is asked for by a third hub instead, which was neither sent nor asked anything."""
    different = []
    people = {who: opened.people[who] for who in ("desk elsewhere", "same agency elsewhere")}
    third = {"a third hub": browser(StaffFactory(hub=HubFactory(is_training=True), whole_desk=True))}
    for name, every in itertools.groupby(places(told), key=lambda one: one[0]):
        held = [here for _, here in every if any(isinstance(key, uuid.UUID) for key in here.values())]
        asking = third if BETWEEN_HUBS.intersection(*held[:1]) else people
        for number, (who, client) in enumerate(asking.items() if held and name not in PUBLIC else ()):
            ways = [client.get, client.post]
            if (
                not EVERYTHING and asking is people
            ):  # each asks each page in the one way, and the other in the other
                ways = [drawing.drawn(ways, name, turn=number)]
            for here in held if EVERYTHING else [drawing.drawn(held, name, turn=number)]:
                nowhere = {
                    one: uuid.uuid4() if isinstance(key, uuid.UUID) else key for one, key in here.items()
                }
                for ask in ways:
                    there, absent = (_denied(ask(reverse(name, kwargs=one)), one) for one in (here, nowhere))
                    if there != absent:
                        different.append((who, name, ask.__name__, there[0], absent[0]))
    assert different == []


def test_the_other_hub_opens_what_was_sent_to_it(told, opened):
    (sent,) = told.later["transfer_id"]
    assert opened.before["desk elsewhere", reverse("boroughs:transfer", args=[sent])][0] == OK
    asked = [reverse("boroughs:answer", args=[one]) for one in told.later["asked_id"]]
    there = opened.people["desk elsewhere"]
    assert {there.get(one).status_code for one in asked} == {OK, ABSENT}


def _denied(answer, keys):
    status, where, body = comparable(answer)
    for key in keys.values():
        if isinstance(key, uuid.UUID):
            where, body = where.replace(str(key), "key"), body.replace(str(key).encode(), b"key")
    return status, where, body
