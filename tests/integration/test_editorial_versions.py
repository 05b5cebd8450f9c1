"""Editorial versions of the policy: words alone are mended, nobody accepts again, and figures stay in one row."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.utils import timezone

from comments import actions, posting
from comments.models import Comment, Policy, RefusalCount
from comments.policy_content import DraftCheck, DraftContent, PolicyWords, RuleWords, content_of, seal_of
from newsroom.accounts.models import User
from tests import factories
from tests.factories import make_policy, make_user
from tests.integration.commenting import RULES, THREE_LINKS, Desk
from tests.integration.test_policy_admin import fields_of, text_of

pytestmark = pytest.mark.django_db
LIST = "/admin/comments/policy/"
PERSIAN = {"title": "آیین‌نامه", "introduction": "خوش آمدید.", "how_moderated": "گردانندگان می‌خوانند."}


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture
def lead(db: None) -> User:
    return make_user(group="Moderation lead")


@pytest.fixture
def draft(desk: Desk, lead: User) -> Policy:
    return posting.draft_mended(by=lead, now=timezone.now())


def save(draft: Policy, by: User, content: DraftContent) -> Policy:
    return posting.save_draft(draft.pk, by=by, content=content, seen=seal_of(content_of(draft)))


def post(draft: Policy, by: User, **fields: Any) -> Policy:
    seen, now = seal_of(content_of(draft)), timezone.now()
    return posting.post(draft.pk, by=by, seen=seen, **{"effective_from": None, "now": now, **fields})


def mend(rule: int, content: DraftContent, **fields: Any) -> DraftContent:
    rules = [replace(one, **fields) if one.number == rule else one for one in content.rules]
    return replace(content, rules=rules)


# --- what may change


def test_words_of_every_language_are_mended(desk: Desk, draft: Policy, lead: User) -> None:
    content = content_of(draft)
    content = replace(content, introduction="Mended.", translations={"fa": PolicyWords(**PERSIAN)})
    persian = {"fa": RuleWords("پیوند کم", "دست بالا {max_links} پیوند.")}
    content = mend(2, content, text="No more than {max_links} links.", translations=persian)
    posted = post(save(draft, lead, content), lead)
    assert content_of(posted) == content
    assert (posted.mends, posted.is_editorial) == (desk.policy, True)
    assert Policy.objects.in_force(timezone.now()) == posted


Change = Callable[[DraftContent], DraftContent]
BEYOND_WORDS: dict[str, Change] = {
    "a rule less": lambda content: replace(content, rules=content.rules[1:]),
    "another order": lambda content: mend(2, mend(1, content, number=9), number=1),
    "another key": lambda content: mend(1, content, key="size"),
    "another gravity": lambda content: mend(1, content, gravity="grave"),
    "another figure": lambda content: mend(
        2, content, checks=[DraftCheck("links", {"max_links": 3}, "refuse")]
    ),
    "another effect": lambda content: mend(
        2, content, checks=[DraftCheck("links", {"max_links": 2}, "hold")]
    ),
    "a check less": lambda content: mend(2, content, text="Few links.", checks=[]),
    "another number of approved comments": lambda content: replace(content, approved_needed=9),
}


@pytest.mark.parametrize("name", BEYOND_WORDS)
def test_anything_beyond_words_is_refused(draft: Policy, lead: User, name: str) -> None:
    before = content_of(draft)
    with pytest.raises(posting.Refused, match="An editorial version changes words alone"):
        save(draft, lead, BEYOND_WORDS[name](before))
    assert content_of(draft) == before


@pytest.mark.parametrize("name", BEYOND_WORDS)
def test_nor_is_it_posted_where_the_draft_came_to_differ_otherwise(
    draft: Policy, lead: User, name: str
) -> None:
    content = BEYOND_WORDS[name](content_of(draft))
    Policy.objects.filter(pk=draft.pk).update(mends=None)
    changed = save(draft, lead, content)
    Policy.objects.filter(pk=draft.pk).update(mends=Policy.objects.get(version=1))
    with pytest.raises(posting.Refused, match="An editorial version changes words alone"):
        post(changed, lead)
    if connection.vendor == "postgresql":
        with pytest.raises(IntegrityError, match="has other rules"), transaction.atomic():
            Policy.objects.filter(pk=draft.pk).update(posted_at=timezone.now(), effective_from=timezone.now())


@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="Only PostgreSQL has these triggers.")
def test_database_lets_nothing_mend_an_editorial_version_or_a_draft(desk: Desk) -> None:
    second = make_policy(version=2, rules=RULES, mends=desk.policy)
    for mended in (second, make_policy(version=3, rules=RULES, posted_at=None)):
        with pytest.raises(IntegrityError), transaction.atomic():
            make_policy(version=4, rules=RULES, mends=mended)


def test_version_mends_an_earlier_one_never_itself(draft: Policy) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Policy.objects.filter(pk=draft.pk).update(mends=draft.pk)


def test_mended_again_it_still_mends_the_version_whose_rules_these_are(
    desk: Desk, draft: Policy, lead: User
) -> None:
    post(draft, lead)
    assert posting.draft_mended(by=lead, now=timezone.now()).mends == desk.policy


def test_next_version_with_new_rules_is_not_editorial(draft: Policy, lead: User) -> None:
    post(draft, lead)
    following = posting.draft_next(by=lead, now=timezone.now())
    assert (following.version, following.mends) == (3, None)


def test_nothing_posted_nothing_to_mend(lead: User) -> None:
    with pytest.raises(posting.Refused, match="Nothing is posted yet"):
        posting.draft_mended(by=lead, now=timezone.now())


def test_announced_version_can_be_mended_in_its_very_second(desk: Desk, lead: User) -> None:
    begins = timezone.now() + timedelta(days=3)
    announced = make_policy(version=2, rules=RULES, effective_from=begins)
    draft = posting.draft_mended(by=lead, now=timezone.now())
    with pytest.raises(posting.Refused, match="before version 2 does"):
        post(draft, lead)
    mended = post(draft, lead, effective_from=begins)
    assert mended.mends == announced
    assert Policy.objects.in_force(timezone.now()) == desk.policy
    assert Policy.objects.in_force(begins) == mended


# --- readers


def test_form_of_the_version_before_is_taken_and_judged_by_the_words_that_its_author_read(
    desk: Desk, draft: Policy, lead: User
) -> None:
    post(save(draft, lead, mend(3, content_of(draft), text="In other words.")), lead)
    sent = actions.submit(desk.draft(accepted_version=1), now=timezone.now())
    assert sent.comment.policy.version == 1
    again = actions.submit(desk.draft("Another.", accepted_version=2), now=timezone.now())
    assert again.comment.policy.version == 2


def test_form_from_before_the_rules_changed_is_not_taken(desk: Desk, lead: User) -> None:
    second = make_policy(version=2, rules=RULES[::-1], posted_at=desk.now - timedelta(hours=2))
    make_policy(version=3, rules=RULES[::-1], mends=second, posted_at=desk.now - timedelta(hours=1))
    with pytest.raises(actions.PolicyChanged):
        desk.send(accepted_version=1)
    assert desk.send(accepted_version=2).policy.version == 2


def test_refusals_under_both_are_one_row(desk: Desk, draft: Policy, lead: User) -> None:
    post(draft, lead)
    for version in (1, 2):
        with pytest.raises(actions.Refusal):
            desk.send(THREE_LINKS, accepted_version=version)
    assert list(RefusalCount.objects.values_list("policy__version", "rule_key", "count")) == [(1, "links", 2)]


def test_list_of_versions_says_what_is_editorial(client: Client, draft: Policy, lead: User) -> None:
    post(draft, lead)
    page = text_of(client.get("/comment-policy/"))
    assert "Version 2 (editorial), in force since" in page
    assert "This version mends the wording or the translation of version 1." in page
    assert "Editorial: mends the words of version 1, and changes no rule" in page


# --- the notice before


def test_announced_rules_are_told_in_the_form_until_they_are_in_force(client: Client, desk: Desk) -> None:
    begins = timezone.now() + timedelta(days=3)
    address = f"{desk.article.publications.get().get_absolute_url()}comments/new/"
    assert "comes into force on" not in text_of(client.get(address))
    make_policy(version=2, rules=RULES[::-1], effective_from=begins)
    for page in (text_of(client.get(address)), text_of(client.get("/comment-policy/"))):
        assert "Version 2 comes into force on" in page
        assert 'href="/comment-policy/2/"' in page


def test_announced_mending_is_no_news_for_who_writes(client: Client, desk: Desk) -> None:
    make_policy(version=2, rules=RULES, mends=desk.policy, effective_from=timezone.now() + timedelta(days=3))
    address = f"{desk.article.publications.get().get_absolute_url()}comments/new/"
    assert "comes into force on" not in text_of(client.get(address))
    assert "Version 2 comes into force on" in text_of(client.get("/comment-policy/"))


# --- in the admin


@pytest.fixture
def admin(client: Client, lead: User) -> Client:
    client.force_login(lead)
    return client


def test_lead_mends_a_translation_in_the_admin(admin: Client, desk: Desk) -> None:
    page = text_of(admin.get(LIST))
    assert "Mend words of version 1" in page
    location = admin.post(f"{LIST}mend/")["Location"]
    page = admin.get(location)
    assert "This is an editorial draft." in text_of(page)
    assert "Persian: not begun. Readers see the original." in text_of(page).replace("</strong>", "")
    fields = fields_of(page)
    assert not [name for name in fields if "check_name" in name or name.endswith(("-number", "-key"))]
    written = {
        **fields,
        **{f"{name}_fa": words for name, words in PERSIAN.items()},
        "rules-1-title_fa": "پیوند کم",
        "rules-1-text_fa": "دست بالا {max_links} پیوند.",
        "changes": "The Persian of rule 2.",
        "changes_fa": "ترجمهٔ قانون ۲.",
    }
    assert admin.post(location, written).status_code == 302
    draft = Policy.objects.get(version=2)
    content = content_of(draft)
    assert content.rules[1].translations == {"fa": RuleWords("پیوند کم", "دست بالا {max_links} پیوند.")}
    assert content.rules[1].checks == content_of(desk.policy).rules[1].checks
    told = text_of(admin.get(location)).replace("</strong>", "")
    assert "Persian: not complete. In the original stand: rule 1, rule 3, rule 4, rule 5." in told
    post(draft, User.objects.get(groups__name="Moderation lead"))
    assert "Editorial, mends the words of version 1" in text_of(admin.get(LIST))
    assert "دست بالا 2 پیوند." in text_of(Client().get("/comment-policy/fa/"))


def test_rows_more_or_less_than_the_rules_are_refused(admin: Client, draft: Policy) -> None:
    address, before = f"{LIST}{draft.pk}/change/", content_of(draft)
    fields = fields_of(admin.get(address))
    for total in ("2", "9"):
        response = admin.post(address, {**fields, "rules-TOTAL_FORMS": total})
        assert response.status_code == 422
        assert content_of(draft) == before


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"rules-1-title_fa": "پیوند"}, "Persian, rule 2: the text is missing."),
        ({"rules-1-text_fa": "{max_links}"}, "Persian, rule 2: the title is missing."),
        (
            {"rules-1-title_fa": "پیوند", "rules-1-text_fa": "دو پیوند"},
            "Persian, rule 2: the text must name {max_links}, as the original does.",
        ),
        (
            {"rules-1-title_fa": "پیوند", "rules-1-text_fa": "{max_links} {most}"},
            "Persian, rule 2: the original does not name {most}.",
        ),
        (
            {"rules-1-title_fa": "پیوند", "rules-1-text_fa": "{max_links"},
            "Persian, rule 2: the “{” at character 1 does not begin a name such as {max_links}.",
        ),
        ({"title_fa": "آیین‌نامه"}, "Persian: a part is missing: introduction."),
        ({**{f"{name}_fa": words for name, words in PERSIAN.items()}, "changes_fa": "x"},
         "Persian: there is no original of this part: what changed."),
    ],
)  # fmt: skip
def test_half_a_translation_is_kept_in_the_draft_and_not_posted(
    admin: Client, draft: Policy, fields: dict[str, str], sentence: str
) -> None:
    address = f"{LIST}{draft.pk}/change/"
    assert admin.post(address, {**fields_of(admin.get(address)), **fields}).status_code == 302
    assert sentence in text_of(admin.get(address))
    seen = seal_of(content_of(draft))
    response = admin.post(f"{LIST}{draft.pk}/post/", {"when": "now", "seen": seen})
    assert response.status_code == 422
    assert sentence in text_of(response)


def test_translation_that_did_not_follow_its_original_is_named(admin: Client, lead: User) -> None:
    rules = [{**factories.RULES[2], "translations": {"fa": ("احترام", "با دلیل.")}}]
    make_policy(rules=rules, translations={"fa": PERSIAN})
    draft = posting.draft_next(by=lead, now=timezone.now())
    address = f"{LIST}{draft.pk}/change/"
    assert "Persian: complete." in text_of(admin.get(address)).replace("</strong>", "")
    fields = fields_of(admin.get(address))
    admin.post(address, {**fields, "rules-0-text": "Argue, and do not insult.", "introduction": "Welcome."})
    outdated = "Perhaps out of date, since the original was changed and the translation was not: introduction, rule 1."
    assert outdated in text_of(admin.get(address))
    assert outdated in text_of(admin.get(f"{LIST}{draft.pk}/post/"))


def test_draft_in_the_language_of_its_translation_is_refused_in_a_sentence(admin: Client, lead: User) -> None:
    make_policy(rules=[factories.RULES[2]], translations={"fa": PERSIAN})
    draft = posting.draft_next(by=lead, now=timezone.now())
    address = f"{LIST}{draft.pk}/change/"
    response = admin.post(address, {**fields_of(admin.get(address)), "language": "fa"})
    assert response.status_code == 422
    assert "There is a translation into the language in which the policy is written." in text_of(response)


def test_preview_is_in_the_language_asked_for(admin: Client, lead: User) -> None:
    make_policy(translations={"fa": PERSIAN})
    draft = posting.draft_next(by=lead, now=timezone.now())
    page = admin.get(f"{LIST}{draft.pk}/preview/?language=fa").content.decode()
    assert '<html lang="fa" dir="rtl">' in page
    assert "خوش آمدید." in page
    assert '<html lang="en" dir="ltr">' in admin.get(f"{LIST}{draft.pk}/preview/").content.decode()


# --- the difference from the version in force


def test_difference_marks_words_moves_checks_and_what_is_new_and_gone(admin: Client, lead: User) -> None:
    make_policy()
    draft = posting.draft_next(by=lead, now=timezone.now())
    content = content_of(draft)
    length, few, respect = content.rules
    changed = replace(
        few, number=1, checks=[DraftCheck("links", {"max_links": 5}, "hold")], gravity="serious",
        translations={"fa": RuleWords("پیوند کم", "دست بالا {max_links} پیوند.")},
    )  # fmt: skip
    moved, new = replace(respect, number=2), replace(length, key="new", number=3, title="New rule")
    rules = [changed, moved, new]
    save(
        draft, lead, replace(content, rules=rules, introduction="We want a good argument.", approved_needed=5)
    )
    page = text_of(admin.get(f"{LIST}{draft.pk}/difference/"))
    for said in (
        "Approved comments before one is published at once: 5, until now 3.",
        "<del>argument</del>",
        "Rule 1, Few links: changed",
        "Moved: rule 1, until now rule 2.",
        "At most <del>2</del><ins>5</ins> links in a comment.",
        "Links: Hold for a moderator, until now Refuse before posting.",
        "Links: max_links is 5, until now 2.",
        "Gravity: Serious: read 15 minutes sooner, until now Ordinary.",
        '<p lang="fa" dir="rtl"><ins>دست بالا 5 پیوند.</ins></p>',
        "Moved: rule 2, until now rule 3.",
        "Rule 3, New rule: new",
        "Rule 1, Keep it readable: gone",
        "<del>A comment has at least 2 and at most 5000 characters.</del>",
    ):
        assert said in page, said


def test_same_words_are_no_difference(admin: Client, desk: Desk, draft: Policy) -> None:
    page = text_of(admin.get(f"{LIST}{draft.pk}/difference/"))
    assert "Nothing is different from version 1, which is in force." in page
    assert Comment.objects.count() == 0
