"""The editors' pages in the admin: who gets in, what a form does, and what bad input is told."""

from datetime import timedelta
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from articles import actions
from articles.actions import Content
from articles.models import Article, Author, ImportedSource, Publication, Section, Topic
from newsroom.accounts.models import User
from tests.factories import make_author, make_publication, make_section, make_topic, make_user

pytestmark = pytest.mark.django_db

LIST = "/admin/articles/article/"
ADD = f"{LIST}add/"
VERBS = ["submit", "send-back", "ready", "save-and-publish", "unschedule", "end", "withdraw", "reinstate"]


@pytest.fixture
def editor() -> User:
    return make_user(group="Editor", name="Marian")


@pytest.fixture
def desk(client: Client, editor: User) -> Client:
    client.force_login(editor)
    return client


def url(story: Article, page: str = "change") -> str:
    return f"{LIST}{story.pk}/{page}/"


def story_of(by: User | None, *, headline: str = "Night buses return", **changes: Any) -> Article:
    now = timezone.now()
    story = actions.begin(by=by, section=make_section(), headline=headline, now=now)
    fields: dict[str, Any] = {"body": "<p>They do.</p>", "byline": [make_author().pk], **changes}
    actions.save(story, by=by, content=Content(headline, **fields), base=0, now=now)
    return story


def publish(story: Article, **options: Any) -> Publication:
    newest = story.revisions.order_by("-number")[0]
    return actions.publish(story, by=None, revision=newest, now=timezone.now(), **options)


def typed(story: Article | None = None, **changes: Any) -> dict[str, Any]:
    """The page's form as it stands for the story's newest revision, with changes."""
    fields: dict[str, Any] = {"language": "en", "label": "news", "slug": "", "base": 0, "headline": "Rain"}
    if story:
        newest = story.revisions.order_by("-number")[0]
        fields |= {"section": story.section_id, "slug": story.slug, "base": newest.number}
        fields |= {name: getattr(newest, name) for name in ("headline", "body", "byline", "topics", "label")}
    return {**fields, **changes}


def seen(story: Article) -> int:
    return story.events.order_by("-id")[0].pk


def text(response: Any) -> str:
    return str(response.content.decode())


# --- who gets in


@pytest.mark.parametrize(
    ("group", "expected"), [("Editor", 200), ("Reporter", 200), ("Moderator", 403), ("Moderation lead", 403)]
)
@pytest.mark.parametrize("page", [LIST, ADD])
def test_pages_open_by_group(group: str, expected: int, page: str, client: Client) -> None:
    client.force_login(make_user(group=group))
    assert client.get(page).status_code == expected


@pytest.mark.parametrize("page", ["change", "publish", *VERBS])
def test_anonymous_visitor_is_sent_to_sign_in(page: str, client: Client) -> None:
    story = story_of(None)
    for response in (client.get(url(story, page)), client.post(url(story, page))):
        assert (response.status_code, response.headers["Location"].partition("?")[0]) == (
            302,
            "/admin/login/",
        )


@pytest.mark.parametrize("page", ["change", "publish", "revisions/1", *VERBS])
@pytest.mark.parametrize("group", ["Reporter", "Moderator"])
def test_others_stories_are_closed(group: str, page: str, editor: User, client: Client) -> None:
    story = story_of(editor)
    client.force_login(make_user(group=group))
    statuses = {
        client.get(url(story, page)).status_code,
        client.post(url(story, page), typed(story)).status_code,
    }
    assert statuses <= {403, 302}
    if page != "change":
        assert statuses == {403}
    assert (story.revisions.count(), story.events.count()) == (1, 2)


@pytest.mark.parametrize("page", ["publish", "unschedule", "end", "withdraw", "reinstate"])
def test_reporter_does_not_publish_own_story(page: str, client: Client) -> None:
    reporter = make_user(group="Reporter")
    story = story_of(reporter)
    client.force_login(reporter)
    assert client.get(url(story, page)).status_code == 403
    assert client.post(url(story, page), {"seen": seen(story)}).status_code == 403


def test_reporter_lists_own_stories_alone(editor: User, client: Client) -> None:
    reporter = make_user(group="Reporter")
    story_of(editor, headline="Hers")
    story_of(reporter, headline="Mine")
    client.force_login(reporter)
    assert [story.working_headline for story in client.get(LIST).context["cl"].result_list] == ["Mine"]


def test_every_post_needs_the_token(editor: User) -> None:
    story = story_of(editor)
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(editor)
    pages = [ADD, *(url(story, page) for page in ("change", "publish", *VERBS))]
    assert {strict.post(page, typed(story)).status_code for page in pages} == {403}


def test_nothing_is_deleted(desk: Client, editor: User) -> None:
    story = story_of(editor)
    assert desk.post(url(story, "delete"), {"post": "yes"}).status_code == 403
    pairs = [(Section, "section"), (Author, "author"), (Topic, "topic")]
    make_topic()
    for model, name in pairs:
        row = model.objects.first()
        assert row is not None
        assert desk.post(f"/admin/articles/{name}/{row.pk}/delete/", {"post": "yes"}).status_code == 403


# --- the list


def test_list_costs_the_same_for_one_and_three_stories(
    desk: Client, editor: User, django_assert_num_queries: Any
) -> None:
    publish(story_of(editor))
    desk.get(LIST)
    for _more in range(2):
        with django_assert_num_queries(8):
            desk.get(LIST)
        publish(story_of(editor))
        story_of(editor)


def badges(desk: Client, query: str = "") -> dict[str, str]:
    response = desk.get(LIST + query)
    admin = response.context["cl"].model_admin
    return {
        story.working_headline: str(admin.state_in_words(story)).partition(">")[2].partition("<")[0]
        for story in response.context["cl"].result_list
    }


@pytest.fixture
def one_of_each(editor: User) -> None:
    soon = timezone.now() + timedelta(days=30)
    story_of(editor, headline="draft")
    actions.submit(story_of(editor, headline="review"), by=editor, now=timezone.now())
    publish(story_of(editor, headline="live"))
    changed = story_of(editor, headline="changed")
    publish(changed)
    content = Content("changed", body="<p>More.</p>", byline=[make_author(name="Zoë Quist").pk])
    actions.save(changed, by=editor, content=content, base=1, now=timezone.now())
    moved = story_of(editor, headline="moved")
    publish(moved)
    actions.move(moved, by=editor, slug="elsewhere", section=moved.section, now=timezone.now())
    taken_back = story_of(editor, headline="taken back")
    publish(taken_back, starts_at=soon)
    actions.unschedule(taken_back, by=editor, now=timezone.now())
    publish(story_of(editor, headline="scheduled"), starts_at=soon)
    update = story_of(editor, headline="update")
    publish(update)
    publish(update, starts_at=soon)
    ended = publish(story_of(editor, headline="ended"))
    hour = timedelta(hours=1)
    Publication.objects.filter(pk=ended.pk).update(starts_at=ended.starts_at - hour, ends_at=ended.starts_at)
    withdrawn = story_of(editor, headline="withdrawn")
    publish(withdrawn)
    actions.withdraw(withdrawn, by=editor, note="x", now=timezone.now() + timedelta(seconds=1))


@pytest.mark.usefixtures("one_of_each")
def test_list_says_each_state_in_words(desk: Client) -> None:
    found = badges(desk)
    assert found.pop("scheduled").startswith("Scheduled ")
    assert found == {
        "draft": "Draft",
        "taken back": "Draft",
        "moved": "Live · changes not published",
        "review": "In review",
        "live": "Live",
        "changed": "Live · changes not published",
        "update": "Live · update scheduled",
        "ended": "Ended",
        "withdrawn": "Withdrawn",
    }


@pytest.mark.usefixtures("one_of_each")
@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("?standing=draft", {"draft", "taken back"}),
        ("?standing=in_review", {"review"}),
        ("?standing=ready", set()),
        ("?standing=scheduled", {"scheduled", "update"}),
        ("?standing=live", {"live", "changed", "moved", "update"}),
        ("?standing=changed", {"changed", "moved"}),
        ("?standing=ended", {"ended"}),
        ("?standing=withdrawn", {"withdrawn"}),
        ("?label=opinion", set()),
        ("?q=chang", {"changed"}),
        ("?q=zoë", set()),
        ("?standing=nonsense&label=x&whose=%00", None),
    ],
)
def test_list_is_narrowed(query: str, expected: set[str] | None, desk: Client) -> None:
    drafts, live = {"draft", "taken back", "review"}, {"live", "changed", "moved", "update"}
    everything = drafts | live | {"scheduled", "ended", "withdrawn"}
    assert set(badges(desk, query)) == (everything if expected is None else expected)


def test_list_finds_the_author_of_what_is_published(desk: Client) -> None:
    publication = make_publication(authors=[make_author(name="Zoë Quist")])
    make_publication()
    assert list(badges(desk, "?q=Quist")) == [publication.article.working_headline]


@pytest.mark.parametrize(
    "query",
    ["?q=%00", "?p=99999", "?p=x", "?o=99", "?section__id__exact=x", "?section__id__exact=%00", "?slug=%00"],
)
def test_list_survives_any_address(query: str, desk: Client) -> None:
    story_of(None)
    assert desk.get(LIST + query).status_code in {200, 302, 400}


# --- writing


def test_new_story_is_saved_with_a_headline_alone(desk: Client, editor: User) -> None:
    section = make_section()
    response = desk.post(ADD, typed(section=section.pk))
    story = Article.objects.get()
    assert response.headers["Location"] == url(story)
    assert (story.slug, story.section, story.created_by, story.last_number) == ("rain", section, editor, 1)


def test_save_keeps_order_of_byline_and_moves_the_story(desk: Client, editor: User) -> None:
    story, section = story_of(editor), make_section()
    authors = [make_author().pk for _ in range(3)][::-1]
    changes = {"byline": [*authors, ""], "section": section.pk, "slug": "other", "language": "fa"}
    assert desk.post(url(story), typed(story, **changes)).status_code == 302
    story.refresh_from_db()
    newest = story.revisions.order_by("-number")[0]
    assert (newest.byline, story.section, story.slug, story.language) == (authors, section, "other", "fa")


def test_saving_without_a_change_makes_nothing(desk: Client, editor: User) -> None:
    story = story_of(editor)
    response: HttpResponse = desk.post(url(story), typed(story), follow=True)
    assert "Nothing had changed" in text(response)
    assert (story.revisions.count(), story.events.count()) == (1, 2)


def test_opening_the_panel_without_typing_says_nothing_of_a_save(desk: Client, editor: User) -> None:
    story = story_of(editor)
    response: HttpResponse = desk.post(url(story, "save-and-publish"), typed(story), follow=True)
    assert response.redirect_chain[-1][0] == url(story, "publish")
    assert list(response.context["messages"]) == []


def test_a_new_slug_of_a_live_story_waits_to_be_published_as_a_fix(desk: Client, editor: User) -> None:
    story = story_of(editor)
    publish(story)
    response: HttpResponse = desk.post(url(story), typed(story, slug="shower"), follow=True)
    assert "Readers get the new address, section or language when the story is published." in text(response)
    assert "The new address, section or language is not published." in text(response)
    assert "Publish changes…" in text(response)
    assert "changes not published" in text(desk.get(LIST + "?standing=changed"))
    panel = desk.get(url(story, "publish"))
    [moved] = panel.context["differences"]
    assert (moved.name, moved.parts[-1].text.rpartition("/")[0].rpartition("/")[2]) == ("Address", "shower")
    assert panel.context["publish_form"]["change"].value() == "fix"
    assert desk.post(url(story, "publish"), panel_form(story, change="fix")).status_code == 302
    assert story.publications.filter(slug="shower").exists()


def test_what_readers_have_already_is_not_published_again(desk: Client, editor: User) -> None:
    story = story_of(editor)
    publish(story)
    panel = desk.get(url(story, "publish"))
    assert "Nothing: readers have this revision." in text(panel)
    assert "Publish revision" not in text(panel)
    response = desk.post(url(story, "publish"), panel_form(story))
    assert (response.status_code, story.publications.count()) == (422, 1)
    assert "Revision 1 is live already. Nothing was published." in text(response)


def test_a_live_story_without_changes_has_nothing_to_hand_to_the_desk(desk: Client, editor: User) -> None:
    story = story_of(editor)
    publish(story)
    page = text(desk.get(url(story)))
    assert not any(verb in page for verb in ("Submit for review", "Mark as ready", "Publish changes…"))


def test_stale_save_shows_both_texts_and_the_next_save_is_on_the_newest(desk: Client, editor: User) -> None:
    story = story_of(editor)
    mine = typed(story, headline="Mine")
    theirs = Content("Theirs", body="<p>They do.</p>", byline=story.revisions.get().byline)
    actions.save(story, by=make_user(group="Editor", name="Ruth"), content=theirs, base=1, now=timezone.now())
    response = desk.post(url(story), mine)
    assert (response.status_code, story.revisions.count()) == (409, 2)
    form, conflict = response.context["form"], response.context["conflict"]
    assert (form["headline"].value(), form["base"].value()) == ("Mine", "2")
    assert [(difference.name, difference.older) for difference in conflict] == [("Headline", "Theirs")]
    assert "Ruth saved revision 2 since you began." in text(response)
    assert desk.post(url(story), {**mine, "base": "2"}).status_code == 302
    assert story.revisions.order_by("-number")[0].headline == "Mine"


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"headline": ""}, "This field is required."),
        ({"headline": "\u200b"}, "A headline is needed to save."),
        ({"headline": "x" * 201}, "at most 200 characters"),
        ({"headline": "a\x00b"}, "Null characters are not allowed."),
        ({"byline": ["987654"]}, "“987654” is not one of the choices."),
        ({"byline": ["9" * 5000]}, "is not one of the choices."),
        ({"byline": ["a\x00"]}, "“a” is not one of the choices."),
        ({"topics": ["x"]}, "“x” is not one of the choices."),
        ({"section": "987654"}, "Select a valid choice."),
        ({"section": "a\x00"}, "Null characters are not allowed."),
        ({"language": "xx"}, "Select a valid choice."),
        ({"label": "gossip"}, "Select a valid choice."),
        ({"slug": "!"}, "Slug: it needs letters or digits."),
        ({"body": "x" * 500_001}, "Body: it is longer"),
        ({"note": "x" * 501}, "at most 500 characters"),
    ],
)
def test_bad_input_is_told_in_a_sentence_and_stores_nothing(
    changes: dict[str, Any], sentence: str, desk: Client, editor: User
) -> None:
    story = story_of(editor)
    response = desk.post(url(story), typed(story, **changes))
    assert sentence in text(response)
    assert (response.status_code, story.revisions.count(), story.events.count()) == (200, 1, 2)


@pytest.mark.parametrize("base", ["", "x", "-1", "9" * 30])
def test_forged_base_stores_nothing(base: str, desk: Client, editor: User) -> None:
    story = story_of(editor)
    response = desk.post(url(story), typed(story, headline="Mine", base=base))
    assert (response.status_code, story.revisions.count()) == (200, 1)


@pytest.mark.parametrize("pk", ["999999", "9" * 40, "x", "%00", "1%2F2"])
def test_unknown_story_is_told_without_a_traceback(pk: str, desk: Client) -> None:
    assert desk.get(f"{LIST}{pk}/change/").status_code in {302, 404}
    assert desk.get(f"{LIST}{pk}/publish/").status_code in {302, 404}


# --- over the desk


def test_submitting_saves_first(client: Client) -> None:
    reporter = make_user(group="Reporter")
    story = story_of(reporter)
    client.force_login(reporter)
    response = client.post(
        url(story, "submit"), typed(story, headline="Better", note="Read please"), follow=True
    )
    assert [str(message) for message in response.context["messages"]] == [
        "Revision 2 saved. Submitted for review."
    ]
    story.refresh_from_db()
    assert (story.state, story.working_headline, story.events.first().note) == (
        "in_review",
        "Better",
        "Read please",
    )
    assert "is with the desk" in text(response)
    assert client.post(url(story), typed(story, headline="Worse")).status_code == 403


def test_refused_verb_keeps_the_typed_text_and_stores_nothing(desk: Client, editor: User) -> None:
    story = story_of(editor)
    response = desk.post(url(story, "send-back"), typed(story, headline="Better"))
    assert "nothing to send back" in text(response)
    assert response.context["form"]["headline"].value() == "Better"
    assert story.revisions.count() == 1


@pytest.mark.parametrize("page", VERBS)
def test_verbs_do_nothing_on_get(page: str, desk: Client, editor: User) -> None:
    story = story_of(editor)
    publish(story)
    before = story.events.count()
    assert desk.get(url(story, page)).status_code == 302
    assert story.events.count() == before


def verbs_shown(client: Client, story: Article) -> list[str]:
    return [verb.words for verb in client.get(url(story)).context["rail"].verbs]


def test_only_the_verbs_that_are_open_are_shown(desk: Client, editor: User) -> None:
    reporter = make_user(group="Reporter")
    story = story_of(reporter)
    at_desk = Client()
    at_desk.force_login(reporter)
    shown = [verbs_shown(at_desk, story), verbs_shown(desk, story)]
    actions.submit(story, by=reporter, now=timezone.now())
    shown += [verbs_shown(at_desk, story), verbs_shown(desk, story)]
    publish(story)
    shown += [verbs_shown(desk, story)]
    assert shown == [
        ["Submit for review"],
        ["Publish…", "Submit for review", "Mark as ready"],
        [],
        ["Publish…", "Send back", "Mark as ready"],
        ["Publication…"],
    ]


# --- the publish panel


def panel_form(story: Article, **changes: Any) -> dict[str, Any]:
    newest = story.revisions.order_by("-number")[0].number
    return {"revision": newest, "seen": seen(story), "when": "now", "change": "update", **changes}


def local(moment: Any) -> str:
    return timezone.localtime(moment).strftime("%Y-%m-%dT%H:%M")


def test_panel_names_the_revision_and_what_changes_for_readers(desk: Client, editor: User) -> None:
    story = story_of(editor)
    publish(story)
    newer = Content(
        "Night buses return for good", body="<p>They do.</p>", byline=story.revisions.get().byline
    )
    actions.save(story, by=editor, content=newer, base=1, now=timezone.now())
    response = desk.get(url(story, "publish"))
    assert [(d.name, [(p.kind, p.text) for p in d.parts]) for d in response.context["differences"]] == [
        ("Headline", [("same", "Night buses return"), ("ins", " for good")])
    ]
    assert "Publish revision 2" in text(response)


def test_panel_lists_what_is_missing_instead_of_the_button(desk: Client, editor: User) -> None:
    story = story_of(editor, body="", byline=[])
    page = text(desk.get(url(story, "publish")))
    assert "2 things are missing:" in page
    assert "Publish revision 1</button>" not in page


def test_panel_publishes_exactly_the_named_revision(desk: Client, editor: User) -> None:
    story = story_of(editor)
    newer = Content("Newer", body="<p>They do.</p>", byline=story.revisions.get().byline)
    actions.save(story, by=editor, content=newer, base=1, now=timezone.now())
    assert desk.post(url(story, "publish"), panel_form(story, revision=1)).status_code == 302
    assert Publication.objects.published(timezone.now()).get().revision.number == 1


def test_panel_schedules_and_unschedules(desk: Client, editor: User) -> None:
    story = story_of(editor)
    start = timezone.now() + timedelta(days=1)
    form = panel_form(story, when="at", starts_at=local(start), ends_at=local(start + timedelta(days=1)))
    assert desk.post(url(story, "publish"), form).status_code == 302
    publication = Publication.objects.get()
    assert abs(publication.starts_at - start) < timedelta(minutes=1)
    assert desk.post(url(story, "unschedule"), {"unschedule-seen": seen(story)}).status_code == 302
    publication.refresh_from_db()
    assert publication.ends_at == publication.starts_at


def test_panel_ends_withdraws_and_reinstates(desk: Client, editor: User) -> None:
    story = story_of(editor)
    publication = publish(story)
    end = local(timezone.now() + timedelta(days=2))
    desk.post(url(story, "end"), {"end-seen": seen(story), "end-ends_at": end})
    publication.refresh_from_db()
    assert publication.ends_at is not None
    assert local(publication.ends_at) == end
    desk.post(url(story, "withdraw"), {"withdraw-seen": seen(story), "withdraw-note": "Wrong bridge"})
    story.refresh_from_db()
    assert story.withdrawn_at is not None
    desk.post(url(story, "reinstate"), {"reinstate-seen": seen(story)})
    story.refresh_from_db()
    assert story.withdrawn_at is None


def test_small_fix_leaves_the_time_that_readers_see(desk: Client, editor: User) -> None:
    story = story_of(editor)
    first = publish(story)
    newer = Content("Newer", body="<p>They do.</p>", byline=first.revision.byline)
    actions.save(story, by=editor, content=newer, base=1, now=timezone.now())
    desk.post(url(story, "publish"), panel_form(story, change="fix"))
    assert Publication.objects.published(timezone.now()).get().updated_at == first.updated_at


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"when": "at"}, "Say when it goes live."),
        (
            {"when": "at", "starts_at": "2001-01-01T10:00"},
            "1 January 2001, 10:00 is past. Choose “Now” to publish at once.",
        ),
        ({"when": "at", "starts_at": "0001-01-01T00:00"}, "is past."),
        ({"when": "at", "starts_at": "2026-02-30T10:00"}, "Enter a valid date/time."),
        ({"when": "at", "starts_at": "9999-12-31T23:59"}, "more than ten years ahead"),
        ({"when": "at", "starts_at": "\x00"}, "Enter a valid date/time."),
        ({"ends_at": "2001-01-01T10:00"}, "End: 1 January 2001, 10:00 is past."),
        ({"ends_at": "9999-12-31T23:59"}, "more than ten years ahead"),
        ({"when": "whenever"}, "Select a valid choice."),
        ({"change": "x"}, "Select a valid choice."),
        ({"revision": "99"}, "This story has no revision 99."),
        ({"revision": "9" * 40}, "The form was incomplete."),
        ({"revision": "x"}, "The form was incomplete."),
        ({"seen": ""}, "The form was incomplete."),
        ({"seen": "0"}, "since you opened this page. Nothing was done: look again."),
    ],
)
def test_impossible_publication_is_told_in_a_sentence(
    changes: dict[str, str], sentence: str, desk: Client, editor: User
) -> None:
    story = story_of(editor)
    publish(story)
    response = desk.post(url(story, "publish"), panel_form(story, **changes))
    assert sentence in text(response)
    assert (response.status_code, Publication.objects.count()) == (422, 1)


def test_withdrawal_without_a_reason_is_told_beside_its_button(desk: Client, editor: User) -> None:
    story = story_of(editor)
    publish(story)
    response = desk.post(url(story, "withdraw"), {"withdraw-seen": seen(story), "withdraw-note": ""})
    assert response.context["withdraw_form"].non_field_errors() == ["Note: say why the story is withdrawn."]
    assert Publication.objects.published(timezone.now()).count() == 1


def test_decision_on_an_outdated_panel_changes_nothing(desk: Client, editor: User) -> None:
    story = story_of(editor)
    form = panel_form(story)
    actions.submit(story, by=make_user(group="Editor", name="Ruth"), now=timezone.now())
    response = desk.post(url(story, "publish"), form)
    assert "Ruth submitted for review" in text(response)
    assert Publication.objects.count() == 0


def test_panel_without_a_revision_leads_back_with_a_sentence(desk: Client, editor: User) -> None:
    story = actions.begin(by=editor, section=make_section(), headline="Rain", now=timezone.now())
    response = desk.get(url(story, "publish"), follow=True)
    assert [str(message) for message in response.context["messages"]] == [
        "Save the story first: it has no revision yet."
    ]


# --- what else stands there


def test_preview_shows_the_revision_as_readers_would_get_it(desk: Client, editor: User) -> None:
    topic = make_topic(name="Council")
    story = story_of(editor, body="<p>They do.</p><h2>Who pays</h2>", topics=[topic.pk])
    page = text(desk.get(url(story, "revisions/1")))
    assert "Readers do not see this page." in page
    assert "<h2>Who pays</h2>" in page
    assert "Council" in page
    assert desk.get(url(story, "revisions/2")).status_code == 404
    assert desk.get(url(story, "revisions/" + "9" * 40)).status_code == 404


def test_importers_doubts_and_the_original_stand_beside_the_story(desk: Client) -> None:
    story = story_of(None)
    ImportedSource.objects.create(
        article=story,
        digest="0" * 64,
        name="wire.txt",
        text="<b>AS IT CAME</b>",
        doubts=["No dateline."],
        imported_at=timezone.now(),
    )
    page = text(desk.get(url(story)))
    assert "No dateline." in page
    assert "&lt;b&gt;AS IT CAME&lt;/b&gt;" in page


def test_retired_author_stays_choosable_where_it_is_in_use(desk: Client, editor: User) -> None:
    author = make_author(name="Gone", retired_at=timezone.now())
    story, other = story_of(editor, byline=[author.pk]), story_of(editor)
    offered = [
        author.pk in desk.get(url(each)).context["form"].fields["byline"].known for each in (story, other)
    ]
    assert offered == [True, False]


@pytest.mark.parametrize("name", ["section", "topic", "author", "correction"])
def test_filing_pages_open_for_editors_alone(name: str, desk: Client) -> None:
    reporter = Client()
    reporter.force_login(make_user(group="Reporter"))
    page = f"/admin/articles/{name}/"
    assert (desk.get(page).status_code, reporter.get(page).status_code) == (200, 403)


def test_section_with_the_sites_own_word_is_refused(desk: Client) -> None:
    form = {"name": "Admin", "slug": "admin", "language": "en", "position": 0}
    response = desk.post("/admin/articles/section/add/", form)
    assert "Addresses of the site itself begin with “admin”." in text(response)
    assert Section.objects.count() == 0


def test_topic_is_retired_and_merged_but_keeps_its_slug(desk: Client) -> None:
    topic, target = make_topic(), make_topic()
    form = {"name": "Other", "slug": "forged", "merged_into": target.pk, "is_retired": "on"}
    assert desk.post(f"/admin/articles/topic/{topic.pk}/change/", form).status_code == 302
    slug = topic.slug
    topic.refresh_from_db()
    assert (topic.name, topic.slug, topic.merged_into, topic.retired_at is not None) == (
        "Other",
        slug,
        target,
        True,
    )


def test_topic_that_others_are_merged_into_is_not_merged_itself(desk: Client) -> None:
    topic, target = make_topic(), make_topic()
    make_topic(merged_into=topic)
    form = {"name": "Other", "merged_into": target.pk}
    response = desk.post(f"/admin/articles/topic/{topic.pk}/change/", form)
    assert "merge those into the same place first" in text(response)


def test_pages_keep_the_strict_policy(desk: Client, editor: User) -> None:
    story = story_of(editor)
    for page in (LIST, ADD, url(story), url(story, "publish"), reverse("admin:index")):
        policy = desk.get(page).headers["Content-Security-Policy"]
        assert "unsafe" not in policy
