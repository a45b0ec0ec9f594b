"""The identity providers of agencies, as whoever runs the installation names them in its settings.

Nothing of this lies in the database: an agency works in several hubs, and who may say where its people sign in could
sign in as any of them, in every hub.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from cryptography import x509
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Discriminator,
    Field,
    SecretStr,
    StringConstraints,
    Tag,
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


def encrypted_page(address: str) -> str:
    """Return an address as `encrypted` does, which may say more after a question mark.  Raises ValueError."""
    encrypted(address.partition("?")[0])
    if "#" in address:
        raise ValueError("must have no #")
    return address


Address = Annotated[str, AfterValidator(encrypted)]
Page = Annotated[str, AfterValidator(encrypted_page)]
Lowered = Annotated[str, StringConstraints(to_lower=True, strip_whitespace=True, min_length=1)]
Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


class AgencySignIn(BaseModel, ABC):
    """What every agency's provider has in common, whichever way it speaks.

    id: stands in addresses, in the record and beside whom it once vouched for, so it never changes.
    agency: its name in the hubs.
    hosts: further origins at which it has its pages, its tokens or its keys.
    domains: of the e-mail addresses it may vouch for; none listed means any.
    second_factor: what it says of somebody who gave two factors.  None listed: ours is asked.
    also_locally: addresses of accounts that may sign in with a password of ours too, for the day it is down.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    id: Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]{1,40}$")]
    agency: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=120)]
    hosts: tuple[Address, ...] = ()
    domains: tuple[Lowered, ...] = ()
    second_factor: tuple[str, ...] = ()
    also_locally: tuple[Lowered, ...] = ()

    @property
    def places(self) -> tuple[str, ...]:
        """Return the origins that are this provider's: pages lead to no other, and the server asks no other."""
        return tuple(dict.fromkeys(origin(one) for one in (*self._reached_at(), *self.hosts)))

    @abstractmethod
    def _reached_at(self) -> Sequence[str]: ...

    def may_vouch_for(self, email: str) -> bool:
        """Tell whether an address lies in a domain of the agency."""
        return not self.domains or email.rpartition("@")[2].lower() in self.domains


class OpenIdProvider(AgencySignIn):
    """Where the people of one agency sign in, by OpenID Connect.

    issuer: to the letter as the provider itself gives it.
    client_secret: given here, or in a file that client_secret_file names; it is read once, at the start.
    verified: the claim by which it says that the address is theirs.
    second_factor: values of `amr`, or of `acr`.
    """

    speaks: Literal["openid"] = "openid"
    issuer: Address
    client_id: Annotated[str, StringConstraints(min_length=1)]
    client_secret: SecretStr
    verified: Annotated[str, StringConstraints(min_length=1)] = "email_verified"

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
            words["client_secret"] = _in_file(kept_in, "client_secret_file")
        return words

    def _reached_at(self) -> Sequence[str]:
        return (self.issuer,)


class SamlProvider(AgencySignIn):
    """Where the people of one agency sign in, by SAML 2.0.

    entity: how the provider names itself, to the letter.
    sign_on: the page where people sign in, by the redirect binding.  sign_out: a page where they sign out, "" for none.
    certificates: of the keys it signs with, as PEM; or certificate_files, which are read once, at the start.
    domains: at least one, since nothing in SAML says that an address is theirs.
    email: the attribute that holds the address; "" where the name identifier is the address.
    subject: the attribute that stays the same for ever and is never given to another; "" where a persistent name
        identifier does.
    methods: the attribute that lists how somebody proved who they are, beside the class of authentication context.
    second_factor: values of that attribute, or classes of authentication context.
    """

    speaks: Literal["saml"]
    entity: Words
    sign_on: Page
    sign_out: Page | Literal[""] = ""
    certificates: Annotated[tuple[str, ...], Field(min_length=1, max_length=4)]
    domains: Annotated[tuple[Lowered, ...], Field(min_length=1)]
    email: str = ""
    subject: str = ""
    methods: str = "http://schemas.microsoft.com/claims/authnmethodsreferences"

    @model_validator(mode="before")
    @classmethod
    def _has_certificates(cls, said: Any) -> Any:
        if not isinstance(said, dict):
            return said
        words = dict(said)
        files = words.pop("certificate_files", ())
        if bool(words.get("certificates")) == bool(files):
            raise ValueError("needs certificates or certificate_files, and not both")
        if files:
            words["certificates"] = tuple(_in_file(one, "certificate_files") for one in files)
        return words

    @model_validator(mode="after")
    def _can_be_read(self) -> "SamlProvider":
        try:
            [x509.load_pem_x509_certificate(one.encode()) for one in self.certificates]
        except ValueError:
            raise ValueError("certificates: one cannot be read; it is not PEM") from None
        if not (self.email or self.subject):
            raise ValueError(
                "needs email or subject: an address alone does not tell a newcomer from who had it before"
            )
        return self

    def _reached_at(self) -> Sequence[str]:
        return [one for one in (self.sign_on, self.sign_out) if one]


Provider = OpenIdProvider | SamlProvider


def _in_file(name: Any, of: str) -> str:
    try:
        return Path(str(name)).read_text().strip()
    except (OSError, UnicodeDecodeError) as why:
        said = why.strerror if isinstance(why, OSError) else "it is not text"
        raise ValueError(f"{of} cannot be read: {said}") from why


def _way_of_speaking(said: Any) -> str:
    return "saml" if isinstance(said, dict) and said.get("speaks") == "saml" else "openid"


ONE = Annotated[
    Annotated[OpenIdProvider, Tag("openid")] | Annotated[SamlProvider, Tag("saml")],
    Discriminator(_way_of_speaking),
]


def read(said: Any) -> tuple[Provider, ...]:
    """Return the providers that the settings name.  Raises Unreadable."""
    try:
        found = TypeAdapter(tuple[ONE, ...]).validate_python(said)
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
