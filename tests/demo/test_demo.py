"""The demo administration: complete, believable, the same each time."""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from time import monotonic
from typing import Any

import pytest
from django.contrib.contenttypes.models import ContentType
from django.core.management import CommandError, call_command
from django.db import transaction
from django.db.models import Count, Q
from django.test import override_settings

from accounts.enums import PlatformRole, UnitKind
from accounts.models import Invitation, RoleGrant, Unit, User
from communities.enums import CommunityKind, Joining, MembershipState, Role, Stage, Verb, Visibility
from communities.models import Activity, Case, Charter, Community, CommunityGroupObjectPermission, Membership
from core import richtext
from core.models import Draft, Mail, OutboxEvent
from core.models.mail import MailState
from feed.enums import PostKind, SubscriptionState
from feed.models import Comment, Post, Reaction, Revision, Subscription
from notifications.models import Notification
from rse.demo.build import build
from rse.demo.moments import Clock, length
from rse.demo.people import DOORS, PASSWORD
from rse.demo.texts import rich, typeset

# A Monday, so that days before it fall on weekends.
NOW = datetime(2026, 11, 23, 14, 30, tzinfo=UTC)
NBSP = "\N{NO-BREAK SPACE}"


@pytest.fixture(scope="module")
def _demo(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """The demonstration, built once for this file and taken back after it."""
    with django_db_blocker.unblock(), override_settings(DEMO=True), transaction.atomic():
        start = monotonic()
        build(NOW)
        print(f"\nThe demonstration is built in {monotonic() - start:.1f} s.")  # noqa: T201 - shown by `pytest -s`
        yield
        transaction.set_rollback(True)


pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_demo")]


def person(email: str) -> User:
    return User.objects.get(email=f"{email}@demo.example")


def texts() -> list[Post | Comment]:
    return [*Post.objects.order_by("pk"), *Comment.objects.order_by("pk")]


# --- People


def test_the_ministry_has_four_directions_and_fifteen_services() -> None:
    kinds = Counter(Unit.objects.values_list("kind", flat=True))
    assert kinds == {UnitKind.MINISTRY: 1, UnitKind.DIRECTION: 4, UnitKind.SERVICE: 15}


def test_a_hundred_and_twenty_agents_work_there_each_with_function_skills_and_manager() -> None:
    agents = User.objects.filter(is_external=False)
    assert agents.count() == 120
    assert not agents.filter(Q(function="") | Q(unit=None) | Q(phone="")).exists()
    assert not agents.filter(skills=None).exists()
    heads = agents.filter(manager=None).values_list("unit__code", flat=True)
    assert sorted(heads) == ["DA", "DAU", "DNUM", "SG"]


def test_agents_belong_to_the_groups_of_their_unit_and_of_those_above() -> None:
    for agent in User.objects.filter(is_external=False).select_related("unit").order_by("pk"):
        above = Unit.objects.at_or_above(agent.unit).values_list("group", flat=True)
        assert set(agent.groups.values_list("pk", flat=True)) == set(above), agent


def test_nine_persons_can_sign_in_with_the_password_of_the_demonstration() -> None:
    by_email = User.objects.in_bulk([door.email for door in DOORS], field_name="email")
    assert len(by_email) == len(DOORS) == 9
    assert all(by_email[door.email].check_password(PASSWORD) for door in DOORS)
    assert all(door.who.startswith(by_email[door.email].first_name) for door in DOORS)
    others = User.objects.exclude(email__in=by_email)
    assert not any(other.has_usable_password() for other in others.order_by("pk"))


def test_the_door_of_the_demonstration_offers_them(client: Any) -> None:
    page = client.page("/accounts/login/")
    assert [row["value"] for row in page.select(".persons button[name=person]")] == [door.email for door in DOORS]


@override_settings(DEMO=False)
def test_no_door_is_offered_elsewhere(client: Any) -> None:
    assert not client.page("/accounts/login/").select(".persons")


def test_roles_are_those_of_the_sign_in_page() -> None:
    held = {
        "ambassadrice": {PlatformRole.AMBASSADOR},
        "gestionnaire": {PlatformRole.COMMUNITY_MANAGER},
        "sponsor": {PlatformRole.SPONSOR},
        "centrale": {PlatformRole.CERTIFIER},
        "admin": {PlatformRole.ADMINISTRATOR},
        "agent": set(),
        "animateur": set(),
        "cheffe": set(),
        "partenaire": set(),
    }
    assert {name: set(person(name).platform_roles) for name in held} == held
    assert set(RoleGrant.objects.active().values_list("role", flat=True)) == set(PlatformRole.values)
    assert person("cheffe").reports.count() == 8


def test_the_nine_stand_where_the_sign_in_page_says() -> None:
    def memberships(email: str) -> Any:
        return Membership.objects.members().filter(person=person(email))

    assert memberships("agent").count() == 3
    assert memberships("animateur").filter(role=Role.ANIMATOR).count() == 2
    assert [row.community.name for row in memberships("partenaire")] == ["Logiciels libres"]
    assert person("partenaire").is_external
    assert Community.objects.readable_by(person("partenaire")).count() == 1


def test_an_account_was_asked_for_and_another_waits() -> None:
    assert Invitation.objects.get(accepted_by=person("partenaire")).accepted_at < NOW
    waiting = Invitation.objects.filter(accepted_at=None).order_by("pk")
    assert {row.invited_by.email for row in waiting} == {"ambassadrice@demo.example", "gestionnaire@demo.example"}
    assert all(row.expires_at > NOW for row in waiting)


# --- Communities


def test_communities_are_in_every_stage_kind_and_access() -> None:
    pilots = Community.objects.filter(is_pilot=True)
    assert pilots.count() == 8
    for rows in (Community.objects.all(), pilots):
        assert set(rows.values_list("stage", flat=True)) == set(Stage.values)
        assert set(rows.values_list("kind", flat=True)) == set(CommunityKind.values)
        assert set(rows.values_list("joining", flat=True)) == set(Joining.values)
        assert set(rows.values_list("visibility", flat=True)) == set(Visibility.values)
    assert not Community.objects.filter(Q(tags=None) | Q(unit=None) | Q(description="") | Q(welcome="")).exists()


def test_every_community_has_two_animators_and_no_external_leads() -> None:
    led = Community.objects.annotate(
        animators=Count("memberships", filter=Q(memberships__role=Role.ANIMATOR, memberships__state="member"))
    )
    assert min(led.values_list("animators", flat=True)) >= 2
    assert not Membership.objects.team().filter(person__is_external=True).exists()


def test_memberships_are_in_every_state() -> None:
    assert set(Membership.objects.values_list("state", flat=True)) == set(MembershipState.values)
    assert Membership.objects.filter(state=MembershipState.REQUESTED, motivation="").count() == 0
    assert Membership.objects.members().filter(person__is_external=True).count() >= 5
    granted = CommunityGroupObjectPermission.objects.values_list("permission__codename", flat=True)
    assert set(granted) == {"view_community", "join_community"}


def test_unread_badges_show() -> None:
    claire = person("agent")
    for slug, unread in (("achats-durables", 4), ("teletravail", 1)):
        marker = Membership.objects.get(person=claire, community__slug=slug).seen_entry_id
        newer = Activity.objects.entries().filter(community__slug=slug, pk__gt=marker).exclude(actor=claire)
        assert newer.count() == unread


# --- What is said


def test_there_is_enough_to_read() -> None:
    assert Post.objects.count() >= 120
    assert Comment.objects.count() >= 350
    assert User.objects.filter(Q(posts__isnull=False) | Q(comments__isnull=False)).distinct().count() > 100
    kinds = Counter(Post.objects.values_list("kind", flat=True))
    assert min(kinds[kind] for kind in PostKind) >= 10
    assert Post.objects.open_questions().count() >= 8
    assert Post.objects.pinned().count() >= 6


def test_every_text_is_there_once_and_says_something() -> None:
    words = [richtext.to_text(text.body) for text in texts()]
    assert all(len(text) > 8 for text in words)
    assert len(set(words)) == len(words)
    titles = [title for title in Post.objects.values_list("title", flat=True) if title]
    assert len(set(titles)) == len(titles)
    assert not Post.objects.exclude(kind=PostKind.MESSAGE).filter(title="").exists()


def test_texts_are_clean_html_and_typeset() -> None:
    for text in texts():
        assert richtext.sanitise(text.body) == text.body
        shown = re.sub(r"<code>.*?</code>|<[^>]*>", "", text.body.replace("&nbsp;", NBSP)) + getattr(text, "title", "")
        found = re.search(rf"[^{NBSP}][:;!?](\s|$)|'|[^{NBSP}]»|«[^{NBSP}]|[{{}}*_`]", shown.replace("&gt;", ">"))
        assert not found, shown[max(0, found.start() - 30) : found.end() + 10]


def test_accepted_answers_belong_to_their_question() -> None:
    answered = Post.objects.exclude(accepted_comment=None).select_related("accepted_comment").order_by("pk")
    assert answered.count() >= 40
    for post in answered:
        answer = post.accepted_comment
        assert post.is_question
        assert answer.target == post
        assert answer.author_id != post.author_id
        assert not answer.is_deleted
        assert len(richtext.to_text(answer.body)) > 120


def test_time_passes_in_order() -> None:
    moments = [text.created_at for text in texts()]
    assert max(moments) < NOW
    assert min(moments) < NOW - timedelta(days=165)
    assert [*Post.objects.order_by("created_at", "pk").values_list("pk", flat=True)] == [
        *Post.objects.order_by("pk").values_list("pk", flat=True)
    ]
    posts = Post.objects.in_bulk()
    for comment in Comment.objects.select_related("parent").order_by("pk"):
        assert comment.created_at > posts[comment.target_id].created_at
        if comment.parent:
            assert comment.parent.target_id == comment.target_id
            assert comment.parent.parent_id is None
            assert comment.created_at > comment.parent.created_at
            assert comment.pk > comment.parent.pk
    for model, moment in ((Activity, "at"), (Reaction, "created_at"), (Membership, "changed_at")):
        assert not model._default_manager.filter(**{f"{moment}__gt": NOW}).exists()


def test_nobody_writes_before_joining_nor_after_the_end() -> None:
    joined = {(row.community_id, row.person_id): row.joined_at for row in Membership.objects.order_by("pk")}
    ended = {
        community.pk: community.stage_changed_at
        for community in Community.objects.filter(stage__in=(Stage.READ_ONLY, Stage.ARCHIVED))
    }
    acts = Activity.objects.exclude(verb=Verb.JOINED).order_by("pk")
    for act in acts:
        assert joined[act.community_id, act.actor_id] < act.at
        assert act.at <= ended.get(act.community_id, NOW)


def test_offices_are_closed_at_weekends() -> None:
    days = {moment.weekday() for moment in Post.objects.values_list("created_at", flat=True)}
    assert days == {0, 1, 2, 3, 4}


def test_texts_leave_what_the_actions_leave() -> None:
    def done(verb: Verb) -> Counter[tuple[int, int, int | None]]:
        rows = Activity.objects.filter(verb=verb).values_list("target_type", "target_id", "actor")
        return Counter(rows)

    assert Activity.objects.filter(is_entry=True).count() == Post.objects.count()
    assert not Activity.objects.filter(is_entry=True).exclude(verb=Verb.PUBLISHED).exists()
    assert done(Verb.REACTED) == Counter(Reaction.objects.values_list("target_type", "target_id", "person"))
    assert sum(done(Verb.COMMENTED).values()) == Comment.objects.count()
    assert sum(done(Verb.ACCEPTED).values()) == Post.objects.exclude(accepted_comment=None).count()
    following = set(Subscription.objects.values_list("target_id", "person"))
    assert following >= {*Post.objects.values_list("pk", "author"), *Comment.objects.values_list("target_id", "author")}
    assert Subscription.objects.filter(state=SubscriptionState.MUTED).exists()
    for text in texts():
        assert Revision.objects.of(text).count() == text.version - 1
        assert (text.edited_at is not None) == (text.version > 1)
    assert Revision.objects.count() >= 5


def test_what_was_deleted_can_come_back_and_is_hidden() -> None:
    kept_until = NOW - timedelta(days=30)
    for model in (Post, Comment):
        deleted = model._default_manager.exclude(deleted_at=None).order_by("pk")
        assert deleted.count() >= 2
        for text in deleted:
            assert text.deleted_at > kept_until
            assert not Activity.objects.of_target(text).filter(is_shown=True).exists()
    assert Post.objects.filter(author=person("agent")).exclude(deleted_at=None).exists()


# --- What waits for each


def test_each_of_the_nine_finds_news_in_the_bell() -> None:
    for door in DOORS:
        mine = Notification.objects.filter(recipient__email=door.email)
        assert mine.exists(), door.who
        assert 1 <= mine.unread().count() <= 4, door.who
        moments = list(mine.order_by("pk").values_list("created_at", flat=True))
        assert moments == sorted(moments)
        assert mine.count() == Notification.objects.visible_to(mine[0].recipient).count()


def test_news_tells_of_all_that_may_be_told() -> None:
    told = set(Notification.objects.values_list("kind", flat=True))
    assert told >= {"feed.comment", "feed.accepted", "communities.invited", "communities.requested"}
    assert not Notification.objects.filter(created_at__gt=NOW).exists()


def test_nobody_hears_of_what_came_before_they_followed() -> None:
    since = {(row.target_id, row.person_id): row.changed_at for row in Subscription.objects.order_by("pk")}
    for row in Notification.objects.filter(kind="feed.comment").prefetch_related("target").order_by("pk"):
        assert since[row.target.target_id, row.recipient_id] <= row.created_at


def test_mails_of_the_last_days_have_left() -> None:
    mails = Mail.objects.order_by("pk")
    assert mails
    for mail in mails:
        assert mail.state == MailState.SENT
        assert NOW - timedelta(days=7) < mail.sent_at < NOW


def test_a_draft_waits_to_be_finished() -> None:
    draft = Draft.objects.get(person=person("agent"))
    assert draft.data["title"].startswith("Retour d’expérience")
    assert Community.objects.visible_to(person("agent"), "communities.add_post").filter(
        slug__in=[draft.address.split("/")[2]]
    )


def test_reported_texts_wait_one_was_decided_and_one_is_contested() -> None:
    cases = Case.objects.order_by("pk")
    assert Counter(case.state for case in cases) == {"open": 2, "decided": 1, "contested": 1}
    waiting = {case.target.is_hidden: case.reports.count() for case in cases if case.state == "open"}
    assert waiting == {False: 2, True: 3}
    for case in cases:
        assert case.reports.exclude(person=case.author).count() == case.reports.count()
        assert not case.target.is_hidden or not Activity.objects.of_target(case.target).filter(is_shown=True).exists()
    contested = cases.get(state="contested")
    assert Membership.objects.get(person=contested.author, community=contested.community).is_suspended
    assert Charter.objects.filter(community__slug="achats-durables").count() == 2
    told = Notification.objects.filter(recipient=person("animateur"), kind="communities.case_opened")
    assert told.count() == 2
    assert Notification.objects.filter(recipient=person("gestionnaire"), kind="communities.decision_contested").exists()


# --- Building it


def digest() -> str:
    """All that the demonstration says, whatever numbers its rows have."""
    rows: list[Any] = []
    of_posts = ContentType.objects.get_for_model(Post)
    for post in Post.objects.select_related("author", "community", "accepted_comment").order_by("pk"):
        rows.append([post.community.slug, post.author.handle, post.title, post.body, str(post.created_at)])
        rows.append([str(post.edited_at), str(post.deleted_at), str(post.accepted_comment)])
        rows += (
            Reaction.objects.filter(target_type=of_posts, target_id=post.pk)
            .order_by("pk")
            .values_list("person__handle", "kind", "created_at")
        )
        rows += Comment.objects.on(post).values_list("author__handle", "body", "deleted_at", "parent__body")
    for row in Membership.objects.select_related("person", "community").order_by("pk"):
        newer = Activity.objects.entries().filter(community=row.community, pk__gt=row.seen_entry_id).count()
        rows.append([row.community.slug, row.person.handle, row.state, row.role, str(row.joined_at), newer])
    for notice in Notification.objects.select_related("recipient").order_by("recipient__handle", "pk"):
        rows.append([notice.recipient.handle, notice.kind, str(notice.created_at), str(notice.read_at)])
    rows += Activity.objects.order_by("pk").values_list("community__slug", "actor__handle", "verb", "at", "is_shown")
    return hashlib.sha256(json.dumps(rows, default=lambda value: str(value)).encode()).hexdigest()


def test_it_is_the_same_each_time() -> None:
    first = digest()
    with transaction.atomic():
        # The rows above are out of the way until the end of this test.
        for model in (Invitation, Notification, Mail, Draft, Activity, Reaction, Subscription, Revision):
            model._default_manager.all().delete()
        Post.objects.update(accepted_comment=None)
        Comment.objects.all().delete()
        Post.objects.all().delete()
        Community.objects.all().delete()
        _forget_people()
        build(NOW)
        again = digest()
        transaction.set_rollback(True)
    assert again == first


def _forget_people() -> None:
    from django.contrib.auth.models import Group
    from django.db.models import QuerySet
    from taggit.models import TagBase

    from core.models import AuditEntry

    QuerySet(AuditEntry).delete()
    RoleGrant.objects.all().delete()
    User.objects.update(manager=None)
    User.objects.all().delete()
    Unit.objects.all().delete()
    Group.objects.all().delete()
    for model in TagBase.__subclasses__():
        model._default_manager.all().delete()


def test_a_second_time_is_refused_in_words() -> None:
    before = digest()
    with pytest.raises(CommandError, match="already are people"):
        call_command("demo")
    assert digest() == before


@override_settings(DEMO=False)
def test_it_is_refused_outside_demonstration_mode() -> None:
    with pytest.raises(CommandError, match="DEMO=1"):
        call_command("demo")


def test_nothing_of_the_past_waits_to_be_told() -> None:
    assert not OutboxEvent.objects.exists()


# --- Its words and moments


def test_typography_is_that_of_french() -> None:
    typed = "« C'est 4 200 postes : 10 % à 9 h 30 ! » (article L2111-3)"
    printed = "«~C’est 4~200 postes~: 10~% à 9~h~30~!~» (article~L2111-3)".replace("~", NBSP)
    assert typeset(typed) == printed
    assert typeset("`a ? b : c'`") == "`a ? b : c'`"


def test_markdown_becomes_clean_html() -> None:
    assert (
        rich("Un.\n\n- **deux** ;\n- trois.")
        == "<p>Un.</p><ul><li><strong>deux</strong>&nbsp;;</li><li>trois.</li></ul>"
    )
    assert "<script" not in rich("<script>alert(1)</script> Bonjour")


def test_moments_fall_within_the_hours_of_offices() -> None:
    clock = Clock(NOW)
    friday = clock.ago("1d 16:10")
    assert (friday.weekday(), friday.hour) == (4, 16)
    monday = clock.after(friday, length("5h"))
    assert (monday.weekday(), monday.hour) == (0, 9)
    assert clock.ago("25m") == NOW - timedelta(minutes=25)
    assert clock.after(clock.ago("2h"), length("3d")) < NOW
    assert clock.with_dates("le {+5}", friday) == f"le mercredi 25{NBSP}novembre"
    with pytest.raises(ValueError, match="not a length"):
        length("soon")
