"""The mail as the author would read it, before the decision."""

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from comments.actions import Refused
from comments.actions.bulk import reasons_told
from comments.actions.citing import Citations, acceptable_law
from comments.desk.cards import comment_with_uid
from comments.enums import Act, State
from comments.models import Comment
from comments.statements import Law
from comments.views.desk.act import again, entered
from comments.views.desk.forms import ReasonsForm, read_uid, sentences
from comments.views.desk.page import Kept, no_such_comment


def preview(request: HttpRequest, uid: str) -> HttpResponse:
    """The page again with the statement of reasons that these rules and this note give. Stores nothing."""
    if request.method != "POST":
        return redirect("moderation:comment", uid=uid)
    now = timezone.now()
    known = read_uid(uid)
    comment = comment_with_uid(known) if known else None
    if comment is None:
        return no_such_comment(request)
    form = ReasonsForm(request.POST)
    stands = {**entered(request), "is_open": True}
    if not form.is_valid():
        return again(request, comment, now, Kept(**stands, problems=sentences(form)), 400)
    sent = form.cleaned_data
    try:
        law = acceptable_law(sent["law"], sent["why"])
        text = statement(comment, sent["rule"], law, sent["note"], now)
    except Refused as refused:
        text = refused.sentence
    return again(request, comment, now, Kept(**stands, preview=text), 200)


def statement(comment: Comment, rule_keys: list[str], law: Law | None, note: str, now: datetime) -> str:
    """What the author would be told, with the queries of a decision. Raises as `Citations` does."""
    act = Act.REMOVED if comment.state == State.PUBLIC else Act.REJECTED
    cited = Citations([comment], rule_keys, now, law=law)
    return reasons_told([comment], act, cited, note, now)[0][1].text
