"""What moderators tell each other: questions reach whom they are for, notes and examples stay inside."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from comments import actions
from comments.actions import NotPossible, StaleView
from comments.actions.colleagues import colleagues_of
from comments.actions.guidance import keep_guidance
from comments.desk.views import BY_NAME, HELD, Asker
from comments.models import CannedNote, Comment, InternalNote, Letter, Question, RuleExample
from comments.privacy import erase_person, export_person
from comments.wording import words_of
from newsroom.accounts.models import User
from tests.factories import make_comment, make_commenter, make_discussion, make_policy, make_user

pytestmark = pytest.mark.django_db
QUEUE = "/admin/moderation/"


@pytest.fixture
def mina(db: None) -> User:
    make_policy()
    return make_user(group="Moderator", name="Mina")


@pytest.fixture
def bert(mina: User) -> User:
    return make_user(group="Moderator", name="Bert")


@pytest.fixture
def lead(mina: User) -> User:
    return make_user(group="Moderation lead", name="Lea")


@pytest.fixture
def held(mina: User) -> list[Comment]:
    discussion = make_discussion()
    return [
        make_comment(
            state="held", discussion=discussion, submitted_at=timezone.now() - timedelta(minutes=20 - number)
        )
        for number in range(3)
    ]


def passed(comment: Comment, by: User, to: User | None) -> Question:
    return actions.ask(comment.pk, by=by, to=to, note="Satire?", seen_version=1, now=timezone.now())


def asked_of(user: User, *, leads: bool = False) -> list[int]:
    asker = Asker(user.pk, timezone.now(), leads)
    return [comment.pk for comment in BY_NAME["asked"].ordered(BY_NAME["asked"].rows(asker))]


def next_of(user: User, now: object = None) -> Comment | None:
    at = timezone.now() if now is None else now
    rows = HELD.ordered(HELD.rows(Asker(user.pk, at)))  # type: ignore[arg-type]
    return actions.take_next(rows, by=user, now=at)  # type: ignore[arg-type]


def test_what_is_passed_to_a_colleague_is_theirs_and_nobody_elses_next(
    mina: User, bert: User, lead: User, held: list[Comment]
) -> None:
    actions.claim(held[0].pk, by=mina, now=timezone.now())
    passed(held[0], mina, bert)
    assert (asked_of(bert), asked_of(mina), asked_of(lead, leads=True)) == ([held[0].pk], [], [])
    assert next_of(mina) == held[1]
    assert next_of(lead) == held[2]
    assert next_of(bert) == held[0]


def test_what_is_passed_to_whoever_leads_is_any_leads(
    mina: User, bert: User, lead: User, held: list[Comment]
) -> None:
    passed(held[0], mina, None)
    assert (asked_of(lead, leads=True), asked_of(bert)) == ([held[0].pk], [])
    assert (next_of(bert), next_of(lead)) == (held[1], held[0])


def test_nobody_waits_for_a_colleague_longer_than_was_promised(
    mina: User, bert: User, held: list[Comment]
) -> None:
    passed(held[0], mina, bert)
    assert next_of(mina, timezone.now() + timedelta(minutes=31)) == held[0]


def test_question_ends_with_the_decision(mina: User, bert: User, held: list[Comment]) -> None:
    passed(held[0], mina, bert)
    actions.approve(held[0].pk, by=bert, seen_version=1, now=timezone.now())
    assert asked_of(bert) == []
    passed(held[1], mina, bert)
    assert Question.objects.filter(settled_at=None).count() == 1


def test_answer_gives_the_comment_back_with_a_note(mina: User, bert: User, held: list[Comment]) -> None:
    question = passed(held[0], mina, bert)
    actions.answer_question(question.pk, by=bert, text="Satire.", now=timezone.now())
    assert (asked_of(bert), next_of(mina)) == ([], held[0])
    assert list(InternalNote.objects.values_list("comment", "text", "author")) == [
        (held[0].pk, "Satire.", bert.pk)
    ]
    with pytest.raises(NotPossible, match="answered already"):
        actions.answer_question(question.pk, by=bert, text="", now=timezone.now())


def test_asking_again_replaces_the_question(mina: User, bert: User, lead: User, held: list[Comment]) -> None:
    passed(held[0], mina, bert)
    passed(held[0], bert, lead)
    assert (asked_of(bert), asked_of(lead)) == ([], [held[0].pk])


def test_question_needs_a_colleague_who_may_decide_and_the_comment_as_seen(
    mina: User, bert: User, held: list[Comment]
) -> None:
    for nobody in (mina, make_user(group="Reporter")):
        with pytest.raises(NotPossible, match="Choose a colleague"):
            passed(held[0], mina, nobody)
    with pytest.raises(PermissionDenied):
        passed(held[0], make_user(group="Reporter"), bert)
    actions.approve(held[0].pk, by=bert, seen_version=1, now=timezone.now())
    with pytest.raises(StaleView):
        passed(held[0], mina, bert)
    question = passed(held[1], mina, bert)
    with pytest.raises(PermissionDenied):
        actions.answer_question(
            question.pk, by=make_user(group="Moderator"), text="Mine.", now=timezone.now()
        )


def test_colleagues_are_those_who_may_decide(mina: User, bert: User, lead: User) -> None:
    make_user(group="Reporter"), make_user(group="Moderator", is_active=False)
    assert [str(one) for one in colleagues_of(mina)] == ["Bert", "Lea"]


def test_erasure_takes_internal_notes_and_questions_and_export_has_none(mina: User, bert: User) -> None:
    commenter = make_commenter(address="gone@example.org")
    comment = make_comment(state="held", commenter=commenter)
    passed(comment, mina, bert)
    for about in (comment, commenter):
        actions.add_note(about, by=mina, text="Between us.", now=timezone.now())
    assert "Between us." not in str(export_person("gone@example.org"))
    erase_person("gone@example.org", now=timezone.now())
    assert (InternalNote.objects.count(), Question.objects.count()) == (0, 0)


# --- the pages


@pytest.fixture
def desk(client: Client, mina: User) -> Client:
    client.force_login(mina)
    return client


def test_moderator_passes_a_card_on_and_goes_on_to_the_next(
    desk: Client, bert: User, held: list[Comment], client: Client
) -> None:
    desk.get(QUEUE)
    sent = {"to": bert.pk, "question": "Satire?", "version": 1, "place": "queue", "at": ""}
    answer = desk.post(reverse("moderation:ask", args=[held[0].uid]), sent)
    assert answer["Location"] == f"{QUEUE}?item={held[1].uid}"
    assert "Passed to Bert." in desk.get(answer["Location"]).content.decode()
    client.force_login(bert)
    page = client.get(QUEUE, {"view": "asked"}).content.decode()
    assert ("Mina asked you at" in page, "Satire?" in page) == (True, True)
    client.post(reverse("moderation:answer", args=[held[0].uid]), {"text": "It is."})
    assert (asked_of(bert), InternalNote.objects.get().text) == ([], "It is.")


@pytest.mark.parametrize("to", ["", "0", "x", "999999999"])
def test_question_to_nobody_gets_a_sentence_and_keeps_what_was_asked(
    desk: Client, held: list[Comment], to: str
) -> None:
    sent = {"to": to, "question": "Kept for me", "version": 1, "place": "queue"}
    answer = desk.post(reverse("moderation:ask", args=[held[0].uid]), sent)
    assert (answer.status_code, "Kept for me" in answer.content.decode()) == (400, True)
    assert Question.objects.count() == 0


def test_internal_notes_stand_beside_the_comment_and_the_commenters_others(
    desk: Client, held: list[Comment]
) -> None:
    url = reverse("moderation:note", args=[held[0].uid])
    desk.post(url, {"text": "Of this comment.", "about": "comment"})
    desk.post(url, {"text": "Of this commenter.", "about": "commenter"})
    other = make_comment(state="held", commenter=held[0].commenter)
    pages = [desk.get(QUEUE, {"item": str(one.uid)}).content.decode() for one in (held[0], other, held[1])]
    assert [("Of this comment." in page, "Of this commenter." in page) for page in pages] == [
        (True, True),
        (False, True),
        (False, False),
    ]
    empty = desk.post(url, {"text": " "})
    assert (empty.status_code, "Write the note first." in empty.content.decode()) == (409, True)


def test_internal_notes_are_on_no_page_of_readers(desk: Client, mina: User, client: Client) -> None:
    comment = make_comment()
    for about in (comment, comment.commenter):
        actions.add_note(about, by=mina, text="Between us.", now=timezone.now())
    article = comment.discussion.article
    address = article.publications.get().get_absolute_url()
    shown = [Client().get(path).content.decode() for path in (address, f"{address}comments/")]
    assert [(comment.name in page, "Between us." in page) for page in shown] == [(True, False)] * 2


def test_ready_made_note_goes_before_ones_own_into_the_mail(
    desk: Client, lead: User, held: list[Comment]
) -> None:
    keep_guidance(
        "note",
        None,
        by=lead,
        now=timezone.now(),
        rule_key="respect",
        language="",
        title="Tone",
        text="Be kind.",
    )
    canned = CannedNote.objects.get()
    sent = {"act": "reject", "rule": "respect", "note": "Thanks.", "canned": canned.pk, "version": 1}
    preview = desk.post(reverse("moderation:preview", args=[held[0].uid]), {**sent, "place": "queue"})
    assert "Be kind." in preview.content.decode()
    desk.post(reverse("moderation:act", args=[held[0].uid]), {**sent, "place": "queue", "at": ""})
    text = words_of(Letter.objects.get()).text
    assert "Be kind.\n\nThanks." in text
    canned.delete()
    gone = desk.post(reverse("moderation:act", args=[held[1].uid]), {**sent, "place": "queue"})
    assert (gone.status_code, "a lead has removed it" in gone.content.decode()) == (400, True)


def test_ready_made_notes_are_offered_in_the_commenters_language(
    desk: Client, lead: User, held: list[Comment]
) -> None:
    for title, language in (("All", ""), ("English", "en"), ("Persian", "fa")):
        kept = {"rule_key": "respect", "language": language, "title": title, "text": title}
        keep_guidance("note", None, by=lead, now=timezone.now(), **kept)
    card = desk.get(QUEUE, {"item": str(held[0].uid)}).context["card"]
    assert [note.title for note in card.beside.canned] == ["All", "English"]


def test_lead_keeps_examples_and_moderators_read_them_beside_the_rule(
    client: Client, mina: User, lead: User, held: list[Comment]
) -> None:
    client.force_login(lead)
    url = reverse("moderation:rules")
    example = {
        "kind": "example",
        "rule_key": "respect",
        "breaks": "1",
        "text": "You numpty.",
        "why": "Insult.",
    }
    assert client.post(url, example)["Location"] == f"{url}#rule-respect"
    kept = RuleExample.objects.get()
    client.post(url, {**example, "pk": kept.pk, "breaks": "0", "text": "That is numpty logic."})
    kept.refresh_from_db()
    assert (kept.breaks, kept.text, kept.changed_by) == (False, "That is numpty logic.", lead)
    client.force_login(mina)
    card = client.get(QUEUE, {"item": str(held[0].uid)}).content.decode()
    assert ("Keeps to it:" in card, "That is numpty logic." in card) == (True, True)
    assert client.post(url, example).status_code == 403
    client.force_login(lead)
    client.post(url, {"kind": "example", "rule_key": "respect", "pk": kept.pk, "remove": "1"})
    assert RuleExample.objects.count() == 0


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ({"kind": "other"}, 400),
        ({"kind": "example", "rule_key": "respect", "breaks": "1"}, 400),
        ({"kind": "note", "rule_key": "no-such", "title": "T", "text": "x"}, 409),
        ({"kind": "note", "rule_key": "respect", "title": "T", "text": "x", "pk": "77"}, 409),
        ({"kind": "note", "rule_key": "respect", "title": "T", "text": "x", "language": "!"}, 400),
    ],
)
def test_guidance_that_cannot_be_kept_says_why(
    client: Client, lead: User, sent: dict[str, str], status: int
) -> None:
    client.force_login(lead)
    answer = client.post(reverse("moderation:rules"), sent)
    assert (answer.status_code, answer.context["problems"] != []) == (status, True)
    assert (CannedNote.objects.count(), RuleExample.objects.count()) == (0, 0)


def test_rules_and_card_cost_the_same_with_one_note_and_three(
    desk: Client, mina: User, lead: User, held: list[Comment]
) -> None:
    def add(count: int) -> None:
        for _number in range(count):
            actions.add_note(held[0], by=mina, text="One more.", now=timezone.now())
            kept = {"rule_key": "respect", "language": "", "title": "T", "text": "x"}
            keep_guidance("note", None, by=lead, now=timezone.now(), **kept)
            shown = {"rule_key": "respect", "breaks": True, "text": "x", "why": ""}
            keep_guidance("example", None, by=lead, now=timezone.now(), **shown)

    def cost(url: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            assert desk.get(url).status_code == 200
        return len(queries)

    urls = [reverse("moderation:rules"), f"{QUEUE}?item={held[0].uid}"]
    add(1)
    few = [cost(url) for url in urls + urls][2:]
    add(2)
    assert [cost(url) for url in urls] == few
