"""What administrators decide about communities while the product runs."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from core.parameters import Parameter

CREATION, LIFE, MODERATION = _("Creating communities"), _("Life of communities"), _("Moderation")
REPORTS = _("Reports to sponsors")

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
    "communities.report_months": Parameter(
        group=REPORTS,
        label=_("Months between two reports to a sponsor"),
        help=_("After so many months a page is prepared for each community that has a sponsor."),
        default=3,
        least=1,
        most=24,
    ),
    "communities.report_days": Parameter(
        group=REPORTS,
        label=_("Days to send a report, then to answer it"),
        help=_("After them, animators or sponsor are reminded, once a week at most."),
        default=15,
        least=1,
        most=90,
    ),
    "communities.reports_to_hide": Parameter(
        group=MODERATION,
        label=_("Reports that hide a text"),
        help=_("Reported by so many people, a text is hidden until a moderator looks at it. 0: never."),
        default=3,
        most=50,
    ),
    "communities.contest_days": Parameter(
        group=MODERATION,
        label=_("Days to contest a decision"),
        help=_("For so many days the author may ask a community manager to look again."),
        default=15,
        least=1,
        most=365,
    ),
}
