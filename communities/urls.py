from django.urls import path, register_converter

from communities.enums import LifeAnswer, Stage
from communities.views import (
    board,
    calendars,
    charters,
    community,
    dashboard,
    directory,
    life,
    members,
    membership,
    moderation,
    partners,
    proposals,
    proposing,
    reach,
    reporting,
    reports,
    roadmap,
    roadmap_history,
    roadmap_parts,
    settings,
    who,
)

app_name = "communities"


class StageConverter:
    """A stage in an address."""

    regex = "|".join(Stage.values)

    def to_python(self, value: str) -> Stage:
        return Stage(value)

    def to_url(self, value: Stage) -> str:
        return str(value)


class AnswerConverter:
    """What animators say of the usefulness of their community, in an address."""

    regex = f"{LifeAnswer.USEFUL}|{LifeAnswer.FINISHED}"

    def to_python(self, value: str) -> LifeAnswer:
        return LifeAnswer(value)

    def to_url(self, value: LifeAnswer) -> str:
        return str(value)


class PartConverter:
    """A sort of part of a roadmap, in an address."""

    regex = "|".join(roadmap_parts.KINDS)

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


class ProposalStepConverter:
    """A step of the proposal of a community in an address."""

    regex = "|".join(step.slug for step in proposing.STEPS[1:])

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(StageConverter, "stage")
register_converter(AnswerConverter, "answer")
register_converter(PartConverter, "part")
register_converter(ProposalStepConverter, "proposal_step")

urlpatterns = [
    path("communities/", directory.community_list, name="community_list"),
    path("communities/new/", proposing.proposal_new, name="proposal_new"),
    path("communities/new/near/", proposing.proposal_near, name="proposal_near"),
    path("communities/new/direct/", community.community_create, name="community_create"),
    path("communities/new/<proposal_step:step>/", proposing.proposal_new, name="proposal_new"),
    path("communities/<slug:slug>/", community.community_detail, name="community_detail"),
    path("communities/<slug:slug>/about/", community.community_about, name="community_about"),
    path("communities/<slug:slug>/charter/", charters.charter_detail, name="charter_detail"),
    path("communities/<slug:slug>/charter/edit/", charters.charter_edit, name="charter_edit"),
    path("communities/<slug:slug>/charter/read/", charters.charter_read, name="charter_read"),
    path("communities/<slug:slug>/moderation/", moderation.case_list, name="case_list"),
    path("moderation/", moderation.case_board, name="case_board"),
    path("reports/<str:label>/<int:pk>/", reporting.report_create, name="report_create"),
    path("cases/of/<str:label>/<int:pk>/", reporting.case_find, name="case_find"),
    path("cases/<int:pk>/", moderation.case_detail, name="case_detail"),
    path("cases/<int:pk>/images/<int:image>/", moderation.case_image, name="case_image"),
    path("cases/<int:pk>/decide/", moderation.case_decide, name="case_decide"),
    path("cases/<int:pk>/undo/", moderation.case_undo, name="case_undo"),
    path("cases/<int:pk>/restore/", moderation.case_restore, name="case_restore"),
    path("cases/<int:pk>/contest/", moderation.case_contest, name="case_contest"),
    path("cases/<int:pk>/answer/", moderation.case_answer, name="case_answer"),
    path("communities/<slug:slug>/join/", membership.membership_join, name="membership_join"),
    path("communities/<slug:slug>/request/", membership.membership_request, name="membership_request"),
    path("communities/<slug:slug>/request/cancel/", membership.membership_cancel, name="membership_cancel"),
    path("communities/<slug:slug>/invitation/accept/", membership.membership_accept, name="membership_accept"),
    path("communities/<slug:slug>/invitation/decline/", membership.membership_decline, name="membership_decline"),
    path("communities/<slug:slug>/leave/", membership.membership_leave, name="membership_leave"),
    path("memberships/<int:pk>/undo/", membership.membership_undo, name="membership_undo"),
    path("communities/<slug:slug>/members/", members.community_members, name="community_members"),
    path("communities/<slug:slug>/members/export/<slug:kind>/", members.member_export, name="member_export"),
    path("communities/<slug:slug>/members/invite/", members.invitation_create, name="invitation_create"),
    path("communities/<slug:slug>/members/<slug:handle>/", members.member_actions, name="member_actions"),
    path(
        "communities/<slug:slug>/members/<slug:handle>/withdraw/",
        members.invitation_withdraw,
        name="invitation_withdraw",
    ),
    path("communities/<slug:slug>/members/<slug:handle>/accept/", members.request_accept, name="request_accept"),
    path("communities/<slug:slug>/members/<slug:handle>/refuse/", members.request_refuse, name="request_refuse"),
    path("communities/<slug:slug>/members/<slug:handle>/remove/", members.member_remove, name="member_remove"),
    path("communities/<slug:slug>/members/<slug:handle>/ban/", members.member_ban, name="member_ban"),
    path("communities/<slug:slug>/members/<slug:handle>/unban/", members.member_unban, name="member_unban"),
    path("communities/<slug:slug>/members/<slug:handle>/role/", members.member_role, name="member_role"),
    path("communities/<slug:slug>/dashboard/", dashboard.dashboard_detail, name="dashboard_detail"),
    path("communities/<slug:slug>/dashboard/export/<slug:kind>/", dashboard.dashboard_export, name="dashboard_export"),
    path("communities/<slug:slug>/reports/", reports.report_list, name="report_list"),
    path("communities/<slug:slug>/reports/<int:pk>/", reports.report_detail, name="report_detail"),
    path("communities/<slug:slug>/reports/<int:pk>/write/", reports.report_write, name="report_write"),
    path("communities/<slug:slug>/reports/<int:pk>/answer/", reports.report_answer, name="report_answer"),
    path("communities/<slug:slug>/reports/<int:pk>/paper/", reports.report_paper, name="report_paper"),
    path("communities/<slug:slug>/settings/", settings.community_settings, name="community_settings"),
    path("communities/<slug:slug>/settings/cover/", settings.cover_change, name="cover_change"),
    path("communities/<slug:slug>/settings/grants/", settings.grant_create, name="grant_create"),
    path("communities/<slug:slug>/settings/grants/<int:pk>/revoke/", settings.grant_revoke, name="grant_revoke"),
    path("governance/communities/", board.community_board, name="community_board"),
    path("governance/communities/notes/<int:pk>/delete/", board.note_delete, name="note_delete"),
    path("governance/communities/<slug:slug>/", board.community_file, name="community_file"),
    path("governance/communities/<slug:slug>/companion/", board.companion_set, name="companion_set"),
    path("governance/communities/<slug:slug>/notes/", board.note_create, name="note_create"),
    path("proposals/<int:pk>/notes/", board.proposal_note_create, name="proposal_note_create"),
    path("communities/<slug:slug>/life/", life.life_question, name="life_question"),
    path("communities/<slug:slug>/life/<answer:answer>/", life.life_answer, name="life_answer"),
    path("communities/<slug:slug>/opening/", life.opening, name="opening"),
    path("communities/<slug:slug>/opening/access/", life.access_confirm, name="access_confirm"),
    path("communities/<slug:slug>/settings/roles/<int:pk>/revoke/", settings.role_revoke, name="role_revoke"),
    path("communities/<slug:slug>/partners/", partners.partner_list, name="partner_list"),
    path("access-changes/<int:pk>/", reach.reach_change, name="reach_change"),
    path("partner-requests/<int:pk>/", partners.partner_request, name="partner_request"),
    path("partner-requests/<int:pk>/approve/", partners.partner_approve, name="partner_approve"),
    path("partner-requests/<int:pk>/refuse/", partners.partner_refuse, name="partner_refuse"),
    path("partner-requests/<int:pk>/withdraw/", partners.partner_withdraw, name="partner_withdraw"),
    path("communities/<slug:slug>/who/", who.community_who, name="community_who"),
    path("communities/<slug:slug>/why/", who.community_why, name="community_why"),
    path("communities/<slug:slug>/stage/<stage:stage>/", settings.stage_change, name="stage_change"),
    path("communities/<slug:slug>/roadmap/", roadmap.roadmap_detail, name="roadmap_detail"),
    path("communities/<slug:slug>/roadmap/start/", roadmap.roadmap_start, name="roadmap_start"),
    path("communities/<slug:slug>/roadmap/frame/", roadmap.roadmap_frame, name="roadmap_frame"),
    path("communities/<slug:slug>/roadmap/history/", roadmap_history.roadmap_history, name="roadmap_history"),
    path("communities/<slug:slug>/roadmap/restore/", roadmap.roadmap_restore, name="roadmap_restore"),
    path("communities/<slug:slug>/roadmap/undo/<int:version>/", roadmap.roadmap_undo, name="roadmap_undo"),
    path("communities/<slug:slug>/roadmap/export/<slug:kind>/", roadmap_history.roadmap_export, name="roadmap_export"),
    path(
        "communities/<slug:slug>/roadmap/objectives/<uuid:uid>/move/<slug:way>/",
        roadmap_parts.objective_move,
        name="objective_move",
    ),
    path(
        "communities/<slug:slug>/roadmap/milestones/<uuid:uid>/done/",
        roadmap_parts.milestone_done,
        name="milestone_done",
    ),
    path(
        "communities/<slug:slug>/roadmap/communication/<uuid:uid>/done/",
        roadmap_parts.communication_done,
        name="communication_done",
    ),
    path("communities/<slug:slug>/roadmap/<part:name>/new/", roadmap_parts.part_create, name="part_create"),
    path("communities/<slug:slug>/roadmap/<part:name>/<uuid:uid>/", roadmap_parts.part_edit, name="part_edit"),
    path(
        "communities/<slug:slug>/roadmap/<part:name>/<uuid:uid>/remove/",
        roadmap_parts.part_remove,
        name="part_remove",
    ),
    path("calendar/", calendars.calendar_settings, name="calendar_settings"),
    path("calendar/renew/", calendars.calendar_renew, name="calendar_renew"),
    path("calendar/revoke/", calendars.calendar_revoke, name="calendar_revoke"),
    path("calendar/<str:token>.ics", calendars.calendar_feed, name="calendar_feed"),
    path("calendar/<str:token>/<slug:slug>.ics", calendars.calendar_feed, name="calendar_of_community"),
    path("proposals/<int:pk>/", proposals.proposal_detail, name="proposal_detail"),
    path("proposals/<int:pk>/edit/", proposals.proposal_edit, name="proposal_edit"),
    path("proposals/<int:pk>/again/", proposals.proposal_retry, name="proposal_retry"),
    *(
        path(
            f"proposals/<int:pk>/{verb.value}/",
            proposals.proposal_move,
            {"verb": verb},
            name=f"proposal_{verb.value}",
        )
        for verb in proposals.DONE
    ),
]
