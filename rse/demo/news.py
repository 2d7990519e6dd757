"""What waits for each person: news in the bell, mails of the last days, what they were writing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import NAMESPACE_URL, UUID, uuid5

from django.urls import reverse

from communities import events as community_events
from communities.enums import CaseState, Joining, MembershipState
from communities.models import Case, SponsorReport
from core.actions.mail import MAIL_DAYS
from core.events import Event
from core.kinds import kinds_of
from core.models import Draft, Mail
from core.models.mail import MailState
from feed.events import AnswerAccepted, CommentPublished
from feed.models import Comment, Subscription
from notifications.actions.notices import deliver_notices
from notifications.models import Notification
from rse.demo import partners
from rse.demo.communities import Place
from rse.demo.conversations import Said, accepted_at
from rse.demo.moments import Clock, share
from rse.demo.people import DOORS, People
from rse.demo.proposals import Taken
from rse.demo.texts import read_list, rich, typeset

# How far back the news goes, for those one may sign in as: nobody else opens their bell.
SINCE: Final = timedelta(days=21)
# What the nine persons of the sign-in page have not opened yet.
UNREAD: Final = 4


@dataclass(frozen=True)
class Happening:
    """An event and when it happened."""

    at: datetime
    event: Event
    key: UUID = field(init=False)

    def __post_init__(self) -> None:
        # The same at each run, as everything here.
        object.__setattr__(self, "key", uuid5(NAMESPACE_URL, f"{self.event!r} {self.at}"))


def write(talks: list[tuple[Place, list[Said]]], proposals: list[Taken], people: People, clock: Clock) -> None:
    """Tells the nine what happened lately, by what would have told them then; others hear what they heard with them."""
    emails = {door.email for door in DOORS}
    nine = {handle for handle, person in people.by_handle.items() if person.email in emails}
    happenings = [
        happening
        for place, posts in talks
        for happening in (
            *_of_memberships(place, nine),
            *_of_talks(place, posts, nine, clock),
            *_of_reports(place),
            *(Happening(at, event) for at, event in partners.happenings(place, clock)),
            *_of_cases(place),
        )
        if happening.at > clock.now - SINCE
    ]
    happenings += [happening for happening in _of_proposals(proposals) if happening.at > clock.now - SINCE]
    moments = {}
    for happening in sorted(happenings, key=lambda happening: happening.at):
        moments[happening.key] = happening.at
        for kind in kinds_of(happening.event):
            deliver_notices(kind, happening.event, happening.key)
    _date_notifications(moments, clock)
    _date_mails(moments, clock)
    _write_drafts(talks, people, clock)


def _of_proposals(taken: list[Taken]) -> Iterator[Happening]:
    for one in taken:
        step = one.step
        event = community_events.ProposalMoved(
            proposal_id=one.proposal.pk, step_id=step.pk, verb=str(step.verb), actor_id=step.actor_id
        )
        yield Happening(step.at, event)


def _of_talks(place: Place, posts: list[Said], nine: set[str], clock: Clock) -> Iterator[Happening]:
    for post in posts:
        if not nine & {post.by, *post.row.get("followed", []), *(said.by for said in post.comments)}:
            continue
        for said in post.comments:
            by, pk = said.written.author_id, said.written.pk
            label = post.written._meta.label_lower
            yield Happening(
                said.at, CommentPublished(comment_id=pk, target=label, target_id=post.written.pk, actor_id=by)
            )
            if said.row.get("accepted"):
                accepted = AnswerAccepted(
                    post_id=post.written.pk,
                    community_id=place.community.pk,
                    comment_id=pk,
                    actor_id=post.written.author_id,
                )
                yield Happening(accepted_at(said, clock), accepted)


def _of_memberships(place: Place, nine: set[str]) -> Iterator[Happening]:
    is_led = bool(nine & {*place.row["animators"], *place.row["moderators"]})
    for handle, row in place.memberships.items():
        if not (is_led or handle in nine):
            continue
        ids: dict[str, Any] = {"community_id": place.community.pk, "person_id": row.person_id}
        decided = ids | {"actor_id": row.decided_by_id}
        if row.state == MembershipState.REQUESTED:
            yield Happening(row.changed_at, community_events.MembershipRequested(**ids))
        elif row.state == MembershipState.INVITED:
            yield Happening(row.changed_at, community_events.MemberInvited(**decided))
        elif row.state == MembershipState.REFUSED:
            yield Happening(row.changed_at, community_events.RequestRefused(**decided))
        elif row.state == MembershipState.MEMBER and place.community.joining == Joining.REQUEST:
            yield Happening(row.changed_at, community_events.RequestAccepted(**decided))


def _of_reports(place: Place) -> Iterator[Happening]:
    for report in SponsorReport.objects.filter(community=place.community).order_by("pk"):
        due_on = report.due_on.isoformat()
        if report.sent_at:
            sent = community_events.ReportSent(report_id=report.pk, actor_id=report.sent_by_id, due_on=due_on)
            yield Happening(report.sent_at, sent)
        if report.answered_at:
            answered = community_events.ReportAnswered(report_id=report.pk, actor_id=report.answered_by_id)
            yield Happening(report.answered_at, answered)


def _of_cases(place: Place) -> Iterator[Happening]:
    for case in Case.objects.filter(community=place.community).order_by("pk"):
        ids = {"case_id": case.pk, "community_id": case.community_id}
        if case.state == CaseState.OPEN:
            yield Happening(case.opened_at, community_events.CaseOpened(**ids, actor_id=None))
        for decision in case.decisions.order_by("pk"):
            if decision.contested_at:
                told = {"actor_id": case.author_id, "decision_id": decision.pk}
                yield Happening(decision.contested_at, community_events.DecisionContested(**ids, **told))


def _date_notifications(moments: dict[UUID, datetime], clock: Clock) -> None:
    """Gives news its moment; takes back what was told to people who did not follow yet; reads most of it."""
    followed = {
        (row.target_id, row.person_id): row.changed_at for row in Subscription.objects.order_by("pk")
    }  # every thread of the demonstration hangs on a post
    threads = dict(Comment.objects.values_list("pk", "target_id"))
    doors = {door.email for door in DOORS}
    unread: dict[int, int] = {}
    kept, early = [], []
    for row in Notification.objects.select_related("recipient").order_by("-pk"):
        row.created_at = moments[row.event_key]
        if row.kind == "feed.comment" and followed[threads[row.target_id], row.recipient_id] > row.created_at:
            early.append(row.pk)
            continue
        unread[row.recipient_id] = unread.get(row.recipient_id, 0) + 1
        is_door = row.recipient.email in doors
        away = clock.now - timedelta(days=12 * share("news", row.recipient.handle))
        if unread[row.recipient_id] > UNREAD if is_door else row.created_at < away:
            row.read_at = clock.after(row.created_at, timedelta(hours=3))
        kept.append(row)
    Notification.objects.filter(pk__in=early).delete()
    Notification.objects.bulk_update(kept, ["created_at", "read_at"])


def _date_mails(moments: dict[UUID, datetime], clock: Clock) -> None:
    """Mails have left; those of more than a week ago were removed since."""
    mails = list(Mail.objects.order_by("pk"))
    for mail in mails:
        mail.created_at = moments[UUID((mail.key or "").partition(":")[0])]
        mail.state, mail.sent_at = MailState.SENT, mail.created_at + timedelta(seconds=3)
    Mail.objects.bulk_update(mails, ["created_at", "state", "sent_at"])
    Mail.objects.filter(created_at__lt=clock.now - timedelta(days=MAIL_DAYS)).delete()


def _write_drafts(talks: list[tuple[Place, list[Said]]], people: People, clock: Clock) -> None:
    places = {place.slug: place.community for place, _ in talks}
    Draft.objects.bulk_create(
        Draft(
            person=people[row["person"]],
            place=f"community:{places[row['community']].pk}:post",
            address=reverse("feed:post_create", args=[row["community"]]),
            data={"kind": row["kind"], "title": typeset(row["title"]), "body": rich(row["text"])},
            updated_at=clock.ago(row["ago"]),
        )
        for row in read_list("drafts.toml", "draft")
    )
