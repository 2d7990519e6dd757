"""What administrators decide about communities while the product runs."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from core.parameters import Parameter

CREATION, LIFE, MODERATION = _("Creating communities"), _("Life of communities"), _("Moderation")
REPORTS = _("Reports to sponsors")
PARTNERS = _("External partners")

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
    ),
    "communities.partner_days": Parameter(
        group=PARTNERS,
        label=_("Longest participation of a partner"),
        help=_("For how many days from today a partner may be asked for, or prolonged."),
        default=365,
        least=1,
    ),
    "communities.partner_warning_first": Parameter(
        group=PARTNERS,
        label=_("First warning before the end"),
        help=_("How many days before the end the partner and the animators are told."),
        default=14,
        least=1,
        most=365,
    ),
    "communities.partner_warning_last": Parameter(
        group=PARTNERS,
        label=_("Last warning before the end"),
        help=_("How many days before the end the partner and the animators are told again."),
        default=3,
        least=1,
        most=365,
    ),
    "communities.silent_days": Parameter(
        group=LIFE,
        label=_("Silence before the question"),
        help=_("Days without anything new, after which animators are asked whether the community is still useful."),
        default=90,
        least=7,
    ),
    "communities.answer_days": Parameter(
        group=LIFE,
        label=_("Time to answer"),
        help=_("Days without an answer, after which the community is dormant: open, and no longer suggested."),
        default=21,
        least=8,
    ),
    "communities.dormant_days": Parameter(
        group=LIFE,
        label=_("Dormant before read-only"),
        help=_("Days asleep, after which the community is read-only."),
        default=60,
        least=8,
    ),
    "communities.read_only_days": Parameter(
        group=LIFE,
        label=_("Read-only before the archive"),
        help=_("Days read-only without an answer, after which the community is archived; it stays readable."),
        default=90,
        least=8,
    ),
    "communities.pilots_least": Parameter(
        group=CREATION,
        label=_("Pilot communities, at least"),
        help=_("With fewer, too few agents meet the network at its launch."),
        default=5,
        most=100,
    ),
    "communities.pilots_most": Parameter(
        group=CREATION,
        label=_("Pilot communities, at most"),
        help=_("With more, those who accompany them can no longer be close to each."),
        default=10,
        most=100,
    ),
    "communities.milestone_notice": Parameter(
        group=LIFE,
        label=_("Notice before a milestone"),
        help=_("Days before a milestone of a roadmap at which its owner and the animators are reminded."),
        default=7,
        least=1,
        most=90,
    ),
}
