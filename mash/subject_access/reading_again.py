"""A finished answer read again from its own bytes: what stands in it, and what else lies in the file.  Pure."""

from dataclasses import dataclass, field
from html.parser import HTMLParser


@dataclass
class Page:
    """What an HTML file holds.

    shown: pairs of element and words, of what stands in its body.  titles, styles: the words of those.
    elements, attributes: by name, an attribute as element, name and value.  unseen: comments and instructions.
    """

    shown: list[tuple[str, str]] = field(default_factory=list)
    titles: list[str] = field(default_factory=list)
    styles: list[str] = field(default_factory=list)
    elements: set[str] = field(default_factory=set)
    attributes: set[tuple[str, str, str]] = field(default_factory=set)
    unseen: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """Return every word that a reader of the file could come to, its title among them."""
        return "\n".join([*self.titles, *(words for _, words in self.shown)])


def read(html: bytes) -> Page:
    """Read a file from its bytes.  Raises UnicodeDecodeError where they are not UTF-8."""
    reader = _Reader()
    reader.feed(html.decode("utf-8"))
    reader.close()
    return reader.page


def shown_words(html: bytes) -> list[tuple[str, str]]:
    """Return all that stands in the body of an answer's file, as pairs of element and words, in its order."""
    return [(element, words) for element, words in read(html).shown if words.strip()]


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.page = Page()
        self.open = [""]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.page.elements.add(tag)
        self.page.attributes |= {(tag, name, value or "") for name, value in attrs}
        if tag != "meta":
            self.open.append(tag)
        if tag not in {"html", "head", "meta", "title", "style", "body"}:
            self.page.shown.append((tag, ""))

    def handle_endtag(self, tag: str) -> None:
        if tag in self.open:
            while self.open.pop() != tag:
                pass

    def handle_data(self, data: str) -> None:
        at = self.open[-1]
        if at == "style":
            self.page.styles.append(data)
        elif at == "title":
            self.page.titles.append(data)
        elif self.page.shown and self.page.shown[-1][0] == at:
            self.page.shown[-1] = (at, self.page.shown[-1][1] + data)
        elif data.strip():
            self.page.shown.append((at, data))

    def handle_comment(self, data: str) -> None:
        self.page.unseen.append(data)

    def handle_pi(self, data: str) -> None:
        self.page.unseen.append(data)

    def unknown_decl(self, data: str) -> None:
        self.page.unseen.append(data)
