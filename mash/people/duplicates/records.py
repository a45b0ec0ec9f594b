"""What Splink is told of a record: one line of plain words, folded as the product's own search folds them.  Pure."""

from collections.abc import Mapping

from mash.people import identifiers, names
from mash.people.details import Details

COLUMNS = (
    "id",
    "given",
    "family",
    "given_sound",
    "family_sound",
    "born_on",
    "sex",
    "postcode",
    "phone",
    "nhs",
)


def plain(key: str, said: Details) -> Mapping[str, str | None]:
    """Return a record as a line; what is not known is None."""
    given, family = names.given_words(said.given), names.family_words(said.family)
    phones = [identifiers.digits(one) for one in said.phones]
    numbers = sorted(value for scheme, value in said.good_numbers() if scheme == identifiers.NHS)
    row = {
        "id": key,
        "given": " ".join(given),
        "family": " ".join(family),
        "given_sound": names.sound(given[0]) if given else "",
        "family_sound": names.sound(family[0]) if family else "",
        "born_on": said.born_on.isoformat() if said.born_on else "",
        "sex": said.sex if said.sex != "U" else "",
        "postcode": identifiers.tidy_postcode(said.addresses[0].postcode) if said.addresses else "",
        "phone": next((one for one in phones if not identifiers.is_no_phone(one)), ""),
        "nhs": numbers[0] if numbers else "",
    }
    return {name: value or None for name, value in row.items()}
