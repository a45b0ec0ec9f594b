"""A mail server on this machine that speaks as much IMAP as a reader needs, over folders in memory."""

import re
from contextlib import contextmanager
from dataclasses import dataclass, field
from socketserver import StreamRequestHandler, ThreadingTCPServer
from threading import Thread

USER, PASSWORD = "intake@hub.example", "not a secret"


@dataclass
class Lies:
    uid: int
    raw: bytes
    date: str
    flags: set = field(default_factory=set)


class Server(ThreadingTCPServer):
    """folders: name to what lies there.  cannot_move: moving fails, as when a connection breaks after the commit."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, *, can="IMAP4rev1 MOVE UIDPLUS"):
        super().__init__(("127.0.0.1", 0), Session)
        self.can, self.folders, self.next, self.cannot_move = can, {"INBOX": []}, 1, False
        self.most_sent = 0

    def put(self, raw, date="01-Dec-2026 09:00:00 +0000"):
        self.folders["INBOX"].append(Lies(self.next, raw, date))
        self.next += 1

    @property
    def address(self):
        return f"imap://intake%40hub.example@127.0.0.1:{self.server_address[1]}/INBOX"

    def lying(self, folder):
        return [one.raw for one in self.folders.get(folder, []) if "\\Deleted" not in one.flags]


class Session(StreamRequestHandler):
    def handle(self):
        self.folder = None
        self.say(f"* OK [CAPABILITY {self.server.can}] ready")
        while line := self.rfile.readline():
            tag, _, rest = line.decode().strip().partition(" ")
            word, _, rest = rest.partition(" ")
            if word.upper() == "UID":
                word, _, rest = rest.partition(" ")
            answer = getattr(self, f"do_{word.lower()}", None)
            said = answer(rest) if answer else "BAD what"
            self.say(f"{tag} {said or 'OK done'}")
            if word.upper() == "LOGOUT":
                return

    def say(self, words):
        self.wfile.write(words.encode() + b"\r\n")

    def do_capability(self, _):
        self.say(f"* CAPABILITY {self.server.can}")

    def do_login(self, rest):
        user, _, password = rest.partition(" ")
        if (user.strip('"'), password.strip('"')) != (USER, PASSWORD):
            return "NO [AUTHENTICATIONFAILED] no"
        return None

    def do_logout(self, _):
        self.say("* BYE")

    def do_select(self, rest):
        self.folder = self.server.folders.get(rest.strip('"'))
        if self.folder is None:
            return "NO no such folder"
        self.say(f"* {len(self.folder)} EXISTS")
        self.say("* OK [UIDVALIDITY 7] valid")
        return None

    def do_create(self, rest):
        self.server.folders.setdefault(rest.strip('"'), [])

    def do_search(self, _):
        self.say(
            " ".join(["* SEARCH", *(str(one.uid) for one in self.folder if "\\Deleted" not in one.flags)])
        )

    def do_fetch(self, rest):
        uid, _, asked = rest.partition(" ")
        one = self.one(uid)
        if one is None:
            return
        place = self.folder.index(one) + 1
        partial = re.search(r"BODY\.PEEK\[(HEADER)?\]<0\.(\d+)>", asked)
        if not partial:
            said = f'UID {uid} RFC822.SIZE {len(one.raw)} INTERNALDATE "{one.date}"'
            self.say(f"* {place} FETCH ({said})")
            return
        body = one.raw.partition(b"\r\n\r\n")[0] + b"\r\n\r\n" if partial[1] else one.raw
        body = body[: int(partial[2])]
        self.server.most_sent = max(self.server.most_sent, len(body))
        self.say(f"* {place} FETCH (FLAGS (\\Seen))")  # as a server may say of itself
        self.wfile.write(
            f"* {place} FETCH (UID {uid} BODY[{partial[1] or ''}]<0> {{{len(body)}}}\r\n".encode() + body
        )
        self.say(")")
        return

    def do_copy(self, rest):
        uid, _, name = rest.partition(" ")
        folder = self.server.folders.get(name.strip('"'))
        if self.server.cannot_move or folder is None:
            return "NO [TRYCREATE] no such folder"
        one = self.one(uid)
        folder.append(Lies(one.uid, one.raw, one.date))
        return None

    def do_move(self, rest):
        said = self.do_copy(rest)
        if said is None:
            self.folder.remove(self.one(rest.partition(" ")[0]))
        return said

    def do_store(self, rest):
        self.one(rest.partition(" ")[0]).flags.add("\\Deleted")

    def do_expunge(self, rest):
        self.folder.remove(self.one(rest))

    def one(self, uid):
        return next((one for one in self.folder if one.uid == int(uid)), None)


@contextmanager
def mail_server(**options):
    """Serve while the block lasts."""
    with Server(**options) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
