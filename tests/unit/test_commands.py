"""The commands that stand beside the tests, which no test would otherwise so much as load."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[1]
FILES = [file for kind in ("bench", "browser", "faults") for file in sorted((TESTS / kind).glob("*.py"))]
COMMANDS = [
    f"tests.{file.parent.name}.{file.stem}"
    for file in FILES
    if "__main__" in file.read_text()
    and file.stem != "inside"  # which the fault run starts with settings given
]


@pytest.mark.parametrize("name", COMMANDS)
def test_command_finds_all_that_it_imports(name: str) -> None:
    """In a process of its own, as it is started: it must not live on what another has set up."""
    environment = {key: value for key, value in os.environ.items() if key != "DJANGO_SETTINGS_MODULE"}
    command = [sys.executable, "-c", f"import {name}"]
    done = subprocess.run(
        command, check=False, cwd=TESTS.parent, env=environment, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
