"""The pages of cases: who gets in, what is listed in which order, what each form does, says and keeps."""

import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from comments import actions
from comments.desk import cases as desk_cases
from comments.models import Case, CaseAct
from newsroom.accounts.models import User
from newsroom.privacy import ask_for_erasure
from tests import factories
from tests.integration.casework import DAY, Cases

pytestmark = pytest.mark.django_db
LIST = "/admin/moderation/cases/"
NEW = f"{LIST}new/"


@pytest.fixture
def desk() -> Cases:
    return Cases()


@pytest.fixture
def client(client: Client, desk: Cases) -> Client:
    client.force_login(desk.moderator)
    return client


def page_of(case: Case) -> str:
    return f"{LIST}{case.uid}/"


def text_of(response: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def filled(response: Any) -> dict[str, Any]:
    """What the form of a new case holds when nobody writes anything: the second click sends just that."""
    form = response.context["form"]
    values = {name: form[name].value() or "" for name in form.fields}
    return {
        name: f"{one:%Y-%m-%dT%H:%M}" if isinstance(one, datetime) else one for name, one in values.items()
    }


def alerts(response: Any) -> list[str]:
    return [str(sentence) for sentence in response.context["problems"]]


# --- opening


def test_form_of_a_new_case_can_be_sent_as_it_comes(desk: Cases, client: Client) -> None:
    opened = client.get(f"{NEW}?item={desk.comment.uid}")
    answer = client.post(NEW, filled(opened))
    case = Case.objects.get()
    assert (answer.status_code, answer.headers["Location"]) == (303, page_of(case))
    assert (case.kind, case.items.get().comment_id, case.opened_by_id) == (
        "lawyer",
        desk.comment.pk,
        desk.moderator.pk,
    )
    assert timedelta(hours=71) <= case.deadline - case.received_at <= timedelta(hours=72)


def test_form_that_is_sent_twice_opens_one_case(desk: Cases, client: Client) -> None:
    form = filled(client.get(f"{NEW}?item={desk.comment.uid}"))
    first, second = client.post(NEW, form), client.post(NEW, form)
    assert first.headers["Location"] == second.headers["Location"]
    assert (Case.objects.count(), CaseAct.objects.count()) == (1, 2)


@pytest.mark.parametrize("changed", ["sender", "item"])
def test_form_that_was_changed_after_it_was_sent_says_what_it_has_opened(
    desk: Cases, client: Client, changed: str
) -> None:
    """Back in the browser, a slip mended, sent again: the case stands as it was first sent, which they have to know."""
    form = filled(client.get(f"{NEW}?item={desk.comment.uid}"))
    client.post(NEW, form)
    case = Case.objects.get()
    other = {"sender": "Quill & Daughters", "item": str(desk.article.uid)}[changed]
    answer = client.post(NEW, {**form, changed: other})
    page = answer.content.decode()
    assert (answer.status_code, f"opened case {case.pk} already" in page) == (400, True)
    assert (Case.objects.count(), case.items.count()) == (1, 1)


@pytest.mark.parametrize(
    "written", ["permanent link", "desk link", "link to the page", "public id", "story", "story's id"]
)
def test_case_is_about_what_was_pasted(desk: Cases, client: Client, written: str) -> None:
    comment, path = desk.comment, desk.article.addresses.get().path
    pasted = {
        "permanent link": f"http://testserver/comments/{comment.uid}/",
        "desk link": f"/admin/moderation/comments/{comment.uid}/",
        "link to the page": f"http://testserver/{path}/#comment-{comment.uid}",
        "public id": str(comment.uid),
        "story": f"https://testserver/{path}/?from=mail",
        "story's id": str(desk.article.uid),
    }[written]
    client.post(NEW, {**filled(client.get(NEW)), "item": pasted})
    item = Case.objects.get().items.get()
    assert (item.article_id if "story" in written else item.comment_id) in (desk.article.pk, comment.pk)
    assert (item.comment_id is None) == ("story" in written)


def test_address_of_nothing_opens_no_case_and_keeps_what_was_written(desk: Cases, client: Client) -> None:
    answer = client.post(NEW, {**filled(client.get(NEW)), "item": "/nowhere/", "sender": "Quill"})
    assert answer.status_code == 400
    assert alerts(answer) == [
        "Comment or story (paste its address; more can follow): No comment and no story has this address."
    ]
    assert (answer.context["form"]["sender"].value(), Case.objects.count()) == ("Quill", 0)


def test_deadline_before_the_receipt_is_said_at_its_field(desk: Cases, client: Client) -> None:
    answer = client.post(NEW, {**filled(client.get(NEW)), "deadline": "2020-01-01T12:00"})
    assert (answer.status_code, alerts(answer)) == (
        400,
        ["Deadline: It is before the time at which the complaint was received."],
    )


def test_comment_can_be_added_to_an_open_case_from_the_form_of_a_new_one(desk: Cases, client: Client) -> None:
    case, closed = desk.open(desk.article), desk.close(desk.open(desk.article))
    offered = client.get(f"{NEW}?item={desk.comment.uid}")
    assert [line.number for line in offered.context["others"]] == [case.pk]
    assert closed.pk not in [line.number for line in offered.context["others"]]
    client.post(page_of(case), {"act": "add", "item": offered.context["named"].value})
    assert [item.comment_id for item in case.items.all()] == [None, desk.comment.pk]


# --- the list


def numbers(response: Any) -> tuple[list[int], list[int]]:
    return tuple([line.number for line in response.context[name]] for name in ("open", "closed"))  # type: ignore[return-value]


@pytest.fixture
def several(desk: Cases) -> dict[str, Case]:
    return {
        "later": desk.open(deadline=desk.now + 9 * DAY),
        "overdue": desk.open(received_at=desk.now - 3 * DAY, deadline=desk.now - DAY, sender="Court of Varn"),
        "near": desk.open(deadline=desk.now + timedelta(hours=5), kind="authority"),
        "old": desk.close(desk.open(), now=desk.now - DAY),
        "closed": desk.close(desk.open(sender="", reference="Az. 7")),
    }


def test_open_cases_come_first_by_deadline_then_closed_ones(client: Client, several: dict[str, Case]) -> None:
    answer = client.get(LIST)
    assert numbers(answer) == (
        [several[name].pk for name in ("overdue", "near", "later")],
        [several[name].pk for name in ("closed", "old")],
    )
    said = text_of(answer)
    assert ("Overdue by 24 h" in said, "Due in 4 h" in said) == (True, True)


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("state=open", (["overdue", "near", "later"], [])),
        ("state=overdue", (["overdue"], [])),
        ("state=closed", ([], ["closed", "old"])),
        ("kind=authority", (["near"], [])),
        ("words=court", (["overdue"], [])),
        ("words=Az.", ([], ["closed"])),
        ("words=nobody", ([], [])),
    ],
)
def test_list_is_filtered(client: Client, several: dict[str, Case], asked: str, found: Any) -> None:
    assert numbers(client.get(f"{LIST}?{asked}")) == tuple(
        [several[name].pk for name in names] for names in found
    )


def test_case_is_found_by_its_number(client: Client, several: dict[str, Case]) -> None:
    assert several["old"].pk in numbers(client.get(f"{LIST}?words={several['old'].pk}"))[1]


def test_filter_that_cannot_be_says_so(client: Client, several: dict[str, Case]) -> None:
    answer = client.get(f"{LIST}?kind=nonsense")
    assert (answer.status_code, numbers(answer)) == (400, ([], []))
    assert client.get(f"{LIST}?after=nowhere").status_code == 400


def test_pages_of_the_list_have_each_case_once(
    client: Client, several: dict[str, Case], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desk_cases, "PAGE", 2)
    first = client.get(LIST)
    further = client.get(LIST + first.context["further_open_url"])
    assert numbers(first)[0] + numbers(further)[0] == [
        several[name].pk for name in ("overdue", "near", "later")
    ]
    assert further.context["further_open_url"] == ""


def test_empty_list_says_how_a_case_comes_about(client: Client) -> None:
    assert "There is no case. Open one when a lawyer’s letter" in text_of(client.get(LIST))


@pytest.mark.parametrize("rows", [1, 3])
def test_list_and_page_ask_as_much_whatever_there_is(
    desk: Cases, client: Client, django_assert_num_queries: Any, rows: int
) -> None:
    cases = [desk.open() for _number in range(rows)]
    for _number in range(rows - 1):
        actions.add_item(cases[0].pk, factories.make_comment(), by=desk.editor, now=desk.now)
    client.get(LIST)
    with django_assert_num_queries(7):
        client.get(LIST)
    with django_assert_num_queries(9):
        client.get(page_of(cases[0]))


# --- one case


def seen(case: Case) -> str:
    case.refresh_from_db()
    return str(case.version)


def changed(desk: Cases, case: Case, **fields: str) -> dict[str, str]:
    """The form that changes a case, as it comes but for the fields given."""
    local = {name: timezone.localtime(getattr(case, name)) for name in ("received_at", "deadline")}
    times = {name: at.strftime("%Y-%m-%dT%H:%M") for name, at in local.items()}
    known = {name: getattr(case, name) for name in ("kind", "sender", "reference", "about")}
    return {"act": "change", "seen": seen(case), **known, **times, **fields}


def test_page_shows_what_is_frozen_and_what_was_done(desk: Cases, client: Client) -> None:
    case = desk.open()
    said = text_of(client.get(page_of(case)))
    item = case.items.get()
    for words in (
        "You know nothing, Mr Varn.",
        item.digest,
        "QP/26-118",
        "froze item 1",
        "Comment by Ada Reader",
    ):
        assert words in said


def test_form_sent_without_changes_changes_nothing(desk: Cases, client: Client) -> None:
    case = desk.open()
    assert client.post(page_of(case), changed(desk, case)).status_code == 303
    assert list(case.acts.values_list("verb", flat=True)) == ["opened", "added"]


def test_deadline_is_changed_with_an_act_that_says_so(desk: Cases, client: Client) -> None:
    case = desk.open()
    client.post(page_of(case), changed(desk, case, deadline="2040-05-04T18:00", note="They agreed."))
    act = case.acts.last()
    assert (act.verb, act.note, act.by_id) == ("deadline", "They agreed.", desk.moderator.pk)
    assert "to “4 May 2040, 18:00”" in text_of(client.get(page_of(case)))


def test_who_comes_second_is_told_and_keeps_what_they_wrote(desk: Cases, client: Client) -> None:
    case = desk.open()
    sent = changed(desk, case, note="My note")
    actions.note_in_case(case.pk, "Faster.", by=desk.editor, now=desk.now)
    answer = client.post(page_of(case), {**sent, "sender": "Other"})
    assert answer.status_code == 409
    assert alerts(answer)[0].startswith("A colleague has done something in this case")
    assert (answer.context["change_form"]["note"].value(), answer.context["change_form"]["seen"].value()) == (
        "My note",
        seen(case),
    )


def test_case_is_closed_and_opened_again(desk: Cases, client: Client) -> None:
    case = desk.open()
    client.post(page_of(case), {"act": "close", "outcome": "partly", "note": "Done.", "seen": seen(case)})
    assert (seen(case), case.outcome, case.is_open) == ("3", "partly", False)
    client.post(page_of(case), {"act": "reopen", "deadline": "2040-05-04T18:00", "seen": seen(case)})
    assert (seen(case), case.outcome, case.is_open) == ("4", "", True)


@pytest.mark.parametrize(
    ("sent", "status", "sentence"),
    [
        ({"act": "close"}, 400, "How did it end?: choose one. Nothing was changed."),
        ({"act": "note", "text": " "}, 400, "Write the note first."),
        (
            {"act": "add", "item": "x\x00"},
            400,
            "No comment and no story has this address. Nothing was added.",
        ),
        ({"act": "nonsense"}, 400, "Press one of the buttons. Nothing was changed."),
        ({"act": "reopen", "deadline": "2040-01-01T00:00"}, 409, "This case is open already."),
        (
            {"act": "note", "text": "x" * 5_001},
            400,
            "A note has at most 5000 characters, all of which can be stored.",
        ),
    ],
)
def test_what_cannot_be_is_said_and_changes_nothing(
    desk: Cases, client: Client, sent: dict[str, str], status: int, sentence: str
) -> None:
    case = desk.open()
    answer = client.post(page_of(case), {"seen": seen(case), **sent})
    assert (answer.status_code, alerts(answer)) == (status, [sentence])
    assert case.acts.count() == 2


def test_item_that_changed_since_is_offered_to_be_frozen_again(desk: Cases, client: Client) -> None:
    case = desk.open()
    assert "It has changed since." not in text_of(client.get(page_of(case)))
    now = desk.now + DAY
    actions.restore(desk.comment.pk, by=desk.moderator, seen_version=desk.comment.version, now=now, note="")
    assert text_of(client.get(page_of(case))).count("It has changed since.") == 1
    client.post(page_of(case), {"act": "add", "item": str(desk.comment.uid)})
    assert "It has changed since." not in text_of(client.get(page_of(case)))
    assert case.items.count() == 2


def test_page_says_that_an_erasure_waits_and_what_was_erased(desk: Cases, client: Client) -> None:
    case = desk.open()
    ask_for_erasure(desk.reader.email, now=desk.now)
    assert "1 author asked to be erased." in text_of(client.get(page_of(case)))
    desk.close(case)
    ask_for_erasure(desk.reader.email, now=desk.now)
    said = text_of(client.get(page_of(case)))
    assert ("Comment, erased" in said, "Mr Varn" in said, case.items.get().digest in said) == (
        True,
        False,
        True,
    )


def test_hostile_words_are_text_on_every_page(desk: Cases, client: Client) -> None:
    evil = "<script>alert(1)</script>"
    comment = factories.make_comment(body=evil, commenter=factories.make_commenter(name=evil))
    case = desk.open(comment, sender=evil, reference=evil, about=evil)
    actions.note_in_case(case.pk, evil, by=desk.editor, now=desk.now)
    for address in (
        LIST,
        page_of(case),
        f"{NEW}?item={comment.uid}",
        f"/admin/moderation/comments/{comment.uid}/",
    ):
        assert evil not in client.get(address).content.decode()


# --- where cases are said and opened


def test_card_of_a_comment_in_an_open_case_says_so(desk: Cases, client: Client) -> None:
    card = f"/admin/moderation/comments/{desk.comment.uid}/"
    assert "in an open case" not in text_of(client.get(card))
    case, about_story = desk.open(), desk.open(desk.article)
    said = text_of(client.get(card))
    assert f"This comment is in an open case: Case {case.pk}" in said
    assert f"Its story is in an open case: Case {about_story.pk}" in said
    desk.close(case)
    assert "This comment is in an open case" not in text_of(client.get(card))


@pytest.mark.parametrize("place", ["card", "log", "story at the desk", "story page"])
def test_case_is_opened_from_each_place(desk: Cases, client: Client, place: str) -> None:
    comment, article = desk.comment, desk.article
    address, item = {
        "card": (f"/admin/moderation/comments/{comment.uid}/", comment.uid),
        "log": ("/admin/moderation/decisions/", comment.uid),
        "story at the desk": (f"/admin/moderation/stories/{article.uid}/", article.uid),
        "story page": (reverse("admin:articles_article_change", args=[article.pk]), article.uid),
    }[place]
    client.force_login(desk.editor if place == "story page" else desk.moderator)
    assert f"{NEW}?item={item}" in client.get(address).content.decode()


def test_story_page_says_which_cases_are_open_about_it(desk: Cases, client: Client) -> None:
    client.force_login(desk.editor)
    address, case = reverse("admin:articles_article_change", args=[desk.article.pk]), desk.open(desk.article)
    assert f"Case {case.pk} is open about this story since" in text_of(client.get(address))
    desk.close(case)
    assert "None is open about this story." in text_of(client.get(address))


def test_reporter_hears_nothing_of_a_case(desk: Cases, client: Client) -> None:
    reporter = factories.make_user(group="Reporter")
    article = factories.make_article(created_by=reporter)
    factories.make_revision(article, created_by=reporter)
    desk.open(article)
    client.force_login(reporter)
    said = text_of(client.get(reverse("admin:articles_article_change", args=[article.pk])))
    assert ("Case" in said, "case" in said) == (False, False)


def test_menu_counts_open_cases_and_the_bar_those_that_are_due(desk: Cases, client: Client) -> None:
    queue = "/admin/moderation/"
    assert "Cases due" not in text_of(client.get(queue))
    desk.open()
    assert ("Cases (1)" in text_of(client.get(queue)), "Cases due" in text_of(client.get(queue))) == (
        True,
        False,
    )
    desk.open(deadline=desk.now + timedelta(hours=3))
    said = text_of(client.get(queue))
    assert ("Cases (2)" in said, "Cases due: 1" in said) == (True, True)


@pytest.mark.parametrize("group", ["Moderator", "Moderation lead", "Editor", "Reporter"])
def test_home_of_the_admin_leads_to_cases_whoever_may_work_on_them(
    desk: Cases, client: Client, group: str
) -> None:
    desk.open(deadline=desk.now + timedelta(hours=3))
    client.force_login(factories.make_user(group=group))
    said = text_of(client.get("/admin/"))
    assert ("Cases: 1 open" in said and "1 is due within a day" in said) == (group != "Reporter")


def strangers(desk: Cases) -> list[User | None]:
    return [None, desk.reader, factories.make_user(group="Reporter")]


def test_no_path_of_a_case_is_open_to_anybody_else(desk: Cases, client: Client) -> None:
    case = desk.open()
    for stranger in strangers(desk):
        client.logout()
        if stranger:
            client.force_login(stranger)
        for address in (LIST, NEW, page_of(case), f"{page_of(case)}export/"):
            for method in (client.get, client.post):
                answer = method(address)
                assert answer.status_code == (403 if stranger else 302)
                assert b"Quill" not in answer.content
    assert case.acts.count() == 2
