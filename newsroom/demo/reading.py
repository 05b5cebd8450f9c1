"""Reads the demo's newsroom from its data files, so that its prose stays out of the code."""

import tomllib
from collections.abc import Iterator
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any, get_args

from newsroom.demo.shapes import (
    Author,
    Comment,
    Commenter,
    CommentState,
    Newsroom,
    Person,
    PhraseList,
    Policy,
    Rule,
    Section,
    Story,
    StoryState,
    Topic,
)

CONTENT = files("newsroom.demo") / "content"


class ContentError(ValueError):
    """A data file says something that nothing else in the demo knows; the message names both."""


def read_newsroom() -> Newsroom:
    """The demo's content; raises ContentError, naming the file's entry, where a reference leads nowhere."""
    staff = _toml("newsroom.toml")
    newsroom = Newsroom(
        name=staff["name"],
        people=tuple(Person(**row) for row in staff["people"]),
        sections=tuple(Section(**row) for row in staff["sections"]),
        topics=tuple(Topic(**row) for row in staff["topics"]),
        authors=tuple(Author(**row) for row in staff["authors"]),
        stories=tuple(sorted(_stories(), key=lambda story: -story.hours_ago)),
        policy=_policy(),
        commenters=tuple(Commenter(**row) for row in _toml("commenters.toml")["commenters"]),
        comments=tuple(_comment(row) for row in _toml("comments.toml")["comments"]),
    )
    _refuse_dead_references(newsroom)
    return newsroom


def _toml(name: str) -> dict[str, Any]:
    return tomllib.loads((CONTENT / name).read_text(encoding="utf-8"))


def _stories() -> Iterator[Story]:
    for file in (CONTENT / "stories").iterdir():
        if file.name.endswith(".txt"):
            yield read_story(file)


def read_story(file: Traversable) -> Story:
    """One story file; raises ContentError without a head between lines of +++ or with an unknown state."""
    opening, _, rest = file.read_text(encoding="utf-8").partition("+++\n")
    head, fence, body = rest.partition("\n+++\n")
    if opening or not fence:
        raise ContentError(f"{file.name} has no head between two lines of +++.")
    row = tomllib.loads(head)
    if row["state"] not in get_args(StoryState):
        raise ContentError(f"{file.name} has the unknown state {row['state']!r}.")
    ahead = row.pop("hours_ahead", None)
    row["hours_ago"] = -ahead if ahead is not None else row["hours_ago"]
    row |= {"authors": tuple(row["authors"]), "topics": tuple(row["topics"])}
    return Story(key=file.name.removesuffix(".txt"), body=body.strip(), **row)


def _policy() -> Policy:
    row = _toml("policy.toml")
    lists = [{**entry, "entries": tuple(entry["entries"])} for entry in row.pop("phrase_lists")]
    rules = [{**rule, "checks": tuple(rule["checks"])} for rule in row.pop("rules")]
    translations = {
        code: {name: text.strip() for name, text in words.items()}
        for code, words in row.pop("translations").items()
    }
    texts = {name: row.pop(name).strip() for name in ("introduction", "how_comments_are_moderated")}
    return Policy(
        **row,
        **texts,
        translations=translations,
        phrase_lists=tuple(PhraseList(**entry) for entry in lists),
        rules=tuple(Rule(**rule) for rule in rules),
    )


def _comment(row: dict[str, Any]) -> Comment:
    if row["state"] not in get_args(CommentState):
        raise ContentError(f"Comment {row['key']} has the unknown state {row['state']!r}.")
    lists = {name: tuple(row.get(name, ())) for name in ("reasons", "rules")}
    return Comment(**{**row, **lists, "body": row["body"].strip()})


def _refuse_dead_references(newsroom: Newsroom) -> None:
    for story in newsroom.stories:
        where = f"Story {story.key}"
        _refuse_unknown(where, {story.section} - {section.slug for section in newsroom.sections})
        _refuse_unknown(where, {*story.topics} - {topic.slug for topic in newsroom.topics})
        _refuse_unknown(where, {*story.authors} - {author.slug for author in newsroom.authors})
    for comment in newsroom.comments:
        where = f"Comment {comment.key}"
        _refuse_unknown(where, {comment.story} - {story.key for story in newsroom.stories})
        _refuse_unknown(where, {comment.by} - {commenter.key for commenter in newsroom.commenters})
        _refuse_unknown(where, {*comment.rules} - {rule.key for rule in newsroom.policy.rules})
    _refuse_orphans(newsroom)


def _refuse_orphans(newsroom: Newsroom) -> None:
    sent: dict[str, str] = {}
    for comment in newsroom.comments:
        if comment.parent and sent.get(comment.parent) != comment.story:
            raise ContentError(
                f"Comment {comment.key} replies to {comment.parent}, not sent before in its story."
            )
        sent[comment.key] = comment.story


def _refuse_unknown(where: str, unknown: set[str]) -> None:
    if unknown:
        raise ContentError(f"{where} names {', '.join(sorted(unknown))}, which the demo does not have.")
