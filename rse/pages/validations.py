"""What waits for me, by sort: each app's part is one queue here, with one query."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.enums import PlatformRole
from communities.enums import ProposalState
from communities.kinds.base import community_managers
from communities.models import Case, Community, PartnerRequest, Proposal, SponsorReport
from rse.pages.beside import requests_waiting

# What one page shows of one queue: what is older waits longest, and is first.
SHOWN: Final = 50


@dataclass(frozen=True)
class Queue:
    """One sort of thing that waits for me.

    `rows` gives them, the oldest first, in one query; `template` draws the list of them. `is_mine_to_do`: they count
    among what I have to do; the others wait for somebody else.
    """

    name: str
    title: Any
    template: str
    rows: Callable[[Any], QuerySet[Any]]
    is_mine_to_do: bool = True


def proposals_to_sponsor(user: Any) -> QuerySet[Proposal]:
    """Communities that wait for my decision, or for that of a sponsor for whom I stand in."""
    return Proposal.objects.visible_to(user, "communities.validate_proposal").for_list()


def proposals_to_check(user: Any) -> QuerySet[Proposal]:
    """Communities that wait for a community manager: those that I accompany, and those that nobody does."""
    if PlatformRole.COMMUNITY_MANAGER not in user.platform_roles:
        return Proposal.objects.none()
    to_check = Proposal.objects.visible_to(user, "communities.pass_proposal")
    # Nobody's too is what somebody accompanied who may no longer.
    elsewhere = Q(accompanied_by__in=community_managers().exclude(pk=user.pk).values("pk"))
    return to_check.exclude(elsewhere).for_list()


def proposals_sent_back(user: Any) -> QuerySet[Proposal]:
    """My proposals that came back to me."""
    return Proposal.objects.visible_to(user, "communities.revise_proposal").filter(proposed_by=user).for_list()


def proposals_of_mine(user: Any) -> QuerySet[Proposal]:
    """My proposals that wait for somebody else."""
    waiting = (ProposalState.CHECKING, ProposalState.SPONSORING)
    return Proposal.objects.visible_to(user).filter(proposed_by=user, state__in=waiting).for_list()


def partners_to_approve(user: Any) -> QuerySet[PartnerRequest]:
    """External partners whom animators ask for, of whom community managers decide."""
    if PlatformRole.COMMUNITY_MANAGER not in user.platform_roles:
        return PartnerRequest.objects.none()
    return PartnerRequest.objects.visible_to(user, "communities.decide_partner_request").for_list().order_by("pk")


def cases_waiting(user: Any) -> QuerySet[Case]:
    """Reported texts of communities whose team I am in, and contested decisions that are mine to answer."""
    to_decide = Case.objects.visible_to(user, "communities.decide_case").filter(
        community__in=Community.objects.visible_to(user, "communities.moderate_community").values("pk")
    )
    contested = Case.objects.visible_to(user, "communities.answer_contest")
    return (to_decide | contested).select_related("community").order_by("opened_at", "pk")


def reports_to_answer(user: Any) -> QuerySet[SponsorReport]:
    """Reports that wait for my answer, or for that of a sponsor for whom I stand in."""
    return SponsorReport.objects.visible_to(user, "communities.answer_report").for_list()


def reports_to_write(user: Any) -> QuerySet[SponsorReport]:
    """Reports of my communities that their sponsor expects."""
    return SponsorReport.objects.visible_to(user, "communities.write_report").for_list()


QUEUES: Final = (
    Queue("to-sponsor", _("Communities to validate"), "rse/validations/_proposals.html", proposals_to_sponsor),
    Queue("to-answer", _("Reports to answer"), "rse/validations/_reports.html", reports_to_answer),
    Queue("to-check", _("Communities proposed, to check"), "rse/validations/_proposals.html", proposals_to_check),
    Queue("sent-back", _("My proposals, to complete"), "rse/validations/_proposals.html", proposals_sent_back),
    Queue("partners", _("External partners to approve"), "rse/validations/_partners.html", partners_to_approve),
    Queue("to-write", _("Reports to complete"), "rse/validations/_reports.html", reports_to_write),
    Queue("cases", _("Reported texts and contested decisions"), "rse/validations/_cases.html", cases_waiting),
    Queue("requests", _("Requests to join my communities"), "rse/validations/_requests.html", requests_waiting),
    Queue("mine", _("My proposals under way"), "rse/validations/_proposals.html", proposals_of_mine, False),
)


@dataclass(frozen=True)
class Waiting:
    """A queue as the page draws it."""

    queue: Queue
    rows: list[Any]
    count: int


def waiting_for(user: Any) -> list[Waiting]:
    """The queues in which something waits, one query each."""
    found = []
    for queue in QUEUES:
        rows = list(queue.rows(user)[:SHOWN])
        if rows:
            count = sum(row["count"] if isinstance(row, dict) else 1 for row in rows)
            found.append(Waiting(queue, rows, count))
    return found
