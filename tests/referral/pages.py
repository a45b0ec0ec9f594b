"""Somebody who fills in the form, page by page, in an ordinary client."""

import re
from datetime import timedelta

from django.core import signing
from django.test import Client
from django.urls import reverse

from mash.referral.models import Draft
from mash.referral.views.writing import SALT

KEY = re.compile(rb'name="key" value="([^"]+)"')
PUBLIC = {
    "danger": {"immediate_danger": "no"},
    "who": {
        "subject": "child",
        "given": "Leo",
        "family": "Marsh",
        "age": "about 6",
        "address": "4 Quay Row",
        "postcode": "NF1 2AB",
    },
    "what": {"what_happened": "He is outside alone at night.", "event": "Every evening this week"},
    "know": {"seen": "He sat on the step in the rain.", "told": ""},
    "home": {"household_words": "His mum and a man called Dean."},
    "how": {"impact": "Cold and hungry.", "history": ""},
    "you": {"named": "not_named", "role": "Neighbour", "family_aware": "no"},
}
PROFESSIONAL = {
    "you": {
        "name": "Ines Duarte",
        "role": "Safeguarding lead",
        "kind": "school",
        "organisation": "Fernbank Primary",
        "phone": "020 7946 0100",
        "email": "ines.duarte@fernbank.example.org",
    },
    "person": {
        "subject": "child",
        "type": "safeguarding",
        "given": "Daniel",
        "family": "Okafor",
        "born_on-day": "4",
        "born_on-month": "3",
        "born_on-year": "2016",
        "address": "12 Cobbold Street\nNorthfield",
        "postcode": "NF2 3AB",
        "school": "Fernbank Primary",
    },
    "family": {
        "people": "1",
        "m1-role": "parent_or_carer",
        "m1-given": "Grace",
        "m1-family": "Okafor",
        "m1-relation": "parent",
        "m1-parental_responsibility": "yes",
        "m1-same_home": "yes",
        "household_words": "",
    },
    "concern": {
        "immediate_danger": "no",
        "what_happened": "Came to school without a coat and with a bruise.",
        "event_on-day": "2",
        "event_on-month": "11",
        "event_on-year": "2026",
        "seen": "A bruise the size of a coin on his left arm.",
        "told": "He said: I fell.",
        "opinion": "The story changed twice.",
        "impact": "He is tired and will not take off his jumper.",
        "history": "Two earlier worries this term.",
    },
    "strengths": {
        "strengths": "His mother comes when asked.",
        "voice": "He wants to sleep at his nan's.",
        "actions_taken": "An assessment; we go on with breakfast club.",
    },
    "agreement": {
        "family_aware": "yes",
        "sought": "given",
        "agreed_by": "Grace Okafor",
        "covers": ["p1", "p2"],
    },
}


class Writer:
    """Somebody in front of the form."""

    def __init__(self, client=None):
        self.client, self.typed = client or Client(), set()

    def begins(self, hub):
        answer = self.client.post(reverse("referral:begin", args=[hub.prefix.lower()]))
        assert answer.status_code == 302, answer.content
        self.draft_id = Draft.objects.using("builder").latest("begun_at").pk
        return answer

    def address(self, name):
        if name in {"check", "files", "later", "sent", "copy", "send", "lacking", "draft"}:
            return reverse(f"referral:{name}", args=[self.draft_id])
        return reverse("referral:page", args=[self.draft_id, name])

    def opens(self, name):
        return self.client.get(self.address(name))

    def key_of(self, name):
        return KEY.search(self.opens(name).content)[1].decode()

    def types(self, name, said, *, step="on", key=None, quiet=False):
        key = key or (self.key_of(name) if name in self.typed else signing.dumps(["a screen", 0], salt=SALT))
        self.typed.add(name)
        data = {**said, "key": key, "step": step}
        headers = {"x-autosave": "1"} if quiet else {}
        return self.client.post(self.address(name), data, headers=headers)

    def fills(self, pages):
        for name, said in pages.items():
            answer = self.types(name, said)
            assert answer.status_code == 302, (name, answer.content.decode())

    def took_their_time(self):
        draft = Draft.objects.using("builder").filter(pk=self.draft_id)
        draft.update(begun_at=draft.get().begun_at - timedelta(minutes=10))

    def sends(self, **more):
        return self.client.post(self.address("send"), more)
