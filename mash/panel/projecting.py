"""Words that can stand on a screen in a room: a person's names become initials.  Pure.

Source: docs/rules.md, "In the meeting".
"""

import re

WORD = re.compile(r"[^\W\d_]{2,}(?:['’-][^\W\d_]+)*")


def initialled(words: str, name: str) -> str:
    """Return words in which each part of a name stands as its initial, however it is written."""
    for part in sorted({*WORD.findall(name)}, key=len, reverse=True):
        found = re.compile(rf"(?<!\w){re.escape(part)}(?!\w)", re.IGNORECASE)
        words = found.sub(f"{part[0].upper()}.", words)
    return words
