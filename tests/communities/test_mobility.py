"""An agent who changes units keeps what is theirs by name, loses what came by unit, and is told before and after."""

from __future__ import annotations

import csv
from typing import Any

import pytest
from django.urls import reverse

from accounts.actions.people import move_of, move_person
from accounts.actions.units import move_unit, moves_with
from accounts.directory_import.run import import_directory
from accounts.mobility import Move
from accounts.models import Unit, User
from communities.actions.reach_changes import tell_moves
from communities.enums import Grant, Stage
from communities.mobility import in_figures, in_words, reach_of
from communities.models import Community, Membership, ReachChange
from core.actions.outbox import deliver_outbox
from core.models import Mail, OutboxEvent
from core.system import SYSTEM
from feed.enums import SubscriptionState
from feed.models import Subscription
from notifications.models import Notification
from tests.factories.accounts import UnitFactory, UserFactory
from tests.factories.communities import CommunityFactory, MembershipFactory, RoleAccessFactory, grant, member_of
from tests.factories.feed import PostFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def tree() -> dict[str, Unit]:
    """A ministry with two directions, each with a service."""
    ministry = UnitFactory(code="M", ministry=True)
    units = {"M": ministry}
    for code in ("D1", "D2"):
        units[code] = UnitFactory(code=code, direction=True, parent=Unit.objects.get(pk=ministry.pk))
        units[f"S{code[1]}"] = UnitFactory(code=f"S{code[1]}", parent=Unit.objects.get(pk=units[code].pk))
    return {code: Unit.objects.get(code=code) for code in units}


@pytest.fixture
def world(tree: dict[str, Unit]) -> dict[str, Community]:
    """One community for each way of reaching it."""
    world = {name: CommunityFactory(name=name, confidential=True) for name in ("one", "both", "two", "joined", "way")}
    world["open"] = CommunityFactory(name="open")
    world["prepared"] = CommunityFactory(name="prepared", stage=Stage.PREPARATION)
    grant(world["one"], tree["D1"], Grant.VIEW.value)
    grant(world["both"], tree["M"], Grant.VIEW.value)
    grant(world["two"], tree["S2"], Grant.VIEW.value)
    grant(world["joined"], tree["D1"], Grant.VIEW.value)
    grant(world["way"], tree["D1"], Grant.JOIN.value)
    grant(world["open"], tree["D1"], Grant.VIEW.value)
    grant(world["prepared"], tree["D1"], Grant.VIEW.value)
    return world


@pytest.fixture
def agent(tree: dict[str, Unit], world: dict[str, Community]) -> User:
    person = UserFactory(unit=tree["S1"])
    MembershipFactory(community=world["joined"], person=person)
    return person


def named(changed: list[tuple[str, Community]]) -> list[tuple[str, str]]:
    return [(what, community.name) for what, community in changed]


def seen(person: User) -> set[str]:
    return set(Community.objects.readable_by(User.objects.get(pk=person.pk)).values_list("name", flat=True))


def test_what_a_move_brings_is_what_it_brings(tree, agent):
    move = move_of(agent, tree["S2"])
    before, said = seen(agent), reach_of(agent, move)
    assert named(said.lost) == [("read", "one"), ("join", "way")]
    assert named(said.gained) == [("read", "two")]
    move_person(actor=SYSTEM, person=agent, unit=tree["S2"])
    after = seen(agent)
    assert before - after == {"one"}
    assert after - before == {"two"}
    assert {"joined", "both", "open"} <= after
    again = reach_of(User.objects.get(pk=agent.pk), move)
    assert (named(again.lost), named(again.gained)) == (named(said.lost), named(said.gained)), "told alike afterwards"


def test_role_and_name_keep_what_the_unit_takes(tree, world):
    person = UserFactory(unit=tree["S1"], ambassador=True)
    RoleAccessFactory(community=world["one"])
    assert named(reach_of(person, move_of(person, tree["S2"])).lost) == [
        ("read", "joined"),
        ("join", "way"),
    ]


def test_agent_is_told_once_in_the_product_and_by_mail(tree, world, agent):
    move_person(actor=SYSTEM, person=agent, unit=tree["S2"])
    event = OutboxEvent.objects.get(name="accounts.PersonMoved")
    deliver_outbox()
    change = ReachChange.objects.get()
    assert (change.person, [line["name"] for line in change.lost]) == (agent, ["one", "way"])
    news = Notification.objects.get(recipient=agent)
    assert (news.kind, news.target) == ("communities.reach_changed", change)
    mail = Mail.objects.get(to=agent.email)
    for name in ("one", "way", "two"):
        assert name in mail.text
    move = Move(agent.pk, frozenset(event.payload["left"]), frozenset(event.payload["reached"]))
    assert tell_moves([move], event.key) == 0, "a second delivery tells nothing more"
    assert Mail.objects.filter(to=agent.email).count() == 1


def test_move_that_changes_nothing_is_not_told(tree):
    person = UserFactory(unit=tree["S1"])
    move_person(actor=SYSTEM, person=person, unit=tree["S2"])
    deliver_outbox()
    assert not ReachChange.objects.exists()
    assert not Notification.objects.exists()


def test_page_of_what_changed_is_the_person_s_alone(tree, world, agent, client_of):
    move_person(actor=SYSTEM, person=agent, unit=tree["S2"])
    deliver_outbox()
    Community.objects.filter(pk=world["one"].pk).update(name="renamed since")
    address = ReachChange.objects.get().get_absolute_url()
    page = client_of(agent).page(address)
    text = page.select_one("main").text
    assert "one" in text
    assert "renamed since" not in text
    assert [link.text for link in page.select(".right a")] == ["two"]
    for other in (UserFactory(administrator=True), UserFactory(community_manager=True), UserFactory(external=True)):
        assert client_of(other).get(address).status_code == 404


def test_names_are_told_to_who_finds_the_community(tree, world, agent):
    move = move_of(agent, tree["S2"])
    manager, stranger = UserFactory(administrator=True), UserFactory()
    told = " ".join(in_words(manager, agent, move))
    assert "one" in told
    assert "two" in told
    hidden = " ".join(in_words(stranger, agent, move))
    assert "one" not in hidden.replace("joined", "")
    assert "two" not in hidden
    assert len(in_words(stranger, agent, move)) == len(in_words(manager, agent, move))


def test_attachment_says_before_what_is_lost_and_gained(tree, world, agent, client_of):
    client = client_of(UserFactory(administrator=True))
    address = reverse("accounts:person_attachment", args=[agent.handle])
    text = client.post(address, {"unit": "S2"}).content.decode()
    for name in ("one", "way", "two"):
        assert name in text
    agent.refresh_from_db()
    assert agent.unit == tree["S1"]


def test_lost_threads_are_followed_no_more_and_others_still(tree, world, agent):
    for community in (world["one"], world["joined"]):
        Subscription.objects.create(
            target=PostFactory(community=community), person=agent, state=SubscriptionState.FOLLOWING
        )
    muted = PostFactory(community=world["one"])
    Subscription.objects.create(target=muted, person=agent, state=SubscriptionState.MUTED)
    other = Subscription.objects.create(
        target=PostFactory(community=world["one"]), person=member_of(world["one"]), state=SubscriptionState.FOLLOWING
    )
    move_person(actor=SYSTEM, person=agent, unit=tree["S2"])
    deliver_outbox()
    mine = Subscription.objects.filter(person=agent)
    assert {row.target.community.name for row in mine.filter(state=SubscriptionState.FOLLOWING)} == {"joined"}
    assert mine.filter(state=SubscriptionState.MUTED).exists()
    assert Subscription.objects.filter(pk=other.pk).exists()


def test_unit_that_moves_takes_its_agents_with_it(tree, world, agent):
    other = UserFactory(unit=tree["D1"])
    moves = list(moves_with(tree["S1"], tree["D2"]))
    assert [move.person_id for move in moves] == [agent.pk]
    assert len(in_figures(moves)) == 1
    move_unit(actor=SYSTEM, unit=tree["S1"], parent=tree["D2"])
    deliver_outbox()
    assert [(change.person, len(change.lost), change.gained) for change in ReachChange.objects.all()] == [
        (agent, 2, [])
    ]
    assert "one" in seen(other)


def files(tmp_path: Any, people: list[tuple[User, str]]) -> dict[str, Any]:
    units, agents = tmp_path / "units.csv", tmp_path / "agents.csv"
    with units.open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["code", "name", "kind", "parent_code"])
        for unit in Unit.objects.order_by("path"):
            parent = Unit.objects.get_parent(unit)
            rows.writerow([unit.code, unit.name, unit.kind, parent.code if parent else ""])
    with agents.open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["email", "first_name", "last_name", "unit_code"])
        rows.writerows([person.email, person.first_name, person.last_name, code] for person, code in people)
    return {"actor": SYSTEM, "units": units, "agents": agents}


def test_import_counts_before_and_tells_after(tree, world, agent, tmp_path):
    still = UserFactory(unit=tree["S1"])
    new = User(email="nouvelle@agents.example", first_name="Nouvelle", last_name="Venue")
    what = files(tmp_path, [(agent, "S2"), (still, "S1"), (new, "S2")])
    dry = import_directory(**what, dry_run=True)
    assert [move.person_id for move in dry.moves] == [agent.pk], "who arrives has not moved"
    assert len(dry.brought) == 2
    deliver_outbox()
    assert not ReachChange.objects.exists()
    done = import_directory(**what)
    assert done.brought == dry.brought
    deliver_outbox()
    change = ReachChange.objects.get()
    assert (change.person, len(change.lost), len(change.gained)) == (agent, 2, 1)
    assert Membership.objects.get(person=agent).is_member
    assert import_directory(**what).moves == [], "the same files once more move nobody"


def test_import_reads_no_belongings_where_nothing_is_given_by_unit(tree, tmp_path):
    person = UserFactory(unit=tree["S1"])
    assert import_directory(**files(tmp_path, [(person, "S2")])).moves == []
