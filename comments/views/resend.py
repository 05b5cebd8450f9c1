"""Correcting a rejected comment and sending it once more, from its private page."""

import uuid

from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation

from comments import links
from comments.actions.resending import can_be_resent
from comments.live import live_story
from comments.views.kept import keeps_comment
from comments.views.mine import own_comment
from comments.views.new import for_story
from comments.views.private import SeeOther, private_page
from comments.views.stories import gone


@private_page
@keeps_comment
def resend(request: HttpRequest, uid: uuid.UUID, token: str) -> HttpResponse:
    """The form with the rejected text; POST sends it as a new comment, which all checks read again.

    Where it cannot be sent (again), the author is led to its page. 404 for a wrong token, 410 without its story.
    """
    now = timezone.now()
    comment = own_comment(uid, token)
    if request.method != "POST" and not can_be_resent(comment):
        return SeeOther(links.mine_path(comment))
    publication = live_story(comment.discussion.article, now)
    if publication is None:
        return gone(request, comment.discussion.article, now)
    with translation.override(publication.language):
        return for_story(request, publication, now, original=comment)
