"""The file of a case: whole, with digests that anybody can compare, and harmless wherever it is opened."""

import hashlib
import io
import json
import re
import zipfile

import pytest
from django.test import Client

from comments import actions
from comments.case_file import case_file
from comments.models import Case
from newsroom.privacy import erase_person
from tests import factories
from tests.integration.casework import Cases

pytestmark = pytest.mark.django_db
EVIL = "<img src=x onerror=alert(1)>=cmd|' /C calc'!A0 ../../etc/passwd"


@pytest.fixture
def desk() -> Cases:
    return Cases()


def parts_of(case: Case, desk: Cases) -> dict[str, bytes]:
    case.refresh_from_db()
    archive = zipfile.ZipFile(io.BytesIO(case_file(case, now=desk.now)))
    assert archive.testzip() is None
    return {name: archive.read(name) for name in archive.namelist()}


def test_file_has_page_data_copies_and_digests(desk: Cases) -> None:
    case = desk.open()
    actions.add_item(case.pk, desk.article, by=desk.editor, now=desk.now)
    assert list(parts_of(case, desk)) == [
        "case.html",
        "case.json",
        "items/001.json",
        "items/002.json",
        "SHA256SUMS",
    ]


def test_every_part_has_the_digest_that_the_list_says(desk: Cases) -> None:
    parts = parts_of(desk.open(), desk)
    sums = parts.pop("SHA256SUMS").decode()
    assert sums == "".join(f"{hashlib.sha256(part).hexdigest()}  {name}\n" for name, part in parts.items())


def test_copy_in_the_file_has_the_digest_that_it_got_when_it_was_frozen(desk: Cases) -> None:
    case = desk.open()
    part = parts_of(case, desk)["items/001.json"]
    assert hashlib.sha256(part).hexdigest() == case.items.get().digest
    assert json.loads(part)["texts"][0]["text"] == "You know nothing, Mr Varn."


def test_data_tells_what_is_known_and_each_act(desk: Cases) -> None:
    case = desk.open()
    actions.note_in_case(case.pk, "Called them.", by=desk.editor, now=desk.now)
    told = json.loads(parts_of(case, desk)["case.json"])
    assert (told["case"], told["sender"], told["reference"], told["outcome"]) == (
        case.pk,
        "Quill & Partners",
        "QP/26-118",
        "",
    )
    assert [(act["number"], act["act"], act["item"], act["note"]) for act in told["acts"]] == [
        (1, "opened", None, ""),
        (2, "added", 1, ""),
        (3, "noted", None, "Called them."),
    ]
    assert [(item["file"], item["sha256"]) for item in told["items"]] == [
        ("items/001.json", case.items.get().digest)
    ]


def test_page_can_be_read_and_colleagues_stand_in_it_as_the_desk(desk: Cases) -> None:
    case = desk.open(by=desk.editor)
    actions.add_item(case.pk, desk.article, by=desk.editor, now=desk.now)
    page = parts_of(case, desk)["case.html"].decode()
    for words in (
        "You know nothing, Mr Varn.",
        "Quill &amp; Partners",
        "Rejected by the desk: rule 3, Respect others (version 1)",
        "The second paragraph.",
        f"the desk, no. {desk.editor.pk}",
    ):
        assert words in page
    everything = b"".join(parts_of(case, desk).values()).decode()
    assert [
        name for name in (desk.editor.name, desk.moderator.name, desk.reader.email) if name in everything
    ] == []


def test_hostile_words_neither_run_nor_name_a_path(desk: Cases) -> None:
    comment = factories.make_comment(body=EVIL, commenter=factories.make_commenter(name=EVIL[:80]))
    case = desk.open(comment, sender=EVIL, reference=EVIL, about=EVIL)
    actions.note_in_case(case.pk, EVIL, by=desk.editor, now=desk.now)
    actions.add_item(case.pk, factories.make_article(working_headline=EVIL), by=desk.editor, now=desk.now)
    parts = parts_of(case, desk)
    page = parts["case.html"].decode()
    assert "<img" not in page
    assert re.search(r"<script|\son\w+=|javascript:", re.sub(r"&lt;.*?&gt;", "", page)) is None
    assert "default-src 'none'" in page
    assert all(re.fullmatch(r"case\.(html|json)|items/[0-9]{3}\.json|SHA256SUMS", name) for name in parts)


def test_equal_cases_are_equal_files(desk: Cases) -> None:
    case = desk.open()
    case.refresh_from_db()
    assert case_file(case, now=desk.now) == case_file(case, now=desk.now)


def test_erased_copy_is_not_in_the_file_and_its_digest_is(desk: Cases) -> None:
    case = desk.close(desk.open())
    erase_person(desk.reader.email, now=desk.now)
    parts = parts_of(case, desk)
    assert list(parts) == ["case.html", "case.json", "SHA256SUMS"]
    assert case.items.get().digest in parts["case.html"].decode()
    assert "Mr Varn" not in b"".join(parts.values()).decode()


def test_export_is_an_act_with_the_digest_of_the_file(desk: Cases, client: Client) -> None:
    case = desk.open()
    client.force_login(desk.editor)
    answer = client.post(f"/admin/moderation/cases/{case.uid}/export/")
    act = case.acts.last()
    assert (answer.headers["Content-Type"], answer.headers["Content-Disposition"]) == (
        "application/zip",
        f'attachment; filename="case-{case.pk}.zip"',
    )
    assert (act.verb, act.by_id, act.details) == (
        "exported",
        desk.editor.pk,
        {"digest": hashlib.sha256(answer.content).hexdigest()},
    )


def test_opening_the_address_of_the_export_exports_nothing(desk: Cases, client: Client) -> None:
    case = desk.open()
    client.force_login(desk.editor)
    answer = client.get(f"/admin/moderation/cases/{case.uid}/export/")
    assert (answer.status_code, case.acts.count()) == (302, 2)


@pytest.mark.parametrize("items", [1, 3])
def test_file_asks_as_much_whatever_is_in_the_case(
    desk: Cases,
    django_assert_num_queries,
    items: int,  # type: ignore[no-untyped-def]
) -> None:
    case = desk.open()
    for _number in range(items - 1):
        actions.add_item(case.pk, factories.make_comment(), by=desk.editor, now=desk.now)
    with django_assert_num_queries(2):
        case_file(case, now=desk.now)
