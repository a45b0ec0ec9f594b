"""Every figure is counted again from what is recorded, by other means, and is the same: afresh, and after changes.

`recounted` reads the raw tables as a program that sees everything: plain SQL for what is a count, the clocks of triage
for what was in time.  It knows nothing of the rows, sums and lengths of `insight`.
"""

import threading
from collections import Counter, defaultdict
from datetime import date, timedelta
from io import StringIO
from statistics import median

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, connections, transaction

from mash.common.clock import LONDON
from mash.common.editions import content_of
from mash.contact.models import ConsultationLink, Contact, ContactPerson, ReplySeen, Settlement
from mash.decision.bouncing import fired as bounces
from mash.decision.direction import Spell
from mash.decision.models import Decision
from mash.decision.queries.turnaround import kept
from mash.insight import actions
from mash.insight.measures import MEASURES
from mash.insight.models import Advised, Course, Length, Sum, Touched, WardSum
from mash.insight.queries.changes import hub_to_count, hubs_to_count
from mash.retention.actions.disposing import dispose
from mash.triage.models import Stage
from mash.triage.queries import forget_time, history_of, hub_time
from tests.exercise.test_jobs import carry_out
from tests.factories.base import in_service
from tests.factories.contact import ContactFactory
from tests.factories.partnership import MONDAY_9AM, HubFactory
from tests.factories.people import a_known_person
from tests.factories.retention import LONG_GONE, WordFactory, a_family
from tests.factories.setup import EditionFactory, changed
from tests.insight.story import CLOCKS_CHANGE, NOW, WARDS, B, Town, change, contacts_of

pytestmark = pytest.mark.usefixtures("transactional_db")
MADE = """
    SELECT DISTINCT on_contact, d.id, d.made_at, d.colour FROM (
      SELECT d.contact_id AS on_contact, d.id FROM decision_decision d WHERE d.hub_id = %(hub)s
      UNION SELECT t.contact_id, t.decision_id FROM decision_told t WHERE t.hub_id = %(hub)s) AS x
    JOIN decision_decision d ON d.id = x.id AND d.made_at IS NOT NULL AND d.turned_down_at IS NULL
    WHERE NOT EXISTS (SELECT FROM decision_outcome o WHERE o.decision_id = d.id AND o.outcome = 'back_for_agreement')
"""
NEW = (
    "'immediate_protection','strategy_discussion','section_47_enquiry','child_and_family_assessment',"
    "'family_help_statutory','private_fostering_assessment','social_care_referral_nfa'"
)


def ask(question, **said):
    with connections[B].cursor() as cursor:
        cursor.execute(question, said)
        names = [one[0] for one in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def day(moment):
    return moment.astimezone(LONDON).date()


def year_before(one):
    try:
        return one.replace(year=one.year - 1)
    except ValueError:
        return one.replace(year=one.year - 1, day=28)


LEVEL_OF = {"red": 4, "amber": 3, "green": 2, "blue": 1}
STEPS_IN = {"down_then_up", "up_then_down", "two_changes"}


def ward_in(postcodes):
    """The ward of a postcode by its letters alone: the first half, and the figure after it."""
    for one in postcodes:
        half, rest = (one := one.replace(" ", "").upper())[:-3], one[-3:]
        if half == "NF3" or (half == "NF1" and rest[0] == "2"):
            return "tern"
        if half == "NF4":
            return "fen"
    return ""


class Recounted:
    """Figures of a hub, from the raw tables.  (measure, day, source, colour, agency) to [n, known, hits, rested].

    wards: (measure, day, ward) to the same.
    """

    def __init__(self, hub):
        self.hub = hub
        forget_time(hub)
        self.sums = defaultdict(lambda: [0, 0, 0, 0])
        self.lengths = defaultdict(list)
        self.wards = defaultdict(lambda: [0, 0, 0, 0])
        self.ward_of = defaultdict(str)
        self._places()
        self._advice()
        with in_service("insight"), content_of(hub.pk):
            self._contacts()
            self._enquiries()

    def add(self, measure, on, source, colour, hit=None, rested=None, agency=None, lengths=None, of=None):
        rows = [self.sums[measure, on, source, colour, agency]]
        if of:
            rows.append(self.wards[measure, on, self.ward_of[of]])
        for row in rows:
            row[0] += 1
            row[1] += hit is not None
            row[2] += bool(hit)
            row[3] += bool(rested)
        if lengths:
            month, quarter = on.replace(day=1), date(on.year, (on.month - 1) // 3 * 3 + 1, 1)
            for span, begins in (("month", month), ("quarter", quarter)):
                keys = {("all", None), (colour, None)} | ({("all", agency)} if agency else set())
                for split in keys:
                    self.lengths[measure, span, begins, *split].append(lengths)

    def _places(self):
        homes = defaultdict(list)
        for row in ask(
            """SELECT contact_id, postcode FROM contact_contactperson
               WHERE hub_id = %(hub)s AND role IN ('child', 'adult_at_risk') ORDER BY ref, id""",
            hub=self.hub.pk,
        ):
            homes[row["contact_id"]].append(row["postcode"])
        for row in ask(
            "SELECT id, event_postcode FROM contact_contact WHERE hub_id = %(hub)s", hub=self.hub.pk
        ):
            self.ward_of[row["id"]] = ward_in(
                one for one in [*homes[row["id"]], row["event_postcode"]] if one
            )

    def _advice(self):
        for row in ask(
            """SELECT c.*, EXISTS (SELECT FROM contact_consultationlink l WHERE l.consultation_id = c.id
                 AND l.undone_at IS NULL) AS came
               FROM contact_consultation c WHERE c.hub_id = %(hub)s""",
            hub=self.hub.pk,
        ):
            self.add("advice", day(row["held_at"]), row["source_kind"], "", row["came"])
            if row["referral_advised"]:
                self.add("advice_followed", day(row["held_at"]), row["source_kind"], "", row["came"])

    def _turned(self, contact, on, who):
        """Which of the hub's rules had fired on somebody at risk, with every fact asked for one by one."""
        mine = {row["person"] for row in who if row["contact_id"] == contact.pk}
        fired = set()
        for person in mine:
            same = "SELECT id FROM people_person WHERE coalesce(merged_into_id, id) = %(person)s"
            records = [row["id"] for row in ask(same, person=person)]
            work = "SELECT * FROM people_involvement WHERE person_id = ANY(%(records)s)"
            spells = [
                Spell(row["tier"], row["from_on"], row["until_on"]) for row in ask(work, records=records)
            ]
            ended = ask(
                """SELECT d.made_at, d.contact_id, coalesce((
                       SELECT r.categories FROM triage_reading r WHERE r.contact_id = c.id AND r.categories <> '{}'
                       ORDER BY r.at DESC LIMIT 1), c.categories) AS about
                   FROM decision_outcome o JOIN decision_decision d ON d.id = o.decision_id
                   JOIN contact_contact c ON c.id = d.contact_id
                   WHERE o.person_id = ANY(%(records)s) AND o.outcome = 'no_further_action' AND NOT o.alongside
                     AND d.made_at IS NOT NULL AND d.turned_down_at IS NULL""",
                records=records,
            )  # fmt: skip
            came = day(contact.received_at)
            reading = ask(
                "SELECT categories FROM triage_reading WHERE contact_id = %(contact)s AND categories <> '{}' "
                "ORDER BY at DESC LIMIT 1",
                contact=contact.pk,
            )
            about = set(reading[0]["categories"] if reading else contact.categories)
            back = [(day(one["made_at"]), came) for one in ended
                    if one["contact_id"] != contact.pk and about & set(one["about"])]  # fmt: skip
            said = bounces(spells, [day(one["made_at"]) for one in ended], on, came_back=back)
            fired |= {one.rule.id for one in said}
        return fired

    def _overridden(self, contact, decision, on, source, colour, outcomes):
        (row,) = ask("SELECT * FROM decision_decision WHERE id = %(id)s", id=decision)
        self.add("without_agreement", on, source, colour, row["overrides_agreement"], of=contact.pk)
        said = outcomes[decision]
        decided = max((one["level"] for one in said if one["level"]), default=None)
        if colour and decided:
            self.add("off_rating", on, source, colour, decided != LEVEL_OF[colour], of=contact.pk)
        routes = ask(
            "SELECT route FROM triage_route WHERE contact_id = %(contact)s AND at <= %(at)s ORDER BY at DESC, id DESC",
            contact=contact.pk,
            at=row["at"],
        )
        if routes and routes[0]["route"] != "check" and row["contact_id"] == contact.pk:
            another = {one["outcome"] for one in said} - {routes[0]["route"]}
            self.add("otherwise", on, source, colour, bool(another), of=contact.pk)

    def took(self, begin, end):
        if end <= begin:
            return 0, 0
        week = hub_time(self.hub, day(NOW)).week
        return int(week.working_time(begin, end).total_seconds()), int((end - begin).total_seconds())

    def _contacts(self):
        made = defaultdict(list)
        for row in ask(MADE, hub=self.hub.pk):
            made[row["on_contact"]].append((row["made_at"], row["id"], row["colour"]))
        outcomes = defaultdict(list)
        for row in ask(
            "SELECT * FROM decision_outcome WHERE hub_id = %(hub)s AND NOT alongside", hub=self.hub.pk
        ):
            outcomes[row["decision_id"]].append(row)
        again = {
            (row["decision_id"], row["contact_id"])
            for row in ask(
                "SELECT decision_id, contact_id FROM decision_reopening WHERE hub_id = %(hub)s",
                hub=self.hub.pk,
            )
        }
        settled = ask(
            """SELECT cp.contact_id, s.contact_person_id, coalesce(p.merged_into_id, p.id) AS person, c.received_at,
                 (SELECT e.episode_id FROM triage_episodecontact e WHERE e.contact_id = c.id AND e.undone_at IS NULL)
               FROM contact_settlement s JOIN contact_contactperson cp ON cp.id = s.contact_person_id
               JOIN contact_contact c ON c.id = cp.contact_id JOIN people_person p ON p.id = s.person_id
               WHERE s.undone_at IS NULL AND cp.role IN ('child', 'adult_at_risk') AND c.hub_id = %(hub)s""",
            hub=self.hub.pk,
        )  # fmt: skip
        who = {row["contact_person_id"]: row["person"] for row in settled}
        of_contact = defaultdict(list)
        for row in settled:
            of_contact[row["contact_id"]].append(row)
        referred = {
            (who[row["about_id"]], row["contact_id"], day(row["made_at"]))
            for row in ask(
                f"""SELECT o.about_id, d.contact_id, d.made_at FROM decision_outcome o
                    JOIN decision_decision d ON d.id = o.decision_id AND d.made_at IS NOT NULL
                      AND d.turned_down_at IS NULL
                    WHERE NOT o.alongside AND o.hub_id = %(hub)s AND o.outcome IN ({NEW})""",
                hub=self.hub.pk,
            )
            if row["about_id"] in who
        }
        section_47 = {
            row["contact_id"]
            for row in ask(
                "SELECT contact_id FROM decision_strategy WHERE hub_id = %(hub)s AND section_47",
                hub=self.hub.pk,
            )
        }
        for contact in Contact.objects.filter(hub=self.hub.pk).prefetch_related(
            "ratings", "pauses", "checks"
        ):
            contact.hub = self.hub
            came, source = day(contact.received_at), contact.source_kind
            ratings = sorted(contact.ratings.all(), key=lambda one: (one.at, one.pk))
            self.add("came", came, source, ratings[-1].colour if ratings else "", of=contact.pk)
            here = of_contact[contact.pk]
            if here:
                earlier = [
                    other for mine in here for other in settled
                    if other["person"] == mine["person"] and other["contact_id"] != contact.pk
                    and other["received_at"] < contact.received_at
                    and day(other["received_at"]) >= year_before(came)
                    and (mine["episode_id"] is None or mine["episode_id"] != other["episode_id"])
                ]  # fmt: skip
                self.add(
                    "repeats",
                    came,
                    source,
                    ratings[-1].colour if ratings else "",
                    bool(earlier),
                    of=contact.pk,
                )
            if ratings:
                first = ratings[0]
                clock = history_of(contact, ratings, [], contact.received_at, stage=Stage.TRIAGE)
                took = self.took(contact.received_at, first.at)
                self.add(
                    "rated",
                    day(first.at),
                    source,
                    first.colour,
                    kept(clock, first.at),
                    lengths=took,
                    of=contact.pk,
                )
            checks = sorted(contact.checks.all(), key=lambda one: (one.opened_at, one.pk))
            if checks:
                first = checks[0]
                overridden = first.gate_ground_id is not None
                self.add("overrides", day(first.opened_at), source, first.colour, overridden, of=contact.pk)
            if made[contact.pk]:
                self._decided(contact, sorted(made[contact.pk], key=lambda one: (one[0], one[1])), ratings, checks,
                              outcomes, again, who, referred, section_47, settled)  # fmt: skip

    def _decided(self, contact, made, ratings, checks, outcomes, again, who, referred, section_47, settled):
        at, first, colour = made[0]
        on, source = day(at), contact.source_kind
        pauses = list(contact.pauses.all())
        met, rested = (
            kept(
                history_of(
                    contact, ratings, rests, contact.received_at, stage=Stage.HUB_DECISION, ended_at=at
                ),
                at,
            )
            for rests in ([], pauses)
        )
        took = self.took(contact.received_at, at)
        self.add("decided", on, source, colour, met, rested, lengths=took, of=contact.pk)
        standing = [one for one in made if (one[1], contact.pk) not in again]
        if standing:
            said = outcomes[standing[-1][1]]
            names = {one["outcome"] for one in said}
            new = {one.strip("'") for one in NEW.split(",")}
            if contact.type != "information_only":
                self.add("to_check", on, source, colour, bool(checks), of=contact.pk)
                self.add("to_referral", on, source, colour, bool(names & new), of=contact.pk)
                self.add(
                    "to_assessment", on, source, colour,
                    bool(names & (new - {"social_care_referral_nfa"})), of=contact.pk,
                )  # fmt: skip
                s47 = "section_47_enquiry" in names or contact.pk in section_47
                self.add("to_section_47", on, source, colour, s47, of=contact.pk)
                self.add("nfa", on, source, colour, names == {"no_further_action"}, of=contact.pk)
                if any(row["contact_id"] == contact.pk for row in settled):
                    fired = self._turned(contact, on, settled)
                    self.add("to_and_fro", on, source, colour, bool(fired & STEPS_IN), of=contact.pk)
                    self.add("nfa_again", on, source, colour, "no_action_three_times" in fired, of=contact.pk)
                    self.add("worry_again", on, source, colour, "same_worry_returns" in fired, of=contact.pk)
            if names & new:
                children = {
                    who[one["about_id"]] for one in said if one["outcome"] in new and one["about_id"] in who
                }
                before = [
                    1 for person, other, then in referred
                    if person in children and other != contact.pk and year_before(on) <= then < on
                ]  # fmt: skip
                self.add("re_referrals", on, source, colour, bool(before), of=contact.pk)
        self._overridden(contact, first, on, source, colour, outcomes)
        self._told(contact, at, first, colour)

    def _told(self, contact, at, decision, colour):
        rows = ask(
            """SELECT r.at, (SELECT min(s.at) FROM contact_replyseen s WHERE s.reply_id = r.id) AS seen
               FROM decision_told t JOIN contact_reply r ON r.id = t.reply_id
               WHERE t.decision_id = %(decision)s AND t.contact_id = %(contact)s
                 AND r.kind IN ('decided','passed_on')""",
            decision=decision,
            contact=contact.pk,
        )
        time = hub_time(self.hub, day(at))
        limits = [
            one[colour or "red"]
            for one in time.limits(Stage.FEEDBACK, contact.subject)
            if one[colour or "red"]
        ]
        if not rows or not limits:
            return
        due = min(limit.due_at(at, time.week) for limit in limits)
        seen = rows[0]["seen"]
        self.add("told", day(due), contact.source_kind, colour, rows[0]["at"] <= due, of=contact.pk)
        self.add(
            "read", day(due), contact.source_kind, colour, seen is not None and seen <= due, of=contact.pk
        )

    def _enquiries(self):
        rows = ask(
            """SELECT e.*, c.source_kind, k.colour, c.id AS on_case,
                 (SELECT min(r.at) FROM check_return r WHERE r.enquiry_id = e.id AND NOT r.part) AS whole_at
               FROM check_enquiry e JOIN check_check k ON k.id = e.check_asked_id
               JOIN contact_contact c ON c.id = k.contact_id WHERE e.hub_id = %(hub)s""",
            hub=self.hub.pk,
        )
        nil = {row["enquiry_id"]: row["nil"] for row in ask(
            "SELECT DISTINCT ON (enquiry_id) enquiry_id, nil FROM check_return WHERE NOT part "
            "ORDER BY enquiry_id, at, id")}  # fmt: skip
        for row in rows:
            whole, due = row["whole_at"], row["due_at"]
            let_go = whole is None and row["let_go_at"] is not None and row["let_go_at"] < due
            if row["withdrawn_at"] is not None or let_go:
                continue
            split = {"source": row["source_kind"], "colour": row["colour"], "agency": row["agency_id"]}
            self.add(
                "agency_in_time", day(due), hit=whole is not None and whole <= due, **split, of=row["on_case"]
            )
            if whole is not None:
                took = self.took(row["sent_at"], whole)
                self.add(
                    "agency_nil", day(whole), hit=nil[row["id"]], lengths=took, **split, of=row["on_case"]
                )


def kept_sums(hub):
    rows = Sum.objects.using(B).filter(hub=hub.pk)
    return {
        (one.measure, one.on, one.source, one.colour, one.agency_id): [one.n, one.known, one.hits, one.rested]
        for one in rows
    }


def kept_wards(hub):
    rows = WardSum.objects.using(B).filter(hub=hub.pk)
    return {(one.measure, one.on, one.ward): [one.n, one.known, one.hits, one.rested] for one in rows}


def kept_lengths(hub):
    return {
        (one.measure, one.span, one.begins, one.colour, one.agency_id): (
            one.n, one.median_working, one.ninetieth_working, one.median_elapsed, one.ninetieth_elapsed,
        )
        for one in Length.objects.using(B).filter(hub=hub.pk)
    }  # fmt: skip


def nearest_rank(lengths):
    ordered = sorted(lengths)
    return ordered[-(-len(ordered) * 9 // 10) - 1]


def same(town):
    """Compare every figure that is kept with one counted afresh from the raw tables."""
    found = Recounted(town.hub)
    assert kept_wards(town.hub) == dict(found.wards)
    assert kept_sums(town.hub) == dict(found.sums)
    assert kept_lengths(town.hub) == {
        key: (
            len(some),
            median(one[0] for one in some),
            nearest_rank(one[0] for one in some),
            median(one[1] for one in some),
            nearest_rank(one[1] for one in some),
        )
        for key, some in found.lengths.items()
    }
    return found


@pytest.mark.parametrize("seed", [1, 2])
def test_every_figure_is_what_the_record_says(seed):
    town = Town(seed).grows(60, CLOCKS_CHANGE).turned_away()
    town.counted()
    found = same(town)
    named = {key[0] for key in found.sums}
    assert named == set(MEASURES)  # a figure that nothing is in would prove nothing
    with_yes = {key[0] for key, row in found.sums.items() if row[2]}
    with_no = {key[0] for key, row in found.sums.items() if row[2] < row[1]}
    assert with_yes == with_no == set(MEASURES) - {"came"}
    assert {key[2] for key in found.wards} == {"", "tern", "fen"}


def test_a_day_of_a_change_of_the_clocks_has_the_hours_of_the_wall():
    town = Town(3)
    before, after = CLOCKS_CHANGE
    for on in (before, after):
        for minutes in (0, 30, 24 * 60 - 1):
            at = NOW.replace(
                year=on.year, month=on.month, day=on.day, hour=minutes // 60, minute=minutes % 60
            )
            town.comes(at)
    town.counted()
    same(town)
    counted = Course.objects.using(B).filter(came_on__in=CLOCKS_CHANGE)
    assert sorted(counted.values_list("came_on", "came_hour")) == sorted(
        (on, hour) for on in CLOCKS_CHANGE for hour in (0, 0, 23)
    )


def _first(town, **which):
    return next(
        one for one in contacts_of(town) if Decision.objects.using(B).filter(contact=one.pk, **which).exists()
    )


def a_late_rating(town):
    town.rated(town.plain, "amber")


def a_raise(town):
    rated = next(one for one in contacts_of(town) if {r.colour for r in town.hub_ratings(one)} == {"green"})
    town.rated(rated, "red", "correction", NOW - timedelta(hours=1))


def a_pause(town):
    contact = _first(town)
    town.rests(contact, contact.received_at, NOW)


def a_reopening(town):
    decision = Decision.objects.using(B).filter(hub=town.hub.pk, reopenings=None).order_by("made_at").first()
    town.reopened(decision, next(one for one in contacts_of(town) if one.pk == decision.contact_id))


def another_decision(town):
    decision = Decision.objects.using(B).filter(hub=town.hub.pk, followed_by=None).order_by("made_at").first()
    contact = next(one for one in contacts_of(town) if one.pk == decision.contact_id)
    town.reopened(decision, contact) if not decision.reopenings.using(B).exists() else None
    town.decided(contact, "section_47_enquiry", follows=decision, at=NOW - timedelta(hours=2))


def an_answer_read(town):
    from mash.contact.models import Reply

    unread = Reply.objects.using(B).filter(hub=town.hub.pk, seen=None).order_by("at").first()
    ReplySeen.objects.using(B).create(hub=town.hub, reply_id=unread.pk, at=unread.at)


def an_agency_answers(town):
    from mash.check.models import Enquiry

    waiting = (
        Enquiry.objects.using(B)
        .filter(hub=town.hub.pk, returns=None, withdrawn_at=None)
        .order_by("due_at")
        .first()
    )
    town.returned(waiting, nil=True)


def an_enquiry_taken_back(town):
    from mash.check.models import Enquiry

    asked = Enquiry.objects.using(B).filter(hub=town.hub.pk, withdrawn_at=None).order_by("due_at")
    change(asked.first(), withdrawn_at=NOW)


def somebody_is_somebody_else(town):
    standing = Settlement.objects.using(B).filter(hub=town.hub.pk, undone_at=None)
    said = standing.order_by("contact_person__contact__received_at").first()
    about = ContactPerson.objects.using(B).get(pk=said.contact_person_id)
    change(said, undone_at=NOW, undone_by=town.worker)
    town.settled(about, town.children[-1])


def two_are_one(town):
    change(town.children[1], merged_into=town.children[0])


def two_are_two_again(town):
    change(town.children[1], merged_into=town.children[0])
    town.counted()
    change(town.children[1], merged_into=None)


def one_event(town):
    together = Counter(
        row["episode_id"]
        for row in ask("SELECT episode_id FROM triage_episodecontact WHERE undone_at IS NULL")
    )
    assert together
    with connections[B].cursor() as cursor:
        cursor.execute("UPDATE triage_episodecontact SET undone_at = now() WHERE hub_id = %s", [town.hub.pk])


def another_limit(town):
    from tests.factories.triage import TargetFactory

    TargetFactory(hub=town.hub, stage="hub_decision", rating="amber", value=1, from_on="2025-01-01")


def a_day_closed(town):
    from mash.partnership.models import Closure

    Closure.objects.using(B).create(hub=town.hub, on=contacts_of(town)[0].received_at.date(), reason="Snow")


def a_new_contact_about_somebody_known(town):
    contact = town.comes(contacts_of(town)[0].received_at - timedelta(days=20))
    about = ContactPerson.objects.using(B).get(contact=contact.pk, role="child")
    if not Settlement.objects.using(B).filter(contact_person=about.pk).exists():
        town.settled(about, town.children[0])


def work_that_ends(town):
    from mash.people.models import Involvement

    settled = Settlement.objects.using(B).filter(hub=town.hub.pk, undone_at=None).values("person")
    work = Involvement.objects.using(B).filter(hub=town.hub.pk, tier=2, person__in=settled).order_by("pk")
    change(work.first(), until_on=NOW.date() - timedelta(days=400))


def another_proposal(town):
    decision = Decision.objects.using(B).filter(hub=town.hub.pk, follows=None).order_by("pk").first()
    contact = next(one for one in contacts_of(town) if one.pk == decision.contact_id)
    town.proposes(contact, "signpost", decision.at)


def another_reading(town):
    from mash.triage.reading import Reading

    contact = _first(town)
    about = ["neglect"] if contact.categories != ["neglect"] else ["sexual_abuse"]
    Reading.objects.using(B).create(
        hub=town.hub, contact_id=contact.pk, categories=about, by=town.worker, at=NOW
    )


def another_home(town):
    about = ContactPerson.objects.using(B).filter(contact=town.contacts[0].pk, role="child").first()
    change(about, postcode="NF3 2AB" if about.postcode != "NF3 2AB" else "NF4 2AB")


CHANGES = (
    a_late_rating, a_raise, a_pause, a_reopening, another_decision, an_answer_read, an_agency_answers,
    an_enquiry_taken_back, somebody_is_somebody_else, two_are_one, two_are_two_again, one_event, another_limit,
    a_day_closed, a_new_contact_about_somebody_known, work_that_ends, another_proposal, another_reading,
    another_home,
)  # fmt: skip


@pytest.mark.parametrize(
    ("seed", "change_made"), [*enumerate(CHANGES, 100)], ids=lambda one: getattr(one, "__name__", one)
)
def test_after_a_change_every_figure_is_right_again_and_only_what_changed_is_counted(seed, change_made):
    town = Town(seed, children=15).grows(30)
    town.counted()
    change_made(town)
    done = town.counted()
    same(town)
    assert done.contacts
    if change_made not in {another_limit, a_day_closed}:
        assert done.contacts < 31
    assert not Touched.objects.using(B).filter(hub_id=town.hub.pk).exists()


def _linked(town):
    return town.came_of(town.consultations[-1], town.contacts[-1])


def _undone(town):
    change(
        ConsultationLink.objects.using(B).filter(hub=town.hub.pk, undone_at=None).order_by("pk").first(),
        undone_at=NOW, undone_by=town.worker, undone_why="Another child.",
    )  # fmt: skip


@pytest.mark.parametrize("change_made", [Town.advises, _linked, _undone], ids=["new", "linked", "undone"])
def test_what_came_of_advice_is_right_again_after_a_change(change_made):
    town = Town(15).grows(12)
    town.counted()
    before = kept_sums(town.hub)
    change_made(town)
    town.counted()
    same(town)
    assert kept_sums(town.hub) != before


def test_another_edition_of_the_wards_counts_the_hub_again():
    town = Town(16).grows(12)
    town.counted()
    fen = {key: row for key, row in kept_wards(town.hub).items() if key[2] == "fen"}
    assert fen
    EditionFactory(
        hub=town.hub,
        content="wards",
        version=3,
        words=changed("wards", lambda raw: raw["wards"].append(WARDS[1] | {"id": "marsh"})),
    )
    assert town.counted().contacts == 13
    now = {key: row for key, row in kept_wards(town.hub).items() if key[2]}
    assert {key[2] for key in now} == {"marsh"}


def test_advice_that_stays_is_counted_again_when_a_contact_that_came_of_it_is_disposed_of():
    hub = HubFactory()
    child = a_known_person(hub, given="Zebedee", family="Quillfeather", born_on=LONG_GONE.date())
    contact, other, town = a_family(hub, child), ContactFactory(hub=hub), Town(17, children=4)
    town.hub = hub
    both, alone, none = (town.advises(held_at=LONG_GONE) for _ in range(3))
    town.came_of(both, contact)
    town.came_of(both, other, undone_at=NOW, undone_by=town.worker, undone_why="Another child.")
    town.came_of(alone, contact)
    for advice, cases in ((both, [contact.pk, other.pk]), (alone, [contact.pk])):
        change(advice, contacts=cases)
    town.counted()
    assert Advised.objects.using(B).filter(hub=hub.pk, came=True).count() == 2
    agreed = WordFactory(proposal__person=child, proposal__hub=hub).proposal
    with in_service("disposal"):
        assert dispose(proposal_id=agreed.pk, at=MONDAY_9AM).came == "disposed"
    town.counted()
    same(town)
    left = Advised.objects.using(B).filter(hub=hub.pk).order_by("pk")
    assert {one.consultation_id: one.came for one in left} == {both.pk: False, none.pk: False}


def test_what_the_database_says_of_a_change_is_what_the_figures_follow():
    town = Town(4).grows(20)
    town.counted()
    a_late_rating(town)
    assert Touched.objects.using(B).filter(hub_id=town.hub.pk).exists()
    Touched.objects.using(B).all().delete()  # as if nothing had been said
    town.counted()
    with pytest.raises(AssertionError):
        same(town)
    assert town.counted(since=date(2000, 1, 1)).contacts == 21
    same(town)


def test_a_change_that_is_taken_back_leaves_nothing_to_count():
    town = Town(5).grows(3)
    town.counted()
    with pytest.raises(RuntimeError), transaction.atomic(using=B):
        town.rated(town.contacts[0], "amber", "lowered")
        raise RuntimeError
    assert town.counted().contacts == 0


def test_two_counts_at_once_come_to_the_same_and_miss_nothing_that_comes_meanwhile():
    town = Town(6).grows(25)
    done, wrong = [], []

    def count():
        try:
            done.append(town.counted())
        except Exception as why:  # noqa: BLE001 (it is looked at below)
            wrong.append(why)
        finally:
            connection.close()

    threads = [threading.Thread(target=count) for _ in range(3)]
    for one in threads:
        one.start()
    town.comes(NOW - timedelta(days=3))
    for one in threads:
        one.join(60)
    assert not wrong
    assert len(done) == 3
    town.counted()
    same(town)


def test_a_record_that_was_disposed_of_is_in_no_figure_and_nothing_is_left_of_it():
    hub = HubFactory()
    child = a_known_person(hub, given="Zebedee", family="Quillfeather", born_on=LONG_GONE.date())
    contact, town = a_family(hub, child), Town(7, children=4)
    town.hub = hub
    sibling = Settlement.objects.using(B).filter(contact_person__contact=contact.pk).first()
    assert sibling
    town.counted()
    assert Sum.objects.using(B).filter(hub=hub.pk).exists()
    agreed = WordFactory(proposal__person=child, proposal__hub=hub).proposal
    with in_service("disposal"):
        assert dispose(proposal_id=agreed.pk, at=MONDAY_9AM).came == "disposed"
    assert not Course.objects.using(B).filter(hub=hub.pk).exists()
    town.counted()
    same(town)
    assert not Sum.objects.using(B).filter(hub=hub.pk).exists()
    assert not Length.objects.using(B).filter(hub=hub.pk).exists()


def test_hubs_are_counted_each_by_itself():
    here, there = Town(8).grows(12), Town(9).grows(12)
    here.counted()
    assert not Course.objects.using(B).filter(hub=there.hub.pk).exists()
    there.counted()
    same(here)
    same(there)


def test_a_hub_of_an_exercise_is_not_counted():
    trains = HubFactory()
    exercise = HubFactory(exercise_for=trains, is_training=True)
    contact = ContactFactory(hub=exercise)
    assert not Touched.objects.using(B).filter(hub_id=exercise.pk).exists()
    with in_service("insight"):
        assert exercise not in hubs_to_count()
        assert trains in hubs_to_count()
        assert hub_to_count(exercise.pk) is None
    assert contact.pk


def test_the_command_counts_one_hub_and_says_what_it_did():
    town, other = Town(10).grows(4), Town(11).grows(2)
    out = StringIO()
    call_command("insight", "rollup", "--hub", town.hub.name, stdout=out, stderr=StringIO())
    assert out.getvalue().startswith(f"{town.hub.name}: 5 contacts counted, on ")
    same(town)
    assert not Sum.objects.using(B).filter(hub=other.hub.pk).exists()
    call_command("insight", "rollup", stdout=out, stderr=StringIO())
    same(other)
    call_command(
        "insight", "rollup", "--from", "2020-01-01", "--hub", town.hub.name, stdout=out, stderr=StringIO()
    )
    assert out.getvalue().splitlines()[-1].startswith(f"{town.hub.name}: 5 contacts counted")


def test_a_hub_that_is_not_there_is_named_in_the_refusal():
    with pytest.raises(CommandError, match="There is no hub named Nowhere"):
        call_command("insight", "rollup", "--hub", "Nowhere")


def test_the_timetable_has_every_hub_counted_by_the_worker():
    town, other = Town(12).grows(3), Town(13).grows(2)
    with in_service("insight"):
        actions.roll_up_every_hub()
    assert carry_out() == ["count_hub"] * 2
    same(town)
    same(other)
