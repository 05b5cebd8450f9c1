"""A mail server on loopback that keeps what it took, and can be told to behave badly."""

import re
import socketserver
import threading
import time
from collections import defaultdict
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import cast

CONFIRMATION = re.compile(r"/comments/confirm/([\w-]+)/")
MANNERS = ("takes", "refuses", "hangs up", "drops in the data", "forgets to answer", "is slow")
SLOW = 1.5


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail that was taken."""

    message_id: str
    to: str
    subject: str
    text: str


class _Talk(socketserver.StreamRequestHandler):
    """One conversation of RFC 5321, as far as a client like Django's needs it."""

    server: "_Listening"
    timeout = 30

    def handle(self) -> None:
        try:
            self._talk(self.server.owner)
        except OSError:
            return  # whoever spoke was killed

    def _talk(self, owner: "MailServer") -> None:
        if owner.manner == "hangs up":
            return
        self._say("421 not now" if owner.manner == "refuses" else "220 ready")
        while line := self.rfile.readline():
            command = line[:4].upper()
            if command == b"DATA":
                self._say("354 go on")
                data = self._data(owner)
                if data is None:
                    return
                if owner.manner == "is slow":
                    time.sleep(SLOW)
                owner.keep(data)
                if owner.manner == "forgets to answer":
                    return
                self._say("250 kept")
            elif command == b"QUIT":
                self._say("221 bye")
                return
            elif command == b"RCPT" and owner.manner == "refuses":
                self._say("451 try again later")
            else:
                self._say("250 yes")

    def _data(self, owner: "MailServer") -> bytes | None:
        lines: list[bytes] = []
        while (line := self.rfile.readline()) != b".\r\n":
            if not line or (owner.manner == "drops in the data" and len(lines) > 5):
                return None
            lines.append(line[1:] if line.startswith(b"..") else line)
        return b"".join(lines)

    def _say(self, words: str) -> None:
        self.wfile.write(words.encode() + b"\r\n")


class _Listening(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True
    owner: "MailServer"

    def handle_error(self, request: object, client_address: object) -> None:
        """A conversation that broke off is what this server is for."""


class MailServer:
    """Takes mail until told otherwise. `taken` has every mail as often as it was taken."""

    def __init__(self) -> None:
        self.manner = "takes"
        self.taken: list[Mail] = []
        self.tokens: dict[str, str] = {}
        self._lock = threading.Lock()
        self._listening = _Listening(("127.0.0.1", 0), _Talk)
        self._listening.owner = self
        threading.Thread(target=self._listening.serve_forever, args=[0.1], daemon=True).start()

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self._listening.server_address[1]}"

    def keep(self, data: bytes) -> None:
        message = cast(EmailMessage, message_from_bytes(data, policy=policy.default))
        plain = message.get_body(("plain",))
        text = str(plain.get_content()) if plain else ""
        mail = Mail(str(message["Message-ID"]), str(message["To"]), str(message["Subject"]), text)
        with self._lock:
            self.taken.append(mail)
            if found := CONFIRMATION.search(text):
                self.tokens[mail.to] = found[1]

    def times(self) -> dict[str, list[Mail]]:
        """The mails by their Message-ID."""
        found: dict[str, list[Mail]] = defaultdict(list)
        with self._lock:
            for mail in self.taken:
                found[mail.message_id].append(mail)
        return dict(found)

    def end(self) -> None:
        self._listening.shutdown()
        self._listening.server_close()
