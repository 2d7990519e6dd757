from communities.events.community import (
    AccessGranted,
    AccessRevoked,
    CommunityChanged,
    CommunityCreated,
    CommunityOpened,
    CommunityStageChanged,
)
from communities.events.membership import (
    InvitationEnded,
    MemberInvited,
    MemberJoined,
    MembershipEnded,
    MembershipRequested,
    MemberUnbanned,
    RequestAccepted,
    RequestCancelled,
    RequestRefused,
    RoleChanged,
)

__all__ = [
    "AccessGranted",
    "AccessRevoked",
    "CommunityChanged",
    "CommunityCreated",
    "CommunityOpened",
    "CommunityStageChanged",
    "InvitationEnded",
    "MemberInvited",
    "MemberJoined",
    "MemberUnbanned",
    "MembershipEnded",
    "MembershipRequested",
    "RequestAccepted",
    "RequestCancelled",
    "RequestRefused",
    "RoleChanged",
]
