"""Every address of the site: the fixed ones first, the sections last because they catch any first word."""

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.urls import include, path

from articles.urls import section_urlpatterns
from comments.urls import policy_urlpatterns
from newsroom import views

# Staff sign in where everybody does: one throttle, one second factor.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]

handler400 = "newsroom.views.bad_request"
handler404 = "newsroom.views.page_not_found"
handler500 = "newsroom.views.server_error"

urlpatterns = [
    path("", views.home, name="home"),
    path("healthz", views.healthz, name="healthz"),
    path("readyz", views.readyz, name="readyz"),
    path("accounts/", include("newsroom.accounts.urls")),
    path("admin/moderation/", include("comments.desk_urls")),
    path("admin/", admin.site.urls),
    *policy_urlpatterns,
    path("", include("comments.urls")),
    path("", include("articles.urls")),
    path("<name:section>/<yyyy:year>/<dd:month>/<dd:day>/<name:slug>/", views.story, name="story"),
    *section_urlpatterns,
]
