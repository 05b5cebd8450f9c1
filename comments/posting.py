"""How a version of the comment policy comes about: drafted from the last one, saved, and posted for good."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from comments.models import PhraseList, Policy
from comments.moderation.facts import Effect
from comments.moderation.policy import RuleCheckFacts, RuleFacts
from comments.moderation.policy import problems as problems_of_rules
from comments.policy_content import (
    DraftContent,
    DraftRule,
    beyond_words,
    content_of,
    seal_of,
    write_content,
)
from comments.policy_translations import problems_of_translated_rule, problems_of_translations
from newsroom.accounts.models import User

FURTHEST = timedelta(days=366)


class Refused(Exception):
    """What was asked for did not happen, and nothing was stored; `sentences` say why, for whoever asked."""

    def __init__(self, *sentences: str) -> None:
        super().__init__(" ".join(sentences))
        self.sentences = list(sentences)


def may_post(user: User) -> bool:
    """Whether the user drafts and posts the policy and keeps the phrase lists."""
    return user.has_perm("comments.post_policy")


def draft_next(*, by: User, now: datetime) -> Policy:
    """Begins the next version as a copy of the last posted one and returns it.

    Refused while another draft is there, in whoever's hands; PermissionDenied without the right to post.
    """
    return _draft(by=by, now=now, editorial=False)


def draft_mended(*, by: User, now: datetime) -> Policy:
    """Begins an editorial version of the last posted one: a copy in which words alone may change.

    Refused as `draft_next` is, and where nothing is posted yet.
    """
    return _draft(by=by, now=now, editorial=True)


def _draft(*, by: User, now: datetime, editorial: bool) -> Policy:
    check_may_post(by)
    try:
        with transaction.atomic():
            if draft := Policy.objects.select_for_update().filter(posted_at=None).first():
                raise Refused(_("Version %(version)s is being drafted already.") % {"version": draft.version})
            last = Policy.objects.posted().order_by("-version").first()
            if editorial and last is None:
                raise Refused(_("Nothing is posted yet that could be mended."))
            highest = Policy.objects.aggregate(highest=Max("version"))["highest"] or 0
            new = Policy.objects.create(
                version=highest + 1,
                title=_("Comment policy"),
                language=settings.LANGUAGE_CODE,
                mends_id=last.rules_since_id if editorial and last else None,
                created_by=by,
                created_at=now,
            )
            if last:
                write_content(new, _without_changes(content_of(last)))
            return new
    except IntegrityError:
        message = _("Somebody else began this version in the same second. Open it from the list.")
        raise Refused(message) from None


def _without_changes(content: DraftContent) -> DraftContent:
    """What a version said that is to be changed: what the last one had changed is not said again."""
    translations = {code: replace(words, changes="") for code, words in content.translations.items()}
    return replace(content, changes="", translations=translations)


def save_draft(policy_id: int, *, by: User, content: DraftContent, seen: str) -> Policy:
    """Replaces what a draft says. A draft may have problems; only posting asks for none.

    Refused where the draft was posted meanwhile, where it no longer reads as `seen` (see `seal_of`), where
    two rules share a key or a number, where it is translated into its own language, and where an editorial one
    would change more than words.
    """
    check_may_post(by)
    _check_together(content)
    with transaction.atomic():
        policy = _locked_draft(policy_id)
        if seal_of(content_of(policy)) != seen:
            raise Refused(
                _("Somebody else saved this draft meanwhile. Your text is kept below and not saved.")
            )
        if found := _problems_of_mending(policy, content):
            raise Refused(*found)
        write_content(policy, content)
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
        found = [*problems_of(content), *_problems_of_mending(policy, content)]
        if found := [*found, *_problems_of_start(policy, start, now)]:
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
    rules = problems_of_rules([facts_of_rule(rule) for rule in content.rules], phrase_lists())
    return [*empty, *rules, *problems_of_translations(content)]


def problems_of_rule(rule: DraftRule, lists: Sequence[str]) -> list[str]:
    """The sentences about one rule alone, to stand beside it. No queries."""
    return [*problems_of_rules([facts_of_rule(rule)], lists), *problems_of_translated_rule(rule)]


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


def _check_together(content: DraftContent) -> None:
    wrong, rules = [], content.rules
    if len({rule.number for rule in rules}) < len(rules):
        wrong.append(_("Two rules have the same number."))
    if len({rule.key for rule in rules}) < len(rules):
        wrong.append(_("Two rules have the same key."))
    if any(len({check.name for check in rule.checks}) < len(rule.checks) for rule in rules):
        wrong.append(_("A rule has the same check twice."))
    if content.language in {*content.translations, *(code for rule in rules for code in rule.translations)}:
        wrong.append(_("There is a translation into the language in which the policy is written."))
    if wrong:
        raise Refused(*wrong)


def _problems_of_mending(policy: Policy, content: DraftContent) -> list[str]:
    """At most four queries, none for a version that may change what it likes."""
    if policy.mends is None or beyond_words(content) == beyond_words(content_of(policy.mends)):
        return []
    sentence = _(
        "An editorial version changes words alone: its rules, their order, figures and checks must be"
        " those of version %(version)s."
    )
    return [sentence % {"version": policy.mends.version}]


def _problems_of_start(policy: Policy, start: datetime, now: datetime) -> list[str]:
    """An editorial version may begin in the same second as the one that it mends, and is in force in its place."""
    if start > now + FURTHEST:
        return [_("A version cannot be announced more than a year ahead.")]
    later = "effective_from__gt" if policy.is_editorial else "effective_from__gte"
    latest = Policy.objects.posted().filter(**{later: start}).order_by("-effective_from").first()
    if latest is None:
        return []
    if policy.is_editorial:
        sentence = _("It cannot come into force before version %(version)s does.")
    else:
        sentence = _("It must come into force after version %(version)s does.")
    return [sentence % {"version": latest.version}]
