"""A newsroom in which one word stands wherever people can write, and ways to look for it everywhere."""

import html
import re
from collections import deque
from collections.abc import Iterable
from datetime import timedelta
from typing import Any
from urllib.parse import urldefrag, urljoin, urlsplit

from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.utils import timezone

from articles.actions import save
from articles.actions.content import Content
from articles.models import ArticleEvent, Correction, CorrectionText
from comments import actions, links, runs
from comments.enums import Act, RunScope
from comments.models import Case, Comment, Decision, Letter, Sanction
from comments.standing import seen_mark
from comments.statements import Law
from comments.tasks import deliver
from comments.wording import words_of
from newsroom.accounts.models import User
from newsroom.withheld import about_with_key, withhold
from newsroom.withholding.models import Subject, Withholding
from tests import factories
from tests.integration.commenting import Desk

MARK = "ZAUBERVOGELSTRASSENBAHN"
"""Shouted, so that a check quotes it."""
NAME = "Kolibrina Federkleid"
NOT_FOLLOWED = re.compile(r"/(accounts|static|media)/|/admin/(logout|jsi18n|account|auth|mfa)")
MOST_PAGES = 600


class World(Desk):
    """Comments that are public, rejected with an appeal, and rejected among many; a correction; an act with a note."""

    def __init__(self) -> None:
        super().__init__()
        self.now = timezone.now() - timedelta(minutes=30)
        self.lead: User = factories.make_user(group="Moderation lead", is_superuser=True)
        self.other: User = factories.make_user(group="Moderator")
        self.discussion = factories.make_discussion(self.article)
        self.public = self._public()
        self.rejected = self._rejected()
        self.many = self._among_many()
        self.removed = self._removed_as_illegal()
        self.correction = self._correction()
        self.event = self._saved()
        self.sanctioned = self._sanction()
        self.case = self._case()
        self._send_what_is_due()

    def _public(self) -> Comment:
        author = factories.make_commenter(name=NAME, address="public@example.org")
        comment = factories.make_comment(
            discussion=self.discussion, commenter=author, body=f"Well said: {MARK} it is."
        )
        answer = factories.make_comment(discussion=self.discussion, parent=comment, body="Really?")
        factories.make_comment(discussion=self.discussion, parent=answer, body="Yes.")
        said: dict[str, Any] = {"illegal": True, "explanation": f"It says {MARK}", "good_faith": True}
        notice = actions.Notice(
            comment=comment, form_key=answer.uid, user=None, name="Gus", address="gus@example.org", **said
        )
        actions.report(notice, now=self.now)
        actions.add_note(comment, by=self.moderator, text=f"I know {MARK}", now=self.now)
        actions.keep_note(comment.pk, by=self.moderator, text=f"About {MARK}", now=self.now)
        comment.refresh_from_db()
        actions.ask(
            comment.pk,
            by=self.moderator,
            to=self.other,
            note=f"{MARK}?",
            seen_version=comment.version,
            now=self.now,
        )
        return comment

    def _rejected(self) -> Comment:
        """Its statement was mailed; the answer to its author's objection waits."""
        comment = self.send(f"{MARK} {MARK} AND NOTHING ELSE")
        decision = self.reject(comment, "shouting", note=f"No {MARK} here.")
        actions.appeal(decision, f"But {MARK} is true.", now=self.now)
        actions.answer_appeal(
            decision.appeal.pk, granted=False, reasons=f"Not {MARK}.", by=self.other, now=timezone.now()
        )
        return comment

    def _among_many(self) -> Comment:
        comment = factories.make_comment(discussion=self.discussion, state="held", body=f"{MARK}, again")
        run = runs.prepare([(comment.pk, 1)], RunScope.SELECTION, by=self.moderator, now=self.now)
        reasons = runs.Reasons(rule_keys=["respect"], note=f"Never {MARK}.")
        runs.begin(run.pk, Act.REJECTED, by=self.moderator, now=self.now, reasons=reasons)
        while runs.advance(run.pk, now=self.now):
            pass
        return comment

    def _removed_as_illegal(self) -> Comment:
        """Its statement has not been mailed yet; a second look is open."""
        comment = factories.make_comment(discussion=self.discussion, body=f"They are {MARK}!")
        actions.remove(
            comment.pk,
            by=self.moderator,
            seen_version=1,
            now=timezone.now(),
            rule_keys=["respect"],
            note=f"A note on {MARK}",
            law=Law("Criminal Code, section 185", f"It calls them {MARK}"),
        )
        return comment

    def _correction(self) -> Correction:
        made = Correction.objects.create(
            article=self.article, kind="correction", at=self.now, by=self.lead, publication=self.publication
        )
        CorrectionText.objects.create(
            correction=made, what_was_wrong=f"Not {MARK}", what_stands=f"But {MARK}"
        )
        return made

    def _saved(self) -> ArticleEvent:
        content = Content(headline="Bridge closed for longer", body="<p>Until May.</p>")
        said = {"by": self.lead, "now": self.now, "note": f"Because of {MARK}"}
        save(self.article, content=content, base=self.article.last_number, **said)
        return self.article.events.get(verb="saved", note__contains=MARK)

    def _sanction(self) -> Decision:
        commenter = factories.make_commenter(address="warned@example.org")
        measure = actions.Measure(kind="warning", rule_keys=("respect",), note=f"Stop {MARK}")
        seen = seen_mark(commenter.pk)
        made: Sanction = actions.sanction(commenter.pk, measure, by=self.moderator, seen=seen, now=self.now)
        assert made.decision
        return made.decision

    def _case(self) -> Case:
        """It holds three comments and the story with its correction."""
        given = {"kind": "lawyer", "sender": "Quill", "reference": "", "about": "Take it down"}
        complaint = actions.Complaint(
            **given, received_at=self.now, deadline=timezone.now() + timedelta(days=3)
        )
        case = actions.open_case(complaint, self.public, by=self.moderator, now=timezone.now())
        for subject in (self.rejected, self.removed, self.article):
            actions.add_item(case.pk, subject, by=self.moderator, now=timezone.now())
        return case

    def close_case(self) -> None:
        self.case.refresh_from_db()
        seen = self.case.version
        actions.close_case(
            self.case.pk, "unfounded", seen_version=seen, by=self.moderator, now=timezone.now()
        )

    @property
    def publication(self) -> Any:
        return self.article.publications.get()

    def _send_what_is_due(self) -> None:
        for letter in Letter.objects.filter(send_after__lte=timezone.now()):
            deliver(letter.pk, now=timezone.now())

    def subjects(self) -> list[tuple[Subject, str]]:
        comments = (self.public, self.rejected, self.many, self.removed)
        return [
            *((Subject.COMMENT, str(comment.uid)) for comment in comments),
            (Subject.DECISION, str(self.sanctioned.uid)),
            (Subject.CORRECTION, str(self.correction.pk)),
            (Subject.EVENT, str(self.event.pk)),
        ]

    def withhold_all(self) -> list[Withholding]:
        return [self.withhold(*subject) for subject in self.subjects()]

    def withhold(self, subject: Subject, key: str, *, with_name: bool = True) -> Withholding:
        about = about_with_key(subject, key)
        assert about
        seen = getattr(about.row, "version", 0)
        said = {"ground": "Court of Hamburg, 324 O 1/26", "remark": "", "by": self.lead}
        return withhold(about, with_name=with_name, seen=seen, now=timezone.now(), **said)

    def private_paths(self) -> list[str]:
        """The addresses that only an author or a reporter was given."""
        found = [links.mine_path(comment) for comment in Comment.objects.select_related("commenter")]
        found += [
            links.statement_path(decision.comment, decision.subject_version)
            for decision in Decision.objects.filter(statement_of_reasons__isnull=False, comment__isnull=False)
        ]
        found += [links.report_path(report) for report in self.public.reports.all()]
        found += [links.sanction_path(made) for made in Sanction.objects.all()]
        found += [f"/comments/{comment.uid}/report/" for comment in Comment.objects.all()]
        found += [links.mine_path(self.rejected) + "resend/"]
        return found

    def pages_of_the_desk(self) -> list[str]:
        """Files, and pages to which no link leads in every state."""
        days = f"since={self.now:%Y-%m-%d}&until={timezone.now():%Y-%m-%d}"
        subjects = [f"/admin/withheld/new/?{subject}={key}" for subject, key in self.subjects()]
        return [
            "/admin/moderation/decisions/csv/",
            f"/admin/moderation/cases/{self.case.uid}/",
            f"/admin/moderation/statements/?{days}&format=json",
            f"/admin/moderation/statements/?{days}&format=csv",
            *(f"/admin/moderation/comments/{comment.uid}/" for comment in Comment.objects.all()),
            *(
                f"/admin/moderation/?view={name}"
                for name in ("held", "reported", "appeals", "fresh", "asked")
            ),
            *subjects,
            "/admin/withheld/",
        ]

    def pages_of_readers(self) -> list[str]:
        path = f"/{self.publication.path}/"
        answers = [f"{path}comments/new/?parent={self.public.uid}"]
        branch = [f"{path}comments/?branch={self.public.uid}", f"/comments/{self.public.uid}/"]
        return [
            "/",
            path,
            f"{path}comments/",
            *answers,
            *branch,
            "/corrections/",
            "/robots.txt",
            "/sitemap.xml",
        ]


# --- looking everywhere


def walk(client: Client, begin: Iterable[str]) -> dict[str, str]:
    """Every page of the site that can be come to from these by links, with what is on it.

    Of lists in the admin their first page: their filters multiply each other.
    """
    waiting, found = deque(begin), dict[str, str]()
    while waiting and len(found) < MOST_PAGES:
        address = waiting.popleft()
        if address in found or NOT_FOLLOWED.search(address):
            continue
        answer = client.get(address)
        if answer.status_code in (301, 302, 303):
            waiting.append(_local(address, answer.headers["Location"]))
            continue
        parts = answer.streaming_content if answer.streaming else [answer.content]
        found[address] = b"".join(parts).decode(errors="replace")
        hrefs = re.findall(r'(?:href|data-url|hx-get)="([^"]+)"', found[address])
        linked = [_local(address, html.unescape(one)) for one in hrefs if _is_ours(one)]
        waiting.extend(one for one in linked if not one.startswith("/admin/") or "?" not in one)
    assert len(found) < MOST_PAGES
    return found


def _is_ours(href: str) -> bool:
    parts = urlsplit(href)
    return parts.scheme in ("", "http", "https") and parts.netloc in ("", "testserver") and href[:1] != "#"


def _local(base: str, href: str) -> str:
    parts = urlsplit(urldefrag(urljoin(f"http://testserver{base}", href)).url)
    return parts.path + (f"?{parts.query}" if parts.query else "")


def with_mark(pages: dict[str, str], mark: str = MARK) -> set[str]:
    return {address for address, page in pages.items() if mark.lower() in page.lower()}


def columns_with(mark: str = MARK) -> set[str]:
    """Every column of every table of the database in which the word stands, whatever the table is for."""
    found = set()
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608 - names of tables
            names = [column[0] for column in cursor.description]
            for row in cursor.fetchall():
                found |= {
                    f"{table}.{name}" for name, value in zip(names, row, strict=True) if _holds(value, mark)
                }
    sessions = " ".join(str(session.get_decoded()) for session in Session.objects.all())
    return found | ({"sessions"} if mark.lower() in sessions.lower() else set())


def _holds(value: Any, mark: str) -> bool:
    plain = bytes(value) if isinstance(value, memoryview | bytes) else str(value).encode()
    return mark.lower().encode() in plain.lower()


def mails_with(mark: str = MARK) -> list[str]:
    """Kinds of letters that say the word now, sent or not."""
    said = {letter.kind: words_of(letter) for letter in Letter.objects.all()}
    return [
        kind
        for kind, words in said.items()
        if mark.lower() in f"{words.subject}{words.text}{words.html}".lower()
    ]
