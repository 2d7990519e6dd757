"""Who reads what is written in a community, in words."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Unit
from communities.enums import Joining, Stage, Visibility
from communities.models import CommunityGroupObjectPermission


def audience_in_words(community: Any) -> str:
    """« Visible par 42 membres, dont 3 externes »; `community` carries `member_count` and `external_count`.

    One query more where the community is not open to every agent: units may read it without joining.
    """
    members, externals = community.member_count, community.external_count
    if community.stage == Stage.PREPARATION:
        return _("Visible to the team alone until the community opens")
    if community.visibility == Visibility.LISTED and community.joining == Joining.OPEN:
        if not externals:
            return _("Visible to all agents")
        return ngettext(
            "Visible to all agents and to %(count)d external partner",
            "Visible to all agents and to %(count)d external partners",
            externals,
        ) % {"count": externals}
    words = ngettext("Visible to %(count)d member", "Visible to %(count)d members", members) % {"count": members}
    if externals:
        words += ngettext(", %(count)d of them external", ", %(count)d of them external", externals) % {
            "count": externals
        }
    if units := _units_that_read(community):
        words += _(", and to the agents of %(units)s") % {"units": ", ".join(units)}
    return words


def _units_that_read(community: Any) -> list[str]:
    grants = CommunityGroupObjectPermission.objects.filter(
        content_object=community, permission__codename="view_community"
    )
    return list(Unit.objects.filter(group__in=grants.values("group")).order_by("path").values_list("name", flat=True))
