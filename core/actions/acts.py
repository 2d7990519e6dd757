from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.template.defaultfilters import date as format_date
from django.utils import timezone
from django.utils.translation import gettext as _

from core.limits import SPAN_MAX, Limit, LimitReached
from core.models import Act
from core.templatetags.rse import clock


def count_act(*, actor: Any, limit: Limit) -> None:
    """Counts one act of a person, in the transaction of the act: what fails is not counted.

    Two acts at the very same moment may both find the last place: a limit holds floods back, it guards no secret.

    Raises:
        LimitReached: it was done `limit.count` times within `limit.span`; the system has no limits.
    """
    if actor.pk is None:
        return
    acts = Act.objects.filter(person=actor, name=limit.name).order_by("-at").values_list("at", flat=True)
    oldest_counted = acts[limit.count - 1 : limit.count].first()
    now = timezone.now()
    if oldest_counted is not None and oldest_counted + limit.span > now:
        # A clock without seconds: what it says must be over when it is reached.
        until = timezone.localtime(oldest_counted + limit.span + timedelta(minutes=1))
        text = (
            _("You have done this often in a short time. You can do it again from %(time)s.")
            if until.date() == timezone.localdate()
            else _("You have done this often in a short time. You can do it again on %(day)s from %(time)s.")
        )
        raise LimitReached(text % {"day": format_date(until, "j F"), "time": clock(until)}, until)
    Act.objects.create(person=actor, name=limit.name, at=now)


def purge_acts() -> None:
    """Forgets acts that no limit counts any more."""
    Act.objects.filter(at__lt=timezone.now() - SPAN_MAX).delete()
