from communities.models.activity import Activity
from communities.models.community import (
    Community,
    CommunityGroupObjectPermission,
    CommunityTag,
    CommunityUserObjectPermission,
    FormerSlug,
    Tag,
)
from communities.models.membership import Membership

__all__ = [
    "Activity",
    "Community",
    "CommunityGroupObjectPermission",
    "CommunityTag",
    "CommunityUserObjectPermission",
    "FormerSlug",
    "Membership",
    "Tag",
]
