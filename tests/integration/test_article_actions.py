"""The editorial verbs against the database: what becomes true, what is refused, what is recorded."""

import threading
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, connection, connections, transaction

from articles import actions
from articles.actions import Content, Refused, StaleSave, content_of, situation_of, slug_from
from articles.enums import ArticleState, ReadersHave, RevisionReason, Standing, Verb
from articles.models import (
    Address,
    Article,
    ArticleEvent,
    Correction,
    ImportedSource,
    Publication,
    Revision,
    Section,
    Unchangeable,
)
from newsroom.accounts.models import User
from tests.factories import make_article, make_author, make_publication, make_section, make_topic, make_user

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
on_postgresql = pytest.mark.skipif(connection.vendor != "postgresql", reason="only PostgreSQL has this guard")


@pytest.fixture
def editor() -> User:
    return make_user(group="Editor", name="Marian")


@pytest.fixture
def reporter() -> User:
    return make_user(group="Reporter", name="Ingrid")


@pytest.fixture
def section() -> Section:
    return make_section(slug="city")


def content(**changes: Any) -> Content:
    fields: dict[str, Any] = {"headline": "Night buses return", "body": "<p>They do.</p>", **changes}
    if "byline" not in fields:
        fields["byline"] = [make_author().pk]
    return Content(**fields)


def saved_story(by: User, section: Section, **changes: Any) -> tuple[Article, Revision]:
    story = actions.begin(by=by, section=section, headline="Night buses return", now=NOW)
    return story, actions.save(story, by=by, content=content(**changes), base=0, now=NOW)


def next_revision(story: Article, by: User, **changes: Any) -> Revision:
    return actions.save(story, by=by, content=content(**changes), base=story.last_number, now=NOW)


def verbs(story: Article) -> list[str]:
    return list(story.events.order_by("id").values_list("verb", flat=True))


def times(story: Article) -> list[tuple[datetime, datetime | None]]:
    """The publications that are or were to be seen, in their order."""
    rows = story.publications.order_by("starts_at", "id").values_list("starts_at", "ends_at")
    return [(start, end) for start, end in rows if start != end]


# --- beginning and saving


def test_begun_story_is_an_empty_draft_with_a_slug_from_its_headline(editor: User, section: Section) -> None:
    story = actions.begin(by=editor, section=section, headline="  It’s   back:\nnight buses ", now=NOW)
    assert (story.slug, story.working_headline, story.state, story.last_number, story.language) == (
        "its-back-night-buses",
        "It’s back: night buses",
        ArticleState.DRAFT,
        0,
        "en",
    )
    assert verbs(story) == [Verb.CREATED]


def test_same_headline_in_a_section_gets_a_numbered_slug(editor: User, section: Section) -> None:
    slugs = [actions.begin(by=editor, section=section, headline="Rain", now=NOW).slug for _ in range(3)]
    assert slugs == ["rain", "rain-2", "rain-3"]


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("Don't panic!", "dont-panic"),
        ("Ärger in Köln", "ärger-in-köln"),
        ("A\u030angström", "ångström"),
        ("کتابخانه‌ها باز شد", "کتابخانه-ها-باز-شد"),
        ("हिन्दी समाचार", "हिन्दी-समाचार"),
        ("… !!!", ""),
    ],
)
def test_slug_keeps_letters_digits_and_marks_of_all_scripts(text: str, slug: str) -> None:
    assert slug_from(text) == slug


def test_headline_without_letters_still_gets_an_address(editor: User, section: Section) -> None:
    assert actions.begin(by=editor, section=section, headline="!!!", now=NOW).slug == "story"


def test_beginning_is_refused_without_right_headline_or_living_section(
    editor: User, section: Section
) -> None:
    with pytest.raises(PermissionDenied):
        actions.begin(by=make_user(group="Moderator"), section=section, headline="A", now=NOW)
    with pytest.raises(Refused, match="headline is needed"):
        actions.begin(by=editor, section=section, headline=" \u200b ", now=NOW)
    with pytest.raises(Refused, match="is retired"):
        actions.begin(by=editor, section=make_section(retired_at=NOW), headline="A", now=NOW)
    assert Article.objects.count() == 0


def test_saved_content_is_cleaned(editor: User, section: Section) -> None:
    author, topic = make_author(), make_topic()
    _story, revision = saved_story(
        editor,
        section,
        headline=" Night\nbuses\x00 return ",
        body='<p onclick="x()">They <b>do</b>.</p><script>x()</script>',
        byline=[author.pk, author.pk],
        topics=[topic.pk],
    )
    stored = Revision.objects.get(pk=revision.pk)
    assert (stored.headline, stored.body, stored.byline, stored.topics) == (
        "Night buses return",
        "<p>They <strong>do</strong>.</p>",
        [author.pk],
        [topic.pk],
    )


def test_merged_author_is_replaced_by_what_took_their_place(editor: User, section: Section) -> None:
    kept = make_author()
    merged = make_author(merged_into=kept)
    assert saved_story(editor, section, byline=[merged.pk])[1].byline == [kept.pk]


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"headline": ""}, "A headline is needed to save."),
        ({"headline": "x" * 201}, "Headline: 201 characters are too many, 200 fit."),
        ({"kicker": "x" * 61, "dateline": "y" * 121}, "Kicker: 61 .* Dateline: 121"),
        ({"body": "x" * 500_001}, "Body: it is longer"),
        ({"byline": [0]}, "Author: there is none with the number 0."),
        ({"topics": [987]}, "Topic: there is none with the number 987."),
        ({"label": "gossip"}, "Label: “gossip” is not one of ours."),
    ],
)
def test_impossible_content_is_refused_with_a_sentence(
    changes: dict[str, Any], sentence: str, editor: User, section: Section
) -> None:
    story = actions.begin(by=editor, section=section, headline="Night buses", now=NOW)
    with pytest.raises(Refused, match=sentence):
        actions.save(story, by=editor, content=content(**changes), base=0, now=NOW)
    assert Revision.objects.count() == 0


def test_unchanged_content_makes_no_new_revision(editor: User, section: Section) -> None:
    story, revision = saved_story(editor, section)
    again = actions.save(story, by=editor, content=content_of(revision), base=1, now=NOW + HOUR)
    assert (again.pk, story.revisions.count(), verbs(story)) == (revision.pk, 1, [Verb.CREATED, Verb.SAVED])


def test_same_form_sent_twice_makes_one_revision(editor: User, section: Section) -> None:
    story = actions.begin(by=editor, section=section, headline="Rain", now=NOW)
    typed = content()
    first, second = (actions.save(story, by=editor, content=typed, base=0, now=NOW) for _ in range(2))
    assert (first.pk, story.revisions.count()) == (second.pk, 1)


def test_stale_save_is_refused_with_both_texts_and_stores_nothing(
    editor: User, reporter: User, section: Section
) -> None:
    story, seen = saved_story(reporter, section)
    theirs = next_revision(story, editor, headline="Theirs")
    with pytest.raises(StaleSave) as stale:
        actions.save(story, by=reporter, content=content(headline="Mine"), base=seen.number, now=NOW)
    assert (stale.value.latest.pk, stale.value.yours.headline) == (theirs.pk, "Mine")
    assert stale.value.sentence.startswith("Marian saved revision 2 since you began.")
    assert list(story.revisions.values_list("headline", flat=True)) == ["Theirs", "Night buses return"]


def test_reporter_saves_own_draft_and_nothing_else(editor: User, reporter: User, section: Section) -> None:
    story, _revision = saved_story(reporter, section)
    others, _revision = saved_story(editor, section)
    actions.submit(story, by=reporter, now=NOW)
    for closed in (story, others):
        with pytest.raises(PermissionDenied):
            actions.save(closed, by=reporter, content=content(), base=1, now=NOW)
    assert (story.revisions.count(), others.revisions.count()) == (1, 1)


def test_import_is_recorded_as_one(section: Section) -> None:
    story = actions.begin(by=None, section=section, headline="Wire", now=NOW)
    actions.save(
        story, by=None, content=content(), base=0, now=NOW, why=RevisionReason.IMPORTED, note="wire.txt"
    )
    assert list(story.events.order_by("id").values_list("verb", "note")) == [
        ("created", ""),
        ("imported", "wire.txt"),
    ]


# --- over the desk


def test_draft_goes_over_the_desk_and_back(editor: User, reporter: User, section: Section) -> None:
    story, _revision = saved_story(reporter, section)
    states = []
    actions.submit(story, by=reporter, note="Please read", now=NOW)
    states.append(story.state)
    actions.send_back(story, by=editor, note="Who pays?", now=NOW)
    states.append(story.state)
    actions.submit(story, by=reporter, now=NOW)
    actions.mark_ready(story, by=editor, now=NOW)
    states.append(story.state)
    assert states == ["in_review", "draft", "ready"]
    assert verbs(story) == ["created", "saved", "submitted", "sent_back", "submitted", "approved"]


def test_desk_verbs_are_refused_where_they_make_no_sense(editor: User, section: Section) -> None:
    empty = actions.begin(by=editor, section=section, headline="Rain", now=NOW)
    with pytest.raises(Refused, match="no revision yet"):
        actions.submit(empty, by=editor, now=NOW)
    story, _revision = saved_story(editor, section)
    with pytest.raises(Refused, match="nothing to send back"):
        actions.send_back(story, by=editor, now=NOW)
    actions.submit(story, by=editor, now=NOW)
    with pytest.raises(Refused, match="in review already"):
        actions.submit(story, by=editor, now=NOW)
    with pytest.raises(Refused, match="The note has 501 characters"):
        actions.send_back(story, by=editor, note="x" * 501, now=NOW)
    assert Article.objects.get(pk=story.pk).state == "in_review"


def test_reporter_neither_sends_back_nor_publishes(reporter: User, section: Section) -> None:
    story, revision = saved_story(reporter, section)
    actions.submit(story, by=reporter, now=NOW)
    refused = [
        lambda: actions.send_back(story, by=reporter, now=NOW),
        lambda: actions.mark_ready(story, by=reporter, now=NOW),
        lambda: actions.publish(story, by=reporter, revision=revision, now=NOW),
        lambda: actions.unschedule(story, by=reporter, now=NOW),
        lambda: actions.end_at(story, by=reporter, at=NOW + HOUR, now=NOW),
        lambda: actions.withdraw(story, by=reporter, note="x", now=NOW),
        lambda: actions.reinstate(story, by=reporter, now=NOW),
    ]
    for act in refused:
        with pytest.raises(PermissionDenied):
            act()
    assert Publication.objects.count() == 0


# --- publishing


def test_published_revision_is_copied_and_rendered(editor: User, section: Section) -> None:
    authors, topic = [make_author(), make_author()], make_topic()
    story, revision = saved_story(
        editor,
        section,
        body="<p>They do, said the council.</p><h2>Who pays</h2><p>You.</p>",
        byline=[author.pk for author in reversed(authors)],
        topics=[topic.pk],
        kicker="Transport",
    )
    publication = actions.publish(story, by=editor, revision=revision, now=NOW)
    publication.refresh_from_db()
    assert (publication.path, publication.first_published_at, publication.updated_at) == (
        "city/2026/03/10/night-buses-return",
        NOW,
        NOW,
    )
    assert (publication.kicker, publication.description, publication.word_count) == (
        "Transport",
        "They do, said the council.",
        8,
    )
    assert [place.author for place in publication.byline.all()] == authors[::-1]
    assert [link.topic for link in publication.topic_links.all()] == [topic]
    assert list(Publication.objects.published(NOW)) == [publication]
    assert Address.objects.get(path=publication.path).article == story
    assert verbs(story) == ["created", "saved", "published"]


def test_date_of_the_address_is_the_sites_day(editor: User, section: Section) -> None:
    story, revision = saved_story(editor, section)
    late = datetime(2026, 3, 10, 23, 30, tzinfo=UTC)
    assert actions.publish(story, by=editor, revision=revision, now=late).path.startswith("city/2026/03/11/")


def test_saving_a_live_story_changes_nothing_public(editor: User, section: Section) -> None:
    story, revision = saved_story(editor, section)
    live = actions.publish(story, by=editor, revision=revision, now=NOW)
    next_revision(story, editor, headline="Changed")
    actions.move(story, by=editor, slug="elsewhere", section=make_section(), now=NOW)
    shown = Publication.objects.published(NOW + HOUR).get()
    assert (shown.pk, shown.headline, shown.path) == (live.pk, "Night buses return", live.path)


def test_update_closes_the_running_publication_and_keeps_the_first_date(
    editor: User, section: Section
) -> None:
    story, revision = saved_story(editor, section)
    actions.publish(story, by=editor, revision=revision, now=NOW)
    second = next_revision(story, editor, headline="Second")
    update = actions.publish(story, by=editor, revision=second, now=NOW + HOUR)
    third = next_revision(story, editor, headline="Third")
    fix = actions.publish(story, by=editor, revision=third, now=NOW + 2 * HOUR, material=False)
    assert times(story) == [(NOW, NOW + HOUR), (NOW + HOUR, NOW + 2 * HOUR), (NOW + 2 * HOUR, None)]
    assert [(row.first_published_at, row.updated_at) for row in (update, fix)] == [(NOW, NOW + HOUR)] * 2
    assert update.path == fix.path


def test_scheduled_story_appears_by_the_clock_alone(editor: User, section: Section) -> None:
    story, revision = saved_story(editor, section)
    start, end = NOW + 24 * HOUR, NOW + 48 * HOUR
    publication = actions.publish(story, by=editor, revision=revision, now=NOW, starts_at=start, ends_at=end)
    seen = [
        Publication.objects.published(at).count()
        for at in (NOW, start - timedelta(seconds=1), start, end - timedelta(seconds=1), end)
    ]
    assert seen == [0, 0, 1, 1, 0]
    assert (publication.path[:16], publication.first_published_at) == ("city/2026/03/11/", start)
    assert verbs(story)[-1] == Verb.SCHEDULED


def test_scheduled_update_closes_the_running_one_and_unscheduling_reopens_it(
    editor: User, section: Section
) -> None:
    story, revision = saved_story(editor, section)
    actions.publish(story, by=editor, revision=revision, now=NOW)
    update = next_revision(story, editor, headline="Second")
    actions.publish(story, by=editor, revision=update, now=NOW, starts_at=NOW + 3 * HOUR)
    assert times(story) == [(NOW, NOW + 3 * HOUR), (NOW + 3 * HOUR, None)]
    actions.unschedule(story, by=editor, now=NOW + HOUR)
    assert times(story) == [(NOW, None)]
    assert verbs(story)[-2:] == [Verb.SCHEDULED, Verb.UNSCHEDULED]


def test_end_that_an_editor_set_survives_a_cancelled_update(editor: User, section: Section) -> None:
    story, revision = saved_story(editor, section)
    actions.publish(story, by=editor, revision=revision, now=NOW, ends_at=NOW + 9 * HOUR)
    actions.publish(story, by=editor, revision=revision, now=NOW, starts_at=NOW + 3 * HOUR)
    actions.unschedule(story, by=editor, now=NOW + HOUR)
    assert times(story) == [(NOW, NOW + 9 * HOUR)]


def test_update_scheduled_for_after_the_end_leaves_the_gap_as_decided(editor: User, section: Section) -> None:
    story, revision = saved_story(editor, section)
    actions.publish(story, by=editor, revision=revision, now=NOW, ends_at=NOW + HOUR)
    actions.publish(story, by=editor, revision=revision, now=NOW, starts_at=NOW + 3 * HOUR)
    assert times(story) == [(NOW, NOW + HOUR), (NOW + 3 * HOUR, None)]


@pytest.mark.parametrize("starts_at", [None, NOW + 5 * HOUR])
def test_new_decision_takes_the_place_of_a_scheduled_one(
    starts_at: datetime | None, editor: User, section: Section
) -> None:
    story, revision = saved_story(editor, section)
    actions.publish(story, by=editor, revision=revision, now=NOW, starts_at=NOW + 3 * HOUR)
    actions.publish(story, by=editor, revision=revision, now=NOW + HOUR, starts_at=starts_at)
    assert times(story) == [(starts_at or NOW + HOUR, None)]
    assert verbs(story)[-2] == Verb.UNSCHEDULED


def test_story_without_what_it_needs_is_refused_with_all_that_is_missing(editor: User) -> None:
    section = make_section()
    story, revision = saved_story(editor, section, body="<p> </p>", byline=[])
    Section.objects.filter(pk=section.pk).update(retired_at=NOW)
    with pytest.raises(Refused) as refused:
        actions.publish(story, by=editor, revision=revision, now=NOW)
    assert refused.value.sentence == (
        "To be published, the story needs: a body, a byline with at least one author, a section that is not retired."
    )
    assert (Publication.objects.count(), Address.objects.count()) == (0, 0)


@pytest.mark.parametrize(
    ("start", "end", "sentence"),
    [
        (None, NOW - HOUR, "End: 10 March 2026, 12:00 is past."),
        (None, NOW, "is not after the start"),
        (NOW + 3 * HOUR, NOW + 2 * HOUR, "is not after the start"),
        (NOW + timedelta(days=4000), None, "Start: .* more than ten years ahead"),
        (None, NOW + timedelta(days=4000), "End: .* more than ten years ahead"),
    ],
)
def test_impossible_times_are_refused_with_a_sentence(
    start: datetime | None, end: datetime | None, sentence: str, editor: User, section: Section
) -> None:
    story, revision = saved_story(editor, section)
    with pytest.raises(Refused, match=sentence):
        actions.publish(story, by=editor, revision=revision, now=NOW, starts_at=start, ends_at=end)
    assert Publication.objects.count() == 0


def test_another_storys_revision_is_refused(editor: User, section: Section) -> None:
    story, _revision = saved_story(editor, section)
    _other, foreign = saved_story(editor, section)
    with pytest.raises(Refused, match="another story’s"):
        actions.publish(story, by=editor, revision=foreign, now=NOW)


@pytest.mark.parametrize("instruction", ["KILL", "HOLD"])
def test_story_that_its_agency_stopped_is_never_published(
    instruction: str, editor: User, section: Section
) -> None:
    story, revision = saved_story(editor, section)
    ImportedSource.objects.create(
        article=story, digest="0" * 64, name="a.txt", text="x", instruction=instruction, imported_at=NOW
    )
    with pytest.raises(Refused, match=f"The agency marked this story {instruction}"):
        actions.publish(story, by=editor, revision=revision, now=NOW)


def test_address_of_another_story_is_refused_by_name(editor: User, section: Section) -> None:
    first, revision = saved_story(editor, section)
    actions.publish(first, by=editor, revision=revision, now=NOW)
    second, revision = saved_story(editor, section, headline="Second")
    actions.move(second, by=editor, slug=first.slug, section=section, now=NOW)
    with pytest.raises(Refused) as refused:
        actions.publish(second, by=editor, revision=revision, now=NOW)
    assert refused.value.sentence == (
        "The address /city/2026/03/10/night-buses-return/ belongs to the story “Night buses return”."
        " Choose another slug."
    )


def test_moved_story_keeps_its_old_address(editor: User, section: Section) -> None:
    story, revision = saved_story(editor, section)
    old = actions.publish(story, by=editor, revision=revision, now=NOW)
    actions.move(story, by=editor, slug="Night Buses: Berlin", section=section, now=NOW)
    new = actions.publish(story, by=editor, revision=revision, now=NOW + 30 * HOUR)
    assert new.path == "city/2026/03/10/night-buses-berlin"
    assert set(story.addresses.values_list("path", flat=True)) == {old.path, new.path}
    assert "moved" in verbs(story)


def test_story_knows_after_every_act_whether_readers_have_its_newest(editor: User, section: Section) -> None:
    story, first = saved_story(editor, section)
    found = [stored(story)]

    def then(act: Any, **about: Any) -> Any:
        done = act(story, by=editor, now=NOW + HOUR * len(found), **about)
        found.append(stored(story))
        return done

    then(actions.publish, revision=first)
    second = then(actions.save, content=content(body="<p>They do.</p><p>At last.</p>"), base=1)
    then(actions.publish, revision=second, starts_at=NOW + HOUR * 99)
    then(actions.unschedule)
    then(actions.publish, revision=second)
    then(actions.move, slug="night-buses", section=section)
    then(actions.publish, revision=second)
    then(actions.submit)
    then(actions.publish, revision=first)
    then(actions.withdraw, note="Wrong.")
    nothing, older, newest = ReadersHave.NOTHING, ReadersHave.OLDER, ReadersHave.NEWEST
    assert found == [
        *(nothing, newest, older, newest, older, newest),
        *(older, newest, newest, older, older),
    ]


def test_scheduled_story_that_is_taken_back_was_never_anybodys(editor: User, section: Section) -> None:
    story, revision = saved_story(editor, section)
    actions.publish(story, by=editor, revision=revision, now=NOW, starts_at=NOW + HOUR)
    assert stored(story) == ReadersHave.NEWEST
    actions.unschedule(story, by=editor, now=NOW)
    assert stored(story) == ReadersHave.NOTHING


def stored(story: Article) -> str:
    return Article.objects.values_list("readers_have", flat=True).get(pk=story.pk)


def test_move_to_where_it_stands_is_not_recorded(editor: User, section: Section) -> None:
    story, _revision = saved_story(editor, section)
    actions.move(story, by=editor, slug=story.slug, section=section, now=NOW)
    assert verbs(story) == ["created", "saved"]


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"slug": "…"}, "Slug: it needs letters or digits."),
        ({"slug": "x" * 121}, "Slug: 121 characters"),
        ({"language": "<b>"}, "Language: “<b>”"),
    ],
)
def test_impossible_place_is_refused(
    changes: dict[str, str], sentence: str, editor: User, section: Section
) -> None:
    story, _revision = saved_story(editor, section)
    with pytest.raises(Refused, match=sentence):
        actions.move(story, by=editor, **{"slug": "a", "section": section, "now": NOW, **changes})


# --- end, withdraw, reinstate


def test_end_is_set_moved_and_taken_away(editor: User, section: Section) -> None:
    story, revision = saved_story(editor, section)
    actions.publish(story, by=editor, revision=revision, now=NOW)
    ends = []
    for at in (NOW + 5 * HOUR, NOW + 2 * HOUR, None):
        actions.end_at(story, by=editor, at=at, now=NOW + HOUR)
        ends.append(times(story))
    assert ends == [[(NOW, NOW + 5 * HOUR)], [(NOW, NOW + 2 * HOUR)], [(NOW, None)]]
    assert verbs(story)[-3:] == [Verb.ENDED] * 3


def test_end_is_refused_where_it_is_impossible(editor: User, section: Section) -> None:
    story, revision = saved_story(editor, section)
    with pytest.raises(Refused, match="neither live nor scheduled"):
        actions.end_at(story, by=editor, at=NOW + HOUR, now=NOW)
    actions.publish(story, by=editor, revision=revision, now=NOW, starts_at=NOW + 3 * HOUR)
    for at, sentence in ((NOW - HOUR, "is past"), (NOW + HOUR, "not after the start")):
        with pytest.raises(Refused, match=sentence):
            actions.end_at(story, by=editor, at=at, now=NOW)
    assert times(story) == [(NOW + 3 * HOUR, None)]


def test_withdrawn_story_is_gone_with_all_its_plans_until_it_is_published_again(
    editor: User, section: Section
) -> None:
    story, revision = saved_story(editor, section)
    actions.publish(story, by=editor, revision=revision, now=NOW)
    actions.publish(story, by=editor, revision=revision, now=NOW, starts_at=NOW + 5 * HOUR)
    actions.withdraw(story, by=editor, note="Wrong bridge", now=NOW + HOUR)
    assert (times(story), situation_of(story, NOW + HOUR).standing) == (
        [(NOW, NOW + HOUR)],
        Standing.WITHDRAWN,
    )
    with pytest.raises(Refused, match="is withdrawn"):
        actions.publish(story, by=editor, revision=revision, now=NOW + HOUR)
    actions.reinstate(story, by=editor, now=NOW + 2 * HOUR)
    assert Publication.objects.published(NOW + 2 * HOUR).count() == 0
    again = actions.publish(story, by=editor, revision=revision, now=NOW + 3 * HOUR)
    assert (again.first_published_at, list(Publication.objects.published(NOW + 3 * HOUR))) == (NOW, [again])
    assert ArticleEvent.objects.get(article=story, verb=Verb.WITHDRAWN).note == "Wrong bridge"


def test_withdrawal_is_refused_without_reason_or_without_readers(editor: User, section: Section) -> None:
    story, revision = saved_story(editor, section)
    with pytest.raises(Refused, match="never published"):
        actions.withdraw(story, by=editor, note="x", now=NOW)
    actions.publish(story, by=editor, revision=revision, now=NOW)
    with pytest.raises(Refused, match="say why"):
        actions.withdraw(story, by=editor, note="  ", now=NOW)
    with pytest.raises(Refused, match="not withdrawn"):
        actions.reinstate(story, by=editor, now=NOW)
    with pytest.raises(Refused, match="Nothing is scheduled"):
        actions.unschedule(story, by=editor, now=NOW)
    assert times(story) == [(NOW, None)]


def test_what_ended_can_be_published_again_at_its_first_address(editor: User, section: Section) -> None:
    story, revision = saved_story(editor, section)
    first = actions.publish(story, by=editor, revision=revision, now=NOW, ends_at=NOW + HOUR)
    assert situation_of(story, NOW + 2 * HOUR).standing == Standing.ENDED
    again = actions.publish(story, by=editor, revision=revision, now=NOW + 40 * HOUR)
    assert again.path == first.path


# --- rows that stand


def test_model_refuses_to_change_or_delete_a_revision(editor: User, section: Section) -> None:
    _story, revision = saved_story(editor, section)
    revision.headline = "Other"
    copy = Revision(pk=revision.pk, article=revision.article, number=9, headline="Other", created_at=NOW)
    for act in (
        revision.save,
        revision.delete,
        Revision.objects.all().delete,
        lambda: Revision.objects.update(headline="Other"),
        lambda: revision.article.revisions.update(headline="Other"),
    ):
        with pytest.raises(Unchangeable, match="A revision stands for ever"):
            act()
    with pytest.raises(DatabaseError), transaction.atomic():
        copy.save()
    assert Revision.objects.get().headline == "Night buses return"


def test_model_refuses_to_change_or_delete_a_correction(editor: User) -> None:
    correction = Correction.objects.create(article=make_article(), kind="correction", at=NOW, by=editor)
    for act in (correction.save, correction.delete, Correction.objects.all().delete):
        with pytest.raises(Unchangeable):
            act()


@on_postgresql
@pytest.mark.parametrize("table", ["articles_revision", "articles_correction"])
@pytest.mark.parametrize("statement", ["UPDATE {} SET article_id = article_id", "DELETE FROM {}"])
def test_database_refuses_to_change_or_delete_what_stands(table: str, statement: str, editor: User) -> None:
    publication = make_publication()
    Correction.objects.create(article=publication.article, kind="correction", at=NOW, by=editor)
    with (
        pytest.raises(DatabaseError, match="stand for ever"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement.format(table))


@on_postgresql
def test_database_refuses_publications_that_overlap() -> None:
    publication = make_publication(starts_at=NOW, ends_at=NOW + 2 * HOUR)
    with pytest.raises(DatabaseError, match="publications_never_overlap"), transaction.atomic():
        make_publication(article=publication.article, starts_at=NOW + HOUR)


@pytest.mark.django_db
def test_publication_by_a_clock_read_earlier_comes_after_what_was_published_meanwhile() -> None:
    editor, section = make_user(group="Editor"), make_section()
    story, first = saved_story(editor, section)
    second = next_revision(story, editor, headline="Second")
    for after, revision in ((1, first), (3, second), (0, first)):
        actions.publish(story, by=editor, revision=revision, now=NOW + timedelta(seconds=after))
    third = NOW + timedelta(seconds=3)
    assert times(story) == [(NOW + timedelta(seconds=1), third), (third, None)]


@pytest.mark.django_db(transaction=True)
def test_two_editors_publishing_at_once_leave_one_open_publication() -> None:
    from newsroom.groups import make_groups

    make_groups()
    editor, section = make_user(group="Editor"), make_section()
    story, revision = saved_story(editor, section)
    revisions = [revision, *(next_revision(story, editor, headline=f"Take {take}") for take in (2, 3, 4))]
    errors: list[Exception] = []

    def publish(second: int) -> None:
        try:
            own = Article.objects.get(pk=story.pk)
            actions.publish(own, by=editor, revision=revisions[second], now=NOW + timedelta(seconds=second))
        except Exception as error:
            errors.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=publish, args=(second,)) for second in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    rows = times(story)
    assert errors == []
    assert [end for _start, end in rows] == [*(start for start, _end in rows[1:]), None]


def test_failed_verb_leaves_no_trace(editor: User, section: Section) -> None:
    other, revision = saved_story(editor, section)
    actions.publish(other, by=editor, revision=revision, now=NOW)
    story, revision = saved_story(editor, section, headline="Second")
    actions.publish(story, by=editor, revision=revision, now=NOW)
    actions.move(story, by=editor, slug=other.slug, section=section, now=NOW)
    before = (times(story), verbs(story))
    with pytest.raises(Refused, match="belongs to the story"):
        actions.publish(story, by=editor, revision=revision, now=NOW + HOUR)
    assert (times(story), verbs(story)) == before


# --- sections


@pytest.mark.parametrize("slug", ["admin", "accounts", "comments", "static", "feeds", "topics"])
def test_section_may_not_take_the_sites_own_first_word(slug: str) -> None:
    with pytest.raises(ValidationError, match="Addresses of the site itself"):
        Section(name="X", slug=slug).full_clean()


def test_section_takes_any_other_word() -> None:
    Section(name="Stadt", slug="köln").full_clean()
