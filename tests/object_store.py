"""A small S3-compatible store over loopback: signatures verified, versions kept, writes only where nothing is."""

import hashlib
import hmac
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock
from urllib.parse import parse_qsl, quote, unquote, urlsplit
from xml.sax.saxutils import escape

from tests.loopback import serving

KEY, SECRET, BUCKET = "witness", "s3cret/with+signs", "roots"
EPOCH = datetime(2026, 11, 2, 10, tzinfo=UTC)


class ObjectStore:
    """One bucket.  versioned, conditional: what it can.  fails: the status it answers with, whatever is asked."""

    def __init__(self):
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), type("Asked", (Asked,), {"of": self}))
        self.address = f"http://127.0.0.1:{self.server.server_address[1]}"
        self.versions, self.locks, self.asked = {}, {}, []
        self.versioned, self.conditional, self.fails, self.page = True, True, 0, 1000
        self.lock, self.clock = Lock(), 0

    def where(self, **words):
        said = "&".join(f"{name}={value}" for name, value in words.items())
        return f"{self.address}/{BUCKET}/mash{'?' + said if said else ''}"

    def put(self, key, body):
        """Write, as whoever rules the store could."""
        self.clock += 1
        kept = (f"v{self.clock}", EPOCH + timedelta(seconds=self.clock), body)
        self.versions[key] = [*(self.versions.get(key, []) if self.versioned else []), kept]

    @contextmanager
    def running(self):
        with serving(self.server):
            yield self


def signature_of(method, path, query, headers, body_hash, said):
    """Return the signature, version 4, of a request, worked out from the standard and not by the client's library."""
    day, region = said["Credential"].split("/")[1:3]
    names = said["SignedHeaders"].split(";")
    pairs = sorted((quote(name, safe="-_.~"), quote(value, safe="-_.~")) for name, value in query)
    asked = "&".join(f"{name}={value}" for name, value in pairs)
    lines = [f"{name}:{' '.join(headers[name].split())}\n" for name in names]
    canonical = "\n".join([method, path, asked, "".join(lines), ";".join(names), body_hash])
    scope = f"{day}/{region}/s3/aws4_request"
    digest = hashlib.sha256(canonical.encode()).hexdigest()
    to_sign = "\n".join(["AWS4-HMAC-SHA256", headers["x-amz-date"], scope, digest])
    key = f"AWS4{SECRET}".encode()
    for part in (day, region, "s3", "aws4_request"):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    return hmac.new(key, to_sign.encode(), hashlib.sha256).hexdigest()


def error(code):
    return f"<Error><Code>{code}</Code><Message>no</Message></Error>".encode()


class Asked(BaseHTTPRequestHandler):
    of: ObjectStore
    protocol_version = "HTTP/1.1"

    def do_PUT(self):
        body = self._body()
        if self._known(body):
            self._says(*self._put(self._key(), body))

    def _put(self, key, body):
        with self.of.lock:
            once = self.headers.get("If-None-Match") == "*"
            if once and not self.of.conditional:
                return 501, error("NotImplemented")
            if once and key in self.of.versions:
                return 412, error("PreconditionFailed")
            self.of.put(key, body)
            if self.headers.get("x-amz-object-lock-mode"):
                self.of.locks[key] = self.headers["x-amz-object-lock-retain-until-date"]
        return 200, b""

    def do_GET(self):
        if not self._known(b""):
            return
        query, key = dict(self._query()), self._key()
        if key:
            found = self.of.versions.get(key, [])
            wanted = [one for one in found if query.get("versionId") in (None, one[0])]
            self._says(200, wanted[-1][2]) if wanted else self._error(404, "NoSuchKey")
        elif "versions" in query and not self.of.versioned:
            self._error(501, "NotImplemented")
        else:
            self._list(query, "versions" in query)

    def _list(self, query, versions):
        after = query.get("key-marker") or query.get("continuation-token") or ""
        keys = sorted(key for key in self.of.versions if key.startswith(query["prefix"]) and key > after)
        shown, more = keys[: self.of.page], len(keys) > self.of.page
        parts = [f"<IsTruncated>{str(more).lower()}</IsTruncated>"]
        for key in shown:
            for name, when, _ in self.of.versions[key] if versions else self.of.versions[key][-1:]:
                tag = "Version" if versions else "Contents"
                version = f"<VersionId>{name}</VersionId><IsLatest>false</IsLatest>" if versions else ""
                parts.append(
                    f"<{tag}><Key>{escape(key)}</Key>{version}<LastModified>{when:%Y-%m-%dT%H:%M:%SZ}</LastModified>"
                    f"<Size>1</Size></{tag}>"
                )
        if more:
            parts.append(
                f"<NextKeyMarker>{shown[-1]}</NextKeyMarker><NextVersionIdMarker>x</NextVersionIdMarker>"
                if versions
                else f"<NextContinuationToken>{shown[-1]}</NextContinuationToken>"
            )
        root = "ListVersionsResult" if versions else "ListBucketResult"
        self._says(200, f"<{root}>{''.join(parts)}</{root}>".encode())

    def _known(self, body):
        """Tell whether the request is signed with the secret, over these very words."""
        self.of.asked.append((self.command, self.path))
        if self.of.fails:
            self._error(self.of.fails, "InternalError")
            return False
        given = self.headers.get("Authorization", "")
        said = dict(part.strip().split("=", 1) for part in given.partition(" ")[2].split(",") if "=" in part)
        headers = {name.lower(): value for name, value in self.headers.items()}
        body_hash = headers.get("x-amz-content-sha256", "")
        right = body_hash == hashlib.sha256(body).hexdigest() and said.get("Credential", "").startswith(
            f"{KEY}/"
        )
        path = urlsplit(self.path).path
        if not right or said["Signature"] != signature_of(
            self.command, path, self._query(), headers, body_hash, said
        ):
            self._error(403, "SignatureDoesNotMatch")
            return False
        return True

    def _query(self):
        return parse_qsl(urlsplit(self.path).query, keep_blank_values=True)

    def _key(self):
        return unquote(urlsplit(self.path).path).removeprefix(f"/{BUCKET}").removeprefix("/")

    def _body(self):
        return self.rfile.read(int(self.headers.get("Content-Length", 0)))

    def _error(self, status, code):
        self._says(status, error(code))

    def _says(self, status, body):
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Last-Modified", format_datetime(EPOCH, usegmt=True))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass
