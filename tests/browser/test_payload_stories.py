"""Hostile texts by the doors of editors: the story page, its form past the script, the importer, names, corrections."""

import uuid
from io import StringIO
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from articles.models import Article, Author, Correction, CorrectionText, Publication, Section, Topic
from newsroom.characters import displayable
from newsroom.html import story_html
from tests import factories
from tests.browser.hostile import (
    Texts,
    Watch,
    every_text,
    in_lengths,
    in_lines,
    in_parts,
    newsroom_line,
    some,
    turned,
)
from tests.integration.test_article_admin import seen, typed

A_STORY = 60
STORIES = "/admin/articles/article/"
PASTE = """html => {
  const data = new DataTransfer();
  data.setData('text/html', html);
  const into = document.querySelector('.ProseMirror[contenteditable]');
  into.focus();
  into.dispatchEvent(new ClipboardEvent('paste', {clipboardData: data, bubbles: true, cancelable: true}));
}"""


def publish(client: Client, story: Article) -> Publication:
    """The newest revision, by the form of the publish panel; cleaned again, what readers get stays the same."""
    form = {"seen": seen(story), "revision": story.last_number, "when": "now", "change": "update"}
    assert client.post(f"{STORIES}{story.pk}/publish/", form).status_code == 302
    live = Publication.objects.filter(article=story).latest("pk")
    assert story_html(live.body_html) == live.body_html
    return live


def in_a_body(told: list[str]) -> str:
    return "<p>Begun.</p>" + "".join(f"<p>{number}</p>{text}" for number, text in enumerate(told))


def look_at_feed(watch: Watch, path: str) -> None:
    """A feed must be XML, and what it says of a story do nothing in a reader that shows it as HTML."""
    answer = watch.page.request.get(path)
    assert answer.status == 200
    for item in ElementTree.fromstring(answer.body()).iter("item"):  # noqa: S314 - our own
        watch.look_at_html(item.findtext("description") or "")


@every_text
def test_story_pasted_into_the_editors_page_does_nothing(watch: Watch, texts_of: Texts) -> None:
    section, author = factories.make_section(name="Typed", slug="typed"), factories.make_author()
    client, stories = watch.sign_in(factories.make_user(group="Editor")), 0
    page = watch.page
    for told in in_parts(texts_of(), A_STORY):
        line = newsroom_line(told)
        watch.look(f"{STORIES}add/")
        for name, length in (("headline", 190), ("kicker", 60), ("standfirst", 490), ("dateline", 120)):
            page.fill(f"[name={name}]", line[:length])
        page.locator("select[name=byline]").first.select_option(str(author.pk))
        page.select_option("select[name=section]", str(section.pk))
        page.fill("[name=slug]", f"typed-{stories}")  # the headline's own may be too long
        page.evaluate(PASTE, in_a_body(told))
        page.keyboard.insert_text(line)
        page.get_by_role("button", name="Save", exact=True).click()
        page.get_by_text("Revision 1 saved.").wait_for()
        stories += 1
        story = Article.objects.latest("pk")
        assert "Begun." in story.revisions.get().body
        watch.look(f"{STORIES}{story.pk}/change/")
        watch.look(publish(client, story).get_absolute_url())
    watch.report("editor", texts_of, len(texts_of()), f"{stories} stories, the editor's pages")


@every_text
def test_story_sent_past_the_editors_script_does_nothing(watch: Watch, texts_of: Texts) -> None:
    client, stories = watch.sign_in(factories.make_user(group="Editor")), 0
    section, author = factories.make_section(name="Raw", slug="raw"), factories.make_author()
    for told in in_parts(texts_of(), A_STORY):
        line = newsroom_line(told)
        form = typed(
            headline=line,
            kicker=line[:60],
            standfirst=" ".join(told)[:490],
            dateline=line[:120],
            body=in_a_body(told),
            section=section.pk,
            slug=f"s-{uuid.uuid4().hex}",
            byline=[author.pk],
            note=" ".join(told)[-490:],
        )
        assert client.post(f"{STORIES}add/", form).status_code == 302
        story = Article.objects.latest("pk")
        address = f"{STORIES}{story.pk}/"
        watch.look(publish(client, story).get_absolute_url())
        again = form | {"headline": line[::-1], "body": in_a_body(told[::-1]), "base": 1}
        assert client.post(f"{address}change/", again).status_code == 302
        watch.look(f"{address}publish/")  # with what differs for readers
        watch.look(f"{address}revisions/1/")
        watch.look_at(client.post(f"{address}change/", form | {"base": 1, "kicker": "Late"}), 409)
        story.refresh_from_db()
        publish(client, story)
        stories += 1
    for path in (STORIES, f"{STORIES}{story.pk}/change/", "/", "/raw/", f"/authors/{author.slug}/"):
        watch.look(path)
    for path in ("/feeds/rss/", "/feeds/raw/rss/"):
        look_at_feed(watch, path)
    shown = f"{stories} stories, differences, both texts of a clash, lists, feeds"
    watch.report("raw", texts_of, len(texts_of()), shown)


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
def test_imported_stories_do_nothing(watch: Watch, tmp_path: Path, texts_of: Texts) -> None:
    factories.make_section(name="Wire", slug="wire")
    files = []
    for number, told in enumerate(in_parts(texts_of(), A_STORY)):
        file = tmp_path / f"{number}.txt"
        file.write_text(as_prose(told), encoding="utf-8")
        files.append(str(file))
    said = StringIO()
    call_command("import_story", *files, section="wire", publish=True, stdout=said, stderr=said)
    live = list(Publication.objects.filter(section__slug="wire"))
    assert len(live) == len(files)
    for one in live:
        assert story_html(one.body_html) == one.body_html
        watch.look(one.get_absolute_url())
    watch.look("/wire/")
    look_at_feed(watch, "/feeds/wire/rss/")
    watch.report("importer", texts_of, len(texts_of()), f"{len(live)} stories, the section, its feed")


@every_text
def test_corrections_do_nothing(watch: Watch, texts_of: Texts) -> None:
    editor, story = factories.make_user(group="Editor"), factories.make_publication()
    pieces = in_lengths(texts_of(), 2_000)
    for number, piece in enumerate(pieces):
        told = Correction.objects.create(
            article=story.article, kind="correction", at=timezone.now(), by=editor, publication=story
        )
        other = turned(pieces, number + 1)
        CorrectionText.objects.create(correction=told, what_was_wrong=piece, what_stands=other)
    watch.look(story.get_absolute_url())
    assert watch.page.locator(".correction").count() == len(pieces)
    watch.look("/corrections/")
    watch.sign_in(editor)
    watch.look("/admin/articles/correction/")
    for told in Correction.objects.all():
        watch.look(f"/admin/articles/correction/{told.pk}/change/")
    watch.report("corrections", texts_of, len(pieces), "the story, the list of corrections, the admin")


def enter(client: Client, kind: type[Any], texts_of: Texts, **more: str) -> list[Any]:
    """Rows with such names, by the admin's form, and with all texts in the longer fields."""
    address = f"/admin/articles/{kind._meta.model_name}/add/"
    long = {name: kind._meta.get_field(name).max_length or 2_000 for name in more}
    pieces = {name: in_lengths(texts_of(), length) for name, length in long.items()}
    names = some(in_lines(texts_of(), kind._meta.get_field("name").max_length))
    for number in range(max(len(names), *map(len, pieces.values()))):
        form = {name: turned(pieces[name], number) for name in more}
        given = {
            "name": turned(names, number),
            "slug": f"x-{number}",
            "language": "en",
            "position": str(number),
        }
        answer = client.post(address, {**given, **form})
        assert answer.status_code == 302, answer.content.decode()
    return list(kind.objects.order_by("pk"))


@every_text
def test_authors_do_nothing(watch: Watch, texts_of: Texts) -> None:
    client = watch.sign_in(factories.make_user(group="Editor"))
    rows = enter(client, Author, texts_of, biography="")
    watch.look(factories.make_publication(authors=rows).get_absolute_url())
    look_at_rows(watch, "author", rows, by=len(in_lengths(texts_of(), 2_000)))
    watch.report("authors", texts_of, len(rows), "a byline, their own pages, the admin")


@every_text
def test_sections_do_nothing(watch: Watch, texts_of: Texts) -> None:
    client = watch.sign_in(factories.make_user(group="Editor"))
    rows = enter(client, Section, texts_of, description="")
    factories.make_publication(article=factories.make_article(section=rows[0]))
    watch.look("/")
    look_at_rows(watch, "section", rows, by=10)
    watch.report("sections", texts_of, len(rows), "the masthead, their own pages, the admin")


@every_text
def test_topics_do_nothing(watch: Watch, texts_of: Texts) -> None:
    client = watch.sign_in(factories.make_user(group="Editor"))
    rows = enter(client, Topic, texts_of, description="")
    watch.look(factories.make_publication(topics=rows).get_absolute_url())
    look_at_rows(watch, "topic", rows, by=20)
    watch.report("topics", texts_of, len(rows), "a story, their own pages, the admin")


def look_at_rows(watch: Watch, kind: str, rows: list[Any], *, by: int) -> None:
    """The list of all of them in the admin, and of so many the form and the readers' page."""
    for page in range(1, len(rows) // 100 + 2):
        watch.look(f"/admin/articles/{kind}/?p={page}")
    for row in rows[:by]:
        watch.look(f"{'' if kind == 'section' else f'/{kind}s'}/{row.slug}/")
    watch.look(f"/admin/articles/{kind}/{rows[0].pk}/change/")
    for path in ("add/", f"{rows[-1].pk}/change/", f"{rows[-1].pk}/history/"):
        watch.look(f"/admin/articles/{kind}/{path}")
