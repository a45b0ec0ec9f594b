"""An exercise of one hub, run by two groups, told step by step as the pages and the programs do it."""

import uuid
from datetime import timedelta

from django.utils import timezone

from mash.exercise import actions, queries
from mash.exercise.content import carried
from mash.exercise.models import Given, Group, Run, Seat
from mash.partnership.models import Account, Staff
from tests.factories.base import in_service, signed_in_as
from tests.factories.partnership import MONDAY_9AM, AccountFactory, StaffFactory

B = "builder"
LARKSPUR, TIDEWELL = "EX-LARKSPUR", "EX-TIDEWELL"
PAGE = "https://mash.example/accounts/set-password/"
NINE = MONDAY_9AM


def of(model, **which):
    """Return a row as the builder sees it, which then goes on as the app."""
    made = model.objects.using(B).get(**which)
    made._state.db = "default"
    return made


class Room:
    """A trainer's exercise.  at: when it begins.  seats: which of each group are taken, each by somebody else."""

    def __init__(
        self, code=LARKSPUR, groups=2, trainer=None, at=NINE, seats=("hub_manager", "social_care", "police")
    ):
        self.trainer = trainer or StaffFactory(duties=["train"])
        self.hub, self.at, self.code, self.seats, self.many = self.trainer.hub, at, code, seats, groups
        with signed_in_as(self.trainer):
            self.version, _ = actions.take_in(
                text=carried()[code][1], what="Comes with the product", by=self.trainer, at=at
            )
        self.people = {(group, seat): AccountFactory() for group in range(1, groups + 1) for seat in seats}
        for account in self.people.values():
            StaffFactory(account=account, hub=self.hub)

    def begins(self, **options):
        with signed_in_as(self.trainer):
            said = {
                "key": uuid.uuid4(),
                "label": "Spring attachment day",
                "groups": self.many,
                "pace": 5.0,
            } | options
            self.run = actions.begin(version=self.version, by=self.trainer, at=self.at, **said)
        return self.run

    def sits(self, chosen=None):
        with signed_in_as(self.trainer):
            actions.seat(run=self.run, chosen=chosen or self.people, page=PAGE, by=self.trainer, at=self.at)

    def opens(self):
        with in_service("exercises"):
            actions.open_places(run_id=self.run.pk, page=PAGE, at=self.at)
        self.run = of(Run, pk=self.run.pk)
        return self.run

    def under_way(self):
        """Begin, seat and open it."""
        self.begins()
        self.sits()
        self.opens()
        return self

    def turns(self, what, after=0, **said):
        at = self.at + timedelta(minutes=after)
        with signed_in_as(self.trainer):
            return actions.turn(run=self.run, what=what, by=self.trainer, at=at, **said)

    def gives(self, number, groups=(1, 2), after=0, by=None):
        by = by or self.trainer
        with signed_in_as(by):
            return actions.give(
                run=self.run, number=number, groups=groups, by=by, at=self.at + timedelta(minutes=after)
            )

    def looks_at_the_clock(self, after):
        with in_service("exercises"):
            return actions.give_due(run_id=self.run.pk, at=self.at + timedelta(minutes=after))

    def puts_in(self, after=0):
        for given in Given.objects.using(B).filter(run=self.run, kind="referral").order_by("pk"):
            with in_service("exercises"):
                actions.put_in(given_id=given.pk, at=self.at + timedelta(minutes=after))

    def ends_by_order(self):
        """End it as the page does; a program closes its hubs afterwards."""
        with signed_in_as(self.trainer):
            actions.end(run=self.run, why="", by=self.trainer, at=timezone.now())

    def ends(self, after=300, **options):
        with signed_in_as(self.trainer):
            actions.end(
                run=self.run, why="", by=self.trainer, at=self.at + timedelta(minutes=after), **options
            )
        with in_service("exercises"):
            actions.close_places(run_id=self.run.pk, at=self.at + timedelta(minutes=after))
        self.run = of(Run, pk=self.run.pk)

    def group(self, number=1):
        return of(Group, run=self.run, number=number)

    def seat(self, number=1, seat="social_care"):
        return of(Seat, group__run=self.run, group__number=number, seat=seat)

    def post(self, number=1, seat="social_care"):
        return of(Staff, exercise_seat=self.seat(number, seat))

    @staticmethod
    def post_of(run, seat, number=1):
        """Return the post of a seat of any run."""
        return of(
            Staff, exercise_seat__run=run, exercise_seat__group__number=number, exercise_seat__seat=seat
        )

    def feed(self, number=1, seat="social_care"):
        post = self.post(number, seat)
        with signed_in_as(post):
            return [one.given.number for one in queries.feed(queries.my_seat(post))]

    def board(self):
        with signed_in_as(self.trainer, role="mash_reader"):
            return queries.board(self.run)


def account_of(post):
    """Return the account of a post."""
    return of(Account, pk=post.account_id)
