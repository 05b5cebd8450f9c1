"""The admin's pages in which who leads moderation drafts, previews and posts the policy."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from comments import posting, trials
from comments.admin.check_forms import checks_explained
from comments.admin.differences import difference
from comments.admin.policy_forms import PostForm, words_form
from comments.admin.rule_forms import rules_form
from comments.admin.trials import TrialForm, context_of
from comments.models import Policy, PolicyTrial
from comments.permissions import can_post_policy
from comments.policy_content import DraftContent, content_of, seal_of
from comments.policy_translations import progress_of
from comments.views.policy import parts_of, preview_of
from newsroom.accounts.models import User

TEMPLATES = "admin/comments/policy"


@admin.register(Policy)
class PolicyAdmin(admin.ModelAdmin[Policy]):
    """All versions. Only a draft can be changed, nothing can be deleted."""

    list_display = ["version", "title", "kind", "state", "effective_from", "posted_by", "posted_at"]
    list_display_links = ["version", "title"]
    list_select_related = ["posted_by", "mends"]
    ordering = ["-version"]
    actions = None
    change_list_template = f"{TEMPLATES}/change_list.html"

    @admin.display(description=gettext_lazy("state"))
    def state(self, policy: Policy) -> str:
        if policy.posted_at is None or policy.effective_from is None:
            return _("Draft")
        now = timezone.now()
        if policy.effective_from > now:
            return _("Announced")
        return _("In force") if Policy.objects.in_force(now) == policy else _("Replaced")

    @admin.display(description=gettext_lazy("kind"))
    def kind(self, policy: Policy) -> str:
        if policy.mends is None:
            return _("Rules")
        return _("Editorial, mends the words of version %(version)s") % {"version": policy.mends.version}

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Policy | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Policy | None = None) -> bool:
        return can_post_policy(_user(request)) and (obj is None or obj.posted_at is None)

    def has_view_permission(self, request: HttpRequest, obj: Policy | None = None) -> bool:
        return can_post_policy(_user(request)) or request.user.has_perm("comments.view_policy")

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        return [
            path("draft/", wrap(require_POST(self.draft_view)), name="comments_policy_draft"),
            path("mend/", wrap(require_POST(self.mend_view)), name="comments_policy_mend"),
            path("<int:pk>/preview/", wrap(self.preview_view), name="comments_policy_preview"),
            path("<int:pk>/post/", wrap(self.post_view), name="comments_policy_post"),
            path("<int:pk>/difference/", wrap(self.difference_view), name="comments_policy_difference"),
            path("<int:pk>/trials/", wrap(self.trials_view), name="comments_policy_trials"),
            path("<int:pk>/trials/<int:number>/", wrap(self.trial_view), name="comments_policy_trial"),
            path(
                "<int:pk>/trials/<int:number>/stop/",
                wrap(require_POST(self.stop_view)),
                name="comments_policy_trial_stop",
            ),
            *super().get_urls(),
        ]

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        shown = {
            "may_post": can_post_policy(_user(request)),
            "draft": Policy.objects.filter(posted_at=None).first(),
            "last": Policy.objects.posted().order_by("-version").first(),
            **(extra_context or {}),
        }
        return super().changelist_view(request, shown)

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """A draft for who may post is a form; everything else is there to be read."""
        policy = self.get_object(request, object_id)
        if policy is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)  # type: ignore[attr-defined, no-any-return]
        if not self.has_view_permission(request, policy):
            raise PermissionDenied
        if self.has_change_permission(request, policy):
            return self._edit(request, policy)
        if request.method == "POST":
            raise PermissionDenied(_("A posted version cannot be changed."))
        content = content_of(policy)
        progress = progress_of(content, None)
        return self._page(
            request, "read", policy, **parts_of(policy), checks=content.rules, progress=progress
        )

    def draft_view(self, request: HttpRequest) -> HttpResponse:
        """Begins the next version and opens it; where one is being drafted, says so and leads to the list."""
        return self._begin(request, posting.draft_next)

    def mend_view(self, request: HttpRequest) -> HttpResponse:
        """The same for an editorial version."""
        return self._begin(request, posting.draft_mended)

    def _begin(self, request: HttpRequest, begin: Callable[..., Policy]) -> HttpResponse:
        try:
            policy = begin(by=_user(request), now=timezone.now())
        except posting.Refused as refused:
            messages.error(request, str(refused))
            return HttpResponseRedirect(reverse("admin:comments_policy_changelist"))
        return HttpResponseRedirect(reverse("admin:comments_policy_change", args=[policy.pk]))

    def preview_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The version as readers will see it, in the language that `?language=` names, kept by nobody."""
        policy = get_object_or_404(Policy, pk=pk)
        if not self.has_view_permission(request, policy):
            raise PermissionDenied
        return preview_of(request, policy, timezone.now())

    def difference_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """What changes against the version in force: words, rules, their order, their checks."""
        policy = get_object_or_404(Policy, pk=pk)
        if not self.has_view_permission(request, policy):
            raise PermissionDenied
        return self._page(request, "difference", policy, **_difference(policy))

    def trials_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The draft's trials, and the form that begins one; POST begins it and leads to its page."""
        policy = get_object_or_404(Policy, pk=pk)
        if not can_post_policy(_user(request)):
            raise PermissionDenied
        form = TrialForm(request.POST or None)
        refused: list[str] = []
        if request.method == "POST" and form.is_valid():
            try:
                trial = trials.begin(
                    policy, days=form.cleaned_data["days"], by=_user(request), now=timezone.now()
                )
            except posting.Refused as error:
                refused = error.sentences
            else:
                return HttpResponseRedirect(
                    reverse("admin:comments_policy_trial", args=[policy.pk, trial.pk])
                )
        status = 422 if request.method == "POST" else 200
        shown = {
            "form": form,
            "refused": refused,
            "trials": PolicyTrial.objects.filter(policy=policy).select_related("started_by")[:50],
        }
        return self._page(request, "trials", policy, status=status, **shown)

    def trial_view(self, request: HttpRequest, pk: int, number: int) -> HttpResponse:
        """How far a trial is and what it found; only the part that changes, where script asks for it."""
        trial = get_object_or_404(PolicyTrial.objects.select_related("policy"), pk=number, policy=pk)
        if not can_post_policy(_user(request)):
            raise PermissionDenied
        template = "_trial" if getattr(request, "htmx", None) else "trial"
        return self._page(request, template, trial.policy, **context_of(trial, request.GET))

    def stop_view(self, request: HttpRequest, pk: int, number: int) -> HttpResponse:
        """Stops a trial, keeping what it found."""
        trial = get_object_or_404(PolicyTrial, pk=number, policy=pk)
        if not trials.stop(trial, by=_user(request), now=timezone.now()):
            messages.warning(request, _("This trial had ended already."))
        return HttpResponseRedirect(reverse("admin:comments_policy_trial", args=[pk, number]))

    def post_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Asks whether and from when; POST posts the version for good."""
        policy = get_object_or_404(Policy, pk=pk)
        if not can_post_policy(_user(request)):
            raise PermissionDenied
        content = content_of(policy)
        form = PostForm(request.POST or None, initial={"seen": seal_of(content)})
        refused: list[str] = []
        if request.method == "POST" and form.is_valid():
            try:
                return self._post(request, policy, form)
            except posting.Refused as error:
                refused = error.sentences
        if policy.posted_at is not None:
            refused = refused or [_("Version %(version)s was posted already.") % {"version": policy.version}]
            messages.error(request, " ".join(refused))
            return HttpResponseRedirect(reverse("admin:comments_policy_change", args=[policy.pk]))
        status = 422 if request.method == "POST" else 200
        shown = {
            "form": form,
            "problems": refused or posting.problems_of(content),
            "progress": progress_of(content, _content_before(policy)),
            **_difference(policy),
            **parts_of(policy),
        }
        return self._page(request, "post", policy, status=status, **shown)

    def _post(self, request: HttpRequest, policy: Policy, form: PostForm) -> HttpResponse:
        start = form.cleaned_data["at"] if form.cleaned_data["when"] == "at" else None
        seen, now = form.cleaned_data["seen"], timezone.now()
        posted = posting.post(policy.pk, by=_user(request), effective_from=start, seen=seen, now=now)
        self.log_change(request, posted, _("Posted."))
        messages.success(request, _("Version %(version)s is posted.") % {"version": posted.version})
        return HttpResponseRedirect(reverse("admin:comments_policy_change", args=[policy.pk]))

    def _edit(self, request: HttpRequest, policy: Policy) -> HttpResponse:
        content, lists = content_of(policy), posting.phrase_lists()
        sent = request.POST if request.method == "POST" else None
        form = words_form(content, editorial=policy.is_editorial, seen=seal_of(content), data=sent)
        rules = rules_form(content, lists, editorial=policy.is_editorial, data=sent)
        refused: list[str] = []
        if sent is not None and all([form.is_valid(), rules.is_valid()]):
            written, seen = form.content(content, rules), form.cleaned_data["seen"]
            try:
                posting.save_draft(policy.pk, by=_user(request), content=written, seen=seen)
            except posting.Refused as error:
                refused = error.sentences
            else:
                return self._saved(request, policy)
        rules.tell_problems()
        shown = {
            "form": form,
            "rules": rules,
            "refused": refused,
            "problems": posting.problems_of(content) if sent is None else [],
            "progress": progress_of(content, _content_before(policy)),
            "is_sent": sent is not None,
            "checks": checks_explained(),
        }
        return self._page(request, "edit", policy, status=422 if sent is not None else 200, **shown)

    def _saved(self, request: HttpRequest, policy: Policy) -> HttpResponse:
        messages.success(request, _("The draft is saved. Readers do not see it before it is posted."))
        goal = "post" if "_post" in request.POST else "preview" if "_preview" in request.POST else "change"
        return HttpResponseRedirect(reverse(f"admin:comments_policy_{goal}", args=[policy.pk]))

    def _page(
        self, request: HttpRequest, template: str, policy: Policy, *, status: int = 200, **shown: Any
    ) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": str(policy),
            "policy": policy,
            "may_post": can_post_policy(_user(request)),
            **shown,
        }
        return TemplateResponse(request, f"{TEMPLATES}/{template}.html", context, status=status)


def _user(request: HttpRequest) -> User:
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user


def _content_before(policy: Policy) -> DraftContent | None:
    """What the last version said before this one. Five queries."""
    last = Policy.objects.posted().filter(version__lt=policy.version).order_by("-version").first()
    return content_of(last) if last else None


def _difference(policy: Policy) -> dict[str, Any]:
    """What differs from the version in force. Nine queries."""
    in_force = Policy.objects.in_force(timezone.now())
    if in_force is None or in_force == policy:
        return {"in_force": None, "difference": None}
    return {"in_force": in_force, "difference": difference(content_of(in_force), content_of(policy))}
