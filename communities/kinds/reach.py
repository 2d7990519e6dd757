"""News of what a change of unit took and gave."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from communities import events
from communities.models import ReachChange
from core.kinds import Kind, Notice


class ReachIsOther(Kind):
    """An agent whose unit changed learns what they read no more and what they now read. Proposition 37."""

    name = "communities.reach_changed"
    event = events.ReachChanged
    label = gettext_lazy("My unit changes, and what I read with it")
    model = ReachChange
    is_transactional = True

    def target(self, event: Any) -> ReachChange | None:
        return ReachChange.objects.filter(pk=event.change_id).first()

    def recipients(self, event: Any, target: ReachChange) -> QuerySet[User]:
        return User.objects.filter(pk=target.person_id)

    def notice(self, target: ReachChange, actor: User | None, data: dict[str, Any]) -> Notice:
        sentences = (
            (target.lost, "read", _("You no longer read: %(communities)s.")),
            (target.lost, "join", _("You no longer join without asking: %(communities)s.")),
            (target.gained, "read", _("You now read: %(communities)s.")),
            (target.gained, "join", _("You may now join without asking: %(communities)s.")),
        )
        detail = []
        for lines, what, sentence in sentences:
            if names := [line["name"] for line in lines if line["what"] == what]:
                detail.append(sentence % {"communities": ", ".join(names)})
        detail.append(_("You stay a member of every community that you joined."))
        return Notice(
            _("Your unit has changed, and with it what you read."),
            target.get_absolute_url(),
            detail=" ".join(detail),
            action=_("See what changes"),
        )


KINDS = (ReachIsOther,)
