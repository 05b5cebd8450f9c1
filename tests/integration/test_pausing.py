"""A lead pauses a check that misfires: at once, for all versions, on the record, and readers are told."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from comments import pausing
from comments.models import CheckPause, CheckPauseEnd, CommentFinding
from comments.posting import Refused
from comments.querysets import Unchangeable
from newsroom.accounts.models import User
from tests.factories import make_comment, make_policy, make_user
from tests.integration.commenting import Desk

pytestmark = pytest.mark.django_db

CAPITALS = "THIS IS AN OUTRAGE AND I SAY SO"
SHOUTING = "shouting/shouting"
CHECKS = "/admin/moderation/checks/"


@pytest.fixture
def desk() -> Desk:
    return Desk(approved_needed=0)


@pytest.fixture
def lead() -> User:
    return make_user(group="Moderation lead", name="Lea Lead")


def pause(desk: Desk, lead: User, **fields: Any) -> CheckPause:
    asked = {"policy": desk.policy, "reason": "Catches initials.", "lasts": None, "by": lead, "now": desk.now}
    return pausing.pause_check(fields.pop("named", SHOUTING), **{**asked, **fields})


def facts(desk: Desk) -> list[str]:
    comment = desk.send(CAPITALS)
    return list(comment.current_text.findings.values_list("fact", flat=True))  # type: ignore[union-attr]


def test_a_paused_check_does_not_judge_the_next_comment_and_does_once_it_runs_again(
    desk: Desk, lead: User
) -> None:
    assert facts(desk) == ["shouting"]
    pause(desk, lead)
    assert facts(desk) == []
    pausing.resume_check(SHOUTING, policy=desk.policy, by=lead, now=desk.now)
    assert facts(desk) == ["shouting"]


def test_a_pause_ends_by_time_without_anybody(desk: Desk, lead: User) -> None:
    pause(desk, lead, lasts=timedelta(hours=1))
    assert pausing.paused_checks_of(desk.policy, desk.now + timedelta(minutes=59)) != []
    assert pausing.paused_checks_of(desk.policy, desk.now + timedelta(hours=1)) == []


def test_other_checks_of_the_policy_run_on(desk: Desk, lead: User) -> None:
    pause(desk, lead, named="links/links")
    assert facts(desk) == ["shouting"]


def test_a_pause_holds_in_the_next_version_too(desk: Desk, lead: User) -> None:
    pause(desk, lead)
    make_policy(version=2, rules=[], posted_at=desk.now - timedelta(hours=1))
    assert [one.name for one in pausing.paused_checks_of(desk.policy, desk.now)] == [SHOUTING]


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"reason": " \n "}, "Write a reason"),
        ({"reason": "x" * 501}, "Write a reason"),
        ({"named": "shouting/links"}, "There is no such check"),
        ({"named": ""}, "There is no such check"),
    ],
)
def test_a_pause_without_reason_or_check_is_refused(
    desk: Desk, lead: User, fields: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(Refused, match=sentence):
        pause(desk, lead, **fields)
    assert CheckPause.objects.count() == 0


def test_a_check_is_paused_once_and_resumed_once(desk: Desk, lead: User) -> None:
    pause(desk, lead)
    with pytest.raises(Refused, match="paused already"):
        pause(desk, lead)
    again = {"policy": desk.policy, "by": lead, "now": desk.now}
    pausing.resume_check(SHOUTING, **again)  # type: ignore[arg-type]
    with pytest.raises(Refused, match="not paused"):
        pausing.resume_check(SHOUTING, **again)  # type: ignore[arg-type]


def test_only_a_lead_pauses_and_resumes(desk: Desk) -> None:
    with pytest.raises(PermissionDenied):
        pause(desk, desk.moderator)
    with pytest.raises(PermissionDenied):
        pausing.resume_check(SHOUTING, policy=desk.policy, by=desk.moderator, now=desk.now)


def test_pauses_and_their_ends_stand(desk: Desk, lead: User) -> None:
    row = pause(desk, lead)
    pausing.resume_check(SHOUTING, policy=desk.policy, by=lead, now=desk.now)
    with pytest.raises(Unchangeable):
        CheckPause.objects.filter(pk=row.pk).update(reason="Another")
    with pytest.raises(Unchangeable):
        CheckPauseEnd.objects.all().delete()
    if connection.vendor == "postgresql":
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("UPDATE comments_checkpause SET reason = 'Another'")


# --- what readers and the desk see


def test_the_policy_page_says_so_at_once_and_until_it_ends(client: Client, desk: Desk, lead: User) -> None:
    said = "The automatic check of rule 5 (“Shouting”) is paused since"
    assert said not in client.get("/comment-policy/").content.decode()
    pause(desk, lead, lasts=timedelta(seconds=5))
    response = client.get("/comment-policy/1/")
    assert said in response.content.decode()
    assert int(response.headers["Cache-Control"].partition("max-age=")[2]) <= 5
    pausing.resume_check(SHOUTING, policy=desk.policy, by=lead, now=timezone.now())
    assert said not in client.get("/comment-policy/").content.decode()


def test_the_desk_has_a_banner(client: Client, desk: Desk, lead: User) -> None:
    client.force_login(desk.moderator)
    banner = "Rule 5’s check “Shouting” is paused since"
    assert banner not in client.get(reverse("moderation:queue")).content.decode()
    pause(desk, lead)
    assert banner in client.get(reverse("moderation:queue")).content.decode()


def held_by_failure(minutes: int, check: str = "shouting") -> None:
    comment = make_comment(state="held", submitted_at=timezone.now() - timedelta(minutes=minutes))
    CommentFinding.objects.create(
        text=comment.current_text, standing="check_unavailable", check_name=check, fact="check_unavailable",
        effect="hold", details={"rule": check, "check": check},
    )  # fmt: skip


def test_the_desk_names_the_check_that_failed_within_the_hour_until_it_is_paused(
    client: Client, desk: Desk, lead: User
) -> None:
    client.force_login(desk.moderator)

    def banners() -> str:
        page = client.get(reverse("moderation:queue")).content.decode()
        return page.partition('class="desk-banners"')[2].partition('id="list"')[0]

    failing = "Rule 5’s check “Shouting” did not finish."
    held_by_failure(minutes=61)
    assert "did not finish" not in banners()
    held_by_failure(minutes=59)
    held_by_failure(minutes=1)
    held_by_failure(minutes=1, check="links")
    assert f"{failing} 2 comments of the last hour were held for that reason." in banners()
    assert "Rule 2’s check “Links” did not finish. 1 comment of the last hour was held" in banners()
    pause(desk, lead)
    assert failing not in banners()
    assert "Rule 2’s check “Links” did not finish." in banners()


def test_a_lead_pauses_and_resumes_on_the_page_of_checks(client: Client, desk: Desk, lead: User) -> None:
    client.force_login(lead)
    sent = {"check": SHOUTING, "hours": "24", "reason": "Catches initials."}
    assert client.post(CHECKS, sent).headers["Location"] == CHECKS
    row = CheckPause.objects.get()
    assert (row.rule_key, row.check_name, row.reason, row.started_by) == (
        "shouting",
        "shouting",
        "Catches initials.",
        lead,
    )
    assert row.until == row.started_at + timedelta(hours=24)
    page = client.get(CHECKS).content.decode()
    assert "by Lea Lead" in page
    assert client.post(CHECKS, {"resume": SHOUTING}).headers["Location"] == CHECKS
    assert CheckPauseEnd.objects.get().ended_by == lead
    assert "Ended" in client.get(CHECKS).content.decode()


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"check": SHOUTING, "hours": "24", "reason": ""},
        {"check": SHOUTING, "hours": "1000000", "reason": "Because"},
        {"check": "nothing", "hours": "1", "reason": "Because"},
        {"resume": SHOUTING},
        {"resume": "nothing"},
    ],
)
def test_a_wrong_form_is_answered_with_a_sentence_and_nothing_is_stored(
    client: Client, desk: Desk, lead: User, sent: dict[str, str]
) -> None:
    client.force_login(lead)
    response = client.post(CHECKS, sent)
    assert (response.status_code, CheckPause.objects.count()) == (422, 0)
    assert 'role="alert"' in response.content.decode()


def test_a_moderator_reads_the_page_and_may_not_pause(client: Client, desk: Desk) -> None:
    client.force_login(desk.moderator)
    page = client.get(CHECKS).content.decode()
    assert ("Shouting" in page, "Pause this check" in page) == (True, False)
    assert client.post(CHECKS, {"resume": SHOUTING}).status_code == 403


def test_without_a_policy_no_check_runs(client: Client, lead: User) -> None:
    client.force_login(lead)
    assert "No policy is in force, so no check runs." in client.get(CHECKS).content.decode()
    assert client.post(CHECKS, {"check": SHOUTING}).status_code == 422
