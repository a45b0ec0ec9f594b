"""Pictures, read part by part to their end: whole, of a size that can be shown, with nothing behind them."""

import zlib

from mash.contact.looking.refusing import Bomb, Harm, NotWhole
from mash.contact.looking.unpacking import Allowance, inflated

MOST_POINTS = 120_000_000  # of one picture: more than a telephone takes
MOST_SIDE = 30_000  # points
MOST_WORDS = 4 * 1024 * 1024  # bytes that a note in a picture may come to
MOST_SCANS = 200
MOST_PICTURES = 10  # that a telephone puts behind one another: the picture, and smaller ones of it
BEHIND = "Something stands behind the picture. Open it, take a screenshot or save a copy, and send that."
PNG = b"\x89PNG\r\n\x1a\n"
CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}  # by type of colour
PACKED_NOTES = {b"zTXt": 2, b"iCCP": 2}  # bytes from the end of the keyword to what is packed
SIZES = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}
ALONE = {0x01, *range(0xD0, 0xD8)}  # markers without a length
STARTS, ENDS, SCAN = 0xD8, 0xD9, 0xDA


def _fits(width: int, height: int) -> None:
    if not width or not height:
        raise NotWhole
    if width > MOST_SIDE or height > MOST_SIDE or width * height > MOST_POINTS:
        raise Bomb


# PNG


def look_into_png(body: bytes) -> None:
    """Raise Harm for what is against a PNG."""
    at, allowance, points, packed, kinds = len(PNG), Allowance(), 0, bytearray(), list[bytes]()
    while at < len(body) and kinds[-1:] != [b"IEND"]:
        length = int.from_bytes(body[at : at + 4], "big")
        kind, inside = body[at + 4 : at + 8], body[at + 8 : at + 8 + length]
        check = body[at + 8 + length : at + 12 + length]
        if len(check) != 4 or zlib.crc32(kind + inside) != int.from_bytes(check, "big"):
            raise NotWhole
        if (kind == b"IHDR") != (not kinds):
            raise NotWhole
        if kind == b"IHDR":
            points = _bytes_of_png(inside)
        elif kind == b"IDAT":
            packed += inside
        else:
            _look_at_note(kind, inside)
        kinds.append(kind)
        at += 12 + length
    if kinds[-1:] != [b"IEND"] or not points:
        raise NotWhole
    if at != len(body):
        raise Harm(BEHIND)
    allowance.left = min(allowance.left * 4, points + 1)
    _unpack(bytes(packed), allowance)


def _bytes_of_png(header: bytes) -> int:
    """Return how many bytes the picture may come to.  A woven one has some more rows."""
    if len(header) != 13:
        raise NotWhole
    width, height = int.from_bytes(header[:4], "big"), int.from_bytes(header[4:8], "big")
    depth, colour, pressed, filtered, woven = header[8:]
    _fits(width, height)
    if colour not in CHANNELS or depth not in {1, 2, 4, 8, 16} or pressed or filtered or woven > 1:
        raise NotWhole
    row = 1 + (width * CHANNELS[colour] * depth + 7) // 8
    return height * row * 2 + 1024


def _look_at_note(kind: bytes, inside: bytes) -> None:
    after = inside.find(b"\x00")
    if kind in PACKED_NOTES and after >= 0:
        _unpack(inside[after + PACKED_NOTES[kind] :], Allowance(MOST_WORDS))
    if kind == b"iTXt" and inside[after + 1 : after + 2] == b"\x01":
        language = inside.index(b"\x00", after + 3)
        _unpack(inside[inside.index(b"\x00", language + 1) + 1 :], Allowance(MOST_WORDS))


def _unpack(packed: bytes, allowance: Allowance) -> None:
    try:
        for _ in inflated(packed, allowance):
            pass
    except (zlib.error, EOFError) as why:
        raise NotWhole from why


# JPEG


def look_into_jpeg(body: bytes) -> None:
    """Raise Harm for what is against a JPEG."""
    at = 0
    for _ in range(MOST_PICTURES):
        at = _one_jpeg(body, at)
        if not body[at:].strip(b"\x00"):
            return
        if body[at : at + 3] != b"\xff\xd8\xff":
            raise Harm(BEHIND)
    raise Harm(BEHIND)


def _one_jpeg(body: bytes, at: int) -> int:
    """Return where the picture that begins at a place ends."""
    if body[at : at + 2] != b"\xff\xd8":
        raise NotWhole
    at, sized, scans = at + 2, False, 0
    while True:
        at, marker = _marker(body, at)
        if marker == ENDS:
            if not sized or not scans:
                raise NotWhole
            return at
        if marker in ALONE:
            continue
        length = int.from_bytes(body[at : at + 2], "big")
        if length < 2 or at + length > len(body) or marker in {0x00, STARTS}:
            raise NotWhole
        if marker in SIZES:
            _fits(int.from_bytes(body[at + 5 : at + 7], "big"), int.from_bytes(body[at + 3 : at + 5], "big"))
            sized = True
        at += length
        if marker == SCAN:
            scans += 1
            at = _after_scan(body, at)
        if scans > MOST_SCANS:
            raise Bomb


def _marker(body: bytes, at: int) -> tuple[int, int]:
    """Return the place after a marker, and the marker."""
    if body[at] != 0xFF:
        raise NotWhole
    while body[at] == 0xFF:
        at += 1
    return at + 1, body[at]


def _after_scan(body: bytes, at: int) -> int:
    """Return where the points of a scan end: at the next marker that is none within them."""
    while True:
        at = body.index(b"\xff", at)
        if body[at + 1] not in {0x00, *range(0xD0, 0xD8)}:
            return at
        at += 2
