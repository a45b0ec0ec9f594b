"""Whether everything on a paper still stands on the pages that it was made of.  Pure."""

from collections.abc import Iterable
from hashlib import blake2b
from html.parser import HTMLParser

from mash.common.document import Part

WITHIN_A_LINE = {"a", "abbr", "b", "code", "em", "i", "small", "span", "strong", "sub", "sup", "time"}
RUNS_ON = "mash-clock"  # the class of how long is left, which reads otherwise each minute
BYTES = 12  # of the mark of a line


class _Lines(HTMLParser):
    """Takes a page apart into its lines of words."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.lines: list[str] = []
        self.words: list[str] = []
        self.in_a_clock = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in WITHIN_A_LINE:
            self._end()
        elif tag == "time":
            self.in_a_clock = RUNS_ON in (dict(attrs).get("class") or "").split()

    def handle_endtag(self, tag: str) -> None:
        if tag == "time":
            self.in_a_clock = False
        elif tag not in WITHIN_A_LINE:
            self._end()

    def handle_data(self, data: str) -> None:
        if not self.in_a_clock:
            self.words.append(data)

    def _end(self) -> None:
        line = " ".join("".join(self.words).split())
        if line:
            self.lines.append(line)
        self.words = []

    def close(self) -> None:
        super().close()
        self._end()


def lines_of(parts: Iterable[Part]) -> set[str]:
    """Return a mark of each line of some parts: of its words and of the part that it stands in, and readable by nobody.

    A clock that runs is left out.
    """
    marks = set()
    for part in parts:
        page = _Lines()
        page.feed(part.words)
        page.close()
        marks |= {_mark(part.title, line) for line in page.lines}
    return marks


def _mark(title: str, line: str) -> str:
    return blake2b(f"{title}\n{line}".encode(), digest_size=BYTES).hexdigest()
