"""Writing a comment: the form on its own page, and an answer in sentences to whatever is sent."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from articles.models import Article, Publication
from comments import actions, links
from comments.actions import errors
from comments.actions.barring import kept_out
from comments.actions.errors import Barred, WarningUnread
from comments.figures import current_wait
from comments.forms import CommentForm, public_parent
from comments.letters import address_of
from comments.live import discussion_of, live_at, live_story, mode_of
from comments.models import Comment, Discussion, Policy
from comments.modes import Applied
from comments.policies import in_force, next_rules
from comments.rulebook import RuleChange, changes_between
from comments.telling_modes import read_first_sentence
from comments.threads import reason_closed
from comments.views.kept import keeps_comment
from comments.views.private import SeeOther, private_page, render_private
from comments.views.refusals import ShownRefusal, shown_refusal
from comments.views.sanction import read_uid, told_of
from comments.views.stories import Place, path_of, story_once_at, without_story
from newsroom.accounts.models import User
from newsroom.characters import displayable
from newsroom.html import already_clean
from newsroom.networks import network_key
from newsroom.throttle import seconds_to_wait

INVALID = 422
THROTTLE_SPAN = 600
"""Seconds in which one network may send COMMENT_FORMS_PER_NETWORK forms."""


@dataclass(frozen=True, slots=True)
class Page:
    """What every answer of this page needs to know."""

    request: HttpRequest
    publication: Publication
    discussion: Discussion | None
    applied: Applied
    policy: Policy
    now: datetime
    original: Comment | None = None
    """The rejected comment that its author corrects."""

    @property
    def user(self) -> User | None:
        return self.request.user if isinstance(self.request.user, User) else None

    def form(self, *, sent: bool, parent: Comment | None = None) -> CommentForm:
        return CommentForm(
            self.request.POST if sent else None,
            discussion=self.discussion,
            policy=self.policy,
            needs_address=self.user is None and self.original is None,
            now=self.now,
            parent=parent,
        )


@dataclass(slots=True)
class Said:
    """What the form says beside its fields."""

    errors: list[str] = field(default_factory=list)
    notice: str = ""
    refusal: ShownRefusal | None = None
    changes: list[RuleChange] = field(default_factory=list)
    out: Barred | WarningUnread | None = None
    """What keeps a signed-in reader from sending, where the form is new."""


@private_page
@keeps_comment
def new(request: HttpRequest, **address: str) -> HttpResponse:
    """The form for a story's comment, or with `?parent=` an answer; POST sends it (303 to its private page).

    What is wrong is said at the field with everything kept (422), and so is a network that sends too much (429).
    """
    path = path_of(address)
    now = timezone.now()
    publication = live_at(path, now)
    if publication is None and request.method == "POST":
        article = story_once_at(path, now)
        publication = live_story(article, now) if article else None
        if publication is None and article:
            return _closed(
                request, article, None, _("This story is not published at the moment."), status=410
            )
    if publication is None:
        return without_story(request, Place(path, "comments/new/"), now)
    with translation.override(publication.language):
        return for_story(request, publication, now)


def for_story(
    request: HttpRequest, publication: Publication, now: datetime, *, original: Comment | None = None
) -> HttpResponse:
    """The form for a live story, or what came of it; with `original`, the form that sends that comment corrected."""
    policy = in_force(now)
    discussion = discussion_of(publication)
    applied = mode_of(publication, discussion, now)
    closed = reason_closed(applied, policy)
    if closed or policy is None:
        status = INVALID if request.method == "POST" else 200
        return _closed(request, publication.article, publication, closed, status=status)
    page = Page(request, publication, discussion, applied, policy, now, original)
    return _sent(page) if request.method == "POST" else _empty(page)


def _empty(page: Page) -> HttpResponse:
    out = kept_out(page.user, page.now) if page.user is not None else None
    if isinstance(out, errors.Barred):
        return _barred(page, out, status=200)
    if page.original is not None:
        form = page.form(sent=False, parent=_parent_of(page.original, page.discussion))
        form.initial["body"] = page.original.current_text.body if page.original.current_text else ""
        return _show(page, form, Said(out=out), status=200)
    given = page.request.GET.get("parent", "")
    parent = public_parent(given, page.discussion) if given else None
    if given and parent is None:
        notice = _(
            "The comment that you wanted to answer is not there (any more). You can comment on the story."
        )
        return _show(page, page.form(sent=False), Said(notice=notice, out=out), status=404)
    return _show(page, page.form(sent=False, parent=parent), Said(out=out), status=200)


def _sent(page: Page) -> HttpResponse:
    form = page.form(sent=True)
    if wait := _seconds_to_wait(page):
        return _throttled(page, form, wait)
    if not form.is_valid():
        form.renew(*form.forged())
        return _show(page, form, Said())
    try:
        sent = actions.submit(_draft(page, form), now=page.now)
    except errors.Refused as refused:
        return _refused(page, form, refused)
    return SeeOther(f"{links.mine_path(sent.comment)}?sent=1")


def _seconds_to_wait(page: Page) -> int:
    return seconds_to_wait(
        "comment-forms",
        network_key(page.request.META.get("REMOTE_ADDR", "")),
        most=settings.COMMENT_FORMS_PER_NETWORK,
        seconds=THROTTLE_SPAN,
        now=page.now,
    )


def _throttled(page: Page, form: CommentForm, wait: int) -> HttpResponse:
    """The form with all that was written: from this network too many came, whoever sent them (429)."""
    sentence = ngettext(
        "Very many comments come from your network at the moment. Your text is kept: send it again in a minute.",
        "Very many comments come from your network at the moment. "
        "Your text is kept: send it again in %(minutes)s minutes.",
        -(-wait // 60),
    ) % {"minutes": -(-wait // 60)}
    form.renew()
    response = _show(page, form, Said(errors=[sentence]), status=429)
    response.headers["Retry-After"] = str(wait)
    return response


def _parent_of(original: Comment, discussion: Discussion | None) -> Comment | None:
    """What the corrected comment answered, if that is still public."""
    return public_parent(str(original.parent.uid), discussion) if original.parent else None


def _draft(page: Page, form: CommentForm) -> actions.Draft:
    said = form.cleaned_data
    by = {"name": said.get("name", ""), "address": said.get("email", ""), "user": page.user}
    if page.original is not None and (page.user is None or page.original.commenter.user_id != page.user.pk):
        # The private address shows who they are but does not prove it: they confirm by mail, as guests do.
        by = {"name": page.original.name, "address": address_of(page.original), "user": None}
    return actions.Draft(
        article=page.publication.article,
        body=said["body"],
        form_key=said["form_key"],
        accepted_version=said["policy_version"],
        **by,
        parent=form.parent_comment,
        supersedes=page.original,
        ask_moderator="ask_moderator" in page.request.POST,
        acknowledges=read_uid(page.request.POST.get("acknowledges", "")),
        robot_suspected=form.robot_suspected,
        network=page.request.META.get("REMOTE_ADDR", ""),
        language=page.publication.language,
    )


def _refused(page: Page, form: CommentForm, refused: errors.Refused) -> HttpResponse:
    """The form again, with what stands against the comment where the reader can mend it."""
    said = Said()
    match refused:
        case errors.Refusal():
            said.refusal = shown_refusal(refused.outcome, page.policy, form.cleaned_data["body"])
            for caught in said.refusal.rules:
                form.add_error("body", caught.sentence)
        case errors.PolicyChanged():
            said.changes = _changes(form.cleaned_data["policy_version"], page.policy)
            form.add_error("accept_policy", refused.sentence)
            form.renew("policy_version")
        case errors.AlreadySent():
            said.errors.append(
                _(
                    "A comment was sent with this form already, with another text, and stands. "
                    "To send this text as a further comment, press the button again."
                )
            )
            form.renew("form_key")
        case errors.ParentGone():
            form.parent_comment = None
            said.errors.append(refused.sentence)
            form.renew("parent")
        case errors.Barred():
            return _barred(page, refused, status=INVALID)
        case errors.WarningUnread():
            said.errors.append(refused.sentence)
        case errors.TooManyConfirmations():
            form.add_error("email", refused.sentence)
        case errors.Unacceptable() if refused.field in form.fields:
            form.add_error(refused.field, refused.sentence)
        case errors.NoPolicy() | errors.DiscussionClosed() | errors.StoryGone():
            # A story that goes while the form is being sent is gone, as it is a moment later.
            status = 410 if isinstance(refused, errors.StoryGone) else INVALID
            return _closed(
                page.request, page.publication.article, page.publication, refused.sentence, status=status
            )
        case _:
            said.errors.append(refused.sentence)
    form.renew()
    return _show(page, form, said)


def _changes(accepted: int, current: Policy) -> list[RuleChange]:
    old = Policy.objects.posted().filter(version=accepted).first()
    return changes_between(old, current) if old else []


def _barred(page: Page, refused: errors.Barred, *, status: int) -> HttpResponse:
    """That they cannot comment, until when and why, with what was written, to be copied."""
    context = {
        **told_of(refused),
        "publication": page.publication,
        "section": page.publication.section,
        "text": displayable(page.request.POST.get("body", ""))[:50_000],
    }
    language = page.publication.language
    return render_private(page.request, "comments/barred.html", context, language=language, status=status)


def _warning(page: Page, said: Said) -> dict[str, Any]:
    """A warning that a signed-in reader has not acknowledged, to stand in the form with all that it says."""
    out = said.out
    if page.user is not None and page.request.method == "POST":
        out = kept_out(page.user, page.now)
    return {"warning": told_of(out)} if isinstance(out, errors.WarningUnread) else {}


def _show(page: Page, form: CommentForm, said: Said, status: int = INVALID) -> HttpResponse:
    context: dict[str, Any] = {
        "publication": page.publication,
        "section": page.publication.section,
        "policy": page.policy,
        "announced": next_rules(page.policy, page.now),
        "form": form,
        "parent": form.parent_comment,
        "parent_html": _html_of(form.parent_comment),
        "writer": page.user if page.original is None else None,
        "original": page.original,
        "action": page.request.path,
        "said": said,
        "summary": _summary(form, said),
        "has_read": page.request.POST.get("acknowledges", ""),
        **_warning(page, said),
        "read_first": read_first_sentence(page.applied),
        "wait": current_wait(page.now),
    }
    language = page.publication.language
    return render_private(page.request, "comments/new.html", context, language=language, status=status)


def _html_of(parent: Comment | None) -> SafeString:
    return already_clean(parent.current_text.html if parent and parent.current_text else "")


def _summary(form: CommentForm, said: Said) -> list[tuple[str, str]]:
    """Each error with the id of the field to mend; hidden fields have none, so theirs lead to the text."""
    if not form.is_bound:
        return []
    body = form["body"].id_for_label
    own = [(body, sentence) for sentence in said.errors]
    fields = [
        (body if form[name].is_hidden else form[name].id_for_label, str(sentence))
        for name in form.fields
        for sentence in form.errors.get(name, [])
    ]
    return own + fields


def _closed(
    request: HttpRequest, article: Article, publication: Publication | None, reason: str, *, status: int
) -> HttpResponse:
    """That nobody can write here now, with what was written, to be copied."""
    context = {
        "publication": publication,
        "section": publication.section if publication else None,
        "reason": reason,
        "text": displayable(request.POST.get("body", ""))[:50_000],
    }
    return render_private(request, "comments/closed.html", context, language=article.language, status=status)
