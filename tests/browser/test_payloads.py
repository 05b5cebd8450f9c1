"""Hostile texts by the forms that readers fill in, in the real pages, with the browser's own guard switched off."""

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from articles.models import Article, Publication
from comments import links
from comments.models import Comment, CommentFinding, PhraseList, PhraseListRevision
from tests import factories
from tests.browser.hostile import (
    ACTIVE,
    OWN,
    Texts,
    Watch,
    every_text,
    in_lengths,
    in_lines,
    sendable,
    turned,
)
from tests.integration.commenting import token_in
from tests.integration.test_comment_pages import guest_form, new_url

A_DISCUSSION = 100
WORDS = ["alert", "script", "javascript", "onerror", "onload", "img", "svg", "iframe", "style", "href", "div"]
EMPTY = {"key": "respect", "title": "Respect others", "text": "Argue with arguments."}


def rules(effect: str) -> list[dict[str, Any]]:
    """Rules whose checks catch what hostile texts are made of."""
    checks: dict[str, tuple[str, dict[str, Any]]] = {
        "words": ("phrases", {"list": "hostile"}),
        "links": ("links", {"max_links": 1}),
        "data": ("personal_data", {}),
        "shouting": ("shouting", {"max_share_percent": 60, "min_letters": 4}),
    }
    return [EMPTY] + [
        {
            "key": key,
            "title": f"About {key}",
            "text": "No.",
            "check": name,
            "parameters": given,
            "effect": effect,
        }
        for key, (name, given) in checks.items()
    ]


@pytest.fixture(autouse=True)
def patient_forms(settings: Any) -> None:
    """Everything comes from one network here."""
    settings.COMMENT_FORMS_PER_NETWORK = settings.REPORT_FORMS_PER_NETWORK = 1_000_000


def make_list() -> None:
    entries = [{"text": word, "kind": "word"} for word in WORDS]
    listed = PhraseList.objects.create(name="hostile")
    PhraseListRevision.objects.create(
        phrase_list=listed, number=1, entries=entries, created_at=timezone.now() - timedelta(days=1)
    )


def send(client: Client, story: Publication, **fields: str) -> Any:
    """The comment form as a guest sends it."""
    address = f"guest-{uuid.uuid4().hex}@example.org"
    return client.post(new_url(story), guest_form(email=address, **fields))


def test_the_watch_sees_what_raw_text_does(watch: Watch) -> None:
    """Whoever watches must be able to see: the same texts, put into a page as they are, are all alarms."""
    watch.page.goto("/")
    watch.page.set_content("".join(OWN[:6]))
    watch.page.wait_for_timeout(300)
    watch.seen += watch.page.evaluate(ACTIVE)
    seen, watch.seen = watch.seen, []
    for alarm in ("dialog", "onerror", "href=javascript:", "<iframe", "<script>"):
        assert any(alarm in one for one in seen), alarm


@every_text
def test_comments_and_names_do_nothing_in_the_queue_and_on_the_readers_pages(
    watch: Watch, texts_of: Texts
) -> None:
    factories.make_policy(rules=[EMPTY])
    client = Client()
    names, bodies = in_lines(texts_of(), 80), in_lengths(texts_of(), 400)
    story = factories.make_publication()
    for number in range(max(len(names), len(bodies))):
        if number and number % A_DISCUSSION == 0:
            story = factories.make_publication()
        name, body = turned(names, number), turned(bodies, number)
        sent = send(client, story, name=name, body=f"{number} {body}")
        assert sent.status_code == 303
        comment = Comment.objects.select_related("commenter").latest("pk")
        token = token_in(comment.letters.latest("pk"))
        assert client.post(f"/comments/confirm/{token}/").status_code == 303
    assert not Comment.objects.exclude(state="held").exists()
    count, waiting = Comment.objects.count(), 0
    moderator = watch.sign_in(factories.make_user(group="Moderator"))
    for one in Article.objects.filter(
        publications__in=Publication.objects.all()
    ):  # so that no raid is folded
        waiting += watch.look_through(f"/admin/moderation/?rows=100&story={one.uid}", "input[name=pick]")
    assert waiting == count
    watch.look("/admin/moderation/")
    for start in range(0, count, 100):
        rows = Comment.objects.order_by("pk")[start : start + 100]
        picks = [f"{one.uid}:{one.version}" for one in rows]
        approved = moderator.post("/admin/moderation/bulk/", {"act": "approve", "pick": picks})
        assert approved.status_code == 303
    watch.sign_out()
    stories = list(Publication.objects.all())
    shown = sum(watch.look_through(one.get_absolute_url(), "li.comment") for one in stories)
    assert shown == count
    watch.report("comments", texts_of, count, f"the queue by 100, {len(stories)} stories")


@every_text
def test_refusals_quote_what_was_caught_and_it_does_nothing(watch: Watch, texts_of: Texts) -> None:
    make_list()
    factories.make_policy(rules=rules("refuse"))
    client, story, shown, marks = Client(), factories.make_publication(), 0, 0
    for body in in_lengths(texts_of(), 300, joined_by="\n\n"):
        answer = send(client, story, name=body[:40], body=f"x {body} alert")
        watch.look_at(answer, 422)
        shown, marks = shown + 1, marks + watch.page.locator("mark").count()
    assert marks > shown
    assert not Comment.objects.exists()
    watch.report("refusals", texts_of, 0, f"{shown} refusals, {marks} marks")


@every_text
def test_name_that_is_too_long_is_refused_in_a_sentence_and_shown_again(
    watch: Watch, texts_of: Texts
) -> None:
    factories.make_policy(rules=[EMPTY])
    client, story = Client(), factories.make_publication()
    names = [" ".join(sendable(text).split()) for text in texts_of()]
    long = [name for name in names if len(name) > 80] + in_lines(names, 4_000)
    for name in long:
        answer = send(client, story, name=name, body="A thought.")
        assert answer.status_code == 422
        assert "A name has at most 80 characters" in answer.content.decode()
    for name in in_lines(long, 30_000):
        answer = send(client, story, name=name, body="A thought.")
        watch.look_at(answer, 422)
    assert not Comment.objects.exists()
    watch.report("long names", texts_of, 0, f"{len(long)} refusals")


@every_text
def test_cards_mark_what_was_caught_and_it_does_nothing(watch: Watch, texts_of: Texts) -> None:
    make_list()
    factories.make_policy(rules=rules("hold"))
    moderator, story = factories.make_user(group="Moderator"), factories.make_publication()
    reader = Client()
    reader.force_login(factories.make_user(name="<b onclick=alert(1)>Ann"))
    bodies = in_lengths(texts_of(), 700, joined_by="\n\n")
    for number, body in enumerate(bodies):
        sent = reader.post(new_url(story), guest_form(body=f"{number} {body}", name=None, email=None))
        assert sent.status_code == 303
    assert CommentFinding.objects.count() > len(bodies)
    watch.sign_in(moderator)
    marks = 0
    comments = list(Comment.objects.order_by("pk"))
    assert {one.state for one in comments} == {"held"}
    for place, comment in enumerate(comments):
        watch.look(f"/admin/moderation/?item={comment.uid}")
        marks += watch.page.locator("mark").count()
        if place % 5 == 0:
            watch.look(f"/admin/moderation/comments/{comment.uid}/")
            watch.look(links.mine_path(comment))
    assert marks > len(bodies)
    watch.report("cards", texts_of, len(comments), f"{len(comments)} cards, {marks} marks")
