"""Readers write, confirm, follow and take back comments; what may not be is said in sentences."""

import html
import re
import uuid
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.db import connection
from django.test import Client, RequestFactory
from django.utils import timezone

from articles.models import Article, Publication
from comments import links
from comments.forms import started_mark
from comments.models import Comment, Commenter, Letter, Policy, RefusalCount
from comments.views.stories import Place, without_story
from comments.wording import words_of
from newsroom.accounts.models import User
from tests.factories import (
    make_article,
    make_comment,
    make_commenter,
    make_discussion,
    make_policy,
    make_publication,
    make_section,
    make_user,
)

pytestmark = pytest.mark.django_db
LINKS = "See https://a.example/1 and https://b.example/2 and https://c.example/3 for the figures."


@pytest.fixture
def policy() -> Policy:
    return make_policy()


@pytest.fixture
def story(policy: Policy) -> Publication:
    return make_publication()


@pytest.fixture
def user_client(client: Client) -> tuple[Client, User]:
    user = make_user(name="Rosa Reader")
    client.force_login(user)
    return client, user


def new_url(story: Publication) -> str:
    return f"{story.get_absolute_url()}comments/new/"


def guest_form(**changes: Any) -> dict[str, Any]:
    fields = {
        "name": "Gus Guest",
        "email": "gus@example.org",
        "body": "The ferry was late again, and nobody said why.",
        "parent": "",
        "accept_policy": "on",
        "form_key": str(uuid.uuid4()),
        "policy_version": "1",
        "started": started_mark(timezone.now() - timedelta(minutes=2)),
        "website": "",
    }
    return {name: value for name, value in {**fields, **changes}.items() if value is not None}


def text_of(response: Any) -> str:
    return html.unescape(re.sub(r"\s+", " ", response.content.decode()))


def errors_of(response: Any) -> list[str]:
    summary = response.content.decode().partition("error-summary")[2].partition("</ul>")[0]
    return [html.unescape(found) for found in re.findall(r'<li><a href="#[^"]+">(.*?)</a>', summary)]


# --- the form


def test_form_asks_a_guest_for_name_and_address(client: Client, story: Publication) -> None:
    response = client.get(new_url(story))
    page = text_of(response)
    assert response.status_code == 200
    assert response["Cache-Control"] == "no-store, private"
    assert story.headline in page
    assert "Read our comment policy before posting your viewpoints" in page
    assert "version 1 of the comment policy" in page
    assert re.findall(r'name="(\w+)"', page).count("email") == 1
    assert [
        name for name in ("name", "email", "body", "parent", "accept_policy") if f'name="{name}"' not in page
    ] == []


def test_form_asks_a_signed_in_reader_for_neither(
    user_client: tuple[Client, User], story: Publication
) -> None:
    page = text_of(user_client[0].get(new_url(story)))
    assert 'name="email"' not in page
    assert 'name="name"' not in page
    assert "You write as <strong>Rosa Reader</strong>" in page


def test_form_quotes_the_comment_that_is_answered(client: Client, story: Publication) -> None:
    parent = make_comment(discussion=make_discussion(story.article), body="Which ferry do you mean?")
    page = text_of(client.get(new_url(story), {"parent": str(parent.uid)}))
    assert "Which ferry do you mean?" in page
    assert f'name="parent" value="{parent.uid}"' in page


@pytest.mark.parametrize(
    "given", ["nonsense", "\x00", "00000000-0000-4000-8000-000000000000", "1", "9" * 500]
)
def test_form_for_an_unknown_parent_says_so_and_takes_a_comment(
    client: Client, story: Publication, given: str
) -> None:
    make_discussion(story.article)
    response = client.get(new_url(story), {"parent": given})
    assert response.status_code == 404
    assert "The comment that you wanted to answer is not there (any more)." in text_of(response)


@pytest.mark.parametrize("state", ["held", "rejected", "removed", "withdrawn", "unconfirmed"])
def test_form_quotes_no_comment_that_is_not_public(client: Client, story: Publication, state: str) -> None:
    parent = make_comment(discussion=make_discussion(story.article), body="Not for others.", state=state)
    page = text_of(client.get(new_url(story), {"parent": str(parent.uid)}))
    assert "Not for others." not in page


# --- sending


def test_guests_comment_waits_for_its_confirmation_and_then_for_a_moderator(
    client: Client, story: Publication
) -> None:
    response = client.post(new_url(story), guest_form())
    comment = Comment.objects.get()
    assert (response.status_code, response["Location"]) == (303, f"{links.mine_path(comment)}?sent=1")
    assert comment.state == "unconfirmed"
    sent = text_of(client.get(response["Location"]))
    assert "We have sent a mail to <strong>gus@example.org</strong>" in sent
    assert links.mine_path(comment) in sent

    address = confirmation_path()
    page = client.get(address)
    assert "The ferry was late again" in text_of(page)
    assert Comment.objects.get().state == "unconfirmed"
    confirmed = client.post(address)
    assert (confirmed.status_code, confirmed["Location"]) == (303, f"{links.mine_path(comment)}?sent=1")
    after = text_of(client.get(confirmed["Location"]))
    assert "usually takes no more than 30 minutes" in after
    assert "A commenter's first comments are read first" in after
    assert Comment.objects.get().state == "held"


def confirmation_path() -> str:
    letter = Letter.objects.get(kind="confirmation")
    found = re.search(r"http://testserver(/comments/confirm/[^\s]+)", words_of(letter).text)
    assert found
    return found[1]


def test_signed_in_newcomers_comment_is_held_and_says_why(
    user_client: tuple[Client, User], story: Publication
) -> None:
    client, user = user_client
    response = client.post(new_url(story), guest_form(name=None, email=None))
    comment = Comment.objects.get()
    assert (comment.state, comment.name, comment.commenter.user) == ("held", "Rosa Reader", user)
    assert "A commenter's first comments are read first" in text_of(client.get(response["Location"]))


def test_known_readers_comment_is_public_at_once(
    user_client: tuple[Client, User], story: Publication
) -> None:
    client, user = user_client
    trusted(user, story)
    response = client.post(new_url(story), guest_form(name=None, email=None))
    assert "It is public now." in text_of(client.get(response["Location"]))
    assert "The ferry was late again" in text_of(Client().get(story.get_absolute_url()))


def trusted(user: User, story: Publication) -> Commenter:
    commenter = make_commenter(user=user, address=user.email, name=user.name)
    elsewhere = make_discussion()
    for number in range(3):
        make_comment(
            discussion=elsewhere, commenter=commenter, body=f"Approved {number}", decided_at=timezone.now()
        )
    make_discussion(story.article)
    return commenter


def test_double_submit_makes_one_comment(client: Client, story: Publication) -> None:
    form = guest_form()
    first, second = client.post(new_url(story), form), client.post(new_url(story), form)
    assert (first.status_code, second.status_code) == (303, 303)
    assert first["Location"] == second["Location"]
    assert (Comment.objects.count(), Letter.objects.count()) == (1, 1)


def test_same_form_with_another_text_says_already_sent_and_keeps_it(
    client: Client, story: Publication
) -> None:
    form = guest_form()
    client.post(new_url(story), form)
    response = client.post(new_url(story), {**form, "body": "Something else altogether."})
    page = text_of(response)
    assert response.status_code == 422
    assert "A comment was sent with this form already" in page
    assert "Something else altogether." in page
    assert form["form_key"] not in page
    assert str(Comment.objects.get().uid) not in page


def test_answer_stands_under_its_parent(user_client: tuple[Client, User], story: Publication) -> None:
    client, user = user_client
    trusted(user, story)
    parent = make_comment(discussion=story.article.discussion, body="Which ferry?")
    client.post(new_url(story), guest_form(name=None, email=None, parent=str(parent.uid)))
    assert Comment.objects.get(form_key__isnull=False, parent=parent).root == parent


# --- refused by the checks


def test_three_links_are_refused_with_rule_words_and_text(client: Client, story: Publication) -> None:
    response = client.post(new_url(story), guest_form(body=LINKS))
    page = text_of(response)
    assert response.status_code == 422
    assert errors_of(response) == [
        "Rule 2, “Few links”: Your comment has 3 links; at most 2 are allowed.",
    ]
    assert 'href="/comment-policy/1/#rule-2"' in page
    assert "<mark>https://c.example/3</mark>" in page
    assert "At most 2 links in a comment." in page
    assert LINKS in page
    assert 'aria-invalid="true"' in page
    assert 'name="ask_moderator"' in page
    assert (Comment.objects.count(), Commenter.objects.count(), len(mail.outbox)) == (0, 0, 0)
    assert list(RefusalCount.objects.values_list("rule_key", "count")) == [("links", 1)]


def test_refused_text_may_be_sent_to_a_moderator_anyway(client: Client, story: Publication) -> None:
    response = client.post(new_url(story), guest_form(body=LINKS, ask_moderator="1"))
    assert (response.status_code, Comment.objects.get().state) == (303, "unconfirmed")


def test_length_leaves_nothing_for_a_moderator(client: Client, story: Publication) -> None:
    response = client.post(new_url(story), guest_form(body="x" * 5001))
    page = text_of(response)
    assert errors_of(response) == [
        "Rule 1, “Keep it readable”: Your comment has 5001 characters; at most 5000 are allowed."
    ]
    assert 'name="ask_moderator"' not in page


def test_filled_trap_holds_the_comment_without_a_word(
    user_client: tuple[Client, User], story: Publication
) -> None:
    client, user = user_client
    trusted(user, story)
    response = client.post(new_url(story), guest_form(name=None, email=None, website="https://spam.example"))
    assert "The form was filled in as robots do" in text_of(client.get(response["Location"]))


def test_form_of_a_guest_that_was_handed_out_long_ago_is_held_without_a_word(
    client: Client, story: Publication
) -> None:
    old = started_mark(timezone.now() - timedelta(days=1, minutes=1))
    assert client.post(new_url(story), guest_form(started=old)).status_code == 303
    found = Comment.objects.get().current_text.findings.exclude(standing="")  # type: ignore[union-attr]
    assert "robot_protection" in found.values_list("standing", flat=True)


# --- the network sends too much


def test_network_that_sends_too_much_is_asked_to_wait_with_its_text_kept(
    client: Client, story: Publication, settings: Any
) -> None:
    settings.COMMENT_FORMS_PER_NETWORK = 2
    for number in range(2):
        sent = guest_form(email=f"guest{number}@example.org")
        assert client.post(new_url(story), sent, REMOTE_ADDR=f"192.0.2.{number}").status_code == 303
    with time_machine.travel("2040-03-01 12:05:30+00:00", tick=False):
        for _number in range(2):
            client.post(new_url(story), guest_form(body=""), REMOTE_ADDR="192.0.2.9")
        answer = client.post(new_url(story), guest_form(body="Mine <b>stays</b>"), REMOTE_ADDR="192.0.2.10")
    assert (answer.status_code, answer["Retry-After"]) == (429, "270")
    assert errors_of(answer) == [
        "Very many comments come from your network at the moment. "
        "Your text is kept: send it again in 5 minutes."
    ]
    assert "Mine &lt;b&gt;stays&lt;/b&gt;" in answer.content.decode()
    assert Comment.objects.count() == 2


def test_other_networks_are_not_asked_to_wait(client: Client, story: Publication, settings: Any) -> None:
    settings.COMMENT_FORMS_PER_NETWORK = 1
    ways = ("192.0.2.1", "192.0.3.1", "2001:db8:0:100::1", "2001:db8:0:200::1", "")
    statuses = [
        client.post(
            new_url(story), guest_form(email=f"guest{number}@example.org"), REMOTE_ADDR=way
        ).status_code
        for number, way in enumerate(ways)
    ]
    assert statuses == [303] * 5
    assert client.post(new_url(story), guest_form(), REMOTE_ADDR="2001:db8:0:1ff::2").status_code == 429


def test_no_network_is_asked_to_wait_where_the_setting_is_nothing(
    client: Client, story: Publication, settings: Any
) -> None:
    settings.COMMENT_FORMS_PER_NETWORK = 0
    statuses = {client.post(new_url(story), guest_form(body="")).status_code for _number in range(130)}
    assert statuses == {422}


def test_cache_that_is_away_stops_nobody_from_commenting(
    client: Client, story: Publication, settings: Any, tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    away = {
        "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
        "LOCATION": tmp_path / "file" / "folder",
    }
    settings.CACHES = {"default": away, "pages": away}
    settings.COMMENT_FORMS_PER_NETWORK = 1
    statuses = {client.post(new_url(story), guest_form(body="")).status_code for _number in range(3)}
    assert statuses == {422}


# --- the policy changed meanwhile


def test_newer_policy_keeps_the_text_shows_what_changed_and_asks_again(
    client: Client, story: Publication
) -> None:
    rules = [
        {"key": "length", "title": "Keep it readable", "text": "Anything goes."},
        {
            "key": "links",
            "title": "Few links",
            "text": "At most {max_links} links in a comment.",
            "check": "links",
            "parameters": {"max_links": 1},
            "effect": "refuse",
        },
    ]
    make_policy(version=2, rules=rules, posted_at=timezone.now() - timedelta(minutes=1))
    response = client.post(new_url(story), guest_form())
    page = text_of(response)
    assert response.status_code == 422
    assert "At most 2 links in a comment." in page
    assert "At most 1 links in a comment." in page
    assert "This rule is gone." in page
    assert "The ferry was late again" in page
    assert 'name="policy_version" value="2"' in page
    assert not re.search(r'name="accept_policy"[^>]*checked', page)
    assert Comment.objects.count() == 0
    again = client.post(new_url(story), guest_form(policy_version="2"))
    assert (again.status_code, Comment.objects.get().policy.version) == (303, 2)


# --- bad input


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"body": ""}, "Write something: the comment is empty."),
        ({"body": " \n\t "}, "Write something: the comment is empty."),
        ({"body": "x" * 20_001}, "The comment has 20001 characters; we read at most 20000."),
        (
            {"body": "a\x00b"},
            "It holds a NUL character, which no text may. We have taken it out; please look again.",
        ),
        ({"name": ""}, "Write the name that is to stand beside your comment."),
        ({"name": "x" * 81}, "A name has at most 80 characters; this one has 81."),
        ({"name": "\u200b\u202e"}, "Write a name that can be seen."),
        ({"email": ""}, "Write your e-mail address: the comment counts once you have confirmed it."),
        ({"email": "gus"}, "This is no e-mail address. It should look like name@example.org."),
        (
            {"accept_policy": None},
            "Tick this box: a comment is judged by the policy that its author accepted.",
        ),
        (
            {"form_key": "1"},
            "A hidden part of the form, its key, did not come back as we sent it."
            " Please send the comment again.",
        ),
        (
            {"form_key": None},
            "A hidden part of the form, its key, did not come back as we sent it."
            " Please send the comment again.",
        ),
        (
            {"policy_version": "99"},
            "A hidden part of the form, the version of the policy, did not come back as we sent it."
            " Please send the comment again.",
        ),
        (
            {"policy_version": "²"},
            "A hidden part of the form, the version of the policy, did not come back as we sent it."
            " Please send the comment again.",
        ),
        (
            {"started": "forged"},
            "A hidden part of the form, the time at which you opened it, did not come back as we sent it."
            " Please send the comment again.",
        ),
        (
            {"parent": "nonsense"},
            "The comment that you answer is not there (any more). You can comment on the story.",
        ),
        (
            {"parent": str(uuid.uuid4())},
            "The comment that you answer is not there (any more). You can comment on the story.",
        ),
    ],
)
def test_bad_input_is_a_sentence_and_stores_nothing(
    client: Client, story: Publication, changes: dict[str, Any], sentence: str
) -> None:
    make_discussion(story.article)
    response = client.post(new_url(story), guest_form(**changes))
    assert response.status_code == 422
    assert errors_of(response) == [sentence]
    assert (Comment.objects.count(), Commenter.objects.count()) == (0, 0)


def test_text_that_is_not_utf_8_is_refused_in_a_sentence(client: Client, story: Publication) -> None:
    form = "&".join(f"{name}={value}" for name, value in guest_form(body="caf%E9").items())
    response = client.post(new_url(story), form, content_type="application/x-www-form-urlencoded")
    assert response.status_code == 422
    assert errors_of(response) == [
        "Some characters could not be read (they stand here as “\ufffd”). Please write them again."
    ]


def test_parent_of_another_story_is_refused(client: Client, story: Publication) -> None:
    make_discussion(story.article)
    stranger = make_comment()
    response = client.post(new_url(story), guest_form(parent=str(stranger.uid)))
    assert response.status_code == 422
    assert Comment.objects.count() == 1


def test_huge_form_is_not_read(client: Client, story: Publication) -> None:
    response = client.post(new_url(story), guest_form(body="x" * 6_000_000))
    assert response.status_code == 413
    assert "nothing was stored" in text_of(response)


def test_forged_form_without_the_token_is_refused(story: Publication) -> None:
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(new_url(story), guest_form()).status_code == 403
    assert Comment.objects.count() == 0


@pytest.mark.parametrize("mode", ["closed", "until"])
def test_closed_discussion_keeps_the_text_to_be_copied(client: Client, story: Publication, mode: str) -> None:
    closing = {"mode": "closed"} if mode == "closed" else {"closes_at": timezone.now() - timedelta(seconds=1)}
    make_discussion(story.article, **closing)
    assert "Comments on this story are closed." in text_of(client.get(new_url(story)))
    response = client.post(new_url(story), guest_form())
    assert response.status_code == 422
    assert "The ferry was late again" in text_of(response)
    assert Comment.objects.count() == 0


def test_without_a_policy_comments_are_closed(client: Client) -> None:
    story = make_publication()
    page = text_of(client.get(new_url(story)))
    assert "No comment policy is in force, so comments are closed." in page
    assert "Add new comment" not in text_of(client.get(story.get_absolute_url()))


def test_withdrawn_story_takes_no_comment_and_gives_the_text_back(client: Client, story: Publication) -> None:
    story.article.withdrawn_at = timezone.now()
    story.article.save()
    assert client.get(new_url(story)).status_code == 410
    response = client.post(new_url(story), guest_form())
    assert response.status_code == 410
    assert "The ferry was late again" in text_of(response)


def test_story_that_is_withdrawn_while_the_form_is_sent_is_gone_and_gives_the_text_back(
    client: Client, story: Publication
) -> None:
    withdrawn: list[int] = []

    def withdraw_before_the_policy_is_read(execute: Any, sql: str, *about: Any) -> Any:
        if "comments_policy" in sql and not withdrawn:
            withdrawn.append(story.article_id)
            Article.objects.filter(pk=story.article_id).update(withdrawn_at=timezone.now())
        return execute(sql, *about)

    with connection.execute_wrapper(withdraw_before_the_policy_is_read):
        response = client.post(new_url(story), guest_form())
    assert (withdrawn, response.status_code, Comment.objects.count()) == ([story.article_id], 410, 0)
    assert "The ferry was late again" in text_of(response)


def test_story_that_is_not_out_yet_has_no_form(client: Client, policy: Policy) -> None:
    coming = make_publication(starts_at=timezone.now() + timedelta(hours=1))
    assert client.get(new_url(coming)).status_code == 404
    assert client.post(new_url(coming), guest_form()).status_code == 404


def test_address_that_a_story_is_to_move_to_takes_no_comment_yet(client: Client, story: Publication) -> None:
    moves_at = timezone.now() + timedelta(hours=1)
    story.article.slug, story.ends_at = "what-nobody-may-know-yet", moves_at
    story.article.save()
    story.save()
    coming = make_publication(article=story.article, starts_at=moves_at)
    assert client.post(new_url(coming), guest_form()).status_code == 404
    assert client.post(new_url(story), guest_form()).status_code == 303


def test_fourth_confirmation_mail_in_an_hour_is_refused_at_the_address(
    client: Client, story: Publication
) -> None:
    for number in range(3):
        assert client.post(new_url(story), guest_form(body=f"Thought number {number}.")).status_code == 303
    response = client.post(new_url(story), guest_form(body="Thought number four."))
    assert response.status_code == 422
    assert "Several confirmation mails have gone to this address" in errors_of(response)[0]
    assert Comment.objects.count() == 3


# --- confirming


def test_used_link_says_so_kindly_and_leads_to_the_comment(client: Client, story: Publication) -> None:
    client.post(new_url(story), guest_form())
    address = confirmation_path()
    client.post(address)
    for response in (client.get(address), client.post(address)):
        assert response.status_code == 200
        assert "This comment is confirmed already." in text_of(response)
        assert links.mine_path(Comment.objects.get()) in text_of(response)


def test_expired_link_says_what_to_do(client: Client, story: Publication) -> None:
    client.post(new_url(story), guest_form())
    Comment.objects.get().confirmations.update(expires_at=timezone.now() - timedelta(seconds=1))
    response = client.post(confirmation_path())
    assert response.status_code == 410
    assert "Please send your comment again" in text_of(response)
    assert Comment.objects.get().state == "unconfirmed"


@pytest.mark.parametrize("token", ["nonsense", "x" * 900, "%00", "%ff"])
def test_unknown_link_is_a_sentence(client: Client, token: str) -> None:
    response = client.get(f"/comments/confirm/{token}/")
    assert response.status_code == 404
    assert "This link is not ours" in text_of(response)


# --- the author's own page


def test_own_page_is_private_and_takes_the_comment_back(client: Client, story: Publication) -> None:
    comment = make_comment(discussion=make_discussion(story.article), state="public")
    address = links.mine_path(comment)
    response = client.get(address)
    headers = [response[name] for name in ("Cache-Control", "X-Robots-Tag", "Referrer-Policy")]
    assert headers == ["no-store, private", "noindex, nofollow", "same-origin"]
    assert client.post(address, {"version": str(comment.version)}).status_code == 303
    comment.refresh_from_db()
    assert comment.state == "withdrawn"
    assert "Taken back by you." in text_of(client.get(address))


def test_own_page_takes_nothing_back_on_a_stale_view(client: Client, story: Publication) -> None:
    comment = make_comment(discussion=make_discussion(story.article))
    response = client.post(links.mine_path(comment), {"version": "7"})
    comment.refresh_from_db()
    assert (response.status_code, comment.state) == (409, "public")


@pytest.mark.parametrize("version", ["", "x", "²", "9" * 40])
def test_own_page_refuses_a_forged_version(client: Client, story: Publication, version: str) -> None:
    comment = make_comment(discussion=make_discussion(story.article))
    response = client.post(links.mine_path(comment), {"version": version})
    assert response.status_code == 422


def test_own_page_is_not_there_for_a_wrong_token_or_an_erased_comment(
    client: Client, story: Publication
) -> None:
    comment = make_comment(discussion=make_discussion(story.article), state="held")
    wrong = links.mine_path(comment).replace("/mine/", "/mine/x")
    assert client.get(wrong).status_code == 404
    Comment.objects.update(current_text=None)
    assert client.get(links.mine_path(comment)).status_code == 404


# --- public pages


def test_article_page_shows_comments_and_links_without_cookie_or_token(
    client: Client, story: Publication
) -> None:
    discussion = make_discussion(story.article)
    first = make_comment(discussion=discussion, body="First thought.")
    make_comment(discussion=discussion, body="An answer.", parent=first)
    make_comment(discussion=discussion, body="Not yet public.", state="held")
    response = client.get(story.get_absolute_url())
    page = text_of(response)
    assert "2 comments" in page
    assert f'id="comment-{first.uid}"' in page
    assert "Not yet public." not in page
    assert f'href="{new_url(story)}"' in page
    assert f'href="{new_url(story)}?parent={first.uid}"' in page
    assert "Read our comment policy before posting your viewpoints" in page
    assert_public(response)


def assert_public(response: Any) -> None:
    assert dict(response.cookies) == {}
    assert "csrfmiddlewaretoken" not in response.content.decode()
    assert response.get("Vary", "") in ("", "Accept-Encoding")
    assert response["Cache-Control"].startswith("public, max-age=")


def test_signed_in_reader_gets_the_same_public_pages(
    user_client: tuple[Client, User], story: Publication
) -> None:
    make_comment(discussion=make_discussion(story.article))
    for address in (story.get_absolute_url(), f"{story.get_absolute_url()}comments/", "/comment-policy/"):
        response = user_client[0].get(address)
        assert_public(response)
        assert re.sub(rb"nonce-\S+", b"", response.content) == re.sub(
            rb"nonce-\S+", b"", Client().get(address).content
        )


def test_permanent_link_leads_to_the_comment_on_its_page(client: Client, story: Publication) -> None:
    comment = make_comment(discussion=make_discussion(story.article))
    response = client.get(f"/comments/{comment.uid}/")
    assert (response.status_code, response["Location"]) == (
        302,
        f"{story.get_absolute_url()}#comment-{comment.uid}",
    )


@pytest.mark.parametrize("state", ["held", "rejected", "removed", "withdrawn", "unconfirmed"])
def test_permanent_link_of_what_is_not_public_is_not_there(
    client: Client, story: Publication, state: str
) -> None:
    comment = make_comment(discussion=make_discussion(story.article), state=state)
    assert client.get(f"/comments/{comment.uid}/").status_code == 404


def test_permanent_link_of_a_withdrawn_story_is_gone(client: Client, story: Publication) -> None:
    comment = make_comment(discussion=make_discussion(story.article))
    story.article.withdrawn_at = timezone.now()
    story.article.save()
    assert client.get(f"/comments/{comment.uid}/").status_code == 410


@pytest.mark.parametrize("query", ["?after=", "?after=x", "?after=1-", "?after=%00", "?branch=x"])
def test_forged_place_in_a_thread_is_a_sentence(client: Client, story: Publication, query: str) -> None:
    make_discussion(story.article)
    response = client.get(f"{story.get_absolute_url()}comments/{query}")
    assert response.status_code == 400
    assert "of this address names no" in text_of(response)


@pytest.mark.parametrize("state", ["removed", "withdrawn", "held"])
def test_branch_of_a_comment_that_readers_do_not_see_is_not_there(
    client: Client, story: Publication, state: str
) -> None:
    top = make_comment(discussion=make_discussion(story.article), state=state, public_since=timezone.now())
    branch = f"{story.get_absolute_url()}comments/?branch={top.uid}"
    assert client.get(branch).status_code == 404
    make_comment(discussion=top.discussion, parent=top, root=top)
    assert client.get(branch).status_code == 200


@pytest.mark.parametrize("below", ["", "comments/"])
def test_story_that_went_live_while_it_was_looked_for_is_asked_for_again(
    rf: RequestFactory, below: str
) -> None:
    publication = make_publication()
    request = rf.get(f"/{publication.path}/{below}")
    answer = without_story(request, Place(publication.path, below), timezone.now())
    assert (answer.status_code, answer.headers["Location"]) == (302, request.path)
    assert answer.headers["Cache-Control"] == "no-store"


def test_moved_story_takes_its_thread_along(client: Client, policy: Policy) -> None:
    article = make_article(section=make_section())
    old = make_publication(article=article, ends_at=timezone.now() - timedelta(minutes=1))
    article.slug = "moved"
    article.save()
    new = make_publication(article=article, starts_at=timezone.now() - timedelta(minutes=1))
    response = client.get(f"{old.get_absolute_url()}comments/?after=1-1")
    assert response.status_code == 301
    assert response["Location"] == f"{new.get_absolute_url()}comments/?after=1-1"
