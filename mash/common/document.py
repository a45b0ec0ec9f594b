"""A document on paper: a cover, contents with page numbers, and its parts.  Pure.

Every paper that the product makes as a PDF for its own people is one of these: packs of a case, papers and minutes of a
panel, records of training.  `common.pdf.document_to_pdf` makes the file.  A part may hold figures: an inline SVG with a
`<title>`, which is read out in its place, and its table beside it.

Source: docs/rules.md, "Papers as files".
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from markupsafe import Markup

from mash.common.pdf import OF_NO_TEXT
from mash.common.plain_file import Line
from mash.common.templates import moment

HEADING = re.compile(r"<(/?)h([1-6])(?=[\s>])", re.IGNORECASE)
DEEPEST = 6
HIDDEN = re.compile(r'(<svg\b[^>]*\saria-hidden="true"[^>]*>)', re.IGNORECASE)
NOT_IN_A_NAME = re.compile(r"\W+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cover:
    """What stands on the first sheet, and of it on every sheet.

    facts: pairs of label and words, as who printed it, when, why and to whom it may go.
    printed: who printed it and when, in one line for every sheet.  banner: that it is of a training hub, or "".
    """

    hub: str
    title: str
    reference: str
    handling: str
    printed: str
    facts: Sequence[tuple[str, str]] = ()
    note: str = ""
    banner: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """A part with its title and its words as HTML.

    The title is the part's own first heading; in the HTML, h2 is the next below it whatever its number is there.
    """

    title: str
    words: Markup


def printed_by(name: str, at: datetime) -> str:
    """Say who made a paper and when, in one line for every sheet."""
    return f"Made by {name}, {moment(at)}"


def part_of_lines(title: str, lines: Iterable[Line]) -> Part:
    """Return a part made of plain lines: of h2, h3, p and li, each escaped."""
    return Part(title, Markup("\n").join(_drawn(name, words) for name, words in lines))


def document(cover: Cover, parts: Sequence[Part], *, contents: bool = False, apart: bool = True) -> str:
    """Return a whole document as HTML that fetches nothing.

    contents: whether a sheet says on which page each part begins.
    apart: whether the cover has a sheet of its own, and each part begins a new one.
    """
    drawn = [_part(place, one, apart=apart and place > 1) for place, one in enumerate(parts, start=1)]
    return Markup(
        '<!DOCTYPE html>\n<html lang="en-GB"><head><meta charset="utf-8"><title>{title}</title></head><body>\n'
        "{cover}{contents}{parts}\n</body></html>\n"
    ).format(
        title=f"{cover.title}, {cover.reference}" if cover.reference else cover.title,
        cover=_cover(cover, short=not apart),
        contents=_contents(parts) if contents else "",
        parts=Markup("\n").join(drawn),
    )


def _apart(html: str) -> str:
    """Return HTML whose pictures that are hidden from assistive technology say so, for whoever makes the file."""
    return HIDDEN.sub(rf"\1<title>{OF_NO_TEXT}</title>", html)


def in_steps(html: str, *, below: int = 1) -> Markup:
    """Return HTML whose headings go down one step at a time from the one above them, as a reader of PDF expects.

    below: the level of what stands above all of them.
    """
    open_levels: list[tuple[int, int]] = []
    now = below

    def stepped(found: re.Match[str]) -> str:
        nonlocal now
        if not found[1]:
            level = int(found[2])
            while open_levels and open_levels[-1][0] >= level:
                open_levels.pop()
            now = min((open_levels[-1][1] if open_levels else below) + 1, DEEPEST)
            open_levels.append((level, now))
        return f"<{found[1]}h{now}"

    return Markup(HEADING.sub(stepped, html))  # only the numbers of headings change  # noqa: S704  # nosec B704


def _cover(cover: Cover, *, short: bool) -> Markup:
    facts = Markup("").join(Markup("<dt>{}</dt><dd>{}</dd>").format(*one) for one in cover.facts if one[1])
    return Markup(
        '<section class="cover{short}"><p class="cover__hub">{hub}</p><h1>{title}</h1>{reference}'
        '<p class="cover__handling">{handling}</p>{banner}{facts}{note}{printed}</section>\n'
    ).format(
        short=" cover--short" if short else "",
        hub=cover.hub,
        title=cover.title,
        reference=_p("cover__reference", cover.reference),
        handling=cover.handling,
        banner=_p("cover__banner", cover.banner),
        facts=Markup("<dl>{}</dl>").format(facts) if facts else "",
        note=_p("", cover.note),
        printed=_p("cover__printed", cover.printed),
    )


def _contents(parts: Sequence[Part]) -> Markup:
    lines = [
        Markup('<li><a href="#{0}">{1}</a><span class="contents__page" data-of="#{0}"></span></li>').format(
            _name(place, one), one.title
        )
        for place, one in enumerate(parts, start=1)
    ]
    return Markup('<section class="contents"><h2>Contents</h2><ol>{}</ol></section>\n').format(
        Markup("").join(lines)
    )


def _part(place: int, one: Part, *, apart: bool) -> Markup:
    return Markup('<section class="part{}" id="{}"><h2>{}</h2>\n{}</section>').format(
        "" if apart else " part--follows", _name(place, one), one.title, in_steps(_apart(one.words), below=2)
    )


def _name(place: int, one: Part) -> str:
    """Return what a link of the contents leads to, in words: a reader of PDF says it aloud."""
    return f"{place}-{NOT_IN_A_NAME.sub('-', one.title).strip('-')}"


def _p(name: str, words: str) -> Markup:
    if not words:
        return Markup("")
    return Markup('<p class="{}">{}</p>').format(name, words) if name else Markup("<p>{}</p>").format(words)


def _drawn(name: str, words: str) -> Markup:
    return Markup('<{0} class="plain">{1}</{0}>').format(name.partition(".")[0], words)
