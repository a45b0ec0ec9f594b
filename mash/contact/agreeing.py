"""Who gave agreement, as far as a referral message says."""

import re
import unicodedata

from mash.contact.message import Message, Person

LONGEST_NAMING = 400  # of who agreed, as far as it is compared with the people of the message


def givers(message: Message) -> tuple[Person, ...]:
    """Return the people of the message who gave agreement, as far as `by` names them by id or name.

    Nobody, where the name is written another way than in the message: then who gave it is for a person to say.
    """
    said = ((message.agreement and message.agreement.by) or "")[:LONGEST_NAMING]
    names = [(one, _full_names(one), _folded((one.name and one.name.given) or "")) for one in message.people]
    parts = [said, *re.split(r"\band\b|[,;&+]", said)]
    whole, *each = [_named(_folded(part), names) for part in parts]
    return (whole,) if whole else tuple({one.id: one for one in each if one}.values())


def _named(said: str, names: list[tuple[Person, set[str], str]]) -> Person | None:
    """Return the one person meant by an id, a full name or, where nobody shares it, a first name."""
    exact = [one for one, _, _ in names if _folded(one.id) == said]
    full = [one for one, whole, _ in names if said in whole]
    first = [one for one, _, given in names if said == given]
    found = exact or full or first
    return found[0] if len(found) == 1 and said else None


def _full_names(person: Person) -> set[str]:
    names = {person.full_name, *(person.name.known_as if person.name else ())}
    return {_folded(name) for name in names} - {""}


def _folded(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def parental_responsibility(message: Message, giver: str, child: str) -> bool | None:
    """Tell whether the message gives one person parental responsibility for another; None where it does not say."""
    said = {
        one.parental_responsibility
        for one in message.relationships
        if (one.from_id, one.to_id) == (giver, child)
    }
    return None if said <= {None} else False not in said
