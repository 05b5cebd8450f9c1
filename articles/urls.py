"""Addresses of lists and of what machines read; sections are apart, since they catch any first word."""

from django.urls import path

from articles import robots, views
from articles.converters import register

register()

urlpatterns = [
    path("topics/<name:slug>/", views.topic, name="topic"),
    path("authors/<name:slug>/", views.author, name="author"),
    path("corrections/", views.corrections, name="corrections"),
    path("feeds/rss/", robots.feed, name="site_feed"),
    path("feeds/<name:slug>/rss/", robots.feed, name="section_feed"),
    path("sitemap.xml", robots.sitemap, name="sitemap"),
    path("sitemap-<slug:section>.xml", robots.sitemap_part, name="sitemap_part"),
    path("robots.txt", robots.robots_txt, name="robots_txt"),
    path(".well-known/security.txt", robots.security_txt, name="security_txt"),
]
section_urlpatterns = [path("<name:slug>/", views.section_front, name="section")]
