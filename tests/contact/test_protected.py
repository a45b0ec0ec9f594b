"""Taking protected addresses out of a message.  Pure."""

import json

from mash.contact.protected import MARK, take_out
from tests.factories.contact import a_message

REFUGE = {"lines": ["c/o Harbour", "Unit 3 Quay Row"], "postcode": "HV2 6FF"}
MOTHER = {"role": "parent_or_carer", "given": "Eva", "address": REFUGE | {"protected": True}}
CHILD = {"role": "child", "given": "Nora"}
FATHER = {
    "role": "alleged_perpetrator",
    "given": "Craig",
    "address": {"lines": ["101 Sluice Road"], "postcode": "NF5 2BC"},
}


def said(people, **changes):
    return a_message("S-1", people, **changes)


def test_a_message_without_protected_addresses_stays_as_it_is():
    message = said([CHILD, FATHER])
    assert take_out(message) == (message, [])


def test_a_protected_address_is_taken_out_and_kept_for_sealing():
    shown, (taken,) = take_out(said([MOTHER, FATHER]))
    assert shown["people"][0]["address"] == {"protected": True}
    assert shown["people"][1]["address"] == FATHER["address"]
    assert (taken.ref, taken.lines, taken.postcode) == ("p1", ("c/o Harbour", "Unit 3 Quay Row"), "HV2 6FF")


def test_the_same_address_given_for_somebody_else_is_protected_too():
    unmarked = CHILD | {"address": {"lines": ["C/O Harbour"], "postcode": "hv26ff"}}
    shown, taken = take_out(said([MOTHER, unmarked]))
    assert shown["people"][1]["address"] == {"protected": True}
    assert [one.ref for one in taken] == ["p1", "p2"]


def test_an_address_repeated_in_the_words_is_marked_and_the_words_are_kept_for_sealing():
    words = "He is looking for them near HV26FF.  They stay at unit 3, Quay Row with friends."
    shown, (taken,) = take_out(said([MOTHER], concern={"categories": [], "what_happened": words}))
    assert shown["concern"]["what_happened"] == (
        f"He is looking for them near {MARK}.  They stay at {MARK} with friends."
    )
    assert taken.words == {"concern.what_happened": words}


def test_a_place_of_the_event_that_is_the_protected_address_is_marked():
    event = {"place": {"description": "the refuge", "postcode": "HV2 6FF"}}
    shown, _ = take_out(said([MOTHER], event=event))
    assert shown["event"]["place"] == {"description": "the refuge", "postcode": MARK}


def test_people_without_an_address_are_not_taken_for_people_at_the_protected_one():
    nowhere = {"role": "parent_or_carer", "address": {"protected": True}}
    shown, taken = take_out(said([nowhere, CHILD]))
    assert "address" not in shown["people"][1]
    assert [one.ref for one in taken] == ["p1"]


def test_nothing_of_the_address_is_left_anywhere():
    text = "Flat at HV2-6FF, c/o   Harbour."
    message = said(
        [MOTHER, CHILD | {"school": "Quay School", "address": REFUGE}, FATHER],
        concern={"categories": [], "what_happened": text, "history": "Unit 3 Quay Row"},
        actions_taken="wrote to C/o Harbour",
    )
    left = json.dumps(take_out(message)[0]).casefold()
    assert not [
        word for word in ("hv2 6ff", "hv26ff", "hv2-6ff", "c/o harbour", "harbour", "unit 3") if word in left
    ]
