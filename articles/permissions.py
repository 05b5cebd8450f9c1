"""Who may do what to a story: pure questions, answered from a user's permissions and the story's own row."""

from typing import Any, Protocol

from articles.enums import ArticleState


class Person(Protocol):
    """Whoever asks: a user or an anonymous visitor."""

    pk: Any

    def has_perm(self, perm: str) -> bool: ...


class Story(Protocol):
    """What of a story decides."""

    @property
    def state(self) -> str: ...

    @property
    def created_by_id(self) -> int | None: ...


def can_draft(user: Person) -> bool:
    """Whether they may begin stories."""
    return user.has_perm("articles.draft_article")


def can_edit_all(user: Person) -> bool:
    """Whether they work on everybody's stories."""
    return user.has_perm("articles.edit_article")


def can_see(user: Person, article: Story) -> bool:
    """Whether the story's drafts are open to them: editors see all, reporters their own."""
    return can_edit_all(user) or (can_draft(user) and _is_own(user, article))


def can_edit(user: Person, article: Story) -> bool:
    """Whether they may save it: editors always, reporters their own until it is with the desk."""
    return can_edit_all(user) or (can_see(user, article) and article.state == ArticleState.DRAFT)


def can_move(user: Person, article: Story) -> bool:
    """Whether they may change slug, section and language: whoever may save it."""
    return can_edit(user, article)


def can_submit(user: Person, article: Story) -> bool:
    """Whether they may hand it to the desk: whoever may edit a draft."""
    return article.state == ArticleState.DRAFT and can_edit(user, article)


def can_send_back(user: Person, article: Story) -> bool:
    """Whether they may return it to its reporter."""
    return article.state != ArticleState.DRAFT and can_edit_all(user)


def can_mark_ready(user: Person, article: Story) -> bool:
    """Whether they may say that it needs no more work."""
    return article.state != ArticleState.READY and can_edit_all(user)


def can_publish(user: Person, article: Story) -> bool:
    """Whether they decide what readers get: publish, schedule, end, withdraw, and take these back."""
    return user.has_perm("articles.publish_article") and can_see(user, article)


def _is_own(user: Person, article: Story) -> bool:
    return article.created_by_id is not None and article.created_by_id == user.pk
