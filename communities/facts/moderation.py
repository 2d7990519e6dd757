"""Reported texts, as something that waits."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import ngettext

from communities.facts.door import Fact, NextAction, Period, Reading
from communities.models import Community


def read(community: Community, period: Period) -> Reading:
    """The cases that wait for a moderator, as the page of the community has counted them: no query."""
    # Whoever asks for figures alone does not load the community for its page.
    count: int = getattr(community, "case_count", 0)
    if not count:
        return Reading()
    text = ngettext("%(count)d reported text to look at.", "%(count)d reported texts to look at.", count)
    address = reverse("communities:case_list", args=[community.slug])
    return Reading(actions=[NextAction(count, text % {"count": count}, address, "moderate_community", "flag", 10)])


FACT = Fact({}, read, order=80)
