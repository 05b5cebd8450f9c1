"""How long a draft takes on 100,000 stored comments: `python -m tests.bench.bench_trial`, on PostgreSQL."""

import os
import sys
import time
from datetime import timedelta

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
django.setup()

from django.utils import timezone  # noqa: E402

from comments import policy_content, posting, trials  # noqa: E402
from comments.models import Comment, Policy, PolicyTrial  # noqa: E402
from newsroom.accounts.models import User  # noqa: E402
from tests.bench.measuring import make_newsroom, own_database  # noqa: E402

COMMENTS = int(os.environ.get("COMMENTS", "100000"))
WANTED = 300
"""Seconds for 100,000."""

SHORT = policy_content.DraftRule(
    "bench-short",
    99,
    "Be brief",
    "Between {min_characters} and {max_characters} characters.",
    [policy_content.DraftCheck("length", {"min_characters": 2, "max_characters": 150}, "hold")],
)
"""So strict that it holds some of what was published: flips are stored, too."""


def main() -> None:
    with own_database():
        make_newsroom(stories=max(20, COMMENTS // 500), thread=[100], comments=COMMENTS, held=0)
        # Comments of a made newsroom are spread over years: here all of them are of the last days.
        now = timezone.now()
        Comment.objects.filter(submitted_at__lt=now - timedelta(days=300)).update(submitted_at=now)
        used = time.process_time()
        trial, seconds = tried()
        used = time.process_time() - used
        flips = {name: n for name, n in sorted(trial.counts.items()) if name.startswith("flip/")}
        rate = trial.counts["judged"] / seconds
        print(f"{trial.counts['judged']:,} comments in {seconds:.1f} s: {rate:,.0f} comments a second")
        print(f"{used:.1f} s of it the processor's time here, besides the database's")
        print(f"flips: {flips or 'none'}; {trial.counts.get('failed', 0)} on which a check failed")
        print(f"100,000 at this rate: {100_000 / rate:.0f} s; wanted: {WANTED} s")
        if 100_000 / rate > WANTED:
            sys.exit(1)


def tried() -> tuple[PolicyTrial, float]:
    """A trial of the rules in force and one more, from its beginning to its end, and its seconds."""
    now, lead = timezone.now(), User.objects.filter(is_superuser=True)[0]
    draft = posting.draft_next(by=lead, now=now)
    content = policy_content.content_of(draft)
    written = policy_content.DraftContent(
        title=content.title,
        introduction=content.introduction,
        how_moderated=content.how_moderated,
        changes="",
        approved_needed=content.approved_needed,
        rules=[*content.rules, SHORT],
    )
    draft = posting.save_draft(draft.pk, by=lead, content=written, seen=policy_content.seal_of(content))
    started = time.perf_counter()
    trial = trials.begin(Policy.objects.get(pk=draft.pk), days=365, by=lead, now=now)
    while trials.advance(trial.pk, now=timezone.now()):
        pass
    seconds = time.perf_counter() - started
    trial.refresh_from_db()
    return trial, seconds


if __name__ == "__main__":
    main()
