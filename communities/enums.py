from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class CommunityKind(models.TextChoices):
    """What a community gathers for. Propositions 15, 50."""

    PROJECT = "project", _("Project")
    PROFESSIONAL = "professional", _("Professional")
    PRACTICE = "practice", _("Practice")
    INTERMINISTERIAL = "interministerial", _("Interministerial")
    EXTRA_PROFESSIONAL = "extra_professional", _("Extra-professional")


# What counts as work: the others stay out of indicators, labels and what a hierarchy is told. Proposition 50.
WORK_KINDS = tuple(kind for kind in CommunityKind if kind != CommunityKind.EXTRA_PROFESSIONAL)


class Visibility(models.TextChoices):
    """Who knows that the community exists. Proposition 37."""

    LISTED = "listed", _("Listed")
    CONFIDENTIAL = "confidential", _("Confidential")


class Joining(models.TextChoices):
    """How one becomes a member."""

    OPEN = "open", _("Open to all agents")
    REQUEST = "request", _("On request")
    INVITATION = "invitation", _("By invitation")


class Stage(models.TextChoices):
    """Where a community stands in its life."""

    PREPARATION = "preparation", _("In preparation")
    OPEN = "open", _("Open")
    READ_ONLY = "read_only", _("Read-only")
    ARCHIVED = "archived", _("Archived")


class Role(models.TextChoices):
    """What a member may do, each more than the one before."""

    MEMBER = "member", _("Member")
    MODERATOR = "moderator", _("Moderator")
    ANIMATOR = "animator", _("Animator")

    @property
    def rank(self) -> int:
        return list(Role).index(self)


class MembershipState(models.TextChoices):
    """Where a person stands with a community."""

    INVITED = "invited", _("Invited")
    REQUESTED = "requested", _("Request sent")
    REFUSED = "refused", _("Request refused")
    MEMBER = "member", _("Member")
    LEFT = "left", _("Left")
    BANNED = "banned", _("Banned")


class ReportState(models.TextChoices):
    """Whose turn it is with a report to the sponsor."""

    PREPARED = "prepared", _("To complete")
    SENT = "sent", _("Waiting for the sponsor")
    ANSWERED = "answered", _("Answered")


class ReportAnswer(models.TextChoices):
    """What a sponsor decides of a community when they have read how it goes. Proposition 43."""

    CONTINUE = "continue", _("Continue")
    CORRECT = "correct", _("Correct")
    CLOSE = "close", _("Close")


class Grant(models.TextChoices):
    """What may be granted to the agents of a unit or of a role; the values are the names of the permissions."""

    VIEW = "view_community", _("read without joining")
    JOIN = "join_community", _("join without asking")


class RequestState(models.TextChoices):
    """What became of a request for an external partner."""

    WAITING = "waiting", _("Waiting for an answer")
    APPROVED = "approved", _("Approved")
    REFUSED = "refused", _("Refused")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class LifeReason(models.TextChoices):
    """Why a community is asked whether it is still useful."""

    SILENCE = "silence", _("Nothing has happened there for a long time")
    PROJECT_END = "project_end", _("Its project has come to its end")


class LifeStep(models.TextChoices):
    """How far a question without answer has led, each further than the one before."""

    ASKED = "asked", _("Asked")
    DORMANT = "dormant", _("Dormant")
    READ_ONLY = "read_only", _("Read-only")
    ARCHIVED = "archived", _("Archived")

    @property
    def following(self) -> LifeStep | None:
        """The step after this one; None at the end."""
        steps = list(LifeStep)
        return steps[steps.index(self) + 1] if self != LifeStep.ARCHIVED else None


class LifeAnswer(models.TextChoices):
    """What the animators said, or what answered in their place."""

    USEFUL = "useful", _("It is still useful")
    FINISHED = "finished", _("It has done its work")
    ALIVE = "alive", _("Something was written again")


class Verb(models.TextChoices):
    """What an activity says was done."""

    PUBLISHED = "published", _("published")
    COMMENTED = "commented", _("commented")
    REACTED = "reacted", _("reacted")
    ACCEPTED = "accepted", _("accepted an answer")
    JOINED = "joined", _("joined")


class MilestoneState(models.TextChoices):
    """How far a milestone of the roadmap is."""

    PLANNED = "planned", _("Planned")
    UNDER_WAY = "under_way", _("Under way")
    DONE = "done", _("Done")


class RoadmapVerb(models.TextChoices):
    """What one change of a roadmap did, as its history says it."""

    STARTED = "started", _("Roadmap started")
    FRAME_CHANGED = "frame_changed", _("Ways of working or review changed")
    OBJECTIVE_ADDED = "objective_added", _("Objective added")
    OBJECTIVE_CHANGED = "objective_changed", _("Objective changed")
    OBJECTIVE_MOVED = "objective_moved", _("Objectives put in another order")
    OBJECTIVE_REMOVED = "objective_removed", _("Objective removed")
    MILESTONE_ADDED = "milestone_added", _("Milestone added")
    MILESTONE_CHANGED = "milestone_changed", _("Milestone changed")
    MILESTONE_DONE = "milestone_done", _("Milestone done")
    MILESTONE_REOPENED = "milestone_reopened", _("Milestone reopened")
    MILESTONE_REMOVED = "milestone_removed", _("Milestone removed")
    COMMUNICATION_ADDED = "communication_added", _("Communication action added")
    COMMUNICATION_CHANGED = "communication_changed", _("Communication action changed")
    COMMUNICATION_DONE = "communication_done", _("Communication action done")
    COMMUNICATION_REOPENED = "communication_reopened", _("Communication action reopened")
    COMMUNICATION_REMOVED = "communication_removed", _("Communication action removed")
    RESTORED = "restored", _("Earlier version restored")


TEAM_ROLES = (Role.MODERATOR, Role.ANIMATOR)
# Stages in which something is there to read for others than the team.
READABLE_STAGES = (Stage.OPEN, Stage.READ_ONLY, Stage.ARCHIVED)


class ReportReason(models.TextChoices):
    """Why somebody reports a text, in three plain words."""

    UNWANTED = "unwanted", _("Unwanted")
    FALSE = "false", _("False information")
    ABUSIVE = "abusive", _("Abusive")


class CaseState(models.TextChoices):
    """Where a case of moderation stands."""

    OPEN = "open", _("To decide")
    DECIDED = "decided", _("Decided")
    CONTESTED = "contested", _("Contested")
    # A community manager has answered the contest: there is no further one.
    SETTLED = "settled", _("Settled")


class Outcome(models.TextChoices):
    """What moderators decide about a reported text and its author."""

    DISMISS = "dismiss", _("Leave the text")
    HIDE = "hide", _("Hide the text")
    WARN = "warn", _("Warn the author")
    SUSPEND = "suspend", _("Suspend the author for a time")
    REMOVE = "remove", _("Exclude the author from the community")
    RESTORE = "restore", _("Take the decision back")


# What is decided against an author: it cites a rule of the charter, and can be contested.
SANCTIONS = (Outcome.HIDE, Outcome.WARN, Outcome.SUSPEND, Outcome.REMOVE)


class ProposalState(models.TextChoices):
    """Where a proposed community stands before it exists. Proposition 43."""

    CHECKING = "checking", _("To check")
    RETURNED = "returned", _("To complete")
    SPONSORING = "sponsoring", _("Before the sponsor")
    CHANGES = "changes", _("Changes asked")
    VALIDATED = "validated", _("Validated")
    REFUSED = "refused", _("Refused")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class ProposalVerb(models.TextChoices):
    """What was done with a proposal, as its timeline says it."""

    SUBMIT = "submit", _("Proposed")
    TAKE = "take", _("Accompanied")
    RETURN = "return", _("Sent back with remarks")
    REVISE = "revise", _("Changed")
    RESUBMIT = "resubmit", _("Sent again")
    PASS = "pass", _("Passed on to the sponsor")
    RECALL = "recall", _("Taken back from the sponsor")
    VALIDATE = "validate", _("Validated")
    ASK = "ask", _("Changes asked")
    REFUSE = "refuse", _("Refused")
    WITHDRAW = "withdraw", _("Withdrawn")
    REMIND = "remind", _("Reminder")
    RETRY = "retry", _("Begun again")


# Where somebody still has to do something.
OPEN_PROPOSAL_STATES = (
    ProposalState.CHECKING,
    ProposalState.RETURNED,
    ProposalState.SPONSORING,
    ProposalState.CHANGES,
)
