from communities.permissions.community import PLATFORM_PERMISSIONS, CommunityPolicy

__all__ = ["PLATFORM_PERMISSIONS", "CommunityPolicy"]
