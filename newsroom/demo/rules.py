"""Posts the demo's policy as whoever leads moderation would: drafted, saved, posted."""

from datetime import datetime

from comments.actions.guidance import keep_guidance
from comments.models import Policy
from comments.phrase_lists import revise_list
from comments.policy_content import (
    DraftCheck,
    DraftContent,
    DraftRule,
    PolicyWords,
    RuleWords,
    content_of,
    seal_of,
)
from comments.posting import draft_next, post, save_draft
from newsroom.accounts.models import User
from newsroom.demo import shapes

APPROVED_NEEDED = 3


def post_policy(policy: shapes.Policy, *, by: User, now: datetime) -> Policy:
    """The policy is in force from `now` on, with its phrase lists, and what the desk has at hand for its rules."""
    for phrases in policy.phrase_lists:
        revise_list(phrases.name, by=by, entries=phrases.typed_entries, seen=0, now=now)
    draft = draft_next(by=by, now=now)
    saved = save_draft(draft.pk, by=by, content=_content(policy), seen=seal_of(content_of(draft)))
    posted = post(saved.pk, by=by, effective_from=None, seen=seal_of(content_of(saved)), now=now)
    for rule in policy.rules:
        for example in rule.examples:
            keep_guidance("example", None, by=by, now=now, rule_key=rule.key, **example)
        for note in rule.notes:
            keep_guidance("note", None, by=by, now=now, rule_key=rule.key, language="en", **note)
    return posted


def _content(policy: shapes.Policy) -> DraftContent:
    return DraftContent(
        title=policy.title,
        introduction=policy.introduction,
        how_moderated=policy.how_comments_are_moderated,
        changes="",
        approved_needed=APPROVED_NEEDED,
        rules=[_rule(rule) for rule in policy.rules],
        translations={code: PolicyWords(**words) for code, words in policy.translations.items()},
    )


def _rule(rule: shapes.Rule) -> DraftRule:
    checks = [DraftCheck(check["check"], check["parameters"], check["effect"]) for check in rule.checks]
    translations = {code: RuleWords(**words) for code, words in rule.translations.items()}
    return DraftRule(rule.key, rule.number, rule.title, rule.text, checks, rule.gravity, translations)
