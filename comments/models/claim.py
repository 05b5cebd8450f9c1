"""What a moderator has in hand: the comment they decide on, a note that is not sent yet, the stories they watch."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Claim(models.Model):
    """A moderator's hold on a comment while deciding; it lapses by itself at `until`."""

    comment = models.OneToOneField("comments.Comment", models.CASCADE, related_name="claim")
    moderator = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="claims")
    until = models.DateTimeField(_("until"))

    class Meta:
        verbose_name = _("claim")
        verbose_name_plural = _("claims")

    def __str__(self) -> str:
        return f"{self.comment_id}: {self.moderator_id}"


class UnsentNote(models.Model):
    """The note that a moderator was writing on a comment: it outlives their claim, until they decide."""

    comment = models.ForeignKey("comments.Comment", models.CASCADE, related_name="unsent_notes")
    moderator = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    text = models.TextField(_("text"), max_length=2000)
    at = models.DateTimeField(_("written"))

    class Meta:
        verbose_name = _("unsent note")
        verbose_name_plural = _("unsent notes")
        constraints = [
            models.UniqueConstraint(fields=["comment", "moderator"], name="unsent_note_once_a_moderator")
        ]

    def __str__(self) -> str:
        return f"{self.comment_id}: {self.moderator_id}"


class Watch(models.Model):
    """A moderator keeps an eye on a discussion, whatever its comments' state."""

    moderator = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="watches")
    discussion = models.ForeignKey("comments.Discussion", models.CASCADE, related_name="watches")
    since = models.DateTimeField(_("since"))

    class Meta:
        verbose_name = _("watched story")
        verbose_name_plural = _("watched stories")
        constraints = [models.UniqueConstraint(fields=["moderator", "discussion"], name="story_watched_once")]

    def __str__(self) -> str:
        return f"{self.moderator_id}: {self.discussion_id}"
