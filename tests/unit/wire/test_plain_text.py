from pathlib import Path
from textwrap import fill

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles.wire.plain_text import read_story
from articles.wire.story import Instruction, NotAStory, Story

SEED = Path(__file__).resolve().parents[4] / "shared" / "data" / "seed" / "story-page.txt"
FIRST = "The minister said on Tuesday that the talks in Geneva had ended without any agreement at all."
SECOND = "Officials expect a second round of the negotiations to begin in the coming weeks, she added."
PERSIAN = "وزیر امور خارجه گفت که گفتگوها در ژنو بدون هیچ توافقی پایان یافت و دور دوم آن آغاز می\u200cشود."


def read(text: str) -> Story:
    return read_story(text.encode(), name="story.txt")


def page(*parts: str) -> Story:
    return read("\n\n".join(parts))


def texts(story: Story) -> list[str]:
    return [paragraph.text for paragraph in story.paragraphs]


def reason(data: bytes) -> str:
    with pytest.raises(NotAStory) as refusal:
        read_story(data, name="story.txt")
    return str(refusal.value)


def outcome_of(data: bytes) -> Story | str:
    try:
        return read_story(data, name="story.txt")
    except NotAStory as refusal:
        return str(refusal)


def test_seed_page_becomes_one_headline_paragraphs_and_one_crosshead() -> None:
    if not SEED.exists():
        pytest.skip("The shared data set seed/story-page.txt is not beside this checkout.")
    data = SEED.read_bytes()
    story = read_story(data, name=SEED.name)
    kept = [" ".join(part.split()) for part in data.decode().split("\n\n")]
    assert (story.headline, story.byline, story.instruction) == (kept[0], (), None)
    assert (story.standfirst, story.dateline, story.kicker, story.doubts) == ("", "", "", ())
    assert story.crossheads == ("Psychological Warfare",)
    assert texts(story) == kept[2:-2]
    assert story.text == data.decode()


@pytest.mark.parametrize(
    "head",
    [
        "Talks fail",
        "Talks fail\n\nTalks fail Talks fail\xa0Talks fail",
        "Talks fail | Example News\n\nTalks fail",
        "Home > World > Europe\n\nTalks fail\n\nTalks fail",
        "Skip to content\n\nTalks fail",
        "URGENT\n\nTalks fail",
        "BC-SYRIA-TALKS/2ND LD\nTalks fail",
        "UPDATE 2-Talks fail",
        "Headline: Talks fail\nSlug: talks",
        "Published: 13 Dec 2016, 14:02 GMT\n\nTalks fail",
        "Talks fail\n\n13 December 2016 14:02",
    ],
)
def test_headline_is_found_once(head: str) -> None:
    story = page(head, FIRST, SECOND)
    assert (story.headline, texts(story)) == ("Talks fail", [FIRST, SECOND])


@pytest.mark.parametrize(
    "headline",
    [
        "Will the talks in Geneva save the peace at last?",
        "COVID-19 deaths fall",
        "PM resigns after vote",
        "More on strike as talks fail",
        "Kill Bill returns to cinemas",
        "KILL BILL RETURNS TO CINEMAS",
        "POLICE KILL THREE IN RAID",
        "Hold the front page",
        "Support our troops, says minister",
        "2016 ends",
        "« Oui\xa0»",
        "گفتگوها بی نتیجه ماند",
    ],
)
def test_headline_that_looks_like_something_else_stays(headline: str) -> None:
    story = page(headline, FIRST, SECOND)
    assert (story.headline, story.instruction, texts(story)) == (headline, None, [FIRST, SECOND])


@pytest.mark.parametrize(
    ("dateline", "dash"),
    [
        ("LONDON (Reuters)", " - "),
        ("BERLIN, Nov 3 (dpa)", " — "),
        ("TEHRAN (ISNA)", " – "),
        ("Berlin (dpa)", " - "),
        ("GENEVA/PARIS (AFP)", " -- "),
        ("UNITED NATIONS (AP)", " _ "),
        ("NEW YORK, Nov. 3, 2016 /PRNewswire/", " -- "),
        ("WASHINGTON, D.C. (Reuters)", " -"),
        ("تهران (ایسنا)", " – "),
    ],
)
def test_dateline_is_taken_from_the_first_paragraph(dateline: str, dash: str) -> None:
    story = page("Talks fail", f"{dateline}{dash.rstrip()} {FIRST}", SECOND)
    assert (story.dateline, texts(story), story.doubts) == (dateline, [FIRST, SECOND], ())


def test_dateline_without_an_agency_is_doubtful() -> None:
    story = page("Talks fail", f"NEW YORK — {FIRST}", SECOND)
    assert (story.dateline, story.doubts) == ("NEW YORK", ("“NEW YORK” was taken for the dateline.",))


@pytest.mark.parametrize("opening", ["NATO - ", "UPDATE — ", "He said (twice) - ", ""])
def test_what_is_no_place_is_no_dateline(opening: str) -> None:
    story = page("Talks fail", opening + FIRST, SECOND)
    assert (story.dateline, texts(story)[0]) == ("", opening + FIRST)


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("By Jane Doe", ("Jane Doe",)),
        ("By Jane Doe and John van der Roe", ("Jane Doe", "John van der Roe")),
        ("By Jane Doe, Staff Writer", ("Jane Doe",)),
        ("By JANE DOE", ("Jane Doe",)),
        ("By Jane Doe in Geneva and John Roe", ("Jane Doe", "John Roe")),
        ("Von Jörg Müller", ("Jörg Müller",)),
        ("Byline: Jane Doe", ("Jane Doe",)),
    ],
)
def test_byline_is_read_as_names(line: str, names: tuple[str, ...]) -> None:
    story = page("Talks fail", line, FIRST, SECOND)
    assert (story.byline, texts(story)) == (names, [FIRST, SECOND])


def test_byline_that_is_no_names_is_doubtful() -> None:
    story = page("Talks fail", "By our correspondent", FIRST, SECOND)
    assert story.byline == ()
    assert story.doubts == ("The byline “our correspondent” could not be read as names and was left out.",)


@pytest.mark.parametrize(
    ("order", "instruction"),
    [
        ("KILL", Instruction.KILL),
        ("*** MANDATORY KILL ***", Instruction.KILL),
        ("BC-Talks, KILL", Instruction.KILL),
        ("KILL TALKS", Instruction.KILL),
        ("EDITORS: Please kill the story TALKS sent at 10:00, it was wrong.", Instruction.KILL),
        ("HOLD", Instruction.HOLD),
        ("HOLD FOR RELEASE UNTIL 6 A.M. TUESDAY", Instruction.HOLD),
        (
            "Embargoed until 00:01 GMT, Tuesday 13 December 2016. Strictly not for broadcast.",
            Instruction.HOLD,
        ),
        ("Sperrfrist: 06:00", Instruction.HOLD),
        ("Not for publication before Tuesday", Instruction.HOLD),
    ],
)
@pytest.mark.parametrize("place", [0, 1, 3])
def test_order_of_the_agency_is_obeyed_wherever_it_stands(
    order: str, instruction: Instruction, place: int
) -> None:
    parts = ["Talks fail", FIRST, SECOND]
    story = page(*parts[:place], order, *parts[place:])
    assert (story.instruction, story.headline, texts(story)) == (instruction, "Talks fail", [FIRST, SECOND])
    assert f"It is marked {instruction} and must not be published as it is." in story.doubts


def test_kill_is_graver_than_hold() -> None:
    assert page("HOLD", "Talks fail", FIRST, "KILL").instruction == Instruction.KILL


@pytest.mark.parametrize("mark", ["ENDS", "-ENDS-", "Ends", "-30-", "###", "# # #", "(END)", "ENDS/jd"])
def test_end_mark_ends_the_story(mark: str) -> None:
    story = page("Talks fail", FIRST, SECOND, mark, "Press office: 1234")
    assert texts(story) == [FIRST, SECOND]
    assert story.doubts == ("Left out after the end mark: “Press office: 1234”.",)


@pytest.mark.parametrize("mark", [" ENDS", " -30-", " (END)"])
def test_end_mark_behind_the_last_sentence_ends_the_story(mark: str) -> None:
    assert texts(page("Talks fail", FIRST, SECOND + mark)) == [FIRST, SECOND]


@pytest.mark.parametrize("mark", ["(more)", "MORE", "-more-", "(MORE TO FOLLOW)"])
def test_more_between_paragraphs_goes_and_at_the_end_is_doubtful(mark: str) -> None:
    assert page("Talks fail", FIRST, mark, SECOND).doubts == ()
    story = page("Talks fail", FIRST, SECOND, mark)
    assert (texts(story), story.doubts) == (
        [FIRST, SECOND],
        ("It ends with “more”: this may not be all of it.",),
    )


def test_notes_and_credits_are_kept_from_the_text() -> None:
    credits = "(Reporting by Jane Doe; Editing by John Roe)"
    story = page("Talks fail", "Editor's note: updates throughout.", FIRST, SECOND, credits)
    assert (texts(story), story.notes) == ([FIRST, SECOND], ("Editor's note: updates throughout.", credits))


def test_furniture_around_and_inside_the_text_goes_with_doubts_where_unsure() -> None:
    story = page(
        "Talks fail",
        "Share this",
        FIRST,
        "Advertisement",
        SECOND,
        "Related articles",
        "Other talks fail too",
        "Copyright 2016 Example News. All rights reserved.",
    )
    assert texts(story) == [FIRST, SECOND]
    assert story.doubts == (
        "Left out at the end of the page: “Other talks fail too”.",
        "“Advertisement” inside the text was taken for page furniture and left out.",
    )


def test_readers_comments_under_the_text_are_left_out() -> None:
    comment = "I think that this is a very bad outcome for all of the people there."
    story = page("Talks fail", FIRST, SECOND, "Add new comment", comment)
    assert texts(story) == [FIRST, SECOND]
    assert story.doubts == (f"Left out from “Add new comment” on: “{comment}”.",)


def test_indented_short_line_is_a_crosshead_and_another_a_doubtful_one() -> None:
    story = page("Talks fail", FIRST, "\xa0 \xa0Next round", SECOND, "What else", FIRST)
    assert story.crossheads == ("Next round", "What else")
    assert story.doubts == ("“What else” was taken for a crosshead.",)


def test_line_under_the_headline_is_no_invented_standfirst() -> None:
    story = page("Talks fail", "A summary without an end", FIRST, SECOND)
    assert (story.standfirst, texts(story)[0]) == ("", "A summary without an end")
    assert story.doubts == (
        "“A summary without an end” under the headline became a paragraph; it may be the standfirst.",
    )


def test_hard_wrapped_lines_are_one_paragraph() -> None:
    assert texts(page("Talks fail", fill(FIRST, 40), fill(SECOND, 40))) == [FIRST, SECOND]


def test_wire_message_with_indented_paragraphs_is_read_whole() -> None:
    story = read(
        "BC-SYRIA-TALKS/2ND LD\nTalks fail\nBy Jane Doe\n"
        f"   LONDON, Nov 3 (Reuters) - {fill(FIRST, 50)}\n   {fill(SECOND, 50)}\n   (more)\n"
        f"   {FIRST}\n ENDS\n"
    )
    assert (story.headline, story.byline, story.dateline) == (
        "Talks fail",
        ("Jane Doe",),
        "LONDON, Nov 3 (Reuters)",
    )
    assert texts(story) == [FIRST, SECOND, FIRST]


def test_right_to_left_story_is_read() -> None:
    story = page("گفتگوها بی نتیجه ماند", f"تهران (ایسنا) – {PERSIAN}", PERSIAN)
    assert (story.headline, story.dateline) == ("گفتگوها بی نتیجه ماند", "تهران (ایسنا)")
    assert texts(story) == [PERSIAN, PERSIAN]


def test_body_is_escaped_html() -> None:
    story = page("Talks fail", FIRST, "  A & B", f"<b>{SECOND}")
    assert story.body == f"<p>{FIRST}</p><h2>A &amp; B</h2><p>&lt;b&gt;{SECOND}</p>"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_unicode_encodings_are_read_without_doubt(encoding: str) -> None:
    story = read_story(f"Café\r\n\r\n{FIRST}\r\n\r\n{SECOND}".encode(encoding), name="x")
    assert (story.headline, texts(story), story.doubts) == ("Café", [FIRST, SECOND], ())


def test_windows_text_is_read_with_a_doubt() -> None:
    story = read_story(f"“Café”\n\n{FIRST}".encode("cp1252"), name="x")
    assert story.headline == "“Café”"
    assert story.doubts == (
        "The file is not UTF-8; it was read as Windows-1252. Check accents and quotation marks.",
    )


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "It is empty."),
        (b" \n\xc2\xa0\n", "It is empty."),
        (b"Talks\x00fail", "It is a binary file, not plain text."),
        (b"\xff\xfe\x00\xd8", "It says that it is UTF-16 but is damaged at byte 2."),
        (b"%PDF-1.4\n", "It is a PDF document, not plain text."),
        (b"PK\x03\x04xx", "It is a ZIP archive or an office document, not plain text."),
        (b"\x89PNG\r\n", "It is a PNG picture, not plain text."),
        (b"\xcf\xf0\xe8\xe2\xe5\xf2" * 20, "Its encoding is not known: save it as UTF-8."),
        (b"a " * 600_000, "It is longer than 1 MB, which no story is."),
        (
            b"<!DOCTYPE html><p>x",
            "It is HTML or XML, not plain text: save the page as text, or paste it into the editor.",
        ),
        (b'{"uri": 1}', "It is JSON, not plain text."),
        (b"Talks fail\n\nmilk\neggs", "It has no paragraphs of prose."),
        (
            f"{FIRST} {SECOND}\n\n{SECOND}".encode(),
            "It has no headline: the first lines are already a paragraph.",
        ),
        (
            f"LONDON (Reuters) - {FIRST}\n\n{SECOND}".encode(),
            "It has no headline: the first lines are already a paragraph.",
        ),
        (
            f"List\n\n{FIRST}\n\n{'an item of the list' * 5}\n\n{'another item' * 8}".encode(),
            "Most of it is not prose: it looks like a list, a table or a program.",
        ),
    ],
)
def test_file_that_is_no_story_says_why(data: bytes, sentence: str) -> None:
    assert reason(data) == sentence


@given(
    st.binary()
    | st.text().map(
        lambda text: f"Talks fail\n\n{text}\n\n{FIRST}\n\n{SECOND}\n\n{text}".encode("utf-8", "replace")
    )
)
def test_any_file_is_a_story_or_says_in_one_line_why_not(data: bytes) -> None:
    outcome = outcome_of(data)
    if isinstance(outcome, Story):
        assert outcome.headline
        assert outcome.paragraphs
    else:
        assert outcome.endswith(".")
        assert "\n" not in outcome
