"""Prints what a discussion of 100 and of 5,000 costs to read and to render: `python -m tests.bench.bench_thread`."""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
django.setup()

from django.core.cache import caches  # noqa: E402
from django.test import Client  # noqa: E402
from django.utils import timezone  # noqa: E402

from articles.models import Publication  # noqa: E402
from comments.threads import discussion_for  # noqa: E402
from tests.bench.measuring import make_newsroom, milliseconds, own_database, queries  # noqa: E402

THREADS = {1: 100, 2: 5_000}


def main() -> None:
    with own_database():
        make_newsroom(stories=20, thread=list(THREADS.values()), held=0)
        head = f"{'comments':>9}{'shown':>7}{'read ms':>9}{'queries':>9}"
        print(f"{head}{'page ms':>9}{'queries':>9}{'kB':>7}{'again ms':>10}")
        rows = [row(story) for story in THREADS]
        for comments, figures in zip(THREADS.values(), rows, strict=True):
            read, page = figures
            print(
                f"{comments:9,}{read[2]:7}{read[0]:9.1f}{read[1]:9}"
                f"{page[0]:9.1f}{page[1]:9}{page[2] / 1000:7.0f}{page[3]:10.2f}"
            )
        for name, part in (("read", 0), ("page", 1)):
            print(f"{name}: 5,000 take {rows[1][part][0] / rows[0][part][0]:.2f} times as long as 100")


def row(story: int) -> tuple[tuple[float, int, int], tuple[float, int, int, float]]:
    """Reading: time, queries, entries. The whole page without what was kept: time, queries, bytes; and kept."""
    publication = Publication.objects.select_related("article").get(slug=f"story-{story}")
    article, path, client = publication.article, publication.get_absolute_url(), Client()

    def read() -> object:
        return discussion_for(article, now=timezone.now())

    def page() -> object:
        return client.get(path)

    def page_anew() -> object:
        caches["pages"].clear()
        return client.get(path)

    shown = len(discussion_for(article, now=timezone.now()).entries)
    size = len(client.get(path).content)
    return (
        (milliseconds(read), queries(read), shown),
        (milliseconds(page_anew), queries(page_anew), size, milliseconds(page)),
    )


if __name__ == "__main__":
    main()
