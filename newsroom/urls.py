"""Every address of the site: what is asked for most first, the sections last because they catch any first word."""

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.urls import include, path

from articles.urls import section_urlpatterns
from comments.urls import policy_urlpatterns
from newsroom import views
from newsroom.headers import REPORTS

# Staff sign in where everybody does: one throttle, one second factor.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]

handler400 = "newsroom.views.bad_request"
handler404 = "newsroom.views.page_not_found"
handler429 = "newsroom.views.too_many_requests"  # allauth's throttles ask for it
handler500 = "newsroom.views.server_error"

urlpatterns = [
    path("", views.home, name="home"),
    # Before all others, since most requests are for it; no other address has a date after its first word.
    path("<name:section>/<yyyy:year>/<dd:month>/<dd:day>/<name:slug>/", views.story, name="story"),
    path("healthz", views.healthz, name="healthz"),
    path("readyz", views.readyz, name="readyz"),
    path(REPORTS[1:], views.csp_reports, name="csp_reports"),
    path("accounts/", include("newsroom.accounts.urls")),
    path("admin/moderation/", include("comments.desk_urls")),
    path("admin/jobs/", views.given_up, name="jobs"),
    path("admin/withheld/", views.withheld_list, name="withheld"),
    path("admin/withheld/new/", views.withheld_new, name="withhold"),
    path("admin/withheld/<str:uid>/", views.withheld_one, name="withheld-one"),
    path("admin/", admin.site.urls),
    *policy_urlpatterns,
    path("", include("comments.urls")),
    path("", include("articles.urls")),
    *section_urlpatterns,
]
