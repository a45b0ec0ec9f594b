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
from mash.people.models import Person
from mash.triage.models import Agreement, Episode, EpisodeContact, Ground, Paused, Rating
from tests.factories.base import in_service
from tests.factories.contact import ContactFactory
from tests.factories.partnership import AgencyFactory, HubFactory, StaffFactory

B = "builder"
NOW = datetime(2026, 11, 30, 9, tzinfo=LONDON)
SOURCES = ("police", "school", "health", "public")
OUTCOMES = (
    "no_further_action", "child_and_family_assessment", "section_47_enquiry", "strategy_discussion", "early_help",
    "social_care_referral_nfa", "signpost", "back_for_agreement",
)  # fmt: skip
CLOCKS_CHANGE = (date(2026, 3, 29), date(2025, 10, 26))  # in England


class Town:
    """One hub with workers, agencies and children, and a chance of its own."""

    def __init__(self, seed=1, children=25):
        self.chance = random.Random(seed)
        self.hub = HubFactory()
        self.manager = StaffFactory(hub=self.hub, manager=True)
        self.worker = StaffFactory(hub=self.hub, decider=True)
        self.agencies = [AgencyFactory(kind="police"), AgencyFactory(kind="education")]
        self.children = [
            Person.objects.using(B).create(hub=self.hub, given="Ada", family="Bench", recorded_at=NOW)
            for _ in range(children)
        ]
        self.contacts = []

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
        self.plain = self.untouched()
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
        )
        self.contacts.append(contact)
        about = ContactPerson.objects.using(B).get(contact=contact.pk, role="child")
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
        )  # fmt: skip
        for about in ContactPerson.objects.using(B).filter(contact=contact.pk, role="child"):
            said = Settlement.objects.using(B).filter(contact_person=about.pk, undone_at=None).first()
            Outcome.objects.using(B).create(
                hub=self.hub, decision_id=decision.pk, about_id=about.pk, person_id=said and said.person_id,
                outcome=outcome or chance.choice(OUTCOMES),
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
