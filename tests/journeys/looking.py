"""What is looked for on a page, at every width, in forced colours, and with a screen reader's eyes."""

import signal
from contextlib import contextmanager

from tests.drawing import EVERY_WAY
from tests.journeys import axe
from tests.journeys.pages import BEYOND_AXE

DESKTOP, PHONE, MAGNIFIED = 1280, 375, 320  # CSS pixels; the last is a desktop at 400 %
HEIGHT = 900

# All of it runs at once and waits for nothing: without JavaScript no timer and no frame ever comes, and whoever waits
# for one waits for ever.
SIDEWAYS = """() => {
    const room = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= room + 1) return [];
    const wide = [...document.querySelectorAll('body *')].filter(one => one.getBoundingClientRect().right > room + 1);
    return ['scrolls sideways at ' + room + ': ' + (wide.at(-1)?.outerHTML ?? '').slice(0, 160)];
}"""
LABELS = """() => [...document.querySelectorAll('input:not([type=hidden]), select, textarea, button')].filter(one => {
    const named = one.getAttribute('aria-labelledby')?.split(' ').map(id => document.getElementById(id)?.innerText);
    const said = [one.getAttribute('aria-label'), ...(named ?? []), ...[...(one.labels ?? [])].map(l => l.textContent)];
    if (one.tagName === 'BUTTON') said.push(one.textContent);
    return !said.some(words => words?.trim());
}).map(one => 'no label: ' + one.outerHTML.slice(0, 160))"""
SMALL = """() => {
    const least = 24, found = [];
    const shown = one => one.checkVisibility({visibilityProperty: true})
        && !one.closest('.govuk-visually-hidden, .govuk-skip-link');
    const inText = one => getComputedStyle(one).display === 'inline' && [...one.parentElement.childNodes]
        .some(near => near.nodeType === Node.TEXT_NODE && near.textContent.trim());
    const kinds = 'a[href], button, input:not([type=hidden]), select, textarea, summary';
    const targets = [...document.querySelectorAll(kinds)].filter(shown)
        .map(one => [one, one.getBoundingClientRect()]).filter(([, box]) => box.width > 1 && box.height > 1);
    const middle = box => [box.left + box.width / 2, box.top + box.height / 2];
    for (const [one, box] of targets) {
        if (box.width >= least - .5 && box.height >= least - .5 || inText(one)) continue;
        const [x, y] = middle(box);
        const near = targets.find(([other, its]) => {
            if (other === one || other.contains(one) || one.contains(other)) return false;
            const across = Math.max(its.left - x, 0, x - its.right), down = Math.max(its.top - y, 0, y - its.bottom);
            return Math.hypot(across, down) < least / 2;
        });
        if (near) found.push('a target under 24 px too near another: ' + one.outerHTML.slice(0, 120));
    }
    return found;
}"""
FORCED = """() => {
    const found = [], clear = colour => /^rgba\\(.*, 0\\)$|^transparent$/.test(colour);
    const shown = one => one.checkVisibility({visibilityProperty: true, opacityProperty: true});
    const behind = one => {
        for (let up = one; up; up = up.parentElement) {
            const colour = getComputedStyle(up).backgroundColor;
            if (!clear(colour)) return colour;
        }
        return 'rgb(255, 255, 255)';
    };
    const words = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let text; (text = words.nextNode());) {
        const one = text.parentElement;
        if (!text.textContent.trim() || /^(SCRIPT|STYLE|NOSCRIPT|OPTION)$/.test(one.tagName) || !shown(one)) continue;
        const colour = getComputedStyle(one).color;
        if (clear(colour) || colour === behind(one))
            found.push('unseen words: ' + text.textContent.trim().slice(0, 60));
    }
    for (const one of document.querySelectorAll('.govuk-button, input:not([type=hidden]), select, textarea')) {
        if (!shown(one) || one.matches('[type=radio], [type=checkbox], [type=file]')) continue;
        const said = getComputedStyle(one);
        const edge = ['Top', 'Bottom'].some(side => parseFloat(said['border' + side + 'Width']) > 0
            && said['border' + side + 'Style'] !== 'none' && !clear(said['border' + side + 'Color']));
        if (!edge && behind(one) === behind(one.parentElement)) found.push('no edge: ' + one.outerHTML.slice(0, 120));
    }
    for (const one of document.querySelectorAll('.govuk-radios__item, .govuk-checkboxes__item')) {
        const box = getComputedStyle(one.querySelector('label'), '::before');
        if (shown(one) && (parseFloat(box.borderTopWidth) === 0 || clear(box.borderTopColor)))
            found.push('no box to tick: ' + one.outerHTML.slice(0, 120));
    }
    return found;
}"""
DEAD = """() => {
    const found = [], shown = one => one.checkVisibility({visibilityProperty: true});
    const say = one => found.push('does nothing without JavaScript: ' + one.outerHTML.slice(0, 160));
    for (const one of document.querySelectorAll('button, input, select, textarea')) {
        if (!shown(one) || one.disabled || one.type === 'hidden') continue;
        const leads = one.tagName !== 'BUTTON' || one.type === 'submit';
        if (!one.form || !leads || one.type === 'button') say(one);
    }
    for (const one of document.querySelectorAll('a:not([href]), a[href="#"], a[href^="javascript:"]'))
        if (shown(one)) say(one);
    for (const one of document.querySelectorAll('form')) {
        const parts = [...one.elements].filter(shown);
        if (parts.length && !parts.some(part => part.type === 'submit')) say(one);
    }
    return found;
}"""
FOCUS = """() => {
    const summary = document.querySelector('.govuk-error-summary');
    return !summary || summary.contains(document.activeElement) ? [] : ['the error summary has not the focus'];
}"""
BUTTONS = """() => [...document.querySelectorAll('main form[method=post] button')]
    .filter(one => one.type === 'submit').map(one => one.innerText.trim() || one.textContent.trim())"""


SPECIMENS = (
    "dead link to #",
    "errors, and the title does not say so",
    "the error summary has not the focus",
    "does nothing without JavaScript",
)


class TookTooLong(Exception):
    """A step of the sweep did not come back in its time."""


@contextmanager
def within(seconds, step):
    """Stop a step that does not come back: asking a page has no time limit of the driver's own."""

    def stop(*_):
        raise TookTooLong(f"{step}: not done in {seconds} s")

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def look(visitor, page, *, widths=(DESKTOP, PHONE), axe_at=DESKTOP, closely=False):
    """Return what is wrong with the page that is open, at these widths; axe runs at one of them.

    Without JavaScript axe cannot run: what differs there is what scripts hide, fold, name or do.  It looks at what no
    page before was built like; at all of each page with MASH_SWEEP=all.
    closely: it is also magnified, and shown in the colours its reader forces on it.
    """
    seen, found = visitor.page, []
    before = seen.viewport_size["width"]

    def ask(*scripts):
        with within(20, f"looking at {seen.url}"):
            found.extend(seen.evaluate("() => [" + ", ".join(f"...({one})()" for one in scripts) + "]"))

    def at(width):
        if seen.viewport_size["width"] != width:
            with within(20, f"{width} px on {seen.url}"):
                seen.set_viewport_size({"width": width, "height": HEIGHT})

    ask(FOCUS if visitor.scripted else DEAD)
    for width in widths:
        at(width)
        ask(SIDEWAYS, BEYOND_AXE, SMALL, LABELS)
        if visitor.scripted and width == axe_at:
            with within(40, f"axe on {seen.url} at {width} px"):
                broken = axe.violations(seen) if EVERY_WAY else axe.violations_of_what_is_new(seen)
                found += [f"{width} px, {one}" for one in broken]
    if closely:
        at(MAGNIFIED)
        with within(20, f"magnified and in forced colours: {seen.url}"):
            seen.emulate_media(forced_colors="active")
            ask(SIDEWAYS, FORCED)
            seen.emulate_media(forced_colors="none")
    at(before)
    found += visitor.complaints
    visitor.complaints.clear()
    return [one for one in dict.fromkeys(found) if not (page.specimens and one.startswith(SPECIMENS))]
