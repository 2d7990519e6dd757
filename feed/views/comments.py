from __future__ import annotations

from functools import partial
from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from communities.views.page import membership_in, why_not_write
from core.actions.drafts import discard_draft
from core.errors import BusinessRuleError, Forbidden
from core.htmx import is_fragment, render
from core.policies import may, require
from core.redirects import address_back
from core.targets import target_for
from core.toasts import toast
from feed.actions import answers, comments
from feed.cards import comments_in_words, with_star
from feed.forms import CommentEditForm, CommentForm
from feed.models import Comment, Post
from feed.thread import seen_by, thread_comments
from feed.views.editing import edit_text
from feed.views.posts import until
from feed.views.targets import visible_target


@require_http_methods(["GET", "POST"])
def comment_create(request: HttpRequest, label: str, pk: int) -> HttpResponse:
    """An answer under a target."""
    target, kind = visible_target(request, label, pk)
    if not kind.comment:
        raise Http404
    if not may(request.user, kind.comment, target):
        raise Forbidden(kind.comment, why_not_write(membership_in(request.user, target.community)))
    return _write(request, target, None)


@require_http_methods(["GET", "POST"])
def comment_reply(request: HttpRequest, pk: int) -> HttpResponse:
    """An answer under a comment, opened in place."""
    parent = get_object_or_404(_visible(request), pk=pk)
    require(request.user, "feed.reply_comment", parent.parent or parent)
    return _write(request, parent.target, parent)


def _visible(request: HttpRequest) -> Any:
    return Comment.objects.visible_to(request.user).select_related(
        "author__unit", "author__photo", "parent", "community"
    )


def _write(request: HttpRequest, target: Any, parent: Comment | None) -> HttpResponse:
    name = f"reply-{parent.pk}" if parent else "answer"
    form = CommentForm(request.POST or None, auto_id=f"{name}-%s", takes_focus=parent is not None)
    place = f"comment:{parent.pk}:reply" if parent else f"{target._meta.model_name}:{target.pk}:comment"
    context = {
        "form": form,
        "target": target,
        "parent": parent,
        "draft_place": place,
        "action": _address(target, parent),
        "cancel": (parent or target).get_absolute_url(),
        "form_id": name,
        "title": target_for(target).title(target),
    }
    if request.method == "POST" and form.is_valid():
        try:
            comment = comments.publish_comment(actor=request.user, target=target, parent=parent, **form.cleaned_data)
        except BusinessRuleError as error:
            form.add_error(None, error.message)
        else:
            discard_draft(actor=request.user, place=place)
            if not is_fragment(request):
                return HttpResponseRedirect(comment.get_absolute_url())
            context |= {"form": CommentForm(auto_id=f"{name}-%s"), **comment_context(request, comment)}
            context["count_in_words"] = _count_in_words(target)
            return render(request, "feed/comment/_published.html", context)
    status = 422 if form.is_bound else 200
    return render(request, "feed/comment_form.html", context, fragment="feed/comment/_form.html", status=status)


def _address(target: Any, parent: Comment | None) -> str:
    if parent is not None:
        return reverse("feed:comment_reply", args=[parent.pk])
    return reverse("feed:comment_create", args=[target._meta.label_lower, target.pk])


def comment_context(request: HttpRequest, comment: Comment) -> dict[str, Any]:
    """One comment as the thread shows it, with its replies."""
    user: Any = request.user
    post = comment.target
    if not isinstance(post, Post):
        raise Http404
    shown = Q(pk=comment.pk) | (Q(parent=comment) & seen_by(user, post))
    rows = with_star(Comment.objects.for_list().filter(shown)).order_by("pk")
    lines, _reactions = thread_comments(user, post, rows, may(user, "feed.accept_answer", post))
    line = next(line for line in lines if line.comment.pk == comment.pk)
    line.replies = [other for other in lines if other is not line]
    return {"line": line, "post": post, "in_reply": comment.parent_id is not None}


def _count_in_words(post: Post) -> str:
    return comments_in_words(post, Comment.objects.on(post).standing().count())


@require_GET
def comment_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One comment of an open thread, fetched when it came or changed; its own page is its place in the thread."""
    comment = Comment.objects.visible_to(request.user).for_list().select_related("community").filter(pk=pk).first()
    if comment is None:
        comment = _place_of_gone(request, pk)
    if not is_fragment(request):
        return HttpResponseRedirect(comment.get_absolute_url())
    context = comment_context(request, comment)
    context["count_in_words"] = _count_in_words(context["post"])
    return render(request, "feed/comment/_fetched.html", context)


def _place_of_gone(request: HttpRequest, pk: int) -> Comment:
    """A comment that went stays as a place while others answer to it, without a word of its text; else 404."""
    is_gone = Q(deleted_at__isnull=False) | Q(hidden_at__isnull=False)
    comment: Comment = get_object_or_404(Comment.objects.for_list().select_related("community"), is_gone, pk=pk)
    replies = Comment.objects.visible_to(request.user).standing().filter(parent=comment)
    if not replies.exists():
        raise Http404
    return comment


@require_http_methods(["GET", "POST"])
def comment_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Another text for a comment."""
    comment = get_object_or_404(_visible(request), pk=pk)
    if not may(request.user, "feed.change_comment", comment):
        raise Forbidden("feed.change_comment", _("Only the author may change this text."))
    form = CommentEditForm(request.POST or None, initial={"body": comment.body, "version": comment.version})
    save = partial(comments.edit_comment, comment=comment)
    return edit_text(request, comment, form, save, heading=_("Edit your comment"))


@require_POST
def comment_delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Deletes at once; the confirmation takes it back."""
    comment = get_object_or_404(_visible(request), pk=pk)
    target = comment.target
    comment = comments.delete_comment(actor=request.user, comment=comment)
    undo = reverse("feed:comment_restore", args=[comment.pk])
    said = _("Comment deleted. It can be restored until %(date)s.") % {"date": until(comment)}
    if not is_fragment(request):
        return toast(request, HttpResponseRedirect(target.get_absolute_url()), said, undo_url=undo)
    replies = Comment.objects.standing().filter(parent=comment).exists()
    response = HttpResponse("")
    if replies:
        response = render(request, "feed/comment/_comment.html", comment_context(request, comment))
    return toast(request, response, said, undo_url=undo)


@require_POST
def comment_restore(request: HttpRequest, pk: int) -> HttpResponse:
    """Brings a comment back: the undo of a deletion, and the button of the list of deletions."""
    restorable = Comment.objects.visible_to(request.user, "feed.restore_comment")
    comment = get_object_or_404(restorable | Comment.objects.visible_to(request.user), pk=pk)
    response = HttpResponseRedirect(address_back(request, comment.get_absolute_url()))
    try:
        comments.restore_comment(actor=request.user, comment=comment)
    except BusinessRuleError as error:
        messages.error(request, str(error))
        return response
    return toast(request, response, _("Comment restored."))


@require_POST
def comment_accept(request: HttpRequest, pk: int) -> HttpResponse:
    """Chooses a comment as the answer, or takes the choice back (`accepted=` empty)."""
    comment = get_object_or_404(_visible(request), pk=pk)
    post = comment.target
    if not isinstance(post, Post):
        raise Http404
    response = HttpResponseRedirect(comment.get_absolute_url())
    try:
        if request.POST.get("accepted"):
            answers.accept_answer(actor=request.user, post=post, comment=comment)
            return toast(request, response, _("Answer accepted: it stands first from now on."))
        answers.withdraw_answer(actor=request.user, post=post)
    except BusinessRuleError as error:
        messages.error(request, str(error))
        return response
    return toast(request, response, _("The question is open again."))
