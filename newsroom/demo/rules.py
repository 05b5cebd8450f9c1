"""Posts the demo's policy as whoever leads moderation would: drafted, saved, posted."""

from datetime import datetime

from comments.models import Policy
from comments.phrase_lists import revise_list
from comments.posting import (
    DraftCheck,
    DraftContent,
    DraftRule,
    content_of,
    draft_next,
    post,
    save_draft,
    seal_of,
)
from newsroom.accounts.models import User
from newsroom.demo import shapes

APPROVED_NEEDED = 3


def post_policy(policy: shapes.Policy, *, by: User, now: datetime) -> Policy:
    """The policy is in force from `now` on, with the phrase lists that its rules bind."""
    for phrases in policy.phrase_lists:
        revise_list(phrases.name, by=by, entries=phrases.typed_entries, seen=0, now=now)
    draft = draft_next(by=by, now=now)
    saved = save_draft(draft.pk, by=by, content=_content(policy), seen=seal_of(content_of(draft)))
    return post(saved.pk, by=by, effective_from=None, seen=seal_of(content_of(saved)), now=now)


def _content(policy: shapes.Policy) -> DraftContent:
    return DraftContent(
        title=policy.title,
        introduction=policy.introduction,
        how_moderated=policy.how_comments_are_moderated,
        changes="",
        approved_needed=APPROVED_NEEDED,
        rules=[_rule(rule) for rule in policy.rules],
    )


def _rule(rule: shapes.Rule) -> DraftRule:
    checks = [DraftCheck(check["check"], check["parameters"], check["effect"]) for check in rule.checks]
    return DraftRule(rule.key, rule.number, rule.title, rule.text, checks)
