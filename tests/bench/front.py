"""Runs nginx with the configuration that docs/ ships in front of a newsroom, to measure on:
`python -m tests.bench.front --origin PORT --port PORT --folder FOLDER`, until it is ended.
"""

import argparse
import os
from pathlib import Path

from tests.faults.front import configuration, needed_nginx


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--origin", required=True, type=int, help="the newsroom's port on this machine")
    parser.add_argument("--port", required=True, type=int, help="nginx's port")
    parser.add_argument("--folder", required=True, type=Path, help="for its configuration and what it keeps")
    asked = parser.parse_args()
    folder = asked.folder.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "nginx.conf"
    file.write_text(configuration(folder, port=asked.port, origins=[asked.origin]))
    nginx = needed_nginx()
    os.execv(nginx, [nginx, "-p", str(folder), "-e", "stderr", "-c", str(file)])  # noqa: S606 - no shell is wanted


if __name__ == "__main__":
    main()
