"""A hub in the middle of its day, told once for the sweep over every page.

`told` holds, by the name of an argument in an address, the object on which a page is opened when much has happened;
`bare` the one on which as little as possible has.  Add there what stands in the address of a new page.
"""

import json
import uuid
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.db import connections
from django.test import override_settings
from django.utils import timezone

from mash.check.actions import Sending, record_event, save_draft, send_answers, withhold
from mash.check.actions.picturing import Event
from mash.check.given import Given, Search
from mash.check.models import Answer
from mash.contact.actions import add, receive
from mash.contact.actions.receiving import DifferentContent
from mash.contact.message import parse
from mash.contact.models import Channel
from mash.decision.models import Decision
from mash.desk.demo import story
from mash.desk.demo.places import EASTMERE, NORTHFIELD
from mash.desk.demo.setting_up import open_borough
from mash.desk.hand_over.actions import begin as begin_hand_over
from mash.partnership.models import Membership
from mash.people.details import Home
from mash.sealed.models import Item
from tests import conftest
from tests.factories.base import in_service
from tests.factories.check import BasisFactory, CheckFactory, EnquiryFactory, asked_about, doing, ready
from tests.factories.contact import ConsultationFactory, ConsultationLinkFactory, a_message
from tests.factories.decision import (
    DecisionFactory,
    InvolvementFactory,
    LetterFactory,
    OutcomeFactory,
    StrategyFactory,
    people_of,
    who_is,
)
from tests.factories.partnership import AccessFactory
from tests.factories.people import AlertFactory, CourtOrderFactory, PersonFactory, a_known_person
from tests.factories.setup import LogoFactory
from tests.journeys import further

REFERRER = "lead@fernbank.example.org"
HOME = {"lines": ["12 Cobbold Street", "Northfield"], "postcode": "NF2 3AB"}
FAMILY = (
    {"role": "child", "given": "Daniel", "family": "Okafor", "born_on": "2016-03-04", "address": HOME},
    {"role": "child", "given": "Ama", "family": "Okafor", "born_on": "2019-10-31", "address": HOME},
    {"role": "parent_or_carer", "given": "Grace", "family": "Okafor", "born_on": "1988-07-11"},
)
ELSEWHERE = {"lines": ["3 Elm Row", "Northfield"], "postcode": "NF5 1AA"}
OTHERS = tuple(one | {"family": "Rowe", "address": ELSEWHERE} for one in FAMILY)  # nothing is open with them
MOTHER = [
    {"from": "p3", "to": one, "kind": "parent", "parental_responsibility": True} for one in ("p1", "p2")
]
AGREED = {"sought": "given", "by": "Grace Okafor", "covers": ["p1", "p2", "p3"], "family_aware": True}
NEAR_ENOUGH = 600  # seconds for which what the scene calls now is near enough to the clock's
NOBODY_KNOWN = ({"role": "child", "given": "A boy"},)
SEARCHED = Search(result="something_held_see_answers", how="All systems, by name and date of birth")


@dataclass
class Scene:
    """The posts of a busy hub and of one in which nothing has happened, and what stands in addresses."""

    now: object
    posts: dict
    quiet: dict
    told: dict = field(default_factory=dict)
    bare: dict = field(default_factory=dict)
    reference: str = ""

    @property
    def hub(self):
        return self.posts["screener"].hub


@pytest.fixture(scope="module")
def scene(django_db_setup, django_db_blocker):
    """Tell the scene once for a file; every page of it is opened on the same."""
    found = conftest.environment(conftest._server(), "mash_app")
    keys = {
        name: found[name]
        for name in ("MASH_SECRET_KEY", "MASH_IDENTITY_KEY", "MASH_SEAL_KEY", "MASH_HUBS_KEY")
    }
    keys["SECRET_KEY"] = keys.pop("MASH_SECRET_KEY")
    with (
        override_settings(**keys, MASH_SECOND_FACTOR=False),
        django_db_blocker.unblock(),
    ):
        try:
            yield django_db_setup.told(tell, age=NEAR_ENOUGH)
        finally:
            for alias in ("default", "builder"):
                connections[alias].close()
            django_db_setup.delete()


def tell():
    """Tell it."""
    now = timezone.now().replace(microsecond=0)
    since = now - timedelta(days=30)
    busy, quiet = (open_borough(one, since, since.date()) for one in (NORTHFIELD, EASTMERE))
    scene = Scene(now, busy, quiet)
    stage = story.Stage(scene.hub, busy, now, timedelta(0))
    daniel = _somebody_known(scene)
    contacts = _received(scene, stage)
    _asked_and_answered(scene, stage, contacts["asked"])
    _decided(scene, stage, contacts["decided"])
    scene.told["decision_id"] = _waiting(scene, stage, contacts["waiting"]).pk
    story.send_back(stage, contacts["returned"])
    scene.told["returned"] = contacts["returned"].pk
    _agreed(scene, stage, contacts["agreed"])
    _advised(scene, contacts["asked"])
    _let_in(scene)
    scene.told["not_settled"] = people_of(contacts["untouched"])[0].pk
    _bare(scene, contacts["bare"])
    scene.told["pk"] = _second_factor(busy["night"].account).pk
    other = further.of_the_app(
        Decision.objects.using("builder").get(contact=further.send_by_form(scene, stage)).pk
    )
    _set_up(scene)
    further.let_a_clock_rest(scene)
    further.find_adults(scene, stage)
    further.ask_a_manager_to_look(scene, contacts["untouched"])
    further.write_letters(scene, further.of_the_app(scene.told["decided"]), other)
    further.wait_in_the_set_up(scene)
    further.tell_a_school(scene)
    further.disagree(scene)
    InvolvementFactory(person=daniel)  # last: nothing is asked about somebody whose case is open
    further.hand_over(scene, stage)
    further.have_one_passed_back(scene)
    further.hand_things_to_services(scene)
    further.find_two_records(scene)
    further.release_things(scene, stage)
    further.ask_for_own_records(scene, stage)
    further.keep_plans(scene)
    further.go_alongside(scene)
    further.grade_referrals(scene)
    further.decide_again(scene)
    further.put_somebody_on_the_units_list(scene)
    further.open_in_an_emergency(scene, now)
    further.look_out_of_hours(scene)
    further.fill_the_directory(scene, now)
    further.meet_as_a_panel(scene, stage)
    further.keep_old_records(scene)
    further.train(scene, stage)
    further.run_exercises(scene, stage)
    further.meet_other_hubs(scene)
    further.make_returns(scene, stage)
    further.count_harm(scene, stage)
    further.count_figures(scene, stage)
    further.take_lists_out(scene, stage)
    further.have_papers_made(scene)
    further.let_a_system_speak(scene)
    further.bring_email(scene)
    further.tell_somebody(scene)
    return scene


def _somebody_known(scene):
    home = (Home(tuple(HOME["lines"]), HOME["postcode"]),)
    known = {
        "given": "Daniel",
        "family": "Okafor",
        "born_on": timezone.datetime(2016, 3, 4).date(),
        "sex": "M",
    }
    daniel = a_known_person(scene.hub, **known, addresses=home, school="Fernbank Primary")
    a_known_person(scene.hub, **(known | {"given": "Dan"}), phones=("07700 900503",))
    AlertFactory(person=daniel)
    CourtOrderFactory(person=daniel)
    scene.told |= {"person_id": daniel.pk, "network_about": "person"}
    return daniel


def _received(scene, stage):
    at = scene.now - timedelta(days=2)
    source = {"kind": "school", "organisation": "Fernbank Primary", "name": "Ines Duarte", "email": REFERRER}
    event = {"at": (at - timedelta(hours=9)).isoformat(), "place": {"description": "12 Cobbold Street"}}
    more = {"source": source, "relationships": MOTHER, "agreement": AGREED, "event": event}
    names = ("asked", "decided", "waiting", "returned", "untouched")
    said = {name: a_message(name, FAMILY, sent_at=at.isoformat(), **more) for name in names}
    said["agreed"] = a_message("agreed", OTHERS, sent_at=at.isoformat(), **more)
    said["bare"] = a_message("bare", NOBODY_KNOWN, sent_at=scene.now.isoformat(), source={"kind": "public"})
    found = story.receive_all(stage, said.values())
    for one in found.values():
        one.hub = scene.hub
    with in_service("intake"), pytest.raises(DifferentContent):
        again = said["asked"] | {
            "concern": {"categories": ["neglect"], "what_happened": "He has a coat now."}
        }
        receive(parse(json.dumps(again).encode()), hub=scene.hub, channel=Channel.FILE, received_at=scene.now)
    return found


def _asked_and_answered(scene, stage, contact):
    """A check in which the police have answered, a school has refused and health has not opened it."""
    opened_at = contact.received_at + timedelta(hours=1)
    story.settle_all(stage, contact)
    story.rate(stage, contact, "amber")
    story.adopt(stage, contact, opened_at)
    check = story.open_check(stage, contact, opened_at)
    asked = story.ask(stage, check, ("police", "education", "community_health"), opened_at)
    for one in asked.values():
        one.hub = scene.hub
    _police_answer(asked["police"], scene.posts["police"], opened_at + timedelta(minutes=30))
    doing(
        scene.posts["education"],
        withhold,
        enquiry=asked["education"],
        reason="source_at_risk",
        explanation="Whoever told us would be found.",
        approved_by_words="Head teacher",
        key=uuid.uuid4(),
        at=opened_at + timedelta(minutes=40),
    )
    worker = scene.posts["social.worker"]
    doing(worker, add, contact=contact, words="The coat was found.", said_by="Ines Duarte", at=scene.now)
    event = Event(
        title="Seen in the park, alone",
        on=scene.now.date(),
        words="After dark.",
        agency="Police",
        significance="At night",
    )
    doing(worker, record_event, contact=contact, event=event, at=scene.now, key=uuid.uuid4())
    strategy = StrategyFactory(contact=contact, hub=scene.hub, by=scene.posts["decision.maker"])
    answers = Answer.objects.using("builder").filter(enquiry_id=asked["police"].pk)
    scene.reference = contact.reference
    scene.told |= {
        "contact_id": contact.pk,
        "contact_person_id": people_of(contact)[0].pk,
        "check_id": check.pk,
        "enquiry_id": asked["police"].pk,
        "refused": asked["education"].pk,
        "unanswered": asked["community_health"].pk,
        "asked_about": asked_about(asked["community_health"])[0].pk,
        "refused_about": asked_about(asked["education"])[0].pk,
        "key": answers[0].pk,
        "sealed_by_police": Item.objects.using("builder").get(about=f"enquiry:{asked['police'].pk}/item").pk,
        "strategy_id": strategy.pk,
    }


def _police_answer(enquiry, by, at):
    people = asked_about(enquiry)
    about = {"person": str(people[0].pk)}
    given = [
        Given(**about, question="incident", words="Officers spoke with her in the kitchen.", sharing="share"),
        Given(
            **about,
            question="item",
            words="Seen with a man who is not to come near.",
            source="A neighbour",
            sharing="sealed",
            source_grade="2",
            information_grade="D",
            handling="C",
            conditions="Ask first",
        ),
    ]
    kept = doing(by, save_draft, enquiry=enquiry, person=people[0], given=given, version=0, at=at)
    sending = Sending(key=uuid.uuid4(), part=False, searches={str(one.pk): SEARCHED for one in people})
    doing(by, send_answers, enquiry=enquiry, sending=sending, version=kept.version, at=at)


def _decided(scene, stage, contact):
    story.settle_all(stage, contact)
    story.rate(stage, contact, "amber")
    story.adopt(stage, contact, contact.received_at + timedelta(hours=1))
    story.decide(stage, contact, "child_and_family_assessment", 3, "The picture asks for an assessment.")
    scene.told["decided"] = Decision.objects.using("builder").get().pk


def _agreed(scene, stage, contact):
    """A contact on which a check may be opened, and nobody has."""
    story.settle_all(stage, contact)
    story.rate(stage, contact, "amber")
    story.adopt(stage, contact, contact.received_at + timedelta(hours=1))
    BasisFactory(contact=contact, by=scene.posts["social.worker"])
    scene.told["agreed"] = contact.pk


def _set_up(scene):
    """What stands in the addresses of drafts, of setting up, of letters."""
    decision = further.of_the_app(scene.told["decided"])
    letter = LetterFactory(
        decision=decision,
        recipient=people_of(decision.contact)[0],
        template="young_person_outcome",
        by=scene.posts["decision.maker"],
    )
    members = Membership.objects.using("builder").filter(
        hub=scene.hub, agency=scene.posts["education"].agency
    )
    handed = doing(
        scene.posts["decision.maker"],
        begin_hand_over,
        which="to_emergency_duty",
        key=uuid.uuid4(),
        at=scene.now,
    )
    scene.told |= {
        "hand_over_id": handed.pk,
        "prefix": scene.hub.prefix.lower(),
        "draft_id": uuid.uuid4(),  # each visitor begins their own
        "page": "who",
        "membership_id": members.get().pk,
        "post_id": scene.posts["education"].pk,
        "staff_id": scene.posts["screener"].pk,
        "letter_id": letter.pk,
        "content": "outcomes",
        "part": "outcomes",
        "thing": "no_further_action",
        "family_letter": "family_outcome",
        "digest": LogoFactory(by=scene.posts["administrator"]).digest,
        "series": "education",
        "question": "attendance",
    }
    scene.bare["decided"] = scene.bare["decision_id"]


def _let_in(scene):
    """Let a nurse into the contact by name, and keep a colleague out of it."""
    told = {"contact_id": scene.told["contact_id"], "why": "Her health visitor"}
    AccessFactory(staff=scene.posts["health"], **told)
    AccessFactory(staff=scene.posts["auditor"], bars=True, **told | {"why": "A neighbour"})


def _advised(scene, contact):
    by = scene.posts["screener"]
    advice = ConsultationFactory(hub=scene.hub, by=by, contacts=[contact.pk])
    scene.told["consultation_id"] = advice.pk
    scene.told["link_id"] = ConsultationLinkFactory(contact=contact, consultation=advice, by=by).pk
    scene.bare["consultation_id"] = ConsultationFactory(hub=scene.hub, by=by).pk


def _second_factor(account):
    TOTP.activate(account, generate_totp_secret())
    RecoveryCodes.activate(account)
    passkey = json.loads((Path(__file__).parent.parent / "data" / "passkey.json").read_text())
    return Authenticator.objects.create(user=account, type=Authenticator.Type.WEBAUTHN, data=passkey)


def _waiting(scene, stage, contact):
    story.settle_all(stage, contact)
    story.rate(stage, contact, "red")
    decision = DecisionFactory(
        contact=contact, waiting=True, by=scene.posts["decision.maker"], colour="red", at=scene.now
    )
    child = people_of(contact)[0]
    OutcomeFactory(decision=decision, about=child, person=who_is(child), outcome="no_further_action", level=1)
    return decision


def _bare(scene, contact):
    """A contact that nobody has touched, and a check, a decision and a person of whom little is said."""
    in_check, to_decide = (ready(hub=scene.hub) for _ in range(2))
    check = CheckFactory(contact=in_check, opened_by=scene.posts["screener"])
    other = CheckFactory(contact=ready(hub=scene.hub), opened_by=scene.posts["screener"])
    enquiry = EnquiryFactory(check_asked=other, agency=scene.posts["education"].agency)
    decision = DecisionFactory(contact=to_decide, by=scene.posts["decision.maker"])
    scene.bare |= {
        "contact_id": contact.pk,
        "contact_person_id": people_of(contact)[0].pk,
        "check_id": check.pk,
        "enquiry_id": enquiry.pk,
        "asked_about": asked_about(enquiry)[0].pk,
        "person_id": PersonFactory(hub=scene.hub, given="Unborn", family="Stone", born_on=None).pk,
        "decision_id": decision.pk,
        "strategy_id": StrategyFactory(contact=to_decide, by=scene.posts["decision.maker"]).pk,
    }
