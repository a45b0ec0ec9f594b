"""Calling a system's address: signed after Standard Webhooks, by https, to public addresses alone, with no redirect.

The name is looked up once, and what it says is what is connected to: a second look-up could say something else.
"""

import base64
import hmac
import http.client
import ipaddress
import json
import socket
import ssl
import uuid
from collections.abc import Iterable
from datetime import datetime
from urllib.parse import SplitResult, urlsplit

from django.conf import settings
from django.utils.crypto import salted_hmac

PREFIX = "whsec_"
SECONDS = 10  # for one call
MOST_READ = 1024  # bytes of an answer, which nobody looks at
HTTPS_ALONE = "The address must begin with https://."
NOT_AN_ADDRESS = "Enter a whole address, such as https://records.example/hub."
NOT_PUBLIC = "This address does not lead to a public server."


class NotCalled(OSError):
    """A system did not take a call; the message says why, and nothing that the other side said.

    status: of its answer, where it gave one.
    """

    def __init__(self, why: str, status: int | None = None) -> None:
        self.status = status
        super().__init__(why)


def secret_of(hook: uuid.UUID, number: int) -> str:
    """Return the secret of a hook, which is derived and kept nowhere."""
    made = salted_hmac("systems.hook", f"{hook}:{number}", algorithm="sha256").digest()
    return PREFIX + base64.b64encode(made).decode()


def signed(secret: str, *, call: str, at: datetime, body: bytes) -> str:
    """Return the signature of a call, as the Standard Webhooks specification (version 1) computes it.

    HMAC-SHA256 over the key of the call, the moment in seconds and the body, parted by dots.
    """
    key = base64.b64decode(secret.removeprefix(PREFIX))
    said = f"{call}.{int(at.timestamp())}.".encode() + body
    return "v1," + base64.b64encode(hmac.digest(key, said, "sha256")).decode()


def body_of(*, kind: str, reference: str, at: datetime) -> bytes:
    """Return what a call says: that there is something, and under which reference."""
    return json.dumps({"type": kind, "timestamp": at.isoformat(), "data": {"reference": reference}}).encode()


def what_is_wrong_with(address: str) -> str:
    """Return why an address cannot be called, before anybody looks its name up; "" where it can."""
    try:
        parts = urlsplit(address)
        port, host = parts.port, parts.hostname
    except ValueError:
        return NOT_AN_ADDRESS
    if not host or port == 0 or not address.isascii() or any(sign <= " " for sign in address):
        return NOT_AN_ADDRESS
    if parts.username is not None or parts.password is not None or parts.fragment:
        return "Leave names, passwords and what follows # out of the address."
    if parts.scheme != "https" and not (parts.scheme == "http" and _may_be_plain(host)):
        return HTTPS_ALONE
    try:
        return "" if _is_let(ipaddress.ip_address(host)) else NOT_PUBLIC
    except ValueError:  # a name, which is looked up when it is called
        return ""


def call(address: str, *, key: str, body: bytes, secrets: Iterable[str], at: datetime) -> int:
    """Call an address; return the status with which it was taken.  Raises NotCalled."""
    wrong = what_is_wrong_with(address)
    if wrong:
        raise NotCalled(wrong)
    parts = urlsplit(address)
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "OpenMASH",
        "webhook-id": key,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": " ".join(signed(one, call=key, at=at, body=body) for one in secrets),
    }
    connection = _connection(parts)
    try:
        connection.request(
            "POST", (parts.path or "/") + (f"?{parts.query}" if parts.query else ""), body, headers
        )
        answer = connection.getresponse()
        answer.read(MOST_READ)
    except (OSError, http.client.HTTPException) as why:
        raise NotCalled(f"It did not answer ({type(why).__name__}).") from why
    finally:
        connection.close()
    if not 200 <= answer.status < 300:
        raise NotCalled(f"It answered {answer.status}.", answer.status)
    return answer.status


def _connection(parts: SplitResult) -> http.client.HTTPConnection:
    """Return a connection that is open, to the address that was looked at."""
    host = str(parts.hostname)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    made = http.client.HTTPConnection(host, port, timeout=SECONDS)
    plain = _reached(host, port)
    try:
        made.sock = (
            ssl.create_default_context().wrap_socket(plain, server_hostname=host)
            if parts.scheme == "https"
            else plain
        )
    except OSError as why:
        plain.close()
        raise NotCalled(f"It did not answer safely ({type(why).__name__}).") from why
    return made


def _reached(host: str, port: int) -> socket.socket:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as why:
        raise NotCalled("Its name is not known.") from why
    places = [ipaddress.ip_address(one[4][0]) for one in found]
    if not places or not all(_is_let(one) for one in places):
        raise NotCalled(NOT_PUBLIC)
    try:
        return socket.create_connection((str(places[0]), port), timeout=SECONDS)
    except OSError as why:
        raise NotCalled(f"It did not answer ({type(why).__name__}).") from why


Address = ipaddress.IPv4Address | ipaddress.IPv6Address


def _is_let(address: Address) -> bool:
    """Tell whether an address is public, or of a network that this installation allows."""
    inner = _inside(address)
    if any(inner in ipaddress.ip_network(one) for one in settings.MASH_CALLS_ALLOWED):
        return True
    return all(one.is_global and not one.is_multicast and not one.is_reserved for one in {address, inner})


def _inside(address: Address) -> Address:
    """Return the older address that a newer one stands for: mapped, of a tunnel or of a translation."""
    if isinstance(address, ipaddress.IPv4Address):
        return address
    if address in ipaddress.ip_network("64:ff9b::/96"):
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    teredo = address.teredo[1] if address.teredo else None
    return address.ipv4_mapped or address.sixtofour or teredo or address


def _may_be_plain(host: str) -> bool:
    """Tell whether a host is this machine itself, and the installation allows it: in a demo."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    return address.is_loopback and _is_let(address)
