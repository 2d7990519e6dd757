from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from core.errors import BusinessRuleError
from core.htmx import render
from core.keyset import cursor_from
from core.policies import may
from core.toasts import toast
from feed.actions import comments, posts
from feed.comparison import compare
from feed.forms import VersionForm
from feed.models import Comment, Post, Revision


@dataclass(frozen=True)
class Version:
    """One text that a post or a comment had, or has."""

    number: int
    title: str
    body: str
    moment: Any
    author: Any
    is_current: bool = False


def _versions(text: Post | Comment) -> list[Version]:
    """Every text, newest first: the one that stands, then those before."""
    current = Version(
        text.version, getattr(text, "title", ""), text.body, text.edited_at or text.created_at, text.author, True
    )
    earlier = Revision.objects.of(text).select_related("author")
    return [current, *(Version(r.number, r.title, r.body, r.created_at, r.author) for r in earlier)]


@require_GET
def post_history(request: HttpRequest, pk: int) -> HttpResponse:
    """What a post said before, compared with what it says; visible to whoever reads it."""
    post = get_object_or_404(Post.objects.visible_to(request.user).for_cards(), pk=pk)
    return _history(request, post, may(request.user, "feed.change_post", post))


@require_GET
def comment_history(request: HttpRequest, pk: int) -> HttpResponse:
    """What a comment said before, compared with what it says."""
    found = Comment.objects.visible_to(request.user).for_list().select_related("community")
    comment = get_object_or_404(found, pk=pk)
    return _history(request, comment, may(request.user, "feed.change_comment", comment))


def _history(request: HttpRequest, text: Post | Comment, may_change: bool) -> HttpResponse:
    versions = _versions(text)
    by_number = {version.number: version for version in versions}
    newer = by_number.get(cursor_from(request.GET.get("to")) or text.version, versions[0])
    older = by_number.get(cursor_from(request.GET.get("from")) or newer.number - 1)
    if older is not None and older.number > newer.number:
        older, newer = newer, older
    layout = "inline" if request.GET.get("layout") == "inline" else "columns"
    context = {
        "text": text,
        "community": text.community,
        "versions": versions,
        "older": older,
        "newer": newer,
        "lines": compare(older.body, newer.body) if older else [],
        "title_lines": compare(older.title, newer.title) if older and older.title != newer.title else [],
        "layout": layout,
        "may_change": may_change,
        "is_post": isinstance(text, Post),
    }
    return render(request, "feed/history.html", context)


@require_POST
def post_restore_version(request: HttpRequest, pk: int) -> HttpResponse:
    """Gives a post a text that it had; the one that stood stays in the history."""
    post = get_object_or_404(Post.objects.visible_to(request.user), pk=pk)
    return _restore(
        request,
        post,
        lambda revision, version: posts.edit_post(
            actor=request.user, post=post, version=version, title=revision.title, body=revision.body
        ),
    )


@require_POST
def comment_restore_version(request: HttpRequest, pk: int) -> HttpResponse:
    """Gives a comment a text that it had."""
    comment = get_object_or_404(Comment.objects.visible_to(request.user), pk=pk)
    return _restore(
        request,
        comment,
        lambda revision, version: comments.edit_comment(
            actor=request.user, comment=comment, version=version, body=revision.body
        ),
    )


def _restore(request: HttpRequest, text: Any, edit: Any) -> HttpResponse:
    form = VersionForm(request.POST)
    response = HttpResponseRedirect(text.get_absolute_url())
    if not form.is_valid():
        messages.error(request, _("This version is not there any more."))
        return response
    revision = get_object_or_404(Revision.objects.of(text), number=form.cleaned_data["number"])
    try:
        edit(revision, form.cleaned_data["version"])
    except BusinessRuleError as error:
        messages.error(request, str(error))
        return response
    return toast(request, response, _("This version is restored. The one before stays in the history."))
