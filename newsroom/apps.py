"""The project itself as an app: the groups, the operator's commands, and the checks before a deployment."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class NewsroomConfig(AppConfig):
    name = "newsroom"
    verbose_name = "Newsroom"

    def ready(self) -> None:
        from newsroom import checks  # noqa: F401, PLC0415 - registers the deployment checks
        from newsroom.groups import make_groups  # noqa: PLC0415 - models are loaded only now

        # Permissions of an app are made by the same signal; this receiver comes after that one for each app.
        post_migrate.connect(make_groups, dispatch_uid="newsroom.groups")
