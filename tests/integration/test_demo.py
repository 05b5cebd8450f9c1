"""The demo's newsroom stands in every state that its content promises, and is known again."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime

import pytest
from django.db import transaction
from django.test import Client
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from pytest_django.plugin import DjangoDbBlocker

from articles.actions import situation_of
from articles.models import Article, Publication, Section
from comments.enums import LetterKind, LetterState
from comments.models import CannedNote, Comment, Decision, Discussion, Letter, Policy, RuleExample
from newsroom.accounts.models import User
from newsroom.demo.building import build_newsroom
from newsroom.demo.ownership import Holding, look_at_database
from newsroom.demo.reading import read_newsroom
from newsroom.demo.staff import reset_sign_ins

NEWSROOM = read_newsroom()


@pytest.fixture(scope="module")
def now(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[datetime]:
    """The moment at which the newsroom was made; the database holds it for this module."""
    moment = timezone.now()
    with django_db_blocker.unblock(), transaction.atomic():
        build_newsroom(NEWSROOM, "first password", moment, say=lambda line: None)
        yield moment
        transaction.set_rollback(True)


def article(key: str) -> Article:
    return Article.objects.get(slug=NEWSROOM.story(key).slug)


def test_stories_stand_as_their_files_say(now: datetime) -> None:
    wanted = {"live": "live", "changed": "live", "in_review": "unpublished", "draft": "unpublished"}
    expected = {story.slug: wanted.get(story.state, story.state) for story in NEWSROOM.stories}
    assert {row.slug: situation_of(row, now).standing.value for row in Article.objects.all()} == expected


def test_the_desk_s_states_are_those_of_the_files(now: datetime) -> None:
    states = {key: article(key).state for key in ("hospital-parking", "novel-review", "quay-street")}
    assert states == {"hospital-parking": "in_review", "novel-review": "draft", "quay-street": "draft"}
    cannery = article("cannery")
    assert (cannery.last_number, Publication.objects.published(now).get(article=cannery).revision.number) == (
        2,
        1,
    )


def test_comments_end_in_their_states(now: datetime) -> None:
    expected = {comment.body: comment.state for comment in NEWSROOM.comments}
    rows = Comment.objects.select_related("current_text")
    assert {row.current_text.body: row.state for row in rows if row.current_text} == expected


def test_held_comments_wait_for_the_reasons_of_their_entries(now: datetime) -> None:
    for comment in NEWSROOM.comments:
        if comment.state != "held":
            continue
        findings = Comment.objects.get(current_text__body=comment.body).current_text.findings.all()
        reasons = {finding.rule.key if finding.rule else finding.standing for finding in findings}
        assert {*comment.reasons} - reasons == set(), comment.key


def test_a_commenter_with_three_approved_comments_is_published_at_once(now: datetime) -> None:
    automatic = Decision.objects.filter(act="published", automatic=True)
    assert automatic.filter(comment__name="Wendell Crane").count() == 1


def test_a_discussion_counts_its_public_comments(now: datetime) -> None:
    counts = {row.article_id: row.public_count for row in Discussion.objects.all() if row.public_count}
    rows = Comment.objects.filter(state="public").values_list("discussion__article_id", flat=True)
    assert counts == Counter(rows)


def test_nothing_lies_after_the_moment_but_what_is_scheduled(now: datetime) -> None:
    assert Comment.objects.filter(submitted_at__gt=now).count() == 0
    assert Decision.objects.filter(at__gt=now).count() == 0
    assert Article.objects.filter(changed_at__gt=now).count() == 0
    assert Publication.objects.filter(starts_at__gt=now).count() == 1


def test_only_mail_worth_reading_waits_for_the_worker(now: datetime) -> None:
    waiting = Letter.objects.filter(state=LetterState.WAITING)
    assert Counter(waiting.values_list("kind", flat=True)) == {
        LetterKind.STATEMENT: 6,
        LetterKind.CONFIRMATION: 2,
    }
    assert DBTaskResult.objects.count() == 8
    assert waiting.filter(send_after__gt=now).count() == 0


def test_the_demo_s_own_database_is_known_also_after_use(now: datetime) -> None:
    User.objects.create_user("newcomer@example.com", "some password")
    assert look_at_database(NEWSROOM) is Holding.DEMO


def test_sign_ins_get_a_new_password_and_nobody_else_does(now: datetime) -> None:
    stranger = User.objects.create_user("stranger@example.com", "own password")
    User.objects.filter(email="editor@example.org").update(is_active=False)
    reset_sign_ins(NEWSROOM, "second password")
    own = [User.objects.get(email=person.email) for person in NEWSROOM.people]
    assert [user.email for user in own if not user.check_password("second password")] == []
    assert [user.email for user in own if not user.is_active] == []
    stranger.refresh_from_db()
    assert stranger.check_password("own password")


@pytest.mark.parametrize(
    ("email", "group", "superuser"),
    [(person.email, person.group, person.group == "admin") for person in NEWSROOM.people],
)
def test_sign_ins_have_the_groups_of_their_names(
    now: datetime, email: str, group: str, superuser: bool
) -> None:
    user = User.objects.get(email=email)
    groups = list(user.groups.values_list("name", flat=True))
    assert (groups, user.is_superuser) == ([group] if group not in ("", "admin") else [], superuser)
    assert user.is_staff is bool(group)


def test_the_home_page_leads_with_the_newest_story(now: datetime, client: Client) -> None:
    page = client.get("/").content.decode()
    assert page.index(NEWSROOM.story("quay-street").headline) < page.index(NEWSROOM.story("cannery").headline)
    assert NEWSROOM.story("rents-report").headline not in page


def test_withdrawn_and_ended_stories_are_gone(now: datetime, client: Client) -> None:
    gone = [article("chain-bridge-withdrawn"), article("by-election-guide")]
    statuses = [client.get(f"/{row.addresses.get().path}/").status_code for row in gone]
    assert statuses == [410, 410]


def test_the_policy_is_in_force_and_section_order_is_the_content_s(now: datetime) -> None:
    assert Policy.objects.in_force(now).title == NEWSROOM.policy.title
    assert list(Section.objects.values_list("slug", flat=True)) == [row.slug for row in NEWSROOM.sections]


def test_the_desk_has_examples_and_ready_made_notes_at_hand(now: datetime) -> None:
    kept = {(row.rule_key, row.breaks, row.text) for row in RuleExample.objects.all()}
    assert kept == {
        (rule.key, one["breaks"], one["text"]) for rule in NEWSROOM.policy.rules for one in rule.examples
    }
    assert {row.title for row in CannedNote.objects.all()} == {"Say it without the person"}
