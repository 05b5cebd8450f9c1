"""A rejected comment is corrected and sent once more: as a new one that all checks read, with the difference shown."""

import re
import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.utils import timezone

from comments import actions, links
from comments.enums import State
from comments.forms import started_mark
from comments.models import Appeal, Comment, Letter
from tests import factories
from tests.integration.commenting import THREE_LINKS, Desk, token_in

pytestmark = pytest.mark.django_db


class Resending(Desk):
    """A desk that rejected a reader's comment half an hour ago."""

    def __init__(self) -> None:
        super().__init__()
        self.now -= timedelta(minutes=30)
        self.comment = self.send("The board are thieves, all of them.")
        self.decision = self.reject(self.comment)
        self.now = timezone.now()
        self.comment.refresh_from_db()

    @property
    def path(self) -> str:
        return f"{links.mine_path(self.comment)}resend/"

    def correct(self, body: str = "The board erred, all of them.", **fields: Any) -> Comment:
        return self.send(body, supersedes=self.comment, **fields)

    def form(self, **changes: Any) -> dict[str, Any]:
        fields = {
            "body": "The board erred, all of them.",
            "parent": "",
            "accept_policy": "on",
            "form_key": str(uuid.uuid4()),
            "policy_version": "1",
            "started": started_mark(timezone.now() - timedelta(minutes=2)),
            "website": "",
        }
        return {**fields, **changes}


@pytest.fixture
def desk() -> Resending:
    return Resending()


def text_of(response: Any) -> str:
    return re.sub(r"\s+", " ", response.content.decode())


def test_corrected_comment_is_a_new_one_that_names_the_old(desk: Resending) -> None:
    new = desk.correct()
    desk.comment.refresh_from_db()
    assert (new.supersedes, new.state, desk.comment.state) == (desk.comment, State.HELD, State.REJECTED)


def test_all_checks_run_again(desk: Resending) -> None:
    with pytest.raises(actions.Refusal):
        desk.correct(THREE_LINKS)
    assert Comment.objects.count() == 1
    assert desk.correct().supersedes == desk.comment


def test_it_is_done_once(desk: Resending) -> None:
    new = desk.correct()
    with pytest.raises(actions.AlreadyResent):
        desk.correct("Another try")
    desk.reject(new)
    new.refresh_from_db()
    with pytest.raises(actions.AlreadyResent):
        desk.send("A correction of the correction", supersedes=new)


@pytest.mark.parametrize("state", ["held", "public", "removed", "withdrawn"])
def test_only_what_was_rejected_is_resent(desk: Resending, state: str) -> None:
    other = factories.make_comment(
        discussion=desk.comment.discussion, commenter=desk.comment.commenter, state=state
    )
    with pytest.raises(actions.AlreadyResent):
        desk.send("Corrected", supersedes=other)


def test_nobody_else_corrects_it(desk: Resending) -> None:
    with pytest.raises(PermissionDenied):
        desk.correct(user=factories.make_user())
    assert Comment.objects.filter(supersedes=desk.comment).count() == 0


def test_appeal_is_not_used_up(desk: Resending) -> None:
    desk.correct()
    actions.appeal(desk.decision, "It was right as it was.", now=desk.now)
    assert Appeal.objects.count() == 1


def test_author_corrects_it_from_its_private_page(desk: Resending, client: Client) -> None:
    client.force_login(desk.reader)
    assert desk.path in client.get(links.mine_path(desk.comment)).content.decode()
    form = client.get(desk.path)
    assert "The board are thieves, all of them." in form.content.decode()
    assert 'name="email"' not in form.content.decode()
    sent = client.post(desk.path, desk.form())
    new = Comment.objects.get(supersedes=desk.comment)
    assert (sent.status_code, sent["Location"]) == (303, f"{links.mine_path(new)}?sent=1")
    assert (new.state, new.commenter) == (State.HELD, desk.comment.commenter)
    old_page = text_of(client.get(links.mine_path(desk.comment)))
    assert ("You have sent a corrected version." in old_page, desk.path in old_page) == (True, False)
    assert "the corrected version of a comment" in text_of(client.get(links.mine_path(new)))
    again = client.get(desk.path)
    assert (again.status_code, again["Location"]) == (303, links.mine_path(desk.comment))


def test_whoever_only_has_the_address_confirms_by_mail(desk: Resending, client: Client) -> None:
    client.post(desk.path, desk.form())
    new = Comment.objects.get(supersedes=desk.comment)
    letter = Letter.objects.get(kind="confirmation")
    assert (new.state, letter.to) == (State.UNCONFIRMED, "reader@example.org")
    confirmed = actions.confirm_address(token_in(letter), now=timezone.now())
    assert (confirmed.state, confirmed.supersedes) == (State.HELD, desk.comment)


def test_correction_that_was_never_confirmed_stands_back(desk: Resending, client: Client) -> None:
    client.post(desk.path, desk.form())
    client.post(desk.path, desk.form(body="Another correction of it."))
    corrections = list(Comment.objects.exclude(pk=desk.comment.pk).order_by("pk"))
    assert [one.supersedes_id for one in corrections] == [None, desk.comment.pk]


def test_refused_correction_keeps_its_text_and_is_sent_to_the_same_page(
    desk: Resending, client: Client
) -> None:
    client.force_login(desk.reader)
    response = client.post(desk.path, desk.form(body=THREE_LINKS))
    page = response.content.decode()
    assert (response.status_code, f'action="{desk.path}"' in page, THREE_LINKS in page) == (422, True, True)


def test_desk_sees_the_difference_first(desk: Resending, client: Client) -> None:
    new = desk.correct()
    client.force_login(desk.moderator)
    page = text_of(client.get(f"/admin/moderation/comments/{new.uid}/"))
    plain = re.sub(r'<span class="visually-hidden">.*?</span>', "", page)
    assert "The board <del>are thieves,</del><ins>erred,</ins> all of them." in plain
    assert page.index("What the author changed") < page.index('id="reject"')


def test_wrong_token_and_withdrawn_story(desk: Resending, client: Client) -> None:
    assert client.get(desk.path.replace("/mine/", "/mine/x")).status_code == 404
    desk.article.publications.update(ends_at=timezone.now() - timedelta(minutes=1))
    assert client.get(desk.path).status_code == 410
