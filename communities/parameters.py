"""What administrators decide about communities while the product runs."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from core.parameters import Parameter

CREATION, LIFE = _("Creating communities"), _("Life of communities")

PARAMETERS = {
    "communities.proposing": Parameter(
        group=CREATION,
        label=_("Who may propose a community"),
        choices=(("agents", _("Every agent")), ("ambassadors", _("Ambassadors, sponsors and those who steer"))),
        default="agents",
    ),
    "communities.first_contents": Parameter(
        group=CREATION,
        label=_("First contents before opening"),
        help=_("How many posts its team writes before a community may open."),
        default=3,
        most=50,
    ),
}
