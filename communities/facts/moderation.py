"""What is reported and waits for a decision: something to do, and never a figure, since it would speak of authors."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import ngettext

from communities.facts.door import Fact, NextAction, Period, Reading
from communities.models import Community


def read(community: Community, period: Period) -> Reading:
    """The cases to decide, which the page of a community has counted already: no query."""
    count: int = community.case_count  # type: ignore[attr-defined]
    if not count:
        return Reading()
    text = ngettext(
        "%(count)d reported text waits for a decision.", "%(count)d reported texts wait for a decision.", count
    )
    address = reverse("communities:case_list", args=[community.slug])
    return Reading(actions=[NextAction(count, text % {"count": count}, address, "moderate_community", "flag", 5)])


FACT = Fact({}, read, order=80)
