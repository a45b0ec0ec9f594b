"""The keys a live installation must have of its own.  Those below stand in the source, so anybody knows them."""

from collections.abc import Mapping

PUBLISHED = {
    "MASH_SECRET_KEY": "only-for-building-and-tests-" + "0" * 40,
    "MASH_IDENTITY_KEY": "00" * 32,  # 32 bytes, hexadecimal
    "MASH_SEAL_KEY": "11" * 32,  # 32 bytes, hexadecimal
}
HOW = (
    "Set {names} to secrets of your own: sessions, identities and sealed items are only as safe as these keys, and the "
    "ones in the source are known to everybody. MASH_SECRET_KEY is any long random text; the other two are 64 "
    "hexadecimal digits each, and MASH_IDENTITY_KEY is the one the database was prepared with. "
    "`python -c 'import secrets; print(secrets.token_hex(32))'` makes one."
)


class PublishedKeys(Exception):
    """A live database would be served under keys that stand in the source; the message says what to set."""


def refuse_published(environment: Mapping[str, str]) -> None:
    """Make sure that no key is left out, or is one of those in the source.

    Raises PublishedKeys.
    """
    known = {value.casefold() for value in PUBLISHED.values()}
    bad = [name for name in PUBLISHED if environment.get(name, "").strip().casefold() in {"", *known}]
    if bad:
        raise PublishedKeys(HOW.format(names=", ".join(bad)))
