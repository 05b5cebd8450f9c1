"""What the queue costs at 1,000, 100,000 and 1,000,000 held: `python -m tests.bench.bench_queue [--write]`.

On the PostgreSQL that DATABASE_URL names, in a database that is thrown away afterwards. `--write` puts the table into
docs/performance.md. Exits with 1 where a page makes more queries with a longer queue, or takes more than twice the
time.
"""

import argparse
import os
import sys
from collections.abc import Iterator
from datetime import timedelta
from itertools import count

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
django.setup()

from django.db import connection, models  # noqa: E402
from django.test import Client  # noqa: E402
from django.utils import timezone  # noqa: E402

from articles.archive import Key  # noqa: E402
from articles.models import Article  # noqa: E402
from comments.desk.queue import waiting_after  # noqa: E402
from comments.desk.views import HELD, Asker  # noqa: E402
from comments.models import Comment, CommentFinding, CommentText  # noqa: E402
from newsroom.accounts.models import User  # noqa: E402
from tests.bench.measuring import make_newsroom, milliseconds, own_database, queries  # noqa: E402
from tests.measured import ROOT, provenance, write  # noqa: E402

PAGE = ROOT / "docs" / "performance.md"
BEGIN, END = "<!-- queue: made by tests.bench.bench_queue -->", "<!-- queue: end -->"
MOST = 2.0
"""How many times as long a page of the longest queue may take."""

WAITING = tuple(map(int, os.environ.get("WAITING", "1000,100000,1000000").split(",")))
MADE = 1_000
QUEUE = "/admin/moderation/"
ROUNDS = 9


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help=f"put the table into docs/{PAGE.name}")
    asked = parser.parse_args()
    figures: dict[int, dict[str, tuple[float, int]]] = {}
    with own_database():
        make_newsroom(stories=1_000, thread=[100], held=MADE)
        there = MADE
        for held in WAITING:
            grow(there // MADE, held // MADE)
            there = max(there, held)
            figures[held] = measured()
            print(held, figures[held], file=sys.stderr, flush=True)
    made, missed = table(figures)
    print(made)
    if asked.write:
        write(made, PAGE, BEGIN, END)
    if missed:
        sys.exit(f"These grow with the queue: {', '.join(missed)}.")


def table(figures: dict[int, dict[str, tuple[float, int]]]) -> tuple[str, list[str]]:
    """A row for each page, with the largest queue's time by the smallest's; and the pages that grow with the queue."""
    rows = [
        f"{provenance()}; medians of {ROUNDS}, PostgreSQL on the same cores.",
        "",
        "| ms, queries | " + " | ".join(f"{held:,} held" for held in figures) + " | largest : smallest |",
        "|---" * (len(figures) + 2) + "|",
    ]
    missed = []
    for name in figures[WAITING[0]]:
        times, queries = zip(*(figures[held][name] for held in figures), strict=True)
        cells = " | ".join(f"{time:.1f}, {asked}" for time, asked in zip(times, queries, strict=True))
        rows.append(f"| {name} | {cells} | {times[-1] / times[0]:.2f} |")
        if max(queries) > queries[0] or max(times) > MOST * times[0]:
            missed.append(name)
    return "\n".join(rows), missed


def measured() -> dict[str, tuple[float, int]]:
    """Milliseconds and queries of each, everything that is kept being warm."""
    client = Client()
    moderator = User.objects.get(email="moderator@example.org")
    client.force_login(moderator)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    comment = waiting_after(None)[Comment.objects.held().count() // 2]
    middle = Key(comment.due_at, comment.pk)
    deciding = decisions(client)
    article = Article.objects.filter(discussion__comments__state="held").select_related("section").first()
    assert article is not None
    acts = {
        "first page": lambda: client.get(QUEUE),
        "in the middle": lambda: client.get(f"{QUEUE}?after={middle}"),
        "100 rows": lambda: client.get(f"{QUEUE}?rows=100"),
        "narrowed to a section": lambda: client.get(f"{QUEUE}?section={article.section.slug}"),
        "narrowed to a story": lambda: client.get(f"{QUEUE}?story={article.uid}"),
        "narrowed to a rule that caught nobody": lambda: client.get(f"{QUEUE}?rule=links"),
        "fresh": lambda: client.get(f"{QUEUE}?view=fresh"),
        "approving, with the next card": lambda: next(deciding),
    }
    return {name: (milliseconds(act, ROUNDS), queries(act)) for name, act in acts.items()}  # type: ignore[arg-type]


def decisions(client: Client) -> Iterator[object]:
    """One approval after another, each answered as script asks for it: with the card that comes next."""
    asker = Asker(0, timezone.now())
    waiting = HELD.ordered(HELD.rows(asker))
    for _ in count():
        comment = waiting.first()
        sent = {"act": "approve", "version": comment.version, "place": "queue", "at": ""}
        answer = client.post(f"{QUEUE}comments/{comment.uid}/act/", sent, headers={"HX-Request": "true"})
        assert answer.status_code == 200, answer.status_code
        yield answer


# --- many more rows of the same kind


def grow(first: int, times: int) -> None:
    """That many thousands wait and not only the first so many: the database copies the rows that were made.

    Each copy waits a while longer than the last. A million through the product's own actions would take an hour.
    Foreign keys are dropped first, in this database that is thrown away: checking each row is most of the time.
    """
    if times <= first:
        return
    assert connection.vendor == "postgresql", "Only PostgreSQL is worth this many."
    with connection.cursor() as cursor:
        for model in (Comment, CommentText, CommentFinding):
            drop_keys(cursor, model)
        for model in (Comment, CommentText, CommentFinding):
            cursor.execute(copying(model, first, times))


def drop_keys(cursor: object, model: type[models.Model]) -> None:
    table = model._meta.db_table
    cursor.execute(  # type: ignore[attr-defined]
        "SELECT conname FROM pg_constraint WHERE contype = 'f' AND conrelid = %s::regclass", [table]
    )
    for (name,) in cursor.fetchall():  # type: ignore[attr-defined]
        cursor.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')  # type: ignore[attr-defined]


STEP = 10_000_000
"""How far apart the ids of two copies are: more than there are rows."""


def copying(model: type[models.Model], first: int, times: int) -> str:
    """The statement that stores the made rows once more for each copy from `first` to before `times`."""
    later = f"+ g.n * interval '{int(timedelta(minutes=10).total_seconds())} seconds'"
    shift = f"+ g.n * {STEP}"
    moved = {
        Comment: {
            "id": f"id {shift}",
            "uid": "gen_random_uuid()",
            "form_key": "gen_random_uuid()",
            "current_text_id": f"current_text_id {shift}",
            "submitted_at": f"submitted_at {later}",
            "held_since": f"held_since {later}",
            "due_at": f"due_at {later}",
        },
        CommentText: {"id": f"id {shift}", "comment_id": f"comment_id {shift}"},
        CommentFinding: {"id": f"id {shift}", "text_id": f"text_id {shift}"},
    }[model]
    columns = [field.column for field in model._meta.concrete_fields]
    values = ", ".join(moved.get(column, f'"{column}"') for column in columns)
    table = model._meta.db_table
    names = ", ".join(f'"{column}"' for column in columns)
    made = f"SELECT id FROM comments_comment WHERE held_since IS NOT NULL AND id < {STEP}"  # noqa: S608
    mine = {
        Comment: "state = 'held'",
        CommentText: f"comment_id IN ({made})",
        CommentFinding: f"text_id < {STEP}",
    }[model]
    source = (
        f"{table}, generate_series({first}::bigint, {times - 1}) AS g(n) WHERE {table}.id < {STEP} AND {mine}"
    )
    return f"INSERT INTO {table} ({names}) SELECT {values} FROM {source}"  # noqa: S608


if __name__ == "__main__":
    main()
