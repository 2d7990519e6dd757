"""What one person may do often, and how often."""

from typing import Final

from core.limits import Limit

REQUEST: Final = Limit("communities.request", 30)
INVITE: Final = Limit("communities.invite", 100)
EXPORT: Final = Limit("communities.export", 20)
