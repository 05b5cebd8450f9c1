"""One person's data: known to export or erasure everywhere it is kept, and out of everything when erased."""

import json
from typing import Any

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import models
from django.utils import timezone

from articles.models import WorkingCopy
from comments.models import Comment, Commenter, Letter
from newsroom.accounts.models import User
from newsroom.privacy import PERSONAL_FIELDS, erase_person, export_person
from tests.factories import make_article, make_author, make_comment, make_commenter, make_user

pytestmark = pytest.mark.django_db

OUR_APPS = ("accounts", "articles", "comments", "newsroom", "withholding")
TEXT = (models.CharField, models.TextField, models.JSONField, models.FileField, models.BinaryField)
PEOPLE = (User, Commenter)

# Fields that can hold text or name a person, and were looked at: the paper's own record, not the person's data.
# Staff are named by a foreign key, and their row is pseudonymised.
IMPERSONAL = {
    "articles.Address": {"path"},
    "articles.Article": {"slug", "language", "state", "readers_have", "working_headline", "created_by"},
    "articles.ArticleEvent": {"by", "verb", "note"},
    "articles.Author": {"slug"},
    "articles.Correction": {"kind", "by"},
    "articles.CorrectionText": {"what_was_wrong", "what_stands"},
    "articles.FrontEdition": {"by"},
    "articles.FrontSlot": {"group", "headline"},
    "articles.ImportedSource": {"digest", "name", "text", "instruction", "doubts", "imported_by"},
    "articles.Picture": {"file", "digest", "title", "alt", "caption", "credit", "rights", "uploaded_by"},
    "articles.Publication": {
        "slug", "path", "language", "headline", "kicker", "standfirst", "dateline", "label", "body_html",
        "description", "search_tokens", "created_by",
    },
    "articles.Rendition": {"ratio", "format", "file"},
    "articles.Revision": {
        "headline", "kicker", "standfirst", "dateline", "body", "byline", "topics", "label", "pictures", "why",
        "created_by",
    },
    "articles.Section": {"name", "slug", "description", "language"},
    "articles.Topic": {"name", "slug", "description"},
    "comments.Appeal": {"decider", "proposer", "state", "answered_by"},
    "comments.BulkItem": {"skipped_for", "state"},
    "comments.BulkRun": {"act", "by", "law", "place", "rule_keys", "scope", "state"},
    "comments.CannedNote": {"changed_by", "language", "rule_key", "text", "title"},
    "comments.Case": {"kind", "sender", "reference", "about", "opened_by", "outcome"},
    "comments.CaseAct": {"verb", "by", "note", "details"},
    "comments.CaseItem": {"frozen_by", "digest"},
    "comments.CheckPause": {"rule_key", "check_name", "reason", "started_by"},
    "comments.CheckPauseEnd": {"ended_by"},
    "comments.Claim": {"moderator"},
    "comments.Comment": {"state"},
    "comments.CommentFinding": {"standing", "check_name", "fact", "effect"},
    "comments.Decision": {
        "act", "decider", "from_state", "to_state", "evidence_digest", "previous_digest", "digest",
    },
    "comments.DecisionEvidence": {"salt"},
    "comments.DecisionGround": {"kind", "key"},
    "comments.Discussion": {"mode", "breaker_mode"},
    "comments.Figures": {"facts", "span"},
    "comments.InternalNote": {"author"},
    "comments.Letter": {"kind", "message_id", "state"},
    "comments.ModeOrder": {"mode", "desk_days", "reason", "ordered_by"},
    "comments.ModeOrderEnd": {"ended_by"},
    "comments.PhraseList": {"name"},
    "comments.PhraseListRevision": {"entries", "created_by"},
    "comments.PolicyTrial": {"checks", "content_seal", "counts", "lists", "started_by", "state"},
    "comments.TrialFlip": {"rule_keys", "was", "would"},
    "comments.PullBack": {"reason", "state", "started_by"},
    "comments.Raid": {"mode", "why", "ended_by"},
    "comments.StandingOrders": {"orders"},
    "comments.Policy": {
        "title", "introduction", "how_moderated", "changes", "created_by", "posted_by", "language",
    },
    "comments.PolicyTranslation": {"title", "introduction", "how_moderated", "changes", "language"},
    "comments.Question": {"asked_by", "to"},
    "comments.RefusalCount": {"rule_key"},
    "comments.Report": {"state"},
    "comments.Rule": {"key", "title", "text", "gravity"},
    "comments.RuleTranslation": {"title", "text", "language"},
    "comments.RuleCheck": {"check_name", "parameters", "effect"},
    "comments.RuleExample": {"changed_by", "rule_key", "text", "why"},
    "comments.Sanction": {"kind", "rule_keys", "breaches", "proposed_by", "agreed_by", "declined_by"},
    "comments.Practice": {"answers", "decisions", "moderator"},
    "comments.SecondReview": {"decider", "kind", "reviewer", "rule_keys", "verdict"},
    "comments.Seal": {"marks", "root", "signature"},
    "comments.SecondLook": {"decider", "answered_by"},
    "comments.Statement": {"restriction", "source", "language"},
    "comments.UnsentNote": {"moderator"},
    "comments.Watch": {"moderator"},
    "withholding.Withholding": {"by", "ground", "key", "person", "places", "remark", "subject"},
    "withholding.WithholdingEnd": {"by", "kind", "why"},
    "withholding.WithheldReading": {"by", "why"},
}  # fmt: skip


def can_be_personal(field: Any) -> bool:
    return isinstance(field, TEXT) or (field.is_relation and field.related_model in PEOPLE)


def test_every_field_that_can_be_personal_is_known_to_privacy_or_was_looked_at() -> None:
    found, known = {}, {}
    for app in OUR_APPS:
        for model in apps.get_app_config(app).get_models():
            label = model._meta.label
            found[label] = {field.name for field in model._meta.concrete_fields if can_be_personal(field)}
            known[label] = PERSONAL_FIELDS.get(label, set()) | IMPERSONAL.get(label, set())
    assert {label: fields ^ known[label] for label, fields in found.items() if fields != known[label]} == {}


def test_no_field_is_both_personal_and_not() -> None:
    both = {label: fields & IMPERSONAL.get(label, set()) for label, fields in PERSONAL_FIELDS.items()}
    assert {label for label, fields in both.items() if fields} == set()


@pytest.fixture
def person() -> User:
    """A reader and reporter in one, whose every trace says so."""
    user = make_user(email="mina@example.org", name="Mina Trace")
    make_author(user=user, biography="Trace of a biography")
    WorkingCopy.objects.create(
        article=make_article(),
        editor=user,
        content={"headline": "Trace in a draft"},
        updated_at=timezone.now(),
    )
    commenter = make_commenter(user=user, address="mina@example.org", name="Mina Trace")
    comment = make_comment(commenter=commenter, body="Trace in a comment")
    make_comment(
        commenter=commenter, body="Trace in a held comment", state="held", discussion=comment.discussion
    )
    Letter.objects.create(
        kind="approved",
        commenter=commenter,
        comment=comment,
        to="mina@example.org",
        subject="Trace in a subject",
        text="Trace in a letter",
        message_id="<one@example.org>",
        send_after=timezone.now(),
        created_at=timezone.now(),
    )
    Letter.objects.create(
        kind="confirmation",
        commenter=commenter,
        comment=comment,
        to="mina@example.org",
        facts={
            "template": "confirmation",
            "language": "en",
            "subject": "Confirm",
            "url": "x",
            "story": "Trace in a letter that waits",
        },
        message_id="<two@example.org>",
        send_after=timezone.now(),
        created_at=timezone.now(),
    )
    return user


def test_export_holds_every_trace(person: User) -> None:
    exported = json.dumps(export_person("Mina@example.org"))
    traces = ["biography", "draft", "comment", "held comment", "subject", "letter", "letter that waits"]
    assert [trace for trace in traces if f"in a {trace}" in exported or f"of a {trace}" in exported] == traces


def test_export_of_a_stranger_is_empty() -> None:
    assert export_person("nobody@example.org") == {"accounts": {}, "articles": {}, "comments": {}}


def test_erasure_leaves_no_trace_in_any_table(person: User) -> None:
    erase_person("mina@example.org", now=timezone.now())
    left = {}
    for app in OUR_APPS:
        for model in apps.get_app_config(app).get_models():
            fields = [field.name for field in model._meta.concrete_fields if isinstance(field, TEXT)]
            rows = json.dumps(list(model._default_manager.values(*fields)), default=str) if fields else ""
            if "mina" in rows.lower() or "trace" in rows.lower():
                left[model._meta.label] = rows
    assert left == {}


def test_erasure_withdraws_the_comments_and_keeps_the_count(person: User) -> None:
    erase_person("mina@example.org", now=timezone.now())
    comments = Comment.objects.all()
    assert {comment.state for comment in comments} == {"withdrawn"}
    assert {comment.discussion.public_count for comment in comments} == {0}


def test_erased_person_cannot_sign_in(person: User) -> None:
    erase_person("mina@example.org", now=timezone.now())
    person.refresh_from_db()
    assert (person.is_active, person.has_usable_password(), person.emailaddress_set.count()) == (
        False,
        False,
        0,
    )


def test_export_command_for_a_stranger_says_so() -> None:
    with pytest.raises(CommandError, match=r"Nothing is kept under nobody@example\.org"):
        call_command("export_person", "nobody@example.org")


def test_erase_command_erases(person: User, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("erase_person", "mina@example.org", "--yes")
    assert capsys.readouterr().out == "mina@example.org is erased.\n"


def test_person_who_changed_their_address_is_found_by_the_new_one_alone(person: User) -> None:
    person.email = "mina.new@example.org"
    person.save()
    assert export_person("mina@example.org")["comments"] == {}
    assert export_person("mina.new@example.org")["comments"]["comments"] != []
    erase_person("mina.new@example.org", now=timezone.now())
    assert not Commenter.objects.filter(erased_at=None, comments__isnull=False).exists()
