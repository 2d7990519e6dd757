"""The addresses of the frame itself."""

from django.urls import path

from feed.views import posts
from rse.pages.views import preferences, search

urlpatterns = [
    path("publish/", posts.publish, name="publish"),
    path("search/", search.search, name="search"),
    path("preferences/theme/", preferences.theme, name="preferences_theme"),
    path("preferences/language/", preferences.language, name="preferences_language"),
]
