"""Writing a comment: the form on its own page, and an answer in sentences to whatever is sent."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import DatabaseError, InterfaceError
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from articles.models import Article, Publication
from comments import actions, links
from comments.actions import errors
from comments.forms import CommentForm, public_parent
from comments.models import Comment, Discussion, Policy
from comments.policies import in_force
from comments.rulebook import RuleChange, changes_between
from comments.threads import reason_closed
from comments.views.kept import kept_without_database
from comments.views.private import SeeOther, private_page, render_private
from comments.views.refusals import ShownRefusal, shown_refusal
from comments.views.stories import Place, live_at, live_story, path_of, story_once_at, without_story
from newsroom import outage
from newsroom.accounts.models import User
from newsroom.characters import displayable
from newsroom.html import already_clean

MOST_BYTES = 400_000
INVALID = 422


@dataclass(frozen=True, slots=True)
class Page:
    """What every answer of this page needs to know."""

    request: HttpRequest
    publication: Publication
    discussion: Discussion | None
    policy: Policy
    now: datetime

    @property
    def user(self) -> User | None:
        return self.request.user if isinstance(self.request.user, User) else None

    def form(self, *, sent: bool, parent: Comment | None = None) -> CommentForm:
        return CommentForm(
            self.request.POST if sent else None,
            discussion=self.discussion,
            policy=self.policy,
            needs_address=self.user is None,
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


@csrf_exempt
@private_page
def new(request: HttpRequest, **address: str) -> HttpResponse:
    """The form for a story's comment, or with `?parent=` an answer; POST sends it (303 to its private page).

    What is wrong is said at the field with everything kept (422). More than MOST_BYTES are not read at all
    (413); therefore the token is looked for only after that. Where the database is away, the text stays in
    the page (503), ready to be sent again.
    """
    if int(request.META.get("CONTENT_LENGTH") or 0) > MOST_BYTES:
        return render_private(
            request, "comments/too_large.html", {}, language=settings.LANGUAGE_CODE, status=413
        )
    try:
        return _new(request, path_of(address))
    except (DatabaseError, InterfaceError) as error:
        if request.method == "POST" and outage.is_away(error):
            return kept_without_database(request, error)
        raise


@csrf_protect
def _new(request: HttpRequest, path: str) -> HttpResponse:
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
        return _for_story(request, publication, now)


def _for_story(request: HttpRequest, publication: Publication, now: datetime) -> HttpResponse:
    policy = in_force(now)
    discussion = Discussion.objects.filter(article=publication.article).first()
    closed = reason_closed(discussion, policy, now)
    if closed or policy is None:
        status = INVALID if request.method == "POST" else 200
        return _closed(request, publication.article, publication, closed, status=status)
    page = Page(request, publication, discussion, policy, now)
    return _sent(page) if request.method == "POST" else _empty(page)


def _empty(page: Page) -> HttpResponse:
    given = page.request.GET.get("parent", "")
    parent = public_parent(given, page.discussion) if given else None
    if given and parent is None:
        notice = _(
            "The comment that you wanted to answer is not there (any more). You can comment on the story."
        )
        return _show(page, page.form(sent=False), Said(notice=notice), status=404)
    return _show(page, page.form(sent=False, parent=parent), Said(), status=200)


def _sent(page: Page) -> HttpResponse:
    form = page.form(sent=True)
    if not form.is_valid():
        form.renew(*form.forged())
        return _show(page, form, Said())
    try:
        sent = actions.submit(_draft(page, form), now=page.now)
    except errors.Refused as refused:
        return _refused(page, form, refused)
    return SeeOther(f"{links.mine_path(sent.comment)}?sent=1")


def _draft(page: Page, form: CommentForm) -> actions.Draft:
    said = form.cleaned_data
    return actions.Draft(
        article=page.publication.article,
        body=said["body"],
        form_key=said["form_key"],
        accepted_version=said["policy_version"],
        name=said.get("name", ""),
        address=said.get("email", ""),
        user=page.user,
        parent=form.parent_comment,
        ask_moderator="ask_moderator" in page.request.POST,
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
        case errors.TooManyConfirmations():
            form.add_error("email", refused.sentence)
        case errors.Unacceptable() if refused.field in form.fields:
            form.add_error(refused.field, refused.sentence)
        case errors.NoPolicy() | errors.DiscussionClosed() | errors.StoryGone():
            return _closed(
                page.request, page.publication.article, page.publication, refused.sentence, status=INVALID
            )
        case _:
            said.errors.append(refused.sentence)
    form.renew()
    return _show(page, form, said)


def _changes(accepted: int, current: Policy) -> list[RuleChange]:
    old = Policy.objects.posted().filter(version=accepted).first()
    return changes_between(old, current) if old else []


def _show(page: Page, form: CommentForm, said: Said, status: int = INVALID) -> HttpResponse:
    context: dict[str, Any] = {
        "publication": page.publication,
        "section": page.publication.section,
        "policy": page.policy,
        "form": form,
        "parent": form.parent_comment,
        "parent_html": _html_of(form.parent_comment),
        "writer": page.user,
        "said": said,
        "summary": _summary(form, said),
        "promise": settings.MODERATION_PROMISE_MINUTES,
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
