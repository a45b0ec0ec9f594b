"""The pages: what they show and open, who is let in, and that a case closed to somebody changes nothing."""

import re
import uuid
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from mash.common.fields import BOXES
from mash.harm.models import Group, Member, Reduction, Watch
from mash.ledger.models import Entry
from mash.partnership.models import Restriction
from tests.factories import harm as made
from tests.factories.base import browser
from tests.factories.partnership import LONG_AGO, AccessFactory, HubFactory, MembershipFactory, StaffFactory
from tests.factories.triage import KnownFactory, OpenWorkFactory
from tests.harm.story import counted, told

pytestmark = pytest.mark.usefixtures("transactional_db")
B = "builder"
NOW = timezone.now().replace(microsecond=0)
DAY = timedelta(days=1)
BOY = {"role": "child", "given": "Ash", "family": "Rook", "postcode": "NF4 1RB"}
OTHER = {"role": "child", "given": "Jay", "family": "Teal", "postcode": "NF4 9ZZ"}
MAN = {"role": "alleged_perpetrator", "given": "Lee", "family": "Marl"}


def at(name, *args, **query):
    address = reverse(f"harm:{name}", args=[getattr(one, "pk", one) for one in args])
    return address + ("?" + "&".join(f"{key}={value}" for key, value in query.items()) if query else "")


def said(page):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.content.decode()))


def rows(page):
    """The lists of a page, one string a line."""
    body = page.content.decode()
    return [
        re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", one)).strip()
        for one in re.findall(r"<tr class=\"govuk-table__row\" role=\"row\">.*?</tr>", body, re.DOTALL)
    ][1:]


def day(name, on):
    return {f"{name}-{box}": part for box, part in zip(BOXES, (on.day, on.month, on.year), strict=True)}


class Hub:
    """A hub in which one man is named in three families, at one address."""

    def __init__(self):
        self.hub = HubFactory()
        self.man = KnownFactory(hub=self.hub, given="Lee", family="Marl")
        self.children = [KnownFactory(hub=self.hub, given=f"Ash{n}", family=f"Rook{n}") for n in range(3)]
        self.contacts = [
            told(
                self.hub,
                [(BOY, child), (MAN, self.man)],
                received_at=NOW - (5 + 60 * place) * DAY,
                event_at=NOW - (5 + 60 * place) * DAY,
                event_place="7 Gasworks Mews",
                event_postcode="NF6 3RT",
                categories=["domestic_abuse_in_home"],
                police=True,
            )
            for place, child in enumerate(self.children)
        ]
        self.analyst = made.analyst(self.hub)
        counted(self.hub, at=NOW)

    def restrict(self, contact):
        Restriction.objects.using(B).create(
            hub=self.hub,
            contact_id=contact.pk,
            why="A reason",
            from_at=LONG_AGO,
            by=StaffFactory(hub=self.hub, manager=True),
        )


@pytest.fixture
def there():
    return Hub()


def test_each_person_said_to_have_caused_harm_again_is_listed_with_what_was_counted(there):
    OpenWorkFactory(person=there.man, agency="Probation", worker_name="Una Bell", from_on=NOW.date() - DAY)
    page = browser(there.analyst).get(at("home", pattern="alleged"))
    (row,) = rows(page)
    for words in (
        "MARL, Lee",
        "2 events in 3 months",
        "3 events in 12 months",
        "North Thames Constabulary",
        "Probation, Una Bell",
    ):
        assert words in row
    assert "what referrals say, and no finding" in said(page)


def test_each_count_opens_the_list_behind_it(there):
    page = browser(there.analyst).get(at("home", pattern="alleged")).content.decode()
    opened = re.findall(rf'href="({at("one", "person", there.man)}\?within=(short|long))"', page)
    assert [within for _, within in opened] == ["short", "long"]
    for (address, _), count in zip(opened, (2, 3), strict=True):
        events = [one for one in rows(browser(there.analyst).get(address)) if "NF-TEST" in one]
        assert len(events) == count


def test_an_address_is_a_pattern_too_and_names_nobody(there):
    page = browser(there.analyst).get(at("home", pattern="addresses"))
    (row,) = rows(page)
    assert row.startswith("7 Gasworks Mews, NF6 3RT")
    link = re.search(r'href="(/harm/of/place/[^"?]+/)"', page.content.decode())[1]
    assert "Gasworks" not in link
    assert "7 Gasworks Mews" in said(browser(there.analyst).get(link))


def test_only_the_kind_of_harm_that_is_asked_for_is_counted(there):
    reader = browser(there.analyst)
    assert len(rows(reader.get(at("home", pattern="alleged", harm="domestic_abuse_in_home")))) == 1
    assert not rows(reader.get(at("home", pattern="alleged", harm="neglect")))


def test_once_in_a_year_and_long_ago_are_no_pattern():
    hub = HubFactory()
    man = KnownFactory(hub=hub)
    for days in (3, 370, 371):
        told(hub, [(MAN, man)], received_at=NOW - days * DAY)
    counted(hub, at=NOW)
    assert not rows(browser(made.analyst(hub)).get(at("home", pattern="alleged")))


@pytest.mark.parametrize("page", ["alleged", "addresses", "groups", "times", "person", "place"])
def test_a_case_closed_to_somebody_changes_nothing_that_they_see(there, page):
    """Byte for byte the same as for a hub in which that case never was; whoever is cleared sees it."""
    place = re.search(
        r"/harm/of/place/([^/]+)/",
        browser(there.analyst).get(at("home", pattern="addresses")).content.decode(),
    )[1]
    address = {
        "alleged": at("home", pattern="alleged"),
        "addresses": at("home", pattern="addresses"),
        "groups": at("groups"),
        "times": at("times"),
        "person": at("one", "person", there.man),
        "place": at("one", "place", place),
    }[page]

    def plain(answer):
        return re.sub(
            r'(name="csrfmiddlewaretoken" value|data-session-left|nonce)="[^"]*"', "", answer.content.decode()
        )

    without = plain(browser(there.analyst).get(address))
    hidden = told(
        there.hub,
        [(BOY, there.children[0]), (MAN, there.man), (OTHER, KnownFactory(hub=there.hub))],
        received_at=NOW - DAY,
        event_at=NOW - DAY,
        event_place="7 Gasworks Mews",
        event_postcode="NF6 3RT",
    )
    there.restrict(hidden)
    counted(there.hub, at=NOW)
    assert plain(browser(there.analyst).get(address)) == without
    assert plain(browser(made.analyst(there.hub, "clear")).get(address)) != without


def test_whoever_is_kept_from_a_person_sees_no_line_of_them_and_no_page(there):
    AccessFactory(staff=there.analyst, person_id=there.man.pk, bars=True)
    reader = browser(there.analyst)
    assert not rows(reader.get(at("home", pattern="alleged")))
    assert reader.get(at("one", "person", there.man)).status_code == 404
    assert "MARL, Lee" not in said(reader.get(at("one", "person", there.children[0])))


def test_a_person_and_a_place_of_another_hub_are_absent(there):
    stranger = browser(made.analyst(HubFactory()))
    assert stranger.get(at("one", "person", there.man)).status_code == 404
    assert stranger.get(at("one", "place", uuid.uuid4())).status_code == 404
    assert stranger.get(at("one", "group", made.GroupFactory(hub=there.hub))).status_code == 404
    assert stranger.get(at("one", "nothing", there.man)).status_code == 404


PAGES = ["home", "times", "groups", "watched", "reductions"]
LETS_IN = [
    (["screen", "analyse"], True),
    (["manage"], True),
    (["analyse"], False),
    (["screen", "assess", "decide", "approve", "clear"], False),
    (["out_of_hours", "analyse"], False),
    (["audit"], False),
    (["answer", "grade", "train", "administer"], False),
]


@pytest.mark.parametrize(("duties", "lets_in"), LETS_IN)
def test_who_is_let_in(there, duties, lets_in):
    reader = browser(StaffFactory(hub=there.hub, duties=duties))
    for page in PAGES:
        by_day = page == "watched" and "screen" in duties
        assert reader.get(at(page)).status_code == (200 if lets_in or by_day else 403), page
    group = made.MemberFactory(group=made.GroupFactory(hub=there.hub))
    watch = made.WatchFactory(hub=there.hub, person=there.man)
    reduction = made.ReductionFactory(hub=there.hub, person=there.man)
    named = [
        at("one", "person", there.man), at("watch", "person", there.man), at("take_up", "person", there.man),
        at("count_to", there.man), at("leave_group", group), at("end_group", group.group),
        at("name_group", person=there.man.pk), at("watch_one", watch), at("review", watch), at("end_watch", watch),
        at("reduction", reduction), at("note", reduction), at("close", reduction),
    ]  # fmt: skip
    for address in named:
        assert reader.get(address).status_code == (200 if lets_in else reader.get(address).status_code), (
            address
        )
        assert (reader.get(address).status_code in {403, 404}) is not lets_in, address
        if "watch_one" not in address and not lets_in:
            assert reader.post(address, {}).status_code in {403, 404, 405}


def test_every_look_is_a_line_of_the_record(there):
    reader = browser(there.analyst)
    lines = Entry.objects.using(B).filter(actor__contains=str(there.analyst.pk))
    reader.get(at("home", pattern="alleged"))
    line = lines.get(event="harm.patterns_seen")
    assert line.detail["people"] == [str(there.man.pk)]
    reader.get(at("one", "person", there.man))
    assert (
        lines.filter(event="person.seen", about=f"person:{there.man.pk}").exists()
        or lines.filter(event="person.seen").exists()
    )
    reader.get(at("groups"))
    assert lines.filter(event="harm.groups_seen").exists()


def test_the_number_of_questions_is_the_same_for_one_and_for_many(there):
    reader = browser(there.analyst)
    reader.get(at("home", pattern="alleged"))
    with CaptureQueriesContext(connection) as few:
        reader.get(at("home", pattern="alleged"))
    for _ in range(30):
        man = KnownFactory(hub=there.hub)
        for days in (3, 9):
            told(there.hub, [(MAN, man)], received_at=NOW - days * DAY)
    counted(there.hub, at=NOW)
    with CaptureQueriesContext(connection) as many:
        page = reader.get(at("home", pattern="alleged"))
    assert len(rows(page)) == 25
    assert len(many) == len(few)
    assert len(rows(reader.get(at("home", pattern="alleged", page=2)))) == 6


def test_who_is_named_together_can_be_named_a_group_with_a_reason(there):
    for days in (2, 8):
        told(there.hub, [(BOY, there.children[0]), (OTHER, there.children[1])], received_at=NOW - days * DAY)
    counted(there.hub, at=NOW)
    reader = browser(there.analyst)
    found = [one for one in rows(reader.get(at("groups"))) if "Name a group" in one]
    assert len(found) == 1
    assert found[0].startswith("ROOK0, Ash0 ; ROOK1, Ash1")
    keys = [one.pk for one in there.children[:2]]
    address = at("name_group") + "?" + "&".join(f"person={key}" for key in keys)
    form = {"key": uuid.uuid4(), "people": keys, "name": "The stairwell", "why": "Seen at one stairwell"}
    wrong = reader.post(address, form | {"why": "Rook1 leads them"})
    assert "Name none of its people here" in said(wrong)
    assert "Choose at least two people" in said(reader.post(address, form | {"people": keys[:1]}))
    for _ in range(2):
        assert reader.post(address, form).status_code == 302
    group = Group.objects.using(B).get()
    page = reader.get(at("one", "group", group))
    assert "Events: 4" in said(page)  # two together, and one each with the man
    assert (
        reader.post(at("count_to", there.man), {"group": group.pk, "why": "Met them there"}).status_code
        == 302
    )
    member = Member.objects.using(B).get(person=there.man.pk)
    assert "There is a problem" in said(reader.post(at("leave_group", member), {"why": " "}))
    reader.post(at("leave_group", member), {"why": "It was another man"})
    assert Member.objects.using(B).get(pk=member.pk).ended_why == "It was another man"
    reader.post(at("end_group", group), {"why": "They have moved away"})
    assert Group.objects.using(B).get().ended_at
    assert "Ended" in said(reader.get(at("one", "group", group)))


def test_a_person_is_watched_looked_at_again_and_no_more(there):
    reader, other = browser(there.analyst), StaffFactory(hub=there.hub, screener=True)
    form = {
        "key": uuid.uuid4(), "why": "Three families", "told": [there.analyst.pk, other.pk],
        **day("review_on", NOW.date() + 90 * DAY),
    }  # fmt: skip
    address = at("watch", "person", there.man)
    assert "within half a year" in said(reader.post(address, form | day("review_on", NOW.date() + 300 * DAY)))
    for _ in range(2):
        assert reader.post(address, form).status_code == 302
    watch = Watch.objects.using(B).get()
    again = reader.post(address, form | {"key": uuid.uuid4()}, follow=True)
    assert "It is watched already" in said(again)
    assert "MARL, Lee" in said(browser(other).get(at("watched")))
    assert browser(other).get(at("watch_one", watch)).status_code == 200
    assert browser(other).get(at("review", watch)).status_code == 403
    look = {"key": uuid.uuid4(), "words": "Nothing new", **day("next_on", NOW.date() + 120 * DAY)}
    assert reader.post(at("review", watch), look).status_code == 302
    assert Watch.objects.using(B).get().review_on == NOW.date() + 120 * DAY
    assert reader.post(at("end_watch", watch), {"why": "In prison"}).status_code == 302
    assert "In prison" in said(reader.get(at("watch_one", watch)))
    assert "not watched any more" in said(reader.post(at("end_watch", watch), {"why": "Again"}, follow=True))


def test_a_pattern_is_taken_up_followed_and_closed_with_what_came_of_it(there):
    agency = MembershipFactory(hub=there.hub).agency
    reader = browser(there.analyst)
    form = {
        "key": uuid.uuid4(), "agency": agency.pk, "named": "Sgt Brand", "action": "Visit each family",
        "known_by": "No new family", **day("due_on", NOW.date() + 20 * DAY), **day("from_on", NOW.date() - 30 * DAY),
    }  # fmt: skip
    address = at("take_up", "person", there.man)
    assert "Choose today or a later day" in said(reader.post(address, form | day("due_on", NOW.date() - DAY)))
    for _ in range(2):
        assert reader.post(address, form).status_code == 302
    one = Reduction.objects.using(B).get()
    page = said(reader.get(at("reduction", one)))
    assert "The time after is not over yet" in page
    assert reader.post(at("note", one), {"key": uuid.uuid4(), "words": "Two visited"}).status_code == 302
    assert "Choose what came of it" in said(reader.post(at("close", one), {"words": "Done"}))
    assert reader.post(at("close", one), {"ending": "less", "words": "No new family"}).status_code == 302
    assert "There is less of it" in said(reader.get(at("reductions")))
    assert "closed" in said(reader.post(at("note", one), {"key": uuid.uuid4(), "words": "More"}, follow=True))


def test_events_before_and_after_are_counted_over_equal_days(there):
    one = made.ReductionFactory(hub=there.hub, person=there.man, from_on=NOW.date() - 100 * DAY, days=28)
    page = said(browser(there.analyst).get(at("reduction", one)))
    assert re.search(r"Before: [^:]*? 1 After", page)  # 125 days ago
    assert "too few to say that anything changed" in page
