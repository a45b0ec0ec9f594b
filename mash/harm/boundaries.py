"""Reading a hub's boundaries (GeoJSON) and its table of postcodes (CSV).  Pure, and bounded: whole or not at all.

What is wrong is said with its place.  RFC 7946: longitude before latitude, WGS 84, and no other.

Source: docs/rules.md, "Areas on a map".
"""

import csv
import io
import json
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

LARGEST_MAP = 8 * 1024 * 1024  # bytes
LARGEST_TABLE = 20 * 1024 * 1024
MOST_AREAS = 500
MOST_POSITIONS = 120_000
MOST_ROWS = 400_000
LONGEST_CODE, LONGEST_NAME = 20, 80
SAID_AT_ONCE = 20  # of what is wrong
POSTCODE = re.compile(r"[A-Z]{1,2}\d[A-Z\d]?\d[A-Z]{2}")
KNOWN_CRS = {"urn:ogc:def:crs:ogc:1.3:crs84", "urn:ogc:def:crs:epsg::4326", "epsg:4326"}
NAMES, CODES = ("name", "nm"), ("code", "cd")
MOST_CHILDREN = 10_000_000


class Refused(Exception):
    """The file was not taken: `wrong` says what and where, the first of it."""

    def __init__(self, wrong: list[str]) -> None:
        super().__init__(" ".join(wrong))
        self.wrong = wrong


@dataclass(frozen=True, slots=True)
class Boundary:
    """One area.  children: how many live there; None where the file does not say.  shape: as GeoJSON."""

    code: str
    name: str
    children: int | None
    shape: Mapping[str, Any]


def read_map(body: bytes) -> list[Boundary]:
    """Return the areas of a FeatureCollection of polygons.  Raises Refused, naming each feature that does not do."""
    said = _collection(body)
    features = said["features"]
    if not isinstance(features, list) or not features:
        raise Refused(["The file holds no feature."])
    if len(features) > MOST_AREAS:
        raise Refused([f"The file holds {len(features):,} features; the most is {MOST_AREAS}."])
    wrong: list[str] = []
    found: list[Boundary] = []
    left = MOST_POSITIONS
    for place, one in enumerate(features, 1):
        try:
            boundary, used = _boundary(one)
        except ValueError as why:
            wrong.append(f"Feature {place}{_called(one)}: {why}")
            continue
        left -= used
        if left < 0:
            raise Refused(
                [f"The shapes have more than {MOST_POSITIONS:,} positions together: simplify them first."]
            )
        found.append(boundary)
    for what in ("code", "name"):
        wrong += _twice(found, what)
    if wrong:
        raise Refused(wrong[:SAID_AT_ONCE])
    return sorted(found, key=lambda one: one.code)


def _collection(body: bytes) -> Mapping[str, Any]:
    if len(body) > LARGEST_MAP:
        raise Refused([f"The file is larger than {LARGEST_MAP // 1024 // 1024} MB."])
    try:
        said = json.loads(body.decode("utf-8-sig"), parse_constant=_no_constant)
    except (UnicodeDecodeError, ValueError, RecursionError) as why:
        raise Refused(["The file is no GeoJSON: it cannot be read as JSON in UTF-8."]) from why
    if not isinstance(said, dict) or said.get("type") != "FeatureCollection" or "features" not in said:
        raise Refused(["The file is no FeatureCollection of GeoJSON."])
    crs = said.get("crs")
    if crs is not None and _crs(crs) not in KNOWN_CRS:
        raise Refused(["The file uses another system of coordinates: save it as WGS 84 (EPSG:4326)."])
    return said


def _no_constant(word: str) -> float:
    raise ValueError(word)


def _crs(said: Any) -> str:
    named = said.get("properties") if isinstance(said, dict) else None
    return str(named.get("name", "")).casefold() if isinstance(named, dict) else ""


def _called(one: Any) -> str:
    properties = one.get("properties") if isinstance(one, dict) else None
    name = _said(properties, NAMES) if isinstance(properties, dict) else ""
    return f" ({_plain(name)[:LONGEST_NAME]})" if name else ""


def _boundary(one: Any) -> tuple[Boundary, int]:
    if not isinstance(one, dict) or one.get("type") != "Feature":
        raise ValueError("It is no Feature.")
    properties = one.get("properties")
    if not isinstance(properties, dict):
        properties = {}
    code, name = (_plain(_said(properties, words)) for words in (CODES, NAMES))
    if not code or len(code) > LONGEST_CODE:
        raise ValueError(f"Its property “code” is missing, or longer than {LONGEST_CODE} letters.")
    if not name or len(name) > LONGEST_NAME:
        raise ValueError(f"Its property “name” is missing, or longer than {LONGEST_NAME} letters.")
    shape, used = _shape(one.get("geometry"))
    return Boundary(code, name, _children(properties.get("children")), shape), used


def _said(properties: Mapping[str, Any], words: tuple[str, str]) -> str:
    """Return a property by its plain name, or by that of the Office for National Statistics (WD24CD, WD24NM)."""
    plain, ending = words
    for key, value in properties.items():
        if isinstance(value, str) and str(key).casefold() == plain:
            return value
    for key, value in properties.items():
        if isinstance(value, str) and re.fullmatch(rf"[A-Za-z]+\d\d{ending}", str(key), re.IGNORECASE):
            return value
    return ""


def _plain(text: str) -> str:
    return " ".join("".join(one if one.isprintable() else " " for one in text).split())


def _children(said: Any) -> int | None:
    if said is None:
        return None
    if isinstance(said, bool) or not isinstance(said, int) or not 0 <= said <= MOST_CHILDREN:
        raise ValueError("Its property “children” is no whole number of children.")
    return said or None


def _shape(said: Any) -> tuple[dict[str, Any], int]:
    if not isinstance(said, dict) or said.get("type") not in {"Polygon", "MultiPolygon"}:
        raise ValueError("Its geometry is neither a Polygon nor a MultiPolygon.")
    given = said.get("coordinates")
    polygons = [given] if said["type"] == "Polygon" else given
    if not isinstance(polygons, list) or not polygons:
        raise ValueError("Its geometry has no coordinates.")
    kept, used = [], 0
    for rings in polygons:
        if not isinstance(rings, list) or not rings:
            raise ValueError("One of its polygons has no ring.")
        whole = []
        for ring in rings:
            whole.append(_ring(ring))
            used += len(ring)
            if used > MOST_POSITIONS:
                raise ValueError(f"It has more than {MOST_POSITIONS:,} positions.")
        kept.append(whole)
    return {"type": "MultiPolygon", "coordinates": kept}, used


def _ring(said: Any) -> list[list[float]]:
    if not isinstance(said, list) or len(said) < 4:
        raise ValueError("A ring has fewer than four positions.")
    ring = [_position(one) for one in said]
    if ring[0] != ring[-1]:
        raise ValueError("A ring is not closed: its last position is not its first.")
    if len({tuple(one) for one in ring}) < 3:
        raise ValueError("A ring encloses nothing.")
    return ring


def _position(said: Any) -> list[float]:
    if not isinstance(said, list) or not 2 <= len(said) <= 3 or not all(_is_number(one) for one in said):
        raise ValueError("A position is not two numbers, longitude and latitude.")
    longitude, latitude = float(said[0]), float(said[1])
    if not (-180 <= longitude <= 180 and -90 <= latitude <= 90):
        raise ValueError(
            "A position is no longitude and latitude: save the file as WGS 84 (EPSG:4326), and not as metres."
        )
    return [round(longitude, 6), round(latitude, 6)]


def _is_number(said: Any) -> bool:
    return (
        isinstance(said, int | float)
        and not isinstance(said, bool)
        and abs(said) < 1e9
        and math.isfinite(said)
    )


def _twice(found: list[Boundary], what: str) -> Iterator[str]:
    seen: set[str] = set()
    for one in found:
        value: str = getattr(one, what)
        if value.casefold() in seen:
            yield f"The {what} {value} stands in two features."
        seen.add(value.casefold())


def read_postcodes(body: bytes, codes: set[str]) -> dict[str, str]:
    """Return the area of each postcode, from a CSV with the columns postcode and code.

    codes: of the areas on the map.

    Raises Refused, naming each line that does not do.
    """
    if len(body) > LARGEST_TABLE:
        raise Refused([f"The file is larger than {LARGEST_TABLE // 1024 // 1024} MB."])
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError as why:
        raise Refused(["The file is not in UTF-8: save it as CSV in UTF-8."]) from why
    rows = csv.reader(io.StringIO(text, newline=""), strict=True)
    found: dict[str, str] = {}
    try:
        wrong = _rows(rows, codes, found)
    except csv.Error as broken:
        raise Refused([f"Line {rows.line_num}: it is no CSV that can be read."]) from broken
    if wrong or not found:
        raise Refused(wrong or ["The file holds no postcode."])
    return found


def _rows(rows: Any, codes: set[str], found: dict[str, str]) -> list[str]:
    """Read the rows into `found`; return what is wrong, each with its line, the first of it."""
    columns = _columns(next(rows, []))
    wrong: list[str] = []
    for row in rows:
        if not any(cell.strip() for cell in row):
            continue
        if rows.line_num > MOST_ROWS:
            raise Refused([f"The file has more than {MOST_ROWS:,} rows."])
        said = _row(row, columns, codes, found)
        if said:
            wrong.append(f"Line {rows.line_num}: {said}")
        if len(wrong) >= SAID_AT_ONCE:
            break
    return wrong


def _columns(header: list[str]) -> tuple[int, int]:
    names = [one.strip().casefold() for one in header]
    if "postcode" not in names or "code" not in names:
        raise Refused(["The first line must name the columns “postcode” and “code”."])
    return names.index("postcode"), names.index("code")


def _row(row: list[str], columns: tuple[int, int], codes: set[str], found: dict[str, str]) -> str:
    if len(row) <= max(columns):
        return "it has too few columns."
    postcode, code = "".join(row[columns[0]].upper().split()), row[columns[1]].strip()
    if not POSTCODE.fullmatch(postcode):
        return "its postcode is none."
    if code not in codes:
        return "no area of the map has its code."
    if found.setdefault(postcode, code) != code:
        return "its postcode stands before with another code."
    return ""
