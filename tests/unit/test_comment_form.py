"""What the comment form makes of what comes in, field by field."""

from datetime import timedelta

import pytest
from django.http import QueryDict
from django.utils import timezone

from comments.forms import CommentForm, started_mark
from comments.moderation.facts import Effect, Finding, Outcome, OutcomeKind, Reason
from comments.views.refusals import sentence_of, shown_refusal
from tests.factories import make_policy

pytestmark = pytest.mark.django_db
NOW = timezone.now()


def form_of(**fields: str) -> CommentForm:
    policy = make_policy()
    data = QueryDict(mutable=True)
    data.update(
        {
            "name": "Gus",
            "email": "Gus@Example.org",
            "body": "One.\r\n\r\nTwo.",
            "accept_policy": "on",
            "form_key": "7f9c24e8-3b12-4fef-91e0-5d7c4a1b2c3d",
            "policy_version": "1",
            "started": started_mark(NOW - timedelta(minutes=1)),
            **fields,
        }
    )
    return CommentForm(data, discussion=None, policy=policy, needs_address=True, now=NOW)


def test_clean_form_keeps_the_text_with_plain_line_ends() -> None:
    form = form_of()
    assert form.is_valid()
    assert (form.cleaned_data["body"], form.cleaned_data["email"]) == ("One.\n\nTwo.", "gus@example.org")
    assert form.robot_suspected is False


@pytest.mark.parametrize(
    "fields",
    [{"website": "https://spam.example"}, {"started": started_mark(NOW - timedelta(milliseconds=300))}],
)
def test_robots_are_suspected_by_trap_and_by_haste(fields: dict[str, str]) -> None:
    form = form_of(**fields)
    assert form.is_valid()
    assert form.robot_suspected is True


def test_any_token_is_a_form_key_and_the_same_one_each_time() -> None:
    form = form_of(form_key="a-program-s-17th")
    again = CommentForm(form.data, discussion=None, policy=form.policy, needs_address=True, now=NOW)
    other = form.data.copy()
    other["form_key"] = "a-program-s-18th"
    different = CommentForm(other, discussion=None, policy=form.policy, needs_address=True, now=NOW)
    assert (form.is_valid(), again.is_valid(), different.is_valid()) == (True, True, True)
    assert form.cleaned_data["form_key"] == again.cleaned_data["form_key"]
    assert form.cleaned_data["form_key"] != different.cleaned_data["form_key"]


def test_renewing_replaces_only_what_is_named_and_unticks_for_another_policy() -> None:
    form = form_of(body="kept \x00 text")
    key = form.data["form_key"]
    form.renew("policy_version")
    assert form.data["form_key"] == key
    assert "accept_policy" not in form.data
    assert form.data["body"] == "kept  text"
    form.renew("form_key")
    assert form.data["form_key"] != key


def test_refusal_shows_the_words_in_their_place_and_only_what_refuses() -> None:
    policy = make_policy()
    text = "x" * 60 + " https://a.example/ " + "y" * 60
    start, end = 61, 79
    finding = Finding(
        check="links",
        fact="too_many_links",
        rule_key="links",
        effect=Effect.REFUSE,
        start=start,
        end=end,
        words=text[start:end],
        details={"links": 3, "max_links": 2},
    )
    held = Finding(check="shouting", fact="shouting", rule_key="respect", effect=Effect.HOLD)
    outcome = Outcome(OutcomeKind.REFUSE, (Reason(rule_key="links"),), (finding, held), 1)
    refusal = shown_refusal(outcome, policy, text)
    assert [caught.rule.key for caught in refusal.rules] == ["links"]
    excerpt = refusal.rules[0].excerpts[0]
    assert (excerpt.before, excerpt.words, excerpt.after) == (
        "…" + "x" * 39 + " ",
        "https://a.example/",
        " " + "y" * 39 + "…",
    )
    assert refusal.can_ask is True


def test_fact_without_its_figures_or_its_words_is_still_a_sentence() -> None:
    assert sentence_of(Finding(check="links", fact="too_many_links")) == "One link too many."
    assert sentence_of(Finding(check="new", fact="never_heard_of")) == (
        "Our checks stopped your comment under this rule."
    )
