"""`python -m tests.browser.payload_table [--write]`: the payload run, and its table for docs/security.md."""

import json
import os
import subprocess
import sys
import tempfile
from datetime import date
from pathlib import Path

from tests.measured import commit

PAGE = Path(__file__).resolve().parents[2] / "docs" / "security.md"
BEGIN, END = "<!-- payloads: made by tests.browser.payload_table -->", "<!-- payloads: end -->"


def main() -> None:
    """Runs all doors; where no test failed, prints a row for each, and with --write puts them into the handbook."""
    with tempfile.TemporaryDirectory() as folder:
        rows = Path(folder) / "rows"
        tests = ["tests/browser/test_payloads.py", "tests/browser/test_payload_doors.py", "-k", "not own"]
        command = [sys.executable, "-m", "pytest", "-q", "-n0", *tests]
        failed = subprocess.run(
            command, env={**os.environ, "PAYLOAD_ROWS": str(rows)}, check=False
        ).returncode
        if failed:
            sys.exit("There were alarms, or a test failed; the table stays as it is.")
        table = made(rows.read_text(encoding="utf-8").splitlines())
    print(table)
    if "--write" in sys.argv:
        before, _begin, rest = PAGE.read_text().partition(BEGIN)
        PAGE.write_text(f"{before}{BEGIN}\n{table}\n{END}{rest.partition(END)[2]}")


def made(lines: list[str]) -> str:
    head = ["| door | texts | stored | shown in | alarms |", "|---|---|---|---|---|"]
    rows = [
        f"| {door} | {texts:,} | {f'{stored:,}' if stored else '–'} | {shown} | 0 |"
        for door, texts, stored, shown in map(json.loads, lines)
    ]
    return "\n".join([f"{date.today().isoformat()}, commit {commit()}.", "", *head, *rows])  # noqa: DTZ011


if __name__ == "__main__":
    main()
