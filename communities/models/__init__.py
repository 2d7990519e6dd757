from communities.models.activity import Activity
from communities.models.community import (
    Community,
    CommunityGroupObjectPermission,
    CommunityTag,
    CommunityUserObjectPermission,
    FormerSlug,
    Tag,
)
from communities.models.community_word import CommunityWord
from communities.models.membership import Membership

__all__ = [
    "Activity",
    "Community",
    "CommunityGroupObjectPermission",
    "CommunityTag",
    "CommunityUserObjectPermission",
    "CommunityWord",
    "FormerSlug",
    "Membership",
    "Tag",
]
