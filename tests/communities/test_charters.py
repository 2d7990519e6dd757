"""The charter of a community: suggested, written, versioned, shown, and seen."""

from __future__ import annotations

from typing import Any

import pytest

from communities.actions.charters import write_charter
from communities.charters import charter_of
from communities.enums import CommunityKind, Role
from communities.models import Charter, Membership
from core.actions.outbox import deliver_outbox
from core.errors import BusinessRuleError, EditConflict, Forbidden
from core.models import AuditEntry
from notifications.models import Notification
from tests.factories.accounts import UserFactory
from tests.factories.communities import CommunityFactory, MembershipFactory, member_of
from tests.factories.moderation import CharterFactory
from tests.support.queries import queries_at_most

pytestmark = pytest.mark.django_db

RULES = ["Restons courtois.", "Citons nos sources."]


@pytest.fixture(autouse=True)
def _quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("notifications.live.tell_badges", lambda people: None)
    monkeypatch.setattr("notifications.live.tell_pages", lambda lives: list(lives))


def seen(community: Any, person: Any) -> int:
    return Membership.objects.get(community=community, person=person).charter_seen


@pytest.mark.parametrize("kind", CommunityKind)
def test_each_kind_suggests_a_short_charter_that_holds_until_there_is_one(kind: CommunityKind) -> None:
    charter = charter_of(CommunityFactory(kind=kind))
    assert charter.number == 0
    assert charter.pk is None
    assert 3 <= len(charter.rules) <= 6
    assert charter.rule(1).startswith("1. ")
    assert charter.rule(0) == charter.rule(len(charter.rules) + 1) == ""


def test_animator_writes_versions_and_members_are_told() -> None:
    community = CommunityFactory()
    animator, member = member_of(community, Role.ANIMATOR), member_of(community)
    first = write_charter(actor=animator, community=community, number=0, rules=["  Restons   courtois. ", ""])
    assert (first.number, first.rules) == (1, ["Restons courtois."])
    second = write_charter(actor=animator, community=community, number=1, rules=RULES, preamble="Ensemble.")
    assert charter_of(community) == second
    assert [charter.number for charter in community.charters.all()] == [2, 1]
    deliver_outbox()
    kinds = list(Notification.objects.filter(recipient=member).values_list("kind", flat=True))
    assert kinds == ["communities.charter_changed"] * 2
    assert not Notification.objects.filter(recipient=animator).exists()
    assert AuditEntry.objects.filter(verb="communities.charter_changed").count() == 2
    assert seen(community, animator) == 2


def test_the_same_text_is_no_new_version() -> None:
    charter = CharterFactory()
    animator = member_of(charter.community, Role.ANIMATOR)
    write_charter(actor=animator, community=charter.community, number=1, rules=charter.rules)
    assert Charter.objects.count() == 1


def test_two_animators_do_not_overwrite_each_other() -> None:
    charter = CharterFactory()
    animator = member_of(charter.community, Role.ANIMATOR)
    write_charter(actor=animator, community=charter.community, number=1, rules=["Une."])
    with pytest.raises(EditConflict):
        write_charter(actor=animator, community=charter.community, number=1, rules=["Autre."])
    assert charter_of(charter.community).rules == ["Une."]


@pytest.mark.parametrize("rules", [[], ["  "], ["x"] * 11, ["x" * 301]])
def test_a_charter_is_short_and_not_empty(rules: list[str]) -> None:
    community = CommunityFactory()
    with pytest.raises(BusinessRuleError):
        write_charter(actor=member_of(community, Role.ANIMATOR), community=community, number=0, rules=rules)


@pytest.mark.parametrize("role", [Role.MEMBER, Role.MODERATOR])
def test_animators_alone_write_it(role: Role) -> None:
    community = CommunityFactory()
    for person in (member_of(community, role), UserFactory(community_manager=True)):
        with pytest.raises(Forbidden):
            write_charter(actor=person, community=community, number=0, rules=RULES)


class TestPages:
    def test_door_shows_it_and_asking_records_the_version(self, client_of: Any) -> None:
        charter = CharterFactory(community=CommunityFactory(on_request=True))
        person = UserFactory()
        client = client_of(person)
        page = client.page(charter.community.get_absolute_url())
        assert "Citons nos sources." in page.select_one("#charter-title").find_parent("section").text
        form = page.select_one("form[action$='/request/']")
        assert form.select_one("[name=charter]")["value"] == "1"
        client.post(form["action"], {"charter": "1", "motivation": ""})
        assert seen(charter.community, person) == 1

    def test_who_joins_in_one_click_reads_it_on_the_first_page(self, client_of: Any) -> None:
        charter = CharterFactory()
        person = UserFactory()
        client = client_of(person)
        client.post(f"/communities/{charter.community.slug}/join/")
        page = client.page(charter.community.get_absolute_url())
        form = page.select_one("#charter-to-read").find_parent("section").select_one("form")
        client.post(form["action"], {"number": form.select_one("[name=number]")["value"]})
        assert seen(charter.community, person) == 1
        assert not client.page(charter.community.get_absolute_url()).select("#charter-to-read")

    def test_a_new_version_is_shown_again_and_an_unknown_one_is_not_recorded(self, client_of: Any) -> None:
        charter = CharterFactory()
        person = MembershipFactory(community=charter.community, charter_seen=1).person
        client = client_of(person)
        assert not client.page(charter.community.get_absolute_url()).select("#charter-to-read")
        CharterFactory(community=charter.community, number=2)
        assert client.page(charter.community.get_absolute_url()).select("#charter-to-read")
        client.post(f"/communities/{charter.community.slug}/charter/read/", {"number": "9"})
        assert seen(charter.community, person) == 1

    def test_history_shows_each_version_and_begins_again_from_one(self, client_of: Any) -> None:
        charter = CharterFactory()
        CharterFactory(community=charter.community, number=2, rules=["Nouvelle règle."])
        client = client_of(member_of(charter.community, Role.ANIMATOR))
        address = f"/communities/{charter.community.slug}/charter/"
        assert "Nouvelle règle." in client.page(address).select_one(".rules").text
        assert "Citons nos sources." in client.page(f"{address}?version=1").select_one(".rules").text
        client.page(f"{address}?version=7", 404)
        form = client.page(f"{address}edit/?version=1").select_one("form.card")
        assert "Citons nos sources." in form.select_one("[name=rules]").text
        assert form.select_one("[name=number]")["value"] == "2"

    def test_saving_over_a_newer_version_shows_both(self, client_of: Any) -> None:
        charter = CharterFactory()
        CharterFactory(community=charter.community, number=2, rules=["Nouvelle règle."])
        client = client_of(member_of(charter.community, Role.ANIMATOR))
        address = f"/communities/{charter.community.slug}/charter/edit/"
        response = client.post(address, {"rules": "La mienne.", "number": "1"})
        assert response.status_code == 409
        text = response.content.decode()
        assert "Nouvelle règle." in text
        assert "La mienne." in text
        assert Charter.objects.count() == 2

    @pytest.mark.parametrize("size", [3, 30])
    def test_pages_cost_the_same_whatever_the_history(self, client_of: Any, size: int) -> None:
        community = CommunityFactory()
        for number in range(1, size + 1):
            CharterFactory(community=community, number=number, author=UserFactory())
        client = client_of(member_of(community))
        client.get("/")
        for page in ("", "charter/", "about/"):
            with queries_at_most(12, in_templates=1):
                client.page(f"/communities/{community.slug}/{page}")
