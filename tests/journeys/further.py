"""What comes only after several steps: referrals sent by the form, an adult at risk, letters on their way, a set-up
that waits for somebody.  A part of the scene, which see.
"""

import dataclasses
import uuid
from datetime import date, time, timedelta
from pathlib import Path

from django.urls import reverse
from django.utils.timezone import localdate, localtime

from mash.check.actions import answer_release, begin_release
from mash.contact.actions import join_records
from mash.contact.models import Contact, Settlement
from mash.decision import letters, queries
from mash.decision.actions import (
    begin_letter,
    clear_letter,
    give_letter,
    pass_back,
    read_second,
    save_letter,
    word_letters,
)
from mash.decision.content import letters as templates
from mash.decision.models import Clearing, Decision, Outcome
from mash.desk.auditing.unusual import Signal
from mash.desk.demo import (
    adults,
    arranging,
    by_form,
    directory,
    lists,
    own_records,
    panels,
    performance,
    releasing,
    returning,
    story,
)
from mash.desk.demo import exercises as demo_exercises
from mash.desk.demo import training as demo_training
from mash.desk.demo.letters import GAPS, OF_THE_HUB
from mash.desk.models import LongPaperFile
from mash.desk.saved_views import actions as views
from mash.directory.models import NamedContact, Organisation, Proposal, Service
from mash.exercise.models import Run
from mash.harm import actions as harm
from mash.harm.models import Touch
from mash.ledger.actions import record
from mash.panel import actions as panel_actions
from mash.panel.models import Seat
from mash.partnership.actions import notify
from mash.partnership.models import Email, Staff
from mash.people.actions import look_for_duplicates, tell_apart
from mash.people.details import Details, Home
from mash.people.models import Person
from mash.plans import actions as actions_of_plans
from mash.plans.models import Agreement, Plan, PlanAction
from mash.quality import actions as quality
from mash.quality.content import criteria
from mash.quality.models import DipCard, IncidentFile, Sheet
from mash.quality.yearly import past_shares
from mash.referral.journey import PROFESSIONAL
from mash.referral.models import Draft
from mash.returns import actions as returns
from mash.sealed.actions import seal_subject
from mash.sealed.queries.releases import read_again
from mash.sealed.subjects import Words
from mash.subject_access.models import Found
from mash.training.actions import put_in as put_in_sheet
from mash.training.models import Booking, Learner, Session
from mash.triage.actions import pause_clock
from mash.triage.content import pause_reasons
from mash.triage.reading import RepeatReview
from tests.boroughs.story import Side, a_moved_family, asked_of
from tests.boroughs.story import ask as ask_other_hubs
from tests.boroughs.story import grant as grant_summary
from tests.boroughs.story import send as send_a_family
from tests.exercise.story import Room
from tests.factories.alongside import AlongsideFactory, HappeningFactory
from tests.factories.base import in_service, signed_in_as
from tests.factories.check import doing
from tests.factories.contact import ContactFactory, a_message
from tests.factories.decision import (
    DecisionFactory,
    DissentFactory,
    DissentStageFactory,
    OutcomeFactory,
    SchoolNoticeFactory,
    people_of,
)
from tests.factories.desk import LongPaperFactory, PrintingFactory, TakenListFactory
from tests.factories.handover import (
    CaseNumberFactory,
    ExportFactory,
    PackFactory,
    RemarkFactory,
    StepFactory,
    SystemKeyFactory,
    WordFactory,
)
from tests.factories.harm import (
    GroupFactory,
    MemberFactory,
    ReductionFactory,
    ReductionNoteFactory,
    WatchFactory,
    WatchHitFactory,
    WatchReviewFactory,
)
from tests.factories.mail import EnclosedFactory, MailFactory
from tests.factories.partnership import LONG_AGO, HubFactory, OpeningFactory
from tests.factories.people import LearnedWeightsFactory, a_known_person
from tests.factories.retention import (
    DisposedFactory,
    HoldFactory,
    LiftingFactory,
    ProposalFactory,
    StandingFactory,
    a_family,
)
from tests.factories.setup import (
    ChangeFactory,
    DraftFactory,
    GrantFactory,
    LostFactorFactory,
    changed,
    labelled,
)
from tests.factories.systems import (
    CallFactory,
    CaseLikeFactory,
    CaseWordFactory,
    HookFactory,
    KeyFactory,
    MappingFactory,
    OpenCaseFactory,
    SystemFactory,
)
from tests.factories.training import LearnerFactory, SessionFactory
from tests.plans.story import Told, outcomes_of
from tests.plans.story import decided as decided_for_plans
from tests.quality import own_story as own
from tests.quality.incident_files import a_file, a_row, chosen, taken

DEMO = Path(story.__file__).parent
NFA = "no_further_action"
RECORDED = {
    "who_receives": "Their mother, who has parental responsibility",
    "safe_method": "in_person",
    "safe_because": "She told the school.",
    "language": "English; no interpreter",
    "must_not_see": "No one known: she lives alone with them.",
    "told_what_already": "That we were looking, by the school.",
    "looked_at": True,
}


def of_the_app(decision):
    """Return a decision with what belongs to it, as the app reads it."""
    found = Decision.objects.using("builder").select_related("contact__hub", "hub", "by")
    made = found.get(pk=decision)
    for one in (made, made.contact, made.contact.hub, made.hub, made.by):
        one._state.db = "default"
    return made


def send_by_form(scene, stage):
    """Have a school's post send two referrals, on one of which somebody decides, and a neighbour tell the hub."""
    at = scene.now - timedelta(days=1)
    by_form.school_refers(scene.posts["education"], at)
    by_form.neighbour_tells(scene.hub, at)
    by_form.school_refers(scene.posts["education"], scene.now)
    sent = Contact.objects.using("builder").filter(channel="form").order_by("received_at")
    contact, newest = sent.filter(source_kind="school")
    contact._state.db, contact.hub = "default", scene.hub
    story.settle_all(stage, contact)
    story.rate(stage, contact, "amber")
    story.adopt(stage, contact, at + timedelta(hours=1))
    story.decide(stage, contact, "child_and_family_assessment", 3, "Somebody has to look with the mother.")
    begun = Draft.objects.using("builder").filter(sent_at=None, kind="professional").latest("begun_at")
    scene.told |= {"sent": contact.pk, "told_by_a_neighbour": sent.get(source_kind="public").pk}
    scene.told |= {"begun": begun.pk, **{one.name: one.name for one in PROFESSIONAL}}
    scene.bare["sent"] = newest.pk
    return contact


def find_adults(scene, stage):
    """Have a nurse refer an adult at risk of whom everything is recorded, and one of whom nothing is."""
    at = (scene.now - timedelta(days=2)).isoformat()
    grown_up = ({"role": "adult_at_risk", "given": "Maud"},)
    bare = a_message("bare adult", grown_up, sent_at=at, subject="adult", source={"kind": "public"})
    found = story.receive_all(stage, [adults.BOTH | {"sent_at": at}, bare])
    for contact in found.values():
        contact.hub = scene.hub
    both, alone = found["NF26-B01"], found["bare adult"]
    story.settle_all(stage, both)
    story.rate(stage, both, "amber")
    adults.record_all(stage, both, scene.now)
    scene.told |= {"about_an_adult": both.pk, "adult": people_of(both)[1].pk}
    scene.bare |= {"about_an_adult": alone.pk, "adult": people_of(alone)[0].pk}


def ask_a_manager_to_look(scene, untouched):
    """Have two contacts ask a manager to read what came before: nobody has looked at one of them yet."""
    asked = {"hub": scene.hub, "rule": "three_low_in_90_days", "asked_at": scene.now}
    looked = {"words": "One story: help came late each time.", "by": scene.posts["manager"], "at": scene.now}
    reviews = RepeatReview.objects.using("builder")
    reviews.create(contact_id=scene.told["contact_id"], **asked)
    reviews.create(contact_id=untouched.pk, **asked, **looked)
    scene.told["rule"] = asked["rule"]
    scene.bare["looked_at"] = untouched.pk


def let_a_clock_rest(scene):
    """Have the hub allow pauses, and a manager let the clock of the contact that is asked about rest."""
    arranging.allow_pauses(scene.posts, scene.now)
    contact = Contact.objects.using("builder").select_related("hub").get(pk=scene.told["contact_id"])
    contact._state.db = contact.hub._state.db = "default"
    with signed_in_as(by := scene.posts["decision.maker"]):
        reason = next(iter(pause_reasons()))
        words, until = "The father answers on Thursday.", scene.now + timedelta(days=3)
        pause_clock(contact=contact, reason=reason, words=words, until=until, by=by, at=scene.now)


def hand_over(scene, stage):
    """Have a service accept one of the children of a decision, and none the other."""
    waits, taken = (
        Outcome.objects.using("builder")
        .filter(decision=scene.told["decided"], alongside=False)
        .order_by("about__ref")
    )
    story.accept(stage, of_the_app(scene.told["decided"]).contact, "Northfield Family Help", of=taken.pk)
    scene.told |= {"outcome_id": waits.pk, "accepted_outcome": taken.pk}


def hand_things_to_services(scene):
    """Have one child handed to the police's service, which asks; one it accepted; one that early help holds; a step."""
    found = Outcome.objects.using("builder").filter(decision=scene.told["decided"], alongside=False)
    waits, taken = found.select_related("decision__contact", "about", "person", "hub").order_by("about__ref")
    for one in (waits, taken):
        for row in (one, one.decision, one.decision.contact, one.about, one.person, one.hub):
            row._state.db = "default"
    police, helper = scene.posts["police"], scene.posts["early.help"]
    at = {"at": scene.now, "due_at": scene.now - timedelta(minutes=1), "by": scene.posts["decision.maker"]}
    pack = PackFactory(outcome=waits, agency=police.agency, edition=7, **at)
    RemarkFactory(pack=pack, by=police, at=scene.now)
    accepted = PackFactory(outcome=taken, agency=police.agency, edition=7, **at)
    WordFactory(pack=accepted, by=police, at=scene.now)
    ExportFactory(pack=accepted, by=police, at=scene.now)
    CaseNumberFactory(pack=accepted, by=police, at=scene.now)
    held = PackFactory(outcome=taken, agency=helper.agency, edition=8, **at)
    WordFactory(pack=held, by=helper, at=scene.now)
    step = StepFactory(origin=accepted, to=helper.agency, by=police, at=scene.now)
    key = SystemKeyFactory(post=police)
    scene.told |= {"pack_id": pack.pk, "taken_pack": accepted.pk, "helped_pack": held.pk}
    scene.told |= {"step_id": step.pk, "key_id": key.pk}


def bring_email(scene):
    """An e-mail waits, with a file that was refused, and one was added to a contact."""
    waits = MailFactory(hub=scene.hub, received_at=scene.now - timedelta(hours=1))
    EnclosedFactory(mail=waits)
    by, contact = scene.posts["screener"], ContactFactory(hub=scene.hub, received_at=scene.now)
    added = MailFactory(hub=scene.hub, outcome="added", contact=contact, by=by, at=scene.now)
    scene.told |= {"mail_id": waits.pk, "settled_mail_id": added.pk}


def let_a_system_speak(scene):
    """The police's own system speaks with the hub, with a key that counts and one that ran out."""
    police = scene.posts["police"]
    system = SystemFactory(lead=police, by=scene.posts["administrator"], name="Records of Northfield police")
    KeyFactory(system=system, post=police)
    hook = HookFactory(system=system, asked_by=police)
    CallFactory(hook=hook, taken_at=LONG_AGO, answered=204, tries=1, next_at=None)
    CallFactory(hook=hook, tries=3, why_not="It answered 503.")
    MappingFactory(system=system, waits=True, codes="people[].ethnicity: W1 = WBRI")
    KeyFactory(system=system, post=police, label="Last year", expires_at=LONG_AGO + timedelta(days=180))
    scene.told["system_id"] = system.pk
    word = Settlement.objects.using("builder").filter(
        contact_person__contact=scene.told["contact_id"], undone_at=None, person__isnull=False
    )
    known = {"person_id": word.order_by("pk")[0].person_id, "person": None}
    settled = CaseLikeFactory(case=OpenCaseFactory(system=system, reference="OB-1"), **known)
    CaseWordFactory(like=settled, by=scene.posts["screener"])
    waits = CaseLikeFactory(case=OpenCaseFactory(system=system), band="check", **known)
    scene.told["case_like_id"] = waits.pk


def have_one_passed_back(scene):
    """Have a service pass back one child of a decision before it accepted."""
    contact = ContactFactory(hub=scene.hub, received_at=scene.now - timedelta(hours=2))
    (child, *_) = people_of(contact)
    by = scene.posts["decision.maker"]
    made = DecisionFactory(contact=contact, by=by, at=scene.now, made_at=scene.now)
    outcome = OutcomeFactory(decision=made, about=child)
    with signed_in_as(by):
        pass_back(
            outcome=queries.find_outcome(by, outcome.pk),
            service="Northfield Family Help",
            said_by="Their duty manager, by telephone",
            told_on=localdate(scene.now),
            reason="family_refuses",
            words="Her mother closed the door.",
            by=by,
            at=scene.now,
        )
    scene.told["passed_back_outcome"] = outcome.pk


def write_letters(scene, decision, other):
    """Have one letter cleared and not read by anybody else, one ready to be given, and one given.

    decision, other: two that stand, as the app reads them.
    """
    with signed_in_as(manager := scene.posts["manager"]):
        word_letters(words=OF_THE_HUB, by=manager, at=scene.now)
    scene.told["cleared_letter"] = _cleared(scene, other, "family_outcome").letter_id
    ready = _cleared(scene, decision, "family_outcome")
    given = _cleared(scene, decision, "family_told_afterwards")
    with signed_in_as(second := scene.posts["second.person"]):
        for one in (ready, given):
            clearing = Clearing.objects.select_related("letter__contact", "by").get(pk=one.pk)
            read_second(clearing=clearing, agreed=True, by=second, at=scene.now)
    with signed_in_as(by := scene.posts["decision.maker"]):
        give_letter(
            letter=given.letter,
            how="by_hand",
            given_at=scene.now,
            what_they_said="She would like help with the mornings.",
            by=by,
            at=scene.now,
        )
    scene.told |= {"ready_letter": ready.letter_id, "given_letter": given.letter_id}


def disagree(scene):
    """Have the police disagree with the decision that stands."""
    decision = of_the_app(scene.told["decided"])
    agency = scene.posts["police"].agency
    dissent = DissentFactory(decision=decision, agency=agency, at=scene.now)
    DissentStageFactory(dissent=dissent, at=scene.now, due_at=scene.now + timedelta(days=1))
    scene.told["dissent_id"] = dissent.pk


def tell_a_school(scene):
    """Have police tell of domestic abuse at home: one child's school was told, and the other's was not yet."""
    at_home = {"categories": ["domestic_abuse_in_home"], "police": True}
    pupils = [{"role": "child", "given": name, "family": "Boateng"} for name in ("Ama", "Kofi")]
    contact = ContactFactory(hub=scene.hub, received_at=scene.now, people=pupils, **at_home)
    first, other = people_of(contact)
    notice = SchoolNoticeFactory(
        contact=contact,
        about=first,
        agency=scene.posts["education"].agency,
        day_starts_at=scene.now + timedelta(days=1),
        by=scene.posts["decision.maker"],
        at=scene.now,
    )
    scene.told |= {
        "abused_at_home": contact.pk,
        "pupil": other.pk,
        "told_of": first.pk,
        "notice_id": notice.pk,
    }


def _cleared(scene, decision, template):
    (parent,) = [one for one in people_of(decision.contact) if one.role == "parent_or_carer"]
    doing = {"by": scene.posts["decision.maker"], "at": scene.now}
    with signed_in_as(doing["by"]):
        letter = begin_letter(
            key=uuid.uuid4(), decision=decision, template=template, recipient=parent, **doing
        )
        asked = letters.gaps_to_write(templates()[template])
        known = queries.newest_version(letter).gaps
        gaps = dict.fromkeys(asked, "We talked with the school.") | known | GAPS
        save_letter(letter=letter, version=1, gaps=gaps, **doing)
        return clear_letter(letter=letter, version=2, **RECORDED, **doing)


def wait_in_the_set_up(scene):
    """Have duties that wait for a second person, a draft to publish, one that waits for another's look, and changes."""
    by, manager, post = (scene.posts[name] for name in ("administrator", "manager", "police"))
    HubFactory(name="Northfield practice hub", prefix="NP", is_training=True, practises_for=scene.hub)
    words = changed("outcomes", _closed_by_one_alone)
    asked = {"asked_by": manager, "note": "Agreed with the board."}
    DraftFactory(by=manager, content="outcomes", words=words, at=scene.now, **asked)
    DraftFactory(
        by=by, content="categories", words=labelled("categories", "categories", "neglect", "Left uncared for")
    )
    DraftFactory(by=by, content="letters")
    answered = {"answered_by": by, "answered_at": scene.now, "confirmed": True}
    both = {"hub": scene.hub, "post": post, "by": manager, "at": scene.now}
    LearnedWeightsFactory(hub=scene.hub, at=scene.now)
    difference = ["Opening hours › Friday", "9:00am to 5:00pm", "9:00am to 4:00pm"]
    scene.told |= {
        "grant_id": GrantFactory(**both).pk,
        "lost_by": scene.posts["night"].pk,
        "lost_id": LostFactorFactory(post=scene.posts["screener"], by=manager, at=scene.now).pk,
        "change_id": ChangeFactory(
            hub=scene.hub, by=by, at=scene.now, why="The duty team ends earlier.", differences=[difference]
        ).pk,
        "asked_for": "outcomes",
        "growing": "categories",
        "growing_part": "categories",
        "drafted_alike": "letters",
    }
    scene.bare |= {
        "grant_id": GrantFactory(**both, **answered).pk,
        "lost_id": LostFactorFactory(post=post, by=manager, at=scene.now, **answered).pk,
        "change_id": ChangeFactory(hub=scene.hub, at=scene.now).pk,
    }


def _closed_by_one_alone(raw):
    (one,) = [one for one in raw["outcomes"] if one["id"] == NFA]
    one["second_person"] = None


def release_things(scene, stage):
    """Have the unit release something to a social worker and to somebody outside, and have others on their way."""
    contact = of_the_hub(scene, scene.told["contact_id"])
    told = dataclasses.replace(releasing.OUT, to=("social.worker",))
    out = releasing.propose(stage, contact, told)
    releasing.approve(stage, out)
    asked, vetoed = (releasing.propose(stage, contact, told, agreed=False) for _ in range(2))
    owner, unit = scene.posts["police"], scene.posts["intelligence"]
    with signed_in_as(owner):
        course = read_again(owner, vetoed)
        answer_release(
            course=course,
            wording=course.said.key,
            owner=owner.agency_id,
            agreed=False,
            reason="He would know who said it.",
            by=owner,
            at=scene.now,
        )
    with signed_in_as(unit):
        begun = begin_release(contact=contact, why="For a visit", by=unit, at=scene.now, key=uuid.uuid4())
        outside = next(iter(read_again(unit, out).said.outside))
    scene.told |= {
        "release_id": out,
        "recipient_id": outside,
        "ready_release": releasing.propose(stage, contact, told),
        "asked_release": asked,
        "vetoed_release": vetoed,
        "begun_release": begun,
    }


def ask_for_own_records(scene, stage):
    """Have four people ask what is held on them: one is being marked, one is with the unit, one was approved."""
    child, another = (
        own_records.person_in(stage, of_the_hub(scene, scene.told[which]), 0)
        for which in ("contact_id", "agreed")
    )
    marking, waits, bare = (own_records.begin(stage, child, own_records.MARKED) for _ in range(3))
    ready = own_records.begin(stage, another, own_records.MARKED)  # its page shows nothing of what is held
    texts = Found.objects.using("builder").filter(request=marking)
    own_records.mark(stage, marking, leaving=texts.count() - 3)
    waiting, approved = own_records.finish(stage, waits), own_records.finish(stage, ready)
    own_records.approve(stage, approved)
    scene.told |= {
        "request_id": marking.pk,
        "text_id": texts.filter(markings=None).first().pk,
        "agency_id": texts.exclude(agency=None).first().agency_id,
        "with_the_unit": waits.pk,
        "output_id": waiting.pk,
        "approved_output": approved.pk,
    }
    scene.bare |= {"request_id": bare.pk}


def keep_plans(scene):
    """Have a school lead a plan in which much has happened, and one that has just begun; two more are to close."""
    school, worker = scene.posts["education"], scene.posts["social.worker"]

    def told(**more):
        return Told(lead=school, worker=worker, hub=scene.hub, **more)

    full, bare, closing, closed = told(), told(), told(), told()
    need = full.need()
    late, done = full.action(need), full.action(need, words="Rings their mother on Fridays.")
    full.progress(done)
    full.look(
        different="no",
        carried=[actions_of_plans.CarryOver(late, full.today + timedelta(days=9), "Ill.")],
        not_done="x",
    )
    waits, ended = closing.propose(), closed.end(by=scene.posts["cleared"])
    decision = decided_for_plans(hub=scene.hub)
    (agreement, *_) = Agreement.objects.using("builder").filter(plan=full.plan)
    scene.told |= {
        "plan_id": full.plan.pk, "member_id": full.members()[0].pk, "need_id": need.pk, "action_id": late.pk,
        "agreement_id": agreement.pk, "closure_id": waits.pk, "closed": ended.pk, "closing_plan": closing.plan.pk,
        "planned_case": full.plan.contact_id, "to_plan": outcomes_of(decision)[0].pk,
    }  # fmt: skip
    scene.bare |= {"plan_id": bare.plan.pk}


def train(scene, stage):
    """Have the demo's training told, and beside it a session that nobody booked and a learner who has done nothing."""
    demo_training.tell(stage)
    trainer, of_screener = scene.posts["trainer"], Learner.objects.using("builder")
    me = of_screener.get(account=scene.posts["screener"].account, hub=scene.hub)
    sessions = Session.objects.using("builder").filter(hub=scene.hub)
    coming = sessions.filter(starts_at__gt=scene.now, offer="domestic_abuse").get()
    second = sessions.filter(day=2, cohort__label="Summer group").get()
    scene.told |= {
        "offer_id": "child_neglect", "two_days": "mast_two_day", "nobody_took": "panel_skills",
        "session_id": coming.pk, "moment": "before", "learner_id": me.pk,
        "held_session": sessions.filter(offer="child_neglect").order_by("starts_at").first().pk,
        "booking_id": Booking.objects.using("builder").get(session=second, learner=me).pk,
        "empty_session": SessionFactory(by=trainer, starts_at=scene.now + timedelta(days=40)).pk,
        "new_learner": LearnerFactory(by=trainer).pk, "of_screener": me.pk, "path_id": "hub_social_worker",
        "step": "line_manager",
        "waits_for_manager": of_screener.get(account=scene.posts["social.worker"].account, hub=scene.hub).pk,
        "attended": Booking.objects.using("builder").filter(attendance__came="came", session__hub=scene.hub).first().pk,
    }  # fmt: skip
    head = "Email,Name,Agency,Date,Course,Hours\n"
    rows = f"{me.email},,,3 April 2026,Talking with dads,2\nida@school.example,,,3 April 2026,Fire,=1\n"
    with signed_in_as(trainer):
        for name, body in (
            ("list_id", head + rows),
            ("empty_list", head + "ida@school.example,,,soon,Fire,1\n"),
        ):
            sheet = put_in_sheet(name="log.csv", body=body.encode(), by=trainer, at=scene.now)
            scene.told[name] = sheet.pk


def run_exercises(scene, stage):
    """Have the demo's exercises told, a run in which nobody is seated, and one whose hubs are not open."""
    demo_exercises.tell(stage)
    runs = Run.objects.using("builder").filter(hub=scene.hub).select_related("version")
    held, going = (runs.get(label=label) for label in ("Autumn attachment day", "Lunchtime exercise"))
    room = Room(trainer=scene.posts["trainer"], at=scene.now, groups=1)
    not_seated = room.begins(label="Nobody sits yet")
    not_open = room.begins(label="Being opened")
    room.sits()
    scene.told |= {
        "version_id": held.version_id, "play_id": going.pk, "number": 1, "code": held.version.exercise.code,
        "ended_run": held.pk, "not_seated": not_seated.pk, "points": "points",
    }  # fmt: skip
    scene.bare |= {"not_open": not_open.pk}
    scene.posts["in_an_exercise"] = room.post_of(going, "police")


def go_alongside(scene):
    """Have a MARAC referral that was sent and is late, one that has just begun, one that ended, and a sealed one."""
    contact = of_the_hub(scene, scene.told["contact_id"])
    at = {"contact": contact, "by": scene.posts["decision.maker"]}
    late = AlongsideFactory(starts_at=scene.now - timedelta(days=3), at=scene.now - timedelta(days=3), **at)
    HappeningFactory(
        alongside=late, happened_at=scene.now - timedelta(days=2), at=scene.now - timedelta(days=2)
    )
    HappeningFactory(
        alongside=late,
        what="received",
        how="",
        happened_at=scene.now - timedelta(days=1),
        at=scene.now - timedelta(days=1),
    )
    begun = AlongsideFactory(
        kind="fire_safety_visit", label="Home fire safety visit", never_told="", said=[], starts_at=scene.now,
        receipt_due_at=scene.now + timedelta(days=1), result_due_at=None, at=scene.now, **at
    )  # fmt: skip
    ended = AlongsideFactory(**at)
    HappeningFactory(
        alongside=ended, what="result", how="", result="heard", result_label="Heard at the conference", ends=True,
        words="Heard on Thursday.", happened_at=scene.now, at=scene.now,
    )  # fmt: skip
    sealed = AlongsideFactory(lado=True, **at)
    scene.told |= {
        "alongside_id": late.pk, "sealed_alongside": sealed.pk, "kind": "marac_referral",
        "sealed_kind": "designated_officer", "interview_kind": "missing_return_interview",
    }  # fmt: skip
    scene.bare |= {"alongside_id": begun.pk}


def grade_referrals(scene):
    """Have a round closed, one in the midst of grading and one drawn, and a change set beside the charts."""
    posts = scene.posts
    lead, graders = posts["manager"], [posts[f"grader.{one}"] for one in ("police", "school", "health")]
    came = scene.now - timedelta(days=40)
    for place in range(6):
        more = {"source_kind": "police", "organisation": posts["police"].agency.name} if place % 2 else {}
        ContactFactory(hub=scene.hub, received_at=came, sent_at=came, reference=f"NF-GRADED-{place}", **more)
    day = localdate(came)

    def drawn(label):
        said = {"label": label, "from_on": day, "until_on": day, "size": 6, "spread_over": "source"}
        said |= {"again": "Three rounds of one day, to be looked at."}
        return doing(lead, quality.draw_round, key=uuid.uuid4(), graders=graders, at=scene.now, **said)

    def give(sheet, place, grade):
        by = next(one for one in graders if one.pk == sheet.graders[place])
        said = {
            "criteria": dict.fromkeys(criteria(), grade), "left_out": {}, "lifted": "", "done_well": "His own words.",
            "to_improve": "Say who told it.", "also_found": ["urgent_risk"] if grade == 1 else [],
        }  # fmt: skip
        doing(by, quality.give_grade, sheet=sheet, key=uuid.uuid4(), grade=grade, at=scene.now, **said)

    def sheets(made):
        return doing(lead, lambda by: list(Sheet.objects.filter(round=made).order_by("place")))

    closed, going, waits = drawn("Closed"), drawn("Going on"), drawn("Drawn")
    for made in (closed, going):
        doing(lead, quality.open_round, round_=made, at=scene.now)
    for sheet in sheets(closed)[:4]:
        give(sheet, 0, 3)
        give(sheet, 1, 3)
    doing(lead, quality.close_round, round_=closed, left_out="Two graders were away.", at=scene.now)
    apart, aside, *rest = sheets(going)
    give(apart, 0, 1)
    give(apart, 1, 3)
    gone = next(one for one in graders if one.pk == aside.graders[0])
    doing(gone, quality.step_aside, sheet=aside, why="I know this family.", at=scene.now)
    mine = next(one for one in rest if graders[0].pk in one.graders)
    alike = next(one for one in rest if one != mine)
    give(alike, 0, 3)
    give(alike, 1, 3)
    doing(lead, quality.mark_change, key=uuid.uuid4(), on=day, words="A new form", at=scene.now)
    bodies = [
        a_file(*(a_row(reference=f"{name} {one}") for one in range(3)), "1,2") for name in ("A", "B", "C")
    ]
    looked, stopped = chosen(lead, bodies[0], at=scene.now), chosen(lead, bodies[1], at=scene.now)
    IncidentFile.objects.using("builder").filter(pk=stopped.pk).update(
        looked_at=None, moved_at=scene.now - timedelta(hours=1)
    )
    whole = taken(lead, bodies[2], at=scene.now)
    dip_incidents(scene, lead, graders)
    scene.told |= {"incident_file_id": looked.pk, "stopped_file": stopped.pk, "taken_file": whole.pk}
    scene.told |= {
        "round_id": going.pk, "closed_round": closed.pk, "drawn_round": waits.pk, "sheet_id": mine.pk,
        "apart_sheet": apart.pk, "aside_sheet": aside.pk, "staff_id": gone.pk, "drawn_sheet": sheets(waits)[0].pk,
    }  # fmt: skip
    scene.bare |= {"round_id": waits.pk, "sheet_id": sheets(waits)[0].pk}


def dip_incidents(scene, lead, graders):
    """Have a sample of incidents closed, and one that is reviewed: somebody is at risk, and something is to be done."""
    came = scene.now - timedelta(days=40)
    rows = [
        a_row(
            reference=f"DIP {place}", occurred_at=(came - timedelta(days=30 * (place % 2))).isoformat(), sent="",
            unit=f"Response {'AB'[place % 2]}", kind="MISSING CHILD" if place == 3 else "missing child",
            required=("yes", "no", "")[place % 3], submitted=("yes", "no")[place % 2],
        )
        for place in range(12)
    ]  # fmt: skip
    taken(lead, a_file(*rows), at=scene.now)

    def drawn(label, back):
        on = localdate(came - timedelta(days=back))
        said = {"label": label, "from_on": on, "until_on": on, "kinds": [], "size": 4, "spread_over": "unit"}
        return doing(
            lead, quality.draw_dip, key=uuid.uuid4(), reviewers=graders, at=scene.now, **said
        )  # fmt: skip

    def review(card, **changes):
        said = {
            "form_required": "unclear",
            "form_submitted": "no",
            "risk_today": "no",
            "put_right": "not_yet",
        }
        by = next(one for one in graders if one.pk == card.reviewer_id)
        words = {"words": "The log stops.", "key": uuid.uuid4()}
        doing(by, quality.review_incident, card=card, said=said | changes, at=scene.now, **words)

    def raised(words, **more):
        said = {"kind": "training", "unit": "", "words": words, "owner": lead, "due_on": localdate(scene.now)}
        return doing(lead, quality.raise_action, key=uuid.uuid4(), at=scene.now, **said, **more)

    closed, going = drawn("Closed sample", 30), drawn("Going on", 0)
    for card in cards_of(closed)[:3]:
        review(card, form_required="required", for_whom="child", why_not="no_time")
    doing(lead, quality.close_dip, dip=closed, left_out="Somebody was away.", at=scene.now)
    for card in cards_of(going):  # two of one reviewer: one that is reviewed, and one that waits
        DipCard.objects.using("builder").filter(pk=card.pk).update(reviewer=graders[0])
    risky, waits, *_ = cards_of(going)
    review(risky, risk_today="yes")
    done, task = raised("Mend the drop-down.", card=risky), raised("A briefing for Response A.", dip=going)
    doing(lead, quality.finish_action, raised=done, words="Mended.", at=scene.now)
    past, _ = past_shares("year,percent_with_form,period\n2024,80,\n2025,88,first two quarters\n")
    doing(lead, quality.take_earlier_shares, shares=past, at=scene.now)
    scene.told |= {
        "dip_id": going.pk, "closed_dip": closed.pk, "card_id": waits.pk, "risky_card": risky.pk,
        "raised_id": task.pk, "done_task": done.pk,
    }  # fmt: skip


def cards_of(dip):
    """Return the incidents of a sample, as the app reads them."""
    found = list(DipCard.objects.using("builder").filter(dip=dip.pk).select_related("dip").order_by("place"))
    for one in found:
        one._state.db = one.dip._state.db = "default"
    return found


def of_the_hub(scene, contact_id):
    """Return a contact of the scene's hub, as the app reads it."""
    contact = Contact.objects.using("builder").select_related("hub").get(pk=contact_id)
    contact._state.db = contact.hub._state.db = "default"
    return contact


def find_two_records(scene):
    """Put four records on file of which two are joined, two are told apart, and two may be one person."""
    by = scene.posts["screener"]
    said = {"family": "Mensah", "born_on": date(2017, 6, 12), "sex": "F"}
    home = (Home(("9 Ferry Lane", "Northfield"), "NF3 4CD"),)
    one, other, third, cousin = (
        a_known_person(scene.hub, given=given, addresses=home, **said)
        for given in ("Precious", "Presh", "Precious A", "Prudence")
    )
    word = {"by": by, "at": scene.now, "why": "The school and the health visitor name the same mother."}
    with signed_in_as(by):
        joining = join_records(person=third, into=one, **word)
        apart = tell_apart(one=one, other=cousin, **word)
    with in_service("reminders"):
        look_for_duplicates(hub=scene.hub, at=scene.now)
    scene.told |= {
        "one_of_two": one.pk,
        "other_id": other.pk,
        "joining_id": joining.pk,
        "apart_id": apart.pk,
    }


def put_somebody_on_the_units_list(scene):
    """Let the unit write down whom nobody else may know of."""
    key, by = uuid.uuid4(), scene.posts["cleared"]
    home = (Home(postcode="HV1 2AB"),)
    who = Details(given="Leila", family="Marchetti", born_on=date(2014, 5, 9), addresses=home)
    with signed_in_as(by):
        seal_subject(key=key, words=Words(who, "A witness in a trial"), by=by, at=scene.now)
    scene.told["subject_id"] = key


def open_in_an_emergency(scene, at):
    """A worker opened a restricted case, and no manager has said yet whether that was justified."""
    made = OpeningFactory(staff=scene.posts["screener"], from_at=at, contact_id=uuid.uuid4())
    scene.told["opening_id"] = made.pk


def look_out_of_hours(scene):
    """A worker looked at a record in the middle of a night, and no auditor has said yet what they think of it."""
    worker, at = scene.posts["screener"], (scene.now - timedelta(days=3)).replace(hour=3)
    with signed_in_as(worker):
        record("contact.seen", about=f"contact.contact:{uuid.uuid4()}", at=at, hub_id=worker.hub_id)
    scene.told["signal_id"] = Signal("out_of_hours", worker, localdate(at), "").key


def fill_the_directory(scene, now):
    """Fill the directory and the guide of the busy hub, with a change that waits and named contacts."""
    directory.arrange(scene.posts, now)
    proposal = Proposal.objects.using("builder").get()
    kept = (
        Service.objects.using("builder").filter(organisation__name="Lantern").exclude(pk=proposal.service_id)
    )
    scene.told |= {
        "service_id": kept.order_by("name").first().pk,
        "waits": proposal.service_id,
        "proposed": proposal.pk,
        "organisation_id": Organisation.objects.using("builder").get(name="Lantern").pk,
        "named_id": NamedContact.objects.using("builder").first().pk,
        "of_the_quiet_hub": scene.quiet["screener"].hub.prefix.lower(),
    }


def meet_as_a_panel(scene, stage):
    """A panel has met, and its minutes wait for the school; it meets again, and another panel has begun."""
    people = [
        a_known_person(scene.hub, given=given, family="Marlowe", born_on=date(2015, 5, 4))
        for given in ("Kit", "Tess", "Ned")
    ]
    told = panels.tell(stage, people, agree=("police", "housing"))
    chair, by = scene.posts["panel.chair"], scene.posts["social.worker"]
    with signed_in_as(chair):
        bare = panel_actions.open_panel(
            key=uuid.uuid4(), name="South panel", area="The south", place="Room 1", by=chair, at=scene.now
        )
        panel_actions.give_seat(
            panel=bare, to=scene.posts["education"], role="member", stands_in=False, by=chair, at=scene.now
        )
        (meeting,) = panel_actions.plan_meetings(
            panel=bare, first_on=scene.now.date() + timedelta(days=9), starts=time(10), number=1, place="Room 1",
            by=chair, at=scene.now,
        )  # fmt: skip
    with signed_in_as(by):
        item = panel_actions.bring(
            key=uuid.uuid4(), panel=bare, person=people[0], decision=None, kind="new_family", household="",
            asked="Who can help?", background="", agreement="The mother agreed.",
            agencies=[scene.posts["education"].agency], by=by, at=scene.now,
        )  # fmt: skip
    planned, due = (
        Told("multi_agency_panel", lead=scene.posts["education"], worker=by, hub=scene.hub) for _ in range(2)
    )
    planned.action(words="Meets them at the gate.")
    Plan.objects.using("builder").filter(pk=due.plan.pk).update(look_on=scene.now.date() - timedelta(days=1))
    person = Person.objects.using("builder").get(pk=planned.plan.person_id)
    person._state.db = "default"
    with signed_in_as(by):
        with_plan = panel_actions.bring(
            key=uuid.uuid4(), panel=told.panel, person=person, decision=None, kind="review", household="",
            asked="Is it the right plan?", background="", agreement="The mother agreed.",
            agencies=[scene.posts["education"].agency], by=by, at=scene.now,
        )  # fmt: skip
    with signed_in_as(chair):
        panel_actions.put_on(meeting=told.coming, item=with_plan, by=chair, at=scene.now)
    housing = Seat.objects.using("builder").get(panel=told.panel, staff=scene.posts["housing"])
    scene.told |= {
        "panel_id": told.panel.pk,
        "seat_id": housing.pk,
        "meeting_id": told.coming.pk,
        "held_meeting": told.past.pk,
        "item_id": told.listed[0].pk,
        "held_item": told.held[0].pk,
        "panel_action": told.carried.action_id,
        "planned_item": with_plan.pk,
        "planned_action": PlanAction.objects.using("builder").get(plan=planned.plan).pk,
        "due_plan": due.plan.pk,
        "concluded_id": told.unconfirmed.pk,
    }
    scene.bare |= {"panel_id": bare.pk, "meeting_id": meeting.pk, "item_id": item.pk}


def meet_other_hubs(scene):
    """Two hubs ask each other about a child, each lets the other read a summary, and families go both ways."""
    posts = {"decider": "decision.maker", "screener": "screener", "manager": "manager", "cleared": "cleared"}
    here = Side(scene.hub, posts={name: scene.posts[mail] for name, mail in posts.items()})
    there = Side(HubFactory(name="Westholme MASH", telephone="020 7946 0300", is_training=True))
    ours, theirs, unanswered = (ask_other_hubs(one, at=scene.now) for one in (here, there, there))
    (asked,) = [one for one in asked_of(there) if one.question_id == ours.pk]
    answered, waits = (
        next(row for row in asked_of(here) if row.question_id == one.pk) for one in (theirs, unanswered)
    )
    given, read_here = (
        grant_summary(side, row, at=scene.now) for side, row in ((here, answered), (there, asked))
    )
    nobody = Side(scene.hub, details={"given": "Isolde", "family": "Marchbanks"}, posts=here.posts)
    came, went = (
        send_a_family(one, to, a_moved_family(one), at=scene.now)
        for one, to in ((there, here), (here, there))
    )
    again = Side(scene.hub, details={"given": "Perdita", "family": "Quillfeather"}, posts=here.posts)
    scene.told |= {
        "asked_elsewhere": here.contact.pk, "named_elsewhere": here.named.pk, "question_id": ours.pk,
        "reply_id": read_here.pk, "granted_here": given.pk, "asked_id": answered.pk,
        "to_move": a_moved_family(again).pk, "transfer_id": came.pk, "went": went.pk,
    }  # fmt: skip
    unsettled = ContactFactory(hub=scene.hub)
    scene.bare |= {
        "asked_elsewhere": unsettled.pk, "named_elsewhere": people_of(unsettled)[0].pk, "asked_id": waits.pk,
        "question_id": ask_other_hubs(nobody, at=scene.now).pk, "transfer_id": went.pk,
    }  # fmt: skip


def keep_old_records(scene):
    """Two records are due, one with a contact about two people; one is proposed, one held, one is gone."""
    manager, second = scene.posts["manager"], scene.posts["second.person"]
    old, grown, proposed, bare = (
        a_known_person(scene.hub, given=given, family="Tolliver", born_on=date(1980, 3, 4))
        for given in ("Wilfred", "Maud", "Clement", "Ada")
    )
    a_family(scene.hub, old, grown)
    facts = {"born_on": "1980-03-04", "first_on": "1990-05-04", "last_on": "1990-05-04", "identified": True}
    due = StandingFactory(person=old, facts=facts | {"asked_for_something": True})
    StandingFactory(person=grown, period="", carried=True, facts=facts)
    waits = StandingFactory(person=proposed, facts=facts)
    ProposalFactory(person=proposed, by=manager)
    empty = StandingFactory(person=bare, period="assessed", due_on=None, own_due_on=None, waits="contact")
    hold = HoldFactory(by=manager, person=proposed)
    LiftingFactory(hold=hold, by=second)
    gone = DisposedFactory(proposed_by=manager, agreed_by=second)
    scene.told |= {
        "standing_id": due.pk,
        "proposed_standing": waits.pk,
        "hold_id": hold.pk,
        "disposed_id": gone.pk,
    }
    scene.bare["standing_id"] = empty.pk


def decide_again(scene):
    """Have a month decided again and closed, in which one was found wrong, and one that is under way."""
    posts = scene.posts
    case = own.Case(
        scene.hub, posts["decision.maker"].agency, posts["manager"], posts["decision.maker"],
        posts["decision.maker.two"], [posts[f"reviewer.{one}"] for one in ("police", "health", "school")],
    )  # fmt: skip
    Staff.objects.using("builder").filter(pk__in=[one.pk for one in posts.values()]).update(from_at=LONG_AGO)
    before, earlier = (localtime(scene.now).replace(day=1) - timedelta(days=days) for days in (3, 40))
    for moment, at in ((earlier, before), (before, scene.now)):
        for outcome, level in (("no_further_action", 1), ("early_help", 2), ("no_further_action", 1)):
            own.decided(case, outcome, level=level, at=moment)
        case.month = doing(case.lead, own.actions.draw_month, at=at)
        if moment == earlier:
            closed = case.month
            wrong, *others = case.rows()
            own.says(
                case, wrong, case.two(wrong)[0], at=scene.now, at_risk=True, at_risk_words="He goes hungry."
            )
            for again in (wrong, *others):
                for post in case.two(again):
                    own.says(case, again, post, at=scene.now, outcome=again.outcome, level=again.level)
            doing(case.lead, own.actions.close_month, month=closed, left_out="", at=scene.now)
    police = posts["reviewer.police"]
    waits, answered, *_ = (again for again in case.rows() if police in case.two(again))
    own.says(case, answered, police, at=scene.now)
    scene.told |= {
        "month_id": case.month.pk, "closed_month": closed.pk, "again_id": waits.pk, "wrong_again": wrong.pk,
        "copy_id": waits.copy.pk, "answered_copy": answered.copy.pk,
    }  # fmt: skip


def make_returns(scene, stage):
    """Have a return made of everything, with what is wrong in it, and one that waits to be made."""
    until_on = localdate(scene.now) - timedelta(days=1)
    whole = returning.ask(stage, until_on - timedelta(days=180), until_on)
    lead = scene.posts["manager"]
    with signed_in_as(lead):
        returns.take_out(run=whole, purpose="checking", why="", by=lead, at=scene.now)
    waiting = doing(
        lead, returns.ask_for, key=uuid.uuid4(), kind="annex_a", from_on=until_on, until_on=until_on,
        why="To look at one day", hub=lead.hub, at=scene.now,
    )  # fmt: skip
    census = returning.ask(stage, until_on - timedelta(days=180), until_on, "cin")
    scene.told |= {"run_id": whole.pk, "return_kind": "annex_a", "census": "cin", "census_run": census.pk}
    scene.bare |= {"waiting_run": waiting.pk}


def count_harm(scene, stage):
    """Have contacts counted, a group named, somebody watched and touched by a contact, and a pattern taken up."""
    by = scene.posts["manager"]
    with in_service(harm.SERVICE):
        harm.count(hub=by.hub, at=scene.now, whole=True)
        touches = Touch.objects.filter(hub=by.hub).order_by("pk")
        first = touches.filter(person__isnull=False).select_related("person", "contact").first()
        place = touches.filter(kind="address").first()
        areas, postcodes = (
            (DEMO / f"northfield_{name}").read_bytes() for name in ("wards.geojson", "postcodes.csv")
        )
    with signed_in_as(by):
        harm.take_map(hub=by.hub, body=areas, name="Wards", source="Made up", by=by, at=scene.now)
        harm.take_postcodes(hub=by.hub, body=postcodes, source="Made up", by=by, at=scene.now)
    member = MemberFactory(group=GroupFactory(hub=by.hub, by=by), person=first.person)
    watch = WatchFactory(
        hub=by.hub, person=first.person, by=by, review_on=localdate(scene.now) + timedelta(days=9)
    )
    WatchReviewFactory(watch=watch)
    WatchHitFactory(watch=watch, contact=first.contact)
    note = ReductionNoteFactory(reduction=ReductionFactory(hub=by.hub, person=first.person, by=by))
    scene.told |= {
        "narrowed_list": "advice", "harm_about": "person", "harm_person": first.person_id, "harm_of_a_group": "group",
        "group_id": member.group_id, "counted_id": member.pk, "harm_of_a_place": "place", "harm_place": place.subject,
        "watch_id": watch.pk, "reduction_id": note.reduction_id,
    }  # fmt: skip


def count_figures(scene, stage):
    """Count all that was told: of a measure there is much, and of another nothing."""
    performance.count(stage)
    scene.told |= {"measure": "decided", "asked_measure": "agency_nil"}
    scene.bare |= {"measure": "re_referrals"}


def take_lists_out(scene, stage):
    """Have a view kept and watched, a list taken out, and a long one that waits for a second person."""
    view = lists.keep(stage, "worklist", "From schools", "source=school", duty="")
    keeper = scene.posts[lists.KEEPER]
    doing(keeper, views.watch, view=view, at=scene.now)
    made = lists.take_out(stage)
    waiting = TakenListFactory(by=scene.posts[lists.ASKER], at=scene.now)
    scene.told |= {"view_id": view.pk, "export_id": waiting.pk, "made_list": made.pk}


def have_papers_made(scene):
    """Papers of a case are ready for whoever asked for them, others are being made, and the file of others is gone."""
    by = scene.posts["social.worker"]
    contact = of_the_hub(scene, scene.told["contact_id"])

    def asked(**kept):
        said = PrintingFactory(contact=contact, by=by, at=scene.now)
        paper = LongPaperFactory(printing=said)
        if kept:
            LongPaperFile(hub=paper.hub, paper=paper, nonce=b"1", body=b"1", at=scene.now, **kept).save(
                using="builder"
            )
        return paper.pk

    scene.told |= {
        "paper_id": asked(sha256="0" * 64),
        "paper_in_work": asked(sha256=""),
        "paper_gone": asked(),
    }


def tell_somebody(scene):
    """A screener was told of a case that is near its time, and of something that leads elsewhere."""
    worker = scene.posts["screener"]
    said = {"hub_id": worker.hub_id, "to": worker.account.email, "at": scene.now - timedelta(hours=1)}
    with in_service("reminders"):
        notify(
            **said, subject="A clock is running out", body="Sign in to see it.  Half of its time has gone.",
            contact=scene.told["contact_id"], due_at=scene.now + timedelta(hours=2),
        )  # fmt: skip
        notify(
            **said, subject="Nobody is on duty", body="Sign in to see the gaps.", page=reverse("rota:gaps")
        )
    told = Email.objects.using("builder").get(subject="A clock is running out")
    scene.told["email_id"] = told.pk
