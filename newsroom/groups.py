"""The newsroom's groups and what each may do, written to the database after every migrate."""

from typing import Any

from django.contrib.auth.models import Group, Permission
from django.db.models import Q

REPORTER = [
    "articles.draft_article",
    "articles.view_article",
    "articles.add_article",
    "articles.change_article",
]
EDITOR = [
    *REPORTER,
    "articles.edit_article",
    "articles.publish_article",
    *(
        f"articles.{verb}_{noun}"
        for noun in ("section", "topic", "author")
        for verb in ("view", "add", "change")
    ),
    "articles.view_correction",
    "comments.handle_case",
]
MODERATOR = [
    "comments.moderate_comment",
    "comments.handle_case",
    "comments.view_policy",
    "comments.view_comment",
]
WITHHOLDING = "withholding.withhold_words"
CHIEF = [*EDITOR, WITHHOLDING]
LEAD = [
    *MODERATOR,
    WITHHOLDING,
    "comments.lead_moderation",
    "comments.post_policy",
    "comments.add_policy",
    "comments.change_policy",
    *(f"comments.{verb}_phraselist" for verb in ("view", "add", "change")),
]
PERMISSIONS_BY_GROUP = {
    "Reporter": REPORTER,
    "Editor": EDITOR,
    "Editor-in-chief": CHIEF,
    "Moderator": MODERATOR,
    "Moderation lead": LEAD,
}


def make_groups(**kwargs: Any) -> None:
    """Makes each group and sets its permissions to the table above; running it again changes nothing.

    Called after migrate. A permission that an app has not created yet is set at that app's own call.
    """
    for name, labels in PERMISSIONS_BY_GROUP.items():
        group, _created = Group.objects.get_or_create(name=name)
        wanted = Q(pk__in=[])
        for label in labels:
            app, codename = label.split(".")
            wanted |= Q(content_type__app_label=app, codename=codename)
        group.permissions.set(Permission.objects.filter(wanted))
