"""The mail as the author would read it, before the decision."""

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from comments.actions.errors import RuleNeeded
from comments.desk.cards import comment_with_uid
from comments.desk.findings import reasons_of
from comments.enums import State
from comments.links import rule_url
from comments.mail import CitedRule, headlines, statement_of_reasons
from comments.models import Comment
from comments.rulebook import rules_of
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
    text = statement(comment, form.cleaned_data["rule"], form.cleaned_data["note"], now)
    return again(request, comment, now, Kept(**stands, preview=text), 200)


def statement(comment: Comment, rule_keys: list[str], note: str, now: datetime) -> str:
    """What the author would be told. Three queries; without a rule it is asked for one."""
    rules = [rule for rule in rules_of(comment.policy) if rule.key in rule_keys]
    if not rules:
        return str(RuleNeeded.reason)
    text = comment.current_text
    found = reasons_of(text, text.findings.all() if text else []).found
    cited = [
        CitedRule(
            number=rule.number,
            version=comment.policy.version,
            title=rule.title,
            text=rule.text,
            url=rule_url(comment.policy, rule.number),
            words=list(dict.fromkeys(one.words for one in found if one.key == rule.key and one.words)),
        )
        for rule in rules
    ]
    removed = comment.state == State.PUBLIC
    return statement_of_reasons(comment, cited, headlines([comment], now), note=note, removed=removed).text
