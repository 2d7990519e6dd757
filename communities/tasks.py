from celery import shared_task
from django.utils import timezone

from communities.actions import life, reports, succession
from communities.actions.membership import endings
from communities.actions.roadmap_reminders import remind_of_roadmaps
from communities.models import Community, LifeQuestion, SponsorReport
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


@shared_task
def follow_lives() -> None:
    """Asks silent communities whether they are still useful, and follows the silence of those asked; daily.

    Each community has its own transaction: what was done stays done where a later one fails.
    """
    for question in LifeQuestion.objects.waiting().select_related("community").order_by("pk"):
        life.follow_silence(actor=SYSTEM, question=question)
    for community in life.to_ask(timezone.now()):
        life.ask_usefulness(actor=SYSTEM, community=community)


@shared_task
def find_successors() -> None:
    """Finds who leads the communities whose animators have all gone; daily, and after a directory was loaded."""
    for community in succession.without_animator():
        succession.ensure_animator(actor=SYSTEM, community=community)


@shared_task
def remind_roadmaps() -> int:
    """Recalls the milestones that come and those that are late; beat runs it once a day."""
    return remind_of_roadmaps()


@shared_task
def end_memberships() -> int:
    """Participations whose time has passed."""
    return endings.end_memberships()


@shared_task
def warn_of_endings() -> int:
    """Warnings before the end of a participation."""
    return endings.warn_of_endings()
