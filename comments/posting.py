"""How a version of the comment policy comes about: drafted from the last one, saved, and posted for good."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from comments.models import PhraseList, Policy, Rule, RuleCheck
from comments.moderation.facts import Effect
from comments.moderation.policy import RuleCheckFacts, RuleFacts
from comments.moderation.policy import problems as problems_of_rules
from newsroom.accounts.models import User

FURTHEST = timedelta(days=366)


class Refused(Exception):
    """What was asked for did not happen, and nothing was stored; `sentences` say why, for whoever asked."""

    def __init__(self, *sentences: str) -> None:
        super().__init__(" ".join(sentences))
        self.sentences = list(sentences)


@dataclass(frozen=True, slots=True)
class DraftCheck:
    """A check of a rule in a draft."""

    name: str
    parameters: dict[str, int | str]
    effect: str


@dataclass(frozen=True, slots=True)
class DraftRule:
    """A rule of a draft as it is written."""

    key: str
    number: int
    title: str
    text: str
    checks: list[DraftCheck] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftContent:
    """All that a draft says."""

    title: str
    introduction: str
    how_moderated: str
    changes: str
    approved_needed: int
    rules: list[DraftRule]


def may_post(user: User) -> bool:
    """Whether the user drafts and posts the policy and keeps the phrase lists."""
    return user.has_perm("comments.post_policy")


def draft_next(*, by: User, now: datetime) -> Policy:
    """Begins the next version as a copy of the last posted one and returns it.

    Refused while another draft is there, in whoever's hands; PermissionDenied without the right to post.
    """
    check_may_post(by)
    try:
        with transaction.atomic():
            if draft := Policy.objects.select_for_update().filter(posted_at=None).first():
                raise Refused(_("Version %(version)s is being drafted already.") % {"version": draft.version})
            last = Policy.objects.posted().order_by("-version").first()
            highest = Policy.objects.aggregate(highest=Max("version"))["highest"] or 0
            new = Policy.objects.create(
                version=highest + 1,
                title=last.title if last else _("Comment policy"),
                introduction=last.introduction if last else "",
                how_moderated=last.how_moderated if last else "",
                approved_needed=last.approved_needed if last else 3,
                created_by=by,
                created_at=now,
            )
            _write_rules(new, content_of(last).rules if last else [])
            return new
    except IntegrityError:
        message = _("Somebody else began this version in the same second. Open it from the list.")
        raise Refused(message) from None


def content_of(policy: Policy) -> DraftContent:
    """What a version says, posted or not. Two queries."""
    rules = policy.rules.order_by("number", "pk").prefetch_related("checks")
    return DraftContent(
        title=policy.title,
        introduction=policy.introduction,
        how_moderated=policy.how_moderated,
        changes=policy.changes,
        approved_needed=policy.approved_needed,
        rules=[
            DraftRule(
                rule.key,
                rule.number,
                rule.title,
                rule.text,
                [DraftCheck(each.check_name, each.parameters, each.effect) for each in rule.checks.all()],
            )
            for rule in rules
        ],
    )


def seal_of(content: DraftContent) -> str:
    """A short mark of a content, by which a save says what its writer saw."""
    return hashlib.sha256(json.dumps(asdict(content), sort_keys=True).encode()).hexdigest()[:32]


def save_draft(policy_id: int, *, by: User, content: DraftContent, seen: str) -> Policy:
    """Replaces what a draft says. A draft may have problems; only posting asks for none.

    Refused where the draft was posted meanwhile, where it no longer reads as `seen` (see `seal_of`), or where
    two rules share a key or a number.
    """
    check_may_post(by)
    _check_together(content.rules)
    with transaction.atomic():
        policy = _locked_draft(policy_id)
        if seal_of(content_of(policy)) != seen:
            raise Refused(
                _("Somebody else saved this draft meanwhile. Your text is kept below and not saved.")
            )
        for name in ("title", "introduction", "how_moderated", "changes", "approved_needed"):
            setattr(policy, name, getattr(content, name))
        policy.save(update_fields=["title", "introduction", "how_moderated", "changes", "approved_needed"])
        RuleCheck.objects.filter(rule__policy=policy).delete()
        policy.rules.all().delete()
        _write_rules(policy, content.rules)
    return policy


def post(policy_id: int, *, by: User, effective_from: datetime | None, seen: str, now: datetime) -> Policy:
    """Posts a draft for good: in force from `effective_from`, or from now where that is None or has passed.

    Refused, with a sentence for each reason, where it was posted already, no longer reads as `seen`, has
    problems, or would come into force before a version that is posted already or more than a year ahead.
    """
    check_may_post(by)
    start = max(effective_from or now, now)
    with transaction.atomic():
        policy = _locked_draft(policy_id)
        content = content_of(policy)
        if seal_of(content) != seen:
            raise Refused(_("Somebody else changed this draft after you opened this page. Read it again."))
        if found := [*problems_of(content), *_problems_of_start(start, now)]:
            raise Refused(*found)
        policy.posted_at, policy.posted_by, policy.effective_from = now, by, start
        policy.save(update_fields=["posted_at", "posted_by", "effective_from"])
    return policy


def problems_of(content: DraftContent) -> list[str]:
    """A sentence for each thing that keeps a draft from being posted. One query."""
    empty = [
        _("The policy has no %(part)s.") % {"part": part}
        for part, text in (
            (_("title"), content.title),
            (_("introduction"), content.introduction),
            (_("text on how comments are moderated"), content.how_moderated),
        )
        if not text.strip()
    ]
    return [*empty, *problems_of_rules([facts_of_rule(rule) for rule in content.rules], phrase_lists())]


def problems_of_rule(rule: DraftRule, lists: Sequence[str]) -> list[str]:
    """The sentences about one rule alone, to stand beside it. No queries."""
    return problems_of_rules([facts_of_rule(rule)], lists)


def facts_of_rule(rule: DraftRule) -> RuleFacts:
    checks = [
        RuleCheckFacts(rule.key, rule.number, each.name, each.parameters, Effect(each.effect))
        for each in rule.checks
    ]
    return RuleFacts(rule.key, rule.number, rule.title, rule.text, tuple(checks))


def phrase_lists() -> list[str]:
    """The names of the lists that a rule may bind: those that have something in them. One query."""
    return list(PhraseList.objects.filter(revisions__isnull=False).distinct().values_list("name", flat=True))


# --- what all of them do


def check_may_post(by: User) -> None:
    """Raises PermissionDenied for everybody else."""
    if not may_post(by):
        raise PermissionDenied(_("Only who leads moderation drafts and posts the comment policy."))


def _locked_draft(policy_id: int) -> Policy:
    policy: Policy = Policy.objects.select_for_update().get(pk=policy_id)
    if policy.posted_at is not None:
        message = _("Version %(version)s was posted already. It cannot be changed.")
        raise Refused(message % {"version": policy.version})
    return policy


def _check_together(rules: Sequence[DraftRule]) -> None:
    wrong = []
    if len({rule.number for rule in rules}) < len(rules):
        wrong.append(_("Two rules have the same number."))
    if len({rule.key for rule in rules}) < len(rules):
        wrong.append(_("Two rules have the same key."))
    if any(len({check.name for check in rule.checks}) < len(rule.checks) for rule in rules):
        wrong.append(_("A rule has the same check twice."))
    if wrong:
        raise Refused(*wrong)


def _problems_of_start(start: datetime, now: datetime) -> list[str]:
    if start > now + FURTHEST:
        return [_("A version cannot be announced more than a year ahead.")]
    latest = Policy.objects.posted().filter(effective_from__gte=start).order_by("-effective_from").first()
    if latest:
        return [_("It must come into force after version %(version)s does.") % {"version": latest.version}]
    return []


def _write_rules(policy: Policy, rules: Sequence[DraftRule]) -> None:
    for rule in rules:
        row = Rule.objects.create(
            policy=policy, key=rule.key, number=rule.number, title=rule.title, text=rule.text
        )
        RuleCheck.objects.bulk_create(
            RuleCheck(rule=row, check_name=each.name, parameters=each.parameters, effect=each.effect)
            for each in rule.checks
        )
