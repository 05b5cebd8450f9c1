"""The policy in several languages: each reader in theirs, the original marked where there is no translation."""

import html
import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction  # noqa: F401 - named in a condition
from django.db.models import QuerySet
from django.test import Client
from django.utils import timezone, translation

from comments import actions, eu_database, links
from comments.actions.sanctioning import Measure, sanction
from comments.figures import newest_rules
from comments.models import Letter, Policy, PolicyTranslation, RuleTranslation
from comments.querysets import Unchangeable
from comments.standing import seen_mark
from comments.wording import words_of
from tests import factories
from tests.factories import make_policy
from tests.integration.commenting import THREE_LINKS, Desk

pytestmark = pytest.mark.django_db
PERSIAN = {
    "title": "آیین‌نامهٔ دیدگاه‌ها",
    "introduction": "گفت‌وگویی می‌خواهیم که خواندنی باشد.",
    "how_moderated": "گردانندگان آنچه را بررسی‌ها نگه می‌دارند می‌خوانند.",
}
LINKS_IN_PERSIAN = ("پیوند کم", "در هر دیدگاه دست بالا {max_links} پیوند.")
LENGTH, LINKS, RESPECT = factories.RULES
RULES = [LENGTH, {**LINKS, "translations": {"fa": LINKS_IN_PERSIAN}}, RESPECT]


def make_translated(**fields: Any) -> Policy:
    """A policy of which introduction and rule 2 are translated into Persian, and rules 1 and 3 are not."""
    return make_policy(**{"rules": RULES, "translations": {"fa": PERSIAN}, **fields})


def text_of(response: Any) -> str:
    return html.unescape(re.sub(r"\s+", " ", response.content.decode()))


class PersianDesk(Desk):
    """A desk whose story and reader are Persian and whose moderator reads English."""

    def __init__(self) -> None:
        super().__init__(rules=RULES, translations={"fa": PERSIAN})
        section = factories.make_section(slug="farsi", language="fa")
        self.publication = factories.make_publication(
            article=factories.make_article(section=section, language="fa"), headline="لنگرگاه"
        )
        self.article = self.publication.article
        self.reader.language = "fa"
        self.reader.save(update_fields=["language"])


@pytest.fixture
def desk() -> PersianDesk:
    return PersianDesk()


# --- the policy's page


def test_each_language_has_an_address_that_says_so_in_its_head(client: Client) -> None:
    make_translated()
    for address in ("/comment-policy/fa/", "/comment-policy/1/fa/"):
        response = client.get(address)
        page = response.content.decode()
        assert '<html lang="fa" dir="rtl">' in page
        assert response["Content-Language"] == "fa"
        assert response["Cache-Control"].startswith("public, max-age=")
        assert not response.cookies
        assert f'<link rel="canonical" href="http://testserver{address}">' in page
        assert f'hreflang="en" href="{address.removesuffix("fa/")}"' in page
    assert '<link rel="alternate" hreflang="fa" href="/comment-policy/fa/">' in text_of(
        client.get("/comment-policy/")
    )


def test_page_is_in_the_language_of_its_address_and_the_original_is_marked_where_it_has_to_stand(
    client: Client,
) -> None:
    make_translated()
    page = text_of(client.get("/comment-policy/1/fa/"))
    assert "<h1>آیین‌نامهٔ دیدگاه‌ها</h1>" in page
    assert '<div class="policy__intro prose"><p dir="auto">گفت‌وگویی می‌خواهیم' in page
    assert '<div class="rule__text"><p dir="auto">در هر دیدگاه دست بالا 2 پیوند.</p>' in page
    assert '<bdi lang="en" dir="ltr">Respect others</bdi>' in page
    assert '<div class="rule__text" lang="en" dir="ltr"><p dir="auto">Argue with arguments' in page
    original = text_of(client.get("/comment-policy/1/"))
    assert "At most 2 links in a comment." in original
    assert ' lang="fa" dir="rtl"' not in original.partition("<main")[2]
    assert "پیوند کم" not in original


@pytest.mark.parametrize("whole", [True, False])
def test_page_of_a_version_says_how_far_it_is_translated(client: Client, whole: bool) -> None:
    rules = RULES[1:2] if whole else RULES
    make_translated(rules=rules)
    page = text_of(client.get("/comment-policy/1/fa/"))
    assert ("این متن ترجمه است." in page, "آنچه ترجمه نشده به زبان اصلی" in page) == (True, not whole)


def test_version_without_a_translation_stands_in_the_original_and_is_marked(client: Client) -> None:
    make_policy()
    page = text_of(client.get("/comment-policy/1/fa/"))
    assert '<h1 lang="en" dir="ltr">Comment policy</h1>' in page
    assert "این نسخه ترجمه نشده است" in page
    assert 'class="rule__text" lang="en" dir="ltr"' in page


def test_policy_written_in_persian_is_marked_on_the_english_page_and_whole_on_its_own(client: Client) -> None:
    make_policy(
        language="fa",
        **PERSIAN,
        rules=[{**RESPECT, "title": "احترام", "text": "با دلیل پاسخ بدهید.",
                "translations": {"en": ("Respect", "Answer with reasons.")}}],
    )  # fmt: skip
    english, persian = (text_of(client.get(f"/comment-policy/{end}")) for end in ("", "fa/"))
    assert '<h1 lang="fa" dir="rtl">آیین‌نامهٔ دیدگاه‌ها</h1>' in english
    assert '<p dir="auto">Answer with reasons.</p>' in english
    assert "با دلیل پاسخ بدهید." in persian
    assert "ترجمه" not in persian.partition("<main")[2]


def test_the_sites_own_language_has_one_address_a_page(client: Client) -> None:
    make_policy()
    for address in ("/comment-policy/", "/comment-policy/1/", "/comment-policy/transparency/"):
        response = client.get(f"{address}en/")
        assert (response.status_code, response["Location"]) == (301, address)
    assert client.get("/comment-policy/de/").status_code == 404


@pytest.mark.parametrize("rules", [1, 3])
def test_translated_page_takes_the_same_queries_for_any_number_of_rules(
    client: Client, django_assert_num_queries: Any, rules: int
) -> None:
    make_translated(rules=[{**LINKS, "key": f"links{number}", "translations": {"fa": LINKS_IN_PERSIAN}}
                           for number in range(rules)])  # fmt: skip
    with django_assert_num_queries(8):
        client.get("/comment-policy/fa/")


# --- what is posted stands


def test_translations_of_a_posted_version_stand() -> None:
    policy = make_translated()
    words, rule = PolicyTranslation.objects.get(), RuleTranslation.objects.get()
    attempts = [
        words.save,
        words.delete,
        rule.save,
        rule.delete,
        PolicyTranslation.objects.all().delete,
        lambda: RuleTranslation.objects.update(text="Anything."),
        lambda: PolicyTranslation.objects.create(policy=policy, language="en", title="New"),
        lambda: RuleTranslation.objects.bulk_create(
            [RuleTranslation(rule=policy.rules.get(number=1), language="fa", title="x", text="x")]
        ),
    ]
    for attempt in attempts:
        with pytest.raises(Unchangeable):
            attempt()
    assert (PolicyTranslation.objects.get().title, RuleTranslation.objects.get().title) == (
        PERSIAN["title"], LINKS_IN_PERSIAN[0],
    )  # fmt: skip


@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="Only PostgreSQL has these triggers.")
@pytest.mark.parametrize("model", [PolicyTranslation, RuleTranslation])
def test_postgresql_refuses_to_change_them_whoever_asks(model: Any) -> None:
    make_translated()
    with pytest.raises(IntegrityError), transaction.atomic():
        QuerySet(model).update(title="x")


# --- the form, and what refuses a text


def test_form_links_to_the_policy_in_the_storys_language(client: Client, desk: PersianDesk) -> None:
    page = text_of(client.get(f"{desk.publication.get_absolute_url()}comments/new/"))
    assert 'href="/comment-policy/fa/"' in page
    assert 'href="/comment-policy/"' not in page


def test_refusal_quotes_the_rule_in_the_storys_language(client: Client, desk: PersianDesk) -> None:
    client.force_login(desk.reader)
    address = f"{desk.publication.get_absolute_url()}comments/new/"
    page = client.get(address).content.decode()
    hidden = dict(re.findall(r'name="(form_key|policy_version|started)" value="([^"]*)"', page))
    response = client.post(address, {**hidden, "body": THREE_LINKS, "accept_policy": "on"})
    page = text_of(response)
    assert response.status_code == 422
    assert "در هر دیدگاه دست بالا 2 پیوند." in page
    assert 'href="/comment-policy/1/fa/#rule-2"' in page
    assert "At most 2 links" not in page


# --- what authors are told


def test_mail_and_statement_quote_the_rule_in_the_authors_language_whatever_the_moderator_reads(
    client: Client, desk: PersianDesk
) -> None:
    desk.now -= timedelta(minutes=30)
    comment = desk.send("این را پس بگیرید.")
    with translation.override("en"):
        decision = desk.reject(comment, "links", "respect")
    words = words_of(Letter.objects.get(kind="statement"))
    assert "در هر دیدگاه دست بالا 2 پیوند." in words.text
    assert "http://testserver/comment-policy/1/fa/#rule-2" in words.text
    assert '<html lang="fa" dir="rtl">' in words.html
    assert (
        '<blockquote lang="en" dir="ltr">Argue with arguments, not with insults.</blockquote>' in words.html
    )
    assert '<bdi lang="en" dir="ltr">Respect others</bdi>' in words.html
    comment.refresh_from_db()
    page = text_of(client.get(links.statement_path(comment, decision.subject_version)))
    assert '<p dir="auto">در هر دیدگاه دست بالا 2 پیوند.</p>' in page
    assert '<div lang="en" dir="ltr"><p dir="auto">Argue with arguments' in page
    assert "در هر دیدگاه دست بالا 2 پیوند." in decision.evidence.statement


def test_statement_keeps_what_it_quoted_when_the_words_are_mended(client: Client, desk: PersianDesk) -> None:
    desk.now -= timedelta(minutes=30)
    comment = desk.send("این را پس بگیرید.")
    decision = desk.reject(comment, "links")
    mended = ("پیوندهای اندک", "بیش از {max_links} پیوند نگذارید.")
    rules = [
        LENGTH,
        {**LINKS, "text": "No more than {max_links} links.", "translations": {"fa": mended}},
        RESPECT,
    ]
    make_policy(version=2, rules=rules, translations={"fa": PERSIAN}, mends=desk.policy)
    comment.refresh_from_db()
    for told in (
        words_of(Letter.objects.get(kind="statement")).text,
        text_of(client.get(links.statement_path(comment, decision.subject_version))),
        text_of(client.get(links.mine_path(comment))),
        text_of(client.get("/comment-policy/1/fa/")),
    ):
        assert ("در هر دیدگاه دست بالا 2 پیوند." in told, "بیش از 2 پیوند نگذارید." in told) == (True, False)
    assert "بیش از 2 پیوند نگذارید." in text_of(client.get("/comment-policy/fa/"))


def test_appeal_form_under_the_statement_is_persian_and_the_outcome_is_mailed_in_persian(
    client: Client, desk: PersianDesk
) -> None:
    desk.now -= timedelta(minutes=30)
    decision = desk.reject(desk.send("این را پس بگیرید."), "links")
    path = links.statement_path(decision.comment, decision.subject_version)
    assert client.post(path, {"text": "اشتباه کرده‌اید."}).status_code == 303
    made = decision.appeal
    other = factories.make_user(group="Moderator")
    actions.answer_appeal(made.pk, granted=True, by=other, reasons="درست می‌گویید.", now=timezone.now())
    words = words_of(Letter.objects.get(kind="appeal_outcome"))
    assert 'lang="fa" dir="rtl"' in words.html
    assert "درست می‌گویید." in words.text


def test_sanction_quotes_its_rule_in_its_commenters_language(client: Client, desk: PersianDesk) -> None:
    comment = desk.send("این را پس بگیرید.")
    commenter = comment.commenter
    commenter.language = "fa"
    commenter.save(update_fields=["language"])
    with translation.override("en"):
        sanction(
            commenter.pk, Measure(kind="warning", days=None, rule_keys=["links"], note="Seen."),
            by=desk.moderator, seen=seen_mark(commenter.pk), now=desk.now,
        )  # fmt: skip
    assert "در هر دیدگاه دست بالا 2 پیوند." in words_of(Letter.objects.get(kind="statement")).text


def test_report_of_a_persian_comment_names_the_rule_in_persian(client: Client, desk: PersianDesk) -> None:
    comment = factories.make_comment(discussion=factories.make_discussion(desk.article))
    page = text_of(client.get(f"/comments/{comment.uid}/report/"))
    assert "پیوند کم" in page
    assert "Few links" not in page


def test_eu_database_is_told_in_english_even_of_a_policy_written_in_persian() -> None:
    desk = Desk(
        language="fa",
        **PERSIAN,
        rules=[
            {**RESPECT, "title": "احترام", "text": "با دلیل.", "translations": {"en": ("Respect", "Reason.")}}
        ],
    )
    desk.now -= timedelta(minutes=30)
    desk.reject(desk.send("A thought."))
    entry = next(eu_database.entries(desk.now, timezone.now(), now=timezone.now()))
    assert entry["incompatible_content_ground"] == "Comment policy, version 1, rule 1: Respect"
    assert entry["incompatible_content_explanation"] == (
        "A moderator judged that the comment, taken as a whole, breaks rule 1.\nAgainst the rule: Reason."
    )
    assert entry["decision_ground_reference_url"] == "http://testserver/comment-policy/1/#rule-1"


# --- the report for everybody


def test_figures_name_rules_in_the_readers_language() -> None:
    make_translated()
    with translation.override("fa"):
        names = {key: (rule.title, rule.language) for key, rule in newest_rules().items()}
    assert names["links"] == ("پیوند کم", "fa")
    assert names["respect"] == ("Respect others", "en")
    assert newest_rules()["links"].title == "Few links"


def test_transparency_report_is_there_in_persian(client: Client) -> None:
    response = client.get("/comment-policy/transparency/fa/")
    page = text_of(response)
    assert '<html lang="fa" dir="rtl">' in page
    assert 'href="/comment-policy/fa/"' in page
    assert 'href="/comment-policy/transparency/"' in page
