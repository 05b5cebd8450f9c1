"""What PostgreSQL's plans say of a query: which large tables it reads from end to end."""

import json
from collections.abc import Iterator
from typing import Any

from django.db import connection

LARGE = 20_000
"""Rows from which on a table grows with the newsroom; people, rules and sections stay below it."""

QUESTIONS = ("SELECT", "(SELECT", "WITH", "EXECUTE")
"""How what has a plan begins; a union begins with a bracket."""


def whole_tables_read(sql: str, *, rows: int = LARGE) -> Iterator[str]:
    """The tables of so many rows that a query's plan scans sequentially; nothing for what is no query. Two queries."""
    if sql.startswith(QUESTIONS):
        large = _tables_of(rows)
        for node in nodes(plan_of(sql, "FORMAT JSON")):
            if node["Node Type"] == "Seq Scan" and node["Relation Name"] in large:
                yield node["Relation Name"]


def plan_of(sql: str, options: str) -> dict[str, Any]:
    """The topmost node of a query's plan."""
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN ({options}) {sql.replace('%', '%%')}", [])
        plan: Any = cursor.fetchone()[0]
    top: dict[str, Any] = (json.loads(plan) if isinstance(plan, str) else plan)[0]["Plan"]
    return top


def nodes(top: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The node and all below it."""
    yield top
    for below in top.get("Plans", []):
        yield from nodes(below)


def _tables_of(rows: int) -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname FROM pg_class WHERE relkind = 'r' AND reltuples >= %s", [rows])
        return {name for (name,) in cursor.fetchall()}
