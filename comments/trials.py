"""Tries a draft of the policy on stored comments: what it would refuse, hold or let through that was not."""

import time
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext as _
from django_tasks import task

from comments.enums import Act, State, TrialState
from comments.models import (
    Comment,
    CommentFinding,
    Decision,
    PhraseListRevision,
    Policy,
    PolicyTrial,
    RefusalCount,
    TrialFlip,
)
from comments.moderation.checks import CHECKS
from comments.moderation.evaluate import UNAVAILABLE, evaluate
from comments.moderation.facts import (
    AuthorRecord,
    DiscussionMode,
    Effect,
    Finding,
    OutcomeKind,
    Submission,
)
from comments.moderation.policy import PolicyFacts, RuleCheckFacts
from comments.moderation.words import fingerprint
from comments.policies import facts_of, revision_facts
from comments.policy_content import content_of, seal_of
from comments.posting import Refused, check_may_post
from newsroom.accounts.models import User
from newsroom.jobs import take_turn

SPANS = (7, 30, 90, 365)
BATCH = 500

MOST_FLIPS = 5_000
"""Flips that are kept to be looked at; all are counted."""

NOBODY = AuthorRecord(approved=0, rejected_recently=0, pre_moderated=False)
TURNED_DOWN = (Act.REJECTED, Act.REMOVED)


def replayable(check: str) -> bool:
    """Whether a check judges by the text alone. The others ask what lay around it at that time, which is past."""
    return check in CHECKS and CHECKS[check].by_text_alone


def begin(policy: Policy, *, days: int, by: User, now: datetime) -> PolicyTrial:
    """A trial of the draft as it is now stands, with its job, both in one transaction.

    Refused for a version that is posted, for a span that is none of SPANS, and while another trial of this draft
    is running; PermissionDenied without the right to post. Counting the comments reads their times once.
    """
    check_may_post(by)
    if days not in SPANS:
        raise Refused(_("A draft is tried on the last 7, 30, 90 or 365 days."))
    with transaction.atomic():
        draft = Policy.objects.select_for_update().get(pk=policy.pk)
        if draft.posted_at is not None:
            raise Refused(_("Version %(version)s is posted already.") % {"version": draft.version})
        if draft.trials.filter(state=TrialState.RUNNING).exists():
            raise Refused(_("A trial of this draft is running. Wait for it, or stop it."))
        facts, since = facts_of(draft), now - timedelta(days=days)
        trial = PolicyTrial.objects.create(
            policy=draft,
            content_seal=seal_of(content_of(draft)),
            checks=[_stored(check) for check in facts.checks],
            lists={name: phrases.revision for name, phrases in facts.phrases.items()},
            days=days,
            since=since,
            until=now,
            total=_stored_comments(since, now).count(),
            started_by=by,
            started_at=now,
        )
        go_on.enqueue(trial.pk)
    return trial


def stop(trial: PolicyTrial, *, by: User, now: datetime) -> bool:
    """The trial is stopped with what it has found so far; False where it had ended."""
    check_may_post(by)
    running = PolicyTrial.objects.filter(pk=trial.pk, state=TrialState.RUNNING)
    return running.update(state=TrialState.STOPPED, ended_at=now) == 1


@task(priority=-10)
def go_on(trial_id: int) -> None:
    """The job behind a trial: a turn's work, then the next job. Running it twice judges no comment twice."""
    take_turn(go_on, advance, trial_id)


@transaction.atomic
def advance(trial_id: int, *, now: datetime) -> bool:
    """The next batch is judged and counted; False when there is no more.

    Eight queries a batch. The trial's row is locked, so that batches follow one another whoever does them.
    """
    trial = PolicyTrial.objects.select_for_update().filter(pk=trial_id, state=TrialState.RUNNING).first()
    if trial is None:
        return False
    batch = list(_next(trial))
    if not batch:
        trial.state, trial.ended_at = TrialState.DONE, now
        trial.save(update_fields=["state", "ended_at"])
        return False
    verdicts = _verdicts(batch, _facts(trial))
    counts = Counter(trial.counts)
    counts.update(_counted(verdicts))
    room = MOST_FLIPS - counts["kept"]
    flips = [one for one in verdicts if one.was is not one.would][: max(0, room)]
    TrialFlip.objects.bulk_create(one.flip(trial) for one in flips)
    counts["kept"] += len(flips)
    trial.counts, trial.cursor = dict(counts), batch[-1].pk
    trial.save(update_fields=["counts", "cursor"])
    return True


def _stored_comments(since: datetime, until: datetime) -> Any:
    return Comment.objects.filter(
        submitted_at__gte=since, submitted_at__lte=until, current_text__isnull=False, withheld_at__isnull=True
    ).exclude(state=State.UNCONFIRMED)


def _next(trial: PolicyTrial) -> Any:
    rows = _stored_comments(trial.since, trial.until).order_by("-pk")
    if trial.cursor is not None:
        rows = rows.filter(pk__lt=trial.cursor)
    rows = rows.select_related("current_text", "discussion__article", "policy")
    return rows.defer("current_text__html")[:BATCH]


# --- one comment


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of a comment by its rules, what would, under which rules, and what people made of it."""

    comment: Comment
    was: OutcomeKind
    would: OutcomeKind
    rules: tuple[tuple[str, Effect], ...]
    people: str
    failed: bool

    def flip(self, trial: PolicyTrial) -> TrialFlip:
        keys = list(dict.fromkeys(key for key, _effect in self.rules))
        return TrialFlip(
            trial=trial, comment=self.comment, was=str(self.was), would=str(self.would), rule_keys=keys
        )


def _verdicts(comments: Sequence[Comment], facts: PolicyFacts) -> list[Verdict]:
    """Four queries: what was found then, and what people decided."""
    ids = [comment.pk for comment in comments]
    held = _held_by_rules(ids)
    people = _decided_by_people(ids)
    return [_verdict(comment, facts, held, people.get(comment.pk, "")) for comment in comments]


def _verdict(comment: Comment, facts: PolicyFacts, held: Collection[int], people: str) -> Verdict:
    findings = evaluate(_submission(comment), facts, clock=time.thread_time)
    judged = [one for one in findings if one.fact != UNAVAILABLE and one.effect is not Effect.NOTE]
    return Verdict(
        comment,
        OutcomeKind.HOLD if comment.pk in held else OutcomeKind.PUBLISH,
        _outcome(judged),
        tuple((one.rule_key, one.effect) for one in judged),
        people,
        any(one.fact == UNAVAILABLE for one in findings),
    )


def _outcome(findings: Iterable[Finding]) -> OutcomeKind:
    effects = {finding.effect for finding in findings}
    if Effect.REFUSE in effects:
        return OutcomeKind.REFUSE
    return OutcomeKind.HOLD if Effect.HOLD in effects else OutcomeKind.PUBLISH


def _submission(comment: Comment) -> Submission:
    body = comment.current_text.body if comment.current_text else ""
    return Submission(
        text=body,
        name=comment.name,
        author=NOBODY,
        recent=(),
        mode=DiscussionMode.OPEN,
        now=comment.submitted_at,
        fingerprint=fingerprint(body),
        language=comment.discussion.article.language,
    )


def _held_by_rules(ids: Collection[int]) -> set[int]:
    """The comments that a rule's check held then, as far as such a check can be tried again."""
    found = CommentFinding.objects.filter(
        text__comment__in=ids, rule__isnull=False, effect__in=(Effect.HOLD, Effect.REFUSE)
    )
    checks = [name for name in CHECKS if replayable(name)]
    return set(found.filter(check_name__in=checks).values_list("text__comment", flat=True))


def _decided_by_people(ids: Collection[int]) -> dict[int, str]:
    """What people last decided on each: "approved" or "turned_down"."""
    rows = Decision.objects.filter(
        comment__in=ids, automatic=False, undone_by=None, act__in=(Act.APPROVED, Act.RESTORED, *TURNED_DOWN)
    ).order_by("comment", "seq")
    return {
        pk: "turned_down" if act in TURNED_DOWN else "approved"
        for pk, act in rows.values_list("comment", "act")
    }


def _counted(verdicts: Sequence[Verdict]) -> Counter[str]:
    counts: Counter[str] = Counter(judged=len(verdicts))
    for one in verdicts:
        counts[f"would/{one.would}"] += 1
        counts[f"flip/{one.was}/{one.would}"] += one.was is not one.would
        counts["failed"] += one.failed
        if one.people:
            counts[f"people/{one.people}/{one.would}"] += 1
        for key, effect in set(one.rules):
            counts[f"rule/{key}/{effect}"] += 1
        for key in {key for key, _effect in one.rules}:
            counts[f"rule/{key}/{one.people or 'unseen'}"] += 1
    return +counts


# --- the draft as it was when the trial began


def _stored(check: RuleCheckFacts) -> dict[str, Any]:
    return {
        "rule_key": check.rule_key,
        "rule_number": check.rule_number,
        "check": check.check,
        "parameters": dict(check.parameters),
        "effect": str(check.effect),
    }


def _facts(trial: PolicyTrial) -> PolicyFacts:
    """The draft's checks that can be replayed, with its word lists as they were. One query a list, the first time."""
    checks = tuple(
        RuleCheckFacts(**{**check, "effect": Effect(check["effect"])})
        for check in trial.checks
        if replayable(check["check"])
    )
    lists = {}
    for name, number in trial.lists.items():
        row = PhraseListRevision.objects.only("pk", "created_at").get(phrase_list__name=name, number=number)
        lists[name] = revision_facts(row.pk, row.created_at)
    return PolicyFacts(trial.policy.version, checks, lists, trial.policy.approved_needed)


def left_out(trial: PolicyTrial) -> list[str]:
    """The titles of checks that the trial does not replay."""
    names = {check["check"] for check in trial.checks if not replayable(check["check"])}
    return sorted(CHECKS[name].title if name in CHECKS else name for name in names)


def refused_meanwhile(trial: PolicyTrial) -> dict[str, int]:
    """What was refused before posting in the trial's days, by rule: its texts are not kept, so it is only counted."""
    days = (timezone.localdate(trial.since), timezone.localdate(trial.until))
    rows = RefusalCount.objects.filter(day__range=days).order_by()
    return dict(rows.values_list("rule_key").annotate(n=Sum("count")))
