from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from core.letters import Letter


def participation_over(*, person: Any, community: Any) -> Letter:
    """To a partner whose time in a community is over, and for whom it no longer exists."""
    facts = {"first_name": person.first_name, "community": community.name}
    return Letter(
        subject=_("Your participation in “%(community)s” is over") % facts,
        paragraphs=[
            _("Hello %(first_name)s,") % facts,
            _("Your participation in “%(community)s” has come to its end: you no longer read it.") % facts,
            _("What you wrote there stays. If you are still needed, the animators who invited you can ask again."),
        ],
        why=_("You receive this mail because you took part in this community for a time."),
    )


def reach_changed(*, person: Any, change: Any) -> Letter:
    """To an agent whose unit changed: what they read no more, and what they may now read."""
    lost = [line["name"] for line in change.lost]
    gained = [line["name"] for line in change.gained]
    paragraphs = [
        _("Hello %(first_name)s,") % {"first_name": person.first_name},
        _("Your unit has changed, and with it what reached you through your unit."),
    ]
    if lost:
        paragraphs.append(_("You no longer read: %(communities)s.") % {"communities": ", ".join(lost)})
    if gained:
        paragraphs.append(_("You now read: %(communities)s.") % {"communities": ", ".join(gained)})
    paragraphs.append(_("You stay a member of every community that you joined."))
    return Letter(
        subject=_("Your unit has changed: what you read changes too"),
        paragraphs=paragraphs,
        action=(_("See the communities"), change.get_absolute_url()),
        why=_("You receive this mail because your unit changed in the directory."),
    )
