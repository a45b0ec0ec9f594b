"""What goes alongside a decision, for tests."""

import uuid
from datetime import timedelta

import factory

from mash.alongside.models import Alongside, Happening, Reminder
from tests.factories.base import Factory
from tests.factories.contact import ContactFactory
from tests.factories.partnership import MONDAY_9AM, StaffFactory


class AlongsideFactory(Factory):
    """Something open for the first person of a contact, that nobody has sent; `lado=True` for a sealed one."""

    class Meta:
        model = Alongside

    class Params:
        lado = factory.Trait(
            kind="designated_officer",
            label="To the designated officer (LADO)",
            sealed=True,
            agreed="not_needed",
            agreed_words="",
            never_told="",
        )

    hub = factory.SelfAttribute("contact.hub")
    contact = factory.SubFactory(ContactFactory)
    key = factory.LazyFunction(uuid.uuid4)
    kind = "marac_referral"
    label = "MARAC referral"
    sealed = False
    never_told = "person_causing_harm"
    said = factory.LazyFunction(
        lambda: [{"id": "safe_contact", "label": "How is it safe?", "words": "At school, before noon."}]
    )
    agreed = "given"
    agreed_words = "She agreed on the telephone this morning."
    starts_at = MONDAY_9AM
    receipt_due_at = MONDAY_9AM + timedelta(days=1)
    result_due_at = MONDAY_9AM + timedelta(days=28)
    by = factory.SubFactory(StaffFactory, hub=factory.SelfAttribute("..hub"), decider=True)
    at = MONDAY_9AM

    @factory.lazy_attribute
    def about(self):
        from tests.factories.decision import people_of

        return people_of(self.contact)[0]


class HappeningFactory(Factory):
    """That it was sent to somebody by telephone."""

    class Meta:
        model = Happening

    hub = factory.SelfAttribute("alongside.hub")
    alongside = factory.SubFactory(AlongsideFactory)
    key = factory.LazyFunction(uuid.uuid4)
    what = "sent"
    who = "Priya Shah, MARAC co-ordinator"
    how = "telephone"
    happened_at = MONDAY_9AM
    by = factory.SelfAttribute("alongside.by")
    at = MONDAY_9AM


class ReminderFactory(Factory):
    class Meta:
        model = Reminder

    hub = factory.SelfAttribute("alongside.hub")
    alongside = factory.SubFactory(AlongsideFactory)
    step = "receipt_0"
    at = MONDAY_9AM
