"""The admin's pages in which who leads moderation drafts, previews and posts the policy."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from comments import posting
from comments.admin.policy_forms import DraftForm, PostForm, rules_form
from comments.models import Policy
from comments.permissions import can_post_policy
from comments.views.policy import parts_of
from newsroom.accounts.models import User

TEMPLATES = "admin/comments/policy"


@admin.register(Policy)
class PolicyAdmin(admin.ModelAdmin[Policy]):
    """All versions. Only a draft can be changed, nothing can be deleted."""

    list_display = ["version", "title", "state", "effective_from", "posted_by", "posted_at"]
    list_display_links = ["version", "title"]
    list_select_related = ["posted_by"]
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
            path("<int:pk>/preview/", wrap(self.preview_view), name="comments_policy_preview"),
            path("<int:pk>/post/", wrap(self.post_view), name="comments_policy_post"),
            *super().get_urls(),
        ]

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        draft = Policy.objects.filter(posted_at=None).first()
        shown = {"may_post": can_post_policy(_user(request)), "draft": draft, **(extra_context or {})}
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
        return self._page(request, "read", policy, **parts_of(policy), checks=_checks(policy))

    def draft_view(self, request: HttpRequest) -> HttpResponse:
        """Begins the next version and opens it; where one is being drafted, says so and leads to the list."""
        try:
            policy = posting.draft_next(by=_user(request), now=timezone.now())
        except posting.Refused as refused:
            messages.error(request, str(refused))
            return HttpResponseRedirect(reverse("admin:comments_policy_changelist"))
        return HttpResponseRedirect(reverse("admin:comments_policy_change", args=[policy.pk]))

    def preview_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The version as readers will see it, kept by nobody."""
        policy = get_object_or_404(Policy, pk=pk)
        if not self.has_view_permission(request, policy):
            raise PermissionDenied
        in_force = Policy.objects.in_force(timezone.now())
        response = render(
            request, "comments/policy.html", {"policy": policy, "in_force": in_force, **parts_of(policy)}
        )
        response.headers["Cache-Control"] = "no-store, private"
        return response

    def post_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Asks whether and from when; POST posts the version for good."""
        policy = get_object_or_404(Policy, pk=pk)
        if not can_post_policy(_user(request)):
            raise PermissionDenied
        content = posting.content_of(policy)
        form = PostForm(request.POST or None, initial={"seen": posting.seal_of(content)})
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
        problems = refused or posting.problems_of(content)
        status = 422 if request.method == "POST" else 200
        return self._page(
            request, "post", policy, status=status, form=form, problems=problems, **parts_of(policy)
        )

    def _post(self, request: HttpRequest, policy: Policy, form: PostForm) -> HttpResponse:
        start = form.cleaned_data["at"] if form.cleaned_data["when"] == "at" else None
        seen, now = form.cleaned_data["seen"], timezone.now()
        posted = posting.post(policy.pk, by=_user(request), effective_from=start, seen=seen, now=now)
        self.log_change(request, posted, _("Posted."))
        messages.success(request, _("Version %(version)s is posted.") % {"version": posted.version})
        return HttpResponseRedirect(reverse("admin:comments_policy_change", args=[policy.pk]))

    def _edit(self, request: HttpRequest, policy: Policy) -> HttpResponse:
        content, lists = posting.content_of(policy), posting.phrase_lists()
        sent = request.POST if request.method == "POST" else None
        form = DraftForm(sent, initial={**_texts(content), "seen": posting.seal_of(content)})
        rules = rules_form(content, lists, sent)
        refused: list[str] = []
        if sent is not None and all([form.is_valid(), rules.is_valid()]):
            texts = {name: form.cleaned_data[name] for name in _texts(content)}
            written = posting.DraftContent(**texts, rules=rules.content())
            try:
                posting.save_draft(
                    policy.pk, by=_user(request), content=written, seen=form.cleaned_data["seen"]
                )
            except posting.Refused as error:
                refused = error.sentences
            else:
                return self._saved(request, policy)
        rules.tell_problems()
        status = 422 if sent is not None else 200
        problems = posting.problems_of(content) if sent is None else []
        shown = {
            "form": form,
            "rules": rules,
            "refused": refused,
            "problems": problems,
            "is_sent": sent is not None,
        }
        return self._page(request, "edit", policy, status=status, **shown)

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


def _texts(content: posting.DraftContent) -> dict[str, Any]:
    names = ("title", "introduction", "how_moderated", "changes", "approved_needed")
    return {name: getattr(content, name) for name in names}


def _checks(policy: Policy) -> list[posting.DraftRule]:
    return posting.content_of(policy).rules
