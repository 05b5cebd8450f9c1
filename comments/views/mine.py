"""The author's own view of a comment in any state, at an address that only they were given."""

import uuid
from datetime import datetime
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from comments import actions, links
from comments.actions import errors
from comments.actions.bulk import leaves_at
from comments.actions.resending import can_be_resent
from comments.actions.transitions import ANSWERS
from comments.enums import Act, Effect, GroundKind, StandingReason, State
from comments.live import live_story
from comments.models import Comment, Decision
from comments.rulebook import ShownRule, as_they_stood
from comments.views.private import SeeOther, private_page, render_private
from newsroom.html import already_clean

DECIDED = (State.REJECTED, State.REMOVED)


@private_page
def mine(request: HttpRequest, uid: uuid.UUID, token: str) -> HttpResponse:
    """What has become of the comment and why; POST takes it back. 404 for a wrong token or once erased."""
    comment, now = own_comment(uid, token), timezone.now()
    with translation.override(comment.discussion.article.language):
        return _withdrawn(request, comment, now) if request.method == "POST" else _show(request, comment, now)


def own_comment(uid: uuid.UUID, token: str) -> Comment:
    """The comment for whoever was given its private address. One query; 404 for anybody else, or once erased."""
    rows = Comment.objects.select_related("discussion__article", "commenter__user", "current_text", "policy")
    rows = rows.select_related("supersedes", "parent")
    comment: Comment = get_object_or_404(rows, uid=uid)
    if (
        not links.check_mine_token(comment, token)
        or comment.current_text is None
        or comment.commenter.erased_at
    ):
        raise Http404
    return comment


def _withdrawn(request: HttpRequest, comment: Comment, now: datetime) -> HttpResponse:
    given = request.POST.get("version", "")
    if not (given.isascii() and given.isdigit() and len(given) < 9):
        problem = _(
            "The form did not say which state of your comment you saw. Look at it below and try again."
        )
        return _show(request, comment, now, problem=problem, status=422)
    try:
        actions.withdraw(comment.pk, now=now, seen_version=int(given))
    except errors.StaleView:
        problem = _(
            "Your comment has changed since you opened this page, so it was not taken back. Look again."
        )
        return _show(request, comment, now, problem=problem, status=409)
    except errors.Refused as refused:
        return _show(request, comment, now, problem=refused.sentence, status=409)
    return SeeOther(links.mine_path(comment))


def _show(
    request: HttpRequest, comment: Comment, now: datetime, *, problem: str = "", status: int = 200
) -> HttpResponse:
    assert comment.current_text is not None  # noqa: S101 - seen to by the caller
    article = comment.discussion.article
    decision = _last_decision(comment)
    publication = live_story(article, now)
    context: dict[str, Any] = {
        "comment": comment,
        "token": links.mine_token(comment),
        "html": already_clean(comment.current_text.html),
        "publication": publication,
        "section": publication.section if publication else None,
        "headline": publication.headline if publication else "",
        "own_address": links.absolute(links.mine_path(comment)),
        "just_sent": "sent" in request.GET and comment.state != State.WITHDRAWN,
        "address": comment.commenter.address,
        "promise": settings.MODERATION_PROMISE_MINUTES,
        "rules": _rules(comment, decision),
        "standing": _standing(comment, decision),
        "statement_path": _statement_path(comment, decision, now),
        "law": _law(comment, decision),
        "note": decision.evidence.note if decision and comment.state in DECIDED else "",
        "may_resend": publication is not None and can_be_resent(comment),
        **_versions(comment),
        "may_withdraw": comment.state != State.WITHDRAWN,
        "problem": problem,
    }
    return render_private(request, "comments/mine.html", context, language=article.language, status=status)


def _last_decision(comment: Comment) -> Decision | None:
    rows = (
        comment.decisions.exclude(act__in=(Act.UNDONE, *ANSWERS))
        .select_related("evidence")
        .prefetch_related("grounds__rule__policy")
    )
    return rows.order_by("-seq").first()


def _rules(comment: Comment, decision: Decision | None) -> list[ShownRule]:
    """The rules that the last decision names, or of a waiting comment those that hold it, as they stood."""
    if comment.state in DECIDED and decision:
        rules = [ground.rule for ground in decision.grounds.all() if ground.rule]
    elif comment.state == State.HELD and comment.current_text:
        findings = comment.current_text.findings.exclude(effect=Effect.NOTE).exclude(rule=None)
        rules = [finding.rule for finding in findings.select_related("rule__policy") if finding.rule]
    else:
        return []
    return as_they_stood(rules)


def _law(comment: Comment, decision: Decision | None) -> str:
    if comment.state not in DECIDED or decision is None:
        return ""
    return next((ground.key for ground in decision.grounds.all() if ground.kind == GroundKind.LAW), "")


def _statement_path(comment: Comment, decision: Decision | None, now: datetime) -> str:
    """Where the statement of reasons can be read, from the moment at which its mail leaves."""
    if comment.state not in DECIDED or decision is None or now < leaves_at(decision.at):
        return ""
    return links.statement_path(comment, decision.subject_version)


def _versions(comment: Comment) -> dict[str, str]:
    """The private addresses of the comment that this one corrects, and of its own correction; "" without one."""
    successor = Comment.objects.filter(supersedes=comment).first()
    original = comment.supersedes
    return {
        "successor_path": links.mine_path(successor) if successor else "",
        "original_path": links.mine_path(original) if original else "",
    }


def _standing(comment: Comment, decision: Decision | None) -> list[str]:
    if comment.state != State.HELD or comment.current_text is None:
        return []
    found = set(comment.current_text.findings.exclude(standing="").values_list("standing", flat=True))
    if decision:
        found |= {ground.key for ground in decision.grounds.all() if ground.kind == GroundKind.STANDING}
    return [str(reason.label) for reason in StandingReason if reason in found]
