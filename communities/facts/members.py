"""Who is there: members, newcomers, requests. Counted by the database, whatever the size of the community."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Count, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from communities.enums import MembershipState, Stage
from communities.facts.door import Fact, Figure, Indicator, Measure, NextAction, Period, Reading
from communities.models import Community
from core.small_groups import rounded

# Whom one greets: those who came within this time.
NEW_FOR = timedelta(days=7)
GONE = (MembershipState.LEFT, MembershipState.BANNED)

INDICATORS = {
    "members": Indicator(
        label=_("Members"),
        definition=_(
            "People who belong to the community at the end of the period and whose account is open. The curve is"
            " rounded to five, so that nobody is seen coming or going."
        ),
    ),
    "newcomers": Indicator(
        label=_("Newcomers"),
        definition=_("Members who joined during the period and were still there at its end."),
    ),
}


def read(community: Community, period: Period) -> Reading:
    """Members, newcomers, and who waits: one query."""
    edges = [period.before.closes_at, *(Period(start, end).closes_at for start, end in period.parts)]
    counts = {f"at_{number}": Count("pk", filter=_there_at(edge)) for number, edge in enumerate(edges)}
    row = community.memberships.current().aggregate(
        **counts,
        arrived=Count("pk", filter=_there_at(period.closes_at) & _joined(period)),
        arrived_before=Count("pk", filter=_there_at(period.opens_at) & _joined(period.before)),
        to_greet=Count("pk", filter=_there_at(timezone.now()) & Q(joined_at__gte=timezone.now() - NEW_FOR)),
        requests=Count("pk", filter=Q(state=MembershipState.REQUESTED)),
    )
    before, *points = (row[f"at_{number}"] for number in range(len(edges)))
    now, arrived, arrived_before = points[-1], row["arrived"], row["arrived_before"]
    left = before + arrived - now
    figures = {
        "members": Figure(
            now=Measure(now, (now,)),
            before=Measure(before, (before, abs(now - before), left)),
            series=tuple(Measure(rounded(count), (rounded(count),)) for count in points),
        ),
        "newcomers": Figure(
            now=Measure(arrived, (arrived, now - arrived)),
            before=Measure(arrived_before, (arrived_before, before - arrived_before)),
        ),
    }
    return Reading(figures, _actions(community, row))


def _there_at(moment: datetime) -> Q:
    """Memberships that held at a moment: a row says when one came, and when one left last."""
    came = Q(joined_at=None) | Q(joined_at__lt=moment)
    lasts = Q(ends_at=None) | Q(ends_at__gte=moment)
    return (
        came
        & lasts
        & (Q(state=MembershipState.MEMBER) | Q(state__in=GONE, joined_at__isnull=False, changed_at__gte=moment))
    )


def _joined(period: Period) -> Q:
    return Q(joined_at__gte=period.opens_at, joined_at__lt=period.closes_at)


def _actions(community: Community, row: dict[str, int]) -> list[NextAction]:
    members = reverse("communities:community_members", args=[community.slug])
    found = []
    if count := row["requests"]:
        text = ngettext("%(count)d person asks to join.", "%(count)d people ask to join.", count) % {"count": count}
        found.append(NextAction(count, text, f"{members}#requests", "admit_member", "user-plus", 20))
    if (count := row["to_greet"]) and community.stage == Stage.OPEN:
        text = ngettext(
            "%(count)d newcomer of this week to greet.", "%(count)d newcomers of this week to greet.", count
        ) % {"count": count}
        found.append(NextAction(count, text, f"{members}?role=new", "animate_community", "users", 40))
    return found


FACT = Fact(INDICATORS, read, order=10)
