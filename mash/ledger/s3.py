"""A witness in an S3-compatible store: each root one object that is written once, locked if the bucket can lock.

The store is asked to write only where nothing is (`If-None-Match: *`), so that two workers, or one that starts anew,
never write over a root.  What is there is read back and compared.  Where the bucket keeps versions, the oldest counts:
whatever was written over it, or deleted since, the first version stands.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from django.conf import settings

from mash.ledger.models import Root
from mash.ledger.witnesses import SECONDS, Held, Refused, as_written, understood

WHERE = "https://HOST/BUCKET/PREFIX, after it perhaps ?region=eu-west-2&lock_days=3650"
TAKEN, NOT_KNOWN = {"PreconditionFailed", "412"}, {"NotImplemented", "501"}
LONGEST = 20_000_000  # bytes of one root


class Store:
    """A bucket, by path-style addresses and signature version 4.

    where: the address of store, bucket and prefix; `region` and, for a bucket with object lock, `lock_days` after a
    question mark.  The key and its secret are MASH_LEDGER_S3_KEY and MASH_LEDGER_S3_SECRET.

    Raises Refused for an address that cannot be read, and where the extra `s3` is not installed.
    """

    every = timedelta(0)

    def __init__(self, where: str) -> None:
        parts = urlsplit(where)
        self.bucket, _, prefix = parts.path.strip("/").partition("/")
        if (
            parts.scheme not in {"https", "http"}
            or not parts.hostname
            or "@" in parts.netloc
            or not self.bucket
        ):
            raise Refused(f"an s3 witness is {WHERE}")
        said = dict(parse_qsl(parts.query))
        self.prefix = f"{prefix}/" if prefix else ""
        self.lock = timedelta(days=int(said.get("lock_days", "0")))
        self.name = f"s3:{parts.scheme}://{parts.netloc}{parts.path}"
        self.client = _client(f"{parts.scheme}://{parts.netloc}", said.get("region", "us-east-1"))

    def take(self, root: Root) -> None:
        """Write the root's object where none is, and read it back."""
        said: dict[str, Any] = {"Bucket": self.bucket, "Key": self._key(root.number)}
        words = as_written(root)
        lock = {}
        if self.lock:
            until = datetime.now(UTC) + self.lock
            lock = {"ObjectLockMode": "COMPLIANCE", "ObjectLockRetainUntilDate": until}
        try:
            self._ask(
                "put_object", **said, Body=words, IfNoneMatch="*", ContentType="application/json", **lock
            )
        except _Answered as why:
            if why.code in NOT_KNOWN:
                raise Refused("the store cannot write only where nothing is: no witness") from why
            if why.code not in TAKEN:
                raise Refused(f"the store answers {why.code}") from why
        if self._first(said["Key"]).statement.encode() != root.statement:
            raise Refused(f"holds another root {root.number}")

    def held(self) -> Iterator[Held]:
        """Yield every root that the store holds, by its first version.  Raises Refused, OSError."""
        for key, version in sorted(self._firsts().items()):
            yield self._read(key, version)

    def _key(self, number: int) -> str:
        return f"{self.prefix}{number:010}.json"

    def _first(self, key: str) -> Held:
        return self._read(key, self._firsts(key).get(key, ""))

    def _read(self, key: str, version: str) -> Held:
        named = {"VersionId": version} if version and version != "null" else {}
        try:
            found = self._ask("get_object", Bucket=self.bucket, Key=key, **named)
        except _Answered as why:
            raise Refused(f"the store answers {why.code} for {key}") from why
        return understood(found["Body"].decode("utf-8", "replace"), key.rpartition("/")[2])

    def _firsts(self, key: str = "") -> dict[str, str]:
        """Return the objects under the prefix, each with its oldest version; "" where the store keeps none."""
        try:
            return self._oldest(key or self.prefix)
        except _Answered as why:
            if why.code not in NOT_KNOWN:
                raise Refused(f"the store answers {why.code}") from why
        return {key: ""} if key else dict.fromkeys(self._names(), "")

    def _oldest(self, prefix: str) -> dict[str, str]:
        found: dict[str, tuple[datetime, str]] = {}
        following: dict[str, str] = {}
        while True:
            page = self._ask("list_object_versions", Bucket=self.bucket, Prefix=prefix, **following)
            for one in page.get("Versions", []):
                if one["Key"].endswith(".json"):
                    now = (one["LastModified"], one["VersionId"])
                    found[one["Key"]] = min(found.get(one["Key"], now), now)
            if not page.get("IsTruncated"):
                return {key: version for key, (_, version) in found.items()}
            following = {
                "KeyMarker": page["NextKeyMarker"],
                "VersionIdMarker": page.get("NextVersionIdMarker", ""),
            }

    def _names(self) -> Iterator[str]:
        following: dict[str, str] = {}
        while True:
            page = self._asked("list_objects_v2", Bucket=self.bucket, Prefix=self.prefix, **following)
            yield from (one["Key"] for one in page.get("Contents", []) if one["Key"].endswith(".json"))
            if not page.get("IsTruncated"):
                return
            following = {"ContinuationToken": page["NextContinuationToken"]}

    def _asked(self, what: str, **words: Any) -> Any:
        try:
            return self._ask(what, **words)
        except _Answered as why:
            raise Refused(f"the store answers {why.code}") from why

    def _ask(self, what: str, **words: Any) -> Any:
        """Ask the store once.  Raises _Answered for an error of its own, OSError where it is not reached."""
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            found = getattr(self.client, what)(**words)
            return found | ({"Body": found["Body"].read(LONGEST)} if "Body" in found else {})
        except ClientError as why:
            raise _Answered(str(why.response.get("Error", {}).get("Code", "nothing"))) from why
        except BotoCoreError as why:
            raise OSError(f"the store is not reached: {type(why).__name__}") from why


class _Answered(Exception):
    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def _client(address: str, region: str) -> Any:
    try:
        from botocore.config import Config
        from botocore.session import Session
    except ImportError as why:
        raise Refused("an s3 witness needs the extra `s3`: pip install 'openmash[s3]'") from why
    session = Session()
    session.set_credentials(settings.MASH_LEDGER_S3_KEY, settings.MASH_LEDGER_S3_SECRET)
    how = Config(
        signature_version="s3v4",
        s3={"addressing_style": "path"},
        connect_timeout=SECONDS,
        read_timeout=SECONDS,
        retries={"total_max_attempts": 1},
        proxies={},
    )
    return session.create_client("s3", region_name=region, endpoint_url=address, config=how)
