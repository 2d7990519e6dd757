from celery import shared_task

from communities.actions import reports
from communities.models import Community, SponsorReport
from core.system import SYSTEM


@shared_task
def prepare_reports() -> int:
    """Prepares the reports to sponsors whose time has come; daily. Gives how many."""
    prepared = 0
    for pk in reports.communities_to_report_on():
        community = Community.objects.filter(pk=pk).first()
        prepared += community is not None and reports.prepare_report(actor=SYSTEM, community=community) is not None
    return prepared


@shared_task
def chase_reports() -> int:
    """Reminds whoever has a late report; daily, each of them once a week at most. Gives how many."""
    late = SponsorReport.objects.overdue().order_by("pk")
    return sum(reports.chase_report(actor=SYSTEM, report=report) is not None for report in late)
