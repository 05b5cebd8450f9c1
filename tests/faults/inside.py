"""A process on the newsroom's own database, asked in lines of JSON: makes its people, moves its times, checks it."""

import json
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import django

django.setup()

# Only now are there models.
from django.conf import settings  # noqa: E402
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY  # noqa: E402
from django.contrib.sessions.backends.db import SessionStore  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import Error, close_old_connections, connection  # noqa: E402
from django.db.models import F  # noqa: E402
from django.utils import timezone  # noqa: E402
from django_tasks_db.models import DBTaskResult  # noqa: E402

from articles.models import Article  # noqa: E402
from comments.actions.transitions import NEW  # noqa: E402
from comments.decisions import Step, append_decisions  # noqa: E402
from comments.enums import Act, LetterState  # noqa: E402
from comments.models import Comment, Letter  # noqa: E402
from comments.seals import seal  # noqa: E402
from newsroom.accounts.models import User  # noqa: E402
from tests import factories  # noqa: E402
from tests.faults.checking import problems  # noqa: E402
from tests.faults.ledger import Ledger  # noqa: E402
from tests.faults.mailserver import Mail  # noqa: E402


def prepare(stories: int, readers: int, moderators: int, editors: int) -> dict[str, Any]:
    """Tables, a policy in force, live stories, and people with open sessions."""
    _be_quick()
    call_command("migrate", verbosity=0)
    policy = factories.make_policy()
    return {
        "policy": policy.version,
        "stories": [_story(number) for number in range(stories)],
        "readers": [_person() for _ in range(readers)],
        "moderators": [_person("Moderator") for _ in range(moderators)],
        "editors": [_person("Editor") for _ in range(editors)],
    }


def _be_quick() -> None:
    """This connection, which makes the tables, does not wait for the disk; those of the newsroom do."""
    quick = {"sqlite": "PRAGMA synchronous = OFF", "postgresql": "SET synchronous_commit = off"}
    with connection.cursor() as cursor:
        cursor.execute(quick[connection.vendor])


def _story(number: int) -> dict[str, Any]:
    name = f"Story{chr(ord('A') + number)}"
    article = factories.make_article(working_headline=f"{name} edition 1")
    author = factories.make_author()
    revision = factories.make_revision(article, byline=[author.pk])
    publication = factories.make_publication(article=article, revision=revision, authors=[author])
    return {
        "pk": article.pk,
        "name": name,
        "path": publication.get_absolute_url(),
        "section": article.section_id,
        "author": author.pk,
    }


def _person(group: str = "") -> dict[str, str]:
    """Somebody who signed in before the run: signing in is not what it is about."""
    user: User = factories.make_user(group=group)
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    return {"email": user.email, "session": str(session.session_key)}


def held_comments(story: int, count: int) -> list[dict[str, Any]]:
    """Comments under the story that wait, from as many people."""
    article = Article.objects.get(pk=story)
    discussion = factories.make_discussion(article)
    made = [factories.make_comment(discussion=discussion, state="held") for _ in range(count)]
    for comment in made:
        _decide_to_hold(comment)
    return [{"uid": str(one.uid), "version": one.version, "state": "held"} for one in made]


def _decide_to_hold(comment: Comment) -> None:
    step = Step(comment=comment, from_state=NEW, to_state=comment.state, seen_version=1, grounds=())
    append_decisions([step], act=Act.HELD, now=timezone.now(), by=None, automatic=True)


def advance(minutes: float) -> None:
    """Moves the times at which letters and jobs are due as far back, as if so many minutes had passed."""
    by = timedelta(minutes=minutes)
    letters = Letter.objects.filter(state__in=[LetterState.WAITING, LetterState.SENDING])
    letters.update(send_after=F("send_after") - by, claimed_at=F("claimed_at") - by)
    jobs = DBTaskResult.objects.exclude(status="SUCCESSFUL")
    jobs.update(
        run_after=F("run_after") - by, started_at=F("started_at") - by, finished_at=F("finished_at") - by
    )


def pending() -> dict[str, int]:
    """What still has to happen, and what could happen now."""
    now = timezone.now()
    left = DBTaskResult.objects.exclude(status="SUCCESSFUL")
    unsent = Letter.objects.exclude(state__in=[LetterState.SENT, LetterState.CANCELLED])
    return {
        "jobs": left.count(),
        "due": left.filter(run_after__lte=now).exclude(status="RUNNING").count(),
        "letters": unsent.count(),
    }


def progress() -> dict[str, int]:
    return {"comments": Comment.objects.count(), "letters sent": Letter.objects.filter(state="sent").count()}


def check(folder: str) -> list[str]:
    """All that is wrong by the ledger and the mails in the folder; seals the record for `verify_decisions`."""
    mails = json.loads((Path(folder) / "mails.json").read_text())
    taken = {message_id: [Mail(**one) for one in many] for message_id, many in mails.items()}
    seal(now=timezone.now() + timedelta(hours=1))
    return list(problems(Ledger.read(Path(folder) / "ledger.json"), taken))


QUESTIONS = {one.__name__: one for one in (prepare, held_comments, advance, pending, progress, check)}


def main() -> None:
    for line in sys.stdin:
        name, given = json.loads(line)
        close_old_connections()
        try:
            answer = {"answer": QUESTIONS[name](**given)}
        except Error as error:
            connection.close()
            answer = {"away": str(error)}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
