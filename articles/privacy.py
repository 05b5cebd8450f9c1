"""What the stories keep of a person who works here. Bylines and history are the paper's record and stay."""

from datetime import datetime
from typing import Any

from articles.models import Author, PageVersion, Revision, WorkingCopy

PERSONAL_FIELDS = {
    "articles.Author": {"name", "role", "biography", "user"},
    "articles.WorkingCopy": {"editor", "content"},
}


def export_person(address: str) -> dict[str, Any]:
    """The person's public author page, unsaved texts, and how many revisions they saved. Three queries."""
    author = Author.objects.filter(user__email=address.lower()).first()
    copies = WorkingCopy.objects.filter(editor__email=address.lower())
    exported: dict[str, Any] = {}
    if author:
        exported["author"] = {"name": author.name, "role": author.role, "biography": author.biography}
    if unsaved := [{"story": copy.article_id, "content": copy.content} for copy in copies]:
        exported["unsaved texts"] = unsaved
    if saved := Revision.objects.filter(created_by__email=address.lower()).count():
        exported["revisions saved"] = saved
    return exported


def erase_person(address: str, *, now: datetime) -> int:
    """Drops unsaved texts and unties the author page from the sign-in. Returns how many rows changed."""
    dropped, _by_model = WorkingCopy.objects.filter(editor__email=address.lower()).delete()
    untied = Author.objects.filter(user__email=address.lower()).update(user=None, biography="")
    if untied:
        PageVersion.objects.rise("furniture")
    return dropped + untied
