"""Somebody who fills in the professional's form, and what that takes: pages, fields, key presses and words.

How long a person would take is worked out from what was counted, with figures from studies of other people at other
work.  It is an estimate and no measurement: no referrer sat in front of it.
"""

from dataclasses import dataclass

READING = 238 / 60  # words a second, silently, in English: Brysbaert, 2019
COMPOSING = 19 / 60  # words a second at a keyboard, of one's own: Karat and others, 1999
COPYING = 33 / 60  # words a second at a keyboard, of what lies beside it or is known by heart: the same
DECIDING = 1.35  # seconds before a field or a button: Card, Moran and Newell, 1980
PRESSING = 0.28  # seconds a key, for somebody who is no typist: the same
WAITING = 1.0  # seconds until a page stands there
SKIMMED = 0.28  # the share of a page's words that is read at most by whoever knows such pages: Nielsen, 2008
NARRATIVE = {
    "what_happened", "seen", "told", "opinion", "impact", "history", "strengths", "voice", "actions_taken",
    "household_words", "ground_reason",
}  # fmt: skip
WORDS = """main => [...main.querySelectorAll('.govuk-grid-column-two-thirds')].reduce((sum, part) => {
    const words = one => one.innerText.split(/\\s+/).filter(Boolean).length
    const unread = part.querySelectorAll('select, .govuk-visually-hidden, .govuk-character-count__message')
    return sum + words(part) - [...unread].reduce((all, one) => all + words(one), 0) }, 0)"""
FOCUSED = """() => { const at = document.activeElement;
    return {
        name: at.name || '', tag: at.tagName, type: at.type || '', words: at.innerText || '', value: at.value || '',
    } }"""


@dataclass
class Count:
    """What was done."""

    pages: int = 0
    fields: int = 0
    presses: int = 0  # besides text
    read: int = 0  # words that stand on the pages opened
    told: int = 0  # words of one's own
    copied: int = 0  # words of names, numbers and addresses

    def minutes(self, *, told=None, reading=1.0):
        """Return how long that takes, by the figures above.

        told: so many words of one's own, instead of those counted.  reading: which share of the pages is read.
        """
        seconds = (
            self.pages * WAITING
            + self.read * reading / READING
            + self.fields * DECIDING
            + self.presses * PRESSING
            + (self.told if told is None else told) / COMPOSING
            + self.copied / COPYING
        )
        return seconds / 60

    def __str__(self):
        return (
            f"{self.pages} pages, {self.fields} fields, {self.presses} key presses besides text, "
            f"{self.told} words told and {self.copied} copied, {self.read} words to read"
        )


class Filler:
    """Fills in a page by keyboard alone, field after field in the order of the page."""

    def __init__(self, page):
        self.page, self.count = page, Count()
        page.on("load", self._opened)

    def _opened(self, page):
        self.count.pages += 1

    def reads(self):
        """Read the form that is open, every word that is seen of it, once: not what stands beside it, nor lists."""
        self.count.read += self.page.locator("main").evaluate(WORDS)

    def press(self, key):
        """Press one key."""
        self.page.keyboard.press(key)
        self.count.presses += 1

    def fills(self, said):
        """Answer the fields of `said` on the page that is open, and press Tab past the others."""
        left = dict(said)
        self.tabs_to("Skip to main content")
        self.press("Enter")
        for _ in range(200):
            if not left:
                return
            self.press("Tab")
            at = self.page.evaluate(FOCUSED)
            self._answers(at, left)
        raise AssertionError(f"never came to {sorted(left)}")

    def _answers(self, at, left):
        name, wanted = at["name"], left.get(at["name"])
        if wanted is None:
            return
        if at["type"] == "checkbox":
            if at["value"] in wanted:
                wanted.remove(at["value"])
                self.press("Space")
                self.count.fields += 1
            if wanted:
                return
        elif at["type"] == "radio":
            self._turns_to(name, wanted)
        elif at["tag"] == "SELECT":
            self._spells(name, wanted)
        else:
            self.page.keyboard.type(wanted)
            self.count.fields += 1
            kind = "told" if name in NARRATIVE else "copied"
            setattr(self.count, kind, getattr(self.count, kind) + len(wanted.split()))
        del left[name]

    def _turns_to(self, name, wanted):
        """Choose among radio buttons: Space takes the first, the arrows go on."""
        values = self.page.locator(f'input[type="radio"][name="{name}"]').evaluate_all(
            "all => all.map(one => one.value)"
        )
        self.press("Space")
        for _ in range(values.index(wanted)):
            self.press("ArrowDown")
        self.count.fields += 1

    def _spells(self, name, wanted):
        """Choose from a list: its first letters."""
        chosen = self.page.locator(f'select[name="{name}"]')
        for letter in wanted:
            self.press(letter)
            if chosen.evaluate("one => one.selectedOptions[0].text") == wanted:
                break
        self.count.fields += 1

    def tabs_to(self, words):
        """Press Tab until a button or link that begins with these words has the focus."""
        for _ in range(60):
            self.press("Tab")
            if self.page.evaluate(FOCUSED)["words"].strip().startswith(words):
                return
        raise AssertionError(f"never came to {words}")

    def goes_on(self, words):
        """Press Tab to a button or link, and Enter."""
        self.tabs_to(words)
        with self.page.expect_navigation():
            self.press("Enter")
        self.page.wait_for_load_state("load")
