"""While a case is open nothing is erased that it holds; whoever asked meanwhile is erased when the last one closes."""

import io
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone

from articles.models import WorkingCopy
from comments.models import CaseCopy, Comment, Commenter, CommentText, Sanction, WaitingErasure
from comments.privacy import ErasureSuspended, forget_ended_mailboxes
from newsroom.privacy import ask_for_erasure, carry_out_erasures, erase_person, export_person
from tests import factories
from tests.integration.casework import DAY, Cases

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> Cases:
    return Cases()


def ask(desk: Cases) -> list[int]:
    return ask_for_erasure(desk.reader.email, now=desk.now).waits_for


def kept(desk: Cases) -> tuple[str, str, str, bool]:
    """What is left of the reader: their comment's name and text, their commenter's address, their sign-in."""
    comment = Comment.objects.select_related("commenter", "current_text").get(pk=desk.comment.pk)
    desk.reader.refresh_from_db()
    assert comment.current_text is not None
    return comment.name, comment.current_text.body, comment.commenter.address or "", desk.reader.is_active


WHOLE = ("Ada Reader", "You know nothing, Mr Varn.", "reader@example.org", True)
NOTHING = ("", "", "", False)


def test_erasure_is_refused_while_a_case_holds_a_comment(desk: Cases) -> None:
    case = desk.open()
    with pytest.raises(ErasureSuspended) as caught:
        erase_person(desk.reader.email, now=desk.now)
    assert (caught.value.cases, kept(desk)) == ([case], WHOLE)


def test_erasure_that_was_asked_for_waits_and_the_comments_are_withdrawn(desk: Cases) -> None:
    case, other = desk.open(), factories.make_comment(commenter=desk.commenter(desk.reader))
    assert ask(desk) == [case.pk]
    assert kept(desk) == WHOLE
    assert set(Comment.objects.filter(commenter=other.commenter).values_list("state", flat=True)) == {
        "withdrawn"
    }
    assert export_person(desk.reader.email)["comments"]["commenter"]["erasure waits for a case since"]


def test_erasure_is_carried_out_when_the_last_case_is_closed(desk: Cases) -> None:
    first, second = desk.open(), desk.open()
    assert ask(desk) == [first.pk, second.pk]
    assert ask(desk) == [first.pk, second.pk]
    desk.close(first)
    assert (carry_out_erasures(now=desk.now), kept(desk)) == (0, WHOLE)
    desk.close(second)
    assert (carry_out_erasures(now=desk.now), kept(desk)) == (1, NOTHING)
    assert (WaitingErasure.objects.count(), carry_out_erasures(now=desk.now)) == (0, 0)


def test_erasure_blanks_the_copies_of_closed_cases_and_leaves_their_digests(desk: Cases) -> None:
    case = desk.close(desk.open())
    erase_person(desk.reader.email, now=desk.now)
    copy = CaseCopy.objects.select_related("item").get(item__case=case)
    assert (copy.content, copy.erased_at, len(copy.item.digest)) == ("", desk.now, 64)


def test_reopened_case_holds_again(desk: Cases) -> None:
    case = desk.reopen(desk.close(desk.open()))
    assert ask(desk) == [case.pk]


def test_case_about_somebody_else_suspends_nothing(desk: Cases) -> None:
    desk.open(factories.make_comment(commenter=factories.make_commenter()))
    assert ask(desk) == []
    assert kept(desk) == NOTHING


def test_guest_is_held_by_the_address_they_wrote_from(desk: Cases) -> None:
    guest = factories.make_commenter(address="gus@example.org", name="Gus")
    case = desk.open(factories.make_comment(commenter=guest))
    assert ask_for_erasure("Gus@example.org", now=desk.now).waits_for == [case.pk]
    desk.close(case)
    assert carry_out_erasures(now=desk.now) == 1
    assert Commenter.objects.get(pk=guest.pk).erased_at == desk.now


def test_person_who_waits_is_erased_under_the_address_they_have_by_then(desk: Cases) -> None:
    case = desk.open()
    ask(desk)
    desk.reader.email = "ada.new@example.org"
    desk.reader.save()
    desk.close(case)
    assert carry_out_erasures(now=desk.now) == 1
    assert kept(desk) == NOTHING


def test_person_who_asks_again_under_another_address_waits_once(desk: Cases) -> None:
    case = desk.open()
    ask(desk)
    desk.reader.email = "ada.new@example.org"
    desk.reader.save()
    assert ask_for_erasure(desk.reader.email, now=desk.now).waits_for == [case.pk]
    assert WaitingErasure.objects.get().user == desk.reader


@pytest.mark.parametrize("work", ["revision", "working copy", "byline"])
def test_case_about_a_story_holds_whoever_worked_on_it(desk: Cases, work: str) -> None:
    reporter = factories.make_user(group="Reporter", name="Rob Reporter")
    article = factories.make_article()
    if work == "revision":
        factories.make_revision(article, created_by=reporter)
    elif work == "working copy":
        WorkingCopy.objects.create(article=article, editor=reporter, updated_at=desk.now)
    else:
        factories.make_publication(article=article, authors=[factories.make_author(user=reporter)])
    case = desk.open(article)
    assert ask_for_erasure(reporter.email, now=desk.now).waits_for == [case.pk]
    reporter.refresh_from_db()
    assert reporter.name == "Rob Reporter"
    desk.close(case)
    assert carry_out_erasures(now=desk.now) == 1


def test_keyed_address_stays_while_a_case_holds_a_comment(desk: Cases) -> None:
    commenter = factories.make_commenter()
    comment = factories.make_comment(commenter=commenter)
    erase_person(commenter.address, now=desk.now)
    Sanction.objects.create(
        commenter=commenter,
        kind="warning",
        policy=desk.policy,
        mailbox_key="k" * 64,
        proposed_by=desk.moderator,
        proposed_at=desk.now,
    )
    case = desk.open(comment)
    assert forget_ended_mailboxes(now=desk.now) == 0
    desk.close(case)
    assert forget_ended_mailboxes(now=desk.now) == 1


def test_command_says_for_which_cases_it_waits(desk: Cases) -> None:
    case, told = desk.open(), io.StringIO()
    call_command("erase_person", desk.reader.email, "--yes", stdout=told)
    assert told.getvalue() == (
        f"{desk.reader.email} is not erased yet: what they wrote is in a case that is open ({case.pk}). Their"
        " comments are withdrawn. A worker erases the rest once the last of these cases is closed.\n"
    )


def test_nothing_of_a_comment_in_an_open_case_is_blanked_by_withdrawing_it(desk: Cases) -> None:
    desk.open()
    ask(desk)
    assert CommentText.objects.get(comment=desk.comment).body == "You know nothing, Mr Varn."


def test_waiting_erasures_are_looked_at_in_one_query(desk: Cases, django_assert_num_queries) -> None:  # type: ignore[no-untyped-def]
    with django_assert_num_queries(1):
        carry_out_erasures(now=timezone.now() + timedelta(minutes=1))


def test_open_case_outlives_a_closed_one_of_the_same_comment(desk: Cases) -> None:
    closed, case = desk.close(desk.open()), desk.open(deadline=desk.now + DAY)
    assert ask(desk) == [case.pk]
    assert not closed.is_open
