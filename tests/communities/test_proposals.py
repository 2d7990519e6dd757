"""The life of a proposed community: every step from every state by every role, and what each leaves behind."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import User
from communities.actions import founding
from communities.actions import proposals as actions
from communities.actions.proposals import (
    OPEN_MAX,
    REMIND_AFTER,
    DifferenceMissing,
    NotPossibleNow,
    TooSoon,
    move_proposal,
    remind,
    resubmit_proposal,
    revise_proposal,
    submit_proposal,
    take_charge,
)
from communities.enums import (
    CommunityKind,
    Joining,
    MembershipState,
    ProposalState,
    ProposalVerb,
    Role,
    Stage,
    Visibility,
)
from communities.models import Community, Proposal, ProposalStep
from core.actions.outbox import deliver_outbox
from core.errors import BusinessRuleError, EditConflict, Forbidden
from core.models import AuditEntry, Mail, OutboxEvent, ParameterValue
from core.policies import users_with
from notifications.models import Notification
from tests.factories.accounts import DeputyFactory, UnitFactory, UserFactory
from tests.factories.communities import CommunityFactory
from tests.factories.proposals import ProposalFactory

pytestmark = pytest.mark.django_db
V, S = ProposalVerb, ProposalState
DONE, LATE, FORBIDDEN = "done", "late", "forbidden"

ROLES = (
    "proposer", "animator", "manager", "administrator", "sponsor", "deputy", "former deputy", "other sponsor",
    "ambassador", "agent", "external animator", "closed sponsor",
)  # fmt: skip
# verb → state → who takes it. Whoever takes it in another state is told that it is too late; all others are refused.
TABLE: dict[ProposalVerb, dict[ProposalState, set[str]]] = {
    V.TAKE: {state: {"manager"} for state in (S.CHECKING, S.RETURNED, S.SPONSORING, S.CHANGES)},
    V.RETURN: {S.CHECKING: {"manager"}},
    V.PASS: {S.CHECKING: {"manager"}},
    V.RECALL: {S.SPONSORING: {"manager"}},
    V.REVISE: {S.RETURNED: {"proposer"}, S.CHANGES: {"proposer"}},
    V.RESUBMIT: {S.RETURNED: {"proposer"}, S.CHANGES: {"proposer"}},
    V.VALIDATE: {S.SPONSORING: {"sponsor", "deputy"}},
    V.ASK: {S.SPONSORING: {"sponsor", "deputy"}},
    V.REFUSE: {S.SPONSORING: {"sponsor", "deputy"}},
    V.WITHDRAW: {state: {"proposer"} for state in (S.CHECKING, S.RETURNED, S.SPONSORING, S.CHANGES)},
    V.REMIND: {
        S.CHECKING: {"proposer"},
        S.SPONSORING: {"proposer", "manager"},
        S.RETURNED: {"manager"},
        S.CHANGES: {"manager"},
    },
    V.RETRY: {S.REFUSED: {"proposer"}, S.WITHDRAWN: {"proposer"}},
}
AFTER = {
    V.RETURN: S.RETURNED,
    V.PASS: S.SPONSORING,
    V.RECALL: S.CHECKING,
    V.RESUBMIT: S.CHECKING,
    V.VALIDATE: S.VALIDATED,
    V.ASK: S.CHANGES,
    V.REFUSE: S.REFUSED,
    V.WITHDRAW: S.WITHDRAWN,
}


def people_around(proposal: Proposal) -> dict[str, User]:
    """Somebody in each role towards the proposal."""
    sponsor = proposal.sponsor
    people = {
        "proposer": proposal.proposed_by,
        "animator": UserFactory(),
        "manager": UserFactory(community_manager=True),
        "administrator": UserFactory(administrator=True),
        "sponsor": sponsor,
        "deputy": DeputyFactory(sponsor=sponsor).deputy,
        "former deputy": DeputyFactory(sponsor=sponsor, past=True).deputy,
        "other sponsor": UserFactory(sponsor=True),
        "ambassador": UserFactory(ambassador=True),
        "agent": UserFactory(),
        "external animator": UserFactory(external=True),
        "closed sponsor": UserFactory(sponsor=True, closed=True),
    }
    DeputyFactory(sponsor=sponsor, deputy=people["closed sponsor"])
    proposal.animators.add(people["animator"], people["external animator"])
    return people


def content(**changes: Any) -> dict[str, Any]:
    """What somebody proposes."""
    person = UserFactory()
    return {
        "name": "Sobriété numérique",
        "purpose": "Réduire l’empreinte de nos équipements.",
        "kind": CommunityKind.PROFESSIONAL,
        "animators": [person],
        "sponsor": UserFactory(sponsor=True),
        **changes,
    }


def do(verb: ProposalVerb, actor: Any, proposal: Proposal) -> Any:
    """Takes a step as a person would, with all that it asks for."""
    if verb == V.TAKE:
        return take_charge(actor=actor, proposal=proposal)
    if verb == V.REMIND:
        return remind(actor=actor, proposal=proposal)
    if verb == V.REVISE:
        return revise_proposal(actor=actor, proposal=proposal, version=1, name="Autre nom", animators=[actor])
    if verb == V.RESUBMIT:
        return resubmit_proposal(actor=actor, proposal=proposal, version=1)
    if verb == V.RETRY:
        return submit_proposal(actor=actor, previous=proposal, **content())
    return move_proposal(actor=actor, proposal=proposal, verb=verb, version=1, word="Voici pourquoi.")


def outcome(verb: ProposalVerb, actor: Any, proposal: Proposal) -> str:
    try:
        do(verb, actor, proposal)
    except NotPossibleNow:
        return LATE
    except Forbidden:
        return FORBIDDEN
    return DONE


def expected(verb: ProposalVerb, state: ProposalState, role: str) -> str:
    if role in TABLE[verb].get(state, set()):
        return DONE
    takes_it_elsewhere = any(role in who for who in TABLE[verb].values())
    return LATE if takes_it_elsewhere and state not in TABLE[verb] else FORBIDDEN


@pytest.mark.parametrize("state", ProposalState)
@pytest.mark.parametrize("verb", [verb for verb in ProposalVerb if verb != V.SUBMIT])
def test_every_step_from_every_state_by_every_role(verb: ProposalVerb, state: ProposalState) -> None:
    long_ago = timezone.now() - REMIND_AFTER - timedelta(hours=1)
    first = ProposalFactory(state=S.VALIDATED)
    people = people_around(first)
    for role in ROLES:
        proposal = ProposalFactory(
            state=state,
            state_changed_at=long_ago,
            proposed_by=first.proposed_by,
            sponsor=first.sponsor,
            animators=first.animators.all(),
        )
        # Read anew, as a request would.
        actor = User.objects.for_request().get(pk=people[role].pk)
        found, wanted = outcome(verb, actor, proposal), expected(verb, state, role)
        assert found == wanted, f"{role}: {verb} from {state} is {found}, expected {wanted}"
        proposal.refresh_from_db()
        assert proposal.state == (AFTER.get(verb, state) if wanted == DONE else state)
        steps = ProposalStep.objects.filter(proposal=proposal)
        assert steps.count() == (1 if wanted == DONE and verb not in {V.REVISE, V.RETRY} else 0)
        # Out of the way of the next: a person has few under way.
        Proposal.objects.exclude(pk=first.pk).update(state=S.VALIDATED)


def test_a_proposal_exists_for_those_concerned_and_for_nobody_else() -> None:
    proposal = ProposalFactory()
    people = people_around(proposal)
    seen = {role for role, person in people.items() if Proposal.objects.visible_to(person).exists()}
    assert seen == {"proposer", "animator", "manager", "administrator", "sponsor", "deputy"}
    told = set(users_with("communities.view_proposal", proposal))
    assert told == {people[role] for role in seen}


class TestSending:
    def test_makes_a_proposal_dated_audited_and_told(self) -> None:
        manager, person, colleague = UserFactory(community_manager=True), UserFactory(), UserFactory()
        proposal = submit_proposal(actor=person, word="Bonjour.", **content(animators=[person, colleague]))
        step = proposal.steps.get()
        assert (step.verb, step.actor, step.new, step.word) == (V.SUBMIT, person, S.CHECKING, "Bonjour.")
        assert AuditEntry.objects.get().verb == "communities.proposal_submit"
        deliver_outbox()
        told = Notification.objects.order_by("pk").values_list("recipient", "kind")
        assert set(told) == {
            (manager.pk, "communities.proposal_to_check"),
            (colleague.pk, "communities.proposal_animator"),
        }
        assert set(Mail.objects.values_list("to", flat=True)) == {manager.email, colleague.email}

    @pytest.mark.parametrize("trait", ["external", "closed"])
    def test_is_refused_to_who_is_no_agent(self, trait: str) -> None:
        with pytest.raises(Forbidden):
            submit_proposal(actor=UserFactory(**{trait: True}), **content())

    def test_is_for_some_where_an_administrator_says_so(self) -> None:
        ParameterValue.objects.create(name="communities.proposing", value="ambassadors")
        with pytest.raises(Forbidden):
            submit_proposal(actor=UserFactory(), **content())
        for trait in ("ambassador", "sponsor", "community_manager", "administrator"):
            assert submit_proposal(actor=UserFactory(**{trait: True}), **content())

    @pytest.mark.parametrize(
        "changes",
        [
            {"animators": []},
            {"animators": "external"},
            {"animators": "closed"},
            {"sponsor": None},
            {"sponsor": "agent"},
            {"sponsor": "closed"},
            {"visibility": Visibility.CONFIDENTIAL},
            {"kind": CommunityKind.PROJECT},
            {"kind": CommunityKind.PROJECT, "ends_on": "today"},
        ],
    )
    def test_refuses_what_could_not_be_founded(self, changes: dict[str, Any]) -> None:
        if isinstance(changes.get("animators"), str):
            changes = {"animators": [UserFactory(**{changes["animators"]: True})]}
        if isinstance(changes.get("sponsor"), str):
            changes = {
                "sponsor": UserFactory(sponsor=True, closed=True) if changes["sponsor"] == "closed" else UserFactory()
            }
        if "ends_on" in changes:
            changes = {**changes, "ends_on": timezone.localdate()}
        with pytest.raises(BusinessRuleError):
            submit_proposal(actor=UserFactory(), **content(**changes))
        assert not Proposal.objects.exists()

    def test_nobody_sponsors_their_own(self) -> None:
        sponsor = UserFactory(sponsor=True)
        with pytest.raises(BusinessRuleError):
            submit_proposal(actor=sponsor, **content(sponsor=sponsor))

    def test_a_deputy_does_not_decide_on_their_own(self) -> None:
        proposal = ProposalFactory(sponsoring=True)
        DeputyFactory(sponsor=proposal.sponsor, deputy=proposal.proposed_by)
        with pytest.raises(Forbidden):
            do(V.VALIDATE, proposal.proposed_by, proposal)

    def test_twice_with_one_nonce_makes_one(self) -> None:
        person, what = UserFactory(), content()
        first = submit_proposal(actor=person, nonce="n", **what)
        assert submit_proposal(actor=person, nonce="n", **what) == first
        assert Proposal.objects.count() == ProposalStep.objects.count() == 1

    def test_has_a_limit_under_way(self) -> None:
        person = UserFactory()
        ProposalFactory.create_batch(OPEN_MAX, proposed_by=person)
        with pytest.raises(BusinessRuleError):
            submit_proposal(actor=person, **content())
        Proposal.objects.filter(proposed_by=person).update(state=S.REFUSED)
        assert submit_proposal(actor=person, **content())

    def test_is_atomic(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def fail(*args: Any, **kwargs: Any) -> None:
            raise RuntimeError

        monkeypatch.setattr(actions, "record_audit", fail)
        with pytest.raises(RuntimeError):
            submit_proposal(actor=UserFactory(), **content())
        assert not Proposal.objects.exists()
        assert not OutboxEvent.objects.exists()


class TestNearCommunities:
    @pytest.fixture
    def near(self) -> Community:
        return CommunityFactory(name="Sobriété numérique", purpose="Réduire l’empreinte de nos équipements.")

    def test_ask_why_this_one_differs(self, near: Community) -> None:
        from communities.actions.words import index_words

        index_words(near)
        with pytest.raises(DifferenceMissing):
            submit_proposal(actor=UserFactory(), **content())
        proposal = submit_proposal(actor=UserFactory(), **content(difference="Nous traitons du logiciel."))
        [match] = proposal.matches
        assert (match["community"], match["was_shown"]) == (near.pk, True)

    def test_hidden_from_the_proposer_are_kept_and_not_told(self, near: Community) -> None:
        from communities.actions.words import index_words

        Community.objects.update(visibility=Visibility.CONFIDENTIAL, joining=Joining.INVITATION)
        near.refresh_from_db()
        index_words(near)
        proposal = submit_proposal(actor=UserFactory(), **content())
        [match] = proposal.matches
        assert (match["community"], match["was_shown"]) == (near.pk, False)


class TestChecking:
    def test_remarks_are_told_and_answered(self) -> None:
        proposal = ProposalFactory()
        manager = UserFactory(community_manager=True)
        take_charge(actor=manager, proposal=proposal)
        take_charge(actor=manager, proposal=proposal)
        assert proposal.steps.filter(verb=V.TAKE).count() == 1
        move_proposal(actor=manager, proposal=proposal, verb=V.RETURN, word="Précisez pour qui.")
        deliver_outbox()
        revise_proposal(actor=proposal.proposed_by, proposal=proposal, version=1, purpose="Pour les acheteurs.")
        resubmit_proposal(actor=proposal.proposed_by, proposal=proposal, version=2, word="C’est précisé.")
        proposal.refresh_from_db()
        assert (proposal.state, proposal.purpose, proposal.version) == (S.CHECKING, "Pour les acheteurs.", 2)
        deliver_outbox()
        mails = dict(Mail.objects.filter(to=proposal.proposed_by.email).values_list("reason", "text"))
        assert "Précisez pour qui." in mails["communities.proposal_returned"]
        # Whoever accompanies it is told, and nobody else.
        other = UserFactory(community_manager=True)
        assert Notification.objects.filter(recipient=manager, kind="communities.proposal_to_check").count() == 1
        assert not Notification.objects.filter(recipient=other).exists()

    @pytest.mark.parametrize("verb", [V.RETURN, V.ASK, V.REFUSE])
    def test_says_why(self, verb: ProposalVerb) -> None:
        proposal = ProposalFactory(state=S.CHECKING if verb == V.RETURN else S.SPONSORING)
        actor = UserFactory(community_manager=True) if verb == V.RETURN else proposal.sponsor
        with pytest.raises(BusinessRuleError):
            move_proposal(actor=actor, proposal=proposal, verb=verb, word="  ")

    def test_saving_over_somebody_is_a_conflict(self) -> None:
        proposal = ProposalFactory(returned=True)
        revise_proposal(actor=proposal.proposed_by, proposal=proposal, version=1, name="Un")
        with pytest.raises(EditConflict) as caught:
            revise_proposal(actor=proposal.proposed_by, proposal=proposal, version=1, name="Deux")
        assert caught.value.current.name == "Un"

    def test_passing_on_what_was_not_read_is_a_conflict(self) -> None:
        proposal = ProposalFactory(version=2)
        with pytest.raises(EditConflict):
            move_proposal(actor=UserFactory(community_manager=True), proposal=proposal, verb=V.PASS, version=1)

    def test_is_not_passed_on_to_who_is_no_sponsor_any_more(self) -> None:
        proposal = ProposalFactory(sponsor=UserFactory())
        with pytest.raises(BusinessRuleError):
            move_proposal(actor=UserFactory(community_manager=True), proposal=proposal, verb=V.PASS)


class TestDeciding:
    def test_founds_a_community_in_preparation(self) -> None:
        unit, animators = UnitFactory(), UserFactory.create_batch(2)
        roadmap = {
            "ways": "Un atelier par mois.",
            "objectives": [{"title": "Services engagés", "target": "12"}],
            "milestones": [{"title": "Mesurer le parc", "due_on": "2027-01-31"}],
        }
        what = content(
            animators=animators,
            roadmap=roadmap,
            meant_for=[unit],
            tags=["énergie"],
            unit=unit,
            joining=Joining.REQUEST,
            kind=CommunityKind.PROJECT,
            ends_on=timezone.localdate() + timedelta(days=300),
        )
        proposal = submit_proposal(actor=UserFactory(), **what)
        manager = UserFactory(community_manager=True)
        move_proposal(actor=manager, proposal=proposal, verb=V.PASS)
        assert not Community.objects.exists()
        proposal = move_proposal(actor=proposal.sponsor, proposal=proposal, verb=V.VALIDATE, word="Allez-y.")
        community = Community.objects.get()
        assert proposal.community == community
        assert (community.stage, community.joining) == (Stage.PREPARATION, Joining.REQUEST)
        assert (community.sponsor, community.accompanied_by) == (proposal.sponsor, manager)
        assert (community.created_by, community.ends_on) == (proposal.proposed_by, what["ends_on"])
        assert list(community.meant_for.all()) == [unit]
        assert [tag.name for tag in community.tags.all()] == ["énergie"]
        led = community.memberships.filter(state=MembershipState.MEMBER, role=Role.ANIMATOR)
        assert {row.person for row in led} == set(animators)
        assert community.roadmap.ways == "Un atelier par mois."
        assert community.roadmap.milestones.get().title == "Mesurer le parc"
        assert not Community.objects.visible_to(UserFactory()).exists()

    def test_is_told_to_all_concerned_by_mail_at_once(self) -> None:
        proposal = ProposalFactory(sponsoring=True, accompanied_by=UserFactory(community_manager=True))
        colleague = UserFactory()
        proposal.animators.add(colleague)
        deputy = DeputyFactory(sponsor=proposal.sponsor).deputy
        move_proposal(actor=deputy, proposal=proposal, verb=V.VALIDATE)
        step = proposal.steps.get()
        assert (step.actor, step.on_behalf_of) == (deputy, proposal.sponsor)
        entry = AuditEntry.objects.get(verb="communities.proposal_validate")
        assert entry.data["in_place_of"] == proposal.sponsor_id
        deliver_outbox()
        wanted = {proposal.proposed_by.email, proposal.accompanied_by.email, colleague.email}
        assert set(Mail.objects.filter(reason="communities.proposal_validated").values_list("to", flat=True)) == wanted

    def test_the_mail_leads_the_sponsor_and_the_deputy_to_the_page(self) -> None:
        proposal = ProposalFactory()
        deputy = DeputyFactory(sponsor=proposal.sponsor).deputy
        former = DeputyFactory(sponsor=proposal.sponsor, past=True).deputy
        move_proposal(actor=UserFactory(community_manager=True), proposal=proposal, verb=V.PASS)
        deliver_outbox()
        mails = Mail.objects.filter(reason="communities.proposal_to_sponsor")
        assert {mail.to for mail in mails} == {proposal.sponsor.email, deputy.email}
        assert all(f"/proposals/{proposal.pk}/" in mail.text for mail in mails)
        assert not Mail.objects.filter(to=former.email).exists()

    def test_whoever_comes_second_is_told_what_was_decided(self) -> None:
        proposal = ProposalFactory(sponsoring=True)
        deputy = DeputyFactory(
            sponsor=proposal.sponsor, deputy=UserFactory(first_name="Awa", last_name="Konaté")
        ).deputy
        move_proposal(actor=deputy, proposal=proposal, verb=V.REFUSE, word="Trop tôt.")
        with pytest.raises(NotPossibleNow, match="Awa Konaté"):
            move_proposal(actor=proposal.sponsor, proposal=proposal, verb=V.VALIDATE)
        assert not Community.objects.exists()

    def test_needs_somebody_to_lead(self) -> None:
        proposal = ProposalFactory(sponsoring=True, animators=[UserFactory(closed=True)])
        with pytest.raises(BusinessRuleError):
            move_proposal(actor=proposal.sponsor, proposal=proposal, verb=V.VALIDATE)

    def test_is_atomic(self, monkeypatch: pytest.MonkeyPatch) -> None:
        proposal = ProposalFactory(sponsoring=True)

        def fail(*args: Any, **kwargs: Any) -> None:
            raise RuntimeError

        monkeypatch.setattr(founding, "hand_over_images", fail)
        with pytest.raises(RuntimeError):
            move_proposal(actor=proposal.sponsor, proposal=proposal, verb=V.VALIDATE)
        assert not Community.objects.exists()
        assert Proposal.objects.get().state == S.SPONSORING

    def test_after_a_refusal_one_tries_again_once_it_is_refused(self) -> None:
        refused = ProposalFactory(refused=True)
        again = submit_proposal(actor=refused.proposed_by, previous=refused, **content())
        assert again.previous == refused
        with pytest.raises(NotPossibleNow):
            submit_proposal(actor=again.proposed_by, previous=again, **content())


class TestReminding:
    def test_is_limited_in_rate(self) -> None:
        proposal = ProposalFactory(sponsoring=True)
        with pytest.raises(TooSoon):
            remind(actor=proposal.proposed_by, proposal=proposal)
        Proposal.objects.update(state_changed_at=timezone.now() - REMIND_AFTER)
        remind(actor=proposal.proposed_by, proposal=proposal)
        with pytest.raises(TooSoon):
            remind(actor=UserFactory(community_manager=True), proposal=proposal)

    @pytest.mark.parametrize("state", [S.CHECKING, S.SPONSORING, S.RETURNED, S.CHANGES])
    def test_reaches_those_on_whom_it_waits(self, state: ProposalState) -> None:
        proposal = ProposalFactory(state=state, state_changed_at=timezone.now() - REMIND_AFTER)
        manager = UserFactory(community_manager=True)
        actor = proposal.proposed_by if state in {S.CHECKING, S.SPONSORING} else manager
        remind(actor=actor, proposal=proposal)
        deliver_outbox()
        waited_for = {S.CHECKING: manager, S.SPONSORING: proposal.sponsor}.get(state, proposal.proposed_by)
        assert [mail.to for mail in Mail.objects.all()] == [waited_for.email]


def test_usual_waits_are_medians_of_enough_proposals() -> None:
    start = timezone.now() - timedelta(days=90)

    def checked_in(days: int) -> None:
        proposal = ProposalFactory()
        for at, verb, old, new in (
            (start, V.SUBMIT, "", S.CHECKING),
            (start + timedelta(hours=1), V.TAKE, S.CHECKING, S.CHECKING),
            (start + timedelta(days=days), V.PASS, S.CHECKING, S.SPONSORING),
        ):
            ProposalStep.objects.create(proposal=proposal, at=at, verb=verb, old=old, new=new)

    for days in (1, 2, 3, 30):
        checked_in(days)
    assert ProposalStep.objects.all().usual_waits() == {}
    checked_in(4)
    assert ProposalStep.objects.all().usual_waits() == {S.CHECKING: timedelta(days=3)}
