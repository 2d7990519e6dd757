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
