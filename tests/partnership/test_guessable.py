"""Long passwords that would be among the first tried, and others that only look a little like them."""

import pytest
from django.contrib.auth.password_validation import CommonPasswordValidator, validate_password
from django.core.exceptions import ValidationError


@pytest.mark.parametrize(
    "password",
    [
        "Password2026!!!",
        "p@ssw0rd123456",
        "!!Football1234",
        "safeguarding2026",
        "OpenMASH-Police-1",
        "Welcome to the hub!",
        "ChildrenSocialCare9",
        "abcabcabcabcabc",
        "xy xy xy xy xy xy",
        "aaaaaaaaaaaaaaaa",
    ],
)
def test_what_would_be_among_the_first_tried_is_refused(password):
    with pytest.raises(ValidationError):
        validate_password(password)


@pytest.mark.parametrize(
    "password",
    [
        "tractor velvet onion harbour",
        "mash potatoes with brown gravy",
        "9f!Qz_74-wKd2x",
        "ÆØÅ blåbærsyltetøy og fløte",
        "x" + "lantern gravel piano nine " * 3,
    ],
)
def test_anything_else_is_taken_whatever_it_is_made_of(password):
    validate_password(password)


def test_no_common_password_is_taken_with_digits_after_it():
    letters = sorted(one for one in CommonPasswordValidator().passwords if one.isalpha())
    assert len(letters) > 3000
    for one in letters[::3]:
        with pytest.raises(ValidationError):
            validate_password(f"{one.title()}2026!{'0' * 12}")
