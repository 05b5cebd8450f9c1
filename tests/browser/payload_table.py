"""`python -m tests.browser.payload_table [--write]`: all hostile texts through all doors, and a table of it.

Ends with status 1 where anything hostile came about, a test failed or a door did not report; `--write` puts the
table of a run without any of these into docs/reliability.md.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
django.setup()

from tests.browser.conftest import CHROMIUM  # noqa: E402
from tests.browser.hostile import DOORS  # noqa: E402
from tests.measured import ROOT, provenance, write  # noqa: E402

PAGE = ROOT / "docs" / "reliability.md"
BEGIN, END = "<!-- payloads: made by tests.browser.payload_table -->", "<!-- payloads: end -->"
TESTS = sorted(str(path) for path in Path(__file__).parent.glob("test_payload*.py"))


def main() -> None:
    """Runs every test that takes the shared texts, and prints a row for each door."""
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        rows = Path(folder) / "rows"
        rows.touch()
        command = [sys.executable, "-m", "pytest", "-q", "-n0", "-m", "long", "-k", "shared", *TESTS]
        run = subprocess.run(command, env={**os.environ, "PAYLOAD_ROWS": str(rows)}, check=False)
        told = [json.loads(line) for line in rows.read_text(encoding="utf-8").splitlines()]
    table = made(told, time.monotonic() - began)
    print(table)
    missed = set(DOORS.values()) - {row[0] for row in told}
    alarms = sum(row[-1] for row in told)
    if run.returncode or missed or alarms:
        sys.exit(f"{alarms} alarms; doors that did not report: {', '.join(sorted(missed)) or 'none'}.")
    if "--write" in sys.argv:
        write(table, PAGE, BEGIN, END)


def made(told: list[list[str | int]], seconds: float) -> str:
    """The table with the day, the machine and the commit above it."""
    chromium = subprocess.run([CHROMIUM, "--version"], capture_output=True, text=True, check=True).stdout
    head = f"{provenance()}, {chromium.strip()}; {seconds / 60:.0f} minutes."
    rows = [
        f"| {door} | {texts:,} | {stored or '–'} | {shown} | {alarms} |"
        for door, texts, stored, shown, alarms in told
    ]
    return "\n".join(
        [head, "", "| door | texts | stored | shown in | alarms |", "|---|---|---|---|---|", *rows]
    )


if __name__ == "__main__":
    main()
