"""Guests and readers who write through every fault, and note what they were told."""

import random
import re
import time
import uuid

from tests.faults.browser import Answer, until_clear
from tests.faults.ledger import DONE, REFUSED, UNCLEAR, Sent
from tests.faults.world import PATIENCE, Story, World, hidden, said

COMMENT = re.compile(r'id="comment-([0-9a-f-]{36})"')
WORDS = "harbour ferry council evening quay tide vote bridge rain naïve سلام “quoted” <b>bold</b> & more"


class Writer:
    """One client: a guest with ever new addresses, or a reader who is signed in."""

    def __init__(self, world: World, number: int, seed: int, *, email: str = "", session: str = "") -> None:
        self.world, self.number, self.email = world, number, email
        self.random = random.Random(seed)
        self.browser = world.browser(session)
        self.started: tuple[str, float] = ("", 0.0)
        self.parents: dict[int, list[str]] = {}
        self.unconfirmed: list[Sent] = []
        self.written = 0

    def run(self) -> None:
        while self.world.take_one():
            story = self.random.choice(self.world.stories)
            if self.written % 5 == 0:
                self._read(story)
            self._write(story)
            self.confirm_what_arrived()

    def _read(self, story: Story) -> None:
        page = self.browser.get(story.path + "comments/")
        if page.status == 200:
            self.parents[story.pk] = COMMENT.findall(page.text)

    def _write(self, story: Story) -> None:
        self.written += 1
        sent = self._comment()
        parents = self.parents.get(story.pk)
        parent = self.random.choice(parents) if parents and self.random.random() < 0.3 else ""
        with self.world.ledger.lock:
            self.world.ledger.sent.append(sent)
        self._send(story, sent, parent)

    def _comment(self) -> Sent:
        words = " ".join(self.random.choices(WORDS.split(" "), k=self.random.randint(3, 40)))
        mark = f"{self.number}-{self.written}"
        body = f"Comment {mark}: {words}\n\nالسطر {self.random.random()}"
        author = self.email or f"guest-{mark}@example.org"
        return Sent(str(uuid.UUID(int=self.random.getrandbits(128))), body, author, guest=not self.email)

    def _send(self, story: Story, sent: Sent, parent: str) -> None:
        """Sends the same form until somebody says for certain what became of it."""
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            started = self._started(story)
            if not started:
                time.sleep(0.3)  # no form: the story is withdrawn, or nobody answers
                continue
            answer = self.browser.post(story.path + "comments/new/", self._fields(sent, parent, started))
            if answer.status == 303:
                self._acknowledged(story, sent, answer)
                return
            if answer.status == 422 and parent:
                parent = ""  # removed meanwhile: on its own, then
            elif answer.status in (404, 410):
                time.sleep(0.3)
            elif answer.is_clear:
                sent.told = REFUSED
                self.world.ledger.complain(f"comment {sent.key} was answered {answer.status}: {said(answer)}")
                return
            else:
                time.sleep(self.random.uniform(0.1, 0.6))
        self.world.ledger.complain(f"comment {sent.key} was never acknowledged")

    def _fields(self, sent: Sent, parent: str, started: str) -> list[tuple[str, str]]:
        fields = {"body": sent.body, "accept_policy": "on", "parent": parent, "form_key": sent.key}
        fields |= {"policy_version": str(self.world.policy), "started": started, "website": ""}
        if sent.guest:
            fields |= {"name": f"Guest {self.number}", "email": sent.author}
        return list(fields.items())

    def _started(self, story: Story) -> str:
        """The mark of a form that was handed out more than a second ago."""
        if not self.started[0]:
            mark = hidden("started", self.browser.get(story.path + "comments/new/").text)
            self.started = (mark, time.monotonic() + 1.1)
        time.sleep(max(0, self.started[1] - time.monotonic()))
        return self.started[0]

    def _acknowledged(self, story: Story, sent: Sent, answer: Answer) -> None:
        sent.uid, sent.told = answer.location.split("/")[2], DONE
        self.world.threads[sent.uid] = story.name
        if sent.guest:
            self.unconfirmed.append(sent)

    def confirm_what_arrived(self, *, seconds: float = PATIENCE) -> None:
        """Presses the button behind the link of each mail that came."""
        arrived = [sent for sent in self.unconfirmed if sent.author in self.world.mail.tokens]
        self.unconfirmed = [sent for sent in self.unconfirmed if sent not in arrived]
        for sent in arrived:
            path = f"/comments/confirm/{self.world.mail.tokens[sent.author]}/"
            answer, _certain = until_clear(lambda path=path: self.browser.post(path, []), seconds=seconds)  # type: ignore[misc]
            # 200: pressed again after an unclear answer, and told kindly that it was confirmed already.
            sent.confirmed = DONE if answer.status in (200, 303) else UNCLEAR
            if answer.status not in (200, 303):
                self.world.ledger.complain(
                    f"confirming {sent.uid} was answered {answer.status}: {said(answer)}"
                )
