"""Addresses of the moderation desk, mounted at /admin/moderation/ before the admin's own."""

from django.urls import path

from comments.views import desk
from comments.views.desk.access import for_moderators

app_name = "moderation"

urlpatterns = [
    path("", for_moderators(desk.queue), name="queue"),
    path("bulk/", for_moderators(desk.bulk), name="bulk"),
    path("undo/", for_moderators(desk.undo), name="undo"),
    path("decisions/", for_moderators(desk.decisions), name="decisions"),
    path("comments/<str:uid>/", for_moderators(desk.comment), name="comment"),
    path("comments/<str:uid>/act/", for_moderators(desk.act), name="act"),
    path("comments/<str:uid>/preview/", for_moderators(desk.preview), name="preview"),
]
