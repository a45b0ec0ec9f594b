"""Whether white words on a colour can be read.  Pure."""

import re

LEAST_CONTRAST = 4.5  # WCAG 2.2, 1.4.3, for words of ordinary size
HEXADECIMAL = re.compile(r"#[0-9a-f]{6}")
DARKEST_LINEAR = 0.04045


def contrast_with_white(colour: str) -> float:
    """Return the contrast of white words on a colour, from 1 (none) to 21 (on black).

    colour: "#rrggbb" in lower case.  Raises ValueError for anything else.
    """
    if not HEXADECIMAL.fullmatch(colour):
        raise ValueError("a colour is # and six hexadecimal digits")
    red, green, blue = (_linear(int(colour[at : at + 2], 16) / 255) for at in (1, 3, 5))
    return 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05)


def _linear(share: float) -> float:
    return share / 12.92 if share <= DARKEST_LINEAR else float(((share + 0.055) / 1.055) ** 2.4)
