"""Hostile texts by the forms of the moderation desk, of leads, of those who report and object, and by addresses."""

import uuid
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import pytest
import time_machine
from django.contrib.auth.models import Group
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from comments import links, policy_content, posting
from comments.models import Appeal, Case, Comment, PhraseList, Policy, Report, Sanction, SecondLook
from newsroom.accounts.models import User
from tests import factories
from tests.browser.hostile import (
    Texts,
    Watch,
    every_text,
    in_lengths,
    in_lines,
    in_parts,
    newsroom_line,
    sendable,
    some,
    turned,
)
from tests.browser.test_payloads import patient_forms  # noqa: F401 - for the forms of this module too
from tests.integration.commenting import Desk
from tests.integration.test_case_pages import changed, filled
from tests.integration.test_policy_admin import fields_of
from tests.integration.test_reports import Reports
from tests.integration.test_sanction_pages import seen_in

DESK = "/admin/moderation"
A_POLICY = 50
RULE = {"key": "respect", "title": "Respect others", "text": "Argue with arguments."}
EARLIER = timedelta(minutes=20)


def desk_of(watch: Watch) -> tuple[Desk, Client]:
    desk = Desk(rules=[RULE])
    return desk, watch.sign_in(desk.moderator)


def held(desk: Desk, **fields: Any) -> Comment:
    """A further comment that waits, of somebody else than those before."""
    fields = {"state": "held", "policy": desk.policy, **fields}
    return factories.make_comment(discussion=factories.make_discussion(), **fields)


def rejected(desk: Desk, **fields: Any) -> Comment:
    """A comment whose rejection cannot be undone any more, so that its author has been told."""
    comment = held(desk)
    desk.now = timezone.now() - EARLIER
    desk.reject(comment, **fields)
    comment.refresh_from_db()
    return comment


def some_time_ago() -> Any:
    """Decided then, what is decided cannot be undone any more, so that its author reads why."""
    return time_machine.travel(timezone.now() - EARLIER)


def last_statement(comment: Comment) -> str:
    return links.statement_path(comment, comment.decisions.latest("seq").subject_version)


# --- what leads write


def posted_with(client: Client, lead: User, told: list[str]) -> Policy:
    """The next version of the policy, each of its rules with one of these texts in title and text."""
    draft = posting.draft_next(by=lead, now=timezone.now())
    address = f"/admin/comments/policy/{draft.pk}/change/"
    form = fields_of(client.get(address))
    form |= {
        "introduction": "\n\n".join(told)[:4_900],
        "how_moderated": told[0][:4_900],
        "changes": told[-1][:1_900],
    }
    form["title"] = newsroom_line([*told, "<b>"])[:110]
    form["rules-TOTAL_FORMS"] = str(len(told))
    for number, text in enumerate(told):
        name = f"rules-{number}"
        doubled = text.replace("{", "{{").replace("}", "}}")  # as a brace is written in a rule's text
        form |= {
            f"{name}-number": str(number + 1),
            f"{name}-title": f"{number} {' '.join(text.split())}"[:110],
        }
        form |= {f"{name}-text": f"Rule: {doubled}"[:2_900].rstrip("{}"), f"{name}-key": f"rule-{number}"}
        form |= {
            f"{name}-checks-TOTAL_FORMS": "0",
            f"{name}-checks-INITIAL_FORMS": "0",
            f"{name}-gravity": "ordinary",
        }
        form.pop(f"{name}-DELETE", None)
    saved = client.post(address, form)
    assert saved.status_code == 302
    content = policy_content.content_of(Policy.objects.get(pk=draft.pk))
    return posting.post(
        draft.pk, by=lead, effective_from=None, seen=policy_content.seal_of(content), now=timezone.now()
    )


@every_text
def test_policy_rules_do_nothing_where_they_are_posted_and_cited(watch: Watch, texts_of: Texts) -> None:
    desk, lead, versions = Desk(rules=[RULE]), factories.make_user(group="Moderation lead"), 0
    client = watch.sign_in(lead)
    for told in in_parts(texts_of(), A_POLICY):
        policy = posted_with(client, lead, told)
        assert policy.rules.count() == len(told)
        versions += 1
        desk.policy = policy
        comment = held(desk)
        watch.look(f"{DESK}/comments/{comment.uid}/")
        cited = {"act": "reject", "version": comment.version, "place": "comment"}
        cited["rule"] = [f"rule-{number}" for number in range(len(told))]
        with some_time_ago():
            assert client.post(f"{DESK}/comments/{comment.uid}/act/", cited).status_code == 303
        comment.refresh_from_db()
        public = held(desk, state="public")
        for path in (
            f"/comment-policy/{policy.version}/",
            links.mine_path(comment),
            last_statement(comment),
            f"{DESK}/decisions/",
            f"/admin/comments/policy/{policy.pk}/change/",
            f"/comments/{public.uid}/report/",
        ):
            watch.look(path)
        watch.look_at_letters()
    watch.look("/comment-policy/transparency/")
    shown = f"{versions} versions, cards, statements, mails, the log, the form of a report"
    watch.report("policy", texts_of, len(texts_of()), shown)


@every_text
def test_phrase_lists_do_nothing(watch: Watch, texts_of: Texts) -> None:
    client = watch.sign_in(factories.make_user(group="Moderation lead"))
    lines = [f"phrase: {line}"[:180] for line in in_lines(texts_of(), 170)]
    add, to_import = "/admin/comments/phraselist/add/", "/admin/comments/phraselist/import/"
    watch.look_at(
        client.post(add, {"name": "bad", "entries": "\n".join([*lines, "phrase: <>"]), "seen": "0"}), 422
    )
    form = {"name": "good", "entries": "\n".join(lines), "seen": "0"}
    assert client.post(add, form).status_code == 302
    file = SimpleUploadedFile("list.txt", "\n".join(lines[::2]).encode())
    watch.look_at(client.post(to_import, {"name": "good", "file": file}), 200)
    wrong = SimpleUploadedFile(
        "list.csv", ("kind,text\n" + "\n".join(f"{line},x" for line in lines)).encode()
    )
    watch.look_at(client.post(to_import, {"name": "good", "file": wrong}), 422)
    kept = PhraseList.objects.get()
    stored = len(kept.revisions.get().entries)
    assert stored > len(lines) / 2
    for path in ("", f"{kept.pk}/change/"):
        watch.look(f"/admin/comments/phraselist/{path}")
    watch.report("phrases", texts_of, stored, "the list, what an import changes, what is wrong with lines")


@every_text
def test_guidance_does_nothing(watch: Watch, texts_of: Texts) -> None:
    desk = Desk(rules=[RULE])
    client = watch.sign_in(factories.make_user(group="Moderation lead"))
    titles, texts, whys = (some(in_lengths(texts_of(), length), 200) for length in (80, 990, 490))
    for number in range(max(len(titles), len(texts), len(whys))):
        given = {"rule_key": "respect", "title": turned(titles, number), "text": turned(texts, number)}
        given |= {"why": turned(whys, number), "breaks": "1"}
        kinds = ["note"] + ["example"] * (number < max(len(texts), len(whys)))
        for kind in kinds:
            assert client.post(f"{DESK}/rules/", {**given, "kind": kind}).status_code == 303
    watch.look(f"{DESK}/rules/")
    watch.look_at(
        client.post(f"{DESK}/rules/", {"kind": "note", "rule_key": "respect", "text": texts[0]}), 400
    )
    for path in (f"{DESK}/", f"{DESK}/comments/{held(desk).uid}/"):
        watch.look(path)
    watch.report("guidance", texts_of, len(titles), "the rules of the desk, a card")


@every_text
def test_reasons_for_modes_do_nothing(watch: Watch, texts_of: Texts) -> None:
    Desk(rules=[RULE])
    client = watch.sign_in(factories.make_user(group="Moderation lead"))
    reasons = in_lengths(texts_of(), 490)
    for number, reason in enumerate(reasons, 1):
        form = {"mode": "pre_moderated", "reason": reason, "section": ""}
        answer = client.post(f"{DESK}/modes/", form)
        assert answer.status_code == 303, answer.content.decode()
        if number % 100 == 0 or number == len(reasons):
            watch.look(f"{DESK}/modes/")
    watch.look_at(client.post(f"{DESK}/modes/", {"mode": "none", "reason": "".join(reasons)}), 422)
    watch.report("modes", texts_of, len(reasons), "the page of modes")


@every_text
def test_public_names_of_staff_do_nothing(watch: Watch, texts_of: Texts) -> None:
    desk = Desk(rules=[RULE])
    client, names = Client(), some(in_lines(texts_of(), 80))
    moderators = Group.objects.get(name="Moderator")
    for number, name in enumerate(names):
        user = User.objects.create(email=f"m{number}@example.org", name="M", is_staff=True)
        user.groups.add(moderators)
        client.force_login(user)
        assert client.post("/accounts/profile/", {"name": name, "language": "en"}).status_code == 302
    too_long = client.post("/accounts/profile/", {"name": "".join(names), "language": "en"})
    watch.sign_in(user)
    watch.look_at(too_long, 422)
    watch.look("/accounts/profile/")
    watch.look(f"{DESK}/comments/{held(desk).uid}/")  # whose form of a question has all colleagues
    desk.moderator = user
    rejected(desk)
    watch.look(f"{DESK}/decisions/")
    watch.sign_in(factories.make_user(is_staff=True, is_superuser=True))
    for page in range(1, len(names) // 100 + 2):
        watch.look(f"/admin/accounts/user/?p={page}")
    watch.look(f"/admin/accounts/user/{user.pk}/change/")
    watch.report("profiles", texts_of, len(names), "the profile, colleagues on a card, the log, the admin")


# --- what moderators write


@every_text
def test_notes_to_authors_do_nothing(watch: Watch, texts_of: Texts) -> None:
    desk, client = desk_of(watch)
    notes, laws = in_lengths(texts_of(), 1_900, joined_by="\n"), some(in_lines(texts_of(), 190))
    letters = 0
    for number in range(max(len(notes), len(laws))):
        comment = held(desk)
        form: dict[str, Any] = {"act": "reject", "version": comment.version, "place": "comment"}
        form |= {"rule": "respect", "law": turned(laws, number), "why": turned(notes, number)}
        form |= {"note": turned(notes[::-1], number)}
        with some_time_ago():
            sent = client.post(f"{DESK}/comments/{comment.uid}/act/", form)
        assert sent.status_code == 303
        if number % 5 == 0:
            wrong = client.post(f"{DESK}/comments/{comment.uid}/act/", form | {"version": "0"})
            watch.look_at(wrong, 400)
            watch.look(f"{DESK}/comments/{comment.uid}/")
            watch.look(links.mine_path(comment))
            watch.look(last_statement(comment))
            letters += watch.look_at_letters()
    letters += watch.look_at_letters()
    watch.look_through(f"{DESK}/decisions/", ".log tbody tr")
    watch.sign_in(factories.make_user(group="Moderator"))
    watch.look(f"{DESK}/illegal/")
    for look in SecondLook.objects.all()[:: max(1, len(laws) // 20)]:
        watch.look(f"{DESK}/illegal/{look.uid}/")
    watch.report("notes", texts_of, len(notes), f"statements, {letters} mails, the log, second looks")


@every_text
def test_what_colleagues_write_to_each_other_does_nothing(watch: Watch, texts_of: Texts) -> None:
    desk, client = desk_of(watch)
    pieces = in_lengths(texts_of(), 1_900, joined_by="\n")
    lead = Client()
    lead.force_login(factories.make_user(group="Moderation lead"))
    for piece in pieces:
        comment = held(desk)
        address = f"{DESK}/comments/{comment.uid}"
        ask = {"to": "leads", "question": piece, "version": comment.version, "place": "comment"}
        watch.look_at(client.post(f"{address}/ask/", ask | {"to": "0"}), 400)
        assert client.post(f"{address}/ask/", ask).status_code == 303
        for about in ("comment", "commenter"):
            note = {"text": piece, "about": about, "place": "comment"}
            assert client.post(f"{address}/note/", note).status_code == 303
        watch.look(f"{address}/")
        assert lead.post(f"{address}/answer/", {"text": piece, "place": "comment"}).status_code == 303
        watch.look(f"{DESK}/?item={comment.uid}")
    watch.report("colleagues", texts_of, len(pieces), f"{len(pieces)} cards, before and after the answer")


@every_text
def test_sanctions_and_objections_to_them_do_nothing(watch: Watch, texts_of: Texts) -> None:
    desk, client = desk_of(watch)
    lead, letters = Client(), 0
    lead.force_login(factories.make_user(group="Moderation lead"))
    notes = in_lengths(texts_of(), 1_900, joined_by="\n")
    for number, note in enumerate(notes):
        against = held(desk).commenter
        address = f"{DESK}/commenters/{against.uid}/"
        form = {"kind": "suspension", "days": "3", "rule": "respect", "note": note}
        form["seen"] = seen_in(client.get(address))
        watch.look_at(client.post(address, form | {"step": "show"}), 200)
        assert client.post(address, form | {"step": "do"}).status_code == 303
        made = Sanction.objects.latest("pk")
        path = links.sanction_path(made)
        objected = Client().post(path, {"text": note})
        assert objected.status_code == 303, objected.content.decode()
        appeal = Appeal.objects.latest("pk")
        if number % 3 == 0:
            watch.look(f"{DESK}/sanctions/{made.uid}/")
            watch.look(f"{DESK}/appeals/{appeal.uid}/")
        answer = {"answer": "refuse", "reasons": note}
        assert lead.post(f"{DESK}/appeals/{appeal.uid}/", answer).status_code == 303
        watch.look(path)
        letters += watch.look_at_letters()
    for path in ("sanctions/", "appeals/", "decisions/"):
        watch.look(f"{DESK}/{path}")
    watch.report(
        "sanctions", texts_of, len(notes), f"{len(notes)} sanctions at the desk and by mail ({letters})"
    )


@every_text
def test_cases_do_nothing(watch: Watch, texts_of: Texts) -> None:
    desk, client = desk_of(watch)
    senders, requests = some(in_lines(texts_of(), 98)), in_lengths(texts_of(), 4_900, joined_by="\n")
    comment = rejected(desk)
    new = f"{DESK}/cases/new/"
    watch.look(f"{new}?item={comment.uid}")
    empty = filled(client.get(f"{new}?item={comment.uid}"))
    for number in range(max(len(senders), len(requests))):
        line = turned(senders, number)
        told = {
            "sender": line,
            "reference": line,
            "about": turned(requests, number),
            "uid": str(uuid.uuid4()),
        }
        if number < len(requests):
            watch.look_at(client.post(new, {**empty, **told, "deadline": "2020-01-01T12:00"}), 400)
        assert client.post(new, {**empty, **told}).status_code == 303
        if number < len(requests):
            case = Case.objects.latest("pk")
            address = f"{DESK}/cases/{case.uid}/"
            note = turned(requests[::-1], number)
            assert client.post(address, {"act": "note", "text": note}).status_code == 303
            again = changed(desk, case, sender=line[::-1] + ".", reference="", about="Less", note=note)  # type: ignore[arg-type]
            assert client.post(address, again).status_code == 303
            watch.look(address)
    watch.look_through(f"{DESK}/cases/", "tbody tr")
    watch.report("cases", texts_of, len(senders), f"{len(requests)} cases with all acts, the list")


@every_text
def test_legal_grounds_do_nothing(watch: Watch, texts_of: Texts) -> None:
    desk = Desk(rules=[RULE])
    client = watch.sign_in(factories.make_user(is_superuser=True, group="Moderation lead"))
    grounds, remarks = some(in_lines(texts_of(), 190)), in_lengths(texts_of(), 1_900, joined_by="\n")
    for number in range(max(len(grounds), len(remarks))):
        comment = held(desk, state="public")
        address = f"/admin/withheld/new/?comment={comment.uid}"
        form = {"ground": turned(grounds, number), "remark": turned(remarks, number), "seen": comment.version}
        answer = client.post(address, form)
        assert answer.status_code == 302, answer.content.decode()
        if number < len(remarks):
            watch.look(answer.headers["Location"])
    watch.look_through("/admin/withheld/", "tbody tr")
    watch.look(comment.discussion.article.publications.get().get_absolute_url())
    watch.report("withholding", texts_of, len(grounds), f"the list, {len(remarks)} acts, a thread")


# --- what readers write about comments


@every_text
def test_reports_do_nothing(watch: Watch, texts_of: Texts) -> None:
    reports, letters = Reports(), 0
    names, told = some(in_lines(texts_of(), 80)), in_lengths(texts_of(), 1_900, joined_by="\n")
    client, looked = Client(), 0
    watch.sign_in(reports.moderator)
    for number in range(max(len(names), len(told))):
        if number % 25 == 0:
            comment = held(reports, state="public")
        form = reports.form(
            ground="illegal",
            name=turned(names, number),
            explanation=turned(told, number),
            email=f"r{number}@example.org",
            good_faith="on",
        )
        address = f"/comments/{comment.uid}/report/"
        if number % 25 == 0:
            watch.look_at(client.post(address, form | {"name": "".join(names)[:9_000]}), 422)
        assert client.post(address, form).status_code == 303
        if number < len(told):
            watch.look(links.report_path(Report.objects.latest("pk")))
            letters += watch.look_at_letters()
        if number % 25 == 24 or number == max(len(names), len(told)) - 1:
            watch.look(f"{DESK}/comments/{comment.uid}/")
            watch.look(f"{DESK}/?view=reported&item={comment.uid}")
            looked += 1
    watch.look(f"{DESK}/?view=reported")
    shown = f"{looked} cards, {len(told)} reporters' pages, {letters} mails"
    watch.report("reports", texts_of, Report.objects.count(), shown)


@every_text
def test_appeals_do_nothing(watch: Watch, texts_of: Texts) -> None:
    desk, _client = desk_of(watch)
    lead, letters = watch.sign_in(factories.make_user(group="Moderation lead")), 0
    pieces = in_lengths(texts_of(), 2_900, joined_by="\n")
    for piece in pieces:
        comment = rejected(desk)
        path = last_statement(comment)
        watch.look_at(Client().post(path, {"text": piece * 9 + "x" * 3_000}), 422)
        assert Client().post(path, {"text": piece}).status_code == 303
        appeal = Appeal.objects.latest("pk")
        address = f"{DESK}/appeals/{appeal.uid}/"
        watch.look(path)
        watch.look(address)
        watch.look_at(lead.post(address, {"reasons": piece}), 400)
        assert lead.post(address, {"answer": "refuse", "reasons": piece}).status_code == 303
        watch.look(path)
        watch.look(address)
        letters += watch.look_at_letters()
    for view in ("appeals/", "?view=appeals", "decisions/"):
        watch.look(f"{DESK}/{view}")
    watch.report("appeals", texts_of, len(pieces), f"statements, the desk's appeals, {letters} mails")


# --- addresses

A_SEARCH = 12_000
SEARCHES: dict[str, list[tuple[str, int]]] = {
    "Editor": [
        ("/admin/articles/article/?q={}", 200),
        ("/admin/articles/author/?q={}", 200),
        ("/admin/articles/section/?q={}", 200),
        ("/admin/articles/topic/?q={}", 200),
    ],
    "Moderation lead": [
        (f"{DESK}/decisions/?story={{0}}&act={{0}}&rule={{0}}", 400),
        (f"{DESK}/decisions/?made={{0}}&by={{0}}&since={{0}}&until={{0}}", 400),
        (f"{DESK}/decisions/?before={{}}", 400),
        (f"{DESK}/?view={{}}", 400),
        (f"{DESK}/?section={{0}}&rule={{0}}&language={{0}}", 400),
        (f"{DESK}/?find={{}}", 400),
        (f"{DESK}/?item={{}}", 404),
        (f"{DESK}/cases/?words={{}}", 400),
        (f"{DESK}/cases/new/?item={{}}", 200),
        (f"{DESK}/statistics/?days={{}}", 200),
    ],
    "Administrator": [("/admin/accounts/user/?q={}", 200), ("/admin/withheld/?address={}", 400)],
    "": [("/{}/", 404), ("/accounts/login/?next={}", 200), ("/topics/{}/", 404)],
}
"""Whose pages show again what an address says, and with what status; readers have no search."""


@every_text
def test_searches_and_filters_show_again_what_was_asked_and_it_does_nothing(
    watch: Watch, texts_of: Texts
) -> None:
    desk, pages = Desk(rules=[RULE]), 0
    held(desk)
    for group, searches in SEARCHES.items():
        watch.sign_out()
        if group:
            is_one = group == "Administrator"
            watch.sign_in(
                factories.make_user(group="" if is_one else group, is_staff=True, is_superuser=is_one)
            )
        for search, status in searches:
            fields = search.count("{0}") or 1
            for asked in in_lengths(texts_of(), A_SEARCH // fields):
                watch.look(search.format(quote(asked, safe="")), status)
                pages += 1
    for line in in_lines(texts_of(), 4_000):
        words = quote(line[:100], safe="")
        watch.sign_in(desk.moderator)
        watch.look(f"{DESK}/cases/?words={words}")
    watch.report("searches", texts_of, 0, f"{pages} pages")


def test_every_piece_is_whole_or_has_both_ends() -> None:
    assert in_lengths(["ab", "cd", "efghijk"], 5) == ["ab cd", "efghi", "ghijk"]
    assert sendable("a\x00b") == "ab"
    with pytest.raises(StopIteration):
        newsroom_line(["no markup"])
