"""The wards of a hub's area, by the postcodes in them: `wards.yaml`.  The product carries none; a hub adds its own.

Source: docs/rules.md, "Order of work".
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from django.db.models import Exists, OuterRef, Q
from pydantic.dataclasses import dataclass

from mash.common.content import SHAPE, Source, by_id, read, refuse
from mash.common.editions import Content
from mash.contact.models import AT_RISK, ContactPerson

WARDS = Path(__file__).parent / "content" / "wards.yaml"
BEGINNING = re.compile(r"([A-Z]{1,2}\d[A-Z\d]?)(?: (\d)([A-Z]{2})?)?")


@dataclass(frozen=True, kw_only=True, config=SHAPE)
class Ward:
    """One ward.  postcodes: "NF1" for all of it, "NF1 2" for a sector, "NF1 2AB" for one."""

    id: str
    label: str
    postcodes: tuple[str, ...]
    retired: bool = False


@dataclass(frozen=True, kw_only=True, config=SHAPE)
class WardContent:
    """The whole of `wards.yaml`."""

    format: str
    version: int
    sources: dict[str, str]
    wards: tuple[Ward, ...]


def load_wards(file: Source = WARDS) -> WardContent:
    """Read and check the wards.  Raises ContentError naming the place."""
    content = read(file, WardContent)
    for ward in by_id(content.wards, f"{file.name}: wards").values():
        wrong = [one for one in ward.postcodes if not BEGINNING.fullmatch(one.strip().upper())]
        place = f"{file.name}: wards.{ward.id}.postcodes"
        refuse(wrong, place, "a postcode or how one begins, such as NF1, NF1 2 or NF1 2AB")
        refuse(not ward.postcodes, place, "at least one postcode, or how one begins")
    return content


ward_content = Content(WARDS, "Wards", load_wards)
"""Return the wards as the hub that acts has them."""


@ward_content.derived
def wards(content: WardContent) -> Mapping[str, Ward]:
    """Return the wards that are offered, by id, in order."""
    return {one.id: one for one in content.wards if not one.retired}


@ward_content.derived
def _patterns(content: WardContent) -> Sequence[tuple[str, re.Pattern[str]]]:
    """Return what postcodes of each ward look like, those of retired wards left out."""
    offered = [one for one in content.wards if not one.retired]
    return [(one.id, re.compile(_pattern(one.postcodes), re.IGNORECASE)) for one in offered]


def ward_of(postcodes: Iterable[str]) -> str:
    """Return the ward in which the first of some postcodes lies that lies in any; "" where none does.

    Source: docs/rules.md, "Performance figures".
    """
    found = (ward for one in postcodes for ward, looks in _patterns() if looks.search(one))
    return next(found, "")


def ward_labels() -> Mapping[str, str]:
    """Return what each ward is called, retired ones too."""
    return {one.id: one.label for one in ward_content().wards}


def lies_in(ward: Ward) -> Q:
    """Return "somebody it is about lives in a ward, or it happened there", as a filter on contacts.

    A protected address has no postcode here, and so lies in no ward.
    """
    pattern = _pattern(ward.postcodes)
    homes = ContactPerson.objects.filter(contact=OuterRef("pk"), role__in=AT_RISK, postcode__iregex=pattern)
    return Q(Exists(homes)) | Q(event_postcode__iregex=pattern)


def _pattern(beginnings: Iterable[str]) -> str:
    """Return what a postcode looks like, with its space or without, if it lies in any of these.

    The last three letters and figures of a postcode are its second half, so "NF1 2" is not the beginning of NF12 3AB.
    """
    found = [BEGINNING.fullmatch(one.strip().upper()) for one in beginnings]
    parts = [f"{one[1]} *{one[2] or '[0-9]'}{one[3] or '[A-Z]{2}'}" for one in found if one]
    return f"^(?:{'|'.join(parts)})$"
