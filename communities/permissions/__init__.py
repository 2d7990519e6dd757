from communities.permissions.case import CasePolicy
from communities.permissions.community import PLATFORM_PERMISSIONS, CommunityPolicy
from communities.permissions.partner_request import PartnerRequestPolicy
from communities.permissions.proposal import ProposalPolicy, may_propose
from communities.permissions.reach_change import ReachChangePolicy
from communities.permissions.report import SponsorReportPolicy

__all__ = [
    "PLATFORM_PERMISSIONS",
    "CasePolicy",
    "CommunityPolicy",
    "PartnerRequestPolicy",
    "ProposalPolicy",
    "ReachChangePolicy",
    "SponsorReportPolicy",
    "may_propose",
]
