"""What became of the family of tests/test_nothing_leaks.py after the first decision, through the real actions.

A service has them and hands on, somebody disagrees, a plan begins, a panel meets, another hub knows them and is sent
them: so that every address has an object of this case to be opened on.
"""

import uuid
from datetime import timedelta

from django.utils.timezone import localdate, localtime

from mash.boroughs import actions as boroughs
from mash.boroughs.models import Asked
from mash.boroughs.queries import outcome_to_move
from mash.contact.actions import join_records
from mash.decision import actions as decisions
from mash.decision.models import Outcome
from mash.desk.auditing.unusual import Signal
from mash.desk.demo import directory, handing, lists, own_records, panels, plans, returning, story
from mash.desk.demo.grading import GRADERS
from mash.directory.models import NamedContact, Organisation, Proposal, Service
from mash.handover import actions as handover
from mash.handover.models import Pack
from mash.harm import actions as harm
from mash.panel.queries.panels import seats_of
from mash.partnership.models import Access
from mash.people.actions import tell_apart
from mash.plans.models import Agreement, Closure, FamilyMember, Need, PlanAction
from mash.quality import actions as quality
from mash.quality.models import DipCard, Sheet
from mash.quality.own import actions as own_decisions
from mash.quality.own.models import Again, Reviewer
from mash.retention.actions.holding import place_hold
from mash.training.models import Sheet as LearnersSheet
from tests.exercise.story import Room
from tests.factories.alongside import AlongsideFactory
from tests.factories.base import in_service, signed_in_as
from tests.factories.check import doing
from tests.factories.contact import ContactFactory, SettlementFactory
from tests.factories.decision import people_of
from tests.factories.desk import TakenListFactory
from tests.factories.harm import GroupFactory, MemberFactory, ReductionFactory, WatchFactory
from tests.factories.mail import EnclosedFactory, MailFactory
from tests.factories.partnership import OpeningFactory
from tests.factories.people import a_known_person
from tests.factories.retention import DisposedFactory
from tests.factories.setup import ChangeFactory, GrantFactory, LostFactorFactory
from tests.factories.systems import KeyFactory, SystemFactory
from tests.factories.training import BookingFactory, DoneFactory, SessionFactory, learner_of
from tests.quality.incident_files import a_file, a_row, chosen, taken

HELPED, MOVED = "FB-2", "FB-3"  # later referrals about the same family
MOTHER = "Eva Lindqvist"
NHS_NUMBERS = ("999 000 0158", "999 000 0166")


def go_on(case, stage, messages):
    """Tell all of it; return what stands in addresses, by the name of the argument.

    messages: two more referrals about the family, the ones of HELPED and MOVED.
    """
    child = own_records.person_in(stage, case.contact, 0)
    found = story.receive_all(stage, messages)
    for contact, outcome in ((found[HELPED], "early_help"), (found[MOVED], "to_other_authority")):
        contact.hub = stage.hub
        story.settle_all(stage, contact)
        story.rate(stage, contact, "amber")
        story.adopt(stage, contact, contact.received_at + timedelta(hours=1))
        story.decide(stage, contact, outcome, 2 if outcome == "early_help" else 3, "The family asked for it.")
    told = _handed_to_a_service(case, stage)
    told |= _spoken_with(case, stage)
    told |= _written_about(case, stage)
    told |= _gone_alongside(case)
    told |= _graded(case)
    told |= _decided_again(case)
    told |= _met_as_a_panel(stage, child)
    told |= _planned(stage, found[HELPED], told)
    told |= _disagreed(case)
    told |= _known_elsewhere(case, stage, child, own_records.person_in(stage, case.contact, 2))
    told |= _moved(case, stage, found[MOVED])
    told |= _on_file(case, stage, child)
    told |= _in_the_directory(case, stage)
    told |= _learnt(case, stage)
    told |= _returned(case, stage)
    told |= _taken_out(stage)
    told |= _in_an_exercise(case, stage)
    told |= _counted(case, stage, child)
    waiting = _in_the_set_up(case, stage)
    waiting["change_id"] += told["change_id"]
    return told | waiting


def _handed_to_a_service(case, stage):
    """Social care asks something, takes the child on, and hands down to early help, whose system has a key."""
    pack, *_ = handing.send(stage, case.contact, handing.CARE)
    handing.ask(stage, pack, handing.CARE, "Which days is her mother at work?")
    handing.accept(stage, pack, handing.CARE)
    step = handing.step(stage, pack, handing.CARE, "down_to_family_help", handing.HELP)
    key, _ = doing(stage.posts[handing.HELP], handover.give_key, label="Our case system", at=stage.now)
    packs = Pack.objects.using("builder").order_by("pk").values_list("pk", flat=True)
    return {"pack_id": [*packs], "step_id": [step.pk], "key_id": [key.pk]}


def _written_about(case, stage):
    """An e-mail was added to the case."""
    by = case.posts["screener"]
    mail = MailFactory(hub=case.contact.hub, outcome="added", contact=case.contact, by=by, at=stage.now)
    EnclosedFactory(mail=mail)
    return {"mail_id": [mail.pk]}


def _spoken_with(case, stage):
    """A system of early help speaks with the hub, and asks for the case, which it did not send."""
    key = KeyFactory(system=SystemFactory(lead=stage.posts[handing.HELP]), post=stage.posts[handing.HELP])
    return {
        "system_id": [key.system_id],
        "system_key_id": [key.pk],
        "reference": [case.contact.reference],
    }


def _gone_alongside(case):
    """Beside the decision a conference is asked for, and the designated officer, of whom the cleared alone know."""
    made = {
        "contact": case.contact,
        "by": case.posts["decision.maker"],
        "at": case.now,
        "starts_at": case.now,
    }
    alleged = [{"id": "what", "label": "What is alleged?", "words": f"That he {case.alleged} her"}]
    sealed = AlongsideFactory(lado=True, said=alleged, **made | {"by": case.posts["cleared"]})
    return {"alongside_id": [AlongsideFactory(**made).pk, sealed.pk]}


def _graded(case):
    """Draw the family's referrals into a round that is open, so that graders have read the copies."""
    posts = case.posts
    lead, graders = posts["manager"], [posts[one] for one in GRADERS]
    today = localdate(case.now)
    said = {"from_on": today - timedelta(days=9), "until_on": today - timedelta(days=1), "size": 9}
    made = doing(
        lead, quality.draw_round, key=uuid.uuid4(), label="A round", spread_over="nothing", graders=graders,
        at=case.now, **said,
    )  # fmt: skip
    doing(lead, quality.open_round, round_=made, at=case.now)
    sheets = doing(lead, lambda by: list(Sheet.objects.filter(round=made, sampled__contact=case.contact)))
    staff = [sheets[0].graders[0], posts["screener"].pk, case.author.pk]
    file = chosen(lead, a_file(a_row()), at=case.now)
    taken(lead, a_file(a_row(occurred_at=(case.now - timedelta(days=5)).isoformat(), sent="")), at=case.now)
    dip = doing(
        lead, quality.draw_dip, key=uuid.uuid4(), label="A sample", spread_over="nothing", kinds=[], reviewers=graders,
        at=case.now, **said | {"size": 1},
    )  # fmt: skip
    card = DipCard.objects.using("builder").get(dip=dip.pk)
    raised = doing(
        lead, quality.raise_action, key=uuid.uuid4(), kind="training", unit="", words="A briefing.", owner=lead,
        due_on=today + timedelta(days=9), dip=dip, at=case.now,
    )  # fmt: skip
    return {
        "round_id": [made.pk],
        "sheet_id": [sheets[0].pk],
        "staff_id": staff,
        "incident_file_id": [file.pk],
        "dip_id": [dip.pk],
        "card_id": [card.pk],
        "raised_id": [raised.pk],
    }


def _decided_again(case):
    """Draw what was decided of the family, as the month after it does, for two of other agencies to decide again."""
    lead, decided = case.posts["manager"], localtime(case.decision.made_at)
    at = (decided.replace(day=1) + timedelta(days=32)).replace(day=1)
    month = doing(lead, own_decisions.draw_month, at=at)
    Access.objects.using("builder").filter(from_at=at).update(from_at=case.now)
    Reviewer.objects.using("builder").update(from_at=case.now)
    mine = Again.objects.using("builder").filter(month=month.pk, contact=case.contact.pk).order_by("place")
    again, copy = mine.values_list("pk", "copy__pk")[0]
    return {"month_id": [month.pk], "again_id": [again], "copy_id": [copy]}


def _planned(stage, contact, told):
    """A plan with the child, its mother and a school that leads, which waits to be closed."""
    plan = plans.begin(stage, contact, lead="education", parent=MOTHER)
    plans.work_on(stage, plan, plans.NEED, plans.THURSDAYS)
    plans.close(stage, plan, stage.posts["education"])

    def keys(model, **how):
        return [*model.objects.using("builder").filter(**how).order_by("pk").values_list("pk", flat=True)]

    return {
        "plan_id": [plan.pk],
        "member_id": keys(FamilyMember, plan=plan.pk),
        "agreement_id": keys(Agreement, plan=plan.pk),
        "need_id": keys(Need, plan=plan.pk),
        "closure_id": keys(Closure, plan=plan.pk),
        "action_id": [*told["action_id"], *keys(PlanAction, need__plan=plan.pk)],
    }


def _met_as_a_panel(stage, child):
    """A panel talked about the child and will again; two other families were on its list."""
    others = [a_known_person(stage.hub, given=given, family="Marlowe") for given in ("Kit", "Tess")]
    met = panels.tell(stage, [child, *others], agree=("police", "housing"))
    with signed_in_as(stage.posts[panels.CHAIR]):
        seats = [one.pk for one in seats_of(met.panel)]
    return {
        "panel_id": [met.panel.pk],
        "seat_id": sorted(seats)[:2],
        "meeting_id": [met.coming.pk, met.past.pk],
        "item_id": [met.listed[0].pk, met.held[0].pk],
        "action_id": [met.carried.action_id],
        "concluded_id": [met.unconfirmed.pk],
    }


def _disagreed(case):
    """The police do not agree with what was decided."""
    by = case.posts["decision.maker"]
    with signed_in_as(by):
        dissent = decisions.record_dissent(
            key=uuid.uuid4(), decision=case.decision, who="The police", words="He still has a key to the flat.",
            agency=case.enquiries["police"].agency, by=by, at=case.now,
        )  # fmt: skip
    return {"dissent_id": [dissent.pk]}


def _known_elsewhere(case, stage, child, father):
    """Each hub asks about people whom the other knows, and lets a worker read a summary where it may say so.

    Where the child lives is protected, so the other hub is not told that she is known here; her father it is.
    """
    there = case.elsewhere
    hub = there["screener"].hub
    girl, man = (
        a_known_person(
            hub, given=one.given, family=one.family, born_on=one.born_on, nhs_number=NHS_NUMBERS[place]
        )
        for place, one in enumerate((child, father))
    )
    said = [
        {"role": "child", "given": "Nora", "family": "Lindqvist"},
        {"role": "parent_or_carer", "given": "Craig"},
    ]
    contact = ContactFactory(hub=hub, people=said)
    for named, person in zip(people_of(contact), (girl, man), strict=True):
        SettlementFactory(contact_person=named, person=person, answer="known")
    questions = [
        doing(posts["screener"], boroughs.ask, key=uuid.uuid4(), contact=of, person=who, why="They moved.", at=case.now)
        for posts, of, who in (
            (stage.posts, case.contact, child), (there, contact, girl), (there, contact, man)
        )
    ]  # fmt: skip
    met = Asked.objects.using("builder").exclude(person=None).select_related("hub", "from_hub", "person")
    rows = list(met.order_by("pk"))
    assert sorted((one.person_id == child.pk, one.told) for one in rows) == [
        (False, True),
        (False, True),
        (True, False),
    ]
    replies = []
    for asked in [one for one in rows if one.told]:
        for row in (asked, asked.hub, asked.from_hub, asked.person):
            row._state.db = "default"
        by = (stage.posts if asked.hub_id == stage.hub.pk else there)["decision.maker"]
        words = {"words": "They were seen weekly until June.", "why": "To keep her safe.", "days": 7}
        replies.append(doing(by, boroughs.grant, asked=asked, follows=0, at=case.now, **words))
    return {
        "question_id": [one.pk for one in questions],
        "asked_id": [one.pk for one in rows],
        "reply_id": [one.pk for one in replies],
    }


def _moved(case, stage, contact):
    """The family was sent to the other hub, which has not answered."""
    outcome = Outcome.objects.using("builder").get(decision__contact=contact.pk, alongside=False)
    by = stage.posts["decision.maker"]
    with signed_in_as(by):
        sent = boroughs.send(
            key=uuid.uuid4(), outcome=outcome_to_move(by, outcome.pk), to=case.elsewhere["screener"].hub,
            lives="With her aunt, near the station", worries="She has not been to school since September.",
            safety="Our social worker rings the aunt each day.", reach="020 7946 0101", by=by, at=case.now,
        )  # fmt: skip
    return {"transfer_id": [sent.pk]}


def _on_file(case, stage, child):
    """Another record is joined with the child's, one is told apart from it, and nothing of hers may be disposed of."""
    at = {"at": case.now, "why": "The school and the health visitor name the same mother."}
    by, manager = stage.posts["screener"], stage.posts["manager"]
    twice, cousin = (
        a_known_person(stage.hub, given=given, family="Lindqvist") for given in ("Noor", "Astrid")
    )
    joined = doing(by, join_records, person=twice, into=child, **at)
    apart = doing(by, tell_apart, one=child, other=cousin, **at)
    hold = doing(
        manager, place_hold, key=uuid.uuid4(), person=child, household=None, period="", ground="inquiry",
        why="The inquiry asked for it.", ordered_by="Head of legal services", reference="",
        from_on=case.now.date(), until_on=None, at=case.now,
    )  # fmt: skip
    gone = DisposedFactory(proposed_by=manager, agreed_by=stage.posts["second.person"])
    opened = OpeningFactory(
        staff=by, contact_id=case.contact.pk, reference=case.contact.reference, from_at=case.now
    )
    return {
        "joining_id": [joined.pk],
        "apart_id": [apart.pk],
        "hold_id": [hold.pk],
        "disposed_id": [gone.pk],
        "opening_id": [opened.pk],
        "signal_id": [Signal("out_of_hours", by, localdate(case.now), "").key],
    }


def _in_the_directory(case, stage):
    """The hub's directory is kept, a change of it waits, and a school has named whom to reach."""
    directory.arrange(stage.posts, case.now)

    def first(model):
        return [model.objects.using("builder").order_by("pk").values_list("pk", flat=True)[0]]

    return {
        "service_id": first(Service),
        "organisation_id": first(Organisation),
        "named_id": first(NamedContact),
        "change_id": first(Proposal),
    }


def _learnt(case, stage):
    """Somebody has a place on a session and a line in their record, and a spreadsheet of learners was put in."""
    by = stage.posts["manager"]
    learner = learner_of(stage.posts["screener"], by=by, roles=["contact_officer"])
    booking = BookingFactory(session=SessionFactory(by=by), learner=learner)
    header, rows = ["Name", "Course"], [[2, ["Ines Duarte", "Neglect"]]]
    put_in = LearnersSheet(hub=stage.hub, name="learners.csv", header=header, rows=rows, by=by, at=case.now)
    LearnersSheet.objects.using("builder").bulk_create([put_in])
    return {
        "offer_id": [booking.session.offer],
        "session_id": [booking.session_id],
        "booking_id": [booking.pk],
        "learner_id": [booking.learner_id],
        "moment": ["before"],
        "done_id": [DoneFactory(learner=learner, by=by).pk],
        "path_id": ["everyone"],
        "step": ["mentor"],
        "list_id": [put_in.pk],
    }


def _returned(case, stage):
    """The manager asks for a return in which the case stands."""
    run = returning.ask(stage, case.now.date() - timedelta(days=9), localdate(case.now) - timedelta(days=1))
    return {"run_id": [run.pk]}


def _in_an_exercise(case, stage):
    """The hub has an exercise, and a run of it whose clock stands still."""
    room = Room(trainer=stage.posts["manager"], at=case.now, groups=1).under_way()
    room.gives(2, groups=[1])
    return {
        "version_id": [room.version.pk],
        "play_id": [room.run.pk],
        "number": [1],
        "code": [room.code],
    }


def _counted(case, stage, child):
    """What harm comes back to is counted, and the child is in a group, watched, and something is done about it."""
    with in_service(harm.SERVICE):
        harm.count(hub=stage.hub, at=case.now, whole=True)
    by = {"hub": stage.hub, "by": stage.posts["manager"]}
    member = MemberFactory(group=GroupFactory(**by), person=child)
    watch = WatchFactory(person=child, review_on=localdate(case.now) + timedelta(days=9), **by)
    return {
        "group_id": [member.group_id],
        "counted_id": [member.pk],
        "watch_id": [watch.pk],
        "reduction_id": [ReductionFactory(person=child, **by).pk],
    }


def _in_the_set_up(case, stage):
    """Duties and a lost second factor wait for a second person, and a change is in the log."""
    both = {"hub": stage.hub, "by": stage.posts["manager"], "at": case.now}
    return {
        "grant_id": [GrantFactory(post=case.author, **both).pk],
        "lost_id": [LostFactorFactory(post=stage.posts["screener"], **both).pk],
        "change_id": [ChangeFactory(**both).pk],
    }


def _taken_out(stage):
    """Somebody keeps a view and shares it, and asks to take a list out."""
    view = lists.keep(stage, "worklist", "Everything that is open", "", duty="")
    return {"view_id": [view.pk], "export_id": [TakenListFactory(by=stage.posts[lists.ASKER]).pk]}
