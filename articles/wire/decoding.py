"""From a file's bytes to text: which encodings are taken, and what is no text at all."""

import codecs
import re

from articles.wire.story import NotAStory

LARGEST = 1_000_000

_MAGIC = {
    b"%PDF": "a PDF document",
    b"PK\x03\x04": "a ZIP archive or an office document",
    b"\xd0\xcf\x11\xe0": "an old office document",
    b"{\\rtf": "a rich text (RTF) document",
    b"\x89PNG": "a PNG picture",
    b"GIF8": "a GIF picture",
    b"\xff\xd8\xff": "a JPEG picture",
    b"RIFF": "a picture or a recording",
    b"\x1f\x8b": "a compressed file",
    b"BZh": "a compressed file",
    b"\x7fELF": "a program",
    b"SQLite format 3": "a database",
}
# Longest first: the UTF-32 mark begins with the UTF-16 one.
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# Wire systems frame messages with SOH, STX, ETX, EOT and SYN: those and page breaks are no sign of a binary.
_BINARY = re.compile(r"[\x00\x05-\x08\x0e-\x15\x17-\x1f]")
_MARKUP = re.compile(r"\s*<(?:!doctype|html|head|body|\?xml|[a-z][\w:-]*[\s>/])", re.IGNORECASE)
_DATA = re.compile(r"\s*[{\[]\s*[\"{\[]")


def decoded(data: bytes) -> tuple[str, tuple[str, ...]]:
    """The text of a plain-text file, and what is doubtful about its encoding. Raises NotAStory."""
    if len(data) > LARGEST:
        raise NotAStory(f"It is longer than {LARGEST // 1_000_000} MB, which no story is.")
    for magic, kind in _MAGIC.items():
        if data.startswith(magic):
            raise NotAStory(f"It is {kind}, not plain text.")
    text, doubts = _text(data)
    if not text.strip():
        raise NotAStory("It is empty.")
    if _BINARY.search(text):
        raise NotAStory("It is a binary file, not plain text.")
    if _MARKUP.match(text):
        raise NotAStory(
            "It is HTML or XML, not plain text: save the page as text, or paste it into the editor."
        )
    if _DATA.match(text):
        raise NotAStory("It is JSON, not plain text.")
    return text, doubts


def _text(data: bytes) -> tuple[str, tuple[str, ...]]:
    encoding = next((name for mark, name in _MARKS if data.startswith(mark)), "utf-8")
    try:
        return data.decode(encoding), ()
    except UnicodeDecodeError as error:
        if encoding != "utf-8":
            raise NotAStory(
                f"It says that it is {encoding.upper()} but is damaged at byte {error.start}."
            ) from error
    return _western(data), (
        "The file is not UTF-8; it was read as Windows-1252. Check accents and quotation marks.",
    )


def _western(data: bytes) -> str:
    """Windows-1252, if mostly ASCII: a file in another old encoding would come out as accented nonsense."""
    if b"\x00" in data:
        raise NotAStory("It is a binary file, not plain text.")
    try:
        text = data.decode("cp1252")
    except UnicodeDecodeError as error:
        raise NotAStory("Its encoding is not known: save it as UTF-8.") from error
    if sum(char.isascii() for char in text) < 0.8 * len(text):
        raise NotAStory("Its encoding is not known: save it as UTF-8.")
    return text
