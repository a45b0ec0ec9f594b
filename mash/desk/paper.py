"""A page of a case on paper: what may be printed, why one prints, and what of a page stays off the sheet.  Pure."""

from dataclasses import dataclass
from datetime import datetime
from html.parser import HTMLParser

from mash.contact.models import Purpose

HANDLING = (
    "Official-sensitive, personal. Keep it locked away, show it only to whoever needs it for the purpose on the cover, "
    "and destroy it as your agency’s rules say."
)
NOTE = "It shows the record as it stood when it was printed. Who printed it, when and why is itself recorded."
MAY_GO_TO = {
    Purpose.MEETING: "Those who come to the meeting, and nobody else",
    Purpose.COURT: "The court, and whom the court names",
    Purpose.HANDOVER: "The service that takes the case over",
    Purpose.VISIT: "Whoever makes the visit. It comes back with them",
    Purpose.SUBJECT: "Nobody as it is: what a person is sent of it is decided at their request",
    Purpose.OTHER: "Whoever needs it for what is said above, and nobody else",
}
WHOLE = "desk:print_pdf"
WHOLE_TITLE = "The whole case"
TITLES = {  # pages that print, by the name of their address
    "desk:case": "What came in",
    "contact:settle": "Who is in this contact",
    "contact:family": "Family and household",
    "triage:page": "Triage",
    "triage:agreement": "Agreement and grounds",
    "triage:adult": "Adult at risk",
    "triage:event": "One event, several reports",
    "triage:clocks": "Clocks of law",
    "check:board": "Check",
    "check:chronology": "Chronology",
    "check:risk": "Risk",
    "decision:page": "Decision",
    "decision:strategy_page": "Strategy discussion",
}
DROPPED = {"form", "nav", "button", "script", "input", "select", "textarea"}
DROPPED_CLASSES = {
    "mash-locked",
    "mash-no-paper",
    "mash-print-first",
    "moj-filter",
    "govuk-error-summary",
    "govuk-notification-banner",
    "govuk-skip-link",
}
BECOMES = {"a": "span", "details": "div", "summary": "div"}
KEPT_CLASSES = {"details": "mash-paper__details", "summary": "mash-paper__summary"}
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}


@dataclass(frozen=True, slots=True)
class Sheet:
    """What stands on the cover and at the head of each sheet.

    by: name, post and hub.  name: without them.  purpose: in the words of whoever prints.  to: to whom it may go.
    """

    title: str
    reference: str
    by: str
    name: str
    at: datetime
    purpose: str
    to: str
    handling: str = HANDLING


class _Sheets(HTMLParser):
    """Copies a page without what belongs on a screen alone."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.kept: list[str] = []
        self.dropping = ""
        self.depth = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self.dropping:
            self.depth += tag == self.dropping
            return
        classes = set((dict(attrs).get("class") or "").split())
        if tag in DROPPED or classes & DROPPED_CLASSES:
            if tag not in VOID:
                self.dropping, self.depth = tag, 1
        elif tag in BECOMES:
            named = KEPT_CLASSES.get(tag)
            self.kept.append(f'<{BECOMES[tag]} class="{named}">' if named else f"<{BECOMES[tag]}>")
        else:
            self.kept.append(self.get_starttag_text() or "")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
        if not self.dropping and tag not in DROPPED:
            self.kept.append(self.get_starttag_text() or "")

    def handle_endtag(self, tag: str) -> None:
        if self.dropping:
            self.depth -= tag == self.dropping
            if not self.depth:
                self.dropping = ""
            return
        self.kept.append(f"</{BECOMES.get(tag, tag)}>")

    def handle_data(self, data: str) -> None:
        self._keep(data)

    def handle_entityref(self, name: str) -> None:
        self._keep(f"&{name};")

    def handle_charref(self, name: str) -> None:
        self._keep(f"&#{name};")

    def _keep(self, text: str) -> None:
        if not self.dropping:
            self.kept.append(text)


def on_paper(page: str) -> str:
    """Return a page's HTML without forms, buttons, links, filters and the mark of what is held in confidence.

    Links keep their words and lose their addresses; what was folded away is open.

    Source: docs/rules.md, "Printing".
    """
    sheets = _Sheets()
    sheets.feed(page)
    sheets.close()
    return "".join(sheets.kept)
