"""Somebody at a keyboard, whose key presses and pages are counted."""

WHERE = """() => { const at = document.activeElement;
    return {
        id: at.id, name: at.name || '', tag: at.tagName, words: at.innerText || '',
        group: at.closest('fieldset')?.querySelector('legend')?.innerText || '',
    } }"""
CHOSEN = """() => document.activeElement.checked ? document.activeElement.value : null"""


class Typist:
    """Somebody with a keyboard and nothing else: every press is counted, and every page that opens."""

    def __init__(self, visitor):
        visitor.page.evaluate("localStorage.setItem('mash-shortcuts', 'on')")  # as the help page keeps it
        self.page, self.presses, self.pages, self.log = visitor.page, 0, 0, []
        visitor.page.on("load", self._opened)

    def _opened(self, _page):
        self.pages += 1

    def press(self, key):
        """Press one key, or a key with its modifiers held."""
        self.page.keyboard.press(key)
        self.presses += 1
        self.log.append(key)

    def goes(self, key):
        """Press a key that opens a page, and wait for it."""
        with self.page.expect_navigation():
            self.press(key)
        self.page.wait_for_load_state("load")

    def tabs_to(self, is_there):
        """Press Tab until the focus is where it should be."""
        for _ in range(60):
            self.press("Tab")
            at = self.page.evaluate(WHERE)
            self.log[-1] = f"Tab:{at['tag']}:{at['name'] or at['words'].strip()[:40]}"
            if is_there(at):
                return
        raise AssertionError(self.log)

    def tabs_to_link(self, words):
        """Press Tab until a link has the focus."""
        self.tabs_to(lambda at: at["tag"] == "A" and at["words"].strip() == words)

    def chooses(self, value):
        """Press the arrow key until a radio with this value is chosen, in the group that has the focus."""
        for _ in range(30):
            at = self.page.evaluate(CHOSEN)
            if at == value:
                return
            self.press("Space" if at is None else "ArrowDown")
        raise AssertionError(self.log)

    def skips_to_the_page(self):
        """Follow the link that skips what stands above every page."""
        self.tabs_to(lambda at: at["words"].strip() == "Skip to main content")
        self.press("Enter")

    def next_question(self):
        """Press the shortcut for the next question of a form."""
        self.press("Alt+Shift+Q")

    def tabs_to_field(self, name):
        """Press Tab until a field has the focus."""
        self.tabs_to(lambda at: at["name"] == name)

    def tabs_to_button(self, words):
        """Press Tab until a button has the focus."""
        self.tabs_to(lambda at: at["tag"] == "BUTTON" and at["words"].strip() == words)

    def types(self, words):
        """Write text, which is not counted."""
        self.page.keyboard.type(words)
