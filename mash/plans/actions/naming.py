"""Names as they are typed in one line."""


def parted(name: str) -> dict[str, str]:
    """Return a name as given and family: what stands last is the family's."""
    given, _, family = " ".join(name.split()).rpartition(" ")
    return {"given": given or family, "family": family if given else ""}
