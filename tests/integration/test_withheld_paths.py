"""One word wherever people can write, withheld: it is on no page, in no file, no mail and no column but one."""

from io import BytesIO
from zipfile import ZipFile

import pytest
from django.apps import apps
from django.test import Client

from comments.actions.withheld_places import places_of_comment, places_of_decision
from comments.case_file import case_file
from comments.models import Decision, Letter
from comments.seals import faults
from comments.tasks import deliver
from newsroom.privacy import PERSONAL_FIELDS
from newsroom.withholding.words import withheld_words
from tests.integration.withheld_world import (
    MARK,
    NAME,
    World,
    columns_with,
    mails_with,
    walk,
    with_mark,
)

pytestmark = pytest.mark.django_db
ONE_PLACE = {"withholding_withheldoriginal.rows"}


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def readers() -> Client:
    return Client()


@pytest.fixture
def desk(world: World) -> Client:
    client = Client()
    client.force_login(world.lead)
    return client


WRITTEN = {
    "articles_articleevent.note", "articles_correctiontext.what_stands", "articles_correctiontext.what_was_wrong",
    "comments_appeal.reasons", "comments_appeal.text", "comments_bulkrun.note",
    "comments_casecopy.content", "comments_commenttext.body",
    "comments_commenttext.html", "comments_decisionevidence.explanation", "comments_decisionevidence.note",
    "comments_decisionevidence.quoted", "comments_decisionevidence.statement", "comments_internalnote.text",
    "comments_letter.facts", "comments_letter.html", "comments_letter.text", "comments_question.note",
    "comments_report.explanation", "comments_unsentnote.text",
}  # fmt: skip


NO_WORDS_OF_A_COMMENT = {
    "accounts.User": {"desk_languages", "email", "language", "name", "password"},
    "articles.Author": {"biography", "name", "role"},
    "articles.WorkingCopy": {"content"},
    "comments.AddressConfirmation": {"token_digest"},
    "comments.Comment": {"network_key"},
    "comments.Commenter": {"address", "language"},
    "comments.Letter": {"last_error", "subject", "to"},
    "comments.Report": {"address", "language", "name"},
    "comments.Sanction": {"mailbox_key"},
    "comments.WaitingErasure": {"address"},
    "withholding.WithheldOriginal": {"rows"},
}
"""Columns that hold something of a person, and were looked at: people's names, addresses, and what is elsewhere."""


def test_every_column_that_can_hold_words_is_withheld_or_was_looked_at(world: World) -> None:
    decision = Decision.objects.select_related("comment__commenter", "commenter").get(pk=world.sanctioned.pk)
    places = [
        *places_of_comment(world.public, with_name=True, now=world.now),
        *places_of_decision(decision, now=world.now),
    ]
    withheld = {(place.rows.model._meta.label, name) for place in places for name in place.puts}
    known = {(label, name) for label, names in NO_WORDS_OF_A_COMMENT.items() for name in names}
    words = {
        (label, name)
        for label, names in PERSONAL_FIELDS.items()
        for name in names
        if not apps.get_model(label)._meta.get_field(name).is_relation
    }
    assert words - withheld == known


def test_word_stands_in_every_column_before(world: World) -> None:
    """Or the tests below would look for nothing."""
    assert columns_with() == WRITTEN


def test_word_is_in_no_column_of_the_database_but_the_originals(world: World) -> None:
    world.withhold_all()
    assert columns_with() == ONE_PLACE


def test_name_is_in_no_column_but_the_originals(world: World) -> None:
    assert columns_with(NAME) >= {"comments_comment.name", "comments_commenter.name"}
    world.withhold_all()
    assert columns_with(NAME) == ONE_PLACE


def test_no_page_that_readers_can_come_to_shows_it(world: World, readers: Client) -> None:
    begin = [*world.pages_of_readers(), *world.private_paths()]
    before = with_mark(walk(readers, begin))
    assert before >= {*world.pages_of_readers()[1:4], "/corrections/"}
    assert len(before & set(world.private_paths())) >= 9
    world.withhold_all()
    after = walk(readers, begin)
    assert (with_mark(after), with_mark(after, NAME)) == (set(), set())
    silent = {address for address in before & set(after) if "ithheld on legal grounds" not in after[address]}
    assert silent == set()


def test_no_page_or_file_of_the_admin_shows_it(world: World, desk: Client) -> None:
    begin = ["/admin/", *world.pages_of_the_desk()]
    before = with_mark(walk(desk, begin))
    assert before >= {
        "/admin/moderation/decisions/",
        "/admin/moderation/decisions/csv/",
        f"/admin/moderation/comments/{world.public.uid}/",
        f"/admin/articles/correction/{world.correction.pk}/change/",
        f"/admin/withheld/new/?decision={world.sanctioned.uid}",
    }
    acts = world.withhold_all()
    after = walk(desk, [*begin, *(f"/admin/withheld/{act.uid}/" for act in acts)])
    assert (with_mark(after), with_mark(after, NAME)) == (set(), set())
    assert "ithheld on legal grounds" in after["/admin/moderation/decisions/csv/"]


def test_no_mail_says_it_and_those_that_wait_still_leave(world: World, mailoutbox: list[object]) -> None:
    assert set(mails_with()) >= {"statement", "appeal_outcome"}
    world.withhold_all()
    assert mails_with() == []
    waiting = list(Letter.objects.filter(state="waiting"))
    assert {letter.kind for letter in waiting} >= {"statement"}
    mailoutbox.clear()
    for letter in waiting:
        deliver(letter.pk, now=letter.send_after)
    sent = " ".join(f"{mail.body}{mail.alternatives}" for mail in mailoutbox)  # type: ignore[attr-defined]
    assert (MARK in sent, withheld_words("en") in sent, "/reasons/" in sent) == (False, True, True)
    assert columns_with() == ONE_PLACE


def test_file_of_a_case_holds_it_only_until_it_is_withheld(world: World) -> None:
    def parts() -> dict[str, bytes]:
        with ZipFile(BytesIO(case_file(world.case, now=world.now))) as packed:
            return {name: packed.read(name) for name in packed.namelist()}

    assert [name for name, part in parts().items() if MARK.encode() in part] == [
        "case.html",
        *(f"items/00{number}.json" for number in range(1, 5)),
    ]
    world.withhold_all()
    packed = parts()
    assert [name for name, part in packed.items() if MARK.encode() in part or NAME.encode() in part] == []
    assert b"Words in it, since" in packed["case.html"]


def test_record_stays_and_verifies(world: World) -> None:
    before = list(Decision.objects.order_by("pk").values())
    world.discussion.refresh_from_db()
    count = world.discussion.public_count
    world.withhold_all()
    assert [fault.row for fault in faults() if not fault.row.startswith("comment")] == []
    world.discussion.refresh_from_db()
    assert world.discussion.public_count == count
    assert list(Decision.objects.order_by("pk").values()[: len(before)]) == before
