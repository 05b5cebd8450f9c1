"""Two questions of whoever runs the process: does it answer, and can it serve."""

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe


@csrf_exempt
@require_safe
def healthz(_request: HttpRequest) -> HttpResponse:
    """The process is up. Asks nothing of the database."""
    return _answer(200, "ok")


@csrf_exempt
@require_safe
def readyz(_request: HttpRequest) -> HttpResponse:
    """The database answers and every migration is applied; 503 with one word of why otherwise."""
    try:
        executor = MigrationExecutor(connection)
        waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError:
        return _answer(503, "no database")
    return _answer(503, "migrations waiting") if waiting else _answer(200, "ready")


def _answer(status: int, word: str) -> HttpResponse:
    response = HttpResponse(f"{word}\n", status=status, content_type="text/plain; charset=utf-8")
    response.headers["Cache-Control"] = "no-store"
    return response
