"""Fails when requirements.txt does not pin, with hashes, what pyproject.toml asks for, or names a host."""

import re
import sys
import tomllib
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
LOCKED_EXTRAS = ("redis", "s3")
PIN = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==([^\s\\;]+)", re.MULTILINE)


def problems() -> list[str]:
    """What is wrong with the lock, a sentence each."""
    lock = (ROOT / "requirements.txt").read_text()
    pins = {canonicalize_name(name): version for name, version in PIN.findall(lock)}
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    found = []
    extras = [line for name in LOCKED_EXTRAS for line in project["optional-dependencies"][name]]
    for line in [*project["dependencies"], *extras]:
        wanted = Requirement(line)
        version = pins.get(canonicalize_name(wanted.name))
        if version is None:
            found.append(f"{wanted.name} is not locked.")
        elif version not in wanted.specifier:
            found.append(f"{wanted.name} is locked at {version}, which {wanted.specifier} rules out.")
    blocks = re.split(r"\n(?=[A-Za-z0-9])", lock)
    found += [
        f"{block.splitlines()[0]} has no hash."
        for block in blocks
        if PIN.match(block) and "--hash" not in block
    ]
    if "://" in lock:
        found.append("The lock names a host.")
    return found


if __name__ == "__main__":
    if found := problems():
        sys.exit("\n".join([*found, "Make it anew with the command in CONTRIBUTING.md."]))
    print("requirements.txt fits pyproject.toml.")
