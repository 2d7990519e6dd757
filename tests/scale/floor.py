"""The floor: the least that Django does behind the same session and sign-in. Ratios are taken beside it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import include, path

from core.models import Submission
from feed.models import Post


def floor_list(request: HttpRequest) -> HttpResponse:
    """20 rows from one query, with a template."""
    assert request.user.is_authenticated
    posts = Post.objects.select_related("author").order_by("-pk")[:20]
    return render(request, "floor.html", {"posts": posts})


def floor_insert(request: HttpRequest) -> HttpResponse:
    """One row written."""
    assert request.user.is_authenticated
    Submission.objects.create(person=request.user, nonce=request.POST["nonce"])
    return HttpResponse(status=204)


urlpatterns = [
    path("floor/list/", floor_list),
    path("floor/insert/", floor_insert),
    path("", include("rse.urls")),
]
