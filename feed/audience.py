"""Who reads what is written in a community, in words."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from communities.audience import audience_of


def audience_in_words(community: Any) -> str:
    """« Vous serez lu par ses 42 membres, dont 3 partenaires externes »; `community` carries its counts."""
    return _("You will be read by %(audience)s.") % {"audience": audience_of(community).in_sentence()}
