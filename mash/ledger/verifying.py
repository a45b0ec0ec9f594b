"""Looking through the record: lines against roots, roots against each other, their key and a witness.

Nothing here trusts the database: what counts is what is signed, and what a witness outside holds.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from mash.ledger import lines, trees
from mash.ledger.actions import line_hash
from mash.ledger.actions.removing import EVENT, SERVICE
from mash.ledger.actions.rooting import BEGINNING
from mash.ledger.findings import Kind, Verified
from mash.ledger.models import Entry, Root
from mash.ledger.signing import Keys
from mash.ledger.witnesses import Held

LINES_AT_ONCE = 200_000
BEGAN_LONG_BEFORE = timedelta(hours=2)  # a job's lines give the moment it began
CLOCKS_DIFFER = timedelta(minutes=5)
UNDER = f"""
    SELECT u.number, u.place, {lines.WRITTEN}
    FROM (
      SELECT r.number, k.id, k.place FROM ledger_root r, unnest(r.lines) WITH ORDINALITY k(id, place)
      WHERE r.number BETWEEN %s AND %s
    ) u JOIN ledger_entry e ON e.id = u.id
"""  # noqa: S608 (ours)
NEAR = f"{UNDER} WHERE e.xact BETWEEN %s::text::xid8 AND %s::text::xid8"
STRAYS = f"""
    SELECT {lines.WRITTEN}
    FROM ledger_entry e WHERE NOT EXISTS (SELECT FROM (SELECT unnest(lines) AS id FROM ledger_root) u WHERE u.id = e.id)
"""  # noqa: S608 (ours)
Progress = Callable[[int], object]


@dataclass(slots=True)
class _Vouched:
    """Lines whose free words were removed: by key, the leaf of each as it stands without them; which were met."""

    leaves: dict[bytes, bytes]
    met: set[bytes] = field(default_factory=set)

    @classmethod
    def read(cls) -> "_Vouched":
        said = Entry.objects.filter(event=EVENT, actor=SERVICE).values_list("detail", flat=True)
        return cls(
            {
                key.encode(): bytes.fromhex(leaf)
                for detail in said.iterator(200)
                for key, leaf in detail.get("stand", {}).items()
            }
        )

    def accept(self, said: bytes, stands: bytes) -> bool:
        """Tell whether a line is as a later line vouches for it, with no word and no hash of its own."""
        key = said[lines.KEY]
        if self.leaves.get(key) != stands or not lines.is_without_words(said):
            return False
        self.met.add(key)
        return True


@dataclass(slots=True)
class _Under:
    """One root with what was read of its lines.

    over, count, wanted: hash, number and leaves of its lines, as the witness holds them or else the root itself.
    before: of the root before it, when it was made; began: the first transaction that began after that.
    """

    root: Root
    over: str
    count: int
    wanted: list[bytes]
    before: datetime | None
    began: int
    vouched: _Vouched
    seen: list[bytes | None] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    misdated: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.keys = [str(key) for key in self.root.lines]
        self.seen = [None] * len(self.keys)

    @property
    def stands(self) -> bool:
        """Tell whether the lines that were read are those under the root."""
        seen = [one for one in self.seen if one is not None]
        return len(seen) == len(self.seen) == self.count and trees.root_of(seen).hex() == self.over


def verify(
    *, keys: Keys | None, held: Iterable[Held] | None = None, progress: Progress = lambda _: None
) -> Verified:
    """Look through every root and every line that whoever acts may read, a few hundred thousand lines at a time.

    keys: which public keys are trusted; None looks at lines and roots without asking who signed.
    held: what a witness holds.

    A line whose free words were removed when a record was disposed of is accepted as a later line vouches for it, and
    counted; that line stands under a root itself.

    Source: docs/rules.md, "Evidence".
    """
    outside = None if held is None else {one.number: one for one in held}
    result = Verified(witnessed=None if outside is None else max(outside, default=0))
    last: Root | None = None
    missing: set[bytes] = set()
    vouched = _Vouched.read()
    for some in _some_at_a_time(outside or {}, vouched):
        for under in some:
            missing |= _gap(result, last, under.root, outside or {})
            under.before, under.began = (last.made_at, _snapshot(last).upto) if last else (None, 0)
            _look_at(result, under.root, last, keys, outside)
            last = under.root
        _look_under(result, some, progress)
    missing |= _cut_off(result, last, outside or {})
    _look_at_strays(result, last, missing, vouched)
    result.without_words = len(vouched.met)
    return result


def _made(root: Root) -> str:
    return f"{root.made_at:%Y-%m-%d %H:%M:%S} UTC"


def _snapshot(root: Root) -> lines.Snapshot:
    """Return a root's snapshot; of one that was changed, and so is found for its signature, nothing."""
    try:
        return lines.Snapshot.read(root.snapshot)
    except ValueError:
        return lines.Snapshot()


def _some_at_a_time(outside: dict[int, Held], vouched: _Vouched) -> Iterator[list[_Under]]:
    some: list[_Under] = []
    for root in Root.objects.order_by("number").iterator(50):
        some.append(_under(root, outside.get(root.number), vouched))
        if sum(len(one.keys) for one in some) >= LINES_AT_ONCE:
            yield some
            some = []
    yield some


def _under(root: Root, kept: Held | None, vouched: _Vouched) -> _Under:
    if kept is None or not kept.is_whole:
        return _Under(root, root.root, root.count, _cut(bytes(root.leaves)), None, 0, vouched)
    said = _said(kept)
    return _Under(root, said["root"], int(said["lines"]), _cut(kept.leaves), None, 0, vouched)


def _said(kept: Held) -> dict[str, str]:
    return dict(one.split(": ", 1) for one in kept.statement.splitlines() if ": " in one)


def _cut(leaves: bytes) -> list[bytes]:
    return [leaves[place : place + trees.DIGEST] for place in range(0, len(leaves), trees.DIGEST)]


# Roots


def _gap(result: Verified, last: Root | None, root: Root, outside: dict[int, Held]) -> set[bytes]:
    """Write down the roots missing before this one; return the leaves that a witness holds of them."""
    return _missing(result, range(last.number + 1 if last else 1, root.number), outside)


def _cut_off(result: Verified, last: Root | None, outside: dict[int, Held]) -> set[bytes]:
    """Write down the roots that a witness holds and the database no longer does, after its last."""
    first = last.number + 1 if last else 1
    return _missing(result, range(first, max(outside, default=0) + 1), outside)


def _missing(result: Verified, numbers: Iterable[int], outside: dict[int, Held]) -> set[bytes]:
    leaves: set[bytes] = set()
    for number in numbers:
        kept = outside.get(number)
        result.add(Kind.MISSING, number, _said(kept).get("made", "") if kept else "")
        leaves |= set(_cut(kept.leaves)) if kept else set()
    return leaves


def _look_at(
    result: Verified, root: Root, last: Root | None, keys: Keys | None, outside: dict[int, Held] | None
) -> None:
    result.roots, result.newest = result.roots + 1, _made(root)
    follows = last.link if last else BEGINNING
    if root.before != follows and (last is None or last.number == root.number - 1):
        result.add(Kind.CHAIN, root.number, _made(root))
    if keys and not keys.vouch_for(root.key, root.statement, root.signature):
        result.add(Kind.SIGNATURE, root.number, _made(root))
    if outside is None:
        return
    kept = outside.get(root.number)
    if kept is None:
        if root.number < max(outside, default=0) and all(one.is_whole for one in outside.values()):
            result.add(Kind.NOT_WITNESSED, root.number, _made(root))
    elif (kept.statement, kept.signature) != (root.statement.decode(), root.signature):
        result.add(Kind.WITNESS, root.number, _made(root))


# Lines


def _look_under(result: Verified, some: list[_Under], progress: Progress) -> None:
    by_number = {one.root.number: one for one in some}
    bounds = [(one.root.low, one.root.high) for one in some if one.root.low is not None]
    if not bounds:
        _weigh_all(result, some)
        return
    near = [min(low for low, _ in bounds), max(high or 0 for _, high in bounds)]
    _read(result, by_number, NEAR, [min(by_number), max(by_number), *map(str, near)], progress)
    for one in some:
        if not one.stands:  # a line may have been moved far away: look for each by its key
            result.lines -= sum(leaf is not None for leaf in one.seen)
            one.__post_init__()
            _read(result, by_number, UNDER, [one.root.number] * 2, lambda _: None)
    _weigh_all(result, some)


def _read(
    result: Verified,
    by_number: dict[int, _Under],
    statement: str,
    values: list[object],
    progress: Progress,
) -> None:
    number_before, under, early, late = -1, None, b"", b""
    leaf, key, moment = trees.leaf, lines.KEY, lines.MOMENT
    for count, row in enumerate(lines.copied(statement, values), 1):
        number, place, said = row.split(b"\t", 2)
        if int(number) != number_before:
            number_before = int(number)
            under = by_number[number_before]
            early, late = _bounds(under)
        assert under is not None  # noqa: S101
        under.seen[int(place) - 1] = stands = leaf(said)
        result.lines += 1
        if said[key] in under.vouched.leaves and under.vouched.accept(said, stands):
            under.seen[int(place) - 1] = (under.wanted[int(place) - 1 : int(place)] or [stands])[0]
        when = said[moment]
        if when > late or (when < early and lines.transaction_of(said) >= under.began):
            under.misdated.append(said[key].decode())
        if not count % 1000:
            progress(1000)


def _bounds(under: _Under) -> tuple[bytes, bytes]:
    """Return the earliest moment that a line begun after the root before may give, and the latest."""
    late = (under.root.made_at + CLOCKS_DIFFER).strftime("%Y-%m-%dT%H:%M:%S").encode()
    if under.before is None:
        return b"", late
    return (under.before - BEGAN_LONG_BEFORE).strftime("%Y-%m-%dT%H:%M:%S").encode(), late


def _weigh_all(result: Verified, some: list[_Under]) -> None:
    for one in some:
        number, made = one.root.number, _made(one.root)
        if one.misdated:
            result.add(Kind.DATED, number, made, tuple(one.misdated))
        if not one.stands:
            _weigh(result, one)
        elif b"".join(leaf for leaf in one.seen if leaf) != bytes(one.root.leaves):
            result.add(Kind.LINES, number, made)


def _weigh(result: Verified, one: _Under) -> None:
    """Say what of a root's lines does not agree, by key as far as its leaves can be trusted."""
    number, made, found = one.root.number, _made(one.root), len(result.found)
    trusted = trees.root_of(one.wanted).hex() == one.over and len(one.wanted) == one.count
    gone = tuple(key for key, leaf in zip(one.keys, one.seen, strict=True) if leaf is None)
    if gone:
        result.add(Kind.REMOVED, number, made, gone)
    if not trusted:
        result.add(Kind.LINES, number, made)
        return
    there = {key: leaf for key, leaf in zip(one.keys, one.seen, strict=True) if leaf is not None}
    if Counter(there.values()) == Counter(one.wanted):
        result.add(Kind.REORDERED, number, made)
        return
    changed = tuple(
        key
        for place, (key, leaf) in enumerate(zip(one.keys, one.seen, strict=True))
        if leaf is not None and leaf not in one.wanted[place : place + 1]
    )
    if len(one.keys) != len(one.wanted):
        changed = tuple(key for key, leaf in there.items() if leaf not in set(one.wanted))
        result.add(Kind.LINES, number, made)
    if changed:
        result.add(Kind.CHANGED, number, made, changed)
    if len(result.found) == found:
        result.add(Kind.ROOT, number, made)


def _look_at_strays(result: Verified, last: Root | None, missing: set[bytes], vouched: _Vouched) -> None:
    """Look at the lines under no root: not yet, or put in after their minute, or of a root that is gone."""
    added: list[str] = []
    asked: list[str] = []
    waiting = 0
    snapshot = _snapshot(last) if last else lines.Snapshot()
    for said in lines.copied(STRAYS):
        result.lines += 1
        if missing and trees.leaf(said) in missing:
            continue
        key = said[lines.KEY].decode()
        without_words = vouched.accept(said, trees.leaf(said))
        if snapshot.has_ended(lines.transaction_of(said)):
            added.append(key)
        else:
            waiting += 1
            if not without_words:
                asked.append(key)
    result.waiting = waiting
    changed = tuple(
        str(one.pk) for one in Entry.objects.filter(pk__in=asked).iterator(2000) if line_hash(one) != one.hash
    )
    if added:
        result.add(Kind.ADDED, keys=tuple(added))
    if changed:
        result.add(Kind.CHANGED, keys=changed)
