"""Fills in a form as its page shows it, so that it is not for a missing word that a page says no."""

from lxml import html

WORDS = "Agreed with her by telephone this morning, and written down at once."
PARTS = {"day": "1", "month": "12", "year": "2027"}


def forms(page, path):
    """Return what each form of a page would send to an address, filled in: one dictionary a form."""
    found = []
    for form in html.fromstring(page).xpath("//form"):
        to = (form.get("action") or path).partition("?")[0].partition("#")[0]
        if to == path and (form.get("method") or "").lower() == "post":
            found.append(_filled(form))
    return found


def _filled(form):
    said = {}
    for one in form.xpath(".//input | .//textarea | .//select | .//button"):
        name, kind = one.get("name"), (one.get("type") or one.tag).lower()
        if name and one.get("disabled") is None and kind != "file":
            _say(said, one, name, kind)
    return said


def _say(said, one, name, kind):
    value = one.get("value")
    if one.tag == "select":
        said[name] = next((v for v in one.xpath(".//option/@value") if v), "")
    elif kind == "radio":
        if name not in said or one.get("checked") is not None:
            said[name] = value or "on"
    elif kind == "checkbox":
        said.setdefault(name, []).append(value or "on")
    elif one.tag == "button" or kind == "submit":
        said.setdefault(name, value or "")
    elif one.tag == "textarea":
        said[name] = (one.text or "").strip() or WORDS
    elif kind == "hidden":
        said[name] = value or ""
    else:
        typed = (part for end, part in PARTS.items() if name.endswith(end))
        said[name] = value or next(typed, WORDS[:30])
