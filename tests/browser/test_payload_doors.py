"""Hostile texts through the doors of those who work here: forms, importer, policy, notes, searches."""

import uuid
from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta
from io import StringIO
from pathlib import Path
from urllib.parse import quote

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Page

from articles import actions as newsroom
from articles.models import Article, Publication
from comments import actions, links, policy_content, posting
from comments.models import Letter, Policy
from newsroom.accounts.models import User
from newsroom.characters import displayable
from newsroom.html import story_html
from tests import factories
from tests.browser.test_payloads import (  # noqa: F401 - fixtures
    ACTIVE,
    Watch,
    desk,
    every_text,
    newsroom_line,
    note_down,
    watch,
)
from tests.integration.commenting import Desk
from tests.integration.test_article_admin import typed
from tests.integration.test_policy_admin import fields_of

Texts = Callable[[], list[str]]
SignIn = Callable[[Page, User], None]
A_STORY, A_POLICY, A_NOTE, A_SEARCH = 60, 50, 1_800, 12_000
SEARCHES = {
    "Editor": ["/admin/articles/article/?q={}", "/admin/articles/author/?q={}"],
    "Moderation lead": [
        "/admin/moderation/decisions/?story={0}&act={0}&rule={0}",
        "/admin/moderation/decisions/?made={0}&by={0}&since={0}&until={0}",
        "/admin/moderation/?item={0}&rows={0}&after={0}",
        "/admin/moderation/statistics/?days={}",
    ],
    "": ["/search/?q={}", "/{}/", "/accounts/login/?next={}"],
}
"""Whose pages show again what an address says; a search that is added is added here."""


def sendable(text: str) -> str:
    """The text as any program can send it: in UTF-8, and without NUL, which would have the whole batch refused."""
    return text.replace("\x00", "").encode("utf-8", "replace").decode()


def in_parts(texts: list[str], size: int) -> Iterator[list[str]]:
    """Parts of so many texts."""
    for start in range(0, len(texts), size):
        yield [sendable(text) for text in texts[start : start + size]]


def in_lengths(texts: Iterable[str], length: int, *, joined_by: str = "\n") -> Iterator[str]:
    """Texts put together up to a length; a longer one is cut."""
    together = ""
    for text in map(sendable, texts):
        if together and len(together) + len(text) >= length:
            yield together[:length]
            together = ""
        together += text + joined_by
    yield together[:length]


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def is_stable(publication: Publication) -> bool:
    return story_html(publication.body_html) == publication.body_html


@every_text
def test_story_sent_past_the_editors_script_does_nothing(
    desk: Desk,  # noqa: F811
    watch: Watch,  # noqa: F811
    sign_in: SignIn,
    texts_of: Texts,
) -> None:
    editor, texts, looked_at = factories.make_user(group="Editor"), texts_of(), 0
    client, section = signed_in(editor), factories.make_section(name="Raw", slug="raw")
    author = factories.make_author()
    sign_in(watch.page, editor)
    watch.seen.clear()
    for told in in_parts(texts, A_STORY):
        line = newsroom_line(told)
        form = typed(
            headline=line,
            kicker=line[:60],
            standfirst=" ".join(told)[:490],
            dateline=line[:60],
            body="".join(f"<p>{number}</p>{text}" for number, text in enumerate(told)),
            section=section.pk,
            slug=f"s-{uuid.uuid4().hex}",
            byline=[author.pk],
        )
        sent = client.post("/admin/articles/article/add/", form)
        assert sent.status_code == 302
        story = Article.objects.latest("pk")
        newest = story.revisions.latest("number")
        live = newsroom.publish(story, by=editor, revision=newest, now=timezone.now())
        assert is_stable(live)
        watch.look(live.get_absolute_url())
        if looked_at % 8 == 0:
            watch.look(f"/admin/articles/article/{story.pk}/change/")
            watch.look(f"/admin/articles/article/{story.pk}/publish/")
        looked_at += 1
    watch.look("/admin/articles/article/")
    note_down(
        "story by raw POST to the admin's form",
        len(texts),
        len(texts),
        f"{looked_at} stories, the editor's pages",
    )


def as_prose(told: list[str]) -> str:
    """A file that the importer takes for a story: each text on one line, in the middle of a sentence."""
    said = (" ".join(displayable(text).split()) for text in told)
    paragraphs = [
        f"The council met for the {place}th time that year, and the mayor said: {text} Nobody in the room"
        " objected to that, so the meeting went on until the evening and ended without a vote on it."
        for place, text in enumerate(said, 4)
    ]
    return "\n\n".join([f"News: {newsroom_line(told)}", "By <b onclick=alert(1)>Ann</b>", *paragraphs, ""])


@every_text
def test_imported_stories_do_nothing(
    desk: Desk,  # noqa: F811
    watch: Watch,  # noqa: F811
    tmp_path: Path,
    texts_of: Texts,
) -> None:
    factories.make_section(name="Wire", slug="wire")
    texts, files = texts_of(), []
    for number, told in enumerate(in_parts(texts, A_STORY)):
        file = tmp_path / f"{number}.txt"
        file.write_text(as_prose(told), encoding="utf-8")
        files.append(str(file))
    said = StringIO()
    call_command("import_story", *files, section="wire", publish=True, stdout=said, stderr=said)
    live = list(Publication.objects.filter(section__slug="wire"))
    assert len(live) == len(files)
    assert all(is_stable(one) for one in live)
    for one in live:
        watch.look(one.get_absolute_url())
    watch.look("/wire/")
    note_down("story by import_story", len(texts), len(texts), f"{len(live)} stories, the section")


def posted_with(client: Client, lead: User, told: list[str]) -> Policy:
    """The next version of the policy, each of its rules with one of these texts in title and text."""
    draft = posting.draft_next(by=lead, now=timezone.now())
    address = f"/admin/comments/policy/{draft.pk}/change/"
    form = fields_of(client.get(address))
    form |= {
        "introduction": "\n\n".join(told)[:4_900],
        "how_moderated": told[0][:4_900],
        "changes": told[-1][:1_900],
    }
    form["title"] = newsroom_line([*told, "<b>"])[:110]
    form["rules-TOTAL_FORMS"] = str(len(told))
    for number, text in enumerate(told):
        name = f"rules-{number}"
        doubled = text.replace("{", "{{").replace("}", "}}")  # as a brace is written in a rule's text
        form |= {
            f"{name}-number": str(number + 1),
            f"{name}-title": f"{number} {' '.join(text.split())}"[:110],
        }
        form |= {f"{name}-text": f"Rule: {doubled}"[:2_900].rstrip("{}"), f"{name}-key": f"rule-{number}"}
        form |= {
            f"{name}-checks-TOTAL_FORMS": "0",
            f"{name}-checks-INITIAL_FORMS": "0",
            f"{name}-gravity": "ordinary",
        }
        form.pop(f"{name}-DELETE", None)
    saved = client.post(address, form)
    assert saved.status_code == 302
    content = policy_content.content_of(Policy.objects.get(pk=draft.pk))
    return posting.post(
        draft.pk, by=lead, effective_from=None, seen=policy_content.seal_of(content), now=timezone.now()
    )


@every_text
def test_policy_rules_do_nothing_where_they_are_posted_and_cited(
    desk: Desk,  # noqa: F811
    watch: Watch,  # noqa: F811
    sign_in: SignIn,
    texts_of: Texts,
) -> None:
    lead, texts, versions = factories.make_user(group="Moderation lead"), texts_of(), 0
    client = signed_in(lead)
    sign_in(watch.page, lead)
    watch.seen.clear()
    for told in in_parts(texts, A_POLICY):
        policy = posted_with(client, lead, told)
        assert policy.rules.count() == len(told)
        versions += 1
        desk.now, desk.policy = timezone.now(), policy
        comment = desk.send(f"Comment {versions}")
        now = timezone.now()
        cited = [f"rule-{number}" for number in range(len(told))]
        turn_down = actions.reject if comment.state == "held" else actions.remove
        turn_down(comment.pk, by=lead, seen_version=comment.version, now=now, rule_keys=cited)
        watch.look(f"/comment-policy/{policy.version}/")
        watch.look(links.mine_path(comment))
        watch.look(links.statement_path(comment, comment.version))
        watch.look("/admin/moderation/decisions/")
        watch.look(f"/admin/comments/policy/{policy.pk}/change/")
        look_at_letters(watch)
    note_down(
        "policy: title, rules, introduction",
        len(texts),
        len(texts),
        f"{versions} versions, statements, mails, the log",
    )


def look_at_letters(watch: Watch) -> None:  # noqa: F811
    """Opens the HTML of every mail that waits, as a mail program does that lets everything through."""
    for letter in Letter.objects.exclude(html=""):
        watch.page.set_content(letter.html)
        watch.seen += [f"letter: {found}" for found in watch.page.evaluate(ACTIVE)]
    Letter.objects.update(html="")


@every_text
def test_moderators_notes_do_nothing_in_mail_and_on_the_authors_page(
    desk: Desk,  # noqa: F811
    watch: Watch,  # noqa: F811
    sign_in: SignIn,
    texts_of: Texts,
) -> None:
    texts = texts_of()
    sign_in(watch.page, desk.moderator)
    watch.seen.clear()
    notes = list(in_lengths(texts, A_NOTE))
    for number, note in enumerate(notes):
        desk.now += timedelta(seconds=1)
        comment = desk.send(f"Comment number {number} of this reader")
        turn_down = actions.reject if comment.state == "held" else actions.remove
        turn_down(
            comment.pk,
            by=desk.moderator,
            seen_version=comment.version,
            now=desk.now,
            rule_keys=["respect"],
            note=note,
        )
        if number % 4 == 0:
            watch.look(links.mine_path(comment))
        watch.look(links.statement_path(comment, comment.version))
        look_at_letters(watch)
    watch.look_through("/admin/moderation/decisions/", ".log tbody tr")
    note_down("moderator's note", len(texts), len(texts), f"{len(notes)} statements and mails, the log")


@every_text
@pytest.mark.parametrize("group", SEARCHES)
def test_searches_and_filters_show_again_what_was_asked_and_it_does_nothing(
    desk: Desk,  # noqa: F811
    watch: Watch,  # noqa: F811
    sign_in: SignIn,
    texts_of: Texts,
    group: str,
) -> None:
    if group:
        sign_in(watch.page, factories.make_user(group=group))
    texts, pages = texts_of(), 0
    watch.seen.clear()
    for search in SEARCHES[group]:
        fields = search.count("{0}") or 1
        for asked in in_lengths(texts, A_SEARCH // fields, joined_by=" "):
            watch.look(search.format(quote(asked, safe="")))
            pages += 1
    note_down(f"searches and filters ({group or 'readers'})", len(texts), 0, f"{pages} pages")
