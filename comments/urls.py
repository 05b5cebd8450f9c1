"""Addresses of comments and of the policy; those below a story's own are made of it and `comments/`."""

from django.conf import settings
from django.urls import path, register_converter

from articles import urls as articles_urls
from comments.views import (
    confirm,
    mine,
    new,
    policy,
    report,
    resend,
    sanction,
    statement,
    thread,
    transparency,
)

# Importing the stories' addresses makes their converters known.
STORY = "<name:section>/<yyyy:year>/<dd:month>/<dd:day>/<name:slug>/" if articles_urls.urlpatterns else ""


class LanguageConverter:
    """The code of one of the site's languages."""

    regex = "|".join(code for code, _name in settings.LANGUAGES)

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(LanguageConverter, "language")

app_name = "comments"
urlpatterns = [
    path(f"{STORY}comments/", thread.thread, name="thread"),
    path(f"{STORY}comments/new/", new.new, name="new"),
    path("comments/confirm/<str:token>/", confirm.confirm, name="confirm"),
    path("comments/<uuid:uid>/", thread.permalink, name="permalink"),
    path("comments/<uuid:uid>/report/", report.report, name="report"),
    path("comments/<uuid:uid>/report/sent/", report.report_sent, name="report-sent"),
    path("comments/reports/<uuid:uid>/<str:token>/", report.your_report, name="your-report"),
    path("comments/sanctions/<uuid:uid>/<str:token>/", sanction.sanction, name="sanction"),
    path("comments/<uuid:uid>/mine/<str:token>/", mine.mine, name="mine"),
    path("comments/<uuid:uid>/mine/<str:token>/resend/", resend.resend, name="resend"),
    path(
        "comments/<uuid:uid>/mine/<str:token>/reasons/<int:version>/", statement.statement, name="statement"
    ),
]
policy_urlpatterns = [
    path("comment-policy/", policy.policy_in_force, name="comment-policy"),
    path("comment-policy/<int:version>/", policy.policy_version, name="comment-policy-version"),
    path("comment-policy/<language:language>/", policy.policy_in_force, name="comment-policy-translated"),
    path(
        "comment-policy/<int:version>/<language:language>/",
        policy.policy_version,
        name="comment-policy-version-translated",
    ),
    path("comment-policy/transparency/", transparency.transparency, name="transparency"),
    path(
        "comment-policy/transparency/<yyyy:year>/<dd:month>/",
        transparency.transparency,
        name="transparency-month",
    ),
    path(
        "comment-policy/transparency/<language:language>/",
        transparency.transparency,
        name="transparency-translated",
    ),
    path(
        "comment-policy/transparency/<yyyy:year>/<dd:month>/<language:language>/",
        transparency.transparency,
        name="transparency-month-translated",
    ),
    path("comment-policy/transparency.csv", transparency.transparency_csv, name="transparency-csv"),
    path("comment-policy/transparency.json", transparency.transparency_json, name="transparency-json"),
]
