"""Editions of content, drafts and the change log for tests."""

import copy
import hashlib

import factory

from mash.common.editions import CONTENTS
from mash.setup.models import Change, Draft, Edition, Grant, Logo, LostFactor
from tests.factories.base import Factory
from tests.factories.partnership import MONDAY_9AM, HubFactory, StaffFactory


class EditionFactory(Factory):
    class Meta:
        model = Edition

    hub = factory.SubFactory(HubFactory)
    content = "outcomes"
    version = 2
    words = factory.LazyAttribute(lambda made: changed(made.content))
    note = "Our own words"
    at = MONDAY_9AM


class DraftFactory(Factory):
    class Meta:
        model = Draft

    by = factory.SubFactory(StaffFactory, administrator=True)
    hub = factory.SelfAttribute("by.hub")
    content = "outcomes"
    words = factory.LazyAttribute(lambda made: changed(made.content))
    based_on = 1
    at = MONDAY_9AM


class ChangeFactory(Factory):
    class Meta:
        model = Change

    hub = factory.SubFactory(HubFactory)
    part = "hub"
    what = "Name changed"
    at = MONDAY_9AM


class GrantFactory(Factory):
    class Meta:
        model = Grant

    post = factory.SubFactory(StaffFactory)
    hub = factory.SelfAttribute("post.hub")
    duties = ["audit"]
    why = "Starts as auditor"
    by = factory.SubFactory(StaffFactory, administrator=True, hub=factory.SelfAttribute("..hub"))
    at = MONDAY_9AM


class LostFactorFactory(Factory):
    class Meta:
        model = LostFactor

    class Params:
        post = factory.SubFactory(StaffFactory)

    hub = factory.SelfAttribute("post.hub")
    account = factory.SelfAttribute("post.account")
    why = "Left in a taxi; called back on the number we had"
    by = factory.SubFactory(StaffFactory, administrator=True, hub=factory.SelfAttribute("..hub"))
    at = MONDAY_9AM


def changed(content, change=lambda raw: None):
    """Return the raw content that the product carries, changed by `change`."""
    raw = copy.deepcopy(CONTENTS[content].carried())
    change(raw)
    return raw


def labelled(content, part, thing_id, label):
    """Return carried content in which one thing of a list has another label."""

    def relabel(raw):
        (one,) = [one for one in raw[part] if one["id"] == thing_id]
        one["label"] = label

    return changed(content, relabel)


SHAPES = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10"><circle cx="5" cy="5" r="4"/></svg>'


class LogoFactory(Factory):
    class Meta:
        model = Logo

    by = factory.SubFactory(StaffFactory, administrator=True)
    hub = factory.SelfAttribute("by.hub")
    media_type = "image/svg+xml"
    body = SHAPES
    digest = hashlib.sha256(SHAPES).hexdigest()
    at = MONDAY_9AM
