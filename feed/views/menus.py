from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_GET

from core.htmx import is_fragment, render
from core.policies import abilities_for
from feed.cards import with_subscription
from feed.models import Post


@require_GET
def post_menu(request: HttpRequest, pk: int) -> HttpResponse:
    """What one may do with a post of a feed, fetched when its menu opens; without a script its page has it."""
    user: Any = request.user
    post: Any = get_object_or_404(with_subscription(Post.objects.visible_to(user), Post, user), pk=pk)
    if not is_fragment(request):
        return redirect(post)
    context = {
        "post": post,
        "abilities": abilities_for(user, post),
        "subscription": post.subscription or "",
        "back": request.htmx.current_url_abs_path or reverse("home"),  # type: ignore[attr-defined]
        "in_feed": True,
    }
    return render(request, "feed/post/_menu.html", context)
