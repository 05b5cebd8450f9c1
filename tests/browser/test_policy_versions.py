"""A new version of the policy comes into force while somebody writes: nothing is lost, nothing gets mixed up."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import BrowserContext, Page, expect

from articles.models import Publication
from comments import actions, posting
from comments.counting import count
from comments.models import Comment, Letter, Policy
from comments.wording import words_of
from newsroom.accounts.models import User
from tests.factories import (
    RULES,
    make_article,
    make_comment,
    make_discussion,
    make_policy,
    make_publication,
    make_section,
    make_user,
)

NewContext = Callable[..., BrowserContext]
SignIn = Callable[[Page, User], None]
WORDS = "The ferry timetable deserves a second look."
PERSIAN = {
    "title": "آیین‌نامهٔ دیدگاه‌ها",
    "introduction": "گفت‌وگویی می‌خواهیم که خواندنی باشد.",
    "how_moderated": "ناظران آنچه را بررسی‌ها نگه می‌دارند می‌خوانند.",
}
LINKS_IN_PERSIAN = ("پیوند کم", "در هر دیدگاه دست بالا {max_links} پیوند.")


@pytest.fixture
def story(transactional_db: None) -> Publication:
    return make_publication(article=make_article(section=make_section(name="City", slug="city")))


def write(page: Page, story: Publication) -> None:
    page.goto(f"{story.get_absolute_url()}comments/new/")
    page.get_by_label("Your name").fill("Gus Guest")
    page.get_by_label("Your e-mail address").fill("gus@example.org")
    page.get_by_role("textbox", name="Your comment").fill(WORDS)
    page.get_by_label("I have read version 1").check()
    page.wait_for_timeout(1100)


def rejected(comment: Comment, moderator: User, *rule_keys: str) -> str:
    """What the mail says that tells the author of a rejection."""
    comment.refresh_from_db()
    actions.reject(
        comment.pk, by=moderator, seen_version=comment.version, now=timezone.now(), rule_keys=rule_keys
    )
    return words_of(Letter.objects.filter(kind="statement").latest("id")).text


@pytest.mark.parametrize("script", [True, False])
def test_reordered_rules_posted_while_a_form_is_open(
    new_context: NewContext, story: Publication, sign_in: SignIn, script: bool
) -> None:
    make_policy()
    moderator = make_user(group="Moderator")
    earlier = make_comment(discussion=make_discussion(story.article), state="held")
    old_mail = rejected(earlier, moderator, "respect")
    reader, lead = (new_context(java_script_enabled=script).new_page() for _ in range(2))
    write(reader, story)

    sign_in(lead, make_user(group="Moderation lead"))
    lead.goto("/admin/comments/policy/")
    lead.get_by_role("button", name="Draft the next version").click()
    for row, number in enumerate(("2", "3", "1")):
        lead.locator(f"[name=rules-{row}-number]").fill(number)
    lead.get_by_role("button", name="Save and go on to posting").click()
    expect(lead.get_by_text("Moved: rule 1, until now rule 3.")).to_be_visible()
    lead.get_by_role("button", name="Post version 2").click()
    expect(lead.get_by_text("Version 2 is posted.")).to_be_visible()

    reader.get_by_role("button", name="Send comment").click()
    expect(
        reader.get_by_role("heading", name="Your comment was not sent. Your text is kept.")
    ).to_be_visible()
    expect(reader.get_by_role("textbox", name="Your comment")).to_have_value(WORDS)
    changes = reader.locator("#policy-changes")
    expect(changes).to_contain_text("New in version 2 of the comment policy")
    expect(changes).to_contain_text("It was rule 3 until now, and says the same.")
    expect(reader.get_by_label("I have read version 2")).not_to_be_checked()
    assert Comment.objects.filter(name="Gus Guest").count() == 0
    reader.get_by_label("I have read version 2").check()
    reader.get_by_role("button", name="Send comment").click()
    expect(reader.get_by_role("heading", name="One more step: confirm your address")).to_be_visible()
    comment = Comment.objects.get(name="Gus Guest")
    assert comment.policy.version == 2

    found = re.search(r"https?://[^/\s]+(/comment-policy/\S+)", old_mail)
    assert found
    reader.goto(found[1])
    expect(reader.get_by_text("This version has been replaced.")).to_be_visible()
    expect(reader.locator(":target")).to_contain_text("Respect others")
    assert found[1] == "/comment-policy/1/#rule-3"

    Comment.objects.filter(pk=comment.pk).update(
        state="held", held_since=timezone.now(), due_at=timezone.now()
    )
    assert "/comment-policy/2/#rule-1" in rejected(comment, moderator, "respect")
    count(now=timezone.now() + timedelta(minutes=5))
    reader.goto("/comment-policy/transparency/")
    table = reader.get_by_role("region", name="By rule")
    rows = [row.split("\t") for row in table.locator("tbody tr").all_inner_texts()]
    assert [(name, figures[2]) for name, *figures in rows] == [
        ("1. Respect others", "2"), ("2. Keep it readable", "0"), ("3. Few links", "0"),
    ]  # fmt: skip


def test_mended_words_posted_while_a_form_is_open_are_no_matter(
    page: Page, new_context: NewContext, story: Publication, sign_in: SignIn
) -> None:
    make_policy()
    write(page, story)
    lead = new_context().new_page()
    sign_in(lead, make_user(group="Moderation lead"))
    lead.goto("/admin/comments/policy/")
    lead.get_by_role("button", name="Mend words of version 1").click()
    expect(lead.get_by_text("This is an editorial draft.")).to_be_visible()
    for name, words in PERSIAN.items():
        lead.locator(f"[name={name}_fa]").fill(words)
    for name, words in zip(("title", "text"), LINKS_IN_PERSIAN, strict=True):
        lead.locator(f"[name=rules-1-{name}_fa]").fill(words)
    lead.get_by_role("button", name="Save and go on to posting").click()
    expect(lead.get_by_text("not complete. In the original stand: rule 1, rule 3.")).to_be_visible()
    lead.get_by_role("button", name="Post version 2").click()
    expect(lead.get_by_text("Version 2 is posted.")).to_be_visible()
    page.get_by_role("button", name="Send comment").click()
    expect(page.get_by_role("heading", name="One more step: confirm your address")).to_be_visible()
    assert Comment.objects.get().policy.version == 1
    page.goto("/comment-policy/")
    page.get_by_role("link", name="فارسی").click()
    expect(page.locator("html")).to_have_attribute("dir", "rtl")
    expect(page.get_by_text("در هر دیدگاه دست بالا 2 پیوند.")).to_be_visible()
    expect(page.locator("#rule-3 .rule__text")).to_have_attribute("lang", "en")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_axe_finds_nothing_on_the_policy_in_two_languages_and_nothing_reaches_over_the_edge(
    new_context: NewContext, sign_in: SignIn, scheme: str, width: int
) -> None:
    # Axe itself writes inline styles while it looks at a page that scrolls.
    context = new_context(color_scheme=scheme, viewport={"width": width, "height": 900}, bypass_csp=True)
    page, lead = context.new_page(), make_user(group="Moderation lead")
    rules = [RULES[0], {**RULES[1], "translations": {"fa": LINKS_IN_PERSIAN}}, RULES[2]]
    first = make_policy(rules=rules, translations={"fa": PERSIAN})
    make_policy(version=2, rules=rules, translations={"fa": PERSIAN}, mends=first)
    make_policy(version=3, rules=rules[::-1], effective_from=timezone.now() + timedelta(days=3))
    found = faults(page, [f"/comment-policy/{end}" for end in ("fa/", "2/", "3/fa/", "transparency/fa/")])
    sign_in(page, lead)
    draft: Policy = posting.draft_mended(by=lead, now=timezone.now())
    admin = [f"{draft.pk}/{end}/" for end in ("change", "post", "difference")]
    assert found | faults(page, [f"/admin/comments/policy/{end}" for end in ("", *admin)]) == {}


def faults(page: Page, addresses: list[str]) -> dict[str, list[str]]:
    found = {}
    for address in addresses:
        page.goto(address)
        complaints = [
            f"{each['id']}: {each['nodes'][0]['html'][:120]}"
            for each in Axe().run(page).response["violations"]
        ]
        if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
            complaints.append("reaches over the edge")
        if complaints:
            found[address] = complaints
    return found
