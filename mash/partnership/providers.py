"""The identity providers of agencies, as whoever runs the installation names them in its settings.

Nothing of this lies in the database: an agency works in several hubs, and who may say where its people sign in could
sign in as any of them, in every hub.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    SecretStr,
    StringConstraints,
    TypeAdapter,
    ValidationError,
    model_validator,
)

LOOPBACK = {"127.0.0.1", "localhost", "::1"}


class Unreadable(ImproperlyConfigured):
    """What the settings say of an agency's provider cannot be used; the message says what, and no secret."""


def origin(address: str) -> str:
    """Return scheme and host of an address, as a browser names where a page comes from.  Raises ValueError."""
    parts = urlsplit(address)
    if not parts.hostname or "@" in parts.netloc:
        raise ValueError("must be a whole address with a host and without a name or password")
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return f"{parts.scheme}://{host}{f':{parts.port}' if parts.port else ''}"


def encrypted(address: str) -> str:
    """Return an address that is reached encrypted, or lies on this machine itself.  Raises ValueError for another."""
    parts = urlsplit(address)
    here = parts.scheme == "http" and parts.hostname in LOOPBACK
    if not (here or parts.scheme == "https") or parts.query or parts.fragment or not origin(address):
        raise ValueError("must begin with https:// and have no ? and no #")
    return address


Address = Annotated[str, AfterValidator(encrypted)]
Lowered = Annotated[str, StringConstraints(to_lower=True, strip_whitespace=True, min_length=1)]


class Provider(BaseModel):
    """Where the people of one agency sign in, by OpenID Connect.

    id: stands in addresses, in the record and beside whom it once vouched for, so it never changes.
    agency: its name in the hubs.
    issuer: to the letter as the provider itself gives it.
    client_secret: given here, or in a file that client_secret_file names; it is read once, at the start.
    hosts: further origins at which it has its pages, its tokens or its keys.
    domains: of the e-mail addresses it may vouch for; none listed means any.
    verified: the claim by which it says that the address is theirs.
    second_factor: what it says in `amr`, or as `acr`, of somebody who gave two factors.  None listed: ours is asked.
    also_locally: addresses of accounts that may sign in with a password of ours too, for the day it is down.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    id: Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]{1,40}$")]
    agency: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=120)]
    issuer: Address
    client_id: Annotated[str, StringConstraints(min_length=1)]
    client_secret: SecretStr
    hosts: tuple[Address, ...] = ()
    domains: tuple[Lowered, ...] = ()
    verified: Annotated[str, StringConstraints(min_length=1)] = "email_verified"
    second_factor: tuple[str, ...] = ()
    also_locally: tuple[Lowered, ...] = ()

    @model_validator(mode="before")
    @classmethod
    def _has_one_secret(cls, said: Any) -> Any:
        if not isinstance(said, dict):
            return said
        words = dict(said)
        kept_in = words.pop("client_secret_file", "")
        if bool(words.get("client_secret")) == bool(kept_in):
            raise ValueError("needs client_secret or client_secret_file, and not both")
        if kept_in:
            try:
                words["client_secret"] = Path(str(kept_in)).read_text().strip()
            except OSError as why:
                raise ValueError(f"client_secret_file cannot be read: {why.strerror}") from why
        return words

    @property
    def places(self) -> tuple[str, ...]:
        """Return the origins that are this provider's: pages lead to no other, and the server asks no other."""
        return tuple(dict.fromkeys(origin(one) for one in (self.issuer, *self.hosts)))

    def may_vouch_for(self, email: str) -> bool:
        """Tell whether an address lies in a domain of the agency."""
        return not self.domains or email.rpartition("@")[2].lower() in self.domains


def read(said: Any) -> tuple[Provider, ...]:
    """Return the providers that the settings name.  Raises Unreadable."""
    try:
        found = TypeAdapter(tuple[Provider, ...]).validate_python(said)
    except ValidationError as why:
        wrong = "; ".join(f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in why.errors())
        raise Unreadable(f"MASH_PROVIDERS: {wrong}") from None
    for kind, names in (("id", [one.id for one in found]), ("agency", [_plain(one.agency) for one in found])):
        if len(set(names)) < len(names):
            raise Unreadable(f"MASH_PROVIDERS: two providers have the same {kind}")
    return found


def every() -> tuple[Provider, ...]:
    """Return every provider, by the name of its agency."""
    found: Iterable[Provider] = settings.MASH_PROVIDERS
    return tuple(sorted(found, key=lambda one: _plain(one.agency)))


def named(key: str) -> Provider | None:
    """Return the provider of this id."""
    return next((one for one in every() if one.id == key), None)


def of_agency(name: str) -> Provider | None:
    """Return the provider of the agency of this name, in any case of letters."""
    return next((one for one in every() if _plain(one.agency) == _plain(name)), None)


def _plain(name: str) -> str:
    return " ".join(name.casefold().split())
