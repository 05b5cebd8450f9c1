"""Moderators and editors who work through every fault, and note what they were told."""

import random
import re
import time

from tests.faults.browser import until_clear
from tests.faults.ledger import DONE, REFUSED, Acted, Published, Saved, Undone
from tests.faults.truth import GONE, Step
from tests.faults.world import PATIENCE, Story, World, hidden, said, told

PICK = re.compile(r'name="pick" value="([0-9a-f-]{36}):(\d+)"')
DECISION = re.compile(r'name="decision" value="([0-9a-f-]{36})"')


class Moderator:
    """Decides on what waits, alone and by selections; undoes, removes and restores some of it."""

    def __init__(self, world: World, number: int, seed: int, *, email: str, session: str) -> None:
        self.world, self.email = world, email
        self.random = random.Random(seed)
        self.browser = world.browser(session)
        self.own: list[Acted] = []

    def run(self) -> None:
        while not self.world.over.is_set():
            time.sleep(self.random.uniform(0, 0.4))
            page = self.browser.get("/admin/moderation/")
            picks = [(uid, int(version)) for uid, version in PICK.findall(page.text)]
            chance = self.random.random()
            if chance < 0.15 and self.own:
                self._change_ones_mind()
            elif picks and chance < 0.4:
                self._decide_on_many(self.random.sample(picks, min(len(picks), self.random.randint(2, 12))))
            elif picks:
                for uid, version in self.random.sample(picks, min(len(picks), 4)):
                    self._decide(uid, version, self.random.choice(["approve", "approve", "reject"]))
            else:
                time.sleep(0.2)
            if not page.is_clear:
                time.sleep(0.3)

    def _decide(self, uid: str, version: int, act: str) -> None:
        acted = Acted(self.email, uid, version, act)
        step = self.world.truth.begin(f"comment {uid}", version, 1 if act in ("approve", "restore") else GONE)
        with self.world.ledger.lock:
            self.world.ledger.acted.append(acted)
        fields = [("act", act), ("version", str(version)), ("rows", "100"), *rules_of(act)]
        path = f"/admin/moderation/comments/{uid}/act/"
        answer, certain = until_clear(lambda: self.browser.post(path, fields), seconds=PATIENCE)
        acted.told = told(answer, certain)
        self._settle(acted, step)
        if answer.is_clear and answer.status not in (303, 409):
            self.world.ledger.complain(f"{act} of {uid} was answered {answer.status}: {said(answer)}")

    def _settle(self, acted: Acted, step: Step) -> None:
        if acted.told == DONE:
            self.world.truth.confirm(step)
            self.own.append(acted)
        elif acted.told == REFUSED:
            self.world.truth.drop(f"comment {acted.uid}", step)

    def _decide_on_many(self, picks: list[tuple[str, int]]) -> None:
        act = self.random.choice(["approve", "reject"])
        many = [Acted(self.email, uid, version, act) for uid, version in picks]
        for one in many:
            self.world.truth.begin(f"comment {one.uid}", one.version, 1 if act == "approve" else GONE)
        with self.world.ledger.lock:
            self.world.ledger.acted += many
        fields = [("pick", f"{uid}:{version}") for uid, version in picks]
        fields += [("act", act), ("rows", "100"), *rules_of(act)]
        answer, _certain = until_clear(
            lambda: self.browser.post("/admin/moderation/bulk/", fields), seconds=PATIENCE
        )
        if answer.status == 303:
            self._shown_as_made()
        elif answer.is_clear:
            self.world.ledger.complain(f"{act} of many was answered {answer.status}: {said(answer)}")

    def _shown_as_made(self) -> list[str]:
        """The decisions that the status line says were made, and that can be undone."""
        page = self.browser.get("/admin/moderation/")
        found = DECISION.findall(page.text)
        with self.world.ledger.lock:
            self.world.ledger.decisions += found
        return found

    def _change_ones_mind(self) -> None:
        last = self.own.pop(self.random.randrange(len(self.own)))
        if last is not None and self.random.random() < 0.5:
            self._decide(
                last.uid,
                last.version + 1,
                {"approve": "remove", "restore": "remove"}.get(last.act, "restore"),
            )
            return
        page = self.browser.get(f"/admin/moderation/comments/{last.uid}/")
        # The line at the foot offers to undo what they decided last, which is another comment's.
        if found := DECISION.search(page.text.partition('id="status"')[0]):
            self._undo(last, found[1])

    def _undo(self, last: Acted, decision: str) -> None:
        undone = Undone(self.email, decision)
        with self.world.ledger.lock:
            self.world.ledger.undone.append(undone)
        step = self.world.truth.begin(f"comment {last.uid}", last.version + 1, GONE)
        answer, certain = until_clear(
            lambda: self.browser.post("/admin/moderation/undo/", [("decision", decision)]), seconds=PATIENCE
        )
        if not (certain and answer.status == 303):
            return
        page = self.browser.get("/admin/moderation/")
        if page.status == 200 and "skipped:" not in page.text and "Undone" in page.text:
            undone.told = DONE
            self.world.truth.confirm(step)


class Editor:
    """Has stories of their own: saves, publishes, publishes again, withdraws and brings back."""

    def __init__(
        self, world: World, stories: list[Story], seed: int, *, session: str, pause: float = 0.5
    ) -> None:
        self.world, self.stories, self.pause = world, stories, pause
        self.random = random.Random(seed)
        self.browser = world.browser(session)
        self.edition = {story.pk: 1 for story in stories}
        self.acts = 0

    def run(self) -> None:
        while not self.world.over.is_set():
            self.once()
            time.sleep(self.random.uniform(0, 2 * self.pause))

    def once(self) -> None:
        story = self.random.choice(self.stories)
        page = self.browser.get(f"/admin/articles/article/{story.pk}/publish/")
        if page.status != 200:
            time.sleep(0.3)
            return
        if "/reinstate/" in page.text:
            self._verb(story, "reinstate", page.text)
            page = self.browser.get(f"/admin/articles/article/{story.pk}/publish/")
            if page.status == 200:
                self._publish(story, page.text)
        elif self.random.random() < 0.15:
            self._withdraw(story, page.text)
        elif self._save(story) and self.random.random() < 0.8:
            page = self.browser.get(f"/admin/articles/article/{story.pk}/publish/")
            if page.status == 200:
                self._publish(story, page.text)

    def _save(self, story: Story) -> bool:
        page = self.browser.get(f"/admin/articles/article/{story.pk}/change/")
        if page.status != 200:
            return False
        self.edition[story.pk] += 1
        saved = Saved(story.pk, headline_of(story, self.edition[story.pk]))
        with self.world.ledger.lock:
            self.world.ledger.saved.append(saved)
        fields = {
            "base": hidden("base", page.text),
            "headline": saved.headline,
            "standfirst": "In one sentence.",
        }
        fields |= {"body": f"<p>{saved.headline}, as it went on.</p>", "section": str(story.section)}
        fields |= {"language": "en", "label": "news", "slug": story.path.split("/")[-2]}
        fields |= {"byline": str(story.author), "kicker": "", "dateline": "", "note": ""}
        answer, certain = until_clear(
            lambda: self.browser.post(f"/admin/articles/article/{story.pk}/change/", fields.items()),
            seconds=PATIENCE,
        )
        saved.told = told(answer, certain, done=302, refused=409)
        if answer.is_clear and answer.status not in (302, 409):
            self.world.ledger.complain(
                f"saving {saved.headline} was answered {answer.status}: {said(answer)}"
            )
        return saved.told == DONE

    def _publish(self, story: Story, html: str) -> None:
        found = re.search(rf"{story.name} edition (\d+)", html)
        if found is None or 'name="when"' not in html:
            return  # nothing new to publish
        edition = int(found[1])
        published = Published(story.pk, headline_of(story, edition))
        with self.world.ledger.lock:
            self.world.ledger.published.append(published)
        fields = {"seen": hidden("seen", html), "revision": hidden("revision", html), "when": "now"}
        published.told = self._act(story, "publish", edition, {**fields, "change": "update"})

    def _withdraw(self, story: Story, html: str) -> None:
        fields = {"withdraw-seen": hidden("seen", html), "withdraw-note": "A fault was found."}
        self._act(story, "withdraw", GONE, fields)

    def _verb(self, story: Story, verb: str, html: str) -> None:
        fields = [(f"{verb}-seen", hidden("seen", html)), (f"{verb}-note", "")]
        self.browser.post(f"/admin/articles/article/{story.pk}/{verb}/", fields)

    def _act(self, story: Story, verb: str, state: int, fields: dict[str, str]) -> str:
        """A public act, after which readers may get nothing older."""
        self.acts += 1
        what = f"story {story.name}"
        step = self.world.truth.begin(what, len(self.world.truth.steps[what]), state)
        path = f"/admin/articles/article/{story.pk}/{verb}/"
        answer, certain = until_clear(lambda: self.browser.post(path, fields.items()), seconds=PATIENCE)
        outcome = told(answer, certain, done=302, refused=422)
        if outcome == DONE:
            self.world.truth.confirm(step)
        elif outcome == REFUSED:
            step.begun = float("inf")  # it never was
            self.world.ledger.complain(f"{verb} of {story.name} was refused: {said(answer)}")
        return outcome


def headline_of(story: Story, edition: int) -> str:
    return f"{story.name} edition {edition}"


def rules_of(act: str) -> list[tuple[str, str]]:
    return [("rule", "respect"), ("note", "Not like this.")] if act in ("reject", "remove") else []
