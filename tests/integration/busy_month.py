"""A month at one desk in which everything happens that the transparency report counts."""

import uuid
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine

from comments import actions
from comments.actions.pull_back import advance
from comments.actions.withholding import withhold_comment
from comments.counting import count
from comments.models import Comment, Discussion
from comments.statements import Law
from newsroom.accounts.models import User
from tests.factories import make_comment, make_commenter, make_user
from tests.integration.commenting import RULES, THREE_LINKS
from tests.integration.sanctioning import Sanctions

BERLIN = ZoneInfo("Europe/Berlin")
SINCE, UNTIL = datetime(2026, 10, 1, tzinfo=BERLIN), datetime(2026, 11, 1, tzinfo=BERLIN)
MORNING = datetime(2026, 10, 14, 9, 0, tzinfo=BERLIN)
MINUTE = timedelta(minutes=1)
LAW = Law("Criminal Code, section 130", "It calls for violence.")
LOUD = "EVERYTHING HERE IS SHOUTED AT THE TOP OF MY VOICE"
TWO_RULES = [
    *RULES,
    {
        "key": "calm",
        "title": "Calm",
        "text": "In {min_letters} letters or more, at most {max_share_percent} per cent capitals.",
        "check": "shouting",
        "parameters": {"max_share_percent": 80, "min_letters": 20},
        "effect": "hold",
    },
]


class Month(Sanctions):
    """October 2026 at one desk; the clock goes on by hand."""

    def __init__(self) -> None:
        super().__init__(rules=TWO_RULES)
        self.withholder = make_user(group="Moderation lead", is_superuser=True)
        self.discussion = Discussion.objects.get_or_create(
            article=self.article, defaults={"created_at": self.now}
        )[0]
        self.of_september = self.sent("Published before October.")

    def later(self, **by: float) -> None:
        self.now += timedelta(**by)

    def by(self, comment: Comment) -> dict[str, Any]:
        comment.refresh_from_db()
        return {"by": self.moderator, "seen_version": comment.version, "now": self.now}

    def regular(self) -> User:
        user = make_user()
        self.trust(user)
        return user

    def sent(self, body: str = "A thought.", **fields: Any) -> Comment:
        with time_machine.travel(self.now, tick=False):
            return self.send(body, **{"user": fields.pop("user", None) or self.regular(), **fields})

    # --- what happens

    def checks_are_right_and_wrong(self) -> None:
        approved, rejected, twice, withheld = [self.sent(f"{LOUD} {number}") for number in range(4)]
        assert {one.state for one in (approved, rejected, twice, withheld)} == {"held"}
        self.later(minutes=7)
        actions.approve(approved.pk, **self.by(approved))
        self.later(minutes=5)
        actions.reject(rejected.pk, rule_keys=["shouting", "respect"], **self.by(rejected))
        undone = actions.approve(twice.pk, **self.by(twice))
        self.later(seconds=20)
        actions.undo(undone.pk, by=self.moderator, now=self.now)
        self.later(minutes=30)
        actions.reject(twice.pk, rule_keys=["shouting"], **self.by(twice))
        withheld.refresh_from_db()
        withhold_comment(
            withheld.pk,
            ground="Court",
            seen_version=withheld.version,
            by=self.withholder,
            now=self.now,
        )
        self.later(minutes=4)
        actions.approve(withheld.pk, **self.by(withheld))

    def the_program_publishes_and_people_take_down(self) -> None:
        removed, illegal, held, stays, restored, gone = [self.sent(f"Thought {n}.") for n in range(6)]
        self.later(minutes=3)
        actions.remove(removed.pk, rule_keys=["respect"], **self.by(removed))
        actions.remove(self.of_september.pk, rule_keys=["respect"], **self.by(self.of_september))
        actions.remove(illegal.pk, rule_keys=["links"], law=LAW, **self.by(illegal))
        actions.take_down(held.pk, rule_keys=["respect"], **self.by(held))
        self.later(minutes=9)
        actions.reject(held.pk, rule_keys=["respect"], **self.by(held))
        actions.remove(restored.pk, rule_keys=["respect"], **self.by(restored))
        self.later(minutes=9)
        actions.restore(restored.pk, **self.by(restored))
        actions.remove(restored.pk, rule_keys=["respect"], **self.by(restored))
        actions.withdraw(gone.pk, seen_version=gone.version, now=self.now)
        assert Comment.objects.get(pk=stays.pk).state == "public"

    def some_wait_for_standing_reasons(self) -> None:
        first = self.sent("My first thought.", user=make_user())
        robot = self.sent("I am a person.", robot_suspected=True)
        self.later(minutes=45)
        actions.approve(first.pk, **self.by(first))
        actions.reject(robot.pk, law=LAW, **self.by(robot))
        with pytest.raises(actions.Refusal):
            self.sent(THREE_LINKS)

    def readers_report(self) -> None:
        for illegal, upheld in ((False, True), (False, False), (True, True)):
            comment = make_comment(discussion=self.discussion, submitted_at=self.now, policy=self.policy)
            said = {"illegal": True, "explanation": "A crime.", "good_faith": True} if illegal else {}
            notice = actions.Notice(
                comment=comment,
                form_key=uuid.uuid4(),
                user=make_user(),
                **({"rule_key": "respect"} | said if not illegal else said),  # type: ignore[arg-type]
            )
            actions.report(notice, now=self.now)
            self.later(minutes=2)
            if upheld:
                actions.remove(comment.pk, rule_keys=["respect"], **self.by(comment))
            else:
                actions.keep(comment.pk, **self.by(comment))

    def authors_object(self) -> None:
        for granted in (True, False):
            comment = make_comment(
                discussion=self.discussion,
                state="held",
                submitted_at=self.now,
                commenter=make_commenter(),
                policy=self.policy,
            )
            decision = actions.reject(comment.pk, rule_keys=["respect"], **self.by(comment))
            made = actions.appeal(decision, "You are wrong.", now=self.now)
            self.later(hours=1)
            actions.answer_appeal(made.pk, granted=granted, reasons="So.", by=self.second, now=self.now)

    def commenters_are_sanctioned(self) -> None:
        self.break_rule()
        warning = self.sanction("warning", None)
        suspension = self.sanction("suspension", 3)
        actions.lift(suspension.pk, by=self.lead, reasons="Enough.", now=self.now)
        self.later(minutes=1)
        ban = self.sanction("ban", None)
        made = actions.appeal(ban.decision, "You are wrong.", now=self.now)
        third = make_user(group="Moderator")
        actions.answer_appeal(made.pk, granted=True, reasons="So.", by=third, now=self.now)
        self.later(minutes=1)
        undone = self.sanction("suspension", 2)
        actions.undo_sanction(undone.pk, by=self.moderator, now=self.now)
        self.sanction("pre_moderation", 5)
        held = self.sent("Read me first.", user=self.reader, acknowledges=warning.uid)
        self.later(minutes=1)
        actions.approve(held.pk, **self.by(held))

    def everything_is_pulled_back_and_some_put_back(self) -> None:
        since = self.now
        self.later(minutes=1)
        back, decided = self.sent("Back again."), self.sent("Never again.")
        self.later(minutes=1)
        asked = {"since": since, "reason": "A raid", "by": self.moderator, "now": self.now}
        run = actions.pull_back(self.discussion.pk, **asked)
        self._worked_off(run)
        actions.reject(decided.pk, rule_keys=["respect"], **self.by(decided))
        count(now=self.now + timedelta(days=2))
        self.later(days=4)
        self._worked_off(actions.put_back(run, by=self.moderator, now=self.now))
        assert [Comment.objects.get(pk=one.pk).state for one in (back, decided)] == ["public", "rejected"]

    def _worked_off(self, run: Any) -> None:
        while advance(run.pk, now=self.now):
            pass


def whole_month() -> Month:
    """All of it has happened; nothing of the month was counted since the pull-back."""
    with time_machine.travel(SINCE - timedelta(hours=2), tick=False):
        desk = Month()
    desk.now = MORNING
    for happens in (
        desk.checks_are_right_and_wrong,
        desk.the_program_publishes_and_people_take_down,
        desk.some_wait_for_standing_reasons,
        desk.readers_report,
        desk.authors_object,
        desk.everything_is_pulled_back_and_some_put_back,
        desk.commenters_are_sanctioned,
    ):
        desk.later(hours=3)
        happens()
    assert desk.now < UNTIL
    return desk
