"""A whole HTML file made of plain lines, to be printed or made a PDF: no script, no link, no picture.  Pure."""

from collections.abc import Iterable

from markupsafe import escape

Line = tuple[str, str]
"""An element's name, h1, h2, h3, p or li, and its plain words."""
STYLE = (
    "@page{size:A4;margin:22mm 20mm;@bottom-right{content:'Page ' counter(page) ' of ' counter(pages);"
    "font:9pt 'DejaVu Sans',Arial,sans-serif}}"
    "body{font:11pt/1.5 'DejaVu Sans',Arial,sans-serif;color:#000;font-variant-ligatures:none;hyphens:none}"
    "h1{font-size:20pt}h2{font-size:13pt;margin:1.4em 0 .2em;break-after:avoid}"
    "h3{font-size:11pt;margin:1em 0 .1em;break-after:avoid}h2.sheet{break-before:page}"
    "p,li{margin:.3em 0 .8em;white-space:pre-line;overflow-wrap:anywhere}"
)


def file_of(title: str, lines: Iterable[Line], *, style: str = STYLE) -> str:
    """Return a file that says these lines and nothing else, each escaped.  A line "h2.sheet" begins a new sheet."""
    body = "\n".join(_drawn(name, words) for name, words in lines)
    return (
        '<!DOCTYPE html>\n<html lang="en-GB"><head><meta charset="utf-8">'
        f"<title>{escape(title)}</title><style>{style}</style></head>"
        f"<body>\n{body}\n</body></html>\n"
    )


def _drawn(name: str, words: str) -> str:
    element, _, kind = name.partition(".")
    beginning = f'{element} class="{kind}"' if kind else element
    return f"<{beginning}>{escape(words)}</{element}>"
