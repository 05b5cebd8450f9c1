"""The commands that stand beside the tests, which no test would otherwise so much as load."""

import importlib
import pkgutil

import pytest

import tests

COMMANDS = [
    module.name
    for module in pkgutil.walk_packages(tests.__path__, "tests.")
    if module.name.startswith(("tests.bench.", "tests.browser.", "tests.faults."))
    and ".test_" not in module.name
]


@pytest.mark.parametrize("name", COMMANDS)
def test_command_finds_all_that_it_imports(name: str) -> None:
    assert importlib.import_module(name)
