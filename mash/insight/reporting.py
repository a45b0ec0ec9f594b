"""The report of one quarter for a safeguarding partnership: findings, tables, charts and what they mean.  Pure.

It is made of what leaves the hub (`sharing.py`) and of nothing else, so that no small number is in it.

Source: docs/rules.md, "Report to the partnership", "Small numbers".
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from markupsafe import Markup

from mash.common.clock import spoken_length
from mash.common.document import Cover, Part
from mash.common.shares import Share
from mash.common.templates import moment
from mash.insight.comparing import change
from mash.insight.content import Meaning
from mash.insight.days import Period
from mash.insight.sharing import Shown
from mash.quality.measures.control import Chart, p_chart, xmr
from mash.quality.plotting import Plot, plot, plot_shares

HANDLING = "For the safeguarding partnership. Numbers from 1 to 4 are left out."
WIDTH = 640
FEWEST = 10
"""Of fewer, no median is given: it would be somebody's own."""
INK, PALE, GRID = "#0b0c0c", "#505a5f", "#b1b4b6"
NOTE = (
    "Every case of the hub is counted, restricted ones too; nothing sealed is. A number from 1 to 4 is left out, and "
    "with it others by which it could be worked out."
)
HOW = """
Each figure is of the day on which something happened or was due, on England’s clock, and of whole days.
A share is called higher or lower than the quarter before only where the 95 % interval of the difference (Newcombe, 1998) leaves out nought.
A chart’s unbroken line is the middle of what is shown, its broken lines three standard deviations from it; with fewer than ten quarters these are provisional. A ring is round what one of four named rules finds to be a change.
“Left out”: a number from 1 to 4, or one by which such a number could be worked out. Nought is shown.
Measures that could be bent by deciding, recording or answering otherwise have no target.
""".strip().splitlines()  # noqa: E501


@dataclass(frozen=True, slots=True)
class Took:
    """How long a quarter's took, in seconds of the hub's working time, of how many."""

    n: int
    median: float
    ninetieth: float


@dataclass(frozen=True, slots=True)
class Section:
    """One measure: its quarters, the newest last; that one split in two ways, or None where it stays in the hub.

    wards: empty where the hub has none.
    """

    meaning: Meaning
    source: str
    by: str
    quarters: Sequence[Shown]
    places: Sequence[Shown] | None
    wards: Sequence[Shown] | None
    took: Took | None


def report(
    *, hub: str, period: Period, as_of: datetime, why: str, printed: str, sections: Iterable[Section]
) -> tuple[Cover, list[Part]]:
    """Return the cover and the parts of a report.

    why: whom it is for, in the words of who made it.
    """
    found = list(sections)
    cover = Cover(
        hub=hub,
        title=f"Performance, {period.label}",
        reference="",
        handling=HANDLING,
        printed=printed,
        facts=[("Quarter", period.label), ("Figures as of", moment(as_of)), ("For", why)],
        note=NOTE,
    )
    parts = [Part("What the quarter shows", _findings(found))]
    parts += [Part(one.meaning.name, _section(one)) for one in found]
    return cover, [*parts, Part("How to read this report", _paragraphs(HOW))]


def finding(one: Section) -> str:
    """Say in one sentence what a quarter shows of a measure; of what is left out, that it is."""
    now, before = one.quarters[-1], one.quarters[-2]
    if now.n is None:
        return f"{one.meaning.name}: fewer than five were counted."
    if not one.meaning.asks:
        earlier = "a number that is left out" if before.n is None else f"{before.n:,}"
        return f"{one.meaning.name}: {now.n:,}; {earlier} in the quarter before."
    if now.n == 0:
        return f"{one.meaning.name}: none were counted."
    if now.yes is None or now.share is None:
        return f"{one.meaning.name}: of {now.n:,}, a share that is left out, since few are on one side of it."
    said = f"{one.meaning.name}: {now.share:.0%} ({now.yes:,} of {now.n:,}). {one.meaning.asks}"
    if before.yes is None or not before.n:
        return f"{said}; nothing that is shown stands beside it."
    found = change(Share(now.yes, now.n), Share(before.yes, before.n))
    return f"{said}; {found.words} than the {before.share:.0%} of the quarter before." if found.words in {
        "higher", "lower"
    } else f"{said}; {found.words} from the {before.share:.0%} of the quarter before."  # fmt: skip


def _findings(found: Iterable[Section]) -> Markup:
    return Markup("<ul>{}</ul>").format(
        Markup("").join(Markup("<li>{}</li>").format(finding(one)) for one in found)
    )


def _section(one: Section) -> Markup:
    meaning = one.meaning
    own = "; the definition is this product’s own" if meaning.local else ""
    target = "A limit of law or of the hub stands beside it." if meaning.target else "It has no target."
    words = [
        _p(finding(one)),
        _p(f"{meaning.counts} Not in it: {meaning.leaves_out} Source: {one.source}{own}. {target}"),
        _drawing(one),
        _table("By quarter", "Quarter", one.quarters, asks=bool(meaning.asks)),
    ]
    if one.took and one.took.n >= FEWEST:
        words.append(
            _p(
                f"Half of the quarter’s {one.took.n:,} took no longer than {_spoken(one.took.median)} of the hub’s "
                f"working time, and nine in ten no longer than {_spoken(one.took.ninetieth)}. Pauses are not taken out."
            )
        )
    by = "agency" if one.by == "agency" else "who sent it"
    if one.places:
        words.append(_table(f"The quarter by {by}", by.capitalize(), one.places, asks=bool(meaning.asks)))
    else:
        words.append(_p(f"The quarter by {by} stays in the hub: small numbers could be worked out from it."))
    if one.wards:
        words.append(_table("The quarter by ward", "Ward", one.wards, asks=bool(meaning.asks)))
    elif one.wards is None:
        words.append(_p("The quarter by ward stays in the hub: small numbers could be worked out from it."))
    return Markup("\n").join(words)


def _spoken(seconds: float) -> str:
    return spoken_length(timedelta(seconds=seconds))


def _paragraphs(words: Iterable[str]) -> Markup:
    return Markup("\n").join(_p(one) for one in words)


def _table(caption: str, first: str, rows: Sequence[Shown], *, asks: bool) -> Markup:
    heads = [first, "Counted", *(["Yes", "No", "Share"] if asks else [])]
    head = Markup("").join(Markup('<th scope="col">{}</th>').format(one) for one in heads)
    body = Markup("").join(
        Markup('<tr><th scope="row">{}</th>{}</tr>').format(
            one.label, Markup("").join(Markup("<td>{}</td>").format(cell) for cell in _cells(one, asks=asks))
        )
        for one in rows
    )
    return Markup("<table><caption>{}</caption><thead><tr>{}</tr></thead><tbody>{}</tbody></table>").format(
        caption, head, body
    )


def _cells(one: Shown, *, asks: bool) -> Iterable[str]:
    yield _count(one.n)
    if asks:
        yield _count(one.yes)
        yield _count(one.no)
        yield "–" if one.share is None else f"{one.share:.0%}"


def _count(number: int | None) -> str:
    return "left out" if number is None else f"{number:,}"


def _chart(one: Section) -> tuple[Chart, Plot]:
    if one.meaning.asks:
        shares = [
            (row.label, Share(row.yes, row.n) if row.yes is not None and row.n else Share(0, 0))
            for row in one.quarters
        ]
        chart = p_chart(shares)
        return chart, plot_shares(chart)
    chart = xmr(
        [(row.label, None if row.n is None else float(row.n), row.n or 0) for row in one.quarters], least=0
    )
    most = max(
        [point.value or 0 for point in chart.points] + [point.high or 0 for point in chart.points] + [1]
    )
    return chart, plot(
        chart, least=0, most=most, words=lambda value: f"{value:,.0f}", ticks=[0, most / 2, most]
    )


def _drawing(one: Section) -> Markup:
    """Return a chart as a picture with words, which the table below it says in full."""
    chart, drawn = _chart(one)
    if sum(point.value is not None for point in chart.points) < 2:
        return Markup("")

    def line(piece: Mapping[str, float], dash: str, colour: str) -> Markup:
        return Markup(
            '<line x1="{x1}" x2="{x2}" y1="{y1}" y2="{y2}" stroke="{colour}" stroke-dasharray="{dash}"/>'
        ).format(colour=colour, dash=dash, **piece)

    def across(share: float) -> float:
        return round(share / 100 * WIDTH, 1)

    pieces = [line({"x1": across(9), "x2": WIDTH, "y1": y, "y2": y}, "", GRID) for y, _ in drawn.ticks]
    pieces += [
        Markup('<text x="0" y="{}" font-size="13" fill="{}">{}</text>').format(y + 4, INK, words)
        for y, words in drawn.ticks
    ]
    if drawn.middle is not None:
        pieces.append(line({"x1": across(9), "x2": WIDTH, "y1": drawn.middle, "y2": drawn.middle}, "", PALE))
    for some, dash, colour in ((drawn.limits, "6 4", PALE), (drawn.path, "", INK)):
        pieces += [
            line({"x1": across(each.x1), "x2": across(each.x2), "y1": each.y1, "y2": each.y2}, dash, colour)
            for each in some
        ]
    for dot in drawn.dots:
        ring = Markup(' stroke="#d4351c" stroke-width="3"') if dot.signal else Markup("")
        pieces.append(
            Markup('<circle cx="{}" cy="{}" r="{}" fill="{}"{}/>').format(across(dot.x), dot.y, 5, INK, ring)
        )
    for x, words in drawn.labels:
        anchor = "end" if x > 88 else "middle" if x > 20 else "start"
        pieces.append(
            Markup('<text x="{}" y="210" font-size="13" fill="{}" text-anchor="{}">{}</text>').format(
                across(x), INK, anchor, words
            )
        )
    changed = "something has changed" if chart.signals else "nothing has changed beyond what varies by itself"
    title = f"{one.meaning.asks or one.meaning.name}, quarter by quarter: {changed}. The table below says the same."
    return Markup(
        '<figure><svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {} {}" width="{}" role="img"><title>{}</title>'
        "{}</svg><figcaption>{}</figcaption></figure>"
    ).format(WIDTH, drawn.height, WIDTH, title, Markup("").join(pieces), title)


def _p(words: str) -> Markup:
    return Markup("<p>{}</p>").format(words)
