"""What one person may do often, and how often."""

from datetime import timedelta
from typing import Final

from core.limits import Limit

REQUEST: Final = Limit("communities.request", 30)
INVITE: Final = Limit("communities.invite", 100)
EXPORT: Final = Limit("communities.export", 20)
# A report makes others look: enough for whoever meets a flood of spam, too little for a campaign against somebody.
REPORT: Final = Limit("communities.report", 10)
REPORT_IN_A_DAY: Final = Limit("communities.report.day", 30, timedelta(days=1))
PARTNER: Final = Limit("communities.partner", 20)
