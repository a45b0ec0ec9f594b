"""How a system's own names, codes and dates are read: the rules, who lets them count, and what is kept."""

import json

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from mash.contact.models import Contact, ContactPerson, Disputed, Original, Warned
from mash.sealed.models import Item
from mash.systems import actions
from mash.systems.mapping import NotRead, apply, places, read_rules
from mash.systems.models import Mapping, MappingAdopted
from tests.factories.base import browser, signed_in_as
from tests.factories.contact import a_message
from tests.factories.partnership import MONDAY_9AM, StaffFactory
from tests.factories.systems import KeyFactory, MappingFactory, SystemFactory
from tests.systems.asking import Asking

pytestmark = pytest.mark.usefixtures("transactional_db")
FIELDS = """
# as the force's own export of 2026 names them
occ.urn -> reference
occ.made -> sent_at | day/month/year
occ.mo -> concern.what_happened
occ.officer_note -> -
victims[].fn -> people[].name.given
victims[].sn -> people[].name.family
victims[].dob -> people[].born_on | day/month/year
victims[].ic -> people[].ethnicity
victims[].part -> people[].role
victims[].street -> people[].address.lines[]
victims[].hide -> people[].address.protected
suspects[].fn -> people[].name.given
suspects[].part -> people[].role
"""
CODES = """
people[].ethnicity: IC1 = WBRI
people[].role: VIC = child
people[].role: SUS = alleged_perpetrator
"""
FIXED = "source.kind = police\nsubject = child\ntype = safeguarding"


def rows(model):
    return model.objects.using("builder")


def sent(urn="7781", **changes):
    child = {
        "fn": "Ada",
        "sn": "Sample",
        "dob": "04/05/2016",
        "ic": "IC1",
        "part": "VIC",
        "street": "4 Made Up Row",
    }
    return {
        "occ": {"urn": urn, "made": "2/11/2026 08:50", "mo": "Shouting heard.", "officer_note": 3},
        "victims": [child | changes],
        "suspects": [{"fn": "Bob", "part": "SUS"}],
    }


def rules(**changes):
    return read_rules(**{"fields": FIELDS, "codes": CODES, "fixed": FIXED, "passes": False} | changes)


def test_each_name_code_and_date_becomes_ours():
    made = apply(rules(), sent())
    assert made.said == []
    assert made.message == {
        "format": "openmash.referral/1",
        "reference": "7781",
        "sent_at": "2026-11-02T08:50:00+00:00",
        "source": {"kind": "police"},
        "subject": "child",
        "type": "safeguarding",
        "concern": {"what_happened": "Shouting heard."},
        "people": [
            {
                "id": "p1",
                "name": {"given": "Ada", "family": "Sample"},
                "born_on": "2016-05-04",
                "ethnicity": "WBRI",
                "role": "child",
                "address": {"lines": ["4 Made Up Row"]},
            },
            {"id": "p2", "name": {"given": "Bob"}, "role": "alleged_perpetrator"},
        ],
    }


@pytest.mark.parametrize(
    ("changes", "path", "kept", "says"),
    [
        ({"ic": "IC9"}, "people[0].ethnicity", "IC9", "kept as written"),
        ({"part": "ZZ"}, "people[0].role", "other", "taken as other"),
        ({"dob": "2016-05-04x"}, "people[0].born_on", None, "cannot be read as a date"),
        ({"dob": "31/02/2016"}, "people[0].born_on", None, "cannot be read as a date"),
        ({"dob": "4/5/16"}, "people[0].born_on", None, "cannot be read as a date"),
        ({"hide": "perhaps"}, "people[0].address.protected", True, "is protected"),
        ({"warning": "V1"}, "victims[0].warning", None, "no rule says where it belongs"),
    ],
)
def test_what_cannot_be_read_is_said_and_what_hides_nothing_stands_instead(changes, path, kept, says):
    made = apply(rules(), sent(**changes))
    ((where, words, value),) = made.said
    assert (where, value) == (path, next(iter(changes.values())))
    assert says in words
    person = made.message["people"][0]
    for step in path.split(".")[1:]:
        person = person.get(step) if isinstance(person, dict) else None
    assert person == kept


@pytest.mark.parametrize(
    ("changes", "line", "says"),
    [
        ({"fields": "a -> b"}, 1, "no place b"),
        ({"fields": "\na -> people[].role"}, 2, "as many lists"),
        ({"fields": "a[].b -> subject"}, 1, "as many lists"),
        ({"fields": "a -> subject\na -> type"}, 2, "named twice"),
        ({"fields": "a b -> subject"}, 1, "not a path"),
        ({"fields": "a -> sent_at | year"}, 1, "a date is written"),
        ({"fields": "subject"}, 1, "write it as"),
        ({"codes": "people[].role: A = boss"}, 1, "is one of"),
        ({"codes": "people[].role: A = child\npeople[].role: a = other"}, 2, "given twice"),
        ({"codes": "people[].role A = child"}, 1, "write it as"),
        ({"fixed": "type = safe"}, 1, "is one of"),
        ({"fixed": "format = other"}, 1, "no place format"),
        ({"fixed": "people[].born_on = 2016-01-01"}, 1, "is a date"),
    ],
)
def test_a_rule_that_cannot_be_read_is_named_by_its_line(changes, line, says):
    with pytest.raises(NotRead, match=f"Line {line}: .*{says}"):
        rules(**changes)


JSON = st.recursive(
    st.none() | st.booleans() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=12,
)


@given(st.dictionaries(st.sampled_from(["occ", "victims", "suspects", "people", "x"]), JSON, max_size=4))
def test_whatever_is_sent_nothing_breaks_and_nothing_is_dropped(said):
    for passes in (False, True):
        made = apply(rules(passes=passes), said)
        assert set(made.message) <= {one.split(".")[0].split("[")[0] for one in places()}
        loose = said.get("x")
        if isinstance(loose, str) and loose:
            assert loose in [value for *_, value in made.said]


# What comes of a message


@pytest.fixture
def key():
    found = KeyFactory()
    MappingFactory(system=found.system, fields=FIELDS, codes=CODES, fixed=FIXED, passes=False)
    return found


def test_a_message_in_its_own_words_is_a_contact_and_both_are_kept(key):
    answer = Asking(key).send(sent(ic="IC9", warning="V1"))
    assert answer.status_code == 201
    contact = rows(Contact).get()
    assert (contact.organisation, contact.sender_reference) == ("Fernbank Primary", "7781")
    child = rows(ContactPerson).get(ref="p1")
    assert (child.given, child.born_on.isoformat(), child.ethnicity) == ("Ada", "2016-05-04", "IC9")
    kept = rows(Original).get()
    assert kept.words["victims"][0]["ic"] == "IC9"
    assert kept.words["occ"]["officer_note"] == "3"
    assert (kept.by_mapping, kept.system) == (1, key.system.name)
    said = {one.path: one.words for one in rows(Warned)}
    assert "The sender wrote “IC9”" in said["people[0].ethnicity"]
    assert "The sender wrote “V1”" in said["victims[0].warning"]


def test_whoever_settles_it_sees_both(key):
    Asking(key).send(sent(ic="IC9"))
    contact = rows(Contact).get()
    screener = StaffFactory(hub=key.hub, screener=True)
    page = browser(screener).get(reverse("triage:page", args=[contact.pk])).content.decode()
    assert f"As {key.system.name} wrote it" in page
    assert "&#34;ic&#34;: &#34;IC9&#34;" in page or '"ic": "IC9"' in page
    assert "The sender wrote “IC9”" in page


def test_the_same_again_is_here_already_also_under_another_version(key):
    first = Asking(key).send(sent())
    MappingFactory(system=key.system, number=2, fields=FIELDS, codes="", fixed=FIXED, passes=False)
    again = Asking(key).send(sent())
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json()["reference"] == first.json()["reference"]
    other = Asking(key).send(sent(fn="Eve"))
    assert other.status_code == 409
    assert rows(Disputed).count() == 1
    assert rows(Original).count() == 2


def test_a_protected_address_takes_the_original_with_it(key):
    Asking(key).send(sent(hide="Y", landmark="beside 4 Made Up Row"))
    assert rows(Original).get().words is None
    told = json.dumps([list(rows(Original).values()), list(rows(Warned).values())], default=str)
    told += json.dumps(rows(Contact).get().message)
    assert "Made Up Row" not in told
    assert rows(Item).count() == 1


def test_what_is_wrong_is_refused_with_the_place_in_ours(key):
    answer = Asking(key).send({"occ": {"urn": "1"}, "victims": [{"fn": "Ada", "part": "VIC"}]})
    assert answer.status_code == 422
    assert {"$.sent_at", "$.concern.what_happened"} <= {one["path"] for one in answer.json()["errors"]}
    assert Asking(key).send(b"[1]").status_code == 422
    assert not rows(Contact).exists()


def test_it_sends_in_no_other_name_however_it_is_mapped(key):
    MappingFactory(
        system=key.system,
        number=2,
        fields=FIELDS,
        codes=CODES,
        fixed=f"{FIXED}\nsource.organisation = Another",
        passes=False,
    )
    answer = Asking(key).send(sent())
    assert [one["path"] for one in answer.json()["errors"]] == ["$.source.organisation"]


def test_a_batch_is_read_by_it_too(key):
    answer = Asking(key).send_many([sent("1"), sent("2", ic="?"), {"x": "y"}])
    assert [one["result"] for one in answer.json()["results"]] == ["new", "new", "refused"]


def test_what_waits_reads_nothing_and_what_passes_leaves_ours_alone():
    key = KeyFactory()
    MappingFactory(system=key.system, waits=True, fields=FIELDS, passes=False)
    assert Asking(key).send(a_message("A-1")).status_code == 201
    MappingFactory(system=key.system, number=2, codes="people[].sex: 1 = M", passes=True)
    message = a_message("A-2", people=({"role": "child", "given": "Ada", "sex": "1"},))
    assert Asking(key).send(message).status_code == 201
    assert rows(ContactPerson).get(contact__sender_reference="A-2").sex == "M"


# Who lets it count


@pytest.fixture
def system():
    return SystemFactory()


SAID = {"fields": "", "codes": "people[].sex: 1 = M", "fixed": "", "passes": True, "why": "Edition 4"}


def test_one_writes_and_another_adopts(system):
    writer = StaffFactory(hub=system.hub, manager=True)
    with signed_in_as(writer):
        made = actions.write_mapping(system=system, by=writer, at=MONDAY_9AM, **SAID)
        with pytest.raises(PermissionDenied):
            actions.adopt_mapping(mapping=made, by=writer, at=MONDAY_9AM)
        with pytest.raises(actions.NotWhole, match="Nothing differs"):
            actions.write_mapping(system=system, by=writer, at=MONDAY_9AM, **SAID)
    again = StaffFactory(hub=system.hub, administrator=True, account=writer.account)
    with signed_in_as(again), pytest.raises(PermissionDenied):
        actions.adopt_mapping(mapping=made, by=again, at=MONDAY_9AM)
    other = StaffFactory(hub=system.hub, administrator=True)
    with signed_in_as(other):
        actions.adopt_mapping(mapping=made, by=other, at=MONDAY_9AM)
        actions.adopt_mapping(mapping=made, by=other, at=MONDAY_9AM)
    assert rows(MappingAdopted).get().by_id == other.pk
    assert b"How the words of" in browser(other).get(reverse("setup:log")).content


def test_what_nobody_looked_at_is_not_adopted(system):
    first = MappingFactory(system=system, waits=True)
    MappingFactory(system=system, waits=True, number=2, codes="people[].sex: 1 = M")
    other = StaffFactory(hub=system.hub, manager=True)
    with signed_in_as(other), pytest.raises(actions.NotWhole, match="newer"):
        actions.adopt_mapping(mapping=first, by=other, at=MONDAY_9AM)


def test_beneath_the_pages_nobody_adopts_their_own_and_strangers_see_none(system):
    writer = StaffFactory(hub=system.hub, manager=True)
    made = MappingFactory(system=system, waits=True, by=writer)
    with signed_in_as(writer), pytest.raises(DatabaseError):
        MappingAdopted.objects.bulk_create(
            [MappingAdopted(hub_id=system.hub_id, mapping=made, by=writer, at=MONDAY_9AM)]
        )
    for stranger in (StaffFactory(manager=True), StaffFactory(hub=system.hub, screener=True)):
        with signed_in_as(stranger):
            assert not Mapping.objects.exists()
            with pytest.raises(DatabaseError):
                Mapping.objects.bulk_create(
                    [
                        Mapping(
                            hub_id=system.hub_id, system=system, number=9, by=stranger, at=MONDAY_9AM, **SAID
                        )
                    ]
                )


def test_by_page_it_is_tried_written_and_adopted(system):
    writer, other = StaffFactory(hub=system.hub, manager=True), StaffFactory(hub=system.hub, manager=True)
    client = browser(writer)
    path = reverse("systems:mapping", args=[system.pk])
    said = {"fields_": FIELDS, "codes": CODES, "fixed": FIXED, "why": "Edition 4"}
    sample = json.dumps(sent(ic="IC9"))
    tried = client.post(reverse("systems:try_mapping", args=[system.pk]), said | {"sample": sample})
    assert "It would be taken." in tried.content.decode()
    assert "The sender wrote “IC9”" in tried.content.decode()
    assert not rows(Mapping).exists()
    assert "IC9" not in client.get(path).content.decode()
    wrong = client.post(path, said | {"codes": "people[].role: A = boss"})
    assert "is one of" in wrong.content.decode()
    client.post(path, said)
    made = rows(Mapping).get()
    adopt = reverse("systems:adopt_mapping", args=[system.pk])
    assert client.post(adopt, {"mapping": made.pk}).status_code == 403
    assert browser(other).post(adopt, {"mapping": made.pk}).status_code == 302
    assert "Version 1 counts" in client.get(path).content.decode()
    assert browser(other).post(adopt, {"mapping": "x"}).status_code == 404


def test_pages_are_for_who_sets_up_the_hub(system):
    for name in ("mapping", "try_mapping", "adopt_mapping"):
        path = reverse(f"systems:{name}", args=[system.pk])
        assert browser(StaffFactory(hub=system.hub, screener=True)).post(path).status_code == 403
        assert browser(StaffFactory(manager=True)).post(path).status_code == 404
