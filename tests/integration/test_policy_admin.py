"""A lead drafts, previews and posts the policy in the admin; what is posted stays as it is."""

import html
import re
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.utils import timezone

from comments import phrase_lists, policy_content, posting
from comments.models import PhraseList, PhraseListRevision, Policy, Rule, RuleCheck
from newsroom.accounts.models import User
from tests.factories import make_policy, make_user

pytestmark = pytest.mark.django_db
LIST = "/admin/comments/policy/"


@pytest.fixture
def posted(db: None) -> Policy:
    return make_policy()


@pytest.fixture
def lead(db: None) -> User:
    return make_user(group="Moderation lead")


@pytest.fixture
def desk(client: Client, lead: User) -> Client:
    client.force_login(lead)
    return client


@pytest.fixture
def draft(posted: Policy, lead: User) -> Policy:
    return posting.draft_next(by=lead, now=timezone.now())


def text_of(response: Any) -> str:
    return html.unescape(re.sub(r"\s+", " ", response.content.decode()))


def fields_of(response: Any) -> dict[str, str]:
    """What a browser would send for the form as it stands."""
    page = response.content.decode()
    form = page[page.index('name="seen"') - 200 :]
    found: dict[str, str] = {}
    for tag in re.findall(r"<input[^>]*>", form):
        given = dict(re.findall(r'(\w+)="([^"]*)"', tag))
        if given.get("type") not in ("submit", "checkbox", "radio") and "name" in given:
            found[given["name"]] = html.unescape(given.get("value", ""))
    for name, inner in re.findall(r'<textarea name="([^"]+)"[^>]*>\s?(.*?)</textarea>', form, re.DOTALL):
        found[name] = html.unescape(inner).strip()
    for name, inner in re.findall(r'<select name="([^"]+)"[^>]*>(.*?)</select>', form, re.DOTALL):
        chosen = re.search(r'value="([^"]*)" selected', inner)
        found[name] = chosen[1] if chosen else re.findall(r'value="([^"]*)"', inner)[0]
    return found


# --- drafting


def test_next_version_begins_as_a_copy_of_the_posted_one(desk: Client, posted: Policy) -> None:
    assert "Draft the next version" in text_of(desk.get(LIST))
    response = desk.post(f"{LIST}draft/")
    draft = Policy.objects.get(version=2)
    assert (response.status_code, response["Location"]) == (302, f"{LIST}{draft.pk}/change/")
    before, after = policy_content.content_of(posted), policy_content.content_of(draft)
    assert (after.title, after.rules, after.changes) == (before.title, before.rules, "")


def test_second_draft_is_refused_in_a_sentence(desk: Client, draft: Policy) -> None:
    response = desk.post(f"{LIST}draft/", follow=True)
    assert "Version 2 is being drafted already." in text_of(response)
    assert Policy.objects.count() == 2


def test_first_policy_begins_empty(desk: Client, db: None) -> None:
    desk.post(f"{LIST}draft/")
    policy = Policy.objects.get()
    assert (policy.version, policy.rules.count()) == (1, 0)
    assert desk.get(f"{LIST}{policy.pk}/change/").status_code == 200


# --- editing


def test_changed_figure_stands_on_the_page_once_posted(desk: Client, draft: Policy) -> None:
    address = f"{LIST}{draft.pk}/change/"
    fields = fields_of(desk.get(address))
    name = next(name for name in fields if name.endswith("parameter_max_links"))
    response = desk.post(address, {**fields, name: "5"})
    assert (response.status_code, response["Location"]) == (302, address)
    assert RuleCheck.objects.get(rule__policy=draft, check_name="links").parameters == {"max_links": 5}
    assert "At most 5 links in a comment." in text_of(desk.get(f"{LIST}{draft.pk}/preview/"))
    assert "At most 2 links in a comment." in text_of(Client().get("/comment-policy/"))
    post_now(desk, draft)
    assert "At most 5 links in a comment." in text_of(Client().get("/comment-policy/"))


def post_now(desk: Client, draft: Policy) -> Any:
    address = f"{LIST}{draft.pk}/post/"
    seen = fields_of(desk.get(address))["seen"]
    return desk.post(address, {"when": "now", "seen": seen})


def test_new_rule_gets_its_check_with_the_usual_figures_and_its_key_from_the_title(
    desk: Client, draft: Policy
) -> None:
    address = f"{LIST}{draft.pk}/change/"
    new = {
        "rules-3-number": "4",
        "rules-3-title": "Please do not shout",
        "rules-3-text": "At most {max_share_percent} per cent of {min_letters} letters.",
        "rules-3-checks-0-check_name": "shouting",
        "rules-3-checks-0-effect": "hold",
    }
    response = desk.post(address, {**fields_of(desk.get(address)), **new})
    assert response.status_code == 302
    rule = Rule.objects.get(policy=draft, number=4)
    assert (rule.key, rule.checks.get().parameters) == (
        "please-do-not-shout",
        {"max_share_percent": 60, "min_letters": 20},
    )


def test_rules_are_taken_out_and_put_in_another_order(desk: Client, draft: Policy) -> None:
    address = f"{LIST}{draft.pk}/change/"
    moved = {"rules-0-DELETE": "on", "rules-1-number": "9", "rules-2-number": "1"}
    desk.post(address, {**fields_of(desk.get(address)), **moved})
    assert list(draft.rules.values_list("number", "key")) == [(1, "respect"), (9, "links")]


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"rules-1-number": "1"}, "Two rules have the same number."),
        ({"rules-1-key": "length"}, "Two rules have the same key."),
        (
            {"rules-1-checks-1-check_name": "links", "rules-1-checks-1-effect": "hold"},
            "A rule has the same check twice.",
        ),
        ({"rules-1-checks-0-parameter_max_links": "101"}, "Ensure this value is less than or equal to 100."),
        ({"title": ""}, "This field is required."),
        ({"rules-1-text": "a\x00b"}, "Null characters are not allowed."),
        ({"rules-TOTAL_FORMS": "nonsense"}, "ManagementForm data is missing or has been tampered with."),
        ({"seen": "forged"}, "Somebody else saved this draft meanwhile."),
    ],
)
def test_bad_draft_is_a_sentence_and_changes_nothing(
    desk: Client, draft: Policy, changes: dict[str, str], sentence: str
) -> None:
    address, before = f"{LIST}{draft.pk}/change/", policy_content.content_of(draft)
    response = desk.post(
        address, {**fields_of(desk.get(address)), "introduction": "Written anew.", **changes}
    )
    page = text_of(response)
    assert response.status_code == 422
    assert sentence in page
    assert "Written anew." in page
    draft.refresh_from_db()
    assert policy_content.content_of(draft) == before


def test_figure_that_the_text_does_not_name_is_told_beside_the_rule_and_keeps_from_posting(
    desk: Client, draft: Policy
) -> None:
    address = f"{LIST}{draft.pk}/change/"
    desk.post(address, {**fields_of(desk.get(address)), "rules-1-text": "At most two links."})
    sentence = "Rule 2: the text must name {max_links}, because “links” would refuse a comment by it."
    assert sentence in text_of(desk.get(address)).partition("Rule 2: Few links")[2]
    response = post_now(desk, draft)
    assert response.status_code == 422
    assert sentence in text_of(response)
    draft.refresh_from_db()
    assert draft.posted_at is None


# --- posting


def test_posted_version_is_in_force_and_cannot_be_changed(desk: Client, draft: Policy) -> None:
    response = post_now(desk, draft)
    assert response.status_code == 302
    assert Policy.objects.in_force(timezone.now()) == draft
    address = f"{LIST}{draft.pk}/change/"
    assert "Posted, and unchangeable from then on" in text_of(desk.get(address))
    assert desk.post(address, {"title": "Another"}).status_code == 403
    assert desk.post(f"{LIST}{draft.pk}/delete/").status_code == 403


def test_posting_twice_says_so(desk: Client, draft: Policy) -> None:
    seen = policy_content.seal_of(policy_content.content_of(draft))
    post_now(desk, draft)
    response = desk.post(f"{LIST}{draft.pk}/post/", {"when": "now", "seen": seen}, follow=True)
    assert "Version 2 was posted already." in text_of(response)


def test_version_posted_for_later_is_announced(desk: Client, draft: Policy, posted: Policy) -> None:
    address = f"{LIST}{draft.pk}/post/"
    seen = fields_of(desk.get(address))["seen"]
    later = timezone.localtime(timezone.now() + timedelta(days=2))
    desk.post(address, {"when": "at", "at": f"{later:%Y-%m-%dT%H:%M}", "seen": seen})
    assert Policy.objects.in_force(timezone.now()) == posted
    assert Policy.objects.in_force(timezone.now() + timedelta(days=3)) == draft


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"when": "at", "at": ""}, "Write the time from which it is in force."),
        ({"when": "at", "at": "2027-02-30T10:00"}, "Enter a valid date/time."),
        ({"when": "at", "at": "2999-01-01T10:00"}, "A version cannot be announced more than a year ahead."),
        ({"when": "never"}, "Select a valid choice."),
        ({"when": "now", "seen": "forged"}, "Somebody else changed this draft after you opened this page."),
    ],
)
def test_impossible_posting_is_a_sentence(
    desk: Client, draft: Policy, fields: dict[str, str], sentence: str
) -> None:
    address = f"{LIST}{draft.pk}/post/"
    response = desk.post(address, {"seen": fields_of(desk.get(address))["seen"], **fields})
    assert response.status_code == 422
    assert sentence in text_of(response)
    draft.refresh_from_db()
    assert draft.posted_at is None


# --- who may


@pytest.mark.parametrize("group", ["Moderator"])
def test_moderator_reads_and_changes_nothing(
    client: Client, draft: Policy, posted: Policy, group: str
) -> None:
    client.force_login(make_user(group=group))
    assert client.get(LIST).status_code == 200
    assert "Draft the next version" not in text_of(client.get(LIST))
    assert client.get(f"{LIST}{posted.pk}/change/").status_code == 200
    assert client.get(f"{LIST}{draft.pk}/preview/").status_code == 200
    assert client.post(f"{LIST}draft/").status_code == 403
    assert client.post(f"{LIST}{draft.pk}/change/", {}).status_code == 403
    assert client.get(f"{LIST}{draft.pk}/post/").status_code == 403


@pytest.mark.parametrize("group", ["Reporter", "Editor"])
def test_writers_have_no_business_here(client: Client, draft: Policy, group: str) -> None:
    client.force_login(make_user(group=group))
    for address in (
        LIST,
        f"{LIST}{draft.pk}/change/",
        f"{LIST}{draft.pk}/preview/",
        f"{LIST}{draft.pk}/post/",
    ):
        assert client.get(address).status_code == 403


def test_actions_themselves_refuse_who_may_not(draft: Policy) -> None:
    somebody, now = make_user(group="Moderator"), timezone.now()
    content = policy_content.content_of(draft)
    with pytest.raises(PermissionDenied):
        posting.draft_next(by=somebody, now=now)
    with pytest.raises(PermissionDenied):
        posting.save_draft(draft.pk, by=somebody, content=content, seen=policy_content.seal_of(content))
    with pytest.raises(PermissionDenied):
        posting.post(draft.pk, by=somebody, effective_from=None, seen="", now=now)
    with pytest.raises(PermissionDenied):
        phrase_lists.revise_list("words", by=somebody, entries=[], seen=0, now=now)


# --- phrase lists


def test_phrase_list_grows_by_revisions(desk: Client) -> None:
    address = "/admin/comments/phraselist/add/"
    response = desk.post(
        address, {"name": "insults", "entries": "numpty\nbilge rat\n\nstem: gull", "seen": "0"}
    )
    assert response.status_code == 302
    kept = PhraseList.objects.get(name="insults")
    change = f"/admin/comments/phraselist/{kept.pk}/change/"
    page = fields_of(desk.get(change))
    assert page["entries"] == "word: numpty\nphrase: bilge rat\nstem: gull"
    assert desk.post(change, {"entries": "word: numpty", "seen": page["seen"]}).status_code == 302
    assert list(kept.revisions.order_by("number").values_list("number", "entries")) == [
        (
            1,
            [
                {"text": "numpty", "kind": "word"},
                {"text": "bilge rat", "kind": "phrase"},
                {"text": "gull", "kind": "stem"},
            ],
        ),
        (2, [{"text": "numpty", "kind": "word"}]),
    ]


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"entries": " \n "}, "This field is required."),
        ({"entries": "fine\nword:"}, "Line 2: nothing in it that could be found in a comment."),
        ({"entries": "x" * 201}, "Line 1: longer than 200 characters."),
        ({"entries": "a\x00b"}, "Null characters are not allowed."),
        ({"name": "not a name"}, "Enter a valid “slug”"),
        ({"seen": "3"}, "This list has a newer revision than the one you saw."),
        ({"seen": "x"}, "Not saved. What you wrote is kept below."),
    ],
)
def test_bad_phrase_list_is_a_sentence(desk: Client, fields: dict[str, str], sentence: str) -> None:
    given = {"name": "insults", "entries": "numpty", "seen": "0", **fields}
    response = desk.post("/admin/comments/phraselist/add/", given)
    assert response.status_code == 422
    assert sentence in text_of(response)
    assert (PhraseList.objects.count(), PhraseListRevision.objects.count()) == (0, 0)
