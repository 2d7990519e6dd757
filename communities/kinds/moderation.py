"""News of moderation: the author never learns who reported, nor who of the team decided."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from communities import events
from communities.enums import SANCTIONS, Outcome
from communities.kinds.base import CommunityKind
from communities.models import Case, Community, ContentReport, Decision, Membership
from core.kinds import Kind, Notice
from core.policies import users_with
from core.templatetags.rse import in_full


class CaseKind(Kind):
    """Base of what is told of a case; `related` holds all that the words read."""

    model = Case
    related = ("community", "decisions")

    def target(self, event: Any) -> Case | None:
        return Case.objects.select_related("community").filter(pk=event.case_id).first()

    def data(self, event: Any) -> dict[str, Any]:
        decision = getattr(event, "decision_id", None)
        return {"decision": decision} if decision else {}


def _decision(case: Case, data: dict[str, Any]) -> Decision | None:
    return next((one for one in case.decisions.all() if one.pk == data.get("decision")), None)


def _team_to_tell(case: Case) -> QuerySet[User]:
    """Those of the team who may decide; where nobody of them may, community managers."""
    able = users_with("communities.decide_case", case)
    team = able.filter(pk__in=Membership.objects.team().filter(community=case.community_id).values("person"))
    return team if team.exists() else able


class CaseWaits(CaseKind):
    """A text is reported that somebody must look at."""

    name = "communities.case_opened"
    event = events.CaseOpened
    label = gettext_lazy("A text is reported where I moderate")

    def permission(self) -> str:
        return "communities.work_case"

    def recipients(self, event: Any, target: Case) -> QuerySet[User]:
        return _team_to_tell(target)

    def notice(self, target: Case, actor: User | None, data: dict[str, Any]) -> Notice:
        text = _("A text is reported in “%(community)s”: it waits for a moderator.")
        return Notice(text % {"community": target.community.name}, target.get_absolute_url(), action=_("Look at it"))


class HiddenByReports(CaseKind):
    """So many people reported it that it is hidden: the team must look soon."""

    name = "communities.text_hidden_for_team"
    event = events.TextHiddenByReports
    label = gettext_lazy("A text is hidden until I look at it")

    def permission(self) -> str:
        return "communities.work_case"

    def recipients(self, event: Any, target: Case) -> QuerySet[User]:
        return _team_to_tell(target)

    def notice(self, target: Case, actor: User | None, data: dict[str, Any]) -> Notice:
        text = _("Several people reported a text in “%(community)s”: it is hidden until you look at it.")
        return Notice(text % {"community": target.community.name}, target.get_absolute_url(), action=_("Look at it"))


class ToAuthor(CaseKind):
    """Base of what the author of a text is told."""

    def recipients(self, event: Any, target: Case) -> QuerySet[User]:
        return User.objects.filter(pk=target.author_id)


class MyTextIsHidden(ToAuthor):
    """Several people reported my text; nobody has decided yet."""

    name = "communities.text_hidden"
    event = events.TextHiddenByReports
    label = gettext_lazy("My text is hidden until a moderator looks at it")

    def notice(self, target: Case, actor: User | None, data: dict[str, Any]) -> Notice:
        text = _("Your text in “%(community)s” is hidden until a moderator looks at it: several people reported it.")
        return Notice(text % {"community": target.community.name}, target.get_absolute_url(), action=_("See why"))


def sanction_in_words(case: Case, decision: Decision) -> str:
    """What was decided against an author, said to them."""
    words = {"community": case.community.name, "until": in_full(decision.until) if decision.until else ""}
    return {
        Outcome.HIDE: _("Your text in “%(community)s” is hidden."),
        Outcome.WARN: _("The moderators of “%(community)s” warn you about a text of yours."),
        Outcome.SUSPEND: _("You are suspended from writing in “%(community)s” until %(until)s."),
        Outcome.REMOVE: _("You are excluded from “%(community)s”."),
    }[Outcome(decision.outcome)] % words


class Sanctioned(ToAuthor):
    """Moderators decided against me: by mail at once, with the rule and how to contest."""

    name = "communities.sanctioned"
    event = events.CaseDecided
    label = gettext_lazy("A decision of moderation about what I wrote")
    is_transactional = True

    def recipients(self, event: Any, target: Case) -> QuerySet[User]:
        return super().recipients(event, target) if event.outcome in SANCTIONS else User.objects.none()

    def notice(self, target: Case, actor: User | None, data: dict[str, Any]) -> Notice:
        decision = _decision(target, data)
        if decision is None or decision.outcome not in SANCTIONS:
            return Notice(_("A decision of moderation about what you wrote."), target.get_absolute_url())
        detail = _("Rule of the charter: %(rule)s The moderators add: %(word)s")
        return Notice(
            sanction_in_words(target, decision),
            target.get_absolute_url(),
            detail=detail % {"rule": decision.rule, "word": decision.word},
            action=_("See the decision, or contest it"),
        )


class Cleared(ToAuthor):
    """What was hidden is there again, or a sanction is taken back."""

    name = "communities.cleared"
    event = events.CaseDecided
    label = gettext_lazy("My text is there again")

    def recipients(self, event: Any, target: Case) -> QuerySet[User]:
        is_good_news = event.outcome not in SANCTIONS and event.was_told
        return super().recipients(event, target) if is_good_news else User.objects.none()

    def notice(self, target: Case, actor: User | None, data: dict[str, Any]) -> Notice:
        decision = _decision(target, data)
        text = _("A moderator has looked at your text in “%(community)s”: nothing is held against it.")
        if decision and decision.outcome == Outcome.RESTORE:
            text = _("The moderators of “%(community)s” take their decision about your text back.")
        detail = decision.word if decision else ""
        return Notice(text % {"community": target.community.name}, target.get_absolute_url(), detail=detail)


class DecisionTakenBack(ToAuthor):
    """What I was told of was decided by mistake: the case waits again."""

    name = "communities.decision_undone"
    event = events.DecisionUndone
    label = gettext_lazy("A decision of moderation about me is taken back")

    def notice(self, target: Case, actor: User | None, data: dict[str, Any]) -> Notice:
        text = _("The decision about your text in “%(community)s” is taken back; a moderator will look at it again.")
        return Notice(text % {"community": target.community.name}, target.get_absolute_url())


class TextLookedAt(CaseKind):
    """What came of what I reported."""

    name = "communities.text_looked_at"
    event = events.CaseDecided
    label = gettext_lazy("What came of what I reported")

    def recipients(self, event: Any, target: Case) -> QuerySet[User]:
        reporters = ContentReport.objects.filter(case=target, at__gte=target.opened_at)
        return User.objects.filter(pk__in=reporters.values("person"))

    def notice(self, target: Case, actor: User | None, data: dict[str, Any]) -> Notice:
        decision = _decision(target, data)
        text = _("The text that you reported in “%(community)s” was looked at: it stays.")
        if decision and decision.outcome in SANCTIONS:
            text = _("The text that you reported in “%(community)s” was looked at: the moderators have acted.")
        return Notice(text % {"community": target.community.name}, target.get_absolute_url())


class Contested(CaseKind):
    """An author asks a community manager to look again."""

    name = "communities.decision_contested"
    event = events.DecisionContested
    label = gettext_lazy("A decision of moderation is contested")

    def permission(self) -> str:
        return "communities.work_case"

    def recipients(self, event: Any, target: Case) -> QuerySet[User]:
        decided = User.objects.filter(pk=target.decided_by_id) if target.decided_by_id else User.objects.none()
        answering = users_with("communities.answer_contest", target)
        return User.objects.filter(pk__in=answering.values("pk")) | User.objects.filter(pk__in=decided.values("pk"))

    def notice(self, target: Case, actor: User | None, data: dict[str, Any]) -> Notice:
        decision = _decision(target, data)
        text = _("The author contests a decision of moderation in “%(community)s”: a community manager answers.")
        detail = decision.contest if decision else ""
        return Notice(
            text % {"community": target.community.name},
            target.get_absolute_url(),
            detail=detail,
            action=_("Look at it"),
        )


def _answer(case: Case, data: dict[str, Any]) -> tuple[bool, str]:
    decision = _decision(case, data)
    return bool(decision and decision.is_upheld), decision.answer if decision else ""


class MyContestIsAnswered(ToAuthor):
    """A community manager upheld or overturned what was decided against me: by mail at once."""

    name = "communities.contest_answered"
    event = events.ContestAnswered
    label = gettext_lazy("The answer to what I contested")
    is_transactional = True

    def notice(self, target: Case, actor: User | None, data: dict[str, Any]) -> Notice:
        is_upheld, answer = _answer(target, data)
        text = _("The community manager overturns the decision in “%(community)s”: nothing is held against you.")
        if is_upheld:
            text = _("The community manager upholds the decision in “%(community)s”.")
        return Notice(
            text % {"community": target.community.name}, target.get_absolute_url(), detail=answer, action=_("See it")
        )


class MyDecisionIsAnswered(CaseKind):
    """The team learns whether what it decided holds."""

    name = "communities.contest_answered_for_team"
    event = events.ContestAnswered
    label = gettext_lazy("The answer to a contested decision of mine")

    def permission(self) -> str:
        return "communities.work_case"

    def actor(self, event: Any) -> User | None:
        return User.objects.filter(pk=event.actor_id).first()

    def recipients(self, event: Any, target: Case) -> QuerySet[User]:
        return User.objects.filter(pk=target.decided_by_id) if target.decided_by_id else User.objects.none()

    def notice(self, target: Case, actor: User | None, data: dict[str, Any]) -> Notice:
        is_upheld, answer = _answer(target, data)
        text = _("The community manager overturns what you decided in “%(community)s”.")
        if is_upheld:
            text = _("The community manager upholds what you decided in “%(community)s”.")
        return Notice(text % {"community": target.community.name}, target.get_absolute_url(), detail=answer)


class CharterIsNew(CommunityKind):
    """The charter of a community of mine changes. Proposition 27."""

    name = "communities.charter_changed"
    event = events.CharterChanged
    label = gettext_lazy("The charter of one of my communities changes")

    def permission(self) -> str:
        return "communities.view_community"

    def recipients(self, event: Any, target: Community) -> QuerySet[User]:
        return User.objects.filter(pk__in=Membership.objects.members().filter(community=target).values("person"))

    def notice(self, target: Community, actor: User | None, data: dict[str, Any]) -> Notice:
        text = _("The charter of “%(community)s” changes.") % {"community": target.name}
        return Notice(text, reverse("communities:charter_detail", args=[target.slug]), action=_("Read it"))


KINDS = (
    CaseWaits,
    HiddenByReports,
    MyTextIsHidden,
    Sanctioned,
    Cleared,
    DecisionTakenBack,
    TextLookedAt,
    Contested,
    MyContestIsAnswered,
    MyDecisionIsAnswered,
    CharterIsNew,
)
