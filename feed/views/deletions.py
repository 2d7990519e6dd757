from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from communities.views.page import CommunityPage, community_view
from core.errors import Forbidden
from core.htmx import render
from feed.models import Comment, Post

SHOWN_MAX = 100


def _newest_first(posts: Any, comments: Any) -> list[Any]:
    found = [*posts.order_by("-deleted_at", "-pk")[:SHOWN_MAX], *comments.order_by("-deleted_at", "-pk")[:SHOWN_MAX]]
    return sorted(found, key=lambda text: text.deleted_at, reverse=True)[:SHOWN_MAX]


@require_GET
def deletion_list(request: HttpRequest) -> HttpResponse:
    """« Mes suppressions »: what the person wrote or deleted and can still bring back, with the last day for it."""
    mine = {"author": request.user}
    posts = Post.objects.visible_to(request.user, "feed.restore_post").restorable().filter(**mine)
    comments = Comment.objects.visible_to(request.user, "feed.restore_comment").restorable().filter(**mine)
    texts = _newest_first(_for_list(posts), _for_list(comments))
    return render(request, "feed/deletion_list.html", {"texts": texts})


@require_GET
@community_view("feed")
def community_deletions(request: HttpRequest, page: CommunityPage) -> HttpResponse:
    """What was deleted in a community and its animators can still bring back."""
    if not page.abilities.animate_community:
        raise Forbidden("communities.animate_community", _("The animators of the community restore what was deleted."))
    here = {"community": page.community}
    posts = Post.objects.visible_to(request.user, "feed.restore_post").restorable().filter(**here)
    comments = Comment.objects.visible_to(request.user, "feed.restore_comment").restorable().filter(**here)
    texts = _newest_first(_for_list(posts), _for_list(comments))
    return render(request, "feed/community_deletions.html", page.context(texts=texts))


def _for_list(queryset: Any) -> Any:
    return queryset.select_related("author", "community", "deleted_by")
