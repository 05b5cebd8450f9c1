"""An editor at work in a process of its own, on a database that the tests' own process does not have."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]


class Editor:
    """Ask it by the names of `Work`'s methods; what it answers is committed."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.editor"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
            env=dict(environment),
        )

    def ask(self, *question: str) -> Any:
        """What the method gives; RuntimeError with its words where it failed."""
        assert self.process.stdin
        assert self.process.stdout
        print(json.dumps(question), file=self.process.stdin, flush=True)
        answer = json.loads(self.process.stdout.readline() or '{"failed": "the process ended"}')
        if "failed" in answer:
            raise RuntimeError(answer["failed"])
        return answer["done"]

    def end(self) -> None:
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.close()
        self.process.wait(30)
        self.process.stdout.close()


class Work:
    """Each act is committed when its method returns."""

    def paths(self) -> list[str]:
        """The addresses of all live stories, oldest first."""
        from articles.models import Publication

        rows = Publication.objects.filter(ends_at=None).order_by("pk")
        return [row.get_absolute_url() for row in rows]

    def headline(self, path: str, text: str) -> None:
        """Readers get the story under another headline."""
        from django.utils import timezone

        from articles import actions
        from tests import factories

        article, byline = self._story(path)
        revision = factories.make_revision(article, headline=text, byline=byline)
        actions.publish(article, by=None, revision=revision, now=timezone.now())

    def withdraw(self, path: str) -> None:
        from django.utils import timezone

        from articles import actions

        actions.withdraw(self._story(path)[0], by=None, note="Not so.", now=timezone.now())

    def bring_back(self, path: str, text: str) -> None:
        from django.utils import timezone

        from articles import actions

        actions.reinstate(self._story(path)[0], by=None, now=timezone.now())
        self.headline(path, text)

    def comments(self) -> list[str]:
        """The texts of all comments that were sent by form, whatever became of them."""
        from comments.models import CommentText

        rows = CommentText.objects.filter(body__startswith="Sent: ").order_by("pk")
        return list(rows.values_list("body", flat=True))

    def version_seconds(self, path: str) -> float:
        """How long the question for a story's version takes, the middle of a thousand."""
        import statistics
        import time

        from django.utils import timezone

        from comments.versions import version_of_story

        def once() -> float:
            begun = time.perf_counter()
            version_of_story(path.strip("/"), timezone.now())
            return time.perf_counter() - begun

        return statistics.median(once() for _ in range(1000))

    def _story(self, path: str) -> tuple[Any, list[int]]:
        from articles.models import Address, Author

        address = Address.objects.select_related("article").get(path=path.strip("/"))
        author = Author.objects.order_by("pk").first()
        assert author
        return address.article, [author.pk]


def main() -> None:
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    django.setup()
    from django.db import OperationalError, connection

    work = Work()
    for line in sys.stdin:
        name, *about = json.loads(line)
        try:
            for _connection in range(3):  # of those that a crash has left in the pool
                try:
                    connection.cursor().execute("SELECT 1")
                    break
                except OperationalError:
                    connection.close()
            answer = {"done": getattr(work, name)(*about)}
        except Exception as error:
            answer = {"failed": f"{type(error).__name__}: {error}"}
        finally:
            connection.close()
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
