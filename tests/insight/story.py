"""A varied hub, drawn by chance from a seed: contacts that came over two years, and whatever became of them."""

import random
import uuid
from datetime import date, datetime, time, timedelta

from django.db import transaction

from mash.check.models import Check, Enquiry, Return
from mash.common.clock import LONDON
from mash.contact.models import Contact, ContactPerson, Reply, ReplySeen, Settlement
from mash.decision.models import Decision, Outcome, Reopening, Strategy, Told
from mash.insight import actions
from mash.people.models import Involvement, Person
from mash.triage.models import Agreement, Episode, EpisodeContact, Ground, Paused, Rating, Route
from tests.factories.base import in_service
from tests.factories.contact import ConsultationFactory, ConsultationLinkFactory, ContactFactory
from tests.factories.partnership import AgencyFactory, HubFactory, StaffFactory
from tests.factories.setup import EditionFactory, changed

B = "builder"
NOW = datetime(2026, 11, 30, 9, tzinfo=LONDON)
SOURCES = ("police", "school", "health", "public")
OUTCOMES = (
    "no_further_action", "child_and_family_assessment", "section_47_enquiry", "strategy_discussion", "early_help",
    "social_care_referral_nfa", "signpost", "back_for_agreement",
)  # fmt: skip
WARDS = [
    {"id": "tern", "label": "Tern", "postcodes": ["NF1 2", "NF3"]},
    {"id": "fen", "label": "Fen Hill", "postcodes": ["NF4"]},
]
POSTCODES = ("NF1 2AB", "nf31xy", "NF4 5AB", "NF9 9ZZ", "")
CLOCKS_CHANGE = (date(2026, 3, 29), date(2025, 10, 26))  # in England


class Town:
    """One hub with workers, agencies, wards and children, and a chance of its own.

    also: a second chance, for what was told of later, so that the first draws what it drew before.
    """

    def __init__(self, seed=1, children=25):
        self.chance, self.also = random.Random(seed), random.Random(seed + 1000)
        self.hub = HubFactory()
        self.manager = StaffFactory(hub=self.hub, manager=True)
        self.worker = StaffFactory(hub=self.hub, decider=True)
        self.agencies = [AgencyFactory(kind="police"), AgencyFactory(kind="education")]
        self.children = [
            Person.objects.using(B).create(hub=self.hub, given="Ada", family="Bench", recorded_at=NOW)
            for _ in range(children)
        ]
        self.contacts = []
        self.consultations = []
        EditionFactory(
            hub=self.hub, content="wards", words=changed("wards", lambda raw: raw["wards"].extend(WARDS))
        )
        for place, child in enumerate(self.children):
            self.helped(child, to_and_fro=place % 3 == 0)

    def helped(self, child, *, to_and_fro):
        """Work with a child at a tier; to_and_fro: up and down again within weeks, for as long as the story lasts."""
        begins = NOW.date() - timedelta(days=700)
        spells = [(2, begins, None)]
        if to_and_fro:
            for _ in range(14):
                begins += timedelta(days=50)
                spells.append((3, begins, begins + timedelta(days=20)))
        for tier, from_on, until_on in spells:
            Involvement.objects.using(B).create(
                hub=self.hub, person_id=child.pk, source="decision", agency="Family Help", plan="Plan", tier=tier,
                from_on=from_on, until_on=until_on, as_at=NOW,
            )  # fmt: skip

    def advises(self, *, refer=None, held_at=None):
        held_at = held_at or NOW - timedelta(
            days=self.also.randint(1, 500), minutes=self.also.randint(0, 1440)
        )
        made = ConsultationFactory(
            hub=self.hub,
            by=self.worker,
            held_at=held_at,
            source_kind=self.also.choice(SOURCES[:3]),
            referral_advised=self.also.random() < 0.5 if refer is None else refer,
        )
        self.consultations.append(made)
        return made

    def came_of(self, consultation, contact, **said):
        return ConsultationLinkFactory(
            consultation=consultation, contact=contact, hub=self.hub, by=self.worker, **said
        )

    def proposes(self, contact, route=None, at=None):
        return Route.objects.using(B).create(
            hub=self.hub, contact_id=contact.pk, route=route or self.also.choice([*OUTCOMES[:5], "check"]),
            why="So it looks.", by=self.worker, at=at or contact.received_at,
        )  # fmt: skip

    def moment(self, day=None):
        day = day or (NOW - timedelta(days=self.chance.randint(1, 500))).date()
        return datetime.combine(day, time(self.chance.randint(0, 23), self.chance.randint(0, 59)), LONDON)

    def later(self, at, hours=60):
        return min(at + timedelta(minutes=self.chance.randint(1, hours * 60)), NOW)

    def grows(self, many, days=()):
        """So many contacts come, on these days first, and each goes its way."""
        days = list(days)
        for _ in range(many):
            self.comes(self.moment(days.pop() if days else None))
        for place in range(many // 3):
            advice = self.advises(refer=place % 2 == 0)
            if place % 4 in (0, 1):
                self.came_of(advice, self.contacts[place])
        self.plain = self.untouched()
        return self

    def turned_away(self):
        """Contacts about one child within a year, of one worry, each ended with no further action."""
        for months in (11, 9, 7, 5, 3):
            at = NOW - timedelta(days=30 * months)
            contact = ContactFactory(
                hub=self.hub, received_at=at, sent_at=at, source_kind="school", categories=["neglect"]
            )
            self.contacts.append(contact)
            about = ContactPerson.objects.using(B).get(contact=contact.pk, role="child")
            self.settled(about, self.children[2])
            self.rated(contact, "green", at=at)
            self.decided(contact, "no_further_action", at=at + timedelta(hours=1))
        return self

    def untouched(self):
        """A contact that nobody has done anything with; `grows` leaves one."""
        at = self.moment()
        return ContactFactory(hub=self.hub, received_at=at, sent_at=at, source_kind="school")

    def comes(self, at):
        chance = self.chance
        contact = ContactFactory(
            hub=self.hub,
            received_at=at,
            sent_at=at,
            source_kind=chance.choice(SOURCES),
            type=chance.choice(["safeguarding", "safeguarding", "early_help", "information_only"]),
            categories=[self.also.choice(["neglect", "domestic_abuse", "sexual_abuse"])],
            event_postcode=self.also.choice(POSTCODES),
        )
        self.contacts.append(contact)
        about = ContactPerson.objects.using(B).get(contact=contact.pk, role="child")
        change(about, postcode=self.also.choice(POSTCODES))
        if self.also.random() < 0.8:
            self.proposes(contact)
        if len(self.contacts) <= 2:
            self.settled(about, self.children[len(self.contacts) - 1])
        elif chance.random() < 0.8:
            self.settled(about, chance.choice(self.children))
        if chance.random() < 0.9:
            self.rated(contact)
        if chance.random() < 0.5:
            self.checked(contact, about)
        if chance.random() < 0.75:
            self.decided(contact)
        if chance.random() < 0.15 and len(self.contacts) > 1:
            self.one_event(contact, chance.choice(self.contacts[:-1]))
        return contact

    def settled(self, about, child):
        return Settlement.objects.using(B).create(
            hub=self.hub, contact_person_id=about.pk, answer="known", person_id=child.pk, search=uuid.uuid4(),
            candidates_shown=1, by=self.worker, at=NOW,
        )  # fmt: skip

    def rated(self, contact, colour=None, change="first", at=None):
        return Rating.objects.using(B).create(
            hub=self.hub, contact_id=contact.pk, colour=colour or self.chance.choice(["amber", "green", "blue", "red"]),
            change=change, why="So it looks.", by=self.worker, at=at or self.later(contact.received_at, 30),
        )  # fmt: skip

    def checked(self, contact, about):
        at = self.later(contact.received_at)
        gate = {}
        if self.chance.random() < 0.4:
            ground = Ground.objects.using(B).create(
                hub=self.hub, contact_id=contact.pk, about_id=about.pk, ground="significant_harm", reason="Harm.",
                by=self.worker, at=at,
            )  # fmt: skip
            gate = {
                "gate_ground_id": ground.pk, "ground": "significant_harm", "reason": "Harm.",
                "approved_by": self.manager,
            }  # fmt: skip
        else:
            said = Agreement.objects.using(B).create(
                hub=self.hub, contact_id=contact.pk, about_id=about.pk, sought="given", said_at=at, at=at
            )
            gate = {"gate_agreement_id": said.pk}
        check = Check.objects.using(B).create(
            hub=self.hub, contact_id=contact.pk, colour=self.chance.choice(["amber", "red"]), opened_by=self.worker,
            opened_at=at, **gate,
        )  # fmt: skip
        for agency in self.agencies:
            self.asked(check, contact, agency, at)
        return check

    def asked(self, check, contact, agency, at):
        fate = self.chance.random()
        due = self.later(at, 48)
        enquiry = Enquiry.objects.using(B).create(
            hub=self.hub, check_asked_id=check.pk, contact_id_opaque=contact.pk, reference=contact.reference,
            agency=agency, question_set="free_v1", set_version=1, sending=uuid.uuid4(), focus="?", stage="check",
            worry="?", basis="?", position="?", sent_by=self.worker, sent_at=at, due_at=due,
            withdrawn_at=at if fate < 0.05 else None,
            let_go_at=self.later(at, 48) if 0.05 < fate < 0.15 else None,
        )  # fmt: skip
        if fate > 0.3:
            self.returned(enquiry)
        return enquiry

    def returned(self, enquiry, *, nil=None, part=False, at=None):
        return Return.objects.using(B).create(
            hub=self.hub, enquiry_id=enquiry.pk, part=part, nil=self.chance.random() < 0.3 if nil is None else nil,
            by=self.worker, at=at or self.later(enquiry.sent_at, 70),
        )  # fmt: skip

    def decided(self, contact, outcome=None, *, follows=None, at=None):
        chance = self.chance
        at = at or self.later(contact.received_at, 90)
        decision = Decision.objects.using(B).create(
            hub=self.hub, contact_id=contact.pk, key=uuid.uuid4(), colour=chance.choice(["", "amber", "red", "green"]),
            reasons="Help.", snapshot={}, closes=False, needs_second=False, needs_clearance=False, by=self.worker,
            at=at, made_at=at, follows_id=follows.pk if follows else None,
            overrides_agreement=self.also.random() < 0.2,
        )  # fmt: skip
        for about in ContactPerson.objects.using(B).filter(contact=contact.pk, role="child"):
            said = Settlement.objects.using(B).filter(contact_person=about.pk, undone_at=None).first()
            Outcome.objects.using(B).create(
                hub=self.hub, decision_id=decision.pk, about_id=about.pk, person_id=said and said.person_id,
                outcome=outcome or chance.choice(OUTCOMES), level=self.also.choice([None, 1, 2, 3, 4]),
            )  # fmt: skip
        self.told(decision, contact)
        if chance.random() < 0.1:
            Strategy.objects.using(B).create(
                hub=self.hub, contact_id=contact.pk, key=uuid.uuid4(), held_at=at, chair="Jo", chair_role="Manager",
                information="x", decisions="x", section_47=True, section_47_grounds="x", record_due_at=at,
                by=self.worker, at=at,
            )  # fmt: skip
        if chance.random() < 0.1:
            self.reopened(decision, contact)
        return decision

    def told(self, decision, contact):
        at = self.later(decision.made_at, 40)
        reply = Reply.objects.using(B).create(
            hub=self.hub, contact_id=contact.pk, kind="decided", words="Decided.", at=at
        )
        Told.objects.using(B).create(
            hub=self.hub, decision_id=decision.pk, contact_id=contact.pk, reply_id=reply.pk
        )
        if self.chance.random() < 0.6:
            ReplySeen.objects.using(B).create(hub=self.hub, reply_id=reply.pk, at=self.later(at, 40))
        return reply

    def reopened(self, decision, contact):
        return Reopening.objects.using(B).create(
            hub=self.hub, decision_id=decision.pk, contact_id=contact.pk, kind="wrong", why="Overlooked.",
            by=self.worker, at=NOW,
        )  # fmt: skip

    def rests(self, contact, from_at, until_at):
        return Paused.objects.using(B).create(
            hub=self.hub,
            contact_id=contact.pk,
            reason="Half term",
            from_at=from_at,
            until_at=until_at,
            by=self.worker,
        )

    def one_event(self, *contacts):
        episode = Episode.objects.using(B).create(hub=self.hub, words="One night", by=self.worker, at=NOW)
        for one in contacts:
            rows = EpisodeContact.objects.using(B).filter(contact=one.pk, undone_at=None)
            if not rows.exists():
                EpisodeContact.objects.using(B).create(
                    hub=self.hub, episode_id=episode.pk, contact_id=one.pk, why="The same night",
                    by=self.worker, at=NOW,
                )  # fmt: skip

    def asked_ones(self):
        return list(Enquiry.objects.using(B).filter(hub=self.hub.pk).order_by("due_at", "pk"))

    def hub_ratings(self, contact):
        return list(Rating.objects.using(B).filter(contact=contact.pk).order_by("at", "pk"))

    def counted(self, **said):
        with in_service("insight"):
            return actions.roll_up(self.hub, at=NOW, **said)


def change(row, **said):
    """Change a row as the builder may, which says who changed nothing."""
    with transaction.atomic(using=B):
        assert type(row).objects.using(B).filter(pk=row.pk).update(**said)


def contacts_of(town):
    return list(Contact.objects.using(B).filter(hub=town.hub.pk).order_by("received_at", "pk"))
