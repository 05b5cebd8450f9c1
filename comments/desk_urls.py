"""Addresses of the moderation desk, mounted at /admin/moderation/ before the admin's own."""

from django.urls import path

from comments.views import desk
from comments.views.desk.access import (
    for_answerers,
    for_case_handlers,
    for_editors,
    for_leads,
    for_moderators,
)

app_name = "moderation"

urlpatterns = [
    path("", for_moderators(desk.queue), name="queue"),
    path("bulk/", for_moderators(desk.bulk), name="bulk"),
    path("bulk/prepare/", for_moderators(desk.prepare), name="run-prepare"),
    path("bulk/<str:uid>/", for_moderators(desk.run), name="run"),
    path("bulk/<str:uid>/stop/", for_moderators(desk.stop), name="run-stop"),
    path("bulk/<str:uid>/undo/", for_moderators(desk.undo_run), name="run-undo"),
    path("news/", for_moderators(desk.news), name="news"),
    path("release/", for_moderators(desk.release), name="release"),
    path("token/", for_moderators(desk.token), name="token"),
    path("undo/", for_moderators(desk.undo), name="undo"),
    path("rules/", for_moderators(desk.rules), name="rules"),
    path("practice/", for_moderators(desk.practice), name="practice"),
    path("checks/", for_moderators(desk.checks), name="checks"),
    path("decisions/", for_moderators(desk.decisions), name="decisions"),
    path("decisions/csv/", for_moderators(desk.decisions_csv), name="decisions-csv"),
    path("decisions/totals/", for_moderators(desk.totals), name="totals"),
    path("appeals/", for_answerers(desk.appeals), name="appeals"),
    path("appeals/<str:uid>/", for_answerers(desk.appeal), name="appeal"),
    path("sanctions/", for_answerers(desk.sanctions), name="sanctions"),
    path("sanctions/<str:uid>/", for_answerers(desk.sanction), name="sanction"),
    path("commenters/<str:uid>/", for_moderators(desk.commenter), name="commenter"),
    path("illegal/", for_answerers(desk.illegal), name="illegal"),
    path("illegal/<str:uid>/", for_answerers(desk.look), name="look"),
    path("cases/", for_case_handlers(desk.cases), name="cases"),
    path("cases/new/", for_case_handlers(desk.new_case), name="case-new"),
    path("cases/<str:uid>/", for_case_handlers(desk.case), name="case"),
    path("cases/<str:uid>/export/", for_case_handlers(desk.export_case), name="case-export"),
    path("modes/", for_leads(desk.modes), name="modes"),
    path("stories/<str:uid>/", for_editors(desk.story), name="story"),
    path("statements/", for_leads(desk.statements), name="statements"),
    path("statistics/", for_leads(desk.statistics), name="statistics"),
    path("comments/<str:uid>/", for_moderators(desk.comment), name="comment"),
    path("comments/<str:uid>/act/", for_moderators(desk.act), name="act"),
    path("comments/<str:uid>/ahead/", for_moderators(desk.ahead), name="ahead"),
    path("comments/<str:uid>/claim/", for_moderators(desk.renew), name="claim"),
    path("comments/<str:uid>/take-over/", for_moderators(desk.take_over), name="take_over"),
    path("comments/<str:uid>/ask/", for_moderators(desk.ask), name="ask"),
    path("comments/<str:uid>/answer/", for_moderators(desk.answer), name="answer"),
    path("comments/<str:uid>/review/", for_moderators(desk.review), name="review"),
    path("comments/<str:uid>/note/", for_moderators(desk.note), name="note"),
    path("comments/<str:uid>/watch/", for_moderators(desk.watch), name="watch"),
    path("comments/<str:uid>/preview/", for_moderators(desk.preview), name="preview"),
]
