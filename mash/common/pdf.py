"""HTML as a PDF, where the machine has Pango; elsewhere the HTML is printed."""

from functools import cache
from typing import Any


@cache
def _maker() -> Any:
    """Return what makes PDFs; None where its libraries are not on this machine."""
    try:
        import weasyprint  # type: ignore[import-untyped]
    except OSError:  # Pango is not there
        return None
    return weasyprint


def can_make_pdf() -> bool:
    """Tell whether this machine can make a PDF."""
    return _maker() is not None


def to_pdf(html: str) -> bytes:
    """Return HTML as a PDF; nothing is fetched from anywhere.  Empty where the machine cannot."""
    maker = _maker()
    if maker is None:
        return b""
    return bytes(maker.HTML(string=html, url_fetcher=_nothing).write_pdf())


def _nothing(address: str, *_: Any, **__: Any) -> Any:
    raise ValueError(f"what becomes a PDF fetches nothing, and asked for {address[:60]}")
