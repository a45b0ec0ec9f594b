"""Records: what counts, who signs in which order, which duties wait for it, and how a spreadsheet is taken over."""

import uuid
from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError
from django.http import Http404

from mash.common.editions import content_of
from mash.partnership.models import Account, Email, Staff
from mash.setup import actions as setup
from mash.setup.models import Grant
from mash.training import actions, content, policy, standing
from mash.training.models import Done, DoneSeen, Learner, Sheet, SignOff
from mash.training.queries import importing, records
from mash.training.standing import CHANGED, CURRENT, DUE, MISSING, SOON, Record
from tests.factories.base import in_service, signed_in_as
from tests.factories.partnership import LONG_AGO, MONDAY_9AM, MembershipFactory, StaffFactory
from tests.factories.setup import EditionFactory, changed
from tests.factories.training import (
    AttendanceFactory,
    BookingFactory,
    DoneFactory,
    LearnerFactory,
    SessionFactory,
    learner_of,
    on_a_path,
    took,
)

pytestmark = pytest.mark.usefixtures("transactional_db")
B = "builder"
NOW, TODAY = MONDAY_9AM, MONDAY_9AM.date()
PATH = (
    "induction_to_mash",
    "sealed_information",
    "system_and_security",
    "panel_skills",
    "thresholds_and_outcomes",
)


@pytest.fixture
def trainer():
    return StaffFactory(duties=["train"])


def log(by, learner, **changes):
    said = {
        "key": uuid.uuid4(), "learner": learner, "what": "cpd_fire", "done_on": TODAY, "minutes": 60, "way": "online",
        "by": by, "at": NOW,
    }  # fmt: skip
    with signed_in_as(by):
        return actions.log_learning(**(said | changes))


# What counts


def taken(on, version=1, what="sealed_information"):
    return Record(on=on, what=what, label="x", version=version, minutes=60, way="online", provider="")


@pytest.mark.parametrize(
    ("took_on", "state", "due"),
    [
        (None, MISSING, None),
        (date(2026, 1, 10), CURRENT, date(2027, 1, 10)),
        (date(2025, 12, 3), SOON, date(2026, 12, 3)),  # thirty days and one before
        (date(2025, 11, 3), SOON, date(2026, 11, 3)),
        (date(2025, 11, 2), DUE, date(2026, 11, 2)),
        (date(2026, 11, 3), MISSING, None),  # still to come
    ],
)
def test_a_module_that_is_renewed_falls_due_to_the_day(took_on, state, due):
    found = [taken(took_on)] if took_on else []
    stands = standing.stands(content.modules()["sealed_information"], found, TODAY, 31)
    assert (stands.state, stands.due_on) == (state, due)


def test_a_version_that_must_be_taken_anew_makes_the_earlier_one_not_count(trainer):
    module = content.modules()["induction_to_mash"]
    assert standing.stands(module, [taken(TODAY, what=module.id)], TODAY, 30).state == CURRENT

    def anew(raw, again):
        next(one for one in raw["modules"] if one["id"] == module.id).update(
            version=2, because="X", again=again
        )

    for again, state in ((False, CURRENT), (True, CHANGED)):
        newer = next(
            one
            for one in content.training.check(changed("training", lambda raw, a=again: anew(raw, a))).modules
            if one.id == module.id
        )
        assert standing.stands(newer, [taken(TODAY, what=module.id)], TODAY, 30).state == state
        assert standing.stands(newer, [taken(TODAY, 2, what=module.id)], TODAY, 30).state == CURRENT


def test_hours_are_those_of_twelve_months():
    found = [taken(TODAY), taken(date(2025, 11, 3)), taken(date(2025, 11, 2)), taken(date(2026, 11, 3))]
    assert standing.minutes_in_a_year(found, TODAY) == 120


def test_who_came_to_a_module_s_session_has_taken_it_once(trainer):
    _post, learner, *_ = on_a_path(trainer)
    session = SessionFactory(
        by=trainer, starts_at=NOW, offer="panel_skills", label="Running a panel", minutes=90
    )
    AttendanceFactory(booking=BookingFactory(session=session, learner=learner))
    part = SessionFactory(by=trainer, starts_at=NOW, offer="thresholds_and_outcomes", label="Thresholds")
    AttendanceFactory(booking=BookingFactory(session=part, learner=learner), came="part")
    DoneFactory(learner=learner, module="panel_skills", label="Running a panel", done_on=TODAY)  # logged too
    with signed_in_as(trainer):
        rows = records.of([learner])[learner.pk]
    assert [(one.what, one.minutes) for one in rows] == [("panel_skills", 90)]


# Logging


def test_a_learner_logs_what_they_learnt_once_a_day_and_their_line_manager_sees_it(trainer):
    post, learner, mentor, manager = on_a_path(trainer)
    made = log(post, learner)
    assert (made.kind, made.label, made.version) == ("cpd", "Referring to the fire service", None)
    assert log(post, learner) == made
    module = log(post, learner, what="panel_skills")
    assert (module.kind, module.version) == ("module", 1)
    other = log(post, learner, what="", label=" Talking with dads ")
    assert (other.what, other.label) == ("", "Talking with dads")
    for wrong, place in (
        ({"what": "", "label": " "}, "label"),
        ({"done_on": TODAY + timedelta(days=1)}, "done_on"),
    ):
        with pytest.raises(actions.NotWhole) as refused:
            log(post, learner, **wrong)
        assert refused.value.place == place
    for by in (mentor, post):
        with pytest.raises(PermissionDenied), signed_in_as(by):
            actions.note_seen(done=records.find_done(by, made.pk), by=by, at=NOW)
    with signed_in_as(manager):
        actions.note_seen(done=records.find_done(manager, made.pk), by=manager, at=NOW)
        actions.note_seen(done=records.find_done(manager, made.pk), by=manager, at=NOW)
    assert DoneSeen.objects.using(B).count() == 1


def test_nobody_else_logs_for_somebody(trainer):
    post, learner, mentor, manager = on_a_path(trainer)
    every_other = ["screen", "assess", "decide", "approve", "clear", "answer", "audit", "administer"]
    Staff.objects.using(B).filter(pk=manager.pk).update(duties=every_other)
    for by in (mentor, manager, StaffFactory(hub=trainer.hub), StaffFactory(duties=["train"])):
        with pytest.raises(PermissionDenied):
            log(by, learner)
        with pytest.raises(DatabaseError), signed_in_as(by):
            Done(
                hub=learner.hub, learner=learner, key=uuid.uuid4(), kind="cpd", label="X", done_on=TODAY, minutes=1,
                way="online", by=by, at=NOW,
            ).save(force_insert=True)  # fmt: skip
    log(trainer, learner)
    done = Done.objects.using(B).get()
    with signed_in_as(StaffFactory(hub=trainer.hub)), pytest.raises(Http404):
        records.find_done(post, uuid.uuid4())
    with pytest.raises(DatabaseError), signed_in_as(trainer):
        Done.objects.filter(pk=done.pk).update(minutes=999)


# Signing


def sign(by, learner, step, *, signed=True, words="", at=NOW):
    with signed_in_as(by):
        known = Learner.objects.select_related("mentor", "line_manager").get(pk=learner.pk)
        return actions.sign_path(
            learner=known, path=learner.roles[0], step=step, signed=signed, words=words, by=by, at=at
        )


def state(trainer, learner, on=TODAY):
    with signed_in_as(trainer):
        return records.paths_of(learner, records.of([learner])[learner.pk], on)[0]


def test_the_mentor_signs_first_then_the_line_manager_and_only_what_is_whole(trainer):
    _post, learner, mentor, manager = on_a_path(trainer)
    took(learner, *PATH[:-1])
    with pytest.raises(actions.NotWhole, match="Every module"):
        sign(mentor, learner, "mentor")
    took(learner, PATH[-1])
    with pytest.raises(actions.NotWhole, match="The mentor signs first"):
        sign(manager, learner, "line_manager")
    sign(mentor, learner, "mentor")
    assert not state(trainer, learner).signed_off
    sign(manager, learner, "line_manager", at=NOW + timedelta(hours=1))
    assert state(trainer, learner).signed_off
    with pytest.raises(actions.NotWhole, match="Say what is needed next"):
        sign(mentor, learner, "mentor", signed=False, words=" ")
    sign(
        mentor, learner, "mentor", signed=False, words="Two more watched returns", at=NOW + timedelta(hours=2)
    )
    assert not state(trainer, learner).signed_off
    sign(mentor, learner, "mentor", at=NOW + timedelta(hours=3))
    assert not state(trainer, learner).signed_off  # the line manager signs last, and signs again
    sign(manager, learner, "line_manager", at=NOW + timedelta(hours=4))
    assert state(trainer, learner).signed_off


def test_a_signature_is_refused_where_a_module_fell_due_and_stays_where_it_was_given(trainer):
    _post, learner, mentor, manager = on_a_path(trainer)
    took(learner, *PATH)
    sign(mentor, learner, "mentor")
    sign(manager, learner, "line_manager")
    later = NOW + timedelta(days=400)
    stands = state(trainer, learner, later.date())
    assert stands.signed_off
    assert not stands.is_whole
    with pytest.raises(actions.NotWhole, match="Every module"):
        sign(mentor, learner, "mentor", at=later)


def test_who_may_sign(trainer):
    post, learner, mentor, manager = on_a_path(trainer)
    second_post = StaffFactory(hub=trainer.hub, account=mentor.account)
    assert policy.may_sign(mentor, learner, "mentor")
    assert policy.may_sign(manager, learner, "line_manager")
    for by, step in (
        (mentor, "line_manager"), (manager, "mentor"), (post, "mentor"), (trainer, "mentor"), (second_post, "mentor"),
        (StaffFactory(hub=trainer.hub, duties=["manage"]), "line_manager"),
    ):  # fmt: skip
        assert not policy.may_sign(by, learner, step)
    learner.line_manager = second_post  # the same person by another post
    assert not policy.may_sign(second_post, learner, "line_manager")
    learner.line_manager = manager
    learner.account = mentor.account
    assert not policy.may_sign(mentor, learner, "mentor")


def test_the_database_holds_the_order_and_the_two_people(trainer):
    post, learner, mentor, manager = on_a_path(trainer)
    own = StaffFactory(hub=trainer.hub, account=post.account)
    twice = StaffFactory(hub=trainer.hub, account=mentor.account)

    def forged(as_, step, **more):
        row = {
            "hub": learner.hub, "learner": learner, "account": learner.account, "path": "business_support",
            "step": step, "signed": True, "by": as_, "at": NOW,
        }  # fmt: skip
        with signed_in_as(as_):
            SignOff(**(row | more)).save(force_insert=True)

    for by, step, more in (
        (manager, "line_manager", {}),  # before the mentor
        (manager, "mentor", {}),
        (mentor, "line_manager", {}),
        (trainer, "mentor", {}),
        (mentor, "mentor", {"account": trainer.account}),  # for somebody else
        (mentor, "mentor", {"by": manager}),
        (mentor, "mentor", {"signed": False}),  # withheld without words
    ):
        with pytest.raises(DatabaseError):
            forged(by, step, **more)
    forged(mentor, "mentor")
    Learner.objects.using(B).filter(pk=learner.pk).update(line_manager=twice)
    with pytest.raises(DatabaseError):
        forged(twice, "line_manager")  # the mentor's other post
    Learner.objects.using(B).filter(pk=learner.pk).update(line_manager=own)
    with pytest.raises(DatabaseError):
        forged(own, "line_manager")  # the learner's own
    Learner.objects.using(B).filter(pk=learner.pk).update(line_manager=manager)
    forged(manager, "line_manager")
    with pytest.raises(DatabaseError), signed_in_as(manager):
        SignOff.objects.update(signed=False)


@pytest.mark.parametrize(
    ("duty", "sees"), [("administer", True), ("train", True), ("manage", True), ("screen", False)]
)
def test_who_sets_up_the_hub_sees_signatures_and_no_record(trainer, duty, sees):
    _post, learner, mentor, _manager = on_a_path(trainer)
    took(learner, *PATH)
    sign(mentor, learner, "mentor")
    reader = StaffFactory(hub=trainer.hub, duties=[duty])
    with signed_in_as(reader):
        assert SignOff.objects.exists() is sees
        assert Done.objects.exists() is (duty in {"train", "manage"})
    with signed_in_as(StaffFactory(duties=["administer", "train"])):
        assert not SignOff.objects.exists()


# Duties that need a path


@pytest.fixture
def asks(trainer):
    """The hub asks for a path before somebody chairs a panel, or knows what is sealed."""

    def needed(raw):
        for one in raw["duties"]:
            one["needed"] = one["id"] == "chair"
        raw["duties"].append(
            {"id": "clear", "label": "Know what is sealed", "path": "business_support", "needed": True,
             "source": "default: choose locally"}
        )  # fmt: skip

    EditionFactory(hub=trainer.hub, content="training", words=changed("training", needed))
    return StaffFactory(hub=trainer.hub, duties=["administer"]), StaffFactory(
        hub=trainer.hub, duties=["manage"]
    )


def change(by, post, duties):
    with signed_in_as(by):
        known = Staff.objects.select_related("account", "hub").get(pk=post.pk)
        setup.change(post=known, title="X", duties=duties, until_at=None, why="Needed", by=by, at=NOW)


def test_a_duty_that_needs_a_path_waits_for_both_signatures(trainer, asks):
    administrator, _ = asks
    post, learner, mentor, manager = on_a_path(trainer)
    took(learner, *PATH)
    with pytest.raises(setup.NotSignedOff, match="“Chair the panel” is given once"):
        change(administrator, post, ["chair"])
    sign(mentor, learner, "mentor")
    with pytest.raises(setup.NotSignedOff):
        change(administrator, post, ["chair"])
    assert Staff.objects.using(B).get(pk=post.pk).duties == []
    change(administrator, post, ["grade"])  # needs no path
    sign(manager, learner, "line_manager", at=NOW + timedelta(minutes=1))
    change(administrator, post, ["grade", "chair"])
    assert Staff.objects.using(B).get(pk=post.pk).duties == ["grade", "chair"]


def test_a_signature_in_another_hub_or_of_another_person_opens_nothing(trainer, asks):
    administrator, _ = asks
    elsewhere = StaffFactory(duties=["train"])
    post, learner, mentor, manager = on_a_path(elsewhere)
    took(learner, *PATH)
    sign(mentor, learner, "mentor")
    sign(manager, learner, "line_manager")
    here = StaffFactory(hub=trainer.hub, account=post.account)
    with pytest.raises(setup.NotSignedOff):
        change(administrator, here, ["chair"])


def test_a_new_post_and_a_guarded_duty_ask_too_and_who_has_a_duty_keeps_it(trainer, asks):
    administrator, manager_of_hub = asks
    new = {
        "hub": administrator.hub, "name": "Ida Holm", "agency": administrator.agency, "title": "X", "from_at": NOW,
        "until_at": None, "why": "Needed", "page": "x", "sign_in_page": "x", "by": administrator, "at": NOW,
    }  # fmt: skip
    with pytest.raises(setup.NotSignedOff), signed_in_as(administrator):
        setup.give(email="ida@hub.example", duties=["chair"], **new)
    assert not Account.objects.filter(email="ida@hub.example").exists()
    with signed_in_as(administrator):
        given = setup.give(email="ida@hub.example", duties=["grade"], **new)
    grant = Grant(
        hub=given.post.hub, post=given.post, duties=["clear"], why="Needed", by=administrator, at=NOW
    )
    grant.save(using=B)
    with signed_in_as(manager_of_hub), pytest.raises(setup.NotSignedOff):
        known = Grant.objects.select_related("post", "by").get()
        setup.answer(grant=known, confirmed=True, by=manager_of_hub, at=NOW)
    chairs = StaffFactory(hub=trainer.hub, duties=["chair"])
    change(administrator, chairs, ["chair", "grade"])  # nothing is taken from whoever had it


def test_a_hub_that_does_not_ask_gives_duties_as_before(trainer):
    administrator, post = StaffFactory(hub=trainer.hub, duties=["administer"]), StaffFactory(hub=trainer.hub)
    change(administrator, post, ["chair", "screen"])
    assert Staff.objects.using(B).get(pk=post.pk).duties == ["chair", "screen"]


# Team, coverage, refreshers


def test_a_line_manager_sees_their_team_and_the_hub_is_counted_without_names(trainer):
    _post, learner, mentor, manager = on_a_path(trainer, unit="Team 4")
    took(learner, *PATH)
    sign(mentor, learner, "mentor")
    sign(manager, learner, "line_manager")
    _post, other, *_ = on_a_path(trainer, agency=learner.agency, unit="Team 4")
    with signed_in_as(manager):
        ((one, paths, minutes),) = records.team(manager, NOW)
        assert (one, paths[0].signed_off, minutes) == (learner, True, 5 * 90)
    with signed_in_as(trainer):
        (row,) = records.coverage(trainer, NOW)
        assert (row.agency, row.unit, row.learners, row.whole, row.signed_off) == (
            learner.agency.name,
            "Team 4",
            2,
            1,
            1,
        )
    Learner.objects.using(B).filter(pk=other.pk).update(ended_on=TODAY)
    with signed_in_as(trainer):
        assert records.coverage(trainer, NOW)[0].learners == 1


def test_a_module_that_falls_due_is_said_once_to_learner_and_line_manager(trainer):
    _post, learner, _mentor, manager = on_a_path(trainer)
    took(learner, "sealed_information", on=date(2025, 11, 20))
    took(learner, "panel_skills", on=LONG_AGO.date())

    def warned(at):
        with in_service("reminders"), content_of(trainer.hub_id):
            return actions.warn_of_refreshers(hub_id=trainer.hub_id, at=at)

    assert warned(datetime(2026, 10, 20, 12, tzinfo=UTC)) == 0
    assert warned(datetime(2026, 10, 21, 12, tzinfo=UTC)) == 1
    assert warned(datetime(2026, 11, 21, 12, tzinfo=UTC)) == 0
    told = Email.objects.using(B).values_list("to", flat=True)
    assert set(told) == {learner.email, manager.account.email}


# A spreadsheet


HEAD = "Email,Name,Agency,Date,Course,Hours\n"


def put_in(trainer, body):
    with signed_in_as(trainer):
        return actions.put_in(name="log.csv", body=(HEAD + body).encode(), by=trainer, at=NOW)


def test_a_spreadsheet_is_looked_at_taken_over_and_safe_to_put_in_again(trainer):
    agency = MembershipFactory(hub=trainer.hub).agency
    known = LearnerFactory(by=trainer, email="known@school.example")
    DoneFactory(learner=known, label="Old course", what="", done_on=date(2026, 4, 3))
    body = (
        "known@school.example,,,03/04/2026,Old course,1\n"
        "known@school.example,,,04/04/2026,Running a panel,1.5\n"
        f"new@school.example,Nia New,{agency.name.upper()},05/04/2026,Talking with dads,2\n"
        "stranger@school.example,,,05/04/2026,Talking with dads,2\n"
        "known@school.example,,,06/04/2026,=1+1,2\n"
    )
    sheet = put_in(trainer, body)
    with signed_in_as(trainer):
        found = importing.look(trainer, sheet, TODAY)
        assert ([one.line for one in found.new], found.there) == ([3, 4], 1)
        assert [one.line for one in found.refused] == [5, 6]
        assert "names no agency of this hub" in found.refused[0].why
        assert found.new_people == ["new@school.example"]
    assert Done.objects.using(B).count() == 1  # nothing counts yet
    with signed_in_as(trainer):
        actions.take_over(sheet=sheet, by=trainer, at=NOW)
    assert Learner.objects.using(B).get(email="new@school.example").agency == agency
    panel = Done.objects.using(B).get(label="Running a panel")
    assert (panel.kind, panel.what, panel.minutes) == ("module", "panel_skills", 90)
    assert Sheet.objects.using(B).get().rows == []
    with signed_in_as(trainer), pytest.raises(actions.NotWhole, match="taken over already"):
        actions.take_over(sheet=sheet, by=trainer, at=NOW)
    again = put_in(trainer, body)
    with signed_in_as(trainer):
        actions.take_over(sheet=again, by=trainer, at=NOW)
    assert Done.objects.using(B).count() == 3


def test_columns_that_cannot_be_are_refused_and_strangers_see_no_sheet(trainer):
    sheet = put_in(trainer, "a@b.example,,,04/04/2026,X,1\n")
    with signed_in_as(trainer), pytest.raises(actions.NotWhole) as refused:
        actions.choose_columns(
            sheet=sheet, columns={"email": 0, "done_on": 3, "hours": 5}, by=trainer, at=NOW
        )
    assert refused.value.place == "label"
    for stranger in (StaffFactory(hub=trainer.hub, duties=["administer"]), StaffFactory(duties=["train"])):
        with signed_in_as(stranger):
            assert not Sheet.objects.exists()
        with signed_in_as(stranger), pytest.raises((PermissionDenied, Sheet.DoesNotExist)):
            actions.take_over(sheet=sheet, by=stranger, at=NOW)


def test_rows_that_nobody_took_over_are_let_go_after_a_fortnight(trainer):
    sheet = put_in(trainer, "a@b.example,,,04/04/2026,X,1\n")
    with in_service("reminders"):
        assert actions.let_go(at=NOW + timedelta(days=13)) == 0
        assert actions.let_go(at=NOW + timedelta(days=14)) == 1
        assert actions.let_go(at=NOW + timedelta(days=15)) == 0
    assert Sheet.objects.using(B).get().rows == []
    with signed_in_as(trainer), pytest.raises(actions.NotWhole, match="let go after 14 days"):
        actions.take_over(sheet=sheet, by=trainer, at=NOW)


# A record that was kept before


def test_a_record_kept_before_somebody_could_sign_in_is_bound_to_them_by_a_program(trainer):
    post = StaffFactory(hub=trainer.hub)
    early = LearnerFactory(by=trainer, email=post.account.email)
    with signed_in_as(post):
        assert actions.own_learner(by=post, at=NOW) is None
    with in_service("reminders"):
        assert actions.bind_to_accounts(account=post.account_id, at=NOW) == 1
        assert actions.bind_to_accounts(at=NOW) == 0
    with signed_in_as(post):
        assert actions.own_learner(by=post, at=NOW) == early
    assert learner_of(StaffFactory(hub=trainer.hub), by=trainer).account is not None
