"""Sound and film: whole by their own lengths, with nothing behind them."""

from mash.contact.looking.refusing import Harm, NotWhole

BEHIND = "Something stands behind the recording. Save a copy of it and send that."
HOLD_BOXES = {b"moov", b"moof"}
MOST_BOXES = 100_000
FRAME = 4  # bytes that head a frame of an MP3


def look_into_mp4(body: bytes) -> None:
    """Raise Harm for what is against an MP4: its boxes must follow one another to its end, and hold a recording."""
    at, kinds = 0, set[bytes]()
    for _ in range(MOST_BOXES):
        if at == len(body):
            break
        size, kind, head = int.from_bytes(body[at : at + 4], "big"), body[at + 4 : at + 8], 8
        if size == 1:
            size, head = int.from_bytes(body[at + 8 : at + 16], "big"), 16
        if size == 0:
            size = len(body) - at
        if size < head or at + size > len(body) or not kind.strip().isalnum():
            raise Harm(BEHIND) if kinds & HOLD_BOXES else NotWhole
        kinds.add(kind)
        at += size
    if at != len(body) or not kinds & HOLD_BOXES:
        raise NotWhole


def look_into_wave(body: bytes) -> None:
    """Raise Harm for what is against a WAV."""
    end = 8 + int.from_bytes(body[4:8], "little")
    if end > len(body) or b"data" not in body[12:4096]:
        raise NotWhole
    if end + end % 2 < len(body):
        raise Harm(BEHIND)


def look_into_mp3(body: bytes) -> None:
    """Raise Harm for what is against an MP3: after its label a frame must follow."""
    at = 0
    if body.startswith(b"ID3"):
        sizes = body[6:10]
        if len(sizes) != 4 or max(sizes) > 0x7F:
            raise NotWhole
        at = 10 + (sizes[0] << 21 | sizes[1] << 14 | sizes[2] << 7 | sizes[3])
        at += len(body[at:]) - len(body[at:].lstrip(b"\x00"))
    head = body[at : at + FRAME]
    if len(head) < FRAME or head[0] != 0xFF or head[1] & 0xE0 != 0xE0:
        raise NotWhole
    if head[1] & 0x18 == 0x08 or not head[1] & 0x06 or head[2] & 0xF0 == 0xF0 or head[2] & 0x0C == 0x0C:
        raise NotWhole
