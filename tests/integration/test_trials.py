"""Trying a draft on stored comments: what it would do otherwise, resumable, and beside what people decided."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from comments import actions, policy_content, posting, trials
from comments.enums import TrialState
from comments.models import Comment, PhraseList, PhraseListRevision, Policy, PolicyTrial, RefusalCount
from newsroom.accounts.models import User
from tests.factories import make_comment, make_discussion, make_policy, make_user

pytestmark = pytest.mark.django_db

LOUD = "THIS IS WRITTEN IN CAPITALS FROM ITS BEGINNING TO ITS END"
LINKS = "https://a.example https://b.example https://c.example"
QUIET = "A thought in an ordinary voice."


@pytest.fixture
def lead() -> User:
    return make_user(group="Moderation lead")


@pytest.fixture
def draft(lead: User) -> Policy:
    """Beside the rules in force, which know no shouting, a draft that holds it and refuses three links."""
    make_policy()
    draft = posting.draft_next(by=lead, now=timezone.now())
    content = policy_content.content_of(draft)
    shouting = policy_content.DraftRule(
        "shouting",
        4,
        "No shouting",
        "In {min_letters} letters or more, at most {max_share_percent} per cent capitals.",
        [policy_content.DraftCheck("shouting", {"max_share_percent": 60, "min_letters": 20}, "hold")],
    )
    written = policy_content.DraftContent(
        title=content.title,
        introduction=content.introduction,
        how_moderated=content.how_moderated,
        changes="",
        approved_needed=3,
        rules=[*content.rules, shouting],
    )
    return posting.save_draft(draft.pk, by=lead, content=written, seen=policy_content.seal_of(content))


def tried(draft: Policy, lead: User, days: int = 30) -> PolicyTrial:
    trial = trials.begin(draft, days=days, by=lead, now=timezone.now())
    while trials.advance(trial.pk, now=timezone.now()):
        pass
    trial.refresh_from_db()
    return trial


def test_trial_counts_what_would_be_done_otherwise(draft: Policy, lead: User) -> None:
    make_comment(body=QUIET), make_comment(body=LOUD), make_comment(body=LINKS)
    trial = tried(draft, lead)
    assert trial.state == TrialState.DONE
    assert {name: count for name, count in trial.counts.items() if not name.startswith("rule/")} == {
        "judged": 3,
        "would/publish": 1,
        "would/hold": 1,
        "would/refuse": 1,
        "flip/publish/hold": 1,
        "flip/publish/refuse": 1,
        "kept": 2,
    }
    assert {(flip.comment.current_text.body, flip.would, *flip.rule_keys) for flip in trial.flips.all()} == {
        (LOUD, "hold", "shouting"),
        (LINKS, "refuse", "links"),
    }


def test_trial_says_how_far_it_agrees_with_moderators(draft: Policy, lead: User) -> None:
    for body, turned_down in ((LOUD, True), (LOUD, False), (QUIET, False)):
        comment = make_comment(state="held", body=body)
        how: dict[str, Any] = {"by": lead, "seen_version": 1, "now": timezone.now()}
        if turned_down:
            actions.reject(comment.pk, rule_keys=["respect"], **how)
        else:
            actions.approve(comment.pk, **how)
    make_comment(body=LOUD)
    counts = tried(draft, lead).counts
    assert {name: count for name, count in counts.items() if name.startswith(("people/", "rule/"))} == {
        "people/turned_down/hold": 1,
        "people/approved/hold": 1,
        "people/approved/publish": 1,
        "rule/shouting/hold": 3,
        "rule/shouting/turned_down": 1,
        "rule/shouting/approved": 1,
        "rule/shouting/unseen": 1,
    }


def test_trial_changes_no_comment(draft: Policy, lead: User) -> None:
    make_comment(body=LOUD)
    before = list(Comment.objects.values())
    tried(draft, lead)
    assert list(Comment.objects.values()) == before


def test_trial_takes_the_comments_of_its_days_alone(draft: Policy, lead: User) -> None:
    make_comment(body=LOUD, submitted_at=timezone.now() - timedelta(days=8))
    make_comment(body=LOUD, state="unconfirmed")
    make_comment(body=LOUD)
    trial = tried(draft, lead, days=7)
    assert (trial.total, trial.counts["judged"]) == (1, 1)


def test_trial_goes_on_where_it_was_and_judges_none_twice(
    draft: Policy, lead: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trials, "BATCH", 2)
    discussion = make_discussion()
    for _number in range(5):
        make_comment(body=LOUD, discussion=discussion)
    trial = trials.begin(draft, days=30, by=lead, now=timezone.now())
    steps = []
    while trials.advance(trial.pk, now=timezone.now()):
        trial.refresh_from_db()
        steps.append(trial.counts["judged"])
    assert steps == [2, 4, 5]
    assert not trials.advance(trial.pk, now=timezone.now())
    assert trial.flips.count() == 5


def test_job_of_a_trial_stands_in_its_transaction_and_does_it(draft: Policy, lead: User) -> None:
    make_comment(body=LOUD)
    trial = trials.begin(draft, days=30, by=lead, now=timezone.now())
    (job,) = DBTaskResult.objects.filter(task_path="comments.trials.go_on")
    assert job.args_kwargs == {"args": [trial.pk], "kwargs": {}}
    trials.go_on.call(trial.pk)
    trial.refresh_from_db()
    assert trial.state == TrialState.DONE


def test_draft_saved_meanwhile_does_not_change_the_trial(draft: Policy, lead: User) -> None:
    make_comment(body=LOUD)
    trial = trials.begin(draft, days=30, by=lead, now=timezone.now())
    content = policy_content.content_of(draft)
    without = policy_content.DraftContent(
        title=content.title,
        introduction=content.introduction,
        how_moderated=content.how_moderated,
        changes="",
        approved_needed=3,
        rules=content.rules[:3],
    )
    posting.save_draft(draft.pk, by=lead, content=without, seen=policy_content.seal_of(content))
    trials.go_on.call(trial.pk)
    trial.refresh_from_db()
    assert trial.counts["flip/publish/hold"] == 1


def test_phrase_list_is_as_it_was_when_the_trial_began(lead: User) -> None:
    words = PhraseList.objects.create(name="insults")
    _revise(words, 1, "nincompoop")
    rule = {
        "key": "insults",
        "title": "No insults",
        "text": "No words of the list {list}.",
        "check": "phrases",
    }
    make_policy(rules=[{**rule, "parameters": {"list": "insults"}, "effect": "hold"}])
    draft = posting.draft_next(by=lead, now=timezone.now())
    make_comment(body="What a nincompoop.")
    trial = trials.begin(draft, days=30, by=lead, now=timezone.now())
    _revise(words, 2, "dunderhead")
    trials.go_on.call(trial.pk)
    trial.refresh_from_db()
    assert trial.counts["rule/insults/hold"] == 1


def _revise(words: PhraseList, number: int, text: str) -> None:
    PhraseListRevision.objects.create(
        phrase_list=words, number=number, entries=[{"text": text, "kind": "word"}], created_at=timezone.now()
    )


def test_refusals_that_cannot_be_tried_are_counted(draft: Policy, lead: User) -> None:
    RefusalCount.objects.create(policy=draft, rule_key="links", day=timezone.localdate(), count=4)
    assert trials.refused_meanwhile(tried(draft, lead)) == {"links": 4}


def test_trial_needs_the_right_a_draft_and_a_span(draft: Policy, lead: User) -> None:
    now = timezone.now()
    with pytest.raises(PermissionDenied):
        trials.begin(draft, days=30, by=make_user(group="Moderator"), now=now)
    with pytest.raises(posting.Refused, match="7, 30, 90 or 365 days"):
        trials.begin(draft, days=31, by=lead, now=now)
    with pytest.raises(posting.Refused, match="posted already"):
        trials.begin(Policy.objects.get(version=1), days=30, by=lead, now=now)
    trials.begin(draft, days=30, by=lead, now=now)
    with pytest.raises(posting.Refused, match="is running"):
        trials.begin(draft, days=30, by=lead, now=now)


def test_stopped_trial_keeps_what_it_found(
    draft: Policy, lead: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trials, "BATCH", 1)
    make_comment(body=LOUD), make_comment(body=LOUD)
    trial = trials.begin(draft, days=30, by=lead, now=timezone.now())
    trials.advance(trial.pk, now=timezone.now())
    assert trials.stop(trial, by=lead, now=timezone.now())
    assert not trials.stop(trial, by=lead, now=timezone.now())
    assert not trials.advance(trial.pk, now=timezone.now())
    trial.refresh_from_db()
    assert (trial.state, trial.counts["judged"]) == (TrialState.STOPPED, 1)


# --- the pages


@pytest.fixture
def desk(client: Client, lead: User) -> Client:
    client.force_login(lead)
    return client


def test_lead_begins_a_trial_and_reads_its_result(desk: Client, draft: Policy) -> None:
    make_comment(body=LOUD), make_comment(body=QUIET)
    answer = desk.post(f"/admin/comments/policy/{draft.pk}/trials/", {"days": "30"})
    assert answer.status_code == 302
    running = desk.get(answer["Location"]).content.decode()
    assert "Running: 0 of 2 comments judged, 0 %." in running
    trials.go_on.call(PolicyTrial.objects.get().pk)
    page = desk.get(answer["Location"], {"kind": "publish-hold"})
    text = page.content.decode()
    assert "Done: 2 comments judged." in text
    assert [flip.comment.current_text.body for flip in page.context["flips"]] == [LOUD]
    assert "every 2s" not in text


def test_trial_that_cannot_be_says_why_and_begins_none(desk: Client, draft: Policy, lead: User) -> None:
    trials.begin(draft, days=30, by=lead, now=timezone.now())
    answer = desk.post(f"/admin/comments/policy/{draft.pk}/trials/", {"days": "30"})
    assert answer.status_code == 422
    assert "A trial of this draft is running." in answer.content.decode()
    assert PolicyTrial.objects.count() == 1


def test_flips_come_in_pages_by_key(desk: Client, draft: Policy, lead: User) -> None:
    discussion = make_discussion()
    for _number in range(53):
        make_comment(body=LOUD, discussion=discussion)
    trial = tried(draft, lead)
    address = f"/admin/comments/policy/{draft.pk}/trials/{trial.pk}/"
    first = desk.get(address, {"kind": "publish-hold"})
    rest = desk.get(address, {"kind": "publish-hold", "after": first.context["more"]})
    assert (len(first.context["flips"]), len(rest.context["flips"]), rest.context["more"]) == (50, 3, None)


def test_trials_are_for_who_may_post(client: Client, draft: Policy, lead: User) -> None:
    trial = trials.begin(draft, days=30, by=lead, now=timezone.now())
    client.force_login(make_user(group="Moderator"))
    for address in ("", f"{trial.pk}/"):
        assert client.get(f"/admin/comments/policy/{draft.pk}/trials/{address}").status_code == 403
    assert client.post(f"/admin/comments/policy/{draft.pk}/trials/{trial.pk}/stop/").status_code == 403


def test_difference_names_what_readers_will_find_changed(desk: Client, draft: Policy) -> None:
    text = desk.get(f"/admin/comments/policy/{draft.pk}/difference/").content.decode()
    assert "Rule 4, No shouting: new" in text
    assert "Rule 2" not in text
