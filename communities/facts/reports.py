"""The report to the sponsor, as something that waits."""

from __future__ import annotations

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from communities.facts.door import Fact, NextAction, Period, Reading
from communities.models import Community, SponsorReport


def read(community: Community, period: Period) -> Reading:
    """The page that the animators have to complete, if there is one: one query."""
    report = SponsorReport.objects.to_write().filter(community=community).first() if community.sponsor_id else None
    if report is None:
        return Reading()
    # Its address asks for the slug of a community that is at hand.
    report.community = community
    text = _("The report to the sponsor is to be sent before %(day)s.") % {"day": date_format(report.due_on, "j F")}
    return Reading(actions=[NextAction(1, text, report.get_absolute_url(), "animate_community", "document", 30)])


FACT = Fact({}, read, order=90)
