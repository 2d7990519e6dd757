"""The field of the header: communities, people and questions by name, under the rights of who asks."""

from __future__ import annotations

from typing import Any

from django.db.models import Case, IntegerField, Q, QuerySet, Value, When
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from accounts.models import User
from communities.models import Community
from core.htmx import is_fragment, render
from core.text import fold
from feed.models import Post

LENGTH_MIN = 2
LENGTH_MAX = 100
SUGGESTED = 4
LISTED = 25


@require_GET
def search(request: HttpRequest) -> HttpResponse:
    """Suggestions under the field for htmx, a page of results otherwise."""
    asked = request.GET.get("q", "").strip()[:LENGTH_MAX]
    words = fold(asked).split()
    size = SUGGESTED if is_fragment(request) else LISTED
    groups = _groups(request.user, words, size) if len("".join(words)) >= LENGTH_MIN else []
    context = {"asked": asked, "groups": groups, "is_empty": not any(group["results"] for group in groups)}
    return render(request, "rse/search.html", context, fragment="rse/_search_suggestions.html")


def _groups(user: Any, words: list[str], size: int) -> list[dict[str, Any]]:
    communities = Community.objects.visible_to(user).select_related("unit")
    people = User.objects.visible_to(user).for_list()
    posts = Post.objects.visible_to(user).standing().exclude(title="").select_related("community", "author")
    return [
        {
            "name": "communities",
            "title": _("Communities"),
            "results": _best(communities, words).order_by("rank", "name")[:size],
        },
        {"name": "people", "title": _("People"), "results": _best(people, words).order_by("rank", "sort_key")[:size]},
        {
            "name": "posts",
            "title": _("Questions and messages"),
            "results": _best(posts, words).order_by("rank", "-pk")[:size],
        },
    ]


def _best(rows: QuerySet[Any], words: list[str]) -> QuerySet[Any]:
    """Rows that hold every word, those that begin with the first one before the others."""
    every = Q()
    for word in words:
        every &= Q(search_key__contains=word)
    rank = Case(When(search_key__startswith=words[0], then=Value(0)), default=Value(1), output_field=IntegerField())
    found: QuerySet[Any] = rows.filter(every).annotate(rank=rank)
    return found
