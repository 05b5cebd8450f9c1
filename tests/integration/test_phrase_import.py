"""Phrase lists come in from files: looked at first, stored whole as a revision, or not at all with a sentence."""

import time
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from comments import phrase_lists
from comments.models import PhraseListRevision
from comments.phrase_files import LARGEST
from comments.posting import Refused
from newsroom.accounts.models import User
from tests.factories import make_user

pytestmark = pytest.mark.django_db

IMPORT = "/admin/comments/phraselist/import/"
PLAIN = "# Our list\nnumpty\nstem: gull\n\nbilge rat\nphrase: Über Nacht\nnumpty\n"
ENTRIES = [("word", "numpty"), ("stem", "gull"), ("phrase", "bilge rat"), ("phrase", "Über Nacht")]


@pytest.fixture
def lead() -> User:
    return make_user(group="Moderation lead", email="lead@example.org")


@pytest.fixture
def admin(client: Client, lead: User) -> Client:
    client.force_login(lead)
    return client


def pairs(entries: list[dict[str, str]]) -> list[tuple[str, str]]:
    return [(entry["kind"], entry["text"]) for entry in entries]


def stored(name: str = "words") -> list[tuple[int, list[tuple[str, str]]]]:
    rows = PhraseListRevision.objects.filter(phrase_list__name=name).order_by("number")
    return [(row.number, pairs(row.entries)) for row in rows]


# --- reading


@pytest.mark.parametrize(
    "raw",
    [
        PLAIN.encode(),
        PLAIN.replace("\n", "\r\n").encode("utf-8-sig"),
        PLAIN.encode("utf-16"),
        b"\xfe\xff" + PLAIN.encode("utf-16-be"),
        PLAIN.encode("utf-16-le"),
        PLAIN.encode("utf-16-be"),
        'kind,text\nword,numpty\nstem,gull\n,bilge rat\nphrase,"Über Nacht"\n'.encode(),
        "Text;Kind;Note\nnumpty;word;ours\ngull;STEM\nbilge rat;\n\nÜber Nacht;phrase;a;b\n".encode(
            "utf-8-sig"
        ),
        "text\tkind\nnumpty\tword\ngull\tstem\nbilge rat\tphrase\nÜber Nacht\tphrase\n".encode("utf-16"),
    ],
)
def test_a_file_is_read_in_each_form_and_encoding(raw: bytes) -> None:
    assert pairs(phrase_lists.read_file(raw)) == ENTRIES


@pytest.mark.parametrize(
    ("raw", "sentences"),
    [
        (b"", ["The list is empty. Write one word or phrase a line."]),
        (b"numpty\n!!!\n", ["Line 2: nothing in it that could be found in a comment."]),
        (b"numpty\nstem: a\n", ["Line 2: a stem of one letter would catch nearly every comment."]),
        (
            b"kind,text\nadjective,odd\n",
            ["Line 2: “adjective” is no kind of entry; there are word, phrase, stem and except."],
        ),
        (b"kind,text\nword,\nword,fine\n", ["Line 2: nothing in it that could be found in a comment."]),
        (b"x" * 201, ["Line 1: longer than 200 characters."]),
        (b"fine\ncaf\xe9\n", ["Line 2 is not UTF-8 text. Save the file as UTF-8 and send it again."]),
        (b"\xff\xfea\x00\n", ["Line 1 is not UTF-16-LE text. Save the file as UTF-8 and send it again."]),
        (b"a\n" * (LARGEST // 2 + 1), ["The file is larger than 4 MB."]),
        ("\n".join(f"w{n}" for n in range(50_001)).encode(), ["A list has at most 50000 entries."]),
    ],
)
def test_a_bad_file_is_refused_with_the_line(raw: bytes, sentences: list[str]) -> None:
    with pytest.raises(Refused) as refused:
        phrase_lists.read_file(raw)
    assert refused.value.sentences == sentences


def test_very_many_bad_lines_are_counted() -> None:
    with pytest.raises(Refused) as refused:
        phrase_lists.read_file(b"!\n" * 1000)
    assert (len(refused.value.sentences), refused.value.sentences[-1]) == (51, "And 950 more lines.")


def test_fifty_thousand_entries_are_read_in_seconds() -> None:
    raw = "\n".join(f"stem: wort{n} ärger" for n in range(50_000)).encode()
    started = time.thread_time()
    assert len(phrase_lists.read_file(raw)) == 50_000
    assert time.thread_time() - started < 20


# --- in the admin


def test_an_import_is_shown_first_and_stored_once_confirmed(admin: Client, lead: User) -> None:
    phrase_lists.revise_list(
        "words",
        by=lead,
        entries=[{"kind": "word", "text": "Numpty"}, {"kind": "word", "text": "halfwit"}],
        seen=0,
        now=timezone.now(),
    )
    file = SimpleUploadedFile("words.txt", PLAIN.encode("utf-16"))
    shown = admin.post(IMPORT, {"name": "words", "file": file})
    assert (shown.status_code, len(stored())) == (200, 1)
    assert pairs(shown.context["difference"].new) == ENTRIES[1:]
    assert pairs(shown.context["difference"].gone) == [("word", "halfwit")]
    assert "4 entries: 3 new, 1 as before. 1 of today’s would be gone." in shown.content.decode()
    sent = {name: shown.context[name] for name in ("name", "seen", "entries")}
    assert admin.post(IMPORT, sent).status_code == 302
    assert stored()[1] == (2, ENTRIES)
    again = admin.post(IMPORT, sent)
    assert (again.status_code, len(stored())) == (422, 2)
    assert "newer revision than the one you saw" in again.content.decode()


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({}, "Choose a file or paste a text, one of the two."),
        ({"name": "not a name!", "text": "numpty"}, "Enter a valid"),
        ({"text": "fine\n!!!"}, "Line 2: nothing in it that could be found in a comment."),
        ({"file": b""}, "The list is empty."),
        ({"file": b"\xff\xfea\x00\n"}, "Line 1 is not UTF-16-LE text."),
        ({"entries": "!!!", "seen": "0"}, "Line 1: nothing in it that could be found in a comment."),
        ({"entries": "fine", "seen": "x"}, "Enter a whole number."),
    ],
)
def test_a_bad_import_is_a_sentence_and_nothing_is_stored(
    admin: Client, fields: dict[str, Any], sentence: str
) -> None:
    given = {"name": "words", **fields}
    if "file" in given:
        given["file"] = SimpleUploadedFile("words.txt", given["file"])
    response = admin.post(IMPORT, given)
    assert (response.status_code, stored()) == (422, [])
    assert sentence in response.content.decode()


def test_the_list_of_lists_leads_to_the_import(admin: Client) -> None:
    assert IMPORT in admin.get("/admin/comments/phraselist/").content.decode()


# --- by command


def test_the_command_stores_a_revision(
    lead: User, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "words.csv"
    file.write_text("kind,text\nword,numpty\n")
    call_command("import_phrases", str(file), "--list", "words", "--by", lead.email, "--dry-run")
    assert stored() == []
    call_command("import_phrases", str(file), "--list", "words", "--by", lead.email)
    assert stored() == [(1, [("word", "numpty")])]
    assert capsys.readouterr().out.splitlines()[-1] == "Stored as revision 1 of words."


@pytest.mark.parametrize(
    ("content", "name", "by", "sentence"),
    [
        ("!!!", "words", "lead@example.org", "Line 1: nothing in it"),
        ("fine", "no name", "lead@example.org", "no name: Enter a valid"),
        ("fine", "words", "nobody@example.org", "Nobody signs in as nobody@example.org."),
        ("fine", "words", "reader@example.org", "has no right to do that."),
        (None, "words", "lead@example.org", "No such file"),
    ],
)
def test_the_command_says_what_is_wrong_and_stores_nothing(
    lead: User, tmp_path: Path, content: str | None, name: str, by: str, sentence: str
) -> None:
    make_user(email="reader@example.org")
    file = tmp_path / "words.txt"
    if content is not None:
        file.write_text(content)
    with pytest.raises(CommandError, match=sentence):
        call_command("import_phrases", str(file), "--list", name, "--by", by)
    assert stored("words") == []
