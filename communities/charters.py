"""The charter of a community: what its animators wrote, else what its kind suggests."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from communities.enums import CommunityKind
from communities.models import Charter, Community

PREAMBLE = _(
    "We are here to help each other work. You may be wrong without fear: whatever you write can be changed and taken "
    "back. These few rules are all that we ask of each other."
)
COMMON = (
    _("Speak as you would face to face: with courtesy, above all when you disagree."),
    _("Say what you know and where it comes from, and correct what turns out to be wrong."),
    _("Publish no personal data, and nothing that must not leave your service."),
    _("Name whose work you share."),
)
# What each kind adds, after what all have in common.
OF_KIND = {
    CommunityKind.PROJECT: _("Say what is decided and what is still being discussed."),
    CommunityKind.PROFESSIONAL: _("Stay on our profession: other subjects have communities of their own."),
    CommunityKind.PRACTICE: _("No question is too simple: answer as you would have liked to be answered."),
    CommunityKind.INTERMINISTERIAL: _("Explain the words of your administration: others have other ones."),
    CommunityKind.EXTRA_PROFESSIONAL: _("Nobody has to take part, and nothing is sold here."),
}


def suggested_charter(community: Community) -> Charter:
    """The charter that holds until the animators write theirs; it is no row, and has number 0."""
    rules = [str(rule) for rule in (*COMMON, OF_KIND[CommunityKind(community.kind)])]
    return Charter(community=community, number=0, preamble=str(PREAMBLE), rules=rules)


def charter_of(community: Community) -> Charter:
    """The charter that holds today."""
    return community.charters.order_by("-number").first() or suggested_charter(community)
