#!/usr/bin/env python
"""Runs the project's commands; a checkout without settings of its own runs on the demo's."""

import os
import secrets
import signal
import sys
from pathlib import Path

DEMO_ENVIRONMENT = Path(__file__).resolve().parent / "var" / "demo" / "environment"


def make_demo_environment(path: Path) -> None:
    """Writes random secrets for a demo to `path`, readable by this user alone; an existing file is kept."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return
    with os.fdopen(descriptor, "w") as file:
        file.write(f"SECRET_KEY={secrets.token_urlsafe(50)}\nSEAL_KEY={secrets.token_urlsafe(50)}\n")


def use_demo_environment(path: Path) -> None:
    """Sets the demo's variables where the environment does not name its own."""
    for line in path.read_text().splitlines():
        name, _, value = line.partition("=")
        os.environ.setdefault(name, value)
    mail = path.parent / "mail"
    mail.mkdir(exist_ok=True)
    os.environ.setdefault("EMAIL_URL", f"file:///{mail}")
    os.environ.setdefault("ALLOWED_HOSTS", "127.0.0.1,localhost,[::1]")
    os.environ.setdefault("STATIC_FROM_SOURCE", "true")


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "newsroom.settings")
    if "SECRET_KEY" not in os.environ and os.environ["DJANGO_SETTINGS_MODULE"] == "newsroom.settings":
        if sys.argv[1:2] == ["demo"]:
            make_demo_environment(DEMO_ENVIRONMENT)
        if DEMO_ENVIRONMENT.exists():
            use_demo_environment(DEMO_ENVIRONMENT)
    # After the environment, which settings read when they are first asked for.
    from django.core.exceptions import ImproperlyConfigured  # noqa: PLC0415
    from django.core.management import execute_from_command_line  # noqa: PLC0415
    from django.db import OperationalError  # noqa: PLC0415
    from environs.exceptions import EnvError  # noqa: PLC0415

    try:
        execute_from_command_line(sys.argv)
    except (EnvError, ImproperlyConfigured) as error:
        sys.exit(f"{error}")
    except OperationalError as error:
        sys.exit(f"The database did not do what it was asked: {str(error).strip()}.")
    except BrokenPipeError:
        # Whoever read what we say has gone (`| head`). What Python still holds for them goes nowhere.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(128 + signal.SIGPIPE)


if __name__ == "__main__":
    main()
