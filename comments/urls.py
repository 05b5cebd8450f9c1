"""Addresses of comments and of the policy; those below a story's own are made of it and `comments/`."""

from django.urls import path

from articles import urls as articles_urls
from comments.views import confirm, mine, new, policy, thread

# Importing the stories' addresses makes their converters known.
STORY = "<name:section>/<yyyy:year>/<dd:month>/<dd:day>/<name:slug>/" if articles_urls.urlpatterns else ""

app_name = "comments"
urlpatterns = [
    path(f"{STORY}comments/", thread.thread, name="thread"),
    path(f"{STORY}comments/new/", new.new, name="new"),
    path("comments/confirm/<str:token>/", confirm.confirm, name="confirm"),
    path("comments/<uuid:uid>/", thread.permalink, name="permalink"),
    path("comments/<uuid:uid>/mine/<str:token>/", mine.mine, name="mine"),
]
policy_urlpatterns = [
    path("comment-policy/", policy.policy_in_force, name="comment-policy"),
    path("comment-policy/<int:version>/", policy.policy_version, name="comment-policy-version"),
]
