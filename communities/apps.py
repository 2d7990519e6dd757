from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CommunitiesConfig(AppConfig):
    name = "communities"
    verbose_name = _("Communities")

    def ready(self) -> None:
        from accounts.circles import Circle, circles
        from accounts.events import AccountClosed, DirectoryImported, InvitationAccepted, PersonMoved, UnitMoved
        from accounts.mobility import Mobility, mobilities
        from accounts.profile_parts import ProfilePart, profile_parts
        from communities.circles import communities_in_common, met_by, who_meet
        from communities.facts import facts
        from communities.facts.own import FACTS
        from communities.kinds import KINDS
        from communities.mobility import groups_that_open, in_figures, in_words
        from communities.models import Case, Community, PartnerRequest, Proposal, ReachChange, SponsorReport
        from communities.models.proposal import DRAFT_KIND, PROPOSAL_DRAFT
        from communities.parameters import PARAMETERS
        from communities.permissions import (
            PLATFORM_PERMISSIONS,
            CasePolicy,
            CommunityPolicy,
            PartnerRequestPolicy,
            ProposalPolicy,
            ReachChangePolicy,
            SponsorReportPolicy,
        )
        from communities.subscribers import (
            follow_closed_account,
            follow_directory,
            seat_who_was_approved,
            tell_unit_that_moved,
            tell_who_moved,
            tell_who_was_imported,
        )
        from communities.tabs import OWN_TABS, tabs
        from core.draft_kinds import draft_kinds
        from core.kinds import kinds
        from core.parameters import parameters
        from core.platform import platform_permissions
        from core.policies import policies
        from core.subscribers import When, subscribe

        policies.register(Community, CommunityPolicy())
        policies.register(PartnerRequest, PartnerRequestPolicy())
        policies.register(ReachChange, ReachChangePolicy())
        policies.register(SponsorReport, SponsorReportPolicy())
        policies.register(Case, CasePolicy())
        policies.register(Proposal, ProposalPolicy())
        circles.register("communities", Circle(met_by, who_meet))
        profile_parts.register("communities", ProfilePart("communities/_profile_part.html", communities_in_common))
        # Within the acceptance: a partner without a community would have an account that sees nothing.
        subscribe(InvitationAccepted, seat_who_was_approved, When.IN_TRANSACTION)
        subscribe(PersonMoved, tell_who_moved)
        subscribe(UnitMoved, tell_unit_that_moved)
        subscribe(DirectoryImported, tell_who_was_imported)
        mobilities.register("communities", Mobility(groups_that_open, in_words, in_figures))
        for fact_name, fact in FACTS.items():
            facts.register(fact_name, fact)
        draft_kinds.register(PROPOSAL_DRAFT, DRAFT_KIND)
        for kind in KINDS:
            kinds.register(kind.name, kind())
        for name, tab in OWN_TABS.items():
            tabs.register(name, tab)
        for permission, roles in PLATFORM_PERMISSIONS.items():
            platform_permissions.register(permission, roles)
        for parameter_name, parameter in PARAMETERS.items():
            parameters.register(parameter_name, parameter)
        subscribe(AccountClosed, follow_closed_account, When.IN_TRANSACTION)
        subscribe(DirectoryImported, follow_directory)
