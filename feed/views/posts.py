from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from communities.models import Community
from communities.views.page import CommunityPage, community_view, membership_in, why_not_write
from core.actions.drafts import discard_draft
from core.errors import BusinessRuleError, Forbidden
from core.htmx import is_fragment, render
from core.keyset import cursor_from
from core.parts import load_parts
from core.policies import abilities_for, policy_for
from core.redirects import address_back
from core.toasts import toast
from feed.actions import posts
from feed.audience import audience_in_words
from feed.cards import PostCard, post_cards, with_star, with_subscription
from feed.enums import PostKind
from feed.forms import CommentForm, PostEditForm, PostForm, PublishForm
from feed.listing import FeedItem
from feed.models import Post
from feed.thread import changed_since, load_thread, neighbouring_questions
from feed.views.editing import edit_text

CAUGHT_UP_WITHIN = timedelta(hours=12)


def _kinds(may_announce: bool) -> list[PostKind]:
    kinds = [PostKind.MESSAGE, PostKind.QUESTION]
    return [*kinds, PostKind.ANNOUNCEMENT] if may_announce else kinds


def _asked_kind(request: HttpRequest, kinds: list[PostKind]) -> str:
    asked = request.GET.get("kind", "")
    return asked if asked in kinds else PostKind.MESSAGE


@require_http_methods(["GET", "POST"])
@community_view("feed")
def post_create(request: HttpRequest, page: CommunityPage) -> HttpResponse:
    """The composer of a community: a page of its own, opened in place where a script is there."""
    community = page.community
    if not page.abilities.add_post:
        raise Forbidden("communities.add_post", why_not_write(page.membership))
    if "closed" in request.GET and is_fragment(request):
        return render(request, "feed/post/_compose.html", page.context())
    kinds = _kinds(page.abilities.add_announcement)
    form = PostForm(request.POST or None, kinds=kinds, initial={"kind": _asked_kind(request, kinds)})
    context = {
        "form": form,
        "audience": audience_in_words(community),
        "draft_place": _draft_place(community),
        "action": reverse("feed:post_create", args=[community.slug]),
        "cancel": community.get_absolute_url(),
    }
    if request.method == "POST" and form.is_valid():
        try:
            post = posts.publish_post(actor=request.user, community=community, **form.cleaned_data)
        except BusinessRuleError as error:
            form.add_error(None, error.message)
        else:
            return _published(request, post, page)
    status = 422 if form.is_bound else 200
    return render(
        request, "feed/post_form.html", page.context(**context), fragment="feed/post/_form.html", status=status
    )


def _draft_place(community: Community) -> str:
    return f"community:{community.pk}:post"


def _published(request: Any, post: Post, page: CommunityPage) -> HttpResponse:
    discard_draft(actor=request.user, place=_draft_place(post.community))
    if post.is_deleted:
        # A form sent a second time, after its post was deleted: its page says so, and offers to restore it.
        address = post.get_absolute_url()
        return HttpResponse(status=204, headers={"HX-Redirect": address}) if is_fragment(request) else redirect(address)
    said = _("Your question is published.") if post.is_question else _("Your post is published.")
    if not is_fragment(request):
        messages.success(request, said)
        return redirect(post)
    if urlsplit(request.htmx.current_url or "").path == request.path:
        # Sent from the composer's own page, where no feed would show it.
        messages.success(request, said)
        return HttpResponse(status=204, headers={"HX-Redirect": post.get_absolute_url()})
    user: Any = request.user
    card = post_cards(user, [post.pk])[post.pk]
    card.in_community = True
    item = FeedItem(card, "feed/post/_card.html", entry_id=0)
    response = render(request, "feed/post/_published.html", page.context(item=item))
    return toast(request, response, said)


@require_http_methods(["GET", "POST"])
def publish(request: HttpRequest) -> HttpResponse:
    """The composer from anywhere: one chooses where, among the communities that one may write to."""
    user: Any = request.user
    communities = Community.objects.visible_to(user, "communities.add_post").order_by("name", "pk")
    announcing = Community.objects.visible_to(user, "communities.add_announcement")
    kinds = _kinds(announcing.exists())
    form = PublishForm(
        request.POST or None,
        kinds=kinds,
        communities=communities,
        initial={"kind": _asked_kind(request, kinds), "community": request.GET.get("community")},
    )
    if request.method == "POST" and form.is_valid():
        try:
            post = posts.publish_post(actor=user, **form.cleaned_data)
        except BusinessRuleError as error:
            form.add_error(None, error.message)
        except Forbidden as error:
            form.add_error("kind", _("Only the animators of this community publish announcements."))
            if error.permission != "communities.add_announcement":
                raise
        else:
            discard_draft(actor=user, place="home:post")
            response: HttpResponse = HttpResponseRedirect(post.get_absolute_url())
            if is_fragment(request):
                response = HttpResponse(status=204, headers={"HX-Redirect": post.get_absolute_url()})
            messages.success(request, _("Your post is published."))
            return response
    context = {
        "form": form,
        "audience": "",
        "draft_place": "home:post",
        "action": reverse("publish"),
        "cancel": reverse("home"),
        "has_communities": communities.exists(),
    }
    status = 422 if form.is_bound else 200
    return render(request, "feed/publish.html", context, fragment="feed/post/_form.html", status=status)


@require_GET
def audience(request: HttpRequest) -> HttpResponse:
    """Who would read what is written to the community chosen in the composer."""
    communities = Community.objects.visible_to(request.user, "communities.add_post").with_counts()
    pk = cursor_from(request.GET.get("community"))
    community = communities.filter(pk=pk).first() if pk is not None else None
    words = audience_in_words(community) if community else ""
    return render(request, "feed/post/_audience.html", {"audience": words})


@require_GET
def post_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One post with its thread; what comes while it is open comes by itself."""
    user: Any = request.user
    now = timezone.now()
    visible = with_subscription(with_star(Post.objects.visible_to(user).for_cards()), Post, user)
    post = visible.filter(pk=pk).first()
    if post is None:
        return _deleted(request, pk)
    after = cursor_from(request.GET.get("after"))
    abilities = abilities_for(user, post)
    thread = load_thread(user, post, abilities.accept_answer, after=after)
    context = {
        "post": post,
        "card": PostCard(
            post=post,
            abilities=abilities,
            reactions=thread.reactions,
            comments=[],
            comment_count=thread.total,
            parts=load_parts(user, Post, [post])[post.pk],
        ),
        "abilities": abilities,
        "thread": thread,
        "thread_more": f"{post.get_absolute_url()}?after={thread.next}" if thread.next else "",
    }
    if after is not None and is_fragment(request):
        return render(request, "feed/comment/_list.html", context)
    community = Community.objects.with_counts().get(pk=post.community_id)
    context |= {
        "community": community,
        "audience": audience_in_words(community),
        "membership": membership_in(user, community),
        "neighbours": list(neighbouring_questions(post)),
        "comment_form": CommentForm(auto_id="answer-%s"),
        "comment_place": f"post:{post.pk}:comment",
        # Taken before anything was read: what comes meanwhile is fetched, not missed.
        "now": now,
    }
    return render(request, "feed/post_detail.html", context)


def _deleted(request: HttpRequest, pk: int) -> HttpResponse:
    """A deleted post, for whoever may bring it back; 404 for everybody else."""
    restorable = Post.objects.visible_to(request.user, "feed.restore_post").restorable()
    post = get_object_or_404(restorable.select_related("community", "deleted_by"), pk=pk)
    return render(request, "feed/post_deleted.html", {"post": post})


def _changeable(request: HttpRequest, pk: int, permission: str) -> Post:
    """The post, for whoever may do this with it; 403 where it is seen and may not, 404 where it is not seen."""
    post: Post = get_object_or_404(Post.objects.visible_to(request.user).for_cards(), pk=pk)
    if permission not in policy_for(Post).granted(request.user, post):
        raise Forbidden(permission, _("Only the author may change this text."))
    return post


@require_http_methods(["GET", "POST"])
def post_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Another text for a post."""
    post = _changeable(request, pk, "feed.change_post")
    initial = {"title": post.title, "body": post.body, "version": post.version}
    form = PostEditForm(request.POST or None, initial=initial)
    heading = _("Edit your question") if post.is_question else _("Edit your post")
    return edit_text(request, post, form, partial(posts.edit_post, post=post), heading=heading)


@require_POST
def post_delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Deletes at once; the confirmation takes it back."""
    post = get_object_or_404(Post.objects.visible_to(request.user), pk=pk)
    community = post.community
    post = posts.delete_post(actor=request.user, post=post)
    undo = reverse("feed:post_restore", args=[post.pk])
    said = _("Post deleted. It can be restored until %(date)s.") % {"date": until(post)}
    if is_fragment(request):
        return toast(request, HttpResponse(""), said, undo_url=undo)
    return toast(request, HttpResponseRedirect(community.get_absolute_url()), said, undo_url=undo)


def until(text: Any) -> str:
    """The day until which a deleted text can be restored, as one says it."""
    return date_format(timezone.localtime(text.restorable_until), "j F")


@require_POST
def post_restore(request: HttpRequest, pk: int) -> HttpResponse:
    """Brings a post back: the undo of a deletion, and the button of the list of deletions."""
    restorable = Post.objects.visible_to(request.user, "feed.restore_post") | Post.objects.visible_to(request.user)
    post = get_object_or_404(restorable, pk=pk)
    response = HttpResponseRedirect(address_back(request, post.get_absolute_url()))
    try:
        posts.restore_post(actor=request.user, post=post)
    except BusinessRuleError as error:
        messages.error(request, str(error))
        return response
    return toast(request, response, _("Post restored."))


@require_POST
def post_pin(request: HttpRequest, pk: int) -> HttpResponse:
    """Pins a post, or unpins it (`pinned=` empty)."""
    post = get_object_or_404(Post.objects.visible_to(request.user), pk=pk)
    response = HttpResponseRedirect(address_back(request, post.community.get_absolute_url()))
    try:
        if request.POST.get("pinned"):
            posts.pin_post(actor=request.user, post=post)
            return toast(request, response, _("Post pinned: it stands first in the community."))
        posts.unpin_post(actor=request.user, post=post)
    except BusinessRuleError as error:
        messages.error(request, str(error))
        return response
    return toast(request, response, _("Post unpinned."))


@require_GET
def post_head(request: HttpRequest, pk: int) -> HttpResponse:
    """The head of a post's page, for an open page that must show it anew."""
    user: Any = request.user
    post = get_object_or_404(Post.objects.visible_to(user), pk=pk)
    card = post_cards(user, [post.pk])[post.pk]
    return render(request, "feed/post/_head.html", {"card": card, "post": card.post, "abilities": card.abilities})


@require_GET
def post_changes(request: HttpRequest, pk: int) -> HttpResponse:
    """What came or changed in a thread since a moment, as `{type, ids}`, for a page that was away."""
    post = get_object_or_404(Post.objects.visible_to(request.user), pk=pk)
    now = timezone.now()
    since = _moment(request.GET.get("since", ""))
    if since is None or since < now - CAUGHT_UP_WITHIN:
        # Away for too long: the page is better read afresh.
        return JsonResponse({"now": now.isoformat(), "reload": True, "changes": []})
    changes: list[dict[str, Any]] = [{"type": "post.changed", "ids": {"post": post.pk}}]
    for comment in changed_since(post, since):
        kind = "comment.added" if comment.created_at > since else "comment.changed"
        changes.append({"type": kind, "ids": {"post": post.pk, "comment": comment.pk}})
    return JsonResponse({"now": now.isoformat(), "reload": False, "changes": changes})


def _moment(text: str) -> Any:
    try:
        moment = parse_datetime(text)
    except ValueError:
        return None
    return moment if moment is not None and timezone.is_aware(moment) else None
