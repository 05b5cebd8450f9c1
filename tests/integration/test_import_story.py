import io
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from articles.models import Article, Author, ImportedSource, Publication, Revision
from tests.factories import make_author, make_section, make_user

pytestmark = pytest.mark.django_db

SEED = Path(__file__).resolve().parents[3] / "shared" / "data" / "seed" / "story-page.txt"
FIRST = "The minister said on Tuesday that the talks in Geneva had ended without any agreement at all."
SECOND = "Officials expect a second round of the negotiations to begin in the coming weeks, she added."
WIRE = f"Talks fail\n\nBy Jane Doe\n\nLONDON (Reuters) - {FIRST}\n\n  Next round\n\n{SECOND}\n\nENDS\n"


def run(*arguments: str | Path) -> tuple[int, str, str]:
    """Exit status, standard output and standard error of one call."""
    out, err = io.StringIO(), io.StringIO()
    try:
        call_command("import_story", *map(str, arguments), stdout=out, stderr=err)
    except SystemExit as end:
        return int(end.code or 0), out.getvalue(), err.getvalue()
    return 0, out.getvalue(), err.getvalue()


def write(folder: Path, content: str | bytes, name: str = "story.txt") -> Path:
    file = folder / name
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    return file


def rows() -> dict[str, int]:
    models = (Article, Revision, Publication, ImportedSource, Author)
    return {model.__name__: model._default_manager.count() for model in models}


def test_story_is_stored_as_a_draft_with_its_source_and_doubts(tmp_path: Path) -> None:
    section = make_section(position=1)
    make_section(position=2)
    file = write(tmp_path, WIRE)
    status, out, err = run(file)
    article = Article.objects.get()
    revision = article.revisions.get()
    source = article.imported_source
    assert (status, err) == (0, "")
    assert (article.section, article.language, article.created_by) == (section, section.language, None)
    assert (revision.headline, revision.dateline, revision.why) == (
        "Talks fail",
        "LONDON (Reuters)",
        "imported",
    )
    assert revision.body == f"<p>{FIRST}</p><h2>Next round</h2><p>{SECOND}</p>"
    assert [Author.objects.get(pk=pk).name for pk in revision.byline] == ["Jane Doe"]
    assert (source.text, source.name, source.instruction) == (WIRE, "story.txt", "")
    assert source.doubts == ["“Jane Doe” was not among the authors and was added."]
    assert out == (
        f"{file}: stored as a draft: http://testserver/admin/articles/article/{article.pk}/change/\n"
        f"  - {source.doubts[0]}\n"
    )
    assert Publication.objects.count() == 0


def test_seed_page_is_published() -> None:
    if not SEED.exists():
        pytest.skip("The shared data set seed/story-page.txt is not beside this checkout.")
    make_section(slug="world")
    status, out, err = run("--publish", SEED)
    publication = Publication.objects.published(timezone.now()).get()
    assert (status, err) == (0, "")
    assert out.splitlines()[0] == f"{SEED}: published: http://testserver{publication.get_absolute_url()}"
    assert publication.headline == "Aleppo Recapture Prelude to Bigger Syrian Victories"
    assert publication.body_html.count("<h2>") == 1
    assert "Add new comment" not in publication.body_html
    assert (publication.standfirst, publication.dateline) == ("", "")


def test_same_file_twice_is_one_story(tmp_path: Path) -> None:
    make_section()
    file = write(tmp_path, WIRE)
    run("--publish", file)
    before = rows()
    address = Publication.objects.get().get_absolute_url()
    copy = write(tmp_path, WIRE, "copy.txt")
    assert run("--publish", file, copy) == (
        0,
        f"{file}: was imported before, nothing was changed: http://testserver{address}\n"
        f"{copy}: was imported before, nothing was changed: http://testserver{address}\n",
        "",
    )
    assert rows() == before


@pytest.mark.parametrize("order", ["KILL", "HOLD FOR RELEASE"])
def test_story_marked_by_its_agency_is_never_published(tmp_path: Path, order: str) -> None:
    make_section()
    status, out, err = run("--publish", write(tmp_path, f"{order}\n\n{WIRE}"))
    instruction = ImportedSource.objects.get().instruction
    assert (status, err, instruction) == (0, "", order.partition(" ")[0])
    assert f": stored as a draft, marked {instruction} and not to be published: " in out
    assert Publication.objects.count() == 0


def test_authors_are_found_by_name_and_merged_ones_replaced(tmp_path: Path) -> None:
    make_section()
    kept = make_author(name="Jane D. Doe")
    make_author(name="JANE DOE", merged_into=kept)
    run(write(tmp_path, WIRE))
    assert Revision.objects.get().byline == [kept.pk]
    assert Author.objects.count() == 2


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "It is empty."),
        (b"a\x00b", "It is a binary file, not plain text."),
        (b"milk\neggs\n", "It has no paragraphs of prose."),
        (b"x" * 1_000_001, "It is longer than 1 MB, which no story is."),
    ],
)
def test_file_that_is_no_story_says_why_and_stores_nothing(
    tmp_path: Path, content: bytes, sentence: str
) -> None:
    make_section()
    before = rows()
    file = write(tmp_path, content)
    assert run(file) == (1, "", f"{file}: {sentence}\n")
    assert rows() == before


def test_missing_file_and_folder_say_so(tmp_path: Path) -> None:
    make_section()
    missing = tmp_path / "none.txt"
    assert run(missing) == (1, "", f"{missing}: No such file or directory.\n")
    assert run(tmp_path) == (1, "", f"{tmp_path}: Is a directory.\n")


def test_one_bad_file_among_several_does_not_undo_the_others(tmp_path: Path) -> None:
    make_section()
    bad, good = write(tmp_path, b"", "bad.txt"), write(tmp_path, WIRE, "good.txt")
    status, out, err = run(bad, good)
    assert (status, err) == (1, f"{bad}: It is empty.\n")
    assert Article.objects.count() == 1
    assert out.startswith(f"{good}: stored as a draft: ")


def test_publishing_without_the_right_stores_nothing(tmp_path: Path) -> None:
    make_section()
    reporter = make_user(group="Reporter")
    before = rows()
    file = write(tmp_path, WIRE)
    status, out, err = run("--publish", "--by", reporter.email, file)
    assert (status, out) == (1, "")
    assert err == f"{file}: {reporter} has no right to do that.\n"
    assert rows() == before


def test_story_belongs_to_whoever_imports_it(tmp_path: Path) -> None:
    make_section()
    editor = make_user(group="Editor")
    assert run("--publish", "--by", editor.email.upper(), write(tmp_path, WIRE))[0] == 0
    assert (Article.objects.get().created_by, ImportedSource.objects.get().imported_by) == (editor, editor)
    assert Publication.objects.get().created_by == editor


def test_section_and_language_are_as_asked(tmp_path: Path) -> None:
    make_section(name="World", slug="world")
    sport = make_section(name="Sport", slug="sport")
    run("--section", "SPORT", "--language", "de", write(tmp_path, WIRE))
    article = Article.objects.get()
    assert (article.section, article.language) == (sport, "de")


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--section", "nope"], "--section: there is none called nope. There are: world."),
        (["--by", "nobody@example.org"], "--by: nobody with the address nobody@example.org works here."),
        (["--by", "reader@example.org"], "--by: reader@example.org has no right to begin stories."),
    ],
)
def test_option_that_names_nothing_says_so(tmp_path: Path, options: list[str], sentence: str) -> None:
    make_section(slug="world")
    make_user(email="reader@example.org")
    with pytest.raises(CommandError, match=sentence.replace(".", r"\.")):
        run(*options, write(tmp_path, WIRE))


def test_bad_language_is_a_sentence(tmp_path: Path) -> None:
    make_section()
    file = write(tmp_path, WIRE)
    assert run("--language", "!!", file) == (
        1,
        "",
        f"{file}: Language: “!!” is not a language's code, such as en.\n",
    )
    assert Article.objects.count() == 0


def test_without_a_section_the_command_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(
        CommandError, match=r"There is no section to put a story into: make one in the admin first\."
    ):
        run(write(tmp_path, WIRE))
