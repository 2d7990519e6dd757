"""The addresses of the frame itself, and of the pages that gather from every app."""

from django.urls import path

from feed.views.posts import publish
from rse.pages.views import demonstration, home, information, preferences, search, validations

urlpatterns = [
    path("", home.home, name="home"),
    path("beside/", home.home_beside, name="home_beside"),
    path("validations/", validations.validations, name="validations"),
    path("publish/", publish, name="publish"),
    path("search/", search.search, name="search"),
    path("preferences/theme/", preferences.theme, name="preferences_theme"),
    path("preferences/language/", preferences.language, name="preferences_language"),
    path("accounts/demonstration/", demonstration.come_in, name="demonstration"),
    path("legal/help/", information.information, {"name": "help"}, name="help"),
    path("legal/accessibility/", information.information, {"name": "accessibility"}, name="accessibility"),
    path("legal/personal-data/", information.information, {"name": "personal-data"}, name="personal_data"),
    path("legal/contact/", information.information, {"name": "contact"}, name="contact"),
]
