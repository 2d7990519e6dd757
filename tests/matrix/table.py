"""The audience of each address. The arguments name objects of `tests.matrix.world`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

Objects = dict[str, Any]
Arguments = Callable[[Objects], dict[str, Any]]

# Addresses of libraries, whose own suites hold them; what we changed of them is tested in tests/accounts.
ELSEWHERE = ("account_", "mfa_", "usersessions_", "admin:")


@dataclass(frozen=True)
class Row:
    """One address: for whom, how it is asked, about which object."""

    audience: str
    method: str = "GET"
    arguments: Arguments = lambda objects: {}
    query: str = ""
    data: dict[str, Any] = field(default_factory=dict)
    # Also answers to reading: the page that asks before it does.
    reads: bool = False


def get(audience: str, arguments: Arguments = lambda objects: {}, query: str = "", **rest: Any) -> Row:
    return Row(audience, "GET", arguments, query, **rest)


def post(audience: str, arguments: Arguments = lambda objects: {}, **rest: Any) -> Row:
    return Row(audience, "POST", arguments, **rest)


def slug(objects: Objects) -> dict[str, Any]:
    return {"slug": objects["community"].slug}


def key(name: str) -> Arguments:
    return lambda objects: {"pk": objects[name].pk}


def person(name: str) -> Arguments:
    return lambda objects: {"slug": objects["community"].slug, "handle": objects[name].handle}


def report(name: str) -> Arguments:
    return lambda objects: {"slug": objects["community"].slug, "pk": objects[name].pk}


def handle(name: str) -> Arguments:
    return lambda objects: {"handle": objects[name].handle}


def uid(name: str) -> Arguments:
    return lambda objects: {"slug": objects["community"].slug, "uid": objects[name].uid}


def part(name: str) -> Arguments:
    return lambda objects: uid(name)(objects) | {"name": name}


def labelled(name: str) -> Arguments:
    return lambda objects: {"label": objects[name]._meta.label_lower, "pk": objects[name].pk}


ROWS: dict[str, Row] = {
    # --- The frame
    "home": get("signed_in"),
    "home_beside": get("signed_in"),
    "publish": get("signed_in"),
    "validations": get("signed_in"),
    "search": get("signed_in", query="?q=achats"),
    "preferences_theme": post("public", data={"theme": "dark"}),
    "preferences_language": post("public", data={"language": "en"}),
    "demonstration": post("demonstration", data={"person": "agent@demo.example"}),
    "help": get("public"),
    "accessibility": get("public"),
    "personal_data": get("public"),
    "contact": get("public"),
    # --- The ground
    "core:health": get("public"),
    "core:draft_list": get("signed_in"),
    "core:draft_save": post("signed_in", data={"place": "a", "address": "/", "data": '{"body": "x"}'}),
    "core:draft_show": get("signed_in", query="?place=a"),
    "core:draft_delete": post("nobody_else", key("draft")),
    "core:image_upload": post("signed_in"),
    "core:image_show": get("reader", key("image")),
    "core:parameter_form": get("administrator"),
    "core:outbox": get("demonstration"),
    "core:outbox_mail": get("demonstration", key("mail")),
    # --- News
    "notifications:notification_list": get("signed_in"),
    "notifications:badge": get("signed_in"),
    "notifications:notification_news": get("signed_in"),
    "notifications:notification_read_all": post("signed_in"),
    "notifications:notification_open": get("nobody_else", key("notification")),
    "notifications:notification_read": post("nobody_else", key("notification")),
    # --- What is said
    "feed:post_create": get("writer_of_finder", slug),
    "feed:question_list": get("reader_or_finder", slug),
    "feed:community_deletions": get("animator", slug),
    "feed:mark_read": post("finder", slug),
    "feed:entries_new": get("signed_in"),
    "feed:mark_all_read": post("signed_in"),
    "feed:audience": get("signed_in"),
    "feed:post_detail": get("reader", key("question")),
    "feed:post_head": get("reader", key("question")),
    "feed:post_menu": get("reader", key("question")),
    "feed:post_changes": get("reader", key("question"), query="?since=2026-01-01T00:00:00Z"),
    "feed:post_edit": get("writing_author", key("question")),
    "feed:post_delete": post("author_or_team", key("question")),
    "feed:post_restore": post("restorer", key("deleted_question")),
    "feed:post_pin": post("animator_of_reader", key("question")),
    "feed:post_history": get("reader", key("question")),
    "feed:post_restore_version": post("writing_author", key("question"), data={"number": "1", "version": "2"}),
    "feed:comment_create": post("writer", labelled("question"), data={"body": "Merci"}, reads=True),
    "feed:comment_detail": get("reader", key("comment")),
    "feed:comment_reply": get("writer", key("comment")),
    "feed:comment_edit": get("writing_author", key("comment")),
    "feed:comment_delete": post("author_or_team", key("comment")),
    "feed:comment_restore": post("restorer", key("deleted_comment")),
    "feed:comment_accept": post("asker_or_animator", key("comment")),
    "feed:comment_history": get("reader", key("comment")),
    "feed:comment_restore_version": post("writing_author", key("comment"), data={"number": "1", "version": "2"}),
    "feed:reaction_set": post("writer", labelled("question"), data={"kind": "useful"}),
    "feed:subscription_set": post("reader", labelled("question"), data={"state": "following"}),
    "feed:deletion_list": get("signed_in"),
    # --- Communities
    "communities:community_list": get("signed_in"),
    "communities:community_create": get("steering"),
    "communities:proposal_new": get("agent"),
    "communities:proposal_near": get("agent", query="?name=Achats"),
    "communities:proposal_detail": get("proposal_reader", key("proposal")),
    "communities:proposal_edit": get("proposer", key("returned_proposal")),
    "communities:proposal_retry": get("proposer", key("refused_proposal")),
    "communities:proposal_take": post("proposal_manager", key("proposal")),
    "communities:proposal_return": post("proposal_manager", key("proposal"), data={"word": "Oui"}),
    "communities:proposal_pass": post("proposal_manager", key("proposal")),
    "communities:proposal_recall": post("proposal_manager", key("proposal")),
    "communities:proposal_validate": post("proposal_sponsor", key("proposal")),
    "communities:proposal_ask": post("proposal_sponsor", key("proposal"), data={"word": "Oui"}),
    "communities:proposal_refuse": post("proposal_sponsor", key("proposal"), data={"word": "Non"}),
    "communities:proposal_withdraw": post("proposer", key("proposal")),
    "communities:proposal_remind": post("proposal_reminder", key("proposal")),
    "communities:community_detail": get("finder", slug),
    "communities:community_about": get("member_list", slug),
    "communities:charter_detail": get("finder", slug),
    "communities:charter_edit": get("animator", slug),
    "communities:charter_read": post("finder", slug, data={"number": "1"}),
    "communities:case_list": get("team", slug),
    "communities:case_board": get("steering"),
    "communities:report_create": get("reader", labelled("question")),
    "communities:case_find": get("case_of_text", labelled("question")),
    "communities:case_detail": get("case_reader", key("case")),
    "communities:case_image": get(
        "case_judge", lambda objects: {"pk": objects["case"].pk, "image": objects["image"].pk}
    ),
    "communities:case_decide": post("case_worker", key("case")),
    "communities:case_restore": post("case_worker", key("case")),
    # Nothing is decided yet in the world of this table: nobody has anything to take back, contest or answer.
    "communities:case_undo": post("case_nobody", key("case")),
    "communities:case_contest": post("case_nobody", key("case"), data={"word": "Non."}),
    "communities:case_answer": post("case_nobody", key("case"), data={"verdict": "uphold", "word": "Si."}),
    "communities:membership_join": post("joiner", slug),
    "communities:membership_request": post("requester", slug),
    "communities:membership_cancel": post("finder", slug),
    "communities:membership_accept": post("finder", slug),
    "communities:membership_decline": post("finder", slug),
    "communities:membership_leave": post("finder", slug),
    "communities:membership_undo": post("nobody_else", key("membership")),
    "communities:community_members": get("member_list", slug),
    "communities:member_export": post("manager", lambda objects: slug(objects) | {"kind": "ods"}),
    "communities:invitation_create": post("inviting_animator", slug),
    "communities:invitation_withdraw": post("inviter_in_team", person("invitee")),
    "communities:request_accept": post("admitting_team", person("requester")),
    "communities:request_refuse": post("admitting_team", person("requester")),
    "communities:member_remove": post("team_over_members", person("member")),
    "communities:member_ban": post("team_over_members", person("member")),
    "communities:member_unban": post("hidden_from_members", person("banned")),
    "communities:member_actions": get("member_menu", person("member")),
    "communities:member_role": post("appointer", person("member"), data={"role": "moderator"}),
    "communities:dashboard_detail": get("dashboard", slug),
    "communities:dashboard_export": get("dashboard", lambda objects: slug(objects) | {"kind": "ods"}),
    "communities:report_list": get("report_reader", slug),
    "communities:report_detail": get("report_reader", report("report")),
    "communities:report_write": post("report_writer", report("report_to_write"), data={"word": "Oui", "version": "1"}),
    "communities:report_answer": post("report_answerer", report("report"), data={"answer": "continue"}),
    "communities:report_paper": post("report_reader", report("report")),
    "communities:community_settings": get("manager", slug),
    "communities:cover_change": post("manager", slug),
    "communities:grant_create": post("manager", slug),
    "communities:grant_revoke": post(
        "manager", lambda objects: slug(objects) | {"pk": objects["grant"].pk}, reads=True
    ),
    "communities:community_board": get("steering"),
    "communities:community_file": get("steering", slug),
    "communities:companion_set": post("steering", slug),
    "communities:note_create": post("steering", slug, data={"text": "Revoir en mars."}),
    "communities:note_delete": post("steering", key("manager_note")),
    "communities:proposal_note_create": post("steering", key("proposal"), data={"text": "Revoir en mars."}),
    "communities:life_question": get("manager", slug),
    "communities:life_answer": post("manager", lambda objects: slug(objects) | {"answer": "useful"}),
    "communities:opening": get("manager", slug),
    "communities:access_confirm": post("manager", slug),
    "communities:role_revoke": post(
        "manager", lambda objects: slug(objects) | {"pk": objects["role_access"].pk}, reads=True
    ),
    "communities:reach_change": get("nobody_else", key("reach_change")),
    "communities:partner_list": get("manager", slug),
    "communities:partner_request": get("partner_request", key("partner_request")),
    "communities:partner_approve": post("partner_decider", key("partner_request")),
    "communities:partner_refuse": post("partner_decider", key("partner_request"), data={"reason": "Non"}),
    "communities:partner_withdraw": post("partner_asker", key("partner_request")),
    "communities:community_who": get("manager", slug),
    "communities:community_why": get("finder", slug),
    "communities:stage_change": post("manager", lambda objects: slug(objects) | {"stage": "open"}),
    # --- Roadmap
    "communities:roadmap_detail": get("roadmap_reader", slug),
    "communities:roadmap_history": get("roadmap_reader", slug),
    "communities:roadmap_export": post("roadmap_reader", lambda objects: slug(objects) | {"kind": "ods"}),
    "communities:roadmap_start": post("roadmap_writer", slug),
    "communities:roadmap_frame": get("roadmap_writer", slug),
    "communities:roadmap_undo": post("roadmap_writer", lambda objects: slug(objects) | {"version": 1}),
    "communities:roadmap_restore": post("roadmap_writer", slug, data={"number": "1", "version": "1"}),
    "communities:part_create": get("roadmap_writer", lambda objects: slug(objects) | {"name": "milestones"}),
    "communities:part_edit": get("roadmap_writer", part("milestones")),
    "communities:part_remove": post("roadmap_writer", part("objectives")),
    "communities:objective_move": post("roadmap_writer", lambda objects: uid("objectives")(objects) | {"way": "up"}),
    "communities:milestone_done": post("roadmap_writer", uid("milestones")),
    "communities:communication_done": post("roadmap_writer", uid("communication")),
    "communities:calendar_settings": get("signed_in"),
    "communities:calendar_renew": post("signed_in"),
    "communities:calendar_revoke": post("signed_in"),
    "communities:calendar_feed": get("nobody_at_all", lambda objects: {"token": "unknown"}),
    "communities:calendar_of_community": get("nobody_at_all", lambda objects: slug(objects) | {"token": "unknown"}),
    # --- People
    "accounts:first_sign_in": get("public"),
    "accounts:first_sign_in_sent": get("public"),
    "accounts:person_list": get("signed_in"),
    "accounts:person_detail": get("circle", handle("author")),
    "accounts:profile_edit": get("signed_in"),
    "accounts:account_close": post("account_closer", handle("author")),
    "accounts:account_reopen": post("closed_account", handle("suspended")),
    "accounts:person_attachment": get("account_closer", handle("author")),
    "accounts:person_suggestions": get("signed_in", query="?q=ca"),
    "accounts:unit_suggestions": get("signed_in", query="?q=se"),
    "accounts:unit_create": get("directory_keeper"),
    "accounts:unit_change": get("directory_keeper", lambda objects: {"slug": objects["unit"].slug}),
    "accounts:unit_detail": get("agent", lambda objects: {"slug": objects["unit"].slug}),
    "accounts:invitation_list": get("inviter"),
    "accounts:invitation_create": get("inviter"),
    "accounts:invitation_withdraw": post("nobody_else", key("invitation")),
    "accounts:invitation_accept": get("nobody_at_all", lambda objects: {"token": "unknown"}),
    "accounts:deputy_list": get("agent"),
    "accounts:deputy_withdraw": post("nobody_else", key("deputy")),
    "accounts:role_list": get("administrator"),
    "accounts:role_grant": get("administrator"),
    "accounts:role_withdraw": post("administrator", key("role_grant")),
    "accounts:role_restore": post("administrator", key("role_grant")),
}
