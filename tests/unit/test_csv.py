"""CSV files: cells that a spreadsheet would calculate are text, and everything else is as it was."""

import csv
import io

import pytest

from newsroom.csv import cell, csv_lines


@pytest.mark.parametrize(
    "formula", ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx", " =1", "=cmd|' /C calc'!A0"]
)
def test_text_that_begins_like_a_formula_is_marked_as_text(formula: str) -> None:
    assert cell(formula) == f"'{formula}"


@pytest.mark.parametrize(
    ("text", "marked"),
    [
        ("\t=1", "'\t'=1"),
        ("\r=1", "'\r'=1"),
        ("x;=cmd|' /C calc'!A0;y", "x;'=cmd|' /C calc'!A0;y"),
        ("said; +1\n-2", "said;' +1\n'-2"),
    ],
)
def test_part_that_a_spreadsheet_may_split_off_is_marked_too(text: str, marked: str) -> None:
    assert cell(text) == marked


@pytest.mark.parametrize(
    "value", ["a; b", "one - two", "two\nlines", "Ada", "a=b", "", 3, -3, None, "می‌خواهم"]
)
def test_everything_else_stays_as_it_is(value: object) -> None:
    assert cell(value) == value


def test_file_reads_back_as_it_was_written() -> None:
    rows = [["Ada, Countess", 'said "no"'], ["two\nlines", "-5"]]
    text = "".join(csv_lines(["name", "words"], rows))
    assert text.startswith("\ufeff")
    read = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline="")))
    assert read == [["name", "words"], ["Ada, Countess", 'said "no"'], ["two\nlines", "'-5"]]
