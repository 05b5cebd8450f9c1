"""Tables as CSV files: the one door to them, since a spreadsheet would run cells that people wrote as formulas."""

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.http import StreamingHttpResponse

FORMULA = re.compile(r"""^ *(?=[\t\r\n])|(^|[;\t\r\n])([ "']*[=+@-])""")
"""The beginnings of formulas (OWASP, "CSV Injection"): of a cell, and of what some spreadsheets split off as one."""


class _Echo:
    """Gives each line back instead of storing it."""

    def write(self, line: str) -> str:
        return line


def cell(value: Any) -> Any:
    """The value as a cell holds it: a text of which a spreadsheet would calculate a part has an apostrophe before that.

    Some split a line at semicolons, or at the ends of a text's own lines, whatever stands in quotes.
    """
    if not isinstance(value, str):
        return value
    text = value.replace("\x00", "")
    return FORMULA.sub(_marked, text)


def _marked(begins: re.Match[str]) -> str:
    return f"{begins[1]}'{begins[2]}" if begins[2] else f"'{begins[0]}"


def csv_lines(head: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[str]:
    """The table line by line, in UTF-8 with the mark by which spreadsheets know it."""
    writer = csv.writer(_Echo())
    yield "\ufeff"
    yield writer.writerow(head)
    for row in rows:
        yield writer.writerow([cell(value) for value in row])


def csv_response(name: str, head: Sequence[str], rows: Iterable[Sequence[Any]]) -> StreamingHttpResponse:
    """A file to download, sent as its rows are made, so that its length costs no memory."""
    response = StreamingHttpResponse(csv_lines(head, rows), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
