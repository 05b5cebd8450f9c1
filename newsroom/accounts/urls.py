"""Sign-in, sign-up and profile: our page first, then allauth's."""

from django.urls import include, path

from newsroom.accounts.views import profile

urlpatterns = [
    path("profile/", profile, name="account_profile"),
    path("", include("allauth.urls")),
]
