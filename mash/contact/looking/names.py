"""The name under which a file is sent: shown, never used to find a file, and never what a file is served under."""

import re
import unicodedata

LONGEST = 200  # characters
UNSEEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
PATH = re.compile(r"[/\\]|^\w:|^\.")
PROGRAMS = {
    "exe", "com", "scr", "pif", "bat", "cmd", "msi", "msp", "ps1", "psm1", "vbs", "vbe", "js", "jse", "wsf", "wsh",
    "hta", "jar", "lnk", "url", "reg", "dll", "cpl", "app", "sh", "py", "pl", "php", "html", "htm", "xhtml", "svg",
    "mht", "xml", "zip", "rar", "7z", "gz", "iso", "img", "docm", "xlsm", "dotm", "xltm", "pptm", "one", "chm",
}  # fmt: skip
RENAME = "Give it a short plain name, such as “letter.pdf”, and choose it again."

NOT_A_DOCUMENT = (
    "Its name has the ending of a program, a page or an archive in it: these are not taken. Choose the document, "
    "picture or recording itself."
)


def against_name(name: str) -> str:
    """Return what is against a name, with what to do about it, or ""."""
    if len(name) > LONGEST:
        return f"Its name is longer than {LONGEST} characters. {RENAME}"
    if any(unicodedata.category(sign) in UNSEEN for sign in name):
        return f"Its name holds signs that cannot be seen. {RENAME}"
    if PATH.search(name) or name != name.strip(" .") or "  " in name:
        return f"Its name is written as a path, or ends in spaces or dots. {RENAME}"
    if any(part.strip().lower() in PROGRAMS for part in name.split(".")[1:]):
        return NOT_A_DOCUMENT
    return ""


def shown_name(name: str) -> str:
    """Return a name as it is shown: whatever cannot be seen, or turns the writing round, is left out."""
    seen = "".join(sign for sign in name if unicodedata.category(sign) not in UNSEEN)
    return seen if len(seen) <= LONGEST else f"{seen[: LONGEST - 1]}…"
