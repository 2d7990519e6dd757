from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django.db.models import Q

from communities.enums import ReportState
from communities.models import Community, SponsorReport
from core.policies import Policy, Rule, Standing, allow, policy_for

# Once it is sent it belongs to all who answer for the community; before, to those who write it.
SENT = (ReportState.SENT, ReportState.ANSWERED)

REPORT_TABLE: dict[str, tuple[Rule, ...]] = {
    "communities.view_report": (allow("animator"), allow("sponsor", "steering", state=SENT)),
    "communities.write_report": (allow("animator", state=(ReportState.PREPARED,)),),
    "communities.answer_report": (allow("sponsor", state=(ReportState.SENT,)),),
}


def _of_community(permission: str) -> Standing:
    return Standing(
        holds=lambda facts: permission in facts,
        objects=lambda user: Q(community__in=Community.objects.visible_to(user, permission).values("pk")),
        people=lambda report: policy_for(Community).people(permission, report.community),
    )


class SponsorReportPolicy(Policy[SponsorReport]):
    """A report follows its community: its animators write, its sponsor answers, those who steer read."""

    model = SponsorReport
    reading = "communities.view_report"
    table: ClassVar = REPORT_TABLE
    standings: ClassVar = {
        "animator": _of_community("communities.animate_community"),
        "sponsor": _of_community("communities.sponsor_community"),
        "steering": _of_community("communities.steer_community"),
    }

    def facts(self, user: Any, objects: list[SponsorReport]) -> Mapping[Any, frozenset[str]]:
        granted = policy_for(Community).granted_for(user, {report.community for report in objects})
        return {report.pk: granted[report.community_id] for report in objects}
