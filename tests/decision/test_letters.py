"""What a letter to a family says, and what in its words or its way stops it.  No database."""

import pytest

from mash.decision import letters
from mash.decision.content import letters as templates
from mash.decision.letters import Around, Somebody

GRACE = Somebody("g", ("Grace", "Okafor"), ("12 Cobbold Street", "NF2 3AB"), ("07700 900001",), False)
DANIEL = Somebody("d", ("Daniel", "Okafor"), ("12 Cobbold Street", "NF2 3AB"), (), False)
PAUL = Somebody("p", ("Paul", "Reeve"), ("7 Elm Road", "NF9 1ZZ"), ("07700 900002",), False)
HIDDEN = Somebody("h", ("Rita", "Vance"), (), (), True)


def around(*others, recipient=GRACE, **changes):
    return Around(recipient=recipient, others=others, public=(), section_47=False, **changes)


def filled(template="family_outcome", **changes):
    letter = templates()[template]
    known = {
        **dict.fromkeys(letters.gaps_to_write(letter), "Some words."),
        **dict.fromkeys(letters.gaps_of_hub(), "020 1"),
    }
    return letters.write(letter, known | {"hub_name": "Borough MASH", "hub_phone": "020 2"} | changes)


def test_a_whole_letter_is_stopped_by_nothing_and_an_empty_gap_stops_it():
    assert letters.blocks(filled(), around(DANIEL, PAUL)) == []
    stopped = letters.blocks(filled(worry_plain=" "), around(DANIEL))
    assert stopped == ["Fill this first: The worry, in plain words the reader may have."]


def test_every_family_letter_can_be_filled():
    for one in templates().values():
        if one.goes == "draft_only":
            assert letters.empty_gaps(filled(one.id)) == [], one.id


def test_what_depends_on_the_help_is_left_out_unless_it_holds():
    letter = templates()["family_outcome"]
    assert "It is up to you" not in letters.write(letter, {})
    assert "It is up to you" in letters.write(letter, {}, help_needs_agreement=True)


@pytest.mark.parametrize(
    ("words", "others", "says"),
    [
        ("Call at 7 Elm Road.", (PAUL,), "somebody else in this case"),
        ("Call at 8 Oak Road.", (PAUL,), ""),  # nobody's here, and nobody is hidden: noticed, not stopped
        ("They live at NF9 1ZZ now.", (PAUL,), "somebody else in this case"),
        ("They live at nf91zz now.", (PAUL,), "somebody else in this case"),
        ("You live at NF2 3AB with Daniel.", (DANIEL,), ""),  # the reader's own address
        ("You live at NF2 3AB.", (HIDDEN,), "kept from another"),
        ("She is at 4 Harbour Street.", (HIDDEN,), "kept from another"),
        ("Ring 07700900002.", (PAUL,), "telephone number or e-mail"),
        ("Ring 07700 900001.", (PAUL,), ""),
        ("It was rated red.", (), "ratings and levels"),
        ("This is level 3.", (), "ratings and levels"),
        ("Something is sealed.", (), "held in confidence"),
        ("A section 47 enquiry begins.", (), "section 47"),
    ],
)
def test_what_stops_a_letter(words, others, says):
    found = " ".join(letters.blocks(words, around(*others)))
    assert (says in found) if says else found == ""


def test_a_public_referrer_is_not_named_and_section_47_is_said_where_it_is_decided():
    public = Around(recipient=GRACE, others=(), public=("Nora Blum",), section_47=True)
    assert "public" in " ".join(letters.blocks("Mrs Blum told us.", public))
    assert letters.blocks("A section 47 enquiry begins.", public) == []


def test_the_hubs_own_postcode_may_stand_in_its_own_words():
    said = "Complaints: Town Hall, NF1 1AA."
    assert letters.blocks(said, around(HIDDEN)) != []
    assert letters.blocks(said, around(HIDDEN, own=("Town Hall, NF1 1AA",))) == []


@pytest.mark.parametrize(
    ("method", "kept_from", "recipient", "says"),
    [
        ("in_person", ["d"], GRACE, ""),
        ("post_to_safe_address", ["d"], GRACE, "same address"),
        ("post_to_safe_address", ["p"], GRACE, ""),
        ("post_to_safe_address", [], HIDDEN, "protected"),
        ("call_to_safe_number", ["p"], Somebody("x", (), (), ("07700900002",), False), "shares the number"),
        ("call_to_safe_number", ["p"], GRACE, ""),
        ("in_person", ["g"], GRACE, "must not see it"),
    ],
)
def test_a_way_that_is_shared_with_somebody_who_must_not_see_it_is_refused(
    method, kept_from, recipient, says
):
    found = " ".join(letters.conflicts(around(DANIEL, PAUL, recipient=recipient), method, kept_from))
    assert (says in found) if says else found == ""


def test_a_worker_is_asked_to_look_at_names_addresses_and_hard_words():
    hard = (
        "Notwithstanding considerable multidisciplinary deliberation, intervention remained proportionate. "
    )
    found = " ".join(letters.warnings(f"Paul hit you at 7 Elm Road. You must come. {hard * 3}", around(PAUL)))
    for says in ("names Paul", "address", "you must", "hard to read"):
        assert says in found
    assert (
        letters.warnings("Grace, we saw your home. It was warm. We will come on Monday.", around(PAUL)) == []
    )


def test_reading_age_is_low_for_short_words_and_high_for_long_ones():
    assert letters.reading_age("We came to see you. We talked with you. We will help.") <= 8
    assert (
        letters.reading_age("Multidisciplinary considerations necessitated proportionate intervention.") > 15
    )
    assert letters.reading_age("") == 0


def test_a_change_of_address_changes_the_fingerprint():
    moved = Somebody("p", PAUL.names, ("9 Oak Lane",), PAUL.numbers, False)
    assert letters.fingerprint(around(PAUL)) != letters.fingerprint(around(moved))
    assert letters.fingerprint(around(PAUL, DANIEL)) == letters.fingerprint(around(DANIEL, PAUL))


def test_each_letter_is_for_its_own_reader():
    assert {one.id for one in letters.family_letters("child")} == {"young_person_outcome", "family_call"}
    assert {one.id for one in letters.family_letters("adult_at_risk")} == {"adult_outcome", "family_call"}
    assert {one.id for one in letters.family_letters("parent_or_carer")} == {
        "family_outcome",
        "family_told_afterwards",
        "family_call",
    }
