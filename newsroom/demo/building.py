"""Makes the demo's newsroom through the product's own doors, all of it or nothing."""

from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import transaction

from comments.counting import count
from comments.seals import seal
from newsroom.demo.discussions import Discussions, let_old_mail_have_left
from newsroom.demo.rules import post_policy
from newsroom.demo.shapes import Newsroom
from newsroom.demo.staff import furnish, hire
from newsroom.demo.stories import Desk, write_story

Say = Callable[[str], None]


@transaction.atomic
def build_newsroom(newsroom: Newsroom, password: str, now: datetime, *, say: Say) -> None:
    """The empty database holds the newsroom, its history ending at `now`; `say` gets a line for each part."""
    say(f"{newsroom.name}: {len(newsroom.people)} people, {len(newsroom.sections)} sections ...")
    staff = hire(newsroom, password, now)
    furnish(newsroom, staff)
    policy = newsroom.policy
    say(f"The comment policy: {len(policy.rules)} rules ...")
    post_policy(policy, by=staff[newsroom.lead.email], now=now - timedelta(days=policy.days_ago))
    say(f"Stories: {len(newsroom.stories)}, one of them for tomorrow ...")
    desk = Desk.of(staff["reporter@example.org"], staff["editor@example.org"])
    articles = {story.key: write_story(story, desk, now) for story in newsroom.stories}
    say(f"Comments: {len(newsroom.comments)} by {len(newsroom.commenters)} readers ...")
    Discussions(newsroom, staff, articles, now).hold()
    let_old_mail_have_left(now)
    seal(now=now)
    count(now=now)
