from __future__ import annotations

from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Model
from django.utils import timezone
from django.utils.translation import gettext as _

from communities.actions.moderation.effects import hide, is_hidden, lock_case
from communities.enums import CaseState, Outcome, ReportReason
from communities.events import CaseOpened, TextHiddenByReports, TextReported
from communities.limits import REPORT, REPORT_IN_A_DAY
from communities.models import Case, ContentReport
from communities.models.moderation import WORD_MAX
from core.actions.acts import count_act
from core.actions.audit import record_audit
from core.actions.outbox import publish
from core.errors import BusinessRuleError
from core.models import ParameterValue
from core.policies import require
from core.system import SYSTEM
from core.targets import target_for

# What moderators left as it was: somebody else who reports it has them look again.
LEFT_AS_IT_WAS = (Outcome.DISMISS, Outcome.RESTORE)


@transaction.atomic
def report_text(*, actor: Any, target: Model, reason: ReportReason, word: str = "") -> ContentReport:
    """Says that a text should not be there. The author never learns who said so. Proposition 27.

    One report a person and text: a second one changes nothing. Reported by as many people as the parameter
    `communities.reports_to_hide` says, the text is hidden until a moderator looks.

    Raises:
        Forbidden: the actor does not read the text.
        BusinessRuleError: it is their own, or they reported a lot lately.
    """
    author: Any = target.author  # type: ignore[attr-defined]
    if author.pk == actor.pk:
        raise BusinessRuleError(_("This is your own text: you can change it or delete it, you need not report it."))
    require(actor, target_for(target).report, target)
    case, is_new = Case.objects.get_or_create(
        target_type=ContentType.objects.get_for_model(target),
        target_id=target.pk,
        defaults={"community": target.community, "author": author},  # type: ignore[attr-defined]
    )
    case = lock_case(case)
    known = ContentReport.objects.filter(case=case, person=actor).first()
    if known is not None:
        return known
    count_act(actor=actor, limit=REPORT)
    count_act(actor=actor, limit=REPORT_IN_A_DAY)
    report = ContentReport.objects.create(case=case, person=actor, reason=reason, word=word.strip()[:WORD_MAX])
    is_reopened = case.state in (CaseState.DECIDED, CaseState.SETTLED) and case.outcome in LEFT_AS_IT_WAS
    if is_reopened:
        case.state, case.opened_at = CaseState.OPEN, report.at
        case.save(update_fields=["state", "opened_at"])
    event = CaseOpened if is_new or is_reopened else TextReported
    # Nobody is named, so that no message names them by mistake.
    publish(event(case_id=case.pk, community_id=case.community_id, actor_id=None))
    _hide_if_many(case)
    return report


def _hide_if_many(case: Case) -> None:
    limit = ParameterValue.objects.number("communities.reports_to_hide")
    if not limit or case.state != CaseState.OPEN or is_hidden(case) or _was_looked_at(case):
        return
    if case.reports.filter(at__gte=case.opened_at).count() < limit:
        return
    hide(case, "")
    case.hidden_by_reports_at, case.is_told = timezone.now(), True
    case.save(update_fields=["hidden_by_reports_at", "is_told"])
    record_audit(actor=SYSTEM, verb="communities.text_hidden_by_reports", target=case, label=str(case.target))
    publish(TextHiddenByReports(case_id=case.pk, community_id=case.community_id, actor_id=None))


def _was_looked_at(case: Case) -> bool:
    """A moderator left this very text: their word weighs more than a number of reports."""
    if case.decided_at is None:
        return False
    edited_at = case.moderation.edited_at(case.target)
    return edited_at is None or edited_at < case.decided_at
