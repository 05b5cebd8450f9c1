"""Tells telephone numbers from the other long figures of a newspaper: dates, sums, scores, references."""

from __future__ import annotations

from collections.abc import Iterator

import re2

FEWEST_FIGURES, MOST_FIGURES = 8, 15  # 15 is the limit of E.164
LONGEST_ROW = 60  # characters; a longer row of figures is a table
_CANDIDATE = re2.compile(r"(?:\+[ ]?|\()?[0-9]+(?:(?:\) ?|[ ]?\(|[ .\-/]|[ ]?-[ ]?)[0-9]+)*")
_GROUP = re2.compile(r"[0-9]+")
_NOT_BEFORE = "#§$€£¥₹﷼=.,/_-@"
_NOT_AFTER = "%€$£¥°_@"
_UNITS = {
    "euro", "euros", "eur", "dollar", "dollars", "usd", "pound", "pounds", "gbp", "rial", "rials",
    "toman", "tomans",
    "تومان", "ریال", "million", "millions", "billion", "billions", "people", "inhabitants", "voters", "votes",
    "km", "kilometres", "miles", "tonnes", "tons",
}  # fmt: skip
_REFERENCES = ("isbn", "issn", "doi", "no.", "nr.", "art.", "case", "iban", "id", "§", "#", "€", "$", "£")


def _is_year(group: str) -> bool:
    return len(group) == 4 and 1000 <= int(group) <= 2199


def _is_date(groups: list[str]) -> bool:
    """Three groups as in 2026-11-23, 23.11.2026 or 23/11/26; the year may be of any calendar."""
    sizes = [len(group) for group in groups]
    small = [int(group) for group in groups if len(group) <= 2]
    if sizes[0] == 4:
        return _is_year(groups[0]) and len(small) == 2 and max(small) <= 31
    return max(sizes[:2]) <= 2 and max(small[:2]) <= 31 and _is_year(groups[2])


def _without_dates(groups: list[str]) -> list[str]:
    """The groups that are left when dates are taken away, as in "2026-11-23 - 2026-11-25"."""
    left, place = [], 0
    while place < len(groups):
        if place + 3 <= len(groups) and _is_date(groups[place : place + 3]):
            place += 3
        else:
            left.append(groups[place])
            place += 1
    return left


def _is_amount(written: str, groups: list[str]) -> bool:
    """A sum, share or range: 10.000.000, 8 000 000 000, 0.12345678, 10000-20000, 83000000."""
    thousands = all(len(group) == 3 for group in groups[1:]) and len(groups) > 1
    decimal = len(groups) == 2 and "." in written and (groups[0] == "0" or not groups[0].startswith("0"))
    round_figures = all(group.endswith("000") for group in groups)
    return (thousands and groups[0][0] != "0" and "-" not in written) or decimal or round_figures


def _is_score(written: str, groups: list[str]) -> bool:
    """Results of sets or quarters: 6-4 6-3 7-5, 102-98 99-87."""
    short = all(len(group) == 1 for group in groups)
    mixed = "-" in written and " " in written and all(len(group) <= 3 for group in groups)
    return short or (mixed and groups[0][0] != "0" and len(groups) % 2 == 0)


def _is_reference(written: str, groups: list[str]) -> bool:
    """ISBN, network address, case number over year, span of years, date written in one."""
    figures = "".join(groups)
    isbn = len(figures) == 13 and figures.startswith(("978", "979"))
    network = len(groups) == 4 and written.count(".") == 3
    case = len(groups) == 2 and "/" in written and any(map(_is_year, groups))
    years = all(map(_is_year, groups))
    whole_date = len(groups) == 1 and len(figures) == 8 and _is_year(figures[:4]) and figures[4:] <= "1231"
    return isbn or network or case or years or whole_date


def _is_number(text: str, start: int, end: int) -> bool:
    """Whether what stands around a row of figures leaves it a telephone number."""
    before, after = text[max(start - 12, 0) : start], text[end : end + 16]
    if before[-1:].isalpha() or (before and before[-1] in _NOT_BEFORE) or (after and after[0] in _NOT_AFTER):
        return False
    if after[:1].isalpha() or (after[:1] in (",", ":") and after[1:2].isdecimal()):
        return False
    if before.endswith(":") and before[-2:-1].isdecimal():
        return False
    label, unit = before.replace(":", " ").split()[-1:], after.split()[:1]
    return not (label and label[0] in _REFERENCES) and not (unit and unit[0].strip(".,;:!?)") in _UNITS)


def telephone_numbers(text: str) -> Iterator[tuple[int, int]]:
    """Where numbers of 8 to 15 figures stand in a normal text. Linear: RE2, then each candidate once."""
    for match in _CANDIDATE.finditer(text):
        written = match.group()
        if not FEWEST_FIGURES <= len(written) <= LONGEST_ROW:
            continue
        groups = [group.group() for group in _GROUP.finditer(written)]
        if written.startswith(("+", "(")):
            plausible = True
        else:
            groups = _without_dates(groups)
            kinds = (_is_amount, _is_score, _is_reference)
            plausible = bool(groups) and not any(kind(written, groups) for kind in kinds)
        figures = sum(map(len, groups))
        if plausible and FEWEST_FIGURES <= figures <= MOST_FIGURES and _is_number(text, *match.span()):
            yield match.span()
