"""Readers' reports: taken in once, read at once, and settled by whatever is decided on their comment."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from comments import letters, mail
from comments.actions.breaker import trip_for_reports
from comments.actions.errors import CommentGone, NotPossible, TooManyReports, Unacceptable
from comments.actions.places import reports_changed
from comments.actions.senders import Sender, commenter_of, sender_of, unstorable
from comments.enums import Act, LetterKind, LetterState, ReportState, Source, State
from comments.models import Comment, Commenter, Decision, Letter, Report, Rule
from comments.policies import in_force
from newsroom.accounts.models import User
from newsroom.html import one_line

LONGEST_EXPLANATION = 2_000

SETTLED: dict[str, ReportState] = {
    Act.REJECTED: ReportState.UPHELD,
    Act.REMOVED: ReportState.UPHELD,
    Act.APPROVED: ReportState.DISMISSED,
    Act.RESTORED: ReportState.DISMISSED,
    Act.KEPT: ReportState.DISMISSED,
    Act.WITHDRAWN: ReportState.MOOT,
}
"""What a decision makes of the open reports of its comment; any other leaves them open."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """A report as its form sends it: under a rule of the policy in force (`rule_key`), or as illegal."""

    comment: Comment
    form_key: UUID
    rule_key: str = ""
    illegal: bool = False
    child_abuse: bool = False
    explanation: str = ""
    name: str = ""
    address: str = ""
    user: User | None = None
    good_faith: bool = False
    robot_suspected: bool = False
    language: str = "en"


@dataclass(frozen=True, slots=True)
class Reported:
    """A report that is stored; `repeated` where this form, or this reporter on this comment, had made it before."""

    report: Report
    repeated: bool


def report(notice: Notice, *, now: datetime) -> Reported:
    """The report is stored, its comment is on the desk, and a receipt is on its way to the address given.

    The address of a guest is nobody's until the page that the receipt links to is used: until then the report
    weighs less, counts on nobody's record, and brings no further mail. A form filled in as robots do brings none
    at all. Raises Unacceptable for a field, CommentGone where the comment is not public (any more),
    TooManyReports; then nothing is stored. At most 22 queries.
    """
    rule = _acceptable_ground(notice, now)
    sender = _sender(notice)
    if (
        before := Report.objects.filter(form_key=notice.form_key, comment=notice.comment).first()
    ) is not None:
        return Reported(before, repeated=True)
    with transaction.atomic():
        comment = _locked(notice.comment.pk)
        if comment is None or comment.state != State.PUBLIC:
            raise CommentGone
        reporter = _stored_reporter(sender, now) if sender else None
        if (before := _before(notice, comment, reporter)) is not None:
            return Reported(before, repeated=True)
        if reporter and not notice.user:
            _require_few_receipts(reporter, now)
        made = _stored(notice, rule, sender, reporter, now)
        reports_changed(comment.pk, now=now)
        if sender and not notice.robot_suspected:
            mail.write_receipt(made, letters.headlines([comment], now), now=now)
    trip_for_reports(comment.discussion, now=now)
    return Reported(made, repeated=False)


def _stored_reporter(sender: Sender, now: datetime) -> Commenter:
    """Whoever reports, stored and locked until the transaction ends."""
    reporter = commenter_of(sender, now)
    if reporter.pk is None:
        # Without a conflict's error, so that the transaction goes on: whoever was first is found below.
        Commenter.objects.bulk_create([reporter], ignore_conflicts=True)
        same = {"user": reporter.user} if reporter.user else {"address": reporter.address}
        stored = Commenter.objects.select_for_update(no_key=True).get(**same)
        reporter.pk = stored.pk  # an account that is at hand knows it by this row
        return stored
    return reporter


def _locked(comment_id: int) -> Comment | None:
    """Reports are written with their comment locked, before their reporter: as whoever decides on it locks it."""
    rows = Comment.objects.select_related("discussion__article")
    found: Comment | None = rows.select_for_update(of=("self",), no_key=True).filter(pk=comment_id).first()
    return found


def _acceptable_ground(notice: Notice, now: datetime) -> Rule | None:
    """The rule, None for the law. Raises Unacceptable as the form shows it."""
    text = notice.explanation
    if len(text) > LONGEST_EXPLANATION or unstorable(text):
        sentence = _("An explanation has at most %(most)d characters, all of which can be stored.")
        raise Unacceptable("explanation", sentence % {"most": LONGEST_EXPLANATION})
    if not notice.illegal:
        policy = in_force(now)
        rule: Rule | None = policy.rules.filter(key=notice.rule_key).first() if policy else None
        if rule is None:
            raise Unacceptable("ground", _("Choose what is wrong with the comment."))
        return rule
    if not text.strip():
        raise Unacceptable(
            "explanation", _("Say why you think that it is illegal; name the law if you know it.")
        )
    if not notice.good_faith:
        raise Unacceptable(
            "good_faith", _("Tick this box: the law asks that a notice of illegal content says so.")
        )
    return None


def _sender(notice: Notice) -> Sender | None:
    """Who reports; None for a guest who gives no address. Raises Unacceptable where one is needed, or is none."""
    if notice.user is None and not notice.address.strip():
        if notice.illegal and not notice.child_abuse:
            raise Unacceptable(
                "email", _("Write your e-mail address: the law asks for it in a notice of illegal content.")
            )
        return None
    name = one_line(notice.name)
    if notice.user is None and notice.illegal and not notice.child_abuse and not name:
        raise Unacceptable("name", _("Write your name: the law asks for it in a notice of illegal content."))
    return sender_of(
        user=notice.user, name=name or _("Reader"), address=notice.address, language=notice.language
    )


def _before(notice: Notice, comment: Comment, reporter: Commenter | None) -> Report | None:
    """What this form, or this reporter, has reported of this comment already. At most two queries."""
    same_form: Report | None = comment.reports.filter(form_key=notice.form_key).first()
    if same_form or reporter is None:
        return same_form
    theirs: Report | None = comment.reports.filter(reporter=reporter, state=ReportState.OPEN).first()
    return theirs


def _require_few_receipts(reporter: Commenter, now: datetime) -> None:
    """The reporter's row is locked: forms sent at once are counted one after the other."""
    lately = reporter.reports.filter(confirmed_at=None, created_at__gt=now - timedelta(hours=1)).count()
    if lately >= settings.CONFIRMATION_MAILS_PER_HOUR:
        raise TooManyReports


def _stored(
    notice: Notice, rule: Rule | None, sender: Sender | None, reporter: Commenter | None, now: datetime
) -> Report:
    return Report.objects.create(
        comment=notice.comment,
        reporter=reporter,
        rule=rule,
        illegal=notice.illegal,
        child_abuse=notice.child_abuse and notice.illegal,
        explanation=notice.explanation.strip(),
        name=one_line(notice.name)[:80] if notice.user is None else "",
        address=sender.address if sender else "",
        language=notice.user.language if notice.user else notice.language,
        good_faith=notice.good_faith,
        form_key=notice.form_key,
        robot_suspected=notice.robot_suspected,
        created_at=now,
        confirmed_at=now if sender and sender.is_proven else None,
    )


@transaction.atomic
def confirm_report(report_id: int, *, now: datetime) -> Report:
    """The report is its reporter's from now on; whoever calls has seen to it that they hold the mailed address.

    Doing it again changes nothing. Raises NotPossible where there is nobody to be confirmed.
    """
    found = Report.objects.get(pk=report_id)
    _locked(found.comment_id)
    rows = Report.objects.select_for_update(of=("self",), no_key=True).select_related("reporter")
    confirmed: Report = rows.get(pk=report_id)
    if confirmed.reporter is None or not confirmed.address:
        raise NotPossible(_("This report came without an address."))
    if confirmed.confirmed_at is None:
        confirmed.confirmed_at = now
        confirmed.save(update_fields=["confirmed_at"])
        Commenter.objects.filter(pk=confirmed.reporter.pk, confirmed_at=None).update(confirmed_at=now)
        reports_changed(confirmed.comment_id, now=now)
    return confirmed


# --- settled


def settle(
    comments: Sequence[Comment], decisions: Sequence[Decision], *, note: str, leaving: letters.Leaving
) -> None:
    """The open reports of each comment have their outcome, and those whose reporter is known are mailed it.

    In the transaction of the decisions, with the comments locked. No query where none has open reports; else four,
    and one more for each comment that has.
    """
    reported = [
        (comment, decision)
        for comment, decision in zip(comments, decisions, strict=True)
        if comment.open_reports and decision.act in SETTLED
    ]
    if not reported:
        return
    for comment, decision in reported:
        comment.reports.filter(state=ReportState.OPEN).update(
            state=SETTLED[decision.act], decision=decision, settled_at=decision.at
        )
    pks = [comment.pk for comment, _decision in reported]
    Comment.objects.filter(pk__in=pks).update(open_reports=0, ahead_for_reports=0)
    mail.write_report_outcomes(
        Report.objects.filter(decision__in=[decision for _comment, decision in reported]).select_related(
            "reporter__user", "rule__policy", "comment__discussion"
        ),
        letters.headlines([comment for comment, _decision in reported], decisions[0].at),
        note=note,
        now=decisions[0].at,
        leaving=leaving,
    )


def open_again(decision: Decision, *, now: datetime) -> None:
    """What an undone decision settled is open again; its outcome is not mailed. At most nine queries."""
    settled = Report.objects.filter(decision=decision)
    if not settled.exists():
        return
    Letter.objects.filter(
        report__in=settled, kind=LetterKind.REPORT_OUTCOME, state=LetterState.WAITING
    ).update(state=LetterState.CANCELLED)
    again = Report.objects.filter(comment=decision.comment_id, state=ReportState.OPEN, reporter__isnull=False)
    reopened = settled.exclude(reporter__in=again.values("reporter"))
    reopened.update(state=ReportState.OPEN, decision=None, settled_at=None)
    if decision.comment_id is not None:
        reports_changed(decision.comment_id, now=now)


def has_left(decision: Decision) -> bool:
    """Whether a reporter has been told of the outcome already. One query."""
    told = Letter.objects.filter(report__decision=decision, kind=LetterKind.REPORT_OUTCOME)
    return told.exclude(state__in=(LetterState.WAITING, LetterState.CANCELLED), attempts=0).exists()


def sources_of(comments: Sequence[Comment]) -> dict[int, Source]:
    """What made the desk look at each, where it was told of it. No query where none has open reports, else one."""
    reported = [comment.pk for comment in comments if comment.open_reports]
    if not reported:
        return {}
    rows = Report.objects.filter(comment__in=reported, state=ReportState.OPEN).order_by("illegal")
    return {
        pk: Source.NOTICE if illegal else Source.REPORT
        for pk, illegal in rows.values_list("comment", "illegal")
    }
