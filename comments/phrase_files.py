"""Reads phrase lists from files: plain text or CSV, in the encodings that editors' machines leave them in."""

import codecs
import csv
from collections.abc import Iterator
from typing import NamedTuple

from django.utils.translation import gettext as _

from comments.posting import Refused

LARGEST = 4 * 1024 * 1024
"""Bytes of a file that is read."""

KINDS = ("word", "phrase", "stem", "except")
_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_TEXT, _KIND = ("text", "entry", "word", "phrase", "term"), ("kind", "type")


class Row(NamedTuple):
    """An entry as it is written: where, of which kind ("" where that is not said), and what."""

    line: int
    kind: str
    text: str


def decoded(raw: bytes) -> str:
    """The file as text: UTF-8, or UTF-16 with or without its mark. Refused with the place of what is neither."""
    if len(raw) > LARGEST:
        raise Refused(_("The file is larger than %(most)s MB.") % {"most": LARGEST // 2**20})
    for mark, encoding in _BYTE_ORDER_MARKS:
        if raw.startswith(mark):
            return _as_text(raw.removeprefix(mark), encoding)
    # Without a mark: text in UTF-16 has a NUL beside every blank and line end, text in UTF-8 has none.
    if b"\x00" in raw[:2000]:
        return _as_text(raw, "utf-16-be" if raw[:1] == b"\x00" else "utf-16-le")
    return _as_text(raw, "utf-8")


def _as_text(raw: bytes, encoding: str) -> str:
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError as error:
        line = raw[: error.start].decode(encoding, "replace").count("\n") + 1
        told = {"line": line, "encoding": encoding.upper()}
        raise Refused(
            _("Line %(line)s is not %(encoding)s text. Save the file as UTF-8 and send it again.") % told
        ) from None


def rows_of_file(raw: bytes) -> Iterator[Row]:
    """The entries of a file, plain text or CSV, as they are written."""
    text = decoded(raw)
    head = text.lstrip("\ufeff").partition("\n")[0]
    columns, separator = _columns(head)
    return _csv_rows(text, columns, separator) if columns else plain_rows(text)


def plain_rows(text: str) -> Iterator[Row]:
    """One entry a line, with or without its kind and a colon before it; blank lines and lines with "#" are left out."""
    for number, line in enumerate(text.lstrip("\ufeff").splitlines(), start=1):
        if not line.strip() or line.startswith("#"):
            continue
        kind, colon, rest = line.partition(":")
        if colon and kind.strip().lower() in KINDS:
            yield Row(number, kind.strip().lower(), rest)
        else:
            yield Row(number, "", line)


def _columns(head: str) -> tuple[dict[str, int], str]:
    """Where text and kind stand in a CSV file, by its first line, and what parts them; nothing for plain text."""
    for separator in (",", ";", "\t"):
        names = [name.strip().strip('"').lower() for name in head.split(separator)]
        found = {
            column: place
            for column, known in (("text", _TEXT), ("kind", _KIND))
            for place, name in enumerate(names)
            if name in known
        }
        if len(found) == 2:
            return found, separator
    return {}, ""


def _csv_rows(text: str, columns: dict[str, int], separator: str) -> Iterator[Row]:
    reader = csv.reader(text.lstrip("\ufeff").splitlines(), delimiter=separator)
    next(reader, None)
    try:
        for cells in reader:
            said = {name: cells[place].strip() for name, place in columns.items() if place < len(cells)}
            if any(cell.strip() for cell in cells):
                yield Row(reader.line_num, said.get("kind", "").lower(), said.get("text", ""))
    except csv.Error:
        raise Refused(_("Line %(line)s is not CSV.") % {"line": reader.line_num}) from None
