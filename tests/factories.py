"""Short ways to the rows that tests start from; what is under test goes through the product's own actions."""

import itertools
import uuid
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.models import Group
from django.utils import timezone

from articles.actions.record import readers_have
from articles.models import (
    Address,
    Article,
    Author,
    Publication,
    PublicationByline,
    PublicationTopic,
    Revision,
    Section,
    Topic,
)
from comments.circumstances import stored_sketch
from comments.models import (
    Comment,
    Commenter,
    CommentText,
    Discussion,
    Policy,
    PolicyTranslation,
    Rule,
    RuleCheck,
    RuleTranslation,
)
from comments.moderation.sketch import sketch_of
from newsroom.accounts.models import User
from newsroom.accounts.people import mark_confirmed

PASSWORD = "a long enough password"
_count = itertools.count(1)


def make_user(*, group: str = "", email: str = "", name: str = "", **fields: Any) -> User:
    """A user with PASSWORD; in a group they work here (is_staff)."""
    number = next(_count)
    user = User.objects.create_user(
        email or f"person{number}@example.org",
        PASSWORD,
        name=name or f"Person {number}",
        is_staff=fields.pop("is_staff", bool(group)),
        **fields,
    )
    mark_confirmed(user)
    if group:
        user.groups.add(Group.objects.get(name=group))
    return user


def make_section(**fields: Any) -> Section:
    number = next(_count)
    return Section.objects.create(**{"name": f"Section {number}", "slug": f"section-{number}", **fields})


def make_author(**fields: Any) -> Author:
    number = next(_count)
    return Author.objects.create(**{"name": f"Author {number}", "slug": f"author-{number}", **fields})


def make_topic(**fields: Any) -> Topic:
    number = next(_count)
    return Topic.objects.create(**{"name": f"Topic {number}", "slug": f"topic-{number}", **fields})


def make_article(**fields: Any) -> Article:
    number = next(_count)
    now = timezone.now()
    section = fields.pop("section", None) or make_section()
    defaults = {
        "slug": f"story-{number}",
        "section": section,
        "language": section.language,
        "working_headline": f"Story {number}",
        "created_at": now,
        "changed_at": now,
    }
    return Article.objects.create(**{**defaults, **fields})


def make_revision(article: Article, **fields: Any) -> Revision:
    article.last_number += 1
    article.save(update_fields=["last_number"])
    defaults = {
        "number": article.last_number,
        "headline": article.working_headline,
        "standfirst": "What it is about in one sentence.",
        "body": "<p>The first paragraph.</p><h2>A crosshead</h2><p>The second paragraph.</p>",
        "created_at": timezone.now(),
    }
    revision = Revision.objects.create(article=article, **{**defaults, **fields})
    _compare(article)
    return revision


def _compare(article: Article) -> None:
    article.readers_have = readers_have(article)
    article.save(update_fields=["readers_have"])


def make_publication(
    *,
    article: Article | None = None,
    starts_at: datetime | None = None,
    authors: list[Author] | None = None,
    topics: list[Topic] | None = None,
    **fields: Any,
) -> Publication:
    """A publication that is live since an hour ago, unless told otherwise."""
    article = article or make_article()
    revision = fields.pop("revision", None) or make_revision(article)
    starts_at = starts_at or timezone.now() - timedelta(hours=1)
    first = fields.pop("first_published_at", starts_at)
    path = f"{article.section.slug}/{timezone.localtime(first):%Y/%m/%d}/{article.slug}"
    defaults = {
        "section": article.section,
        "slug": article.slug,
        "path": path,
        "language": article.language,
        "headline": revision.headline,
        "kicker": revision.kicker,
        "standfirst": revision.standfirst,
        "dateline": revision.dateline,
        "label": revision.label,
        "body_html": revision.body,
        "description": revision.standfirst,
        "word_count": 7,
        "starts_at": starts_at,
        "first_published_at": first,
        "updated_at": first,
        "created_at": starts_at,
    }
    publication = Publication.objects.create(article=article, revision=revision, **{**defaults, **fields})
    _compare(article)
    Address.objects.get_or_create(
        path=publication.path, defaults={"article": article, "created_at": starts_at}
    )
    for position, author in enumerate(authors if authors is not None else [make_author()]):
        PublicationByline.objects.create(publication=publication, author=author, position=position)
    for position, topic in enumerate(topics or []):
        PublicationTopic.objects.create(publication=publication, topic=topic, position=position)
    return publication


RULES: list[dict[str, Any]] = [
    {
        "key": "length",
        "title": "Keep it readable",
        "text": "A comment has at least {min_characters} and at most {max_characters} characters.",
        "check": "length",
        "parameters": {"min_characters": 2, "max_characters": 5000},
        "effect": "refuse",
    },
    {
        "key": "links",
        "title": "Few links",
        "text": "At most {max_links} links in a comment.",
        "check": "links",
        "parameters": {"max_links": 2},
        "effect": "refuse",
    },
    {"key": "respect", "title": "Respect others", "text": "Argue with arguments, not with insults."},
]


def make_policy(*, version: int = 1, rules: list[dict[str, Any]] | None = None, **fields: Any) -> Policy:
    """A posted policy in force since yesterday with RULES, or with the rules given in the same form.

    `translations` by language: of the policy the fields, of a rule its title and text.
    """
    now = timezone.now()
    translations = fields.pop("translations", {})
    posted_at = fields.pop("posted_at", now - timedelta(days=1))
    defaults = {
        "title": "Comment policy",
        "introduction": "We want an argument worth reading.",
        "how_moderated": "Moderators read what the checks hold.",
        "created_at": now - timedelta(days=1),
        "effective_from": posted_at,
    }
    policy = Policy.objects.create(version=version, **{**defaults, **fields})
    for language, words in translations.items():
        PolicyTranslation.objects.create(policy=policy, language=language, **words)
    for number, rule in enumerate(rules if rules is not None else RULES, start=1):
        row = Rule.objects.create(
            policy=policy,
            key=rule["key"],
            number=number,
            title=rule["title"],
            text=rule["text"],
            gravity=rule.get("gravity", "ordinary"),
        )
        for language, (title, text) in rule.get("translations", {}).items():
            RuleTranslation.objects.create(rule=row, language=language, title=title, text=text)
        if "check" in rule:
            RuleCheck.objects.create(
                rule=row, check_name=rule["check"], parameters=rule["parameters"], effect=rule["effect"]
            )
    if posted_at:
        # Posted last, since a posted policy takes no more rules.
        Policy.objects.filter(pk=policy.pk).update(posted_at=posted_at)
        policy.refresh_from_db()
    return policy


def make_discussion(article: Article | None = None, **fields: Any) -> Discussion:
    article = article or make_publication().article
    return Discussion.objects.create(article=article, created_at=timezone.now(), **fields)


def make_commenter(**fields: Any) -> Commenter:
    number = next(_count)
    now = timezone.now()
    defaults = {
        "address": f"reader{number}@example.org",
        "name": f"Reader {number}",
        "first_seen": now - timedelta(days=30),
        "confirmed_at": now - timedelta(days=30),
    }
    return Commenter.objects.create(**{**defaults, **fields})


def make_comment(
    *,
    discussion: Discussion | None = None,
    body: str = "A thought of my own.",
    state: str = "public",
    **fields: Any,
) -> Comment:
    """A comment in a state with its first text; counts of the discussion are kept."""
    now = timezone.now()
    discussion = discussion or make_discussion()
    parent = fields.get("parent")
    commenter = fields.pop("commenter", None) or make_commenter()
    submitted_at = fields.pop("submitted_at", now - timedelta(minutes=30))
    defaults: dict[str, Any] = {
        "name": commenter.name,
        "policy": fields.pop("policy", None) or Policy.objects.order_by("-version").first() or make_policy(),
        "form_key": uuid.uuid4(),
        "submitted_at": submitted_at,
        "root": (parent.root or parent) if parent else None,
        "depth": parent.depth + 1 if parent else 0,
        "held_since": submitted_at if state != "unconfirmed" else None,
        "due_at": submitted_at + timedelta(minutes=30) if state != "unconfirmed" else None,
        "public_since": submitted_at if state in ("public", "removed") else None,
    }
    comment = Comment.objects.create(
        discussion=discussion, commenter=commenter, state=state, **{**defaults, **fields}
    )
    text = CommentText.objects.create(
        comment=comment,
        number=1,
        body=body,
        html=f"<p>{body}</p>",
        renderer=1,
        fingerprint=f"{comment.pk:064d}",
        **stored_sketch(sketch_of(body)),
        created_at=submitted_at,
    )
    Comment.objects.filter(pk=comment.pk).update(current_text=text)
    if state == "public":
        discussion.public_count += 1
        discussion.version += 1
        discussion.save(update_fields=["public_count", "version"])
    comment.refresh_from_db()
    return comment
