"""News of roadmaps: who is told what."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from communities import events
from communities.kinds.base import CommunityKind
from communities.models import Community, Membership, Milestone
from core.days import spoken_day
from core.kinds import Notice


class RoadmapKind(CommunityKind):
    """Base of what is told of a roadmap: to whoever may read it."""

    related = ("roadmap__milestones",)

    def permission(self) -> str | None:
        return "communities.view_roadmap"

    def data(self, event: Any) -> dict[str, Any]:
        return {"milestone": event.milestone_uid}

    def words(self, milestone: Milestone, words: dict[str, str]) -> str:
        """What is said of the milestone."""
        raise NotImplementedError

    def notice(self, target: Community, actor: User | None, data: dict[str, Any]) -> Notice:
        address = reverse("communities:roadmap_detail", args=[target.slug])
        action = _("See the roadmap")
        milestone = next((row for row in _milestones(target) if str(row.uid) == data["milestone"]), None)
        if milestone is None:
            text = _("A milestone of “%(community)s” was removed since.") % {"community": target.name}
            return Notice(text, address, action=action)
        words = {
            "milestone": milestone.title,
            "community": target.name,
            "day": spoken_day(milestone.due_on),
            "person": actor.full_name if actor else "",
        }
        return Notice(
            self.words(milestone, words), f"{address}#milestone-{milestone.uid}", detail=milestone.note, action=action
        )


def _milestones(community: Community) -> list[Milestone]:
    # A community whose roadmap was never written has none.
    return list(community.roadmap.milestones.all()) if hasattr(community, "roadmap") else []


class MilestoneGiven(RoadmapKind):
    """A person learns that they answer for a milestone."""

    name = "communities.milestone_given"
    event = events.MilestoneGiven
    label = gettext_lazy("Milestone given to me")

    def recipients(self, event: Any, target: Community) -> QuerySet[User]:
        owned = Milestone.objects.filter(uid=event.milestone_uid, owner=event.person_id)
        return User.objects.filter(pk__in=owned.values("owner"))

    def words(self, milestone: Milestone, words: dict[str, str]) -> str:
        if words["day"]:
            return _("You are in charge of “%(milestone)s” for %(day)s, in “%(community)s”.") % words
        return _("You are in charge of “%(milestone)s”, in “%(community)s”.") % words


class ToItsTeam(RoadmapKind):
    """Base of the reminders: to who is in charge and to the animators."""

    def actor(self, event: Any) -> User | None:
        return None

    def recipients(self, event: Any, target: Community) -> QuerySet[User]:
        owned = Milestone.objects.filter(uid=event.milestone_uid, roadmap__community=target)
        animators = Membership.objects.animators().filter(community=target)
        return User.objects.filter(Q(pk__in=owned.values("owner")) | Q(pk__in=animators.values("person")))


class MilestoneComing(ToItsTeam):
    """A milestone is near."""

    name = "communities.milestone_coming"
    event = events.MilestoneComing
    label = gettext_lazy("Milestone that comes")

    def words(self, milestone: Milestone, words: dict[str, str]) -> str:
        return _("“%(milestone)s” is due on %(day)s, in “%(community)s”.") % words


class MilestoneOverdue(ToItsTeam):
    """A milestone is late."""

    name = "communities.milestone_overdue"
    event = events.MilestoneOverdue
    label = gettext_lazy("Milestone that is late")

    def words(self, milestone: Milestone, words: dict[str, str]) -> str:
        return _("“%(milestone)s” was due on %(day)s, in “%(community)s”: done, or to be put off?") % words


class ReviewDue(CommunityKind):
    """The animators learn that the day has come to look at the roadmap again."""

    name = "communities.roadmap_review"
    event = events.RoadmapReviewDue
    label = gettext_lazy("Review of a roadmap")

    def actor(self, event: Any) -> User | None:
        return None

    def recipients(self, event: Any, target: Community) -> QuerySet[User]:
        return User.objects.filter(pk__in=Membership.objects.animators().filter(community=target).values("person"))

    def permission(self) -> str | None:
        return "communities.change_roadmap"

    def notice(self, target: Community, actor: User | None, data: dict[str, Any]) -> Notice:
        text = _("It is the day to look again at the roadmap of “%(community)s”.") % {"community": target.name}
        return Notice(text, reverse("communities:roadmap_detail", args=[target.slug]), action=_("See the roadmap"))


KINDS = (MilestoneGiven, MilestoneComing, MilestoneOverdue, ReviewDue)
