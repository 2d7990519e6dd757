from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core.htmx import is_fragment, render
from core.redirects import address_back
from core.toasts import toast
from feed.actions.reactions import set_reaction
from feed.actions.subscriptions import set_subscription
from feed.cards import reactions_to
from feed.enums import ReactionKind, SubscriptionState
from feed.forms import ReactionForm, SubscriptionForm
from feed.views.targets import visible_target


@require_POST
def reaction_set(request: HttpRequest, label: str, pk: int) -> HttpResponse:
    """Says in one click what one thinks of a target; the same click again takes it back."""
    target, kind = visible_target(request, label, pk)
    form = ReactionForm(request.POST)
    if not kind.react:
        raise Http404
    if not form.is_valid():
        return HttpResponseBadRequest()
    chosen = form.cleaned_data["kind"]
    set_reaction(actor=request.user, target=target, kind=ReactionKind(chosen) if chosen else None)
    if not is_fragment(request):
        return HttpResponseRedirect(address_back(request, kind.address(target)))
    user: Any = request.user
    reactions = reactions_to(user, {type(target): [target.pk]})[type(target), target.pk]
    context = {"reactions": reactions, "label": label, "pk": pk, "may_react": True}
    return render(request, "feed/_reactions.html", context | {"wide": request.POST.get("wide", "")})


@require_POST
def subscription_set(request: HttpRequest, label: str, pk: int) -> HttpResponse:
    """Follows a thread, mutes it, or neither."""
    target, kind = visible_target(request, label, pk)
    form = SubscriptionForm(request.POST)
    if not kind.follow:
        raise Http404
    if not form.is_valid():
        return HttpResponseBadRequest()
    chosen = form.cleaned_data["state"]
    set_subscription(actor=request.user, target=target, state=SubscriptionState(chosen) if chosen else None)
    said = {
        "following": _("You follow this thread: you are told of each answer."),
        "muted": _("This thread is muted: you are told nothing more of it."),
        "": _("You do not follow this thread any more."),
    }[chosen]
    if not is_fragment(request):
        return toast(request, HttpResponseRedirect(address_back(request, kind.address(target))), said)
    context = {"subscription": chosen, "label": label, "pk": pk, "may_follow": True}
    return toast(request, render(request, "feed/_follow.html", context), said)
