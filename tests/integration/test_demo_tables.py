"""The tables that the demo makes at once are those of the migrations, with the same rows in them."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.faults.serving import environment_of, manage

MAKE = "from newsroom.demo.tables import make_tables; make_tables()"
OF_EACH_RUN = {"id", "applied", "content_type_id", "group_id", "permission_id"}


def made(folder: Path, *arguments: str) -> sqlite3.Connection:
    done = manage(environment_of(f"sqlite:///{folder}/{arguments[0]}.sqlite3"), *arguments)
    assert (done.returncode, done.stderr) == (0, "")
    return sqlite3.connect(folder / f"{arguments[0]}.sqlite3")


def parts_of(sql: str) -> Iterator[str]:
    """The columns and constraints of a CREATE TABLE."""
    depth, part = 0, ""
    for sign in sql[sql.index("(") + 1 : sql.rindex(")")]:
        depth += (sign == "(") - (sign == ")")
        if sign == "," and not depth:
            yield part.strip()
            part = ""
        else:
            part += sign
    yield part.strip()


def tables_of(database: sqlite3.Connection) -> dict[str, Any]:
    found = database.execute(
        "SELECT name, sql FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
    )
    return {name: sorted(parts_of(sql)) for name, sql in found}


def indexes_of(database: sqlite3.Connection) -> list[str]:
    return sorted(
        sql for (sql,) in database.execute("SELECT sql FROM sqlite_master WHERE type = 'index' AND sql != ''")
    )


def rows_of(database: sqlite3.Connection, table: str) -> list[str]:
    """The table's rows without what differs from run to run."""
    names = [column[1] for column in database.execute(f'PRAGMA table_info("{table}")')]
    wanted = ", ".join(f'"{name}"' for name in sorted(set(names) - OF_EACH_RUN)) or "1"
    return sorted(map(repr, database.execute(f'SELECT {wanted} FROM "{table}"')))  # noqa: S608


def test_tables_made_at_once_are_those_of_the_migrations(tmp_path: Path) -> None:
    migrated = made(tmp_path, "migrate", "--verbosity", "0")
    at_once = made(tmp_path, "shell", "--verbosity", "0", "--command", MAKE)
    assert tables_of(at_once) == tables_of(migrated)
    assert indexes_of(at_once) == indexes_of(migrated)
    for table in tables_of(migrated):
        assert rows_of(at_once, table) == rows_of(migrated, table)
    planned = manage(environment_of(f"sqlite:///{tmp_path}/shell.sqlite3"), "migrate", "--check")
    assert planned.returncode == 0
