"""A silent community is asked whether it is still useful; silence leads further, announced and reversible."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from communities.actions.life import answer_usefulness, ask_usefulness, follow_silence, to_ask
from communities.actions.stages import change_stage
from communities.enums import LifeAnswer, LifeReason, LifeStep, Role, Stage, Verb
from communities.models import Activity, Community, LifeQuestion
from communities.tasks import follow_lives
from core.actions.outbox import deliver_outbox
from core.errors import BusinessRuleError, Forbidden
from core.models import AuditEntry, Mail, OutboxEvent
from core.system import SYSTEM
from notifications.models import Notification
from rse.pages.beside import suggested_communities
from tests.factories.accounts import UserFactory
from tests.factories.communities import CommunityFactory, LifeQuestionFactory, MembershipFactory, member_of

pytestmark = pytest.mark.django_db

LONG_AGO = timedelta(days=100)


@pytest.fixture
def silent():
    community = CommunityFactory()
    Community.objects.update(stage_changed_at=timezone.now() - LONG_AGO)
    return Community.objects.get(pk=community.pk)


def act(community, ago=timedelta(0), verb=Verb.PUBLISHED):
    person = UserFactory()
    return Activity.objects.create(community=community, actor=person, verb=verb, target=person, at=timezone.now() - ago)


def events_told():
    return [row.name.split(".")[-1] for row in OutboxEvent.objects.order_by("pk")]


def step_of(community):
    question = LifeQuestion.objects.get(community=community)
    return question.step if question.is_waiting else None


class TestAsking:
    def asked(self):
        return set(to_ask(timezone.now()))

    def test_silent_is_asked(self, silent):
        act(silent, ago=LONG_AGO)
        assert self.asked() == {silent}

    def test_lively_is_not(self, silent):
        act(silent, ago=timedelta(days=5))
        assert self.asked() == set()

    def test_joining_is_no_sign_of_life(self, silent):
        act(silent, verb=Verb.JOINED)
        assert self.asked() == {silent}

    def test_young_is_not(self):
        CommunityFactory()
        assert self.asked() == set()

    @pytest.mark.parametrize("stage", [Stage.PREPARATION, Stage.READ_ONLY, Stage.ARCHIVED])
    def test_other_stages_are_not(self, silent, stage):
        Community.objects.update(stage=stage)
        assert self.asked() == set()

    def test_waiting_or_answered_lately_is_not(self, silent):
        question = ask_usefulness(actor=SYSTEM, community=silent)
        assert self.asked() == set()
        answer_usefulness(actor=SYSTEM, community=silent, answer=LifeAnswer.USEFUL)
        assert self.asked() == set()
        LifeQuestion.objects.filter(pk=question.pk).update(
            asked_at=timezone.now() - LONG_AGO, answered_at=timezone.now() - LONG_AGO
        )
        assert self.asked() == {silent}

    def test_project_is_asked_once_after_its_end(self, silent):
        act(silent)
        Community.objects.update(ends_on=timezone.localdate() - timedelta(days=1))
        assert self.asked() == {silent}
        assert ask_usefulness(actor=SYSTEM, community=silent).reason == LifeReason.PROJECT_END
        answer_usefulness(actor=SYSTEM, community=silent, answer=LifeAnswer.USEFUL)
        assert self.asked() == set()

    def test_asking_twice_asks_once(self, silent):
        assert ask_usefulness(actor=SYSTEM, community=silent)
        assert ask_usefulness(actor=SYSTEM, community=silent) is None
        assert events_told() == ["UsefulnessAsked"]

    def test_is_the_systems_and_of_those_who_steer(self, silent):
        with pytest.raises(Forbidden):
            ask_usefulness(actor=member_of(silent, Role.ANIMATOR), community=silent)

    def test_tells_the_animators_in_the_product_and_by_mail(self, silent):
        animator, member = member_of(silent, Role.ANIMATOR), member_of(silent)
        Community.objects.update(stage_changed_at=timezone.now() - LONG_AGO)
        ask_usefulness(actor=SYSTEM, community=silent)
        deliver_outbox()
        assert set(Notification.objects.values_list("recipient", flat=True)) == {animator.pk}
        mail = Mail.objects.get()
        assert mail.to == animator.email
        assert f"/communities/{silent.slug}/life/" in mail.text
        assert member.email != mail.to


class TestSilence:
    def test_whole_way_is_announced_before_each_step(self, silent):
        member_of(silent, Role.ANIMATOR)
        seen = []
        with time_machine.travel(timezone.now(), tick=False) as clock:
            for _day in range(200):
                before = len(OutboxEvent.objects.all())
                follow_lives()
                rows = OutboxEvent.objects.order_by("pk")[before:]
                for row in rows:
                    seen.append((row.name.split(".")[-1], row.payload.get("step", "")))
                clock.shift(timedelta(days=1))
        steps = [pair for pair in seen if pair[0] != "CommunityStageChanged"]
        assert steps == [
            ("UsefulnessAsked", ""),
            ("LifeStepTaken", "dormant"),
            ("LifeStepAnnounced", "read_only"),
            ("LifeStepTaken", "read_only"),
            ("LifeStepAnnounced", "archived"),
            ("LifeStepTaken", "archived"),
        ]
        assert Community.objects.get(pk=silent.pk).stage == Stage.ARCHIVED

    def due(self, community, step=LifeStep.ASKED, **more):
        return LifeQuestionFactory(
            community=community, step=step, asked_at=timezone.now() - LONG_AGO, next_at=timezone.now(), **more
        )

    def test_first_step_puts_to_sleep_and_out_of_suggestions(self, silent):
        viewer = UserFactory()
        assert silent in suggested_communities(viewer)
        assert follow_silence(actor=SYSTEM, question=self.due(silent)) == LifeStep.DORMANT
        community = Community.objects.get(pk=silent.pk)
        assert community.is_dormant
        assert community.stage == Stage.OPEN
        assert community not in suggested_communities(viewer)

    def test_a_post_wakes_it(self, silent):
        question = self.due(silent, step=LifeStep.DORMANT)
        act(silent)
        assert follow_silence(actor=SYSTEM, question=question) is None
        community = Community.objects.get(pk=silent.pk)
        assert (community.asked, community.stage) == (None, Stage.OPEN)
        assert community.question.answer == LifeAnswer.ALIVE

    def test_following_twice_takes_one_step(self, silent):
        question = self.due(silent)
        assert follow_silence(actor=SYSTEM, question=question) == LifeStep.DORMANT
        assert follow_silence(actor=SYSTEM, question=question) is None
        assert step_of(silent) == LifeStep.DORMANT

    def test_what_a_person_decided_meanwhile_holds(self, silent):
        question = self.due(silent)
        change_stage(actor=SYSTEM, community=silent, stage=Stage.ARCHIVED)
        change_stage(actor=SYSTEM, community=silent, stage=Stage.OPEN)
        change_stage(actor=SYSTEM, community=silent, stage=Stage.READ_ONLY)
        assert follow_silence(actor=SYSTEM, question=question) is None
        assert Community.objects.get(pk=silent.pk).stage == Stage.READ_ONLY
        assert step_of(silent) is None


class TestAnswering:
    @pytest.mark.parametrize("step", list(LifeStep)[:3])
    def test_useful_brings_everything_back(self, silent, step):
        animator = member_of(silent, Role.ANIMATOR)
        LifeQuestionFactory(community=silent, step=step)
        if step == LifeStep.READ_ONLY:
            Community.objects.update(stage=Stage.READ_ONLY)
        answer_usefulness(actor=animator, community=silent, answer=LifeAnswer.USEFUL)
        community = Community.objects.get(pk=silent.pk)
        assert (community.stage, community.asked, community.is_dormant) == (Stage.OPEN, None, False)
        assert AuditEntry.objects.filter(verb="communities.usefulness_answered", actor=animator).exists()

    def test_finished_makes_it_read_only(self, silent):
        LifeQuestionFactory(community=silent)
        answer_usefulness(actor=SYSTEM, community=silent, answer=LifeAnswer.FINISHED)
        assert Community.objects.get(pk=silent.pk).stage == Stage.READ_ONLY

    def test_second_answer_is_told(self, silent):
        LifeQuestionFactory(community=silent)
        answer_usefulness(actor=SYSTEM, community=silent, answer=LifeAnswer.USEFUL)
        with pytest.raises(BusinessRuleError):
            answer_usefulness(actor=SYSTEM, community=silent, answer=LifeAnswer.FINISHED)
        assert Community.objects.get(pk=silent.pk).stage == Stage.OPEN

    @pytest.mark.parametrize("who", [None, Role.MEMBER, Role.MODERATOR])
    def test_is_the_animators(self, silent, who):
        LifeQuestionFactory(community=silent)
        actor = member_of(silent, who) if who else UserFactory()
        with pytest.raises(Forbidden):
            answer_usefulness(actor=actor, community=silent, answer=LifeAnswer.FINISHED)
        assert step_of(silent) == LifeStep.ASKED


class TestPages:
    def test_animator_answers_in_one_click_from_the_community(self, client, silent):
        client.force_login(member_of(silent, Role.ANIMATOR))
        LifeQuestionFactory(community=silent)
        assert f"/communities/{silent.slug}/life/useful/" in client.get(silent.get_absolute_url()).content.decode()
        assert client.post(f"/communities/{silent.slug}/life/useful/").status_code == 302
        page = client.get(silent.get_absolute_url()).content.decode()
        assert "/life/useful/" not in page
        answered = client.get(f"/communities/{silent.slug}/life/")
        assert answered.context["question"] is None

    def test_reading_the_mail_answers_nothing(self, client, silent):
        client.force_login(member_of(silent, Role.ANIMATOR))
        LifeQuestionFactory(community=silent)
        assert client.get(f"/communities/{silent.slug}/life/").status_code == 200
        assert client.get(f"/communities/{silent.slug}/life/useful/").status_code == 405
        assert step_of(silent) == LifeStep.ASKED

    def test_members_are_told_that_it_sleeps_and_asked_nothing(self, client, silent):
        client.force_login(member_of(silent))
        LifeQuestionFactory(community=silent, step=LifeStep.DORMANT)
        page = client.get(silent.get_absolute_url()).content.decode()
        assert "/life/" not in page
        assert 'class="notice"' in page


def test_a_community_with_a_membership_only_is_not_written_in(silent):
    MembershipFactory(community=silent)
    assert silent in to_ask(timezone.now())
