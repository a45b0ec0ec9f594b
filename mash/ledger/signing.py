"""Signing roots: which key, and what is signed.  The key lies outside the database, or a superuser could sign anew."""

import hashlib
from collections.abc import Iterable
from pathlib import Path
from typing import Protocol

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from django.conf import settings
from django.utils.module_loading import import_string

BEGIN, END = "-----BEGIN PUBLIC KEY-----", "-----END PUBLIC KEY-----"


class NoKey(Exception):
    """No signing key is set, or it cannot be read; the message says which setting."""


class Signer(Protocol):
    """Whatever holds the key: a file, the environment, a device.  A deployment names its own class."""

    def sign(self, said: bytes) -> bytes:
        """Return the Ed25519 signature, 64 bytes."""

    def public(self) -> Ed25519PublicKey:
        """Return the key that checks it."""


class FromEnvironment:
    """The key in MASH_LEDGER_KEY: 32 bytes in hexadecimal."""

    def __init__(self) -> None:
        try:
            self.key = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(settings.MASH_LEDGER_KEY))
        except ValueError as why:
            raise NoKey("MASH_LEDGER_KEY is not set to 64 hexadecimal digits") from why

    def sign(self, said: bytes) -> bytes:
        return self.key.sign(said)

    def public(self) -> Ed25519PublicKey:
        return self.key.public_key()


class FromFile(FromEnvironment):
    """The key in the file that MASH_LEDGER_KEY_FILE names: an Ed25519 private key as PEM."""

    def __init__(self) -> None:
        try:
            read = Path(settings.MASH_LEDGER_KEY_FILE).read_bytes()
            key = serialization.load_pem_private_key(read, password=None)
        except (OSError, TypeError, ValueError) as why:
            raise NoKey("MASH_LEDGER_KEY_FILE does not name a readable private key") from why
        if not isinstance(key, Ed25519PrivateKey):
            raise NoKey("the key in MASH_LEDGER_KEY_FILE is not an Ed25519 key")
        self.key = key


def signer() -> Signer:
    """Return what signs: MASH_LEDGER_SIGNER names its class.  Raises NoKey."""
    made: Signer = import_string(settings.MASH_LEDGER_SIGNER)()
    return made


def id_of(key: Ed25519PublicKey) -> str:
    """Return the short name of a key, 16 hexadecimal digits."""
    raw = key.public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
    return hashlib.sha256(raw).hexdigest()[:16]


def written(key: Ed25519PublicKey) -> str:
    """Return a public key as PEM."""
    encoding, form = serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    return key.public_bytes(encoding, form).decode()


class Keys:
    """The public keys that are trusted, by their short names: of today, and of those used before."""

    def __init__(self, keys: Iterable[Ed25519PublicKey]) -> None:
        self.known = {id_of(key): key for key in keys}

    @classmethod
    def in_file(cls, file: Path) -> "Keys":
        """Return the keys in a file of one or more PEM blocks.  Raises NoKey."""
        try:
            blocks = [part.split(END)[0] for part in file.read_text().split(BEGIN)[1:]]
            found = [serialization.load_pem_public_key(f"{BEGIN}{one}{END}".encode()) for one in blocks]
        except (OSError, ValueError) as why:
            raise NoKey(f"{file} does not hold public keys") from why
        ours = [key for key in found if isinstance(key, Ed25519PublicKey)]
        if not ours:
            raise NoKey(f"{file} holds no Ed25519 public key")
        return cls(ours)

    def vouch_for(self, key_id: str, said: bytes, signature: str) -> bool:
        """Tell whether a trusted key signed this.  signature: hexadecimal."""
        key = self.known.get(key_id)
        if key is None:
            return False
        try:
            key.verify(bytes.fromhex(signature), said)
        except (InvalidSignature, ValueError):
            return False
        return True
