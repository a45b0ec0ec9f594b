"""Axe on a page: whatever it shows that is new; all of it, in the sweep of every page, with MASH_SWEEP=all.

Most of axe's rules read how a page is built: a page built like one before has the same faults.  Two read how it looks,
and take longer than all others together: they need to see each kind of text and target once.
"""

import hashlib
import os
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe

KINDS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
OF_LOOKS = ["color-contrast", "target-size"]
ALL = {"runOnly": KINDS, "resultTypes": ["violations"]}
STRUCTURE = ALL | {"rules": {one: {"enabled": False} for one in OF_LOOKS}}
LOOKS = {"runOnly": {"type": "rule", "values": OF_LOOKS}, "resultTypes": ["violations"]}
SCRIPT = Axe().axe_script
RUN = """async ([rules, only]) => {
    const broken = (await axe.run(only ? {include: window.newLooks} : document, rules)).violations;
    return broken.map(one => {
        const where = one.nodes.slice(0, 3).map(node => node.html.slice(0, 160) + ' ' + (node.any[0]?.message ?? ''));
        return one.id + ': ' + where.join(' AND ');
    });
}"""

# What the rules of structure read, but for what the page says about whom: elements in their order, attributes (numbers
# and keys masked), whether something is said, whether what is pointed at is there.  Of like neighbours one is kept.
# It comes in two parts, the frame and what stands in it.
SHAPE = """() => {
    const points = new Set(
        ['for', 'aria-labelledby', 'aria-describedby', 'aria-controls', 'aria-owns', 'headers', 'form']);
    const said = new Set(['value', 'content', 'datetime', 'src', 'nonce', 'action', 'formaction']);
    const masked = words => words.replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, '0').replace(/[0-9]+/g, '0');
    const attribute = ({name, value}) => {
        if (points.has(name)) {
            const there = value.split(/\\s+/).filter(Boolean).map(id => document.getElementById(id) ? '+' : '-');
            return name + '=' + there.join('');
        }
        if (name === 'href') return 'href=' + value.slice(0, 1);
        if (said.has(name) || /^(data|hx)-/.test(name)) return name + (value ? '=said' : '');
        return name + '=' + masked(value);
    };
    const shape = one => {
        if (one.nodeType === Node.TEXT_NODE) return one.textContent.trim() ? 'words' : '';
        if (one.nodeType !== Node.ELEMENT_NODE || /^(SCRIPT|STYLE|LINK|META)$/.test(one.tagName)) return '';
        const state = ['checked', 'disabled', 'open', 'hidden'].filter(name => one[name]);
        const own = [one.tagName, ...[...one.attributes].map(attribute).sort(), ...state].join(' ');
        const inside = [...one.childNodes].map(shape).filter(Boolean).filter((it, at, all) => it !== all[at - 1]);
        return '<' + own + '>' + inside.join('') + '</>';
    };
    const main = document.querySelector('main'), inside = main ? shape(main) : '';
    return [shape(document.documentElement).replace(inside, ''), inside];
}"""

# The kind of each text and target, by what decides its colours and size: its own and its parents' classes, at a width.
LOOKED_AT = """() => {
    const found = new Map();
    const chain = one => {
        const parts = [window.innerWidth];
        for (let up = one; up; up = up.parentElement) parts.push(up.tagName + '.' + [...up.classList].sort().join('.'));
        return parts.join(' ');
    };
    const target = 'a, button, input, select, textarea, summary';
    for (const one of document.querySelectorAll('body *')) {
        const speaks = [...one.childNodes].some(it => it.nodeType === Node.TEXT_NODE && it.textContent.trim());
        if ((speaks || one.matches(target)) && !/^(SCRIPT|STYLE)$/.test(one.tagName) && one.checkVisibility()) {
            const kind = chain(one) + (one.disabled ? ' disabled' : '');
            if (!found.has(kind)) found.set(kind, one);
        }
    }
    window.looks = found;
    return [...found.keys()];
}"""
ONLY_NEW = "kinds => { window.newLooks = kinds.map(kind => window.looks.get(kind)); }"


def violations(page) -> list[str]:
    """Return what axe finds wrong with the page that is open; it cannot run in one without JavaScript."""
    page.evaluate(SCRIPT)
    found = page.evaluate(RUN, [ALL, False])
    if not found:
        _remember(page.evaluate(SHAPE) + page.evaluate(LOOKED_AT))
    return found


def violations_of_what_is_new(page) -> list[str]:
    """Return the same, but for a structure and for kinds of text that had none before, in this run of the tests."""
    parts, kinds = page.evaluate(SHAPE), page.evaluate(LOOKED_AT)
    built_anew, unseen = not all(map(_known, parts)), [kind for kind in kinds if not _known(kind)]
    found = []
    if built_anew or unseen:
        page.evaluate(SCRIPT)
    if built_anew:
        found += page.evaluate(RUN, [STRUCTURE, False])
    if unseen:
        page.evaluate(ONLY_NEW, unseen)
        found += page.evaluate(RUN, [LOOKS, True])
    if not found:
        _remember(parts + unseen)
    return found


def _mark(kind: str) -> Path:
    return Path(os.environ["MASH_TEST_LOOKED_AT"]) / hashlib.sha256(kind.encode()).hexdigest()


def _known(kind: str) -> bool:
    return _mark(kind).exists()


def _remember(kinds: list[str]) -> None:
    for kind in kinds:
        _mark(kind).touch()
