"""What stands beside the feed on the home page: what waits for me, and what I may not know yet."""

from __future__ import annotations

from typing import Any

from django.db.models import Case, Count, IntegerField, Min, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.utils import timezone

from communities.enums import CommunityKind, Joining, MembershipState, ProposalState
from communities.kinds.base import community_managers
from communities.models import Community, Membership, Proposal, SponsorReport
from communities.roadmaps import upcoming
from core.models import Draft
from feed.enums import PostKind
from feed.facts import PATIENCE
from feed.models import Post

SUGGESTED = 3
MILESTONES = 3


def requests_waiting(user: Any) -> QuerySet[Any]:
    """Requests to join, by community whose team the person is in."""
    return (
        Membership.objects.filter(
            state=MembershipState.REQUESTED,
            community__in=Community.objects.visible_to(user, "communities.admit_member").values("pk"),
        )
        .values("community__name", "community__slug")
        .annotate(count=Count("pk"), oldest=Min("changed_at"))
        .order_by("oldest")
    )


def invitations_to(user: Any) -> QuerySet[Membership]:
    """Invitations of communities that the person has not answered."""
    seen = Community.objects.visible_to(user).values("pk")
    waiting = Membership.objects.filter(person=user, state=MembershipState.INVITED, community__in=seen)
    return waiting.select_related("community", "decided_by").order_by("changed_at")


def questions_waiting(user: Any) -> QuerySet[Any]:
    """Questions without an accepted answer for too long, by community that the person animates."""
    return (
        Post.objects.standing()
        .filter(
            kind=PostKind.QUESTION,
            accepted_comment=None,
            created_at__lt=timezone.now() - PATIENCE,
            community__in=Community.objects.visible_to(user, "communities.animate_community").values("pk"),
        )
        .values("community__name", "community__slug")
        .annotate(count=Count("pk"))
        .order_by("community__name")
    )


def proposals_waiting(user: Any) -> QuerySet[Proposal]:
    """Communities proposed that wait for the person: to validate, to check, or to complete."""
    steps = ("communities.validate_proposal", "communities.pass_proposal", "communities.revise_proposal")
    waiting = Q()
    for permission in steps:
        waiting |= Q(pk__in=Proposal.objects.visible_to(user, permission).values("pk"))
    # What another community manager accompanies is theirs.
    others = Q(state=ProposalState.CHECKING, accompanied_by__in=community_managers().exclude(pk=user.pk).values("pk"))
    return Proposal.objects.filter(waiting).exclude(others).order_by("state_changed_at", "pk")


def suggested_communities(user: Any) -> QuerySet[Community]:
    """Communities that the person may join or ask to join, those of their colleagues first."""
    settled = Membership.objects.filter(person=user).exclude(state=MembershipState.LEFT).values("community")
    # Who belongs to a community is for those who see its members; so is their number in one service.
    seen = Community.objects.visible_to(user, "communities.view_members").values("pk")
    colleagues = (
        Membership.objects.members()
        .current()
        .filter(community=OuterRef("pk"), community__in=seen, person__unit=user.unit_id)
        .order_by()
        .values("community")
        .annotate(count=Count("pk"))
        .values("count")
    )
    everyone = (
        Membership.objects.members()
        .filter(community=OuterRef("pk"))
        .order_by()
        .values("community")
        .annotate(count=Count("pk"))
        .values("count")
    )
    open_first = Case(When(joining=Joining.OPEN, then=Value(0)), default=Value(1), output_field=IntegerField())
    may_join = Community.objects.visible_to(user, "communities.join_community").values("pk")
    may_ask = Community.objects.visible_to(user, "communities.request_community").values("pk")
    return (
        Community.objects.awake()
        .filter(Q(pk__in=may_join) | Q(pk__in=may_ask))
        .exclude(pk__in=settled)
        .exclude(kind=CommunityKind.EXTRA_PROFESSIONAL)
        .annotate(
            colleagues=Coalesce(Subquery(colleagues), 0) if user.unit_id else Value(0),
            member_count=Coalesce(Subquery(everyone), 0),
            open_first=open_first,
        )
        .order_by("-colleagues", "open_first", "-member_count", "name")
    )


def reports_waiting(user: Any) -> QuerySet[SponsorReport]:
    """Reports that the person has to answer as a sponsor, or to complete as an animator."""
    every = SponsorReport.objects
    to_answer, to_write = (f"communities.{what}_report" for what in ("answer", "write"))
    return (every.visible_to(user, to_answer) | every.visible_to(user, to_write)).for_list()


def beside(user: Any) -> dict[str, Any]:
    """Everything that the right column shows, in one query each."""
    requests = list(requests_waiting(user)[:5])
    invitations = list(invitations_to(user)[:5])
    questions = list(questions_waiting(user)[:5])
    proposals = list(proposals_waiting(user)[:5])
    reports = list(reports_waiting(user)[:5])
    return {
        "requests": requests,
        "invitations": invitations,
        "questions": questions,
        "proposals": proposals,
        "reports": reports,
        "waiting_count": sum(row["count"] for row in [*requests, *questions])
        + len([*invitations, *proposals, *reports]),
        "milestones": list(upcoming(user)[:MILESTONES]),
        "suggestions": list(suggested_communities(user)[:SUGGESTED]),
        "drafts": list(Draft.objects.filter(person=user)[:2]),
    }
