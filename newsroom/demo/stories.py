"""Writes the demo's stories as its staff would have over the last days, by the newsroom's own verbs."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from articles import actions
from articles.models import Article, Author, Revision, Section, Topic
from comments.enums import DiscussionMode
from comments.models import Discussion
from newsroom.accounts.models import User
from newsroom.demo.shapes import Story

WRITING = timedelta(hours=2)
REVIEW = timedelta(minutes=40)
AFTERTHOUGHT = timedelta(hours=2)


@dataclass(frozen=True)
class Desk:
    """Who writes and who publishes, and what stories refer to, by slug."""

    reporter: User
    editor: User
    sections: dict[str, Section]
    authors: dict[str, Author]
    topics: dict[str, int]

    @classmethod
    def of(cls, reporter: User, editor: User) -> "Desk":
        """The desk with all sections, authors and topics that are stored. Three queries."""
        return cls(
            reporter=reporter,
            editor=editor,
            sections={section.slug: section for section in Section.objects.all()},
            authors={author.slug: author for author in Author.objects.all()},
            topics=dict(Topic.objects.values_list("slug", "pk")),
        )

    def writer(self, story: Story) -> User:
        """The reporter where it is their story alone, else the editor, who may write everybody's."""
        own = [self.authors[slug].user_id for slug in story.authors] == [self.reporter.pk]
        return self.reporter if own else self.editor


def write_story(story: Story, desk: Desk, now: datetime) -> Article:
    """Brings one story to its state, each step at its own time; its discussion is made if it is not open."""
    at = now - timedelta(hours=story.hours_ago)
    saved_at = min(at, now) - REVIEW
    writer, content = desk.writer(story), _content(story, desk)
    article = actions.begin(
        by=writer,
        section=desk.sections[story.section],
        headline=story.headline,
        slug=story.slug,
        now=saved_at - WRITING,
    )
    revision = actions.save(article, by=writer, content=content, base=0, now=saved_at)
    if story.state != "draft":
        actions.submit(article, by=writer, now=saved_at)
    if story.state not in ("draft", "in_review"):
        _publish(story, article, revision, desk, at=at, now=now)
    if story.discussion != DiscussionMode.OPEN:
        Discussion.objects.create(article=article, mode=story.discussion, created_at=saved_at)
    return article


def _content(story: Story, desk: Desk) -> actions.Content:
    return actions.Content(
        headline=story.headline,
        kicker=story.kicker,
        standfirst=story.standfirst,
        dateline=story.dateline,
        body=story.html,
        byline=[desk.authors[slug].pk for slug in story.authors],
        topics=[desk.topics[slug] for slug in story.topics],
        label=story.label,
    )


def _publish(
    story: Story, article: Article, revision: Revision, desk: Desk, *, at: datetime, now: datetime
) -> None:
    editor, decided = desk.editor, min(at, now)
    actions.mark_ready(article, by=editor, now=decided)
    actions.publish(article, by=editor, revision=revision, starts_at=at, now=decided)
    if story.state == "changed":
        content = replace(actions.content_of(revision), headline=story.changed_headline)
        note, later = story.changed_note, at + AFTERTHOUGHT
        actions.save(article, by=editor, content=content, base=revision.number, note=note, now=later)
    elif story.state == "withdrawn":
        actions.withdraw(article, by=editor, note=story.withdrawn_note, now=at + AFTERTHOUGHT)
    elif story.state == "ended":
        actions.end_at(article, by=editor, at=now - timedelta(hours=story.ended_hours_ago), now=at)
