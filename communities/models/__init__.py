from communities.models.activity import Activity
from communities.models.calendar_token import CalendarToken
from communities.models.charter import Charter
from communities.models.community import (
    Community,
    CommunityGroupObjectPermission,
    CommunityTag,
    CommunityUserObjectPermission,
    FormerSlug,
    Tag,
)
from communities.models.community_word import CommunityWord
from communities.models.life_question import LifeQuestion
from communities.models.manager_note import ManagerNote
from communities.models.membership import Membership
from communities.models.moderation import Case, ContentReport, Decision
from communities.models.partner_request import PartnerRequest
from communities.models.proposal import CONTENT, Proposal, ProposalStep
from communities.models.reach_change import ReachChange
from communities.models.roadmap import (
    CommunicationAction,
    Milestone,
    Objective,
    Roadmap,
    RoadmapReminder,
    RoadmapRevision,
)
from communities.models.role_access import RoleAccess
from communities.models.sponsor_report import SponsorReport

__all__ = [
    "CONTENT",
    "Activity",
    "CalendarToken",
    "Case",
    "Charter",
    "CommunicationAction",
    "Community",
    "CommunityGroupObjectPermission",
    "CommunityTag",
    "CommunityUserObjectPermission",
    "CommunityWord",
    "ContentReport",
    "Decision",
    "FormerSlug",
    "LifeQuestion",
    "ManagerNote",
    "Membership",
    "Milestone",
    "Objective",
    "PartnerRequest",
    "ReachChange",
    "Roadmap",
    "RoadmapReminder",
    "RoadmapRevision",
    "RoleAccess",
    "SponsorReport",
    "Proposal",
    "ProposalStep",
    "Tag",
]
